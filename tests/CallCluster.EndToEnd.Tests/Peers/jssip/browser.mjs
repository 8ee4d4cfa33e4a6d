// Bundled for a page whose fragment is wss://HOST:PORT,sip:USER@DOMAIN,PASSWORD
import JsSIP from 'jssip';
import { start } from './phone.mjs';

const ua = start(JsSIP, ...decodeURIComponent(location.hash.slice(1)).split(','));
addEventListener('beforeunload', () => ua.stop());
