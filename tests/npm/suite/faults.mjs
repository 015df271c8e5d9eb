// Faults: of the wasm, of a clock, of what is handed in. Whatever it is, it is told, and what is known is not lost.

import { between, equal, kind, ok, rejects, same, test } from './registry.mjs';
import { breakInstances, heldBytes, instances } from './instances.mjs';
import { NUMBER, PLACED, SID, client, reading, stubbed } from './support.mjs';

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

// --- faults of an instance --------------------------------------------------------------------------------------------

/** Has the package make an instance of its own for this test, and gives how many there were before. */
async function freshInstance(context) {
  const stub = stubbed(context, { GET: [reading('calling')] });
  await stub.client.status(SID);
  breakInstances(0);
  await rejects(stub.client.status(SID));
  const before = instances();
  equal((await stub.client.status(SID)).status, 'calling', 'after the fault');
  equal(instances() - before, 1, 'instances that were made');
  return before;
}

test('after a fault as an operation begins, the next one has a new instance, in every client', async (context) => {
  const before = await freshInstance(context);
  const [one, two] = [1, 2].map(() => stubbed(context, { POST: [PLACED], GET: [reading('calling')] }));
  equal((await one.client.trigger({ toNumber: NUMBER })).callSid, SID, 'callSid');
  for (const operation of [
    (it) => it.trigger({ toNumber: NUMBER }),
    (it) => it.status(SID),
    (it) => it.status(SID, { maxRetries: 1 }),
    (it) => it.watch(SID).result(),
    (it) => it.call({ toNumber: NUMBER }, { timeoutMs: 5_000 }),
  ]) {
    breakInstances(before);
    const sent = one.calls.length;
    const error = await rejects(operation(one.client));
    kind(error, context.lib.OutboundError, { code: 'internal', placement: 'not_placed', attempts: 0 });
    ok(error.cause instanceof Error && error.cause.message !== '', 'the fault is the cause');
    equal(error.originalCause, error.cause, 'the original cause');
    equal(one.calls.length, sent, 'requests');
    const made = instances();
    equal((await two.client.status(SID)).status, 'calling', 'another client');
    equal((await one.client.trigger({ toNumber: NUMBER })).callSid, SID, 'the same client');
    equal(instances() - made, 1, 'instances that were made');
  }
});

for (const [what, steps, act, expected] of [
  ['a trigger has left', { POST: [{ hang: true }] }, (it) => it.trigger({ toNumber: NUMBER }), { placement: 'unknown' }],
  ['a call was placed', { POST: [PLACED], GET: [{ hang: true }] }, (it) => it.call({ toNumber: NUMBER }), { placement: 'placed' }],
  ['a reading has left', { GET: [{ hang: true }] }, (it) => it.status(SID), { placement: 'not_placed' }],
])
  test(`after a fault once ${what}, it is told what is known, and the next operation has a new instance`, async (context) => {
    const before = await freshInstance(context);
    const { client: it, calls, clock, run } = stubbed(context, steps);
    const acting = rejects(act(it));
    await clock.advance(5_000);
    const sent = calls.length;
    breakInstances(before);
    const error = await run(acting);
    kind(error, context.lib.OutboundError, { code: 'internal', ...expected });
    equal(error instanceof context.lib.PlacementUnknownError, expected.placement === 'unknown', 'whether its class says that it may have rung');
    equal(calls.length, sent, 'requests');
    ok(calls.at(-1).init.signal.aborted, 'the request is given up');
    const made = instances();
    const other = stubbed(context, { POST: [PLACED] });
    equal((await other.client.trigger({ toNumber: NUMBER })).callSid, SID, 'after the fault');
    equal(instances() - made, 1, 'instances that were made');
  });

// --- what is left of operations that have ended -----------------------------------------------------------------------

const HUGE = { filler: 'x'.repeat(12_000) };

/** Every way in which an operation ends, each given a client whose service answers so. */
const ENDINGS = [
  ['a trigger that is answered', { POST: [PLACED] }, (it) => it.trigger({ toNumber: NUMBER, metadata: HUGE })],
  ['a trigger that fails', { POST: [{ status: 400 }] }, (it) => it.trigger({ toNumber: NUMBER, metadata: HUGE })],
  ['a trigger that is refused', { POST: [PLACED] }, (it) => it.trigger({ toNumber: '+1', metadata: HUGE })],
  ['a trigger whose fetch throws', { POST: [{ throw: new Error('no') }] }, (it) => it.trigger({ toNumber: NUMBER, metadata: HUGE })],
  ['a trigger that is given up', { POST: [PLACED] }, (it) => it.trigger({ toNumber: NUMBER, metadata: HUGE }, { signal: AbortSignal.abort() })],
  ['a trigger with limits of its own', { POST: [{ status: 400 }] }, (it) => it.trigger({ toNumber: NUMBER, metadata: HUGE }, { maxRetries: 0 })],
  ['a reading that is answered', { GET: [reading('calling')] }, (it) => it.status(SID)],
  ['a reading that fails', { GET: [{ status: 400 }] }, (it) => it.status(SID)],
  ['a call that ends', { POST: [PLACED], GET: [reading('success')] }, (it) => it.call({ toNumber: NUMBER, metadata: HUGE })],
  ['a call that is not placed', { POST: [{ status: 400 }] }, (it) => it.call({ toNumber: NUMBER, metadata: HUGE })],
  ['a call whose onPlaced fails', { POST: [PLACED] }, (it) => it.call({ toNumber: NUMBER, metadata: HUGE }, { onPlaced: () => Promise.reject(new Error('no')) })],
  ['a call whose onUpdate fails', { POST: [PLACED], GET: [reading('calling')] }, (it) => it.call({ toNumber: NUMBER, metadata: HUGE }, { onUpdate: () => Promise.reject(new Error('no')) })],
  ['a call that is watched to its end', { GET: [reading('success')] }, (it) => it.watch(SID).result()],
  ['a call that is gone', { GET: [{ status: 404, body: { error: 'no such call' } }] }, (it) => it.watch(SID).result()],
  ['a call that is left', { GET: [reading('calling')] }, async (it) => { for await (const _ of it.watch(SID).updates()) return; }],
];

test('nothing is left of operations that have ended, however: their instance goes when it has grown large and nobody is in it', async (context) => {
  await freshInstance(context);
  for (const [, steps, operation] of ENDINGS) {
    const { client: it, clock, run } = stubbed(context, steps);
    await run(operation(it).catch(() => {}));
    await clock.settle();
  }
  // As long as an answer may be, and of a kind that needs room for three bytes a letter while it is handed over.
  const long = { body: `{"status":"calling","reason":"ä","padding":"${'x'.repeat(1_000_000)}"}` };
  const { client: it, clock } = stubbed(context, { POST: [{ hang: true }], GET: [long, reading('calling')] });
  const controller = new AbortController();
  const made = instances();
  const placing = rejects(it.trigger({ toNumber: NUMBER }, { signal: controller.signal }));
  await clock.settle();
  await it.status(SID);
  ok(heldBytes() > 4 * 1024 * 1024, `${heldBytes()} bytes of memory`);
  await it.status(SID);
  equal(instances() - made, 0, 'instances that were made while somebody is in it');
  controller.abort();
  await placing;
  await it.status(SID);
  equal(instances() - made, 1, 'instances that were made when nobody was');
  ok(heldBytes() < 4 * 1024 * 1024, `${heldBytes()} bytes of memory in the new one`);
});

test('memory does not grow with operations that have ended, however they end', async (context) => {
  await freshInstance(context);
  const stubs = ENDINGS.filter(([what]) => /trigger|call that is not|call whose onPlaced/.test(what)).map(([, steps, operation]) => [stubbed(context, steps), operation]);
  const rounds = async (times) => {
    for (let nth = 0; nth < times; nth++)
      await Promise.all(stubs.map(([stub, operation]) => operation(stub.client).catch(() => {})));
  };
  await rounds(1);
  const before = heldBytes();
  const made = instances();
  await rounds(15);
  equal(instances() - made, 0, 'instances that were made');
  between(heldBytes() - before, 0, 256 * 1024, 'bytes that it has grown by');
});
