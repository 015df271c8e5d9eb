// Faults: of the wasm, of a clock, of what is handed in. Whatever it is, it is told, and what is known is not lost.

import { equal, ok, rejects, same, test } from './registry.mjs';
import { NUMBER, PLACED, SID, client, stubbed } from './support.mjs';

const real = () => ({ now: () => Date.now(), setTimeout: (f, ms) => setTimeout(f, ms), clearTimeout: (it) => clearTimeout(it) });
const placing = async () => new Response(JSON.stringify(PLACED.body), { status: 200 });

test('a clock that throws while a trigger is on its way leaves it unknown', async (context) => {
  let sent = false;
  const fetch = () => ((sent = true), placing());
  const now = () => {
    if (sent) throw new DOMException('no time', 'AbortError');
    return Date.now();
  };
  const error = await rejects(client(context, { fetch, clock: { ...real(), now } }).trigger({ toNumber: NUMBER }));
  ok(error instanceof context.lib.PlacementUnknownError, () => `PlacementUnknownError, not ${String(error)}`);
  equal(error.cause.message, 'no time', 'cause');
});

test('a clock that cannot clear timers keeps nobody waiting', async (context) => {
  const clearTimeout = () => {
    throw new Error('no timer');
  };
  const call = await client(context, { fetch: placing, clock: { ...real(), clearTimeout } }).trigger({ toNumber: NUMBER });
  equal(call.callSid, SID, 'SID');
});

test('a body of chunks without end that hold nothing is given up', async (context) => {
  const reader = { read: async () => ({ done: false, value: new Uint8Array(0) }) };
  const fetch = async () => ({ status: 200, headers: new Headers(), body: { getReader: () => reader } });
  const error = await rejects(client(context, { fetch }).trigger({ toNumber: NUMBER }));
  equal(error.placement, 'unknown', 'placement');
});

test('metadata that holds its entries elsewhere is refused instead of lost', async (context) => {
  const { client, calls } = stubbed(context, { POST: [PLACED] });
  for (const metadata of [new Map([['a', 'b']]), Promise.resolve({ a: 'b' }), new Date(0)]) {
    const error = await rejects(client.trigger({ toNumber: NUMBER, metadata }));
    equal(error.code, 'invalid_input', 'code');
    equal(error.field, 'metadata', 'field');
  }
  equal(calls.length, 0, 'requests');
  await client.trigger({ toNumber: NUMBER, metadata: Object.create(null) });
});

test('members that somebody gave to all objects do no harm', async (context) => {
  const { client } = stubbed(context, { POST: [PLACED] });
  Object.prototype.ofEverybody = 1;
  try {
    equal((await client.trigger({ toNumber: NUMBER })).callSid, SID, 'SID');
  } finally {
    delete Object.prototype.ofEverybody;
  }
});

test('the sandbox refuses times that are none, unknown options and misspelt faults', async ({ sandboxLib: { Sandbox } }) => {
  const sandbox = new Sandbox();
  const before = sandbox.clock.now();
  for (const ms of [NaN, -1, Infinity, '1000', undefined]) equal((await rejects(sandbox.advance(ms))).code, 'invalid_input', String(ms));
  equal(sandbox.clock.now(), before, 'time');
  const refusals = [() => new Sandbox({ sed: 1 }), () => new Sandbox({ now: NaN }), () => sandbox.setFaults({ serverEror: 1 }), () => sandbox.setFaults({ cutAfter: 7 })];
  const codes = refusals.map((refusal) => {
    try {
      return refusal();
    } catch ({ code }) {
      return code;
    }
  });
  same(codes, refusals.map(() => 'invalid_input'), 'codes');
});
