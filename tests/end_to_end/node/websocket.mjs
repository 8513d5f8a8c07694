// Gives Node 20 the global that browsers and Node 22 have.

import { WebSocket } from 'ws';

globalThis.WebSocket ??= WebSocket;
