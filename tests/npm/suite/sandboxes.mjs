// `polyai-outbound/sandbox`: the service in the process, with a clock of its own.

import { all, between, equal, has, kind, ok, rejects, same, sleep, test, throws, until } from './registry.mjs';
import { breakInstances } from './instances.mjs';
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
  await until(() => seen.length > 0);
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

// --- its fetch, its clock and its numbers -----------------------------------------------------------------------------

const POST = (sandbox, digits, more) => [
  'http://localhost/v1/outbound-calling',
  {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-PolyAi-Auth-Token': sandbox.token },
    body: JSON.stringify({ to_number: number(digits) }),
    ...more,
  },
];

test('its fetch obeys a signal that is aborted before: nothing is placed, and it rejects with the reason', async (context) => {
  const { sandbox } = made(context);
  const reason = new Error('before');
  equal(await rejects(sandbox.fetch(...POST(sandbox, '00', { signal: AbortSignal.abort(reason) }))), reason);
  equal((await rejects(sandbox.fetch(...POST(sandbox, '00', { signal: AbortSignal.abort() })))).name, 'AbortError', 'without a reason');
  // It has started by now, and is not asked either.
  await sandbox.fetch(...POST(sandbox, '00'));
  equal(await rejects(sandbox.fetch(...POST(sandbox, '00', { signal: AbortSignal.abort(reason) }))), reason);
  equal(sandbox.calls.length, 1, 'calls');
});

test('its fetch obeys a signal that is aborted while it waits: it rejects at once, and leaves nothing', async (context) => {
  const { sandbox } = made(context);
  for (const digits of ['11', '00']) {
    const controller = new AbortController();
    if (digits === '00') sandbox.setFaults({ delay: 1, delayMs: 5_000 });
    const waiting = rejects(sandbox.fetch(...POST(sandbox, digits, { signal: controller.signal })));
    await sandbox.advance(1_000);
    if (context.listeners) equal(context.listeners(controller.signal), 1, 'listeners while it waits');
    const reason = new Error('enough');
    const before = sandbox.clock.now();
    controller.abort(reason);
    equal(await waiting, reason, `of ${digits}`);
    equal(sandbox.clock.now(), before, 'time that went by');
    if (context.listeners) equal(context.listeners(controller.signal), 0, 'listeners that are left');
  }
  // Whatever timer were left would move the clock.
  const end = sandbox.clock.now();
  await sandbox.run(sleep(50));
  equal(sandbox.clock.now(), end, 'the clock');
  equal(sandbox.calls.length, 2, 'calls');
});

test('its fetch that has answered leaves nothing on a signal that lives on', async (context) => {
  const { sandbox } = made(context);
  const { signal } = new AbortController();
  sandbox.setFaults({ delay: 1, delayMs: 1_000 });
  for (let nth = 0; nth < 5; nth++) await sandbox.run(sandbox.fetch(...POST(sandbox, '00', { signal })));
  equal(context.listeners(signal), 0, 'listeners that are left');
}, ({ listeners }) => listeners);

test('its answers come after exactly the time that they take', async (context) => {
  const { sandbox } = made(context, { now: 0 });
  for (const [digits, ms] of [['00', 0], ['01', 0], ['14', 0]]) {
    const began = sandbox.clock.now();
    await sandbox.run(sandbox.fetch(...POST(sandbox, digits)));
    equal(sandbox.clock.now() - began, ms, `ms of ${digits}`);
  }
  for (const [faults, end] of [[{ delay: 1, delayMs: 777 }, 'resolves'], [{ delay: 1, delayMs: 777, cutBefore: 1 }, 'rejects']]) {
    sandbox.setFaults(faults);
    const began = sandbox.clock.now();
    const ended = await sandbox.run(sandbox.fetch(...POST(sandbox, '00')).then(() => 'resolves', ({ message }) => (equal(message, 'fetch failed'), 'rejects')));
    equal(ended, end);
    equal(sandbox.clock.now() - began, 777, `ms until it ${end}`);
  }
});

test('faults that are set before the first request strike it', async (context) => {
  const { sandbox, client } = made(context, {}, { maxRetries: 0 });
  sandbox.setFaults({ cutAfter: 1 });
  has(await rejects(sandbox.run(client.trigger({ toNumber: number('00') }))), { code: 'connection_lost', placement: 'unknown' });
  equal(sandbox.calls.length, 1, 'calls');
});

test('its clock begins on a Monday morning, and is exact', async (context) => {
  const { sandbox } = made(context);
  const began = Date.UTC(2026, 0, 5, 9);
  equal(sandbox.clock.now(), began, 'its beginning');
  const fired = [];
  const note = (name) => () => fired.push([name, sandbox.clock.now() - began]);
  sandbox.clock.setTimeout(note('last'), 3_000);
  for (const name of ['one', 'two', 'three']) sandbox.clock.setTimeout(note(name), 1_000);
  sandbox.clock.setTimeout(() => sandbox.clock.setTimeout(note('nested'), 500), 1_000);
  sandbox.clock.setTimeout(note('negative'), -5);
  sandbox.clock.setTimeout(note('none'), NaN);
  await sandbox.advance(999);
  same(fired, [['negative', 0], ['none', 0]], 'before they are due');
  await sandbox.advance(1);
  same(fired.splice(0), [['negative', 0], ['none', 0], ['one', 1_000], ['two', 1_000], ['three', 1_000]], 'at their moment, in their order');
  await sandbox.advance(1_000);
  same(fired.splice(0), [['nested', 1_500]], 'one that was set by another');
  await sandbox.advance(1_000);
  same(fired, [['last', 3_000]], 'at the end of a span');
  await sandbox.advance(12_345);
  equal(sandbox.clock.now() - began, 3_000 + 12_345, 'with no timers');
  equal(made(context, { now: new Date(7) }).sandbox.clock.now(), 7, 'a beginning that is given');
});

/** The same on every host, today and ever after: whoever pins a seed in a test relies on it. */
const DRAWN = {
  1: [0.6270739405881613, 0.002735721180215478, 0.5274470399599522],
  7: [0.011704753153026104, 0.06195825757458806, 0.97690763277933],
  4294967303: [0.011704753153026104, 0.06195825757458806, 0.97690763277933],
};

test('its clock draws the same numbers of a seed on every host', ({ sandboxLib }) => {
  for (const [seed, drawn] of Object.entries(DRAWN)) {
    const { clock } = new sandboxLib.Sandbox({ seed: Number(seed) });
    same(drawn.map(() => clock.random()), drawn, `of seed ${seed}`);
  }
  const [{ clock: one }, { clock: unsaid }] = [new sandboxLib.Sandbox({ seed: 1 }), new sandboxLib.Sandbox()];
  equal(unsaid.random(), one.random(), 'of no seed');
});

/** Length and hash of two days; whoever changes what a seed gives changes the tests of all who pinned one. */
const GOLDEN = { 7: [6611, 445311089], 8: [6277, 1481741782] };

/** The hash of a text by FNV-1a. */
const hash = (text) => [...new TextEncoder().encode(text)].reduce((sum, byte) => Math.imul(sum ^ byte, 0x01000193) >>> 0, 0x811c9dc5);

test('a seed is the same day on every host', async (context) => {
  const golden = (text) => [text.length, hash(text)];
  const days = { 7: await day(context, 7), 8: await day(context, 8) };
  for (const [seed, text] of Object.entries(days).reverse()) same(golden(text), GOLDEN[seed], `of seed ${seed}: ${text.slice(0, 400)}`);
});

test('its clock stands still while the wasm of a client starts', async (context) => {
  // A fault makes the next operation start an instance of its own.
  const warm = made(context);
  await warm.sandbox.run(warm.client.status('OUT-1').catch(() => {}));
  const { sandbox, client } = made(context, { now: 0 });
  breakInstances(0);
  await rejects(client.status('OUT-1'));
  const placing = client.trigger({ toNumber: number('00') });
  let late;
  sandbox.clock.setTimeout(() => (late = sandbox.calls.length), 1_000);
  await sandbox.advance(2_000);
  await placing;
  equal(late, 1, 'calls that were placed before a second went by');
  equal(sandbox.calls[0].placedAt.getTime(), 0, 'when it was placed');
});
