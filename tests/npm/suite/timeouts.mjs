// How long things may take: one request with its body, one operation with its retries, one call to its end.

import { sinceArrival } from './clocks.mjs';
import { between, equal, has, kind, ok, rejects, same, sleep, test, until } from './registry.mjs';
import { FAILED, NUMBER, PLACED, SID, besieged, client, reading, stubbed } from './support.mjs';

/** Times in life, which begin when the request has arrived: a busy machine may take as long before. */
const inLife = { clock: sinceArrival, timeoutMs: undefined };

test('requestTimeoutMs ends a request that is not answered, and gives it up', async (context) => {
  const { client: it, seen } = await besieged(context, { POST: [{ hang: 'head' }] }, { ...inLife, requestTimeoutMs: 800 });
  const began = Date.now();
  const error = await rejects(it.trigger({ toNumber: NUMBER }));
  kind(error, context.lib.PlacementUnknownError, { code: 'timed_out', placement: 'unknown', attempts: 1 });
  between(Date.now() - began, 750, 7_000, 'ms');
  await until(async () => (await seen()).closed > 0);
  const { POST, closed } = await seen();
  same({ POST, closed }, { POST: 1, closed: 1 }, 'at the server');
});

for (const [what, step] of [
  ['hangs', { hang: 'body', body: '{"status":"cal' }],
  ['trickles', { trickleMs: 400, body: { status: 'calling', reason: '' } }],
])
  test(`requestTimeoutMs covers a body that ${what}`, async (context) => {
    const options = { ...inLife, requestTimeoutMs: 800, maxRetries: 0 };
    const { client: it, seen } = await besieged(context, { GET: [step] }, options);
    const began = Date.now();
    kind(await rejects(it.status(SID)), context.lib.OutboundError, { code: 'unexpected_answer', httpStatus: 200, attempts: 1, callSid: SID });
    between(Date.now() - began, 750, 3_500, 'ms');
    equal((await seen()).GET, 1, 'readings at the server');
  });

test('timeoutMs covers a body that hangs', async (context) => {
  const { client: it } = await besieged(context, { GET: [{ hang: 'body', body: '{"sta' }] }, { ...inLife, timeoutMs: 800 });
  const began = Date.now();
  kind(await rejects(it.status(SID)), context.lib.OutboundError, { code: 'unexpected_answer', httpStatus: 200, attempts: 1, callSid: SID });
  between(Date.now() - began, 750, 7_000, 'ms');
});

test('a slow body that comes in time is an answer', async (context) => {
  const options = { ...inLife, requestTimeoutMs: 10_000 };
  const { client: it } = await besieged(context, { POST: [{ trickleMs: 30, body: PLACED.body }] }, options);
  equal((await it.trigger({ toNumber: NUMBER })).callSid, SID);
});

test('timeoutMs covers all requests and the waits between them', async (context) => {
  const options = { timeoutMs: 10_000, maxRetries: 1_000 };
  const { client: it, clock, calls, run } = stubbed(context, { GET: [FAILED] }, options);
  const began = clock.now();
  const error = await rejects(run(it.status(SID)));
  kind(error, context.lib.OutboundError, { httpStatus: 500, placement: null });
  ok(clock.now() - began <= 10_000, `ended after ${clock.now() - began} ms`);
  ok(calls.length > 1, 'it was tried again');
});

test('timeoutMs that is over while a request is under way says so', async (context) => {
  const { client: it, clock, calls, run } = stubbed(context, { POST: [{ hang: true }] }, { timeoutMs: 7_000 });
  const began = clock.now();
  const error = await rejects(run(it.trigger({ toNumber: NUMBER })));
  kind(error, context.lib.PlacementUnknownError, { code: 'deadline_exceeded', attempts: 1 });
  equal(clock.now() - began, 7_000, 'ms');
  ok(calls[0].init.signal.aborted, 'the request is given up');
});

test('a status read that is not answered is a TimeoutError', async (context) => {
  const options = { requestTimeoutMs: 2_000, maxRetries: 1 };
  const { client: it, calls, run } = stubbed(context, { GET: [{ hang: true }] }, options);
  const error = await rejects(run(it.status(SID)));
  kind(error, context.lib.TimeoutError, { code: 'timed_out', placement: null, attempts: 2, callSid: SID });
  ok(calls.every((call) => call.init.signal.aborted), 'all requests are given up');
});

test('the times of one operation go before those of the client', async (context) => {
  const { client: it, clock, run } = stubbed(context, { GET: [{ hang: true }] }, { maxRetries: 0 });
  for (const [options, ms, code] of [
    [{ requestTimeoutMs: 1_000 }, 1_000, 'timed_out'],
    [{ timeoutMs: 3_000 }, 3_000, 'deadline_exceeded'],
    [{}, 30_000, 'timed_out'],
  ]) {
    const began = clock.now();
    has(await rejects(run(it.status(SID, options))), { code });
    equal(clock.now() - began, ms, 'ms');
  }
});

test('followTimeoutMs ends the following of a call, which goes on', async (context) => {
  const steps = { POST: [PLACED], GET: [reading('queued')] };
  const { client: it, clock, run } = stubbed(context, steps, { followTimeoutMs: 60_000 });
  const call = await it.trigger({ toNumber: NUMBER });
  for (const which of ['the first wait', 'a second one, whose time begins anew']) {
    const began = clock.now();
    const error = await rejects(run(call.result()));
    kind(error, context.lib.TimeoutError, { code: 'deadline_exceeded', callSid: SID, placement: 'placed' });
    between(clock.now() - began, 59_999, 60_001, `ms of ${which}`);
  }
  equal(call.snapshot().reading.status, 'queued', 'what is known of it');
});

test('followTimeoutMs of one call() goes before the client’s, and the error names the call', async (context) => {
  const steps = { POST: [PLACED], GET: [reading('calling')] };
  const { client: it, clock, run } = stubbed(context, steps, { followTimeoutMs: 20_000 });
  for (const [options, ms] of [[{}, 20_000], [{ followTimeoutMs: 50_000 }, 50_000]]) {
    const began = clock.now();
    const error = await rejects(run(it.call({ toNumber: NUMBER }, options)));
    kind(error, context.lib.TimeoutError, { code: 'deadline_exceeded', callSid: SID, placement: 'placed' });
    between(clock.now() - began, ms - 1, ms + 1, 'ms');
  }
});

// --- waits that a timer cannot hold ---------------------------------------------------------------------------------

const WEEKS = 2 ** 31 + 5_000;
const MONTHS = { requestTimeoutMs: 2 * WEEKS, timeoutMs: 2 * WEEKS, followTimeoutMs: 2 * WEEKS };

test('a wait beyond 2^31-1 ms is not over at once', async (context) => {
  const signal = new AbortController();
  const fetch = () => new Promise(() => {});
  const it = client(context, { fetch, ...MONTHS, signal: signal.signal });
  let ended = false;
  const waiting = rejects(it.status(SID)).then((error) => ((ended = true), error));
  await sleep(150);
  ok(!ended, 'it still waits');
  signal.abort();
  kind(await waiting, context.lib.CancelledError);
});

test('a wait beyond 2^31-1 ms is waited in pieces that timers can hold, and is over in time', async (context) => {
  const { client: it, clock, run } = stubbed(context, { GET: [{ hang: true }] }, { ...MONTHS, timeoutMs: WEEKS });
  const began = clock.now();
  has(await rejects(run(it.status(SID))), { code: 'deadline_exceeded' });
  ok(clock.asked.every((ms) => ms <= 2 ** 31 - 1), `timers of ${clock.asked} ms`);
  ok(clock.asked.length < 10, `${clock.asked.length} timers`);
  equal(clock.now() - began, WEEKS, 'ms');
});
