// `polyai-outbound/sandbox`: the service in the process, with a clock of its own.

import { all, between, equal, has, kind, ok, rejects, same, sleep, test, throws } from './registry.mjs';
import { AGENTS, collect } from './support.mjs';

const VALID = { dangerouslyAllowBrowser: true };
const number = (digits) => `+141555501${digits}`;

function made({ lib, sandboxLib }, options, forClient) {
  const sandbox = new sandboxLib.Sandbox(options);
  const client = new lib.OutboundClient({ fetch: sandbox.fetch, token: sandbox.token, ...VALID, ...forClient });
  return { sandbox, client };
}

test('a call of minutes is over within milliseconds', async (context) => {
  const { sandbox, client } = made(context, { seed: 1 });
  const began = { real: Date.now(), virtual: sandbox.clock.now() };
  const call = await client.trigger({ toNumber: number('04') });
  const result = await sandbox.run(call.result());
  equal(result.status, 'success');
  between(sandbox.clock.now() - began.virtual, 600_000, 700_000, 'virtual ms');
  between(Date.now() - began.real, 0, 5_000, 'real ms');
});

const REFUSED = { code: 'rejected', placement: 'not_placed', httpStatus: 400 };

/** Each scripted number: what the trigger comes to, what its call comes to, and whether one was placed. */
const SCRIPTS = [
  ['00', {}, { status: 'success', reason: '' }, 1],
  ['01', {}, { status: 'failure', reason: 'call setup: no answer from the called party' }, 1],
  ['02', {}, { status: 'failure', reason: 'call setup: the called party is busy' }, 1],
  ['03', {}, { status: 'failure', reason: 'call queueing: max timeout limit exceeded' }, 1],
  ['05', { attempts: 3 }, { status: 'success' }, 1],
  ['06', null, { code: 'connection_lost', placement: 'unknown' }, 1],
  ['07', { attempts: 2 }, { status: 'success' }, 1],
  ['08', {}, { status: 'success' }, 1],
  ['09', {}, { code: 'expired', placement: 'placed' }, 1],
  ['10', {}, { status: 'success' }, 1],
  ['11', null, { code: 'timed_out', placement: 'unknown' }, 1],
  ['12', null, { code: 'unexpected_answer', placement: 'unknown', httpStatus: 502 }, 0],
  ['13', null, { code: 'unexpected_answer', placement: 'unknown', httpStatus: 502 }, 1],
  ['14', {}, { code: 'unauthorized', placement: 'not_placed', httpStatus: 401 }, 0],
  ['15', {}, { code: 'forbidden', placement: 'not_placed', httpStatus: 403 }, 0],
  ['16', {}, { code: 'not_found', placement: 'not_placed', httpStatus: 404 }, 0],
  ['17', null, { code: 'service_failed', placement: 'unknown', httpStatus: 408 }, 0],
  ['18', null, { code: 'service_failed', placement: 'unknown', httpStatus: 408 }, 1],
  ['19', { attempts: 3 }, { status: 'success' }, 1],
  ['20', null, { code: 'unexpected_answer', placement: 'unknown', httpStatus: 503, retryAfterMs: 5_000 }, 1],
  ['21', null, { code: 'unexpected_answer', placement: 'unknown', httpStatus: 500 }, 1],
  ['22', {}, REFUSED, 0],
  ['23', {}, REFUSED, 0],
  ['24', {}, { status: 'success' }, 1],
  ['25', {}, { code: 'forbidden', placement: 'placed', httpStatus: 403 }, 1],
  ['26', {}, { status: 'success' }, 1],
  ['27', {}, { code: 'deadline_exceeded', placement: 'placed' }, 1],
];

/** The agents API's 502 is no word on whether a call was placed, unless it is said to be. */
const OF_AGENTS = {
  '05': ['05', null, { code: 'service_failed', placement: 'unknown', httpStatus: 502 }, 0],
  14: ['14', {}, REFUSED, 0],
};

for (const [api, options, scripts] of [
  ['outbound', {}, SCRIPTS],
  ['agents', AGENTS, SCRIPTS.map((script) => OF_AGENTS[script[0]] ?? script)],
  ['agents, opted in', { ...AGENTS, agents502NotPlaced: true }, SCRIPTS.filter(([digits]) => digits === '05')],
])
  for (const [digits, response, end, calls] of scripts)
    test(`the sandbox’s ${digits} does what is written of it (${api})`, async (context) => {
      // Half an hour is enough for every one but that which calls for hours.
      const { sandbox, client } = made(context, {}, { followTimeoutMs: 1_800_000, ...options });
      const outcome = await sandbox.run(
        (async () => {
          const { data, response: seen } = await client.trigger({ toNumber: number(digits) }).withResponse();
          has(seen, { status: 200, ...response });
          return data.result();
        })().catch((error) => error),
      );
      has(outcome, end);
      if (response === null) kind(outcome, context.lib.PlacementUnknownError);
      equal(sandbox.calls.length, calls, 'calls that were placed');
    });

test('statuses come in order, and one of them has a word that no reference has', async (context) => {
  const { sandbox, client } = made(context);
  const call = await client.trigger({ toNumber: number('10') });
  const updates = await sandbox.run(collect(call.updates()));
  same(updates.map(({ status }) => status), ['queued', 'ringing', 'calling', 'success']);
});

test('the calls that were placed are listed as they are now', async (context) => {
  const { sandbox, client } = made(context, { now: new Date('2030-06-01T12:00:00Z') });
  same([...sandbox.calls], [], 'before the first request');
  const request = { toNumber: '(415) 555-0100', countryCode: 'US', metadata: { visit: 'v-1' } };
  const { data: call, response } = await client.trigger(request).withResponse();
  const [placed] = sandbox.calls;
  same(placed, {
    ...request,
    variantId: null,
    callSid: call.callSid,
    correlationId: response.correlationId,
    api: 'outbound',
    agentId: null,
    environment: null,
    placedAt: placed.placedAt,
    status: 'queued',
    reason: '',
    endedAt: null,
  });
  ok(placed.placedAt instanceof Date, 'placedAt is a Date');
  between(placed.placedAt.getTime() - Date.UTC(2030, 5, 1, 12), 0, 1_000, 'ms after the clock’s beginning');
  await sandbox.advance(2_500);
  equal(sandbox.calls[0].status, 'calling', 'after 2.5 s');
  await sandbox.advance(60_000);
  const [ended] = sandbox.calls;
  has(ended, { status: 'success', callSid: call.callSid });
  between(ended.endedAt - ended.placedAt, 10_000, 27_000, 'ms of the call');
  equal(placed.status, 'queued', 'what was listed before is what it was');
  const agents = made(context, {}, { api: 'agents', agentId: 'a-1', environment: 'pre-release' });
  await agents.client.trigger({ toNumber: number('00'), variantId: 'v-1' });
  has(agents.sandbox.calls[0], { api: 'agents', agentId: 'a-1', environment: 'pre-release', variantId: 'v-1' });
});

/** A day's calls of a seed, as plain JSON. */
async function day(context, seed) {
  const { sandbox, client } = made(context, { seed, now: 0 });
  const numbers = Array.from({ length: 12 }, (_, nth) => `+1415${2_000_100 + nth * 37}`);
  const results = numbers.map((toNumber) => client.call({ toNumber }));
  const ends = await sandbox.run(Promise.all(results));
  return JSON.stringify([sandbox.calls, ends]);
}

test('a seed repeats everything: outcomes, times and identifiers', async (context) => {
  const first = await day(context, 7);
  equal(await day(context, 7), first);
});

test('another seed is another day', async (context) => {
  ok((await day(context, 7)) !== (await day(context, 8)), 'days that differ');
});

test('the clock moves only when it is told to', async (context) => {
  const { sandbox, client } = made(context, { now: 1_000_000 });
  equal(sandbox.clock.now(), 1_000_000);
  const call = await client.trigger({ toNumber: number('00') });
  const seen = [];
  const waiting = (async () => {
    for await (const { status } of call.updates()) seen.push(status);
  })();
  await sleep(50);
  equal(sandbox.clock.now(), 1_000_000, 'while real time passes');
  same(seen, ['queued'], 'before time passes');
  await sandbox.advance(3_000);
  equal(sandbox.clock.now(), 1_003_000);
  same(seen, ['queued', 'calling'], 'after three seconds');
  await sandbox.advance(60_000);
  await waiting;
  same(seen, ['queued', 'calling', 'success'], 'after a minute');
});

test('run settles as its promise does', async (context) => {
  const { sandbox, client } = made(context);
  equal(await sandbox.run(Promise.resolve(42)), 42);
  const thrown = new Error('x');
  equal(await rejects(sandbox.run(Promise.reject(thrown))), thrown);
  const error = await rejects(sandbox.run(client.trigger({ toNumber: number('11') }, { requestTimeoutMs: 1_000 })));
  kind(error, context.lib.PlacementUnknownError, { code: 'timed_out' });
  const woken = new Promise((resolve) => sandbox.clock.setTimeout(() => resolve('woken'), 3_600_000));
  equal(await sandbox.run(woken), 'woken', 'a timer of one’s own');
});

test('a cleared timer does not fire, and timers fire in order', async (context) => {
  const { sandbox } = made(context);
  const fired = [];
  const timer = sandbox.clock.setTimeout(() => fired.push('cleared'), 10);
  for (const ms of [30, 10, 20]) sandbox.clock.setTimeout(() => fired.push(ms), ms);
  sandbox.clock.clearTimeout(timer);
  await sandbox.advance(25);
  same(fired, [10, 20]);
  await sandbox.advance(5);
  same(fired, [10, 20, 30]);
});

test('faults strike as they are set, until others are', async (context) => {
  const { sandbox, client } = made(context, {}, { maxRetries: 0 });
  sandbox.setFaults({ serverError: 1 });
  has(await rejects(client.trigger({ toNumber: number('00') })), { code: 'service_failed', placement: 'not_placed' });
  equal(sandbox.calls.length, 0, 'calls');
  sandbox.setFaults({ cutBefore: 1 });
  has(await rejects(client.trigger({ toNumber: number('00') })), { code: 'connection_lost', placement: 'unknown' });
  equal(sandbox.calls.length, 0, 'calls');
  sandbox.setFaults({ cutAfter: 1 });
  has(await rejects(client.trigger({ toNumber: number('00') })), { code: 'connection_lost', placement: 'unknown' });
  equal(sandbox.calls.length, 1, 'calls');
  sandbox.setFaults({ delay: 1, delayMs: 5_000 });
  const began = sandbox.clock.now();
  await sandbox.run(client.trigger({ toNumber: number('00') }));
  between(sandbox.clock.now() - began, 5_000, 5_001, 'ms of delay');
  sandbox.setFaults({});
  await client.trigger({ toNumber: number('00') });
  equal(sandbox.calls.length, 3, 'calls');
});

test('a call is followed to its end through faults', async (context) => {
  const { sandbox, client } = made(context, { seed: 3 });
  const call = await client.trigger({ toNumber: number('00') });
  sandbox.setFaults({ serverError: 0.4, cutBefore: 0.3, cutAfter: 0.2, delay: 0.5, delayMs: 3_000 });
  equal((await sandbox.run(call.result())).status, 'success');
});

test('faults that are set wrongly are refused by name', (context) =>
  all(
    [
      ['serverError', { serverError: 2 }],
      ['cutBefore', { cutBefore: -1 }],
      ['cutAfter', { cutAfter: 'x' }],
      ['delay', { delay: NaN }],
      ['delayMs', { delay: 1, delayMs: -1 }],
      ['server_error', { server_error: 1 }],
    ],
    ([field, faults]) => {
      const error = throws(() => made(context).sandbox.setFaults(faults), JSON.stringify(faults));
      kind(error, Error);
      ok(error.message.includes(field), `names ${field}: ${error.message}`);
    },
  ));

test('options of a sandbox that are not valid are refused by name', (context) =>
  all(
    [
      ['seed', { seed: 'x' }],
      ['seed', { seed: NaN }],
      ['rate', { rate: 0 }],
      ['token', { token: '' }],
      ['token', { token: 42 }],
      ['now', { now: 'today' }],
      ['speed', { speed: 2 }],
    ],
    ([field, options]) => {
      const error = throws(() => new context.sandboxLib.Sandbox(options), JSON.stringify(options));
      kind(error, Error);
      ok(error.message.includes(field), `names ${field}: ${error.message}`);
    },
  ));

test('another token is not accepted', async (context) => {
  const { sandbox, client } = made(context, { token: 'mine' }, { token: 'theirs' });
  equal(sandbox.token, 'mine');
  kind(await rejects(client.trigger({ toNumber: number('00') })), context.lib.AuthenticationError, { httpStatus: 401 });
});

test('more triggers than the rate are turned away, and waited for', async (context) => {
  const { sandbox, client } = made(context, { rate: 1 });
  const began = sandbox.clock.now();
  const placed = [1, 2, 3].map(() => client.trigger({ toNumber: number('00') }, { maxRetries: 10 }));
  await sandbox.run(Promise.all(placed));
  equal(sandbox.calls.length, 3, 'calls');
  ok(sandbox.clock.now() - began >= 2_000, 'two seconds at least');
});

test('its fetch is one that anybody can call', async (context) => {
  const { sandbox } = made(context);
  const init = {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-PolyAi-Auth-Token': sandbox.token },
    body: JSON.stringify({ to_number: number('00') }),
  };
  const { fetch } = sandbox;
  const response = await fetch('https://api.us-1.platform.polyai.app/v1/outbound-calling', init);
  ok(response instanceof Response, 'a Response');
  equal(response.status, 200);
  ok(response.headers.get('x-polyai-correlation-id'), 'a correlation id');
  ok(/^OUT-/.test((await response.json()).call_sid), 'a SID');
  const lost = await fetch('https://api.us-1.platform.polyai.app/nowhere', { method: 'GET' });
  equal(lost.status, 404);
});

test('a request of the sandbox can be given up', async (context) => {
  const { sandbox, client } = made(context);
  const controller = new AbortController();
  const placing = rejects(client.trigger({ toNumber: number('11') }, { signal: controller.signal }));
  await sandbox.advance(5_000);
  controller.abort();
  kind(await placing, context.lib.PlacementUnknownError, { code: 'cancelled' });
  equal(sandbox.calls.length, 1, 'calls');
});

test('two sandboxes know nothing of each other', async (context) => {
  const [one, two] = [made(context), made(context)];
  await one.client.trigger({ toNumber: number('00') });
  await one.sandbox.advance(10_000);
  equal(two.sandbox.calls.length, 0, 'calls of the other');
  ok(two.sandbox.clock.now() <= one.sandbox.clock.now() - 9_000, 'a clock of its own');
});

test('many calls at once are followed to their ends', async (context) => {
  const { sandbox, client } = made(context, { seed: 5 });
  const numbers = Array.from({ length: 30 }, (_, nth) => `+1415${2_000_000 + nth * 41}`);
  const ends = await sandbox.run(Promise.all(numbers.map((toNumber) => client.call({ toNumber }))));
  equal(ends.length, 30, 'ends');
  equal(sandbox.calls.filter(({ endedAt }) => endedAt).length, 30, 'calls that have ended');
});
