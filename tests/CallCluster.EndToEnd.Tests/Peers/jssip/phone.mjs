// A JsSIP user agent that registers, asks OPTIONS, and rejects calls with 486, unless it is told to answer them or to call somebody itself. Says each event in a line.
// mode: nothing, "answer", or "call SIP-URI" (once it is registered); talk(session, say) is told of a session that is to be spoken in.
export function start(JsSIP, url, uri, password, mode = '', talk = () => {}) {
  const ua = new JsSIP.UA({ sockets: [new JsSIP.WebSocketInterface(url)], uri, password, register_expires: 60, session_timers: false });
  const say = (...words) => console.log(words.join(' '));
  // What a tone would not survive is off.
  const media = { mediaConstraints: { audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false }, video: false }, pcConfig: { iceServers: [] } };

  ua.on('disconnected', () => say('disconnected'));
  ua.on('registrationFailed', ({ cause }) => say('registration failed', cause));
  ua.on('registered', () => {
    say('registered');
    ua.sendOptions(uri, null, {
      eventHandlers: { succeeded: ({ response }) => say('options', response.status_code), failed: ({ cause }) => say('options failed', cause) },
    });
    if (mode.startsWith('call ')) ua.call(mode.slice(5), media);
  });
  ua.on('newRTCSession', ({ originator, session, request }) => {
    session.on('failed', ({ cause, message }) => say('session failed', cause, message?.status_code ?? ''));
    session.on('getusermediafailed', (e) => say('no microphone', e));
    session.on('peerconnection:setremotedescriptionfailed', (e) => say('remote description refused', e));
    session.on('confirmed', () => say('session confirmed'));
    session.on('ended', ({ cause }) => say('session ended', cause));
    if (originator === 'remote') say('invite', request.from.uri.user);
    if (originator === 'remote' && mode !== 'answer') {
      session.terminate({ status_code: 486 });
      return;
    }
    if (originator === 'remote') session.answer(media);
    talk(session, say);
  });
  ua.start();
  return ua;
}
