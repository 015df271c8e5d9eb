// The idempotency key of a client without a token, by which a proxy tells a request that was sent again.

import { equal, ok, rejects, same, test } from './registry.mjs';
import { FAILED, NUMBER, PLACED, reading, stubbed } from './support.mjs';

const keyOf = ({ init }) => new Headers(init.headers).get('Idempotency-Key');
const BEHIND_PROXY = { baseUrl: 'https://calls.example/calls', token: undefined };

test('a client without a token sends one key with all requests of a trigger, and none with readings', async (context) => {
  const steps = { POST: [FAILED, { status: 429 }, PLACED], GET: [reading('success')] };
  const { client: it, calls, run } = stubbed(context, steps, BEHIND_PROXY);
  await run(it.call({ toNumber: NUMBER }));
  const keys = calls.map(keyOf);
  ok(/^[0-9a-f]{8}(-[0-9a-f]{8}){3}$/.test(keys[0]), `128 bits: ${keys[0]}`);
  same(keys, [keys[0], keys[0], keys[0], null], 'keys');
});

test('each trigger has a key of its own, one that failed too', async (context) => {
  const steps = { POST: [{ reject: new TypeError('reset') }, PLACED, PLACED] };
  const { client: it, calls, run } = stubbed(context, steps, BEHIND_PROXY);
  await rejects(run(it.trigger({ toNumber: NUMBER })));
  await run(it.trigger({ toNumber: NUMBER }));
  await run(it.trigger({ toNumber: NUMBER }));
  equal(new Set(calls.map(keyOf)).size, 3, 'keys that differ');
});

test('a client with a token sends no key: the service knows none', async (context) => {
  const { client: it, calls, run } = stubbed(context, { POST: [PLACED] });
  await run(it.trigger({ toNumber: NUMBER }));
  equal(keyOf(calls[0]), null, 'key');
});
