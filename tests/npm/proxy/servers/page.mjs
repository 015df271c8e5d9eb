// What a page does: it places a call by the proxy of its own origin, with no token.

import { OutboundClient } from 'polyai-outbound';

globalThis.runSuite = async ({ numbers }) => {
  const client = new OutboundClient({ baseUrl: '/calls' });
  const sids = [];
  for (const toNumber of numbers) sids.push(await client.trigger({ toNumber }).then((it) => it.callSid, String));
  return sids;
};
