// Giving up, in every wait: before anything is sent, in flight, between attempts, between readings.

import { equal, kind, ok, rejects, same, test, until } from './registry.mjs';
import { FAILED, NUMBER, PLACED, SID, besieged, client, collect, reading, stubbed } from './support.mjs';

const HANG = { hang: true };
const REASON = new Error('the user left');

/** What gives up: the operation's own signal, or the client's. */
const SIGNALS = {
  'the operation’s signal': (signal) => [{}, { signal }],
  'the client’s signal': (signal) => [{ signal }, {}],
};

for (const [whose, split] of Object.entries(SIGNALS)) {
  const setUp = (context, steps, controller) => {
    const [forClient, forOperation] = split(controller.signal);
    return { ...stubbed(context, steps, forClient), forOperation };
  };

  test(`${whose} aborted before anything was sent: nothing is sent, nothing was placed`, async (context) => {
    const controller = new AbortController();
    controller.abort(REASON);
    const { client: it, calls, forOperation } = setUp(context, { POST: [PLACED], GET: [reading('queued')] }, controller);
    const error = await rejects(it.trigger({ toNumber: NUMBER }, forOperation));
    kind(error, context.lib.CancelledError, { code: 'cancelled', placement: 'not_placed', attempts: 0, cause: REASON });
    const read = await rejects(it.status(SID, forOperation));
    kind(read, context.lib.CancelledError, { code: 'cancelled', placement: null, attempts: 0, cause: REASON });
    kind(await rejects(it.call({ toNumber: NUMBER }, forOperation)), context.lib.CancelledError);
    kind(await rejects(it.watch(SID).result(forOperation)), context.lib.CancelledError);
    kind(await rejects(collect(it.watch(SID).updates(forOperation))), context.lib.CancelledError);
    equal(calls.length, 0, 'requests');
  });

  test(`${whose} aborted in flight: whether it was placed is unknown, and the request is given up`, async (context) => {
    const controller = new AbortController();
    const { client: it, clock, calls, forOperation } = setUp(context, { POST: [HANG, PLACED] }, controller);
    const placing = rejects(it.trigger({ toNumber: NUMBER }, forOperation));
    await clock.settle();
    equal(calls.length, 1, 'requests before');
    controller.abort(REASON);
    const error = await placing;
    kind(error, context.lib.PlacementUnknownError, {
      code: 'cancelled',
      placement: 'unknown',
      attempts: 1,
      cause: REASON,
    });
    ok(calls[0].init.signal.aborted, 'the request is given up');
    await clock.advance(3_600_000);
    equal(calls.length, 1, 'requests after');
    equal(clock.pending, 0, 'timers that are left');
  });

  test(`${whose} aborted in the wait before a retry: nothing was placed, nothing more is sent`, async (context) => {
    const controller = new AbortController();
    const turnedAway = { ...FAILED, status: 429, headers: { 'Retry-After': '60' } };
    const { client: it, clock, calls, forOperation } = setUp(context, { POST: [turnedAway, PLACED] }, controller);
    const placing = rejects(it.trigger({ toNumber: NUMBER }, forOperation));
    await clock.advance(30_000);
    controller.abort(REASON);
    const error = await placing;
    kind(error, context.lib.CancelledError, {
      code: 'cancelled',
      placement: 'not_placed',
      attempts: 1,
      httpStatus: 429,
      cause: REASON,
    });
    await clock.advance(3_600_000);
    equal(calls.length, 1, 'requests');
    equal(clock.pending, 0, 'timers that are left');
  });

  test(`${whose} aborted between two readings ends the following, and leaves the call`, async (context) => {
    const controller = new AbortController();
    const steps = { POST: [PLACED], GET: [reading('queued')] };
    const { client: it, clock, calls, forOperation } = setUp(context, steps, controller);
    const call = await it.trigger({ toNumber: NUMBER });
    const waiting = rejects(call.result(forOperation));
    await clock.advance(1_500);
    controller.abort(REASON);
    const error = await waiting;
    kind(error, context.lib.CancelledError, { code: 'cancelled', callSid: SID, cause: REASON });
    await clock.advance(3_600_000);
    equal(calls.length, 2, 'requests: the trigger and one reading');
    equal(clock.pending, 0, 'timers that are left');
  });

  test(`${whose} aborted while a reading is under way gives it up`, async (context) => {
    const controller = new AbortController();
    const { client: it, clock, calls, forOperation } = setUp(context, { GET: [HANG] }, controller);
    const waiting = rejects(collect(it.watch(SID).updates(forOperation)));
    await clock.settle();
    controller.abort(REASON);
    kind(await waiting, context.lib.CancelledError, { code: 'cancelled', callSid: SID, cause: REASON });
    ok(calls[0].init.signal.aborted, 'the request is given up');
  });

  test(`${whose} aborted ends call(), and the error says that the call was placed`, async (context) => {
    const controller = new AbortController();
    const steps = { POST: [PLACED], GET: [reading('calling')] };
    const { client: it, clock, forOperation } = setUp(context, steps, controller);
    const waiting = rejects(it.call({ toNumber: NUMBER }, forOperation));
    await clock.advance(7_000);
    controller.abort(REASON);
    const expected = { code: 'cancelled', placement: 'placed', callSid: SID, cause: REASON };
    kind(await waiting, context.lib.CancelledError, expected);
  });
}

test('an abort right after trigger comes before anything was sent', async (context) => {
  const controller = new AbortController();
  const { client: it, clock, calls } = stubbed(context, { POST: [HANG] });
  const placing = rejects(it.trigger({ toNumber: NUMBER }, { signal: controller.signal }));
  controller.abort(REASON);
  kind(await placing, context.lib.CancelledError, { code: 'cancelled', placement: 'not_placed', attempts: 0, cause: REASON });
  await clock.settle();
  equal(calls.length, 0, 'requests');
});

test('an abort closes the connection to the server', async (context) => {
  const controller = new AbortController();
  const { client: it, seen } = await besieged(context, { POST: [{ hang: 'head' }] });
  const placing = rejects(it.trigger({ toNumber: NUMBER }, { signal: controller.signal }));
  await until(async () => (await seen()).POST > 0);
  controller.abort();
  kind(await placing, context.lib.PlacementUnknownError);
  await until(async () => (await seen()).closed > 0);
  const { POST, closed } = await seen();
  same({ POST, closed }, { POST: 1, closed: 1 }, 'at the server');
});

test('one of two that wait for a call gives up, and the other goes on', async (context) => {
  const controller = new AbortController();
  const life = ['queued', 'calling', 'success'].map((word) => reading(word));
  const { client: it, clock, calls, run } = stubbed(context, { GET: life });
  const call = it.watch(SID);
  const leaves = rejects(call.result({ signal: controller.signal }));
  const stays = call.result();
  await clock.advance(1_000);
  controller.abort(REASON);
  kind(await leaves, context.lib.CancelledError, { cause: REASON });
  equal((await run(stays)).status, 'success');
  equal(calls.length, 3, 'readings');
});

test('one of two gives up while a reading is under way, and the reading is not given up', async (context) => {
  const controller = new AbortController();
  const { client: it, clock, calls } = stubbed(context, { GET: [HANG] }, { followTimeoutMs: 60_000 });
  const call = it.watch(SID);
  const leaves = rejects(call.result({ signal: controller.signal }));
  const stays = rejects(call.result());
  await clock.settle();
  controller.abort(REASON);
  kind(await leaves, context.lib.CancelledError);
  ok(!calls[0].init.signal.aborted, 'the reading goes on');
  await clock.advance(60_000);
  kind(await stays, context.lib.TimeoutError, { code: 'deadline_exceeded' });
});

test('the client’s signal ends both that wait', async (context) => {
  const controller = new AbortController();
  const { client: it, clock } = stubbed(context, { GET: [reading('queued')] }, { signal: controller.signal });
  const call = it.watch(SID);
  const waiting = [rejects(call.result()), rejects(collect(call.updates()))];
  await clock.advance(3_000);
  controller.abort(REASON);
  for (const error of await Promise.all(waiting)) kind(error, context.lib.CancelledError, { cause: REASON });
});

test('an abort after the end changes nothing', async (context) => {
  const controller = new AbortController();
  const { client: it, run } = stubbed(context, { POST: [PLACED], GET: [reading('success')] });
  const call = await it.trigger({ toNumber: NUMBER }, { signal: controller.signal });
  controller.abort(REASON);
  equal((await run(call.result())).status, 'success', 'the trigger’s signal is not the call’s');
});

test('a signal that times out is told as what it is: given up by the caller', async (context) => {
  const it = client(context, { fetch: () => new Promise(() => {}) });
  const error = await rejects(it.status(SID, { signal: AbortSignal.timeout(50) }));
  kind(error, context.lib.CancelledError, { code: 'cancelled' });
  equal(error.cause?.name, 'TimeoutError', 'the cause');
});

test(
  'a signal that lives long holds nothing of what has ended',
  async (context) => {
    const controller = new AbortController();
    const { signal } = controller;
    const { client: it, run } = stubbed(context, { POST: [PLACED], GET: [reading('success')] }, { signal });
    const before = context.listeners(signal);
    for (let nth = 0; nth < 20; nth++) {
      await it.trigger({ toNumber: NUMBER }, { signal });
      await it.status(SID, { signal });
      await run(it.watch(SID).result({ signal }));
      await run(it.call({ toNumber: NUMBER }, { signal }));
    }
    equal(context.listeners(signal), before, 'listeners that are left');
  },
  ({ listeners }) => listeners,
);

// --- a signal of the client's and one of the operation's own, together ------------------------------------------------

/** Every wait that takes a signal, with what it is told of the call. */
const WAITS = {
  'a trigger': [(it, signal) => it.trigger({ toNumber: NUMBER }, { signal }), { placement: 'unknown', callSid: null }],
  'a reading': [(it, signal) => it.status(SID, { signal }), { placement: null, callSid: SID }],
  'a call to be placed': [(it, signal) => it.call({ toNumber: NUMBER }, { signal }), { placement: 'unknown', callSid: null }],
  'a result': [(it, signal) => it.watch(SID).result({ signal }), { placement: null, callSid: SID }],
  'an update': [(it, signal) => it.watch(SID).updates({ signal }).next(), { placement: null, callSid: SID }],
};

for (const [what, [wait, expected]] of Object.entries(WAITS))
  for (const first of ['the client’s', 'its own'])
    test(`of two signals that ${what} has, ${first} ends it, and the other holds nothing of it`, async (context) => {
      const [ofClient, own] = [new AbortController(), new AbortController()];
      const { client: it, calls, clock } = stubbed(context, { POST: [HANG], GET: [HANG] }, { signal: ofClient.signal });
      const waiting = rejects(wait(it, own.signal));
      await clock.settle();
      equal(calls.length, 1, 'requests');
      (first === 'its own' ? own : ofClient).abort(REASON);
      const error = await waiting;
      kind(error, context.lib.OutboundError, { code: 'cancelled', cause: REASON, ...expected });
      ok(calls[0].init.signal.aborted, 'the request is given up');
      equal(clock.pending, 0, 'timers that are left');
      for (const { signal } of [ofClient, own]) if (context.listeners) equal(context.listeners(signal), 0, 'listeners that are left');
    });

/** Ways in which the last who waits for a call leaves it. */
const LEAVING = {
  'by a signal': async (call, clock, run) => {
    const controller = new AbortController();
    const leaves = rejects(call.result({ signal: controller.signal }));
    await clock.settle();
    controller.abort(REASON);
    return () => leaves;
  },
  'by leaving its loop': async (call, clock, run) => {
    const updates = call.updates();
    await run(updates.next());
    const left = updates.return();
    return () => left;
  },
};

for (const [how, leave] of Object.entries(LEAVING))
  test(`a call that is left ${how} is followed for whoever comes at any moment after that`, async (context) => {
    // A machine that is given up takes a few turns of promises to end.
    for (let turns = 0; turns < 12; turns++) {
      const { client: it, clock, run } = stubbed(context, { GET: [reading('calling'), reading('calling'), reading('success')] });
      const call = it.watch(SID);
      const left = await leave(call, clock, run);
      for (let turn = 0; turn < turns; turn++) await undefined;
      const stays = call.result();
      await left();
      equal((await run(stays)).status, 'success', `of whoever came after ${turns} turns`);
    }
  });

test('an answer that is whole counts when the caller gives up, though its body does not end', async (context) => {
  const controller = new AbortController();
  const body = new TextEncoder().encode(JSON.stringify(PLACED.body));
  const give = () => new Response(new ReadableStream({ start: (it) => it.enqueue(body) }));
  const { client: it, calls, clock } = stubbed(context, { POST: [() => ({ give: give() })] });
  const placing = it.trigger({ toNumber: NUMBER }, { signal: controller.signal });
  await clock.settle();
  controller.abort(REASON);
  equal((await placing).callSid, SID, 'callSid');
  ok(calls[0].init.signal.aborted, 'the request is given up');
});

test('whoever gives up in the wait after a failed reading is told of the reason, and not of the failure', async (context) => {
  const controller = new AbortController();
  const { client: it, calls, clock } = stubbed(context, { GET: [{ reject: new Error('reset') }, reading('calling')] });
  const waiting = rejects(it.status(SID, { signal: controller.signal }));
  await clock.settle();
  controller.abort(REASON);
  kind(await waiting, context.lib.CancelledError, { code: 'cancelled', attempts: 1, cause: REASON });
  equal(calls.length, 1, 'requests');
});

test('an answer of which half is there when the caller gives up is none: it is cancelled, and may have rung', async (context) => {
  for (const half of ['', '{', JSON.stringify(PLACED.body).slice(0, -1)]) {
    const controller = new AbortController();
    const give = () => new Response(new ReadableStream({ start: (it) => it.enqueue(new TextEncoder().encode(half)) }));
    const { client: it, calls, clock } = stubbed(context, { POST: [() => ({ give: give() })] });
    const placing = rejects(it.trigger({ toNumber: NUMBER }, { signal: controller.signal }));
    await clock.settle();
    controller.abort(REASON);
    kind(await placing, context.lib.PlacementUnknownError, { code: 'cancelled', attempts: 1, callSid: null, cause: REASON });
    ok(calls[0].init.signal.aborted, 'the request is given up');
  }
});
