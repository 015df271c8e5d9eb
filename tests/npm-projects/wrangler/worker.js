import { env } from 'cloudflare:workers';
import { OutboundClient } from 'polyai-outbound';
import { Sandbox } from 'polyai-outbound/sandbox';

const client = new OutboundClient({ token: env.POLYAI_OUTBOUND_TOKEN, baseUrl: env.POLYAI_OUTBOUND_BASE_URL });

/** By path. */
const ROUTES = {
  '/trigger': async () => (await client.trigger({ toNumber: '+14155550100' })).callSid,
  '/status': async (sid) => (await client.status(sid)).status,
  '/call': async () => (await client.call({ toNumber: '+14155550100' })).status,
  '/lost': async () => (await client.trigger({ toNumber: '+14155550106' }).catch((error) => error)).placement,
  '/sandbox': async () => {
    const sandbox = new Sandbox({ seed: 1 });
    const own = new OutboundClient({ fetch: sandbox.fetch, token: sandbox.token });
    return (await sandbox.run(own.call({ toNumber: '+14155550104' }))).status;
  },
};

export default {
  async fetch(request) {
    const { pathname, search } = new URL(request.url);
    return new Response(await ROUTES[pathname](search.slice(1)));
  },
};
