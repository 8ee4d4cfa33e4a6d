// usage: node --experimental-websocket node.mjs wss://HOST:PORT sip:USER@DOMAIN PASSWORD
import { start } from './phone.mjs';

globalThis.window = globalThis;
globalThis.RTCPeerConnection = class {}; // without, JsSIP answers each INVITE with 488 by itself

const { default: JsSIP } = await import('jssip');
const ua = start(JsSIP, ...process.argv.slice(2));
process.on('SIGINT', () => { ua.stop(); setTimeout(() => process.exit(0), 2000); });
