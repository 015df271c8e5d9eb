// The proxy in Vercel's edge runtime, which compiles nothing: it gets its wasm by the conditions of the package's main entry.

import { EdgeRuntime } from 'edge-runtime';

import { edge } from '../runtimes/bundles.mjs';
import { same } from './support.mjs';

const SCRIPT = `
import { createProxy } from 'polyai-outbound/proxy';

let sent = 0;
const fetch = async () => (sent++, new Response('{"call_sid":"OUT-1"}'));
const proxy = createProxy({ region: 'us', token: 'token-of-the-edge', authorize: () => true, fetch });
const origin = 'https://page.test';
const trigger = (number) => {
  const headers = { origin, 'content-type': 'application/json', 'idempotency-key': 'key-of-the-edge-' + number.slice(1) };
  return proxy(new Request(origin + '/v1/outbound-calling', { method: 'POST', headers, body: JSON.stringify({ to_number: number }) }));
};
const answers = async () => {
  const statuses = [];
  for (const number of ['+14155550100', '+14155550100', '+19005550100']) statuses.push((await trigger(number)).status);
  return new Response(JSON.stringify({ statuses, sent }));
};
addEventListener('fetch', (event) => event.respondWith(answers()));
`;

/** `folder` has the package installed. */
export async function edges(report, folder) {
  await report.check('edge: a trigger is placed, its key dials once, and core judges numbers', async () => {
    const runtime = new EdgeRuntime(await edge({ stdin: { contents: SCRIPT, resolveDir: folder } }));
    const answer = await runtime.dispatchFetch('https://page.test/');
    same('answers', await answer.json(), { statuses: [200, 200, 422], sent: 1 });
  });
}
