// A JsSIP user agent that registers, asks OPTIONS, and rejects calls with 486. Says each event in a line.
export function start(JsSIP, url, uri, password) {
  const ua = new JsSIP.UA({ sockets: [new JsSIP.WebSocketInterface(url)], uri, password, register_expires: 60, session_timers: false });
  const say = (...words) => console.log(words.join(' '));

  ua.on('disconnected', () => say('disconnected'));
  ua.on('registrationFailed', ({ cause }) => say('registration failed', cause));
  ua.on('registered', () => {
    say('registered');
    ua.sendOptions(uri, null, {
      eventHandlers: { succeeded: ({ response }) => say('options', response.status_code), failed: ({ cause }) => say('options failed', cause) },
    });
  });
  ua.on('newRTCSession', ({ session, request }) => {
    say('invite', request.from.uri.user);
    session.on('failed', ({ cause }) => say('session failed', cause));
    session.terminate({ status_code: 486 });
  });
  ua.start();
  return ua;
}
