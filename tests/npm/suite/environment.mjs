// Options that are read from the environment, in the hosts that have one.

import { equal, has, kind, ok, rejects, same, test, throws } from './registry.mjs';
import { NUMBER, PLACED, SID, TOKEN, inPage, stubbed } from './support.mjs';

const PREFIX = 'POLYAI_OUTBOUND_';
const NAMES = ['TOKEN', 'REGION', 'BASE_URL', 'API', 'AGENT_ID', 'ENVIRONMENT'];
/** In Deno the suite may read some of them. */
const stateOf = (name) => Deno.permissions.querySync({ name: 'env', variable: PREFIX + name }).state;

/** Not by its own name: bundlers put a text in the place of `globalThis.process.env`. */
const scope = globalThis;

/** Runs with these variables, and with no others of the package. */
async function within(variables, run) {
  const { Deno } = globalThis;
  const had = Object.getOwnPropertyDescriptor(scope, 'process');
  // Edge functions and pages have what their platform or bundler puts there.
  if (Deno === undefined && scope.process?.env === undefined) scope.process = { env: {} };
  const set = (name, value) => {
    if (Deno !== undefined && stateOf(name) !== 'granted') return undefined;
    if (Deno !== undefined) return value === undefined ? Deno.env.delete(PREFIX + name) : Deno.env.set(PREFIX + name, value);
    if (value === undefined) delete scope.process.env[PREFIX + name];
    else scope.process.env[PREFIX + name] = value;
  };
  try {
    for (const name of NAMES) set(name, variables[name]);
    return await run();
  } finally {
    for (const name of NAMES) set(name, undefined);
    if (had === undefined) delete scope.process;
  }
}

/** What a client without an option of its own sends. */
async function sent(context, options = {}) {
  const { calls, fetch } = stubbed(context, { POST: [{ body: { call_sid: SID, callSid: SID } }] });
  const it = new context.lib.OutboundClient({ fetch, ...options });
  await it.trigger({ toNumber: NUMBER });
  const [{ url, init }] = calls;
  const headers = new Headers(init.headers);
  return { url, token: headers.get('X-PolyAi-Auth-Token') ?? headers.get('X-API-KEY') };
}

const outsideOfPages = (context) => !inPage(context);
const everyVariable = ({ runtime }) => !['page', 'deno'].includes(runtime);
const US = 'https://api.us-1.platform.polyai.app/v1/outbound-calling';

test(
  'the variables and secrets of a worker with nodejs_compat are its environment',
  async (context) => {
    same(await sent(context), { url: US, token: context.bindings.POLYAI_OUTBOUND_TOKEN });
  },
  ({ bindings }) => bindings,
);

test('a client without options is that of the environment', (context) =>
  within({ TOKEN, REGION: 'us' }, async () => {
    const original = globalThis.fetch;
    const urls = [];
    globalThis.fetch = async (url) => (urls.push(url), new Response(JSON.stringify(PLACED.body)));
    try {
      for (const options of [[], [undefined], [null], [{}]]) await new context.lib.OutboundClient(...options).trigger({ toNumber: NUMBER });
    } finally {
      globalThis.fetch = original;
    }
    same(urls, [US, US, US, US]);
    same(await sent(context), { url: US, token: TOKEN });
  }), outsideOfPages);

test('what is given goes before the environment, and a place that is given before both of its places', (context) =>
  within({ TOKEN: 'tok-of-the-environment', REGION: 'uk', BASE_URL: 'https://environment.example' }, async () => {
    same(await sent(context, { region: 'us', token: TOKEN }), { url: US, token: TOKEN });
    same(await sent(context, { baseUrl: 'https://proxy.example' }), {
      url: 'https://proxy.example/v1/outbound-calling',
      token: 'tok-of-the-environment',
    });
    equal((await sent(context, { baseUrl: 'https://proxy.example', token: null })).token, null, 'a token that is said to be none');
  }), outsideOfPages);

test('a base URL and the agents API are read from the environment', (context) =>
  within({ TOKEN, BASE_URL: 'https://environment.example', API: 'agents', AGENT_ID: 'agent-7', ENVIRONMENT: 'live' }, async () => {
    same(await sent(context), { url: 'https://environment.example/v1/agents/agent-7/telephony/outbound-calls', token: TOKEN });
    // Of another API, what is for the agents API alone is as if it were not set.
    same(await sent(context, { api: 'outbound' }), { url: 'https://environment.example/v1/outbound-calling', token: TOKEN });
  }), everyVariable);

test('an empty variable is not set', (context) =>
  within({ TOKEN: '', REGION: 'us', BASE_URL: '', API: '' }, async () => {
    kind(throws(() => new context.lib.OutboundClient()), context.lib.InvalidInputError, { field: 'token' });
    same(await sent(context, { token: TOKEN }), { url: US, token: TOKEN });
  }), outsideOfPages);

test('two places in the environment are refused, both by name', (context) =>
  within({ TOKEN, REGION: 'us', BASE_URL: 'https://environment.example' }, () => {
    const { message } = kind(throws(() => new context.lib.OutboundClient()), context.lib.InvalidInputError, { field: 'region' });
    for (const name of ['REGION', 'BASE_URL']) ok(message.includes(PREFIX + name), message);
  }), everyVariable);

test('what is missing is refused with the variable that it could be in', (context) =>
  within({}, async () => {
    for (const [field, options] of [['region', {}], ['region', { token: TOKEN }], ['token', { region: 'us' }]]) {
      const { message } = kind(throws(() => new context.lib.OutboundClient(options)), context.lib.InvalidInputError, { field });
      ok(message.includes(PREFIX + field.toUpperCase()), message);
    }
  }), outsideOfPages);

test('a variable that is not valid is refused by its name, and never quoted', (context) =>
  within({ TOKEN: 'bad token', REGION: 'us' }, async () => {
    const error = await rejects((async () => new context.lib.OutboundClient().trigger({ toNumber: NUMBER }))());
    kind(error, context.lib.InvalidInputError, { field: 'token' });
    ok(error.message.includes(`${PREFIX}TOKEN`) && !error.message.includes('bad token'), error.message);
  }), outsideOfPages);

test('a sandbox has no environment', (context) =>
  within({ TOKEN: 'bad token', REGION: 'mars', API: 'none' }, async () => {
    const sandbox = new context.sandboxLib.Sandbox({ seed: 1 });
    const place = (options) => sandbox.run(new context.lib.OutboundClient({ fetch: sandbox.fetch, ...options }).trigger({ toNumber: NUMBER }));
    equal((await rejects(place({}))).code, 'unauthorized', 'without its token');
    equal((await place({ token: sandbox.token })).callSid, sandbox.calls[0].callSid, 'with its token');
    equal(sandbox.calls.length, 1, 'calls');
  }));

test('a page reads nothing of what a bundler puts there as its environment', (context) =>
  within({ TOKEN, REGION: 'us', BASE_URL: 'https://environment.example' }, async () => {
    const read = [];
    const { env } = scope.process;
    scope.process = { env: new Proxy(env, { get: (target, key) => (read.push(key), target[key]) }) };
    kind(throws(() => new context.lib.OutboundClient()), context.lib.InvalidInputError, { field: 'region' });
    has(throws(() => new context.lib.OutboundClient({ region: 'us' })), { code: 'invalid_input', field: 'token' });
    equal((await sent(context, { baseUrl: 'https://proxy.example' })).token, null, 'token');
    same(read, [], 'what was read');
  }), inPage);

test(
  'in Deno a variable that is denied is not read, and missed only where it is needed',
  (context) =>
    within({ TOKEN, REGION: 'us' }, async () => {
      ok(stateOf('TOKEN') === 'granted' && stateOf('BASE_URL') !== 'granted', 'the permissions of this host');
      const { get } = Deno.env;
      const read = [];
      Deno.env.get = (name) => (read.push(name), Reflect.apply(get, Deno.env, [name]));
      try {
        same(await sent(context), { url: US, token: TOKEN });
      } finally {
        Deno.env.get = get;
      }
      same([...new Set(read)], ['API', 'REGION', 'TOKEN'].map((name) => PREFIX + name), 'what was read');
      Deno.permissions.revokeSync({ name: 'env', variable: `${PREFIX}REGION` });
      const { message } = kind(throws(() => new context.lib.OutboundClient()), context.lib.InvalidInputError, { field: 'region' });
      ok(message.includes('--allow-env'), message);
      equal((await sent(context, { region: 'us' })).token, TOKEN, 'where it is not needed');
    }),
  ({ runtime }) => runtime === 'deno',
);

test('only texts of an environment count', (context) => {
  const { process: had } = globalThis;
  for (const odd of [42, {}, () => TOKEN, true]) {
    scope.process = { env: { POLYAI_OUTBOUND_TOKEN: odd, POLYAI_OUTBOUND_REGION: 'us' } };
    try {
      kind(throws(() => new context.lib.OutboundClient({ fetch: () => {} })), context.lib.InvalidInputError, { field: 'token' });
    } finally {
      if (had === undefined) delete scope.process;
      else scope.process = had;
    }
  }
}, everyVariable);

test('withOptions reads nothing of the environment', async (context) => {
  const { client: it, calls } = stubbed(context, { POST: [{ body: { call_sid: SID, callSid: SID } }] });
  await within({ TOKEN: 'tok-of-the-environment', REGION: 'uk', API: 'agents', AGENT_ID: 'agent-7', ENVIRONMENT: 'live' }, async () => {
    await it.withOptions({ timeoutMs: 9_000 }).trigger({ toNumber: NUMBER });
    await it.withOptions({ baseUrl: 'https://proxy.example', token: null }).trigger({ toNumber: NUMBER });
  });
  const tokens = calls.map(({ init }) => new Headers(init.headers).get('X-PolyAi-Auth-Token'));
  same(calls.map(({ url }, nth) => [url, tokens[nth]]), [[US, TOKEN], ['https://proxy.example/v1/outbound-calling', null]]);
}, everyVariable);
