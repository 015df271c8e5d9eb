// Calls that are followed to their end: what is told of them, by whom they are followed, and where they are resumed.

import { between, equal, has, kind, ok, rejects, same, sleep, test, until } from './registry.mjs';
import { FAILED, NUMBER, PLACED, SID, client, collect, hostile, reading, sandboxed, scripted, stubbed } from './support.mjs';

const words = (updates) => updates.map(({ status }) => status);

test('status changes are told in order, each once, with reason and time', async (context) => {
  const life = [reading('queued'), reading('queued'), reading('calling'), reading('failure', 'busy')];
  const { client: it, clock, run } = stubbed(context, { POST: [PLACED], GET: life });
  const began = clock.now();
  const call = await it.trigger({ toNumber: NUMBER });
  const updates = await run(collect(call.updates()));
  same(words(updates), ['queued', 'calling', 'failure']);
  same(updates.map(({ reason }) => reason), ['', '', 'busy'], 'reasons');
  for (const { at } of updates) ok(at instanceof Date, 'at is a Date');
  between(updates[0].at.getTime() - began, 0, 2_500, 'first reading, ms after the trigger');
  ok(updates[0].at < updates[1].at && updates[1].at < updates[2].at, 'times ascend');
});

test('a reading against the lifecycle is not believed', async (context) => {
  const life = ['calling', 'queued', 'calling', 'success'].map((word) => reading(word));
  const { client: it, run } = stubbed(context, { POST: [PLACED], GET: life });
  const call = await it.trigger({ toNumber: NUMBER });
  same(words(await run(collect(call.updates()))), ['calling', 'success']);
});

test('a word that no reference has is told as it came, and is no end', async (context) => {
  const life = ['queued', 'voicemail', 'success'].map((word) => reading(word));
  const { client: it, run } = stubbed(context, { GET: life });
  same(words(await run(collect(it.watch(SID).updates()))), ['queued', 'voicemail', 'success']);
});

test('a call is read every 2 to 5 seconds', async (context) => {
  const life = Array.from({ length: 12 }, () => reading('queued'));
  const { client: it, calls, run } = stubbed(context, { GET: [...life, reading('success')] });
  await run(it.watch(SID).result());
  const waits = calls.slice(1).map((call, nth) => call.at - calls[nth].at);
  for (const wait of waits) between(wait, 2_000, 5_001, 'ms between two readings');
});

test('the result tells how the call ended', async (context) => {
  const { client: it, clock, run } = stubbed(context, { GET: [reading('failure', 'no answer')] });
  const result = await run(it.watch(SID).result());
  const at = new Date(clock.now());
  same(result, { callSid: SID, status: 'failure', reason: 'no answer', at, correlationId: 'stub-1' });
});

test('waiting again for a call that has ended tells its end, and asks nobody', async (context) => {
  const { client: it, calls, run } = stubbed(context, { GET: [reading('calling'), reading('success')] });
  const call = it.watch(SID);
  const first = await run(call.result());
  same(await run(call.result()), first, 'the second time');
  same(words(await run(collect(call.updates()))), ['success'], 'updates after the end');
  equal(calls.length, 2, 'readings');
});

test('two that wait for a call share its readings, and the later one is told what it is now', async (context) => {
  const life = ['queued', 'calling', 'calling', 'success'].map((word) => reading(word));
  const { client: it, clock, calls, run } = stubbed(context, { GET: life });
  const call = it.watch(SID);
  const first = collect(call.updates());
  await clock.advance(3_000);
  equal(calls.length, 2, 'readings so far');
  const second = collect(call.updates());
  const third = call.result();
  same(words(await run(first)), ['queued', 'calling', 'success'], 'the first');
  same(words(await run(second)), ['calling', 'success'], 'the second');
  equal((await third).status, 'success', 'the third');
  equal(calls.length, 4, 'readings in all');
});

test('leaving the loop ends the wait and nothing else', async (context) => {
  const life = ['queued', 'calling', 'success'].map((word) => reading(word));
  const { client: it, clock, calls, run } = stubbed(context, { GET: life });
  const call = it.watch(SID);
  const left = (async () => {
    for await (const { status } of call.updates()) return status;
  })();
  equal(await run(left), 'queued', 'the first');
  await clock.advance(60_000);
  equal(calls.length, 1, 'readings while nobody waits');
  equal((await run(call.result())).status, 'success', 'waited for again');
});

test('updates can be asked one by one, and end for good', async (context) => {
  const { client: it, run } = stubbed(context, { GET: [reading('calling'), reading('success')] });
  const updates = it.watch(SID).updates();
  ok(updates[Symbol.asyncIterator]() === updates, 'it is its own iterator');
  const [first, second, third] = [updates.next(), updates.next(), updates.next()];
  equal((await run(first)).value.status, 'calling');
  equal((await run(second)).value.status, 'success');
  same(await run(third), { done: true, value: undefined }, 'after the end');
  same(await run(updates.next()), { done: true, value: undefined }, 'ever after');
});

test('watching and resuming send nothing by themselves', async (context) => {
  const { client: it, clock, calls } = stubbed(context, { GET: [reading('queued')] });
  const call = it.watch(SID);
  equal(call.callSid, SID, 'callSid');
  it.resume(JSON.parse(JSON.stringify(call.snapshot())));
  await clock.advance(60_000);
  equal(calls.length, 0, 'requests');
});

test('a call is resumed from its snapshot as plain JSON, and what is known is not told again', async (context) => {
  const life = ['queued', 'calling', 'calling', 'success'].map((word) => reading(word));
  const { client: it, clock, fetch, run } = stubbed(context, { POST: [PLACED], GET: life });
  const placed = clock.now();
  const call = await it.trigger({ toNumber: NUMBER });
  const before = new AbortController();
  const told = [];
  const waiting = (async () => {
    for await (const { status } of call.updates({ signal: before.signal })) told.push(status);
  })();
  await clock.advance(3_000);
  before.abort();
  await rejects(waiting);
  same(told, ['queued', 'calling']);
  const stored = JSON.stringify(call.snapshot());
  const snapshot = JSON.parse(stored);
  same(call.snapshot(), snapshot, 'a snapshot is plain JSON');
  has(snapshot, { callSid: SID, placedAt: placed, reading: { status: 'calling', reason: '' } });
  between(snapshot.seenAt - placed, 2_000, 3_000, 'seenAt');
  const elsewhere = client(context, { fetch, clock });
  const resumed = elsewhere.resume(snapshot);
  equal(resumed.callSid, SID, 'callSid');
  same(words(await run(collect(resumed.updates()))), ['success'], 'what comes');
});

test('a call resumed after its end needs no reading', async (context) => {
  const { client: it, calls, run } = stubbed(context, { GET: [reading('failure', 'busy')] });
  const call = it.watch(SID);
  const end = await run(call.result());
  const resumed = it.resume(JSON.parse(JSON.stringify(call.snapshot())));
  // The answer that told it is not part of what is stored.
  same(await run(resumed.result()), { ...end, correlationId: null });
  equal(calls.length, 1, 'readings');
});

test('what is no snapshot is refused, and nothing is sent', async (context) => {
  const { client: it, calls, run } = stubbed(context, { GET: [reading('success')] });
  const good = { callSid: SID, placedAt: null, seenAt: null, reading: null };
  for (const [name, bad] of [
    ['nothing', undefined],
    ['text', JSON.stringify(good)],
    ['an empty object', {}],
    ['another SID', { ...good, callSid: '../secret-path' }],
    ['a time that is none', { ...good, placedAt: 'yesterday' }],
    ['a reading that is none', { ...good, reading: 'queued' }],
  ]) {
    // At once, or as soon as somebody waits.
    const error = await rejects((async () => run(it.resume(bad).result()))(), name);
    kind(error, context.lib.InvalidInputError);
    ok(!error.message.includes('secret-path'), `does not quote ${name}`);
  }
  equal(calls.length, 0, 'requests');
});

const GONE = { status: 404, body: { error: 'no such call', code: 'CALL_NOT_FOUND' } };

test('a call just placed may be unknown for a while', async (context) => {
  const { client: it, run } = stubbed(context, { POST: [PLACED], GET: [GONE, GONE, reading('success')] });
  const call = await it.trigger({ toNumber: NUMBER });
  equal((await run(call.result())).status, 'success');
});

test('a call that nobody knows is not found', async (context) => {
  const { client: it, calls, run } = stubbed(context, { GET: [GONE] });
  const error = await rejects(run(it.watch(SID).result()));
  kind(error, context.lib.CallNotFoundError, { code: 'not_found', httpStatus: 404, callSid: SID });
  equal(calls.length, 1, 'readings');
});

test('a call that was seen and is gone has expired', async (context) => {
  const { client: it, run } = stubbed(context, { GET: [reading('calling'), GONE] });
  const error = await rejects(run(it.watch(SID).result()));
  kind(error, context.lib.CallNotFoundError, { code: 'expired', httpStatus: 404, callSid: SID });
});

test('call() triggers and follows, and tells on the way', async (context) => {
  const life = ['queued', 'calling', 'success'].map((word) => reading(word));
  const { client: it, run } = stubbed(context, { POST: [PLACED], GET: life });
  const told = [];
  let given;
  const onPlaced = (call, response) => {
    given = { call, response };
    told.push(['placed', call.callSid, call.snapshot().callSid]);
  };
  const onUpdate = ({ status, at }) => told.push([status, at instanceof Date]);
  const result = await run(it.call({ toNumber: NUMBER }, { onPlaced, onUpdate }));
  has(result, { callSid: SID, status: 'success', reason: '' });
  ok(given.call instanceof context.lib.Call, 'onPlaced is given the Call');
  const { headers, ...details } = given.response;
  ok(headers instanceof Headers, 'its headers');
  same(details, { status: 200, correlationId: 'stub-1', attempts: 1 }, 'and the details of the answer');
  same(told, [['placed', SID, SID], ['queued', true], ['calling', true], ['success', true]]);
});

test('onPlaced and onUpdate may take their time, and each is waited for', async (context) => {
  const { client: it, clock, run } = stubbed(context, { POST: [PLACED], GET: ['queued', 'calling', 'success'].map((word) => reading(word)) });
  const told = [];
  const slow = (name) => async (...args) => {
    told.push(`${name} begins`);
    await new Promise((resolve) => clock.setTimeout(resolve, 60_000));
    told.push(`${name} ends`);
    return args;
  };
  const listeners = { onPlaced: slow('placed'), onUpdate: (update) => slow(update.status)() };
  equal((await run(it.call({ toNumber: NUMBER }, listeners))).status, 'success');
  same(told, ['placed', 'queued', 'calling', 'success'].flatMap((name) => [`${name} begins`, `${name} ends`]));
});

const FAULT = new Error('the database is gone');
const FAILING = {
  'throws': () => {
    throw FAULT;
  },
  'rejects': async () => {
    throw FAULT;
  },
  'rejects later': () => sleep(0).then(() => Promise.reject(FAULT)),
  'gives a thenable that rejects': () => ({ then: (_, reject) => reject(FAULT) }),
};

for (const [how, fail] of Object.entries(FAILING))
  for (const name of ['onPlaced', 'onUpdate'])
    test(`${name} that ${how} rejects the call, with its SID, and the call can be followed on`, async (context) => {
      const steps = { POST: [PLACED], GET: [reading('calling'), reading('success')] };
      const { client: it, clock, calls, run } = stubbed(context, steps);
      const error = await rejects(run(it.call({ toNumber: NUMBER }, { [name]: fail })));
      kind(error, context.lib.OutboundError, {
        code: 'callback_failed',
        placement: 'placed',
        callSid: SID,
        cause: FAULT,
        originalCause: FAULT,
        name: 'OutboundError',
      });
      ok(error.message.includes(name) && error.message.includes(SID), error.message);
      const sent = calls.length;
      await clock.advance(3_600_000);
      equal(calls.length, sent, 'requests after it has failed');
      equal(clock.pending, 0, 'timers that are left');
      equal((await run(it.watch(error.callSid).result())).status, 'success', 'followed on');
    });

test('a call that was given to onPlaced can be followed after onPlaced has failed', async (context) => {
  const { client: it, run } = stubbed(context, { POST: [PLACED], GET: [reading('calling'), reading('success')] });
  let call;
  const onPlaced = (given) => ((call = given), Promise.reject(FAULT));
  await rejects(run(it.call({ toNumber: NUMBER }, { onPlaced })));
  equal(call.snapshot().callSid, SID, 'its snapshot');
  equal((await run(call.result())).status, 'success', 'its end');
});

test('what a framework throws in onPlaced or onUpdate to steer passes as it is', async (context) => {
  const redirect = Object.assign(new Error('NEXT_REDIRECT'), { digest: 'NEXT_REDIRECT;push;/calls;307;' });
  for (const name of ['onPlaced', 'onUpdate']) {
    const { client: it, run } = stubbed(context, { POST: [PLACED], GET: [reading('calling')] });
    equal(await rejects(run(it.call({ toNumber: NUMBER }, { [name]: () => Promise.reject(redirect) }))), redirect, name);
  }
});

test('an onRetry that fails ends neither the call nor the process, and is said on the console', async (context) => {
  const { error: own } = console;
  const said = [];
  console.error = (...parts) => said.push(parts);
  try {
    for (const fail of Object.values(FAILING)) {
      const steps = { POST: [FAILED, PLACED], GET: [FAILED, reading('success')] };
      const { client: it, run } = stubbed(context, steps);
      equal((await run(it.call({ toNumber: NUMBER }, { onRetry: fail }))).status, 'success');
    }
    await until(() => said.length >= 8);
    await sleep(20);
  } finally {
    console.error = own;
  }
  same(said.map(([, thrown]) => thrown), Array(8).fill(FAULT));
});

// --- against the sandbox's process ----------------------------------------------------------------------------------

const APIS = {
  outbound: {},
  agents: { api: 'agents', agentId: 'agent-1', environment: 'live' },
};

/** Whether some words come in an order, perhaps with some left out that were over too quickly. */
const inOrder = (seen, order) => {
  let at = 0;
  return seen.every((word) => (at = order.indexOf(word, at) + 1) > 0);
};

for (const [api, options] of Object.entries(APIS)) {
  test(`the sandbox's calls are followed to their ends (${api})`, async (context) => {
    const it = sandboxed(context, options);
    const follow = async (digits) => {
      const call = await it.trigger({ toNumber: scripted(digits), metadata: { purpose: 'test' } });
      const updates = await collect(call.updates());
      return [words(updates), updates.at(-1).reason];
    };
    const ends = await Promise.all(['00', '01', '03', '08', '10'].map(follow));
    const [plain, unanswered, congested, failing, odd] = ends;
    // A word that is not known is told as it came.
    const order = ['queued', api === 'agents' ? 'RINGING' : 'ringing', 'calling', 'success', 'failure'];
    for (const [seen] of ends) ok(inOrder(seen, order), `${seen}`);
    const end = ([seen, reason]) => [seen.at(-1), reason];
    same(end(plain), ['success', ''], '00');
    same(end(unanswered), ['failure', 'call setup: no answer from the called party'], '01');
    same(end(congested), ['failure', 'call queueing: max timeout limit exceeded'], '03');
    same(end(failing), ['success', ''], '08');
    same(end(odd), ['success', ''], '10');
  });

  test(`a call of the sandbox is resumed by another client (${api})`, async (context) => {
    const call = await sandboxed(context, options).trigger({ toNumber: scripted('02') });
    const stored = JSON.stringify(call.snapshot());
    const result = await sandboxed(context, options).resume(JSON.parse(stored)).result();
    has(result, { callSid: call.callSid, status: 'failure', reason: 'call setup: the called party is busy' });
  });
}

// --- what each who waits has for itself -------------------------------------------------------------------------------

test('what is told to one who waits for a call can be changed without anybody else noticing', async (context) => {
  const { client: it, run } = stubbed(context, { GET: [reading('calling', 'as read'), reading('success', 'as read')] });
  const call = it.watch(SID);
  const spoilt = async () => {
    for await (const update of call.updates()) Object.assign(update, { status: 'spoilt', reason: 'spoilt' });
    return Object.assign(await call.result(), { status: 'spoilt' });
  };
  const [, updates, end] = await run(Promise.all([spoilt(), collect(call.updates()), call.result()]));
  same(updates.map(({ status, reason }) => [status, reason]), [['calling', 'as read'], ['success', 'as read']], 'updates');
  has(end, { status: 'success', reason: 'as read' });
  has(await call.result(), { status: 'success', reason: 'as read' });
  Object.assign(call.snapshot().reading, { status: 'spoilt' });
  equal(call.snapshot().reading.status, 'success', 'a snapshot');
});

test('whoever has left is told of no retry of a call that others follow', async (context) => {
  const controller = new AbortController();
  const { client: it, clock, run } = stubbed(context, { GET: [FAILED, reading('calling'), FAILED, FAILED, reading('success')] });
  const call = it.watch(SID);
  const told = { leaves: 0, stays: 0 };
  const leaves = rejects(call.result({ signal: controller.signal, onRetry: () => void (told.leaves += 1) }));
  const stays = call.result({ onRetry: () => void (told.stays += 1) });
  await clock.advance(1_000);
  controller.abort();
  await leaves;
  await run(stays);
  same(told, { leaves: 1, stays: 3 }, 'retries');
});

test('one of two who gives up on a call that was placed is told so', async (context) => {
  const controller = new AbortController();
  const { client: it, clock } = stubbed(context, { POST: [PLACED], GET: [reading('calling')] }, { followTimeoutMs: 60_000 });
  const call = await it.trigger({ toNumber: NUMBER });
  const leaves = rejects(call.result({ signal: controller.signal }));
  const stays = rejects(call.result());
  await clock.advance(1_000);
  controller.abort();
  const error = await leaves;
  kind(error, context.lib.CancelledError, { code: 'cancelled', placement: 'placed', callSid: SID });
  ok(error.message.includes('the call was placed'), error.message);
  await clock.advance(60_000);
  kind(await stays, context.lib.TimeoutError, { placement: 'placed' });
});

// --- what a snapshot is good for --------------------------------------------------------------------------------------

test('a resumed call goes on from what was known: nothing is told twice, and the reason that was read stays', async (context) => {
  const { client: it, clock, run } = stubbed(context, { GET: [reading('calling', 'ringing out'), reading('success')] });
  const known = { callSid: SID, placedAt: clock.now() - 60_000, seenAt: clock.now() - 5_000 };
  const resumed = it.resume({ ...known, reading: { status: 'calling', reason: 'ringing out' } });
  same(resumed.snapshot(), { ...known, reading: { status: 'calling', reason: 'ringing out' } }, 'the snapshot');
  same(words(await run(collect(resumed.updates()))), ['success'], 'what is told');
  const without = it.resume({ ...known, reading: { status: 'queued' } });
  same(without.snapshot().reading, { status: 'queued', reason: '' }, 'a reading without a reason');
});

test('a resumed call that had ended tells its end as it was read, at the time at which it was', async (context) => {
  const { client: it, calls, clock, run } = stubbed(context, { GET: [reading('success')] });
  const seenAt = clock.now() - 3_600_000;
  const ended = it.resume({ callSid: SID, placedAt: seenAt - 60_000, seenAt, reading: { status: 'failure', reason: 'busy' } });
  same(await run(ended.result()), { callSid: SID, status: 'failure', reason: 'busy', at: new Date(seenAt), correlationId: null });
  equal(calls.length, 0, 'readings');
});

test('a call that was just placed may be unknown for a while after it was resumed, too', async (context) => {
  const { client: it, clock, run } = stubbed(context, { GET: [GONE, GONE, reading('success')] });
  const resumed = it.resume({ callSid: SID, placedAt: clock.now() - 1_000, seenAt: null, reading: null });
  equal((await run(resumed.result())).status, 'success');
});

test('a listener that never settles keeps nobody who gives up', async (context) => {
  for (const name of ['onPlaced', 'onUpdate']) {
    const controller = new AbortController();
    let told;
    const listening = new Promise((resolve) => (told = resolve));
    const { client: it, clock } = stubbed(context, { POST: [PLACED], GET: [reading('calling')] });
    const listener = () => (told(), new Promise(() => {}));
    const waiting = rejects(it.call({ toNumber: NUMBER }, { signal: controller.signal, [name]: listener }));
    const advancing = clock.advance(10_000);
    await listening;
    await advancing;
    controller.abort();
    has(await waiting, { code: 'cancelled', placement: 'placed', callSid: SID });
    equal(clock.pending, 0, 'timers that are left');
  }
});

test('a placed call is known by its error where the host has lost its fetch', async (context) => {
  const { baseUrl } = await hostile(context, { POST: [PLACED] });
  const call = await client(context, { baseUrl }).trigger({ toNumber: NUMBER });
  const { fetch } = globalThis;
  globalThis.fetch = undefined;
  const error = await rejects(call.result()).finally(() => (globalThis.fetch = fetch));
  has(error, { code: 'invalid_input', field: 'fetch', placement: 'placed', callSid: SID });
});

test('a placed call is known by its error where a clock fails while it is followed', async (context) => {
  for (const fails of [2, 3, 4]) {
    const stub = stubbed(context, { POST: [PLACED], GET: [reading('calling')] });
    let timers = 0;
    const setTimeout = (callback, ms) => {
      if (++timers === fails) throw new Error('no more timers');
      return stub.clock.setTimeout(callback, ms);
    };
    const clock = { now: stub.clock.now, setTimeout, clearTimeout: stub.clock.clearTimeout };
    const it = client(context, { fetch: stub.fetch, clock });
    has(await rejects(stub.run(it.call({ toNumber: NUMBER }))), { code: 'internal', placement: 'placed', callSid: SID });
  }
});
