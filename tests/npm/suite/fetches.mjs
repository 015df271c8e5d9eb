// The fetch that is lent: how it is called, and that nothing it does instead of answering breaks the client.

import { equal, has, kind, ok, rejects, same, show, test } from './registry.mjs';
import { NUMBER, PLACED, SID, TOKEN, client, hostile, inPage, reading, stubbed } from './support.mjs';

const header = (init, name) => new Headers(init.headers).get(name);

for (const [api, token, triggers, reads, options] of [
  [
    'outbound',
    'X-PolyAi-Auth-Token',
    'https://api.us-1.platform.polyai.app/v1/outbound-calling',
    `https://api.us-1.platform.polyai.app/v1/outbound-calling/${SID}/status`,
    {},
  ],
  [
    'agents',
    'X-API-KEY',
    'https://api.us.poly.ai/v1/agents/agent-1/telephony/outbound-calls',
    `https://api.us.poly.ai/v1/agents/agent-1/telephony/outbound-calls/${SID}/status?environment=pre-release`,
    { api: 'agents', agentId: 'agent-1', environment: 'pre-release' },
  ],
])
  test(`fetch is called with a URL and an init, as the ${api} API wants it`, async (context) => {
    const steps = { POST: [{ body: { call_sid: SID, callSid: SID } }], GET: [reading('queued')] };
    const { client: it, calls } = stubbed(context, steps, options);
    await it.trigger({ toNumber: NUMBER, metadata: { purpose: 'reminder' } });
    await it.status(SID);
    const [post, get] = calls;
    same([post.args, get.args], [2, 2], 'arguments');
    equal(post.url, triggers, 'URL of the trigger');
    equal(get.url, reads, 'URL of the reading');
    for (const { init } of calls) {
      ok(init.signal instanceof AbortSignal && !init.signal.aborted, 'init.signal');
      ok(['manual', 'error'].includes(init.redirect), `init.redirect ${init.redirect}`);
      equal(header(init, token), TOKEN, token);
    }
    same([post.init.method, get.init.method], ['POST', 'GET'], 'methods');
    equal(header(post.init, 'Content-Type'), 'application/json', 'Content-Type');
    ok(get.init.body === undefined || get.init.body === null, 'a reading has no body');
    const body = JSON.parse(await new Response(post.init.body).text());
    const expected =
      api === 'outbound'
        ? { to_number: NUMBER, metadata: { purpose: 'reminder' } }
        : { toNumber: NUMBER, metadata: { purpose: 'reminder' }, environment: 'pre-release' };
    has(body, expected);
    equal(Object.keys(body).length, Object.keys(expected).length, 'members of the body');
  });

test('the global fetch is called as its host wants it', async (context) => {
  const original = globalThis.fetch;
  const { baseUrl } = await hostile(context, { GET: [reading('calling')] });
  let seen;
  globalThis.fetch = function (url, init) {
    seen = { self: this, url, init };
    return original.call(globalThis, url, init);
  };
  try {
    // With what a host's fetch refuses to be called: as a method of anything else.
    equal((await client(context, { baseUrl }).status(SID)).status, 'calling');
  } finally {
    globalThis.fetch = original;
  }
  ok(seen.self === undefined || seen.self === globalThis, 'this');
  equal((await client(context, { baseUrl }).status(SID)).status, 'calling', 'with the host’s own');
});

test('the global fetch can be handed in as it is', async (context) => {
  const { baseUrl } = await hostile(context, { GET: [reading('calling')] });
  equal((await client(context, { baseUrl, fetch: globalThis.fetch }).status(SID)).status, 'calling');
});

test('a base URL keeps its path, and loses the slash at its end', async (context) => {
  for (const base of ['http://localhost:8787/prefix/', new URL('https://proxy.example/a/b')]) {
    const { client: it, calls } = stubbed(context, { GET: [reading('queued')] }, { baseUrl: base });
    await it.status(SID);
    equal(calls[0].url, `${String(base).replace(/\/$/, '')}/v1/outbound-calling/${SID}/status`);
  }
});

test(
  'a relative base URL is read against the page’s',
  async (context) => {
    const { client: it, calls } = stubbed(context, { GET: [reading('queued')] }, { baseUrl: '/outbound' });
    await it.status(SID);
    equal(calls[0].url, `${location.origin}/outbound/v1/outbound-calling/${SID}/status`);
  },
  inPage,
);

// --- nonsense -------------------------------------------------------------------------------------------------------

const trap = () => {
  throw new Error('a trap');
};
const TRAPS = new Proxy(function () {}, Object.fromEntries(
  ['get', 'has', 'getPrototypeOf', 'ownKeys', 'getOwnPropertyDescriptor'].map((name) => [name, trap]),
));
const throwing = (names) =>
  Object.defineProperties({}, Object.fromEntries(names.map((name) => [name, { get: trap, enumerable: true }])));
const NEVER = new Promise(() => {});

const FAILED_TO_FETCH = new TypeError('Failed to fetch');
const ODD = Symbol('odd');
const UNSHOWN = 'what was thrown cannot be shown';

/** What is thrown, and of the cause that is shown either itself or its message. */
const THROWN = [
  ['an Error', FAILED_TO_FETCH, { cause: FAILED_TO_FETCH }],
  ['a string', 'no network today', { cause: 'no network today' }],
  ['undefined', undefined, { cause: undefined }],
  ['null', null, { cause: null }],
  ['a number', 42, { cause: 42 }],
  ['a symbol', ODD, { cause: ODD }],
  ['an object without a prototype', Object.assign(Object.create(null), { message: 'bare' }), 'bare'],
  ['an object whose getters throw', throwing(['message', 'name', 'cause', 'stack', 'code', 'toString']), UNSHOWN],
  ['a proxy that throws at every touch', TRAPS, UNSHOWN],
];

const bodyThatErrors = () =>
  new Response(new ReadableStream({ start: (it) => it.error(new Error('broke')) }), { status: 200 });
const usedUp = () => {
  const response = new Response('{}');
  response.body.getReader();
  return response;
};
const like = (members) => ({ status: 200, headers: new Headers(), ok: true, ...members });

/** What is given instead of a Response that can be read. */
const GIVEN = {
  undefined: () => undefined,
  null: () => null,
  '42': () => 42,
  'a string': () => 'hello',
  'an empty object': () => ({}),
  'a function': () => () => {},
  'an object whose getters throw': () => throwing(['status', 'headers', 'body', 'text', 'json', 'arrayBuffer', 'ok', 'type']),
  'a thenable that throws': () => ({ then: trap }),
  'a thenable that rejects twice': () => ({ then: (_, reject) => (reject('once'), reject('twice')) }),
  'a status that is no number': () => like({ status: '200', text: async () => JSON.stringify(PLACED.body) }),
  'a status that is not a status': () => like({ status: NaN, text: async () => JSON.stringify(PLACED.body) }),
  'an endless status': () => like({ status: Infinity, text: async () => '' }),
  'headers that throw': () => like({ headers: { get: trap }, text: async () => '{}' }),
  'no headers': () => like({ headers: undefined, text: async () => '{}' }),
  'a text that is none': () => like({ text: async () => 42 }),
  'a text that throws': () => like({ text: trap }),
  'a body that errors': bodyThatErrors,
  'a body that was read before': usedUp,
  'a body of chunks that are no bytes': () =>
    new Response(new ReadableStream({ start: (it) => (it.enqueue({}), it.close()) })),
  'a Response of a network error': () => Response.error(),
  'a redirect that was followed': () => like({ redirected: true, text: async () => JSON.stringify(PLACED.body) }),
};

/** A trigger that meets this is of unknown placement, sent once, and the client works on. */
async function survives(context, step, expected = {}) {
  const { client: it, calls, of, run } = stubbed(context, { POST: [step, PLACED], GET: [step, reading('calling')] });
  const error = await rejects(run(it.trigger({ toNumber: NUMBER })));
  kind(error, context.lib.PlacementUnknownError, { placement: 'unknown', attempts: 1, callSid: null, ...expected });
  equal(typeof error.message, 'string', 'type of the message');
  equal(calls.length, 1, 'requests');
  equal((await run(it.status(SID))).status, 'calling', 'a reading that met it is made again');
  equal(of('GET').length, 2, 'readings');
  equal((await run(it.trigger({ toNumber: NUMBER }))).callSid, SID, 'the client works on');
  return error;
}

for (const [what, value, shown] of THROWN)
  for (const [how, step] of [['rejects with', { reject: value }], ['throws', { throw: value }]])
    test(`a fetch that ${how} ${what} is survived, and the cause is kept`, async (context) => {
      const error = await survives(context, step, { code: 'connection_lost', httpStatus: null });
      ok(Object.is(error.originalCause, value), 'the original cause');
      if (typeof shown === 'string') equal(error.cause.message, shown, 'the message of the cause');
      else ok(Object.is(error.cause, shown.cause), () => `the cause: ${show(error.cause)}`);
    });

for (const [what, give] of Object.entries(GIVEN)) {
  test(`a fetch that resolves to nonsense is survived: ${what}`, (context) =>
    survives(context, () => ({ give: Promise.resolve().then(give) })));
  test(`a fetch that returns nonsense is survived: ${what}`, (context) => survives(context, () => ({ give: give() })));
}

test('a fetch that gives nothing is told as what it is', async (context) => {
  for (const nothing of [undefined, null, 'text', 7]) {
    const { message } = await survives(context, () => ({ give: Promise.resolve(nothing) }));
    ok(message.includes('what fetch gave is no Response'), message);
  }
});

/** What never comes to an end is ended by requestTimeoutMs. */
const ENDLESS = {
  'never settles': () => NEVER,
  'gives a thenable that never settles': () => ({ then() {} }),
  'gives a body that never comes': () => new Response(new ReadableStream({})),
  'gives a text() that never settles': () => like({ text: () => NEVER }),
};

for (const [what, give] of Object.entries(ENDLESS))
  test(`a fetch that ${what} is ended by requestTimeoutMs`, async (context) => {
    const steps = { POST: [() => ({ give: give() }), PLACED] };
    const { client: it, clock, calls, run } = stubbed(context, steps, { requestTimeoutMs: 5_000 });
    const began = clock.now();
    const error = await rejects(run(it.trigger({ toNumber: NUMBER })));
    kind(error, context.lib.PlacementUnknownError, { placement: 'unknown', attempts: 1 });
    equal(clock.now() - began, 5_000, 'ms');
    equal(calls.length, 1, 'requests');
    ok(calls[0].init.signal.aborted, 'the request is given up');
  });

test('a Response that comes after its request was given up changes nothing', async (context) => {
  let answer;
  const late = new Promise((resolve) => (answer = resolve));
  const steps = { POST: [() => ({ give: late }), PLACED] };
  const { client: it, clock, calls, run } = stubbed(context, steps, { requestTimeoutMs: 5_000 });
  await rejects(run(it.trigger({ toNumber: NUMBER })));
  answer(new Response(JSON.stringify(PLACED.body)));
  await clock.advance(3_600_000);
  equal(calls.length, 1, 'requests');
  equal(clock.pending, 0, 'timers that are left');
});

test('a fetch that calls back into the client is no danger', async (context) => {
  const { OutboundClient } = context.lib;
  let depth = 0;
  const it = new OutboundClient({
    region: 'us',
    token: TOKEN,
    dangerouslyAllowBrowser: true,
    fetch: async () => {
      depth += 1;
      if (depth < 5) await it.status(SID);
      return new Response(JSON.stringify({ status: 'calling', reason: `${depth}` }));
    },
  });
  equal((await it.status(SID)).status, 'calling');
  equal(depth, 5, 'requests');
});
