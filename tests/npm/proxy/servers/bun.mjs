// The proxy in Bun. Prints where it listens.

import { proxyOf } from './settings.mjs';

const server = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: proxyOf(process.argv[2]) });
console.log(`http://127.0.0.1:${server.port}/`);
