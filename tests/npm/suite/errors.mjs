// What goes wrong, as classes that people catch and members that they read; and what a success tells beside its value.

import { between, equal, has, kind, ok, rejects, same, sleep, test } from './registry.mjs';
import { AGENTS, FAILED, NUMBER, PLACED, SID, besieged, client, reading, stubbed } from './support.mjs';

const CLASSES = [
  'AuthenticationError',
  'CallNotFoundError',
  'CancelledError',
  'InvalidInputError',
  'PlacementUnknownError',
  'RateLimitError',
  'TimeoutError',
];

const answer = (status, more) => ({ status, body: { error: 'said by the service', code: 'SAID' }, ...more });

for (const [status, code, type] of [
  [400, 'rejected', 'OutboundError'],
  [401, 'unauthorized', 'AuthenticationError'],
  [403, 'forbidden', 'AuthenticationError'],
  [404, 'not_found', 'CallNotFoundError'],
  [429, 'rate_limited', 'RateLimitError'],
  [500, 'service_failed', 'OutboundError'],
])
  test(`${status} is a ${type} with all that is known`, async (context) => {
    const { lib } = context;
    const steps = { POST: [answer(status, { headers: { 'Retry-After': '7' } })], GET: [answer(status)] };
    const { client: it, run } = stubbed(context, steps, { maxRetries: 0 });
    const trigger = await rejects(run(it.trigger({ toNumber: NUMBER })));
    kind(trigger, lib[type], {
      code,
      httpStatus: status,
      correlationId: 'stub-1',
      attempts: 1,
      placement: 'not_placed',
      callSid: null,
      serviceCode: 'SAID',
      retryAfterMs: 7_000,
      name: type,
    });
    const read = await rejects(run(it.status(SID)));
    kind(read, lib[type], { code, httpStatus: status, correlationId: 'stub-2', placement: null, callSid: SID, retryAfterMs: null });
    for (const error of [trigger, read]) {
      ok(error instanceof lib.OutboundError && error instanceof Error, 'an OutboundError and an Error');
      for (const other of CLASSES.filter((name) => name !== type))
        ok(!(error instanceof lib[other]), `no ${other}`);
      ok(error.message.includes('said by the service'), `says what the service said: ${error.message}`);
      ok(error.message.includes(String(status)), `says the status: ${error.message}`);
      equal(typeof error.stack, 'string', 'type of its stack');
    }
  });

test('an error of unknown placement is a PlacementUnknownError, whatever its code', async (context) => {
  const { lib } = context;
  const controller = new AbortController();
  const made = [
    [{ reject: new Error('reset') }, 'connection_lost', {}],
    [{ hang: true }, 'timed_out', {}],
    [{ hang: true }, 'deadline_exceeded', { timeoutMs: 1_000 }],
    [{ status: 502, body: '<html>' }, 'unexpected_answer', {}],
    [{ hang: true }, 'cancelled', { signal: controller.signal }],
  ];
  for (const [step, code, options] of made) {
    const { client: it, clock, run } = stubbed(context, { POST: [step] }, options);
    const placing = rejects(it.trigger({ toNumber: NUMBER }));
    await clock.settle();
    if (options.signal) controller.abort();
    const error = await run(placing);
    kind(error, lib.PlacementUnknownError, { code, placement: 'unknown', name: 'PlacementUnknownError' });
  }
});

test('what the host threw is the cause', async (context) => {
  const thrown = new TypeError('Failed to fetch');
  const { client: it } = stubbed(context, { GET: [{ reject: thrown }] }, { maxRetries: 0 });
  const error = await rejects(it.status(SID));
  kind(error, context.lib.OutboundError, { code: 'connection_lost', cause: thrown, httpStatus: null });
  ok(error.message.includes('Failed to fetch'), `says what the host said: ${error.message}`);
});

test('the cause of an attempt before is not that of the last', async (context) => {
  const steps = { GET: [{ reject: new Error('reset') }, answer(400)] };
  const { client: it, run } = stubbed(context, steps);
  kind(await rejects(run(it.status(SID))), context.lib.OutboundError, { code: 'rejected', cause: undefined });
});

/** What is said of values that are refused, in each form; and the hint of what else may be wrong. */
const REFUSED = [
  [422, { detail: 'to_number is no number' }, 'to_number is no number', {}],
  [422, { detail: [{ loc: ['body', 'to_number'], msg: 'field required' }] }, 'to_number: field required', {}],
  [
    400,
    { message: 'Validation failed', errors: [{ field: 'toNumber', message: 'must be E.164' }, { field: 'variantId', message: 'unknown' }] },
    'Validation failed: toNumber: must be E.164; variantId: unknown',
    AGENTS,
  ],
  [400, { error: 'bad request', code: 'BAD_REQUEST' }, 'outbound calling may not be configured', {}],
  [401, { error: 'unauthorized', code: 'UNAUTHORIZED' }, 'not configured for outbound calling', {}],
];

for (const [status, body, said, options] of REFUSED)
  test(`the message of a ${status} says: ${said}`, async (context) => {
    const { client: it } = stubbed(context, { POST: [{ status, body }] }, options);
    const error = await rejects(it.trigger({ toNumber: NUMBER }));
    has(error, { httpStatus: status, placement: 'not_placed', attempts: 1 });
    ok(error.message.includes(said), error.message);
  });

test('an answer’s own envelope of the agents API is read', async (context) => {
  const body = {
    success: false,
    error: 'Forbidden',
    error_id: 'stub-1',
    error_code: 'NO_CONNECTOR',
    error_message: 'no connector for that environment',
    data: null,
  };
  const { client: it } = stubbed(context, { POST: [{ status: 403, body }] }, AGENTS);
  const error = await rejects(it.trigger({ toNumber: NUMBER }));
  kind(error, context.lib.AuthenticationError, { serviceCode: 'NO_CONNECTOR', correlationId: 'stub-1' });
  ok(error.message.includes('no connector for that environment'), error.message);
});

test('an error can be made, as tests of one’s own need it', ({ lib }) => {
  const plain = new lib.OutboundError('a sentence', { code: 'service_failed' });
  has(plain, {
    message: 'a sentence',
    code: 'service_failed',
    placement: null,
    httpStatus: null,
    correlationId: null,
    attempts: 0,
    callSid: null,
    serviceCode: null,
    retryAfterMs: null,
  });
  const cause = new Error('why');
  const full = {
    code: 'timed_out',
    placement: 'unknown',
    httpStatus: 502,
    correlationId: 'id',
    attempts: 3,
    callSid: SID,
    serviceCode: 'X',
    retryAfterMs: 5,
    cause,
  };
  has(new lib.OutboundError('m', full), full);
  for (const name of CLASSES) {
    const error = new lib[name]('m', { ...full });
    ok(error instanceof lib[name] && error instanceof lib.OutboundError && error instanceof Error, name);
  }
});

test('nothing else is an instance of an error’s class', ({ lib }) => {
  const others = [undefined, null, 0, 'OutboundError', Symbol('x'), {}, [], () => {}, new Error('x'), Object.create(null)];
  for (const name of ['OutboundError', ...CLASSES])
    for (const other of others) ok(!(other instanceof lib[name]), `${name} and ${Object.prototype.toString.call(other)}`);
  ok(!(new lib.OutboundError('m', { code: 'timed_out' }) instanceof lib.PlacementUnknownError), 'the base is no subclass');
});

test('a class that people derive from an error’s is no more than itself', ({ lib }) => {
  class Own extends lib.RateLimitError {}
  const details = { code: 'rate_limited' };
  ok(new Own('m', details) instanceof Own, 'its own');
  ok(new Own('m', details) instanceof lib.RateLimitError, 'its parent’s');
  ok(!(new lib.RateLimitError('m', details) instanceof Own), 'its parent is not one of it');
});

// --- withResponse ---------------------------------------------------------------------------------------------------

test('withResponse gives the value together with status, correlation id and attempts', async (context) => {
  const steps = { POST: [FAILED, PLACED], GET: [reading('calling', 'x')] };
  const { client: it, calls, run } = stubbed(context, steps);
  const placing = it.trigger({ toNumber: NUMBER });
  const { data, response } = await run(placing.withResponse());
  ok(data instanceof context.lib.Call, 'a Call');
  equal(await placing, data, 'the value by itself');
  const { headers, ...details } = response;
  ok(headers instanceof Headers, 'headers');
  same(details, { status: 200, correlationId: 'stub-2', attempts: 2 });
  equal(calls.length, 2, 'requests');
  const read = await it.status(SID).withResponse();
  same(read.data, { status: 'calling', reason: 'x' });
  const { headers: readHeaders, ...readDetails } = read.response;
  equal(readHeaders.get('X-PolyAI-Correlation-Id'), 'stub-3', 'of the headers of the reading');
  same(readDetails, { status: 200, correlationId: 'stub-3', attempts: 1 });
});

test('the correlation id comes through from a server', async (context) => {
  const { client: it, key } = await besieged(context, { GET: [reading('queued'), answer(400)] });
  const { response } = await it.status(SID).withResponse();
  equal(response.correlationId, `hostile-${key}-1`);
  equal((await rejects(it.status(SID))).correlationId, `hostile-${key}-2`, 'of the error');
});

test('withResponse rejects as the promise does, and waiting for one of them is enough', async (context) => {
  const { client: it } = stubbed(context, { POST: [answer(400)], GET: [answer(400)] });
  kind(await rejects(it.trigger({ toNumber: NUMBER }).withResponse()), context.lib.OutboundError, { code: 'rejected' });
  kind(await rejects(it.status(SID).withResponse()), context.lib.OutboundError, { code: 'rejected' });
  const placing = it.trigger({ toNumber: NUMBER });
  const [plain, whole] = [await rejects(placing), await rejects(placing.withResponse())];
  equal(plain, whole, 'the same error');
  // Whoever waits for one of the two has heard of it: the registry fails a test after which a rejection is unheard.
  await sleep(20);
});

test('a promise with more to tell is a promise', async (context) => {
  const { client: it } = stubbed(context, { GET: [reading('queued')] });
  const read = it.status(SID);
  ok(read instanceof Promise, 'a Promise');
  let finished = false;
  equal(await read.then(({ status }) => status).finally(() => (finished = true)), 'queued');
  ok(finished, 'finally');
  const [one, two] = await Promise.all([it.status(SID), it.status(SID)]);
  same(one, two);
});

test('many operations at once are told apart', async (context) => {
  const steps = { GET: [(call) => reading(/OUT-(\d+)/.exec(call.url)[1])] };
  const { client: it } = stubbed(context, steps);
  const began = Date.now();
  const seen = await Promise.all(Array.from({ length: 300 }, (_, nth) => it.status(`OUT-${nth}`)));
  seen.forEach(({ status }, nth) => equal(status, String(nth)));
  between(Date.now() - began, 0, 10_000, 'ms');
});

test('two clients of one host do not share what they are', async (context) => {
  const one = stubbed(context, { GET: [reading('queued')] }, { token: 'token-one' });
  const two = stubbed(context, { GET: [reading('queued')] }, { token: 'token-two', region: 'uk' });
  await Promise.all([one.client.status(SID), two.client.status(SID)]);
  for (const [{ calls }, token, host] of [[one, 'token-one', 'us-1'], [two, 'token-two', 'uk-1']]) {
    equal(new Headers(calls[0].init.headers).get('X-PolyAi-Auth-Token'), token);
    ok(calls[0].url.includes(host), calls[0].url);
  }
  ok(client(context) instanceof context.lib.OutboundClient, 'a client');
});

test('withResponse tells the very status of a success', async (context) => {
  for (const status of [200, 201, 202, 203, 206, 299]) {
    const { client: it, run } = stubbed(context, { POST: [{ ...PLACED, status }], GET: [{ ...reading('success'), status }] });
    equal((await it.trigger({ toNumber: NUMBER }).withResponse()).response.status, status, 'of a trigger');
    equal((await it.status(SID).withResponse()).response.status, status, 'of a reading');
    const told = [];
    await run(it.call({ toNumber: NUMBER }, { onPlaced: (_, response) => void told.push(response.status) }));
    same(told, [status], 'of a call');
  }
});

test('the message of what never came says what the host said, and why', async (context) => {
  const thrown = new TypeError('fetch failed', { cause: new Error('other side closed') });
  const { client: it } = stubbed(context, { POST: [{ reject: thrown }] });
  const { message } = await rejects(it.trigger({ toNumber: NUMBER }));
  ok(message.includes('fetch failed: other side closed'), message);
});

test('a host without a fetch is told so before anything is sent', async (context) => {
  const own = globalThis.fetch;
  globalThis.fetch = undefined;
  try {
    const error = await rejects(client(context).trigger({ toNumber: NUMBER }));
    kind(error, context.lib.InvalidInputError, { field: 'fetch', placement: 'not_placed', attempts: 0 });
  } finally {
    globalThis.fetch = own;
  }
});
