// The proxy as a worker of Cloudflare's.

import { env } from 'cloudflare:workers';

import { proxyOf } from './settings.mjs';

export default { fetch: proxyOf(env.SETTINGS) };
