// The proxy in Deno. Prints where it listens.

import { proxyOf } from './settings.mjs';

const onListen = ({ port }) => console.log(`http://127.0.0.1:${port}/`);
Deno.serve({ hostname: '127.0.0.1', port: 0, onListen }, proxyOf(Deno.args[0]));
