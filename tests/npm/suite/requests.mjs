// What is sent beside what the API asks for, and what is told of each request: events, log lines, and the headers of answers.

import { all, equal, has, kind, ok, rejects, same, test, throws, until } from './registry.mjs';
import { AGENTS, FAILED, NUMBER, PLACED, SID, TOKEN, besieged, client, inPage, reading, stubbed } from './support.mjs';

const REQUEST = { toNumber: NUMBER, metadata: { customer: 'Ada-Lovelace-b.1815' } };
const SECRETS = [TOKEN, NUMBER, NUMBER.slice(2), 'Lovelace'];
const sentWith = ({ init }) => new Headers(init.headers);

// --- headers of the caller's own ------------------------------------------------------------------------------------

test('headers of the client and of one operation are sent, the latter before the former', async (context) => {
  const steps = { POST: [PLACED], GET: [reading('calling'), reading('success')] };
  const { client: it, calls, run } = stubbed(context, steps, { headers: { 'X-Tenant': 'a', 'X-Team': 'b' } });
  const call = await it.trigger({ toNumber: NUMBER }, { headers: { 'x-tenant': 'c' } });
  await run(call.result());
  same(calls.map((it) => [sentWith(it).get('X-Tenant'), sentWith(it).get('X-Team')]), [['c', 'b'], ['a', 'b'], ['a', 'b']]);
  calls.length = 0;
  await run(it.call({ toNumber: NUMBER }, { headers: { 'X-Tenant': 'd' } }));
  await it.status(SID, { headers: { 'X-Tenant': 'e' } });
  same(calls.map((it) => sentWith(it).get('X-Tenant')), ['d', 'd', 'e']);
});

test('headers of the caller’s arrive beside those of the client', async (context) => {
  const { client: it, seen } = await besieged(context, { POST: [PLACED] }, { headers: { 'X-Tenant': 'one' } });
  equal((await it.trigger(REQUEST)).callSid, SID);
  const [{ headers, body }] = (await seen()).requests;
  has(headers, { 'x-tenant': 'one', 'x-polyai-auth-token': TOKEN, 'content-type': 'application/json', accept: 'application/json' });
  equal(JSON.parse(body).to_number, NUMBER);
}, (context) => !inPage(context));

const OWN = [
  'X-PolyAi-Auth-Token', 'x-api-key', 'X-POLYAI-CORRELATION-ID', 'Authorization', 'Proxy-Authorization', 'Cookie', 'Content-Type',
  'content-length', 'Content-Encoding', 'Accept', 'Host', 'Origin', 'Range', 'If-Match', 'Expect', 'Connection', 'Transfer-Encoding',
  'TE', 'Upgrade', 'Idempotency-Key', 'X-Idempotency-Key', 'X-HTTP-Method-Override', 'X-Method-Override', 'Sec-Fetch-Mode',
  'X_PolyAi_Auth_Token', 'x_api_key', 'idempotency_key', 'X-Original-URL', 'X-Rewrite-URL', 'X-Forwarded-Host', 'X-Forwarded-For', 'Forwarded',
  'X-Auth-Token', 'X-Authorization', 'Early-Data', 'Set-Cookie',
];

test('headers that are the client’s own are refused, whatever their case, and so is what is none', async (context) => {
  const { client: it, calls } = stubbed(context, { POST: [PLACED], GET: [reading('queued')] });
  const wrong = [
    ...OWN.flatMap((name) => [{ [name]: 'x' }, { [name.toLowerCase()]: 'x' }, { [name.toUpperCase()]: 'x' }]),
    { 'X A': 'x' }, { '': 'x' }, { 'X-A:': 'x' }, { 'X-Ä': 'x' }, { 'X-A': 'x\r\nX-B: y' }, { 'X-A': 'x\0' }, { 'X-A': '☎' },
    { 'X-A': 42 }, { 'X-A': undefined }, { 'X-A': ['x'] }, new Map([['X-A', 'x']]), [['X-A', 'x']], 'X-A: x',
  ];
  await all(wrong, async (headers) => {
    const expected = { code: 'invalid_input', placement: 'not_placed', field: 'headers' };
    kind(throws(() => client(context, { headers }), JSON.stringify(headers)), context.lib.InvalidInputError, expected);
    kind(await rejects(it.trigger({ toNumber: NUMBER }, { headers })), context.lib.InvalidInputError, expected);
    kind(await rejects(it.call({ toNumber: NUMBER }, { headers })), context.lib.InvalidInputError, expected);
    kind(await rejects(it.status(SID, { headers })), context.lib.InvalidInputError, expected);
  });
  equal(calls.length, 0, 'requests');
});

test('outside of pages a request says by whom it is made, and may say otherwise', async (context) => {
  const said = async (options) => {
    const { client: it, calls } = stubbed(context, { POST: [PLACED] }, options);
    await it.trigger({ toNumber: NUMBER });
    return sentWith(calls[0]).get('User-Agent');
  };
  equal(await said({}), inPage(context) ? null : `polyai-outbound-js/${context.version}`);
  if (!inPage(context)) equal(await said({ headers: { 'User-Agent': 'mine/1' } }), 'mine/1');
});

test(
  'the server sees the user agent',
  async (context) => {
    const { client: it, seen } = await besieged(context, { POST: [PLACED] });
    await it.trigger({ toNumber: NUMBER });
    equal((await seen()).requests[0].headers['user-agent'], `polyai-outbound-js/${context.version}`);
  },
  (context) => !inPage(context),
);

// --- headers of answers ---------------------------------------------------------------------------------------------

test('withResponse has the headers of the answer it came with, as a copy', async (context) => {
  const limited = { status: 429, headers: { 'X-Served-By': 'first' } };
  const steps = { POST: [limited, { ...PLACED, headers: { 'X-Served-By': 'second' } }], GET: [{ ...reading('queued'), headers: { 'X-Served-By': 'third' } }] };
  const { client: it, run } = stubbed(context, steps);
  const { response } = await run(it.trigger({ toNumber: NUMBER }).withResponse());
  equal(response.headers.get('x-served-by'), 'second');
  equal(response.headers.get('X-PolyAI-Correlation-Id'), response.correlationId);
  ok(response.headers instanceof Headers, 'of the host’s class');
  equal((await it.status(SID).withResponse()).response.headers.get('x-served-by'), 'third');
  const given = await new Promise((resolve) => {
    run(it.call({ toNumber: NUMBER }, { onPlaced: (_, response) => resolve(response) })).catch(() => {});
  });
  equal(given.headers.get('x-served-by'), 'second', 'of onPlaced');
});

test('an answer with headers that are none has none', async (context) => {
  for (const headers of [undefined, null, 42, { get: () => null }, { get: () => { throw new Error('no'); } }]) {
    const fetch = async () => ({ status: 200, headers, text: async () => JSON.stringify(PLACED.body) });
    const { response, data } = await client(context, { fetch }).trigger({ toNumber: NUMBER }).withResponse();
    equal(data.callSid, SID);
    same([...response.headers].filter(([name]) => name !== 'get'), []);
  }
});

// --- events and log lines -------------------------------------------------------------------------------------------

test('each request is told when it is over, with nothing that must not be shown', async (context) => {
  const events = [];
  const { client: it, calls, clock, run } = stubbed(
    context,
    {
      POST: [FAILED, (call) => (clock.time += 250, call && PLACED)],
      GET: [reading('calling'), { reject: new TypeError(`no ${TOKEN}`) }, reading('success')],
    },
    { onRequest: (event) => events.push(event) },
  );
  await run(it.call(REQUEST));
  const sentUnder = calls.map((call) => sentWith(call).get('X-PolyAI-Correlation-Id'));
  const [post, get] = ['/v1/outbound-calling', `/v1/outbound-calling/${SID}/status`];
  same(events.map(({ durationMs, ...event }) => event), [
    { method: 'POST', path: post, status: 500, correlationId: 'stub-1', attempt: 1 },
    { method: 'POST', path: post, status: 200, correlationId: 'stub-2', attempt: 2 },
    { method: 'GET', path: get, status: 200, correlationId: 'stub-3', attempt: 1 },
    { method: 'GET', path: get, status: null, correlationId: sentUnder[3], attempt: 1 },
    { method: 'GET', path: get, status: 200, correlationId: 'stub-5', attempt: 2 },
  ]);
  same(events.map(({ durationMs }) => durationMs), [0, 250, 0, 0, 0], 'how long each took');
  for (const secret of SECRETS) ok(!JSON.stringify(events).includes(secret), `an event shows ${secret}`);
});

test('a request without an answer is told once, and so is one that is given up', async (context) => {
  const events = [];
  const onRequest = (event) => events.push(event);
  const { client: it, of, run, clock } = stubbed(context, { POST: [{ hang: true }], GET: [{ hang: true }] }, { onRequest, requestTimeoutMs: 2_000 });
  const began = clock.time;
  await rejects(run(it.trigger({ toNumber: NUMBER })));
  same(events.map(({ method, status, durationMs }) => [method, status, durationMs]), [['POST', null, clock.time - began]], 'after its time');
  const controller = new AbortController();
  const waiting = rejects(it.status(SID, { signal: controller.signal }));
  await until(() => of('GET').length === 1);
  controller.abort();
  await waiting;
  same(events.map(({ method, status }) => [method, status]), [['POST', null], ['GET', null]], 'given up');
});

test('of the agents API the query is no part of what is told', async (context) => {
  const events = [];
  const { client: it } = stubbed(context, { GET: [reading('QUEUED')] }, { ...AGENTS, onRequest: (event) => events.push(event) });
  await it.status(SID);
  equal(events[0].path, `/v1/agents/agent-1/telephony/outbound-calls/${SID}/status`);
});

/** A logger that keeps its lines. */
function keeping() {
  const lines = [];
  const at = (level) => (message, event) => lines.push({ level, message, event });
  return { lines, logger: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') } };
}

test('a logger takes a line for each request, from its level upwards', async (context) => {
  const levels = {
    debug: [['warn', 1], ['info', 2], ['debug', 1], ['warn', 1], ['debug', 2]],
    info: [['warn', 1], ['info', 2], ['warn', 1]],
    warn: [['warn', 1], ['warn', 1]],
    error: [],
    off: [],
    [undefined]: [['warn', 1], ['info', 2], ['warn', 1]],
  };
  for (const [logLevel, expected] of Object.entries(levels)) {
    const { lines, logger } = keeping();
    const steps = { POST: [FAILED, PLACED], GET: [reading('calling'), { reject: new TypeError('no') }, reading('success')] };
    const options = { logger, logLevel: logLevel === 'undefined' ? undefined : logLevel };
    const { client: it, run } = stubbed(context, steps, options);
    await run(it.call(REQUEST));
    same(lines.map(({ level, event }) => [level, event.attempt]), expected, `of ${logLevel}, and their attempts`);
    for (const secret of SECRETS) ok(!JSON.stringify(lines).includes(secret), `a line shows ${secret}`);
    for (const { message, event } of lines) {
      ok(message.startsWith('polyai-outbound: ') && message.includes(event.path), message);
      equal(event.durationMs, 0, 'how long it took');
    }
  }
  const { lines, logger } = keeping();
  const { client: it, run } = stubbed(context, { POST: [{ reject: new TypeError('fetch failed') }] }, { logger });
  await rejects(run(it.trigger(REQUEST)));
  same(lines.map(({ level, message }) => [level, message]), [['error', 'polyai-outbound: POST /v1/outbound-calling: no answer']]);
});

test('nothing is logged unless somebody asks, and to the console if nobody says where', async (context) => {
  const { lines, logger } = keeping();
  const { console } = globalThis;
  globalThis.console = Object.assign(Object.create(console), logger);
  try {
    const steps = { POST: [FAILED, PLACED] };
    const silent = stubbed(context, steps);
    await silent.run(silent.client.trigger(REQUEST));
    equal(lines.length, 0, 'lines without a word');
    const asked = stubbed(context, steps, { logLevel: 'info' });
    await asked.run(asked.client.trigger(REQUEST));
  } finally {
    globalThis.console = console;
  }
  same(lines.map(({ level }) => level), ['warn', 'info']);
});

test('a listener and a logger that fail, in whichever way, harm nothing', async (context) => {
  const failures = [
    () => { throw new Error('no'); },
    () => Promise.reject(new Error('no')),
    () => new Promise(() => {}),
    () => { throw undefined; },
  ];
  const { console } = globalThis;
  const said = [];
  for (const consoles of [{ error: (...line) => said.push(line) }, { error: failures[0] }, undefined]) {
    globalThis.console = consoles;
    try {
      for (const fails of failures) {
        const logger = { debug: fails, info: fails, warn: fails, error: fails };
        const steps = { POST: [FAILED, PLACED], GET: [reading('calling'), reading('success')] };
        const { client: it, run, calls } = stubbed(context, steps, { logger, logLevel: 'debug', onRequest: fails });
        equal((await run(it.call(REQUEST))).status, 'success');
        equal(calls.length, 4, 'requests');
        const lost = stubbed(context, { POST: [{ reject: new TypeError('no') }] }, { logger, onRequest: fails });
        equal((await rejects(lost.client.trigger(REQUEST))).placement, 'unknown');
        equal(lost.calls.length, 1, 'requests');
      }
    } finally {
      globalThis.console = console;
    }
  }
  ok(said.some(([line]) => line === 'polyai-outbound: onRequest failed:'), 'said of a listener');
  ok(said.some(([line]) => line === 'polyai-outbound: logger failed:'), 'said of a logger');
});

test('what a listener changes is its own', async (context) => {
  const { lines, logger } = keeping();
  const onRequest = (event) => Object.assign(event, { method: 'X', path: 'X', status: 0 });
  const { client: it } = stubbed(context, { POST: [PLACED] }, { onRequest, logger });
  equal((await it.trigger(REQUEST)).callSid, SID);
  equal(lines[0].event.method, 'POST');
});

test('a logger that is none is refused', (context) => {
  for (const [field, options] of [
    ['logger', { logger: {} }], ['logger', { logger: () => {} }], ['logger', { logger: { info: () => {} } }],
    ['logLevel', { logLevel: 'verbose' }], ['logLevel', { logLevel: 3 }], ['onRequest', { onRequest: 'x' }],
  ])
    kind(throws(() => client(context, options)), context.lib.InvalidInputError, { field });
  client(context, { logger: console, logLevel: 'off' });
});
