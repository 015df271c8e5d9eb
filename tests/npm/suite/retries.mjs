// What is sent again, how often, and after how long.

import { between, equal, has, kind, ok, rejects, same, test } from './registry.mjs';
import {
  AGENTS,
  AGENTS_FAILED,
  FAILED,
  NUMBER,
  PAGE,
  PLACED,
  SID,
  besieged,
  reading,
  rung,
  sandboxed,
  scripted,
  stubbed,
} from './support.mjs';

const TOO_MANY = { status: 429, body: { error: 'too many', code: 'RATE_LIMITED' } };
const AGENTS_PLACED = { body: { callSid: SID, status: 'QUEUED' } };

// --- counted by the server ------------------------------------------------------------------------------------------

const AGAIN = [
  ['500 in the service’s own envelope', [FAILED, FAILED, PLACED], {}],
  ['429', [TOO_MANY, PLACED], {}],
  ['429 with Retry-After in seconds', [{ ...TOO_MANY, headers: { 'retry-after': '1' } }, PLACED], {}],
  ['429 with Retry-After as an HTTP date', [{ ...TOO_MANY, retryAfterDate: 2 }, PLACED], {}],
  ['429 of a gateway', [{ ...PAGE, status: 429 }, PLACED], {}],
  ['500 with no more than an error in it', [{ status: 500, body: { error: 'failed' } }, PLACED], {}],
  ['500 in the platform’s envelope', [{ ...AGENTS_FAILED, status: 500 }, PLACED], {}],
  ['503 in the service’s own envelope', [{ ...FAILED, status: 503 }, PLACED], {}],
  ['503 in the service’s own envelope, of the agents API', [{ ...AGENTS_FAILED, status: 503 }, AGENTS_PLACED], AGENTS],
  ['502 of the agents API, if it is said to place no call', [AGENTS_FAILED, AGENTS_PLACED], { ...AGENTS, agents502NotPlaced: true }],
];

for (const [what, steps, options] of AGAIN)
  test(`a trigger is sent again after ${what}`, async (context) => {
    const { client: it, seen } = await besieged(context, { POST: steps }, options);
    const { data, response } = await it.trigger({ toNumber: NUMBER }).withResponse();
    equal(data.callSid, SID, 'callSid');
    equal(response.attempts, steps.length, 'attempts');
    equal((await seen()).POST, steps.length, 'POSTs at the server');
  });

const NOT_AGAIN = [
  ['400', 400, 'rejected'],
  ['401', 401, 'unauthorized'],
  ['403', 403, 'forbidden'],
  ['404', 404, 'not_found'],
  ['422', 422, 'rejected'],
  ['404 of a gateway', 404, 'not_found', PAGE],
  ['405 of a gateway', 405, 'rejected', { foreign: true }],
];

for (const [what, status, code, step = FAILED] of NOT_AGAIN)
  test(`a trigger is not sent again after ${what}, and placed no call`, async (context) => {
    const { client: it, seen } = await besieged(context, { POST: [{ ...step, status }] });
    const error = await rejects(it.trigger({ toNumber: NUMBER }));
    kind(error, context.lib.OutboundError, { code, httpStatus: status, placement: 'not_placed', attempts: 1 });
    equal((await seen()).POST, 1, 'POSTs at the server');
  });

test('a trigger is sent four times unless told otherwise, and then was not placed', async (context) => {
  const { client: it, seen } = await besieged(context, { POST: [FAILED] });
  const error = await rejects(it.trigger({ toNumber: NUMBER }));
  kind(error, context.lib.OutboundError, {
    code: 'service_failed',
    httpStatus: 500,
    placement: 'not_placed',
    attempts: 4,
    serviceCode: 'INTERNAL_ERROR',
  });
  equal((await seen()).POST, 4, 'POSTs at the server');
});

test('a 502 of the agents API that is said to place no call is sent four times, and then was not placed', async (context) => {
  const { client: it, seen } = await besieged(context, { POST: [AGENTS_FAILED] }, { ...AGENTS, agents502NotPlaced: true });
  const error = await rejects(it.trigger({ toNumber: NUMBER }));
  kind(error, context.lib.OutboundError, { code: 'service_failed', httpStatus: 502, placement: 'not_placed', attempts: 4 });
  equal((await seen()).POST, 4, 'POSTs at the server');
});

test('maxRetries 0 sends everything once, triggers and status reads', async (context) => {
  const steps = { POST: [FAILED], GET: [PAGE] };
  const { client: it, seen } = await besieged(context, steps, { maxRetries: 0 });
  has(await rejects(it.trigger({ toNumber: NUMBER })), { attempts: 1, placement: 'not_placed' });
  has(await rejects(it.status(SID)), { attempts: 1, httpStatus: 502 });
  const { POST, GET } = await seen();
  same({ POST, GET }, { POST: 1, GET: 1 }, 'requests at the server');
});

test('maxRetries of one operation goes before that of the client', async (context) => {
  const { client: it, seen } = await besieged(context, { POST: [FAILED], GET: [FAILED] }, { maxRetries: 0 });
  has(await rejects(it.trigger({ toNumber: NUMBER }, { maxRetries: 2 })), { attempts: 3 });
  has(await rejects(it.status(SID, { maxRetries: 1 })), { attempts: 2 });
  const { POST, GET } = await seen();
  same({ POST, GET }, { POST: 3, GET: 2 }, 'requests at the server');
});

test('maxRetries 0 of one operation goes before that of the client, too', async (context) => {
  const { client: it, seen } = await besieged(context, { POST: [FAILED], GET: [FAILED] }, { maxRetries: 2 });
  has(await rejects(it.trigger({ toNumber: NUMBER }, { maxRetries: 0 })), { attempts: 1 });
  has(await rejects(it.call({ toNumber: NUMBER }, { maxRetries: 0 })), { attempts: 1 });
  has(await rejects(it.status(SID, { maxRetries: 0 })), { attempts: 1 });
  const { POST, GET } = await seen();
  same({ POST, GET }, { POST: 2, GET: 1 }, 'requests at the server');
});

test('a status read is sent again after whatever may pass', async (context) => {
  const { client: it, seen } = await besieged(
    context,
    { GET: [PAGE, { cut: 'head' }, { body: '{"status":' }, TOO_MANY, FAILED, { body: '' }, reading('calling')] },
    { maxRetries: 10 },
  );
  same(await it.status(SID), { status: 'calling', reason: '' });
  equal((await seen()).GET, 7, 'GETs at the server');
});

test('a call is followed through any number of failing reads', async (context) => {
  const failing = Array.from({ length: 8 }, (_, nth) => [PAGE, FAILED, { cut: 'head' }][nth % 3]);
  const { client: it, seen } = await besieged(context, { GET: [...failing, reading('success')] }, { maxRetries: 0 });
  equal((await it.watch(SID).result()).status, 'success');
  equal((await seen()).GET, 9, 'GETs at the server');
});

const GATEWAYS = [
  ['a page with 404', { ...PAGE, status: 404 }],
  ['400 in an envelope', { ...FAILED, foreign: true, status: 400 }],
  ['401 in an envelope', { ...AGENTS_FAILED, foreign: true, status: 401 }],
  ['405 with nothing in it', { foreign: true, status: 405 }],
];

for (const [what, step] of GATEWAYS)
  test(`a gateway’s answer to readings says nothing of the call: ${what}`, async (context) => {
    const steps = { GET: [reading('calling'), ...Array.from({ length: 6 }, () => step), reading('success')] };
    const { client: it, seen } = await besieged(context, steps);
    equal((await it.watch(SID).result()).status, 'success');
    equal((await seen()).GET, 8, 'GETs at the server');
    const alone = await besieged(context, { GET: [step] }, { maxRetries: 1 });
    const error = await rejects(alone.client.status(SID));
    kind(error, context.lib.OutboundError, { code: 'unexpected_answer', httpStatus: step.status, attempts: 2, placement: null });
    ok(!(error instanceof context.lib.CallNotFoundError), 'the service has not said that it does not know the call');
  });

test('the sandbox’s scripted failures are retried, and ring one phone once', async (context) => {
  const it = sandboxed(context);
  for (const [digits, attempts] of [['05', 3], ['07', 2]]) {
    const number = scripted(digits);
    const { data, response } = await it.trigger({ toNumber: number }).withResponse();
    equal(response.attempts, attempts, `attempts of ${digits}`);
    const calls = await rung(context, number);
    same(calls.map((call) => call.call_sid), [data.callSid], `calls placed by ${digits}`);
  }
});

// --- measured on a clock that stands still --------------------------------------------------------------------------

const waits = (calls) => calls.slice(1).map((call, nth) => call.at - calls[nth].at);

test('waits before retries are jittered, and bounded by 1, 2 and 4 seconds', async (context) => {
  const seen = [];
  for (let nth = 0; nth < 8; nth++) {
    const { client: it, clock, calls, run } = stubbed(context, { POST: [FAILED] });
    clock.random = () => nth / 8;
    await rejects(run(it.trigger({ toNumber: NUMBER })));
    const each = waits(calls);
    each.forEach((wait, retry) => between(wait, 0, 1_000 * 2 ** retry + 1, `wait before retry ${retry + 1}`));
    seen.push(each[0]);
  }
  ok(new Set(seen).size > 4, `waits that differ, not ${seen}`);
});

test('the jitter is drawn from the clock’s random, so that a run can be repeated', async (context) => {
  const once = async () => {
    const { client: it, calls, run } = stubbed(context, { POST: [FAILED] });
    await rejects(run(it.trigger({ toNumber: NUMBER })));
    return waits(calls);
  };
  same(await once(), await once());
});

const dated = ({ at }) => new Date(at + 60_000).toUTCString();

for (const [form, header] of [
  ['in seconds', () => '60'],
  ['as an HTTP date', dated],
])
  test(`Retry-After ${form} is waited for, and little longer`, async (context) => {
    const turnedAway = (call) => ({ ...TOO_MANY, headers: { 'Retry-After': header(call) } });
    const { client: it, calls, run } = stubbed(context, { POST: [turnedAway, PLACED] });
    await run(it.trigger({ toNumber: NUMBER }));
    between(waits(calls)[0], 60_000, 61_001, 'ms until the second request');
  });

test('a Retry-After that leaves no time for the answer is told at once, for a call may be placed all the same', async (context) => {
  const turnedAway = { ...TOO_MANY, headers: { 'Retry-After': '95' } };
  const { client: it, clock, calls, run } = stubbed(context, { POST: [turnedAway, PLACED] }, { timeoutMs: 120_000 });
  const began = clock.now();
  const error = await rejects(run(it.trigger({ toNumber: NUMBER })));
  kind(error, context.lib.RateLimitError, { code: 'rate_limited', retryAfterMs: 95_000, placement: 'not_placed' });
  equal(clock.now() - began, 0, 'ms waited');
  equal(calls.length, 1, 'requests');
});

test('a Retry-After that leaves no time is told at once', async (context) => {
  const turnedAway = { ...TOO_MANY, headers: { 'Retry-After': '600' } };
  const { client: it, clock, calls, run } = stubbed(context, { POST: [turnedAway] }, { timeoutMs: 120_000 });
  const began = clock.now();
  const error = await rejects(run(it.trigger({ toNumber: NUMBER })));
  kind(error, context.lib.RateLimitError, { code: 'rate_limited', retryAfterMs: 600_000, placement: 'not_placed' });
  equal(clock.now() - began, 0, 'ms waited');
  equal(calls.length, 1, 'requests');
});

test('every retry is told before it is made', async (context) => {
  const steps = [FAILED, { ...TOO_MANY, headers: { 'Retry-After': '5' } }, PLACED];
  const { client: it, calls, run } = stubbed(context, { POST: steps });
  const told = [];
  const onRetry = (retry) => told.push({ ...retry, requests: calls.length });
  await run(it.trigger({ toNumber: NUMBER }, { onRetry }));
  equal(told.length, 2, 'retries told');
  const [{ afterMs: first, ...one }, { afterMs: second, ...two }] = told;
  same(one, { code: 'service_failed', status: 500, correlationId: 'stub-1', attempts: 1, requests: 1 });
  same(two, { code: 'rate_limited', status: 429, correlationId: 'stub-2', attempts: 2, requests: 2 });
  const [firstWait, secondWait] = waits(calls);
  between(firstWait, first, first + 1, 'first wait as told');
  between(secondWait, second, second + 1, 'second wait as told');
});

test('whoever waits for a call is told of the readings that fail', async (context) => {
  const steps = { POST: [FAILED, PLACED], GET: [reading('calling'), PAGE, { reject: new Error('reset') }, reading('success')] };
  const { client: it, run } = stubbed(context, steps);
  const codes = (told) => told.map(({ code }) => code);
  const [one, two, all] = [[], [], []];
  const call = it.watch(SID);
  const waits = [call.result({ onRetry: (retry) => one.push(retry) }), call.result({ onRetry: (retry) => two.push(retry) })];
  await run(Promise.all(waits));
  for (const told of [one, two]) same(codes(told), ['unexpected_answer', 'connection_lost']);
  const again = stubbed(context, steps);
  await again.run(again.client.call({ toNumber: NUMBER }, { onRetry: (retry) => all.push(retry) }));
  same(codes(all), ['service_failed', 'unexpected_answer', 'connection_lost'], 'of call()');
});

// --- the budget -----------------------------------------------------------------------------------------------------

/** Triggers and readings that fail, one after the other, each with up to three retries; gives how many requests there were. */
async function spent(context, { client: it, calls, run }, rounds, options) {
  for (let nth = 0; nth < rounds; nth++)
    await run(rejects(nth % 2 === 0 ? it.trigger({ toNumber: NUMBER }, options) : it.status(SID, options)));
  return calls.length;
}

for (const [what, options] of [['the limits of the client', undefined], ['limits of their own', { maxRetries: 3 }]])
  test(`all operations of a client, with ${what}, have a hundred retries together, until some succeed`, async (context) => {
    const answers = { POST: [FAILED], GET: [FAILED] };
    const stub = stubbed(context, answers);
    // Three retries each for 33 of them, one for the next, and none for the others.
    equal(await spent(context, stub, 40, options), 40 + 100, 'requests');
    answers.GET = [reading('calling')];
    for (let nth = 0; nth < 10; nth++) await stub.client.status(SID, options);
    answers.GET = [FAILED];
    // Ten successes are worth a retry.
    const before = stub.calls.length;
    await stub.run(rejects(stub.client.status(SID, options)));
    equal(stub.calls.length - before, 2, 'requests after ten successes');
    const other = stubbed(context, { POST: [FAILED], GET: [FAILED] });
    equal(await spent(context, other, 2, options), 8, 'requests of another client');
  });
