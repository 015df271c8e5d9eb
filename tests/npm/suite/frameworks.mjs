// What frameworks and tools do to what they are given: they steer by errors that go through `fetch`, put a `fetch` of their own
// in the place of the host's, wrap what they keep in proxies, and run tests on clocks that stand still.

import { equal, has, kind, ok, rejects, same, test, throws, until } from './registry.mjs';
import { AGENTS, FAILED, NUMBER, PLACED, SID, TOKEN, client, inPage, reading, stubbed } from './support.mjs';

// --- errors that steer ----------------------------------------------------------------------------------------------

const digested = (digest, Kind = Error) => Object.assign(new Kind('said by a framework'), { digest });

/** As Next and React throw them. */
const STEERING = {
  'that a page is dynamic': digested('DYNAMIC_SERVER_USAGE'),
  'that a page leaves the prerender': digested('HANGING_PROMISE_REJECTION'),
  'a redirect': digested('NEXT_REDIRECT;replace;/login;307;'),
  'that nothing is there': digested('NEXT_HTTP_ERROR_FALLBACK;404'),
  'an error of a class of its own': digested('BAILOUT_TO_CLIENT_SIDE_RENDERING', class extends TypeError {}),
  'an error that is frozen': Object.freeze(digested('NEXT_NOT_FOUND')),
  'an object that is no error': { digest: 'DYNAMIC_SERVER_USAGE' },
  'that it is postponed': { $$typeof: Symbol.for('react.postpone'), message: 'postponed' },
};

for (const [what, thrown] of Object.entries(STEERING))
  test(`what a framework throws through fetch to steer passes as it is: ${what}`, async (context) => {
    for (const step of [{ reject: thrown }, { throw: thrown }]) {
      const steps = { POST: [step, PLACED], GET: [step, reading('success')] };
      const { client: it, calls, clock, run } = stubbed(context, steps);
      equal(await rejects(it.trigger({ toNumber: NUMBER })), thrown, 'of a trigger');
      equal(calls.length, 1, 'requests');
      equal(await rejects(it.status(SID)), thrown, 'of a status');
      equal(calls.length, 2, 'requests');
      equal(clock.pending, 0, 'timers that are left');
      equal((await run(it.trigger({ toNumber: NUMBER }))).callSid, SID, 'the client works on');
      equal((await run(it.watch(SID).result())).status, 'success', 'and follows');
    }
  });

test('what a framework throws to steer passes through each way to wait for a call, and after a retry', async (context) => {
  const thrown = STEERING['a redirect'];
  const following = (GET) => stubbed(context, { POST: [FAILED, PLACED], GET });
  for (const wait of [
    (it) => it.watch(SID).result(),
    (it) => it.watch(SID).updates().next(),
    (it) => it.call({ toNumber: NUMBER }),
    (it) => it.status(SID).withResponse(),
  ]) {
    const { client: it, clock, run } = following([{ reject: thrown }]);
    equal(await rejects(run(wait(it))), thrown);
    equal(clock.pending, 0, 'timers that are left');
  }
  const { client: it, calls, run } = stubbed(context, { POST: [FAILED, { reject: thrown }] });
  equal(await rejects(run(it.trigger({ toNumber: NUMBER }))), thrown, 'after a retry');
  equal(calls.length, 2, 'requests');
});

test('an answer whose body breaks off by what steers is an answer as far as it came: it may have rung', async (context) => {
  const give = (text) => () => {
    const start = (it) => it.enqueue(new TextEncoder().encode(text));
    const pull = (it) => it.error(STEERING['a redirect']);
    return { give: new Response(new ReadableStream({ start, pull }, { highWaterMark: 0 })) };
  };
  const { client: half, calls } = stubbed(context, { POST: [give('{"call_sid":')] });
  kind(await rejects(half.trigger({ toNumber: NUMBER })), context.lib.PlacementUnknownError, { code: 'unexpected_answer', httpStatus: 200, attempts: 1 });
  equal(calls.length, 1, 'requests');
  const { client: whole } = stubbed(context, { POST: [give(JSON.stringify(PLACED.body))] });
  equal((await whole.trigger({ toNumber: NUMBER })).callSid, SID, 'of one that was whole');
});

test('an error whose digest is no word, as React gives one to any error, is no error that steers', async (context) => {
  for (const digest of [undefined, null, 42, {}, () => {}, '3446497182', '3446497182@E394']) {
    const { client: it } = stubbed(context, { POST: [{ reject: digested(digest) }] });
    kind(await rejects(it.trigger({ toNumber: NUMBER })), context.lib.PlacementUnknownError, { code: 'connection_lost' });
  }
});

// --- a fetch that keeps answers -------------------------------------------------------------------------------------

test('each request says that it is not to be kept, by whichever fetch it goes', async (context) => {
  const expected = 'no-store';
  for (const options of [{}, AGENTS]) {
    const { client: it, calls } = stubbed(context, { POST: [{ body: { call_sid: SID, callSid: SID } }], GET: [reading('calling')] }, options);
    await it.trigger({ toNumber: NUMBER });
    await it.status(SID);
    same(calls.map(({ init }) => [init.method, init.cache]), [['POST', expected], ['GET', expected]], 'of a fetch that is lent');
  }
  // Made before a framework puts its own in the place of the global one.
  const it = client(context);
  const original = globalThis.fetch;
  for (let nth = 0; nth < 2; nth++) {
    const inits = [];
    globalThis.fetch = Object.assign(
      async (_, init) => (inits.push([init.method, init.cache]), new Response(JSON.stringify(init.method === 'POST' ? PLACED.body : reading('calling').body))),
      { __nextPatched: nth === 1 },
    );
    try {
      await it.trigger({ toNumber: NUMBER });
      await it.status(SID);
    } finally {
      globalThis.fetch = original;
    }
    same(inits, [['POST', expected], ['GET', expected]], 'of the global one');
  }
});

test('a host that takes no word about its cache is told none', async (context) => {
  const { client: it, calls } = stubbed(context, { POST: [PLACED], GET: [reading('calling')] });
  const own = globalThis.Request;
  for (const without of [undefined, class Request {}]) {
    globalThis.Request = without;
    try {
      await it.trigger({ toNumber: NUMBER });
      await it.status(SID);
    } finally {
      globalThis.Request = own;
    }
  }
  same(calls.map(({ init }) => 'cache' in init), [false, false, false, false], 'words about the cache');
});

test('a fetch that keeps what it may is asked for each trigger and each status', async (context) => {
  const kept = new Map();
  let placed = 0;
  const keeping = async (url, init) => {
    const key = JSON.stringify([url, init.method, init.body]);
    if (init.cache !== 'no-store' && kept.has(key)) return new Response(kept.get(key));
    const answer = init.method === 'POST' ? { call_sid: `${SID}-${++placed}` } : { status: 'calling', reason: `${++placed}` };
    kept.set(key, JSON.stringify(answer));
    return new Response(kept.get(key));
  };
  const it = client(context, { fetch: keeping });
  const sids = [];
  for (let nth = 0; nth < 3; nth++) sids.push((await it.trigger({ toNumber: NUMBER })).callSid);
  same(sids, [1, 2, 3].map((nth) => `${SID}-${nth}`), 'three triggers');
  const reasons = [(await it.status(SID)).reason, (await it.status(SID)).reason];
  same(reasons, ['4', '5'], 'two readings');
});

// --- proxies --------------------------------------------------------------------------------------------------------

/** As Vue and others do it: what is read is wrapped as well, and methods are called on the proxy. */
function deep(target) {
  return new Proxy(target, {
    get(object, key, receiver) {
      const value = Reflect.get(object, key, receiver);
      return typeof value === 'object' && value !== null && !(value instanceof Promise) ? deep(value) : value;
    },
    set: (object, key, value, receiver) => Reflect.set(object, key, value, receiver),
  });
}

test('clients and calls work behind proxies, and so do requests, options and snapshots', async (context) => {
  const steps = { POST: [PLACED], GET: [reading('calling'), reading('success')] };
  const { client: raw, run } = stubbed(context, steps);
  const state = deep({ client: raw, request: { toNumber: NUMBER, metadata: { a: 'b' } } });
  state.call = await state.client.trigger(state.request);
  equal(state.call.callSid, SID, 'callSid');
  equal(state.call.snapshot().callSid, SID, 'snapshot');
  const words = [];
  await run((async () => {
    for await (const { status } of state.call.updates()) words.push(status);
  })());
  same(words, ['calling', 'success'], 'updates');
  equal((await state.call.result()).status, 'success', 'result');
  equal((await state.client.status(SID)).status, 'success', 'status');
  equal(state.client.resume(deep(state.call.snapshot())).snapshot().callSid, SID, 'resume');
  equal((await run(state.client.call(state.request))).status, 'success', 'call');
  equal((await run(state.client.watch(SID).result())).status, 'success', 'watch');
});

test('a sandbox works behind a proxy', async (context) => {
  const sandbox = deep(new context.sandboxLib.Sandbox({ seed: 1 }));
  sandbox.setFaults({ delay: 0 });
  const it = client(context, { region: undefined, fetch: sandbox.fetch, token: sandbox.token });
  const call = await sandbox.run(it.trigger({ toNumber: NUMBER }));
  await sandbox.advance(1_000);
  equal(sandbox.calls[0].callSid, call.callSid, 'calls');
});

test('a method that was taken from its object says so, and how to call it', async (context) => {
  const { client: it } = stubbed(context, { POST: [PLACED], GET: [reading('queued')] });
  const call = await it.trigger({ toNumber: NUMBER });
  const methods = { client: [it, ['trigger', 'call', 'status', 'watch', 'resume']], call: [call, ['updates', 'result', 'snapshot']] };
  for (const [name, [object, names]] of Object.entries(methods))
    for (const method of names) {
      const { [method]: taken } = object;
      for (const self of [undefined, {}, null]) {
        const { message } = throws(() => taken.call(self, SID), method);
        ok(message.includes(`${name}.${method}(`), message);
      }
    }
  equal((await it.status.call(it, SID)).status, 'queued', 'called on its object');
});

// --- errors as frameworks read them ---------------------------------------------------------------------------------

test('the JSON of an error has its name and its sentence', async (context) => {
  const { client: it } = stubbed(context, { POST: [{ status: 403, body: { error: 'no', code: 'NO' } }] });
  const error = await rejects(it.trigger({ toNumber: NUMBER }));
  same(JSON.parse(JSON.stringify(error)), {
    name: 'AuthenticationError',
    message: error.message,
    code: 'forbidden',
    placement: 'not_placed',
    httpStatus: 403,
    correlationId: 'stub-1',
    attempts: 1,
    callSid: null,
    serviceCode: 'NO',
    retryAfterMs: null,
  });
  const refused = JSON.parse(JSON.stringify({ error: await rejects(it.trigger({ toNumber: 'x' })) })).error;
  has(refused, { name: 'InvalidInputError', code: 'invalid_input', placement: 'not_placed', field: 'toNumber' });
  ok(refused.message.startsWith('toNumber: '), refused.message);
  const kinds = Object.entries(context.lib).filter(([name]) => name.endsWith('Error'));
  equal(kinds.length, 8, 'classes of errors');
  for (const [name, Kind] of kinds) {
    const seen = JSON.parse(JSON.stringify({ errors: [new Kind('a sentence', { code: 'rejected', placement: 'unknown', cause: new Error('why') })] }));
    has(seen.errors[0], { name, message: 'a sentence', code: 'rejected', placement: 'unknown', cause: undefined });
  }
  class Own extends context.lib.RateLimitError {}
  equal(JSON.parse(JSON.stringify(new Own('m', { code: 'rate_limited' }))).name, 'RateLimitError', 'of a class that is derived');
});

test('nothing of an error is taken by a web framework for the answer to its visitor', async (context) => {
  const { client: it } = stubbed(context, { POST: [{ status: 403 }] });
  const error = await rejects(it.trigger({ toNumber: NUMBER }));
  for (const name of ['status', 'statusCode', 'headers', 'expose']) ok(!(name in error), `${name} is a member`);
});

// --- realms, clocks and stubs ---------------------------------------------------------------------------------------

test('a URL of another realm is a URL', async (context) => {
  const foreign = { href: 'https://proxy.example/a', toString: () => 'https://proxy.example/a', [Symbol.toStringTag]: 'URL' };
  const { client: it, calls } = stubbed(context, { GET: [reading('queued')] }, { baseUrl: foreign });
  await it.status(SID);
  equal(calls[0].url, `https://proxy.example/a/v1/outbound-calling/${SID}/status`);
  for (const wrong of [{ href: 42 }, { href: 'https://proxy.example' }, {}, []])
    kind(throws(() => client(context, { baseUrl: wrong })), context.lib.InvalidInputError, { field: 'baseUrl' });
});

test('a Retry-After date counts by the clock of the server that wrote it', async (context) => {
  // Ten seconds, though the server's clock is years behind and ahead of the one here.
  for (const year of [2001, 2099]) {
    const date = (second) => new Date(Date.UTC(year, 0, 1, 0, 0, second)).toUTCString();
    const headers = { 'Retry-After': date(40), Date: date(30) };
    const told = [];
    const { client: it, run } = stubbed(context, { POST: [{ ...FAILED, status: 429, headers }, PLACED] });
    await run(it.trigger({ toNumber: NUMBER }, { onRetry: ({ afterMs }) => told.push(afterMs) }));
    // With a jitter of up to a second, of which this clock gives the same each time.
    equal(told.length, 1, 'retries');
    ok(told[0] >= 10_000 && told[0] < 11_000, `after ${told[0]} ms in ${year}`);
  }
});

test(
  'many waits for one signal have one listener on it, and none when they end',
  async (context) => {
    const controller = new AbortController();
    const { signal } = controller;
    const { client: it, of, run } = stubbed(context, { POST: [{ hang: true }], GET: [reading('calling')] }, { signal });
    const placing = Array.from({ length: 50 }, () => it.trigger({ toNumber: NUMBER }, { signal }).catch((error) => error));
    const call = it.watch(SID);
    const waiting = Array.from({ length: 50 }, () => call.result({ signal }).catch((error) => error));
    await until(() => of('POST').length === 50 && of('GET').length === 1);
    equal(context.listeners(signal), 1, 'listeners while they wait');
    controller.abort(new Error('over'));
    for (const error of await run(Promise.all([...placing, ...waiting]))) equal(error.code, 'cancelled', 'each is told');
    equal(context.listeners(signal), 0, 'listeners that are left');
  },
  ({ listeners }) => listeners,
);

test('one signal that is given to several operations ends each of them', async (context) => {
  const controller = new AbortController();
  const { client: it, calls } = stubbed(context, { POST: [{ hang: true }] });
  const placing = [1, 2, 3].map(() => rejects(it.trigger({ toNumber: NUMBER }, { signal: controller.signal })));
  await until(() => calls.length === 3);
  controller.abort();
  for (const error of await Promise.all(placing)) has(error, { code: 'cancelled', placement: 'unknown' });
  has(await rejects(it.trigger({ toNumber: NUMBER }, { signal: controller.signal })), { code: 'cancelled', placement: 'not_placed' });
});
