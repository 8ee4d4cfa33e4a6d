// Bundled for a page whose fragment is wss://HOST:PORT,sip:USER@DOMAIN,PASSWORD[,MODE]
import JsSIP from 'jssip';
import { start } from './phone.mjs';

// Plays what comes in, says each 200 ms which frequency of it is the loudest, and how much has been received.
function listen(session, say) {
  const on = (connection) => {
    connection.addEventListener('iceconnectionstatechange', () => say('ice', connection.iceConnectionState));
    connection.addEventListener('connectionstatechange', () => say('connection', connection.connectionState));
    connection.addEventListener('track', ({ track }) => {
      const stream = new MediaStream([track]);
      const player = new Audio();
      player.srcObject = stream; // Chromium decodes a remote track only when an element plays it
      player.play();
      const context = new AudioContext();
      const analyser = context.createAnalyser();
      analyser.fftSize = 4096;
      context.createMediaStreamSource(stream).connect(analyser);
      const bins = new Float32Array(analyser.frequencyBinCount);
      setInterval(async () => {
        analyser.getFloatFrequencyData(bins);
        const loudest = bins.indexOf(Math.max(...bins));
        const hertz = Math.round((loudest * context.sampleRate) / analyser.fftSize / 10) * 10;
        const inbound = [...(await connection.getStats()).values()].find((report) => report.type === 'inbound-rtp');
        say('hears', bins[loudest] > -40 ? hertz : 'nothing', 'packets', inbound?.packetsReceived ?? 0, 'lost', inbound?.packetsLost ?? 0);
      }, 200);
    });
  };
  if (session.connection) on(session.connection);
  else session.on('peerconnection', ({ peerconnection }) => on(peerconnection));
}

const [url, uri, password, mode] = decodeURIComponent(location.hash.slice(1)).split(',');
const ua = start(JsSIP, url, uri, password, mode, listen);
addEventListener('beforeunload', () => ua.stop());
