// Token, metadata values and whole phone numbers are shown nowhere, and the token is not taken in a page.

import { equal, has, kind, ok, rejects, test, throws } from './registry.mjs';
import { PLACED, SID, TOKEN, besieged, inPage, reading, stubbed } from './support.mjs';

const NUMBER = '+14155550188';
const VALUE = 'Ada-Lovelace-b.1815';
const SECRETS = { token: TOKEN, 'a metadata value': VALUE, number: NUMBER, 'national number': NUMBER.slice(2) };
const REQUEST = { toNumber: NUMBER, metadata: { customer: VALUE, note: 'line "two" of Lovelace' } };

/** All that a person could print of a value: as text, as JSON, as the host shows it, and all that can be reached. */
function printed(context, value) {
  const parts = [];
  const attempt = (run) => {
    try {
      parts.push(String(run()));
    } catch (error) {
      parts.push(String(error));
    }
  };
  attempt(() => value);
  attempt(() => JSON.stringify(value));
  attempt(() => value.stack);
  attempt(() => context.inspect?.(value) ?? '');
  attempt(() => globalThis.Deno?.inspect(value, { depth: 20, showHidden: true }) ?? '');
  attempt(() => globalThis.Bun?.inspect(value, { depth: 20 }) ?? '');
  reach(value, parts, new Set(), 0);
  return parts.join('\n');
}

/** Walks all properties, those of the prototypes and those that do not enumerate included. */
function reach(value, parts, seen, depth) {
  if (typeof value === 'string') parts.push(value);
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value) || depth > 8) return;
  if (value === globalThis) return;
  seen.add(value);
  for (let at = value; at && at !== Object.prototype && at !== Function.prototype; at = Object.getPrototypeOf(at))
    for (const key of Reflect.ownKeys(at)) {
      parts.push(String(key));
      try {
        reach(value[key], parts, seen, depth + 1);
      } catch {
        // A getter that is not for it.
      }
    }
  if (ArrayBuffer.isView(value)) parts.push(new TextDecoder().decode(value));
}

function shows(context, value, what) {
  const text = printed(context, value);
  for (const [name, secret] of Object.entries(SECRETS)) ok(!text.includes(secret), () => `${what} shows the ${name}`);
}

test('a client and its calls show no secret', async (context) => {
  const { client: it, clock, run } = stubbed(context, { POST: [PLACED], GET: [reading('calling'), reading('success')] });
  shows(context, it, 'a client before its first use');
  const placing = it.trigger(REQUEST);
  shows(context, placing, 'a promise');
  const { data: call, response } = await run(placing.withResponse());
  shows(context, it, 'a client');
  shows(context, call, 'a call');
  shows(context, response, 'a response');
  shows(context, call.snapshot(), 'a snapshot');
  const waiting = call.result();
  await clock.advance(2_600);
  shows(context, call, 'a call that is followed');
  shows(context, it, 'a client that follows a call');
  shows(context, await run(waiting), 'a result');
  shows(context, call, 'a call that has ended');
});

test('an error that quotes the request shows no secret', async (context) => {
  for (const status of [400, 401, 429, 500, 502]) {
    const { client: it } = await besieged(context, { POST: [{ status, echo: true }], GET: [{ status, echo: true }] }, {
      maxRetries: 0,
    });
    shows(context, await rejects(it.trigger(REQUEST)), `an error of a trigger with ${status}`);
    shows(context, await rejects(it.status(SID)), `an error of a reading with ${status}`);
  }
});

test('a retry that is told shows no secret', async (context) => {
  const { client: it } = await besieged(context, { POST: [{ status: 500, echo: true }, PLACED] });
  const told = [];
  await it.trigger(REQUEST, { onRetry: (retry) => told.push(retry) });
  equal(told.length, 1, 'retries');
  shows(context, told, 'a retry');
});

const QUOTED = `cannot send ${JSON.stringify(REQUEST)} with ${TOKEN} to ${NUMBER}`;
const withMembers = (error, members) => Object.assign(error, members);

/** What a host may throw that holds what it was called with. */
const TELLING = {
  'in its message': () => new Error(QUOTED),
  'in a later line of its message': () => new Error(`no\n  in the body:\n${QUOTED}`),
  'in a later line of its stack': () => withMembers(new Error('no'), { stack: `Error: no\n    at f (x.js:1:1)\n    ${QUOTED}` }),
  'in its cause': () => new TypeError('fetch failed', { cause: new Error(QUOTED) }),
  'in the cause of its cause': () => new TypeError('fetch failed', { cause: new Error('why', { cause: QUOTED }) }),
  'in one of several errors': () => new AggregateError([new Error('one'), new Error(QUOTED)], 'several'),
  'in a member that holds the request': () => withMembers(new Error('no'), { config: { headers: { t: TOKEN }, body: QUOTED } }),
  'in a member that is text': () => withMembers(new Error('no'), { hostname: `${TOKEN}.example` }),
  'in a member that is a function': () => withMembers(new Error('no'), { toString: () => QUOTED, request: () => QUOTED }),
  'in a name of its own': () => withMembers(new Error('no'), { name: `Error of ${NUMBER}` }),
  'and is text': () => QUOTED,
  'and is an object': () => ({ message: QUOTED, request: REQUEST, token: TOKEN }),
  'and is a number': () => Number(NUMBER),
};

for (const [where, made] of Object.entries(TELLING))
  test(`a cause that quotes the request ${where} shows no secret, and is there for those who ask`, async (context) => {
    const thrown = made();
    for (const options of [{}, { signal: AbortSignal.abort(thrown) }]) {
      const { client: it } = stubbed(context, { POST: [{ reject: thrown }] }, options);
      const error = await rejects(it.trigger(REQUEST));
      equal(error.originalCause, thrown, 'the original cause');
      ok(!Object.keys(error).some((key) => /cause/i.test(key)), 'neither is enumerable');
      ok(error.cause !== thrown && error.cause !== undefined, 'the cause is a copy');
      for (const shown of [error.cause, { ...error }, error.message, error.stack, JSON.stringify(error)])
        shows(context, shown, 'an error');
      for (const print of [context.inspect, globalThis.Deno?.inspect, globalThis.Bun?.inspect].filter(Boolean))
        for (const [name, secret] of Object.entries(SECRETS))
          ok(!print(error).includes(secret), () => `what the host prints shows the ${name}`);
    }
  });

test('a cause that holds nothing that must not be shown is itself', async (context) => {
  const inner = withMembers(new Error('connect ECONNREFUSED 10.0.0.1:443'), { code: 'ECONNREFUSED', port: 443 });
  for (const thrown of [new TypeError('fetch failed', { cause: inner }), new DOMException('over', 'TimeoutError'), 'no network']) {
    const { client: it } = stubbed(context, { POST: [{ reject: thrown }] });
    const error = await rejects(it.trigger(REQUEST));
    equal(error.cause, thrown, 'the cause');
    equal(error.originalCause, thrown, 'the original cause');
  }
});

test('input that is refused is not shown', async (context) => {
  const { client: it } = stubbed(context, { POST: [PLACED] });
  for (const request of [
    { ...REQUEST, toNumber: `${NUMBER}000000000` },
    { ...REQUEST, countryCode: VALUE },
    { ...REQUEST, encryption: VALUE },
    { ...REQUEST, metadata: { customer: `${VALUE}\r\nX: y` } },
    { ...REQUEST, metadata: { customer: [VALUE] } },
    { ...REQUEST, metadata: VALUE },
    { toNumber: NUMBER, metadata: { customer: VALUE }, variantId: VALUE },
  ])
    shows(context, kind(await rejects(it.trigger(request)), context.lib.InvalidInputError), 'a refusal');
  const options = { dangerouslyAllowBrowser: true, region: 'us' };
  for (const more of [
    { token: `${TOKEN}\n` },
    { token: { secret: TOKEN } },
    { token: [TOKEN] },
    { region: undefined, baseUrl: `https://u:${TOKEN}@host.example` },
  ]) {
    // At once, or before anything is sent.
    const make = async () => new context.lib.OutboundClient({ ...options, ...more }).trigger(REQUEST);
    shows(context, kind(await rejects(make()), context.lib.InvalidInputError), 'a refused option');
  }
});

// --- the guard of pages ---------------------------------------------------------------------------------------------

const bare = ({ lib }, options) => new lib.OutboundClient(options);

test(
  'in a page a token is refused, and the refusal says what to do instead',
  (context) => {
    const refusals = [{ region: 'us' }, { baseUrl: 'https://proxy.example' }, { region: 'us', dangerouslyAllowBrowser: false }];
    for (const options of refusals) {
      const error = throws(() => bare(context, { token: TOKEN, ...options }));
      kind(error, context.lib.InvalidInputError, { code: 'invalid_input' });
      ok(error.message.includes('dangerouslyAllowBrowser'), error.message);
      ok(error.message.includes('baseUrl'), error.message);
      shows(context, error, 'the refusal');
    }
  },
  inPage,
);

test('in a page a token is taken if it is said that it may be', (context) => {
  bare(context, { region: 'us', token: TOKEN, dangerouslyAllowBrowser: true });
}, inPage);

test('without a token a base URL needs no permission, and none is sent', async (context) => {
  const { calls, client: it } = stubbed(
    context,
    { GET: [reading('queued')] },
    { baseUrl: 'https://proxy.example', token: undefined, dangerouslyAllowBrowser: undefined },
  );
  await it.status(SID);
  const headers = new Headers(calls[0].init.headers);
  for (const name of ['X-PolyAi-Auth-Token', 'X-API-KEY', 'Authorization']) ok(!headers.has(name), `${name} is sent`);
});

test(
  'outside of a page a token needs no permission',
  (context) => {
    bare(context, { region: 'us', token: TOKEN });
  },
  (context) => !inPage(context),
);

for (const Kind of ['Worker', 'SharedWorker'])
  test(
    `in a ${Kind} of a page a token is refused, and taken if it is said that it may be`,
    async (context) => {
      const ask = (message) =>
        new Promise((resolve, reject) => {
          const worker = new globalThis[Kind](context.workerUrl, { type: 'module' });
          const port = worker.port ?? worker;
          port.onmessage = ({ data }) => (worker.terminate?.(), resolve(data));
          worker.onerror = (event) => reject(new Error(event.message ?? 'the worker failed'));
          port.postMessage({ baseUrl: context.baseUrl, token: 'sandbox', ...message });
        });
      has(await ask({}), { code: 'invalid_input', field: 'token' });
      const { callSid, code } = await ask({ dangerouslyAllowBrowser: true });
      equal(code, undefined, 'error in the worker');
      ok(/^OUT-/.test(callSid), callSid);
    },
    ({ workerUrl }) => workerUrl,
  );

test('the reason of a signal that quotes the request shows no secret in any wait, and is there for those who ask', async (context) => {
  const reason = new Error(QUOTED);
  const hang = { hang: true };
  const waits = {
    'a trigger that is under way': (it, signal) => it.trigger(REQUEST, { signal }),
    'a call that is under way': (it, signal) => it.call(REQUEST, { signal }),
  };
  for (const [what, wait] of Object.entries(waits)) {
    const controller = new AbortController();
    const { client: it, clock } = stubbed(context, { POST: [hang] });
    const waiting = rejects(wait(it, controller.signal));
    await clock.settle();
    controller.abort(reason);
    const error = await waiting;
    equal(error.originalCause, reason, `the original cause of ${what}`);
    ok(error.cause !== reason && error.cause !== undefined, `the cause of ${what} is a copy`);
    for (const shown of [error.cause, error.message, error.stack, JSON.stringify(error)]) shows(context, shown, what);
  }
  // Of a call that is followed by two, of whom one gives up; the call knows what it was placed with.
  const controller = new AbortController();
  const { client: it, clock } = stubbed(context, { POST: [PLACED], GET: [reading('calling')] });
  let waiting;
  const onPlaced = (call) => void (waiting = rejects(call.result({ signal: controller.signal })));
  const calling = rejects(it.call(REQUEST, { onPlaced, followTimeoutMs: 60_000 }));
  await clock.advance(5_000);
  controller.abort(reason);
  const error = await waiting;
  equal(error.code, 'cancelled', 'of one of two');
  equal(error.originalCause, reason, 'the original cause of one of two');
  for (const shown of [error.cause, error.message, JSON.stringify(error)]) shows(context, shown, 'one of two who gives up');
  await clock.advance(120_000);
  await calling;
});

test(
  'in a service worker of a page a token is refused, and taken if it is said that it may be',
  async (context) => {
    const registration = await navigator.serviceWorker.register(context.serviceWorkerUrl);
    try {
      const { active } = await navigator.serviceWorker.ready;
      const ask = (message) =>
        new Promise((resolve) => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = ({ data }) => (port1.close(), resolve(data));
          active.postMessage({ baseUrl: context.baseUrl, token: 'sandbox', ...message }, [port2]);
        });
      has(await ask({}), { code: 'invalid_input', field: 'token' });
      const { callSid, code } = await ask({ dangerouslyAllowBrowser: true });
      equal(code, undefined, 'error in the worker');
      ok(/^OUT-/.test(callSid), callSid);
    } finally {
      await registration.unregister();
    }
  },
  ({ serviceWorkerUrl }) => serviceWorkerUrl,
);

test('what a listener throws at the end of a call, and why a wait is given up, show no secret', async (context) => {
  const thrown = new Error(QUOTED);
  const throwing = async () => {
    throw thrown;
  };
  const late = async () => {
    for (let turn = 0; turn < 50; turn++) await undefined;
    throw thrown;
  };
  const steps = { POST: [PLACED], GET: [reading('success')] };
  const failed = async (wait) => {
    const { client: it, run } = stubbed(context, steps);
    return rejects(run(wait(it)));
  };
  const signal = AbortSignal.abort(thrown);
  for (const [what, wait] of Object.entries({
    'onPlaced': (it) => it.call(REQUEST, { onPlaced: throwing }),
    'onUpdate at the end': (it) => it.call(REQUEST, { onUpdate: throwing }),
    'onUpdate after the end': (it) => it.call(REQUEST, { onUpdate: late }),
    'a wait that is given up': async (it) => (await it.trigger(REQUEST)).result({ signal }),
  })) {
    const error = await failed(wait);
    equal(error.originalCause, thrown, `the original cause of ${what}`);
    ok(error.cause instanceof Error && error.cause !== thrown, `the cause of ${what} is a copy`);
    for (const shown of [error.cause, error.message, error.stack, JSON.stringify(error)]) shows(context, shown, what);
  }
  // Of whom is called nobody knows who watches; the token is known.
  const watched = await failed((it) => it.watch(SID).result({ signal: AbortSignal.abort(new Error(`no ${TOKEN}`)) }));
  ok(!printed(context, watched.cause).includes(TOKEN), 'the token is shown');
});

test('an answer whose correlation id quotes what must not be shown has none in events and lines', async (context) => {
  const own = NUMBER.slice(1);
  for (const id of [`req-${TOKEN}`, `req-${own}`, `${NUMBER.slice(2)}`, VALUE, `x-${TOKEN}-${own}`]) {
    const told = [];
    const logger = Object.fromEntries(['debug', 'info', 'warn', 'error'].map((level) => [level, (...line) => told.push(line)]));
    const answer = { ...PLACED, headers: { 'X-PolyAI-Correlation-Id': id } };
    const { client: it, run } = stubbed(context, { POST: [answer] }, { logger, logLevel: 'debug', onRequest: (event) => told.push(event) });
    await run(it.trigger(REQUEST));
    equal(told.length, 2, 'what was told');
    for (const shown of told) shows(context, shown, `an event of ${id}`);
  }
});
