// How clients are set up: what is judged when, hints for names that there are not, and clients that are made of others; and what
// people do with clients and calls as a matter of course: store them, and read stacks.

import { all, equal, has, kind, ok, rejects, same, test, throws } from './registry.mjs';
import { AGENTS, FAILED, NUMBER, PLACED, SID, TOKEN, client, collect, compilesAtOnce, inPage, reading, stubbed, unbundled } from './support.mjs';

const NEVER_QUOTED = 'Value-Never-Quoted';
const US = { region: 'us', token: TOKEN };
const urlOf = ({ url }) => url;
const tokenOf = ({ init }) => new Headers(init.headers).get('X-PolyAi-Auth-Token');

// --- what the constructor judges ------------------------------------------------------------------------------------

test(
  'what only core can judge is judged by the constructor, where the host compiles at once',
  (context) =>
    all(
      [
        ['region', { ...US, region: 'mars' }],
        ['region', { ...US, region: 'studio' }],
        ['region', { ...US, baseUrl: 'https://host.example' }],
        ['token', { ...US, token: 'with space' }],
        ['token', { ...US, token: '' }],
        ['baseUrl', { baseUrl: NEVER_QUOTED }],
        ['baseUrl', { baseUrl: 'http://host.example' }],
        ['api', { ...US, api: NEVER_QUOTED }],
        ['agentId', { ...US, ...AGENTS, agentId: undefined }],
        ['environment', { ...US, ...AGENTS, environment: NEVER_QUOTED }],
        ['agents502NotPlaced', { ...US, agents502NotPlaced: true }],
        ['region', { token: async () => TOKEN, region: 'mars' }],
      ],
      ([field, options]) => {
        const error = throws(() => new context.lib.OutboundClient(options), JSON.stringify(options));
        kind(error, context.lib.InvalidInputError, { code: 'invalid_input', placement: 'not_placed', field });
        ok(!error.message.includes(NEVER_QUOTED), error.message);
      },
    ),
  compilesAtOnce,
);

test('what needs no core is judged by the constructor in every host', (context) =>
  all(
    [
      ['region', { token: TOKEN }],
      ['token', { region: 'us' }],
      ['region', { ...US, baseUrl: 'https://host.example' }],
      ['headers', { ...US, headers: { Cookie: 'x' } }],
      ['timeoutMs', { ...US, timeoutMs: '5000' }],
      ['logLevel', { ...US, logLevel: 'all' }],
    ],
    ([field, options]) => {
      const error = throws(() => new context.lib.OutboundClient({ dangerouslyAllowBrowser: true, ...options }), JSON.stringify(options));
      kind(error, context.lib.InvalidInputError, { field });
    },
  ));

test(
  'making a client starts no WebAssembly where that takes time',
  async (context) => {
    const { instantiate } = WebAssembly;
    let started = 0;
    WebAssembly.instantiate = (...args) => ((started += 1), Reflect.apply(instantiate, WebAssembly, args));
    try {
      client(context);
      await new Promise((resolve) => setTimeout(resolve, 20));
    } finally {
      WebAssembly.instantiate = instantiate;
    }
    equal(started, 0, 'instantiations');
  },
  (context) => !compilesAtOnce(context),
);

// --- names that there are not ---------------------------------------------------------------------------------------

const MISSPELT = {
  apiKey: 'token', api_key: 'token', authToken: 'token', tokens: 'token', Token: 'token',
  baseURL: 'baseUrl', base_url: 'baseUrl', url: 'baseUrl', endpoint: 'baseUrl', basUrl: 'baseUrl',
  timeout: 'timeoutMs', timeoutMS: 'timeoutMs', timeout_ms: 'timeoutMs', requestTimeout: 'requestTimeoutMs',
  maxRetry: 'maxRetries', retries: 'maxRetries', max_retries: 'maxRetries', regoin: 'region', agentID: 'agentId',
  defaultHeaders: 'headers', header: 'headers', loglevel: 'logLevel', onrequest: 'onRequest', dangerouslyAllowBrowsers: 'dangerouslyAllowBrowser',
};

test('an option that is misspelt, or called otherwise elsewhere, is refused with the one that is meant', (context) =>
  all(Object.entries(MISSPELT), ([name, meant]) => {
    const error = throws(() => client(context, { [name]: NEVER_QUOTED }), name);
    kind(error, context.lib.InvalidInputError, { field: name });
    ok(error.message.startsWith(`${name}: is not known here; expected ${meant}, it seems; there are region, `), error.message);
    ok(!error.message.includes(NEVER_QUOTED), error.message);
  }));

test('so is a misspelt member of a request, and of the options of one operation', async (context) => {
  const { client: it, calls } = stubbed(context, { POST: [PLACED] });
  const misspelt = { to: 'toNumber', number: 'toNumber', phoneNumber: 'toNumber', to_number: 'toNumber', toNumbr: 'toNumber', country: 'countryCode', metaData: 'metadata', allowpremium: 'allowPremium' };
  await all(Object.entries(misspelt), async ([name, meant]) => {
    const error = kind(await rejects(it.trigger({ [name]: NUMBER })), context.lib.InvalidInputError, { field: name });
    ok(error.message.includes(`expected ${meant}, it seems`), error.message);
    ok(!error.message.includes(NUMBER), error.message);
  });
  for (const [name, meant] of [['timeout', 'timeoutMs'], ['abortSignal', 'signal'], ['onplaced', 'onPlaced']]) {
    const { message } = await rejects(it.call({ toNumber: NUMBER }, { [name]: 1 }));
    ok(message.includes(`expected ${meant}, it seems`), message);
  }
  equal(calls.length, 0, 'requests');
});

test('a name that is like none is refused without a guess', (context) => {
  for (const name of ['colour', 'x', '', '__proto__x', 'constructor', 'toString', 'proxyAgentForEverything', 'n'.repeat(10_000)]) {
    const { message } = kind(throws(() => client(context, { [name]: 1 })), context.lib.InvalidInputError, { field: name.slice(0, 64) });
    ok(!message.includes('it seems') && message.includes('expected region, '), message);
  }
});

// --- clients that are made of others --------------------------------------------------------------------------------

test('withOptions gives a client that is as the first but for what is said, and leaves the first as it is', async (context) => {
  const { client: it, calls, run } = stubbed(context, { POST: [FAILED, PLACED], GET: [reading('queued')] }, { maxRetries: 0, headers: { 'x-a': '1' } });
  const patient = it.withOptions({ maxRetries: 1, headers: { 'x-b': '2' }, token: undefined });
  ok(patient instanceof context.lib.OutboundClient && patient !== it, 'another client');
  equal((await run(patient.trigger({ toNumber: NUMBER }))).callSid, SID);
  equal(calls.length, 2, 'requests');
  same(calls.map(({ init }) => ['x-a', 'x-b'].map((name) => new Headers(init.headers).get(name))), [['1', '2'], ['1', '2']]);
  same(calls.map(tokenOf), [TOKEN, TOKEN]);

  const first = stubbed(context, { POST: [FAILED, PLACED] }, { maxRetries: 0 });
  first.client.withOptions({ maxRetries: 5 });
  kind(await rejects(first.run(first.client.trigger({ toNumber: NUMBER }))), context.lib.OutboundError, { attempts: 1 });
});

test('a header of withOptions goes before that of the client, however it is spelt', async (context) => {
  const { client: it, calls } = stubbed(context, { POST: [PLACED] }, { headers: { 'X-Campaign': 'one', 'X-Team': 'a' } });
  const second = it.withOptions({ headers: { 'x-campaign': 'two' } });
  const third = second.withOptions({ headers: { 'X-Campaign': 'three' } });
  for (const client of [it, second, third]) await client.trigger({ toNumber: NUMBER });
  const sent = calls.map(({ init }) => new Headers(init.headers));
  same(sent.map((headers) => [headers.get('x-campaign'), headers.get('x-team')]), [['one', 'a'], ['two', 'a'], ['three', 'a']]);
});

test('withOptions takes another place, token, API and fetch', async (context) => {
  const { client: it, calls } = stubbed(context, { POST: [{ body: { call_sid: SID, callSid: SID } }] });
  for (const [options, url, token] of [
    [{ region: 'uk' }, 'https://api.uk-1.platform.polyai.app/v1/outbound-calling', TOKEN],
    [{ baseUrl: 'https://proxy.example' }, 'https://proxy.example/v1/outbound-calling', TOKEN],
    [{ baseUrl: 'https://proxy.example', token: null }, 'https://proxy.example/v1/outbound-calling', null],
    [{ token: 'tok-2' }, 'https://api.us-1.platform.polyai.app/v1/outbound-calling', 'tok-2'],
    [{ token: async () => 'tok-3' }, 'https://api.us-1.platform.polyai.app/v1/outbound-calling', 'tok-3'],
  ]) {
    calls.length = 0;
    await it.withOptions(options).trigger({ toNumber: NUMBER });
    same([urlOf(calls[0]), tokenOf(calls[0])], [url, token], JSON.stringify(options));
  }
  calls.length = 0;
  await it.withOptions(AGENTS).trigger({ toNumber: NUMBER });
  equal(urlOf(calls[0]), 'https://api.us.poly.ai/v1/agents/agent-1/telephony/outbound-calls');
  // A client whose token is gone must not lend that of the first, nor the other way about.
  const without = it.withOptions({ baseUrl: 'https://proxy.example', token: null });
  calls.length = 0;
  await without.withOptions({ token: 'tok-4' }).trigger({ toNumber: NUMBER });
  await without.trigger({ toNumber: NUMBER });
  same(calls.map(tokenOf), ['tok-4', null]);
  const proxied = it.withOptions({ baseUrl: 'https://proxy.example' });
  calls.length = 0;
  await proxied.trigger({ toNumber: NUMBER });
  await proxied.withOptions({ token: null }).trigger({ toNumber: NUMBER });
  same(calls.map(tokenOf), [TOKEN, null], 'of one service');
  const other = stubbed(context, { POST: [PLACED] });
  calls.length = 0;
  await it.withOptions({ fetch: other.fetch }).trigger({ toNumber: NUMBER });
  same([calls.length, other.calls.length], [0, 1], 'requests');
});

test('withOptions refuses what the constructor refuses', async (context) => {
  const it = client(context);
  for (const [field, options] of [['timeout', { timeout: 1 }], ['maxRetries', { maxRetries: -1 }], ['headers', { headers: { Host: 'x' } }], ['options', 'us']])
    kind(throws(() => it.withOptions(options)), context.lib.InvalidInputError, { field });
});

test('withOptions keeps the guard of pages', (context) => {
  const it = new context.lib.OutboundClient({ baseUrl: 'https://proxy.example' });
  kind(throws(() => it.withOptions({ token: TOKEN })), context.lib.InvalidInputError, { field: 'token' });
}, inPage);

test('a signal of a client ends what clients do that were made of it', async (context) => {
  const controller = new AbortController();
  const { client: it } = stubbed(context, { GET: [{ hang: true }] }, { signal: controller.signal });
  const waiting = rejects(it.withOptions({ maxRetries: 0 }).status(SID));
  controller.abort();
  has(await waiting, { code: 'cancelled' });
});

test('clients that are made of one another share its budget of retries, unless they call another service', async (context) => {
  const sent = async (next) => {
    const { client: it, calls, run } = stubbed(context, { POST: [FAILED] });
    await run(Promise.all(Array.from({ length: 40 }, (_, nth) => rejects(next(it, nth).trigger({ toNumber: NUMBER })))));
    return calls.length;
  };
  const alike = (it, nth) => it.withOptions({ timeoutMs: 100_000 + nth, token: `tok-${nth}` }).withOptions({ headers: { 'x-a': 'b' } });
  equal(await sent(alike), 140, 'forty triggers and a hundred retries');
  equal(await sent((it, nth) => it.withOptions({ baseUrl: `https://host-${nth}.example` })), 160, 'of other services');
});

// --- storing, and reading stacks ------------------------------------------------------------------------------------

test('the JSON of a call is its snapshot', async (context) => {
  const { client: it, run } = stubbed(context, { POST: [PLACED], GET: [reading('calling'), reading('success', 'done')] });
  const call = await it.trigger({ toNumber: NUMBER });
  same(JSON.parse(JSON.stringify({ call })).call, call.snapshot());
  same(call.toJSON(), call.snapshot());
  await run(call.result());
  const stored = JSON.parse(JSON.stringify(call));
  same(stored.reading, { status: 'success', reason: 'done' });
  same(it.resume(stored).snapshot(), call.snapshot(), 'resumed');
  const { toJSON } = call;
  ok(throws(() => toJSON()).message.includes('call.toJSON('), 'detached');
});

test('a row of a database is resumed, whatever else it has', async (context) => {
  const { client: it, run } = stubbed(context, { GET: [reading('success')] });
  const row = {
    id: 7, callSid: SID, placedAt: 1_900_000_000_000, seenAt: null, created_at: new Date(0), toNumber: null, notes: NEVER_QUOTED,
    reading: { status: 'calling', reason: '', at: new Date(0) },
  };
  const call = it.resume(row);
  same(call.snapshot(), { callSid: SID, placedAt: 1_900_000_000_000, seenAt: null, reading: { status: 'calling', reason: '' } });
  equal((await run(call.result())).status, 'success');
  // What is of a snapshot is judged as ever.
  for (const [field, wrong] of [
    ['callSid', { ...row, callSid: undefined }], ['callSid', { ...row, callSid: 7 }], ['placedAt', { ...row, placedAt: 'x' }],
    ['reading', { ...row, reading: 'calling' }], ['status', { ...row, reading: {} }], ['snapshot', SID],
  ])
    kind(throws(() => it.resume(wrong), field), context.lib.InvalidInputError, { field });
});

test('withOptions that was taken from its client says so', (context) => {
  const { withOptions } = client(context);
  ok(throws(() => withOptions({})).message.includes('client.withOptions('), 'how to call it');
});

/** How often a stack has a line of this function; engines may have one more of where it goes on. */
const linesOf = (stack, name) => stack.split('\n').filter((line) => line.includes(name) && !line.includes('async')).length;

/** Ways to wait for what fails, each called by a function that its stack has to name. */
const WAYS = {
  trigger: async function ownLineOfTrigger(it) { await it.trigger({ toNumber: NUMBER }); },
  'trigger().then()': async function ownLineOfThen(it) { await it.trigger({ toNumber: NUMBER }).then(() => {}); },
  'trigger().withResponse()': async function ownLineOfWithResponse(it) { await it.trigger({ toNumber: NUMBER }).withResponse(); },
  call: async function ownLineOfCall(it) { await it.call({ toNumber: NUMBER }); },
  status: async function ownLineOfStatus(it) { await it.status(SID); },
  'watch().result()': async function ownLineOfResult(it) { await it.watch(SID).result(); },
  'watch().updates()': async function ownLineOfUpdates(it) { await collect(it.watch(SID).updates()); },
};

for (const [way, own] of Object.entries(WAYS))
  test(`the stack of what ${way} fails with has the line of whoever called it, once`, async (context) => {
    for (const step of [{ status: 403, body: { error: 'no', code: 'NO' } }, { status: 401, body: { error: 'no', code: 'NO' } }]) {
      const { client: it, run } = stubbed(context, { POST: [{ ...FAILED }, step], GET: [{ ...FAILED }, step] });
      const { stack, message, name } = await rejects(run(own(it)));
      equal(linesOf(stack, own.name), 1, `how often ${own.name} is in ${stack}`);
      ok(!stack.includes('undefined'), stack);
      if (stack.startsWith(name)) ok(stack.startsWith(`${name}: ${message}`), stack);
    }
  }, unbundled);

test('an error that several wait for has the line of each', async (context) => {
  const { client: it, run } = stubbed(context, { GET: [{ status: 403, body: { error: 'no', code: 'NO' } }] });
  const call = it.watch(SID);
  async function ownLineOne() { await call.result(); }
  async function ownLineTwo() { await call.result(); }
  const errors = await run(Promise.all([rejects(ownLineOne()), rejects(ownLineTwo())]));
  for (const own of ['ownLineOne', 'ownLineTwo'])
    for (const { stack } of errors) equal(linesOf(stack, own), 1, `how often ${own} is in ${stack}`);
  const again = await rejects(call.result());
  ok(again !== errors[0], 'a further one fails anew');
}, unbundled);

test('an option of elsewhere is refused with where it belongs, and no other is named for it', async (context) => {
  const { client: it, calls } = stubbed(context, { POST: [PLACED] });
  const elsewhere = {
    followTimeoutMs: [() => it.trigger({ toNumber: NUMBER }, { followTimeoutMs: 1 }), 'the options of client.call'],
    region: [() => it.trigger({ toNumber: NUMBER }, { region: 'us' }), 'new OutboundClient'],
    onPlaced: [() => it.trigger({ toNumber: NUMBER }, { onPlaced() {} }), 'the options of client.call'],
    onUpdate: [() => it.watch(SID).result({ onUpdate() {} }), 'the options of client.call'],
    toNumber: [() => it.trigger({ toNumber: NUMBER }, { toNumber: NUMBER }), 'the request'],
    placedAt: [() => it.trigger({ toNumber: NUMBER, placedAt: 1 }), 'client.resume'],
    signal: [() => it.trigger({ toNumber: NUMBER, signal: new AbortController().signal }), 'the options of client.call'],
    timeoutMs: [() => it.call({ toNumber: NUMBER, timeoutMs: 1 }), 'the options of client.call'],
  };
  for (const [field, [run, home]] of Object.entries(elsewhere)) {
    const { message } = kind(await rejects(run()), context.lib.InvalidInputError, { field });
    ok(message.startsWith(`${field}: belongs to ${home}; expected `) && !message.includes('it seems'), message);
  }
  equal(calls.length, 0, 'requests');
});

test('a value that is out of bounds is refused with how', (context) => {
  for (const [options, problem] of [
    [{ timeoutMs: -1 }, 'timeoutMs: is below 0; expected milliseconds'],
    [{ timeoutMs: NaN }, 'timeoutMs: is NaN; expected milliseconds'],
    [{ maxRetries: 1.5 }, 'maxRetries: is not whole; expected a whole number'],
    [{ maxRetries: '3' }, 'maxRetries: is a string; expected a whole number'],
    [{ logLevel: 'verbose' }, 'logLevel: is not one of the words; expected debug, info, warn, error or off'],
    [{ logLevel: 3 }, 'logLevel: is a number; expected debug'],
    [{ signal: new AbortController() }, 'signal: is an AbortController, not its .signal; expected an AbortSignal'],
    [{ signal: {} }, 'signal: is an object; expected an AbortSignal'],
  ]) {
    const { message } = throws(() => client(context, options));
    ok(message.startsWith(problem), message);
  }
  const it = client(context);
  for (const placedAt of [8.64e15 + 2, 1e300, -1, NaN, Infinity])
    kind(throws(() => it.resume({ callSid: SID, placedAt }), placedAt), context.lib.InvalidInputError, { field: 'placedAt' });
  equal(it.resume({ callSid: SID, placedAt: 8.64e15 }).snapshot().placedAt, 8.64e15, 'the last moment that there is');
});

test('withOptions keeps the signal of its client beside one of its own', async (context) => {
  for (const aborts of [0, 1, 2]) {
    const controllers = [1, 2, 3].map(() => new AbortController());
    const [first, second, third] = controllers.map(({ signal }) => signal);
    const { client: base, calls, clock } = stubbed(context, { POST: [{ hang: true }] }, { signal: first });
    const it = base.withOptions({ timeoutMs: 9_000 }).withOptions({ signal: second });
    const waiting = rejects(it.trigger({ toNumber: NUMBER }, { signal: third }));
    await clock.settle();
    controllers[aborts].abort();
    has(await waiting, { code: 'cancelled' });
    equal(calls.length, 1, 'requests');
  }
});

test('objects of the package have the names of their classes', async (context) => {
  const { client: it, run } = stubbed(context, { POST: [PLACED] });
  const call = await run(it.trigger({ toNumber: NUMBER }));
  const sandbox = new context.sandboxLib.Sandbox();
  for (const [object, name] of [[it, 'OutboundClient'], [call, 'Call'], [sandbox, 'Sandbox']]) {
    equal(object.constructor.name, name);
    ok(!context.inspect || context.inspect(object).startsWith(`${name} `), 'as the host prints it');
  }
  const { stack } = await rejects(it.trigger({}));
  ok(!stack.includes('_OutboundClient'), stack);
}, unbundled);

test('an Error.prepareStackTrace that throws replaces no error', async (context) => {
  const { prepareStackTrace } = Error;
  Error.prepareStackTrace = () => {
    throw new Error('no stack');
  };
  try {
    const { client: it, run } = stubbed(context, { POST: [{ status: 403, body: { error: 'no', code: 'NO' } }] });
    const error = await run(it.trigger({ toNumber: NUMBER }).then(() => undefined, (thrown) => thrown));
    equal(error.code, 'forbidden');
    equal(error.placement, 'not_placed');
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
  }
}, unbundled);
