// Values that are refused before anything is sent. The error names the field as its caller knows it, and never the value.

import { all, equal, kind, ok, rejects, same, show, test, throws } from './registry.mjs';
import { NUMBER, PLACED, SID, TOKEN, client, inPage, reading, stubbed } from './support.mjs';

const BAD = 'Value-Never-Quoted';
const US = { region: 'us', token: TOKEN };
const AGENTS = { ...US, api: 'agents', agentId: 'a', environment: 'live' };

/** Holds a refusal to what it has to say. */
function refused(context, error, field, what) {
  const expected = { code: 'invalid_input', placement: 'not_placed', httpStatus: null, attempts: 0, field };
  kind(error, context.lib.InvalidInputError, expected);
  ok(error.message.includes(field), () => `${what}: does not name ${field}: ${error.message}`);
  ok(!error.message.includes(BAD), () => `${what}: quotes the value: ${error.message}`);
  ok(!/undefined is not|Cannot read|unreachable|panicked/.test(error.message), () => `${what}: ${error.message}`);
}

const shown = (given) => Object.entries(given).map(([key, value]) => `${key}: ${show(value)?.slice(0, 60)}`).join();

/** Of a wrong kind, or of a name that is none. */
const KINDS = [
  ['region', { ...US, region: 7 }],
  ['token', { ...US, token: 42 }],
  ['baseUrl', { baseUrl: {} }],
  ['baseUrl', { baseUrl: 8080 }],
  ['agentId', { ...AGENTS, agentId: 5 }],
  ['timeoutMs', { ...US, timeoutMs: '5000' }],
  ['timeoutMs', { ...US, timeoutMs: -1 }],
  ['timeoutMs', { ...US, timeoutMs: NaN }],
  ['requestTimeoutMs', { ...US, requestTimeoutMs: -0.5 }],
  ['requestTimeoutMs', { ...US, requestTimeoutMs: true }],
  ['followTimeoutMs', { ...US, followTimeoutMs: {} }],
  ['maxRetries', { ...US, maxRetries: -1 }],
  ['maxRetries', { ...US, maxRetries: 1.5 }],
  ['maxRetries', { ...US, maxRetries: '3' }],
  ['maxRetries', { ...US, maxRetries: NaN }],
  ['fetch', { ...US, fetch: BAD }],
  ['fetch', { ...US, fetch: {} }],
  ['clock', { ...US, clock: {} }],
  ['clock', { ...US, clock: BAD }],
  ['signal', { ...US, signal: {} }],
  ['signal', { ...US, signal: BAD }],
  ['allowInsecureHttp', { ...US, allowInsecureHttp: BAD }],
  ['dangerouslyAllowBrowser', { ...US, dangerouslyAllowBrowser: 'yes' }],
  ['timeout', { ...US, timeout: BAD }],
  ['maxretries', { ...US, maxretries: 3 }],
  ['agent_id', { ...AGENTS, agent_id: BAD }],
];

/** Of the right kind, and yet not valid: what only core can judge. */
const VALUES = [
  ['region', { ...US, region: 'mars' }],
  ['region', { ...US, region: 'studio' }],
  ['region', { token: TOKEN }],
  ['region', { ...US, baseUrl: 'https://host.example' }],
  ['token', { region: 'us' }],
  ['token', { ...US, token: '' }],
  ['token', { ...US, token: 'with space' }],
  ['baseUrl', { baseUrl: BAD }],
  ['baseUrl', { baseUrl: `ftp://${BAD}` }],
  ['baseUrl', { baseUrl: `https://u:${BAD}@host.example` }],
  ['baseUrl', { baseUrl: `https://host.example/?q=${BAD}` }],
  ['baseUrl', { baseUrl: `https://host.example/#${BAD}` }],
  ['baseUrl', { baseUrl: 'http://host.example' }],
  ['api', { ...US, api: BAD }],
  ['agentId', { ...AGENTS, agentId: undefined }],
  ['agentId', { ...US, agentId: 'a' }],
  ['environment', { ...US, environment: 'live' }],
  ['agentId', { ...AGENTS, agentId: '' }],
  ['environment', { ...AGENTS, environment: undefined }],
  ['environment', { ...AGENTS, environment: BAD }],
];

test('options of a client of a wrong kind or name are refused at once, by name', (context) =>
  all(KINDS, ([field, options]) => {
    const what = shown(options);
    const make = () => new context.lib.OutboundClient({ dangerouslyAllowBrowser: true, ...options });
    refused(context, throws(make, what), field, what);
  }));

test('options that are not valid are refused by the first operation at the latest, and nothing is sent', async (context) => {
  let sent = 0;
  const fetch = () => ((sent += 1), Promise.reject(new Error('sent')));
  await all(VALUES, async ([field, options]) => {
    const what = shown(options);
    const make = async () =>
      new context.lib.OutboundClient({ dangerouslyAllowBrowser: true, fetch, ...options }).trigger({ toNumber: NUMBER });
    refused(context, await rejects(make(), what), field, what);
  });
  equal(sent, 0, 'requests');
});

test('what are no options at all are refused', (context) => {
  for (const options of [undefined, null, 'us', 42, () => {}, []])
    kind(throws(() => new context.lib.OutboundClient(options), String(options)), context.lib.InvalidInputError);
});

test('agents502NotPlaced is for the agents API alone', async (context) => {
  const make = async (options) => stubbed(context, { POST: [PLACED] }, options).client.trigger({ toNumber: NUMBER });
  refused(context, await rejects(make({ agents502NotPlaced: true })), 'agents502NotPlaced', 'with the outbound API');
  refused(context, await rejects(make({ agents502NotPlaced: 'yes' })), 'agents502NotPlaced', 'as no flag');
  equal((await make({ agents502NotPlaced: false })).callSid, SID, 'what changes nothing');
});

test('options that are undefined are as if they were left out', async (context) => {
  const names = [
    'baseUrl', 'api', 'agentId', 'environment', 'agents502NotPlaced', 'timeoutMs', 'requestTimeoutMs', 'followTimeoutMs', 'maxRetries',
    'signal', 'allowInsecureHttp',
  ];
  const nothing = Object.fromEntries(names.map((name) => [name, undefined]));
  const { client: it } = stubbed(context, { POST: [PLACED] }, { region: 'us', ...nothing });
  const forOne = { timeoutMs: undefined, requestTimeoutMs: undefined, maxRetries: undefined, signal: undefined, onRetry: undefined };
  const request = { toNumber: NUMBER, countryCode: undefined, metadata: undefined, encryption: undefined, variantId: undefined };
  equal((await it.trigger(request, forOne)).callSid, SID);
  equal((await it.trigger(request, undefined)).callSid, SID);
});

test('premium and emergency numbers are called if they are asked for by name', async (context) => {
  const asked = [
    { toNumber: '+19005550134', allowPremium: true },
    { toNumber: '0909 879 0000', countryCode: 'GB', allowPremium: true },
    { toNumber: '911', countryCode: 'US', allowEmergency: true },
  ];
  const { client: it, calls } = stubbed(context, { POST: asked.map(() => PLACED) }, { region: 'us' });
  for (const request of asked) equal((await it.trigger(request)).callSid, SID);
  equal(calls.length, asked.length, 'requests');
});

test('http is taken for this machine, and for others if it is said to be safe, and for none else', async (context) => {
  const ask = async (options) => {
    const { client: it, calls } = stubbed(context, { POST: [PLACED] }, options);
    await it.trigger({ toNumber: NUMBER });
    return calls[0].url;
  };
  for (const baseUrl of ['http://localhost:1', 'http://127.0.0.1', 'http://[::1]:9/x'])
    equal(await ask({ baseUrl }), `${baseUrl}/v1/outbound-calling`, 'this machine');
  const safe = { baseUrl: 'http://host.example', allowInsecureHttp: true };
  equal(await ask(safe), 'http://host.example/v1/outbound-calling', 'another that is said to be safe');
  for (const options of [{ allowInsecureHttp: false }, {}, { allowInsecureHttp: undefined }])
    refused(context, await rejects(ask({ baseUrl: 'http://host.example', ...options })), 'baseUrl', 'another');
  refused(context, await rejects(ask({ ...safe, baseUrl: 'ftp://host.example' })), 'baseUrl', 'what is not http at all');
});

test('numbers that are asked for by name are those alone', async (context) => {
  const { client: it, calls } = stubbed(context, { POST: [PLACED] });
  const premium = { toNumber: '+19005550134' };
  const emergency = { toNumber: '911', countryCode: 'US' };
  for (const request of [
    { ...premium, allowPremium: false },
    { ...premium, allowEmergency: true },
    { ...emergency, allowEmergency: false },
    { ...emergency, allowPremium: true },
  ])
    refused(context, await rejects(it.trigger(request)), 'toNumber', shown(request));
  equal(calls.length, 0, 'requests');
});

test('names that all objects have are no options', async (context) => {
  const { client: it, calls } = stubbed(context, { POST: [PLACED] });
  for (const name of ['constructor', 'toString', 'hasOwnProperty', '__proto__']) {
    const given = (more) => Object.defineProperty({ ...more }, name, { value: BAD, enumerable: true });
    refused(context, throws(() => client(context, given({}))), name, 'of a client');
    refused(context, await rejects(it.trigger(given({ toNumber: NUMBER }))), name, 'of a request');
    refused(context, await rejects(it.trigger({ toNumber: NUMBER }, given({}))), name, 'of a trigger');
  }
  equal(calls.length, 0, 'requests');
});

test('half of a character is refused wherever text is taken', async (context) => {
  const half = `a${String.fromCharCode(0xd83d)}`;
  const { client: it, calls } = stubbed(context, { POST: [PLACED] });
  for (const [field, request] of [
    ['metadata', { toNumber: NUMBER, metadata: { a: half } }],
    ['metadata', { toNumber: NUMBER, metadata: { [half]: 'a' } }],
    ['toNumber', { toNumber: `${NUMBER}${half}` }],
    ['variantId', { toNumber: NUMBER, variantId: half }],
  ])
    refused(context, await rejects(it.trigger(request)), field, field);
  equal((await rejects(it.status(`OUT-${half}`))).field, 'callSid', 'of a SID');
  equal(throws(() => client(context, { token: half })).field, 'token', 'of a token');
  equal(calls.length, 0, 'requests');
});

test('retries may be without end', async (context) => {
  const { client: it, calls, run } = stubbed(context, { GET: [...Array.from({ length: 30 }, () => ({ status: 503, foreign: true })), reading('calling')] });
  equal((await run(it.status(SID, { maxRetries: Infinity, timeoutMs: 86_400_000 }))).status, 'calling');
  equal(calls.length, 31, 'readings');
});

test(
  'a relative base URL needs a page to be read against',
  async (context) => {
    const make = async () => client(context, { baseUrl: '/outbound' }).trigger({ toNumber: NUMBER });
    refused(context, await rejects(make()), 'baseUrl', 'a relative URL');
  },
  (context) => !inPage(context) && typeof location === 'undefined',
);

const REQUESTS = [
  ['toNumber', {}],
  ['toNumber', { toNumber: 14155550100 }],
  ['toNumber', { toNumber: '' }],
  ['toNumber', { toNumber: '+1' }],
  ['toNumber', { toNumber: '4155550100' }],
  ['toNumber', { toNumber: '+999155550100' }],
  ['toNumber', { toNumber: '+1415555010012345' }],
  ['toNumber', { toNumber: null }],
  ['countryCode', { toNumber: '(415) 555-0100', countryCode: BAD }],
  ['countryCode', { toNumber: '(415) 555-0100', countryCode: 1 }],
  ['countryCode', { toNumber: NUMBER, countryCode: 'GB' }],
  ['metadata', { toNumber: NUMBER, metadata: { age: 36 } }],
  ['metadata', { toNumber: NUMBER, metadata: { age: null } }],
  ['metadata', { toNumber: NUMBER, metadata: { nested: { [BAD]: BAD } } }],
  ['metadata', { toNumber: NUMBER, metadata: [BAD] }],
  ['metadata', { toNumber: NUMBER, metadata: BAD }],
  ['metadata', { toNumber: NUMBER, metadata: new Map([['a', BAD]]) }],
  ['metadata', { toNumber: NUMBER, metadata: { 'not a header': 'x' } }],
  ['metadata', { toNumber: NUMBER, metadata: { name: BAD, Name: BAD } }],
  ['metadata', { toNumber: NUMBER, metadata: { Contact: BAD } }],
  ['metadata', { toNumber: NUMBER, metadata: { f: BAD } }],
  ['metadata', { toNumber: NUMBER, metadata: { a: `${BAD}\r\nVia: evil` } }],
  ['metadata', { toNumber: NUMBER, metadata: { a: `${BAD}\0` } }],
  ['metadata', { toNumber: NUMBER, metadata: { a: 'x'.repeat(27 * 1024) } }],
  ['encryption', { toNumber: NUMBER, encryption: BAD }],
  ['encryption', { toNumber: NUMBER, encryption: 1 }],
  ['variantId', { toNumber: NUMBER, variantId: BAD }],
  ['allowPremium', { toNumber: NUMBER, allowPremium: 'yes' }],
  ['toNumber', { toNumber: '+19005550134' }],
  ['toNumber', { toNumber: '+449098790000', allowEmergency: true }],
  ['toNumber', { toNumber: '+4990012345678', allowPremium: false }],
  ['toNumber', { toNumber: '911', countryCode: 'US' }],
  ['toNumber', { toNumber: '112', countryCode: 'DE', allowPremium: true }],
  ['to_number', { to_number: NUMBER }],
  ['number', { toNumber: NUMBER, number: BAD }],
];

test('requests that are not valid are refused by name, and nothing is sent', async (context) => {
  const { client: it, calls } = stubbed(context, { POST: [PLACED] });
  await all(REQUESTS, async ([field, request]) => {
    for (const method of ['trigger', 'call']) {
      const what = `${method}, ${shown(request)}`;
      refused(context, await rejects(it[method](request), what), field, what);
    }
  });
  equal(calls.length, 0, 'requests');
});

test('what is no request at all is refused', async (context) => {
  const { client: it, calls } = stubbed(context, { POST: [PLACED] });
  for (const request of [undefined, null, NUMBER, 42, []])
    for (const method of ['trigger', 'call'])
      kind(await rejects(it[method](request), String(request)), context.lib.InvalidInputError);
  equal(calls.length, 0, 'requests');
});

const FOR_ONE = [
  ['timeoutMs', { timeoutMs: -5 }],
  ['requestTimeoutMs', { requestTimeoutMs: BAD }],
  ['maxRetries', { maxRetries: 0.5 }],
  ['signal', { signal: BAD }],
  ['onRetry', { onRetry: BAD }],
  ['retries', { retries: 3 }],
];

test('options of one operation that are not valid are refused by name, and nothing is sent', async (context) => {
  const { client: it, calls } = stubbed(context, { POST: [PLACED], GET: [reading('success')] });
  for (const [field, options] of FOR_ONE) {
    const what = Object.keys(options)[0];
    refused(context, await rejects(it.trigger({ toNumber: NUMBER }, options), what), field, `trigger, ${what}`);
    refused(context, await rejects(it.call({ toNumber: NUMBER }, options), what), field, `call, ${what}`);
    // A refused reading places nothing either way: only its code is the same.
    const error = await rejects(it.status(SID, options), what);
    kind(error, context.lib.InvalidInputError, { code: 'invalid_input' });
    ok(error.message.includes(field), error.message);
  }
  for (const [field, options] of [['onPlaced', { onPlaced: BAD }], ['onUpdate', { onUpdate: 1 }], ['onplaced', { onplaced: () => {} }]])
    refused(context, await rejects(it.call({ toNumber: NUMBER }, options), field), field, `call, ${field}`);
  for (const [field, options] of [['onRetry', { onRetry: BAD }], ['signal', { signal: 1 }], ['timeout', { timeout: 1 }]]) {
    const error = await rejects(it.watch(SID).result(options), field);
    kind(error, context.lib.InvalidInputError);
    ok(error.message.includes(field), error.message);
  }
  equal(calls.length, 0, 'requests');
});

test('a SID that is none is refused, and nothing is sent', async (context) => {
  const { client: it, calls, run } = stubbed(context, { GET: [reading('success')] });
  for (const sid of [undefined, null, 42, '', 'OUT-', `IN-${BAD}`, `OUT-${BAD} /../x`, {}]) {
    const watched = (async () => run(it.watch(sid).result()))();
    for (const error of [await rejects(it.status(sid), String(sid)), await rejects(watched, String(sid))]) {
      kind(error, context.lib.InvalidInputError, { code: 'invalid_input', field: 'callSid' });
      ok(!error.message.includes(BAD), error.message);
    }
  }
  equal(calls.length, 0, 'requests');
});

test('what is valid is taken as it is', async (context) => {
  const { client: it, calls } = stubbed(context, { POST: [PLACED] });
  await it.trigger({ toNumber: '(415) 555-0100', countryCode: 'US', encryption: 'UDP/RTP', metadata: { a: 'ä "b" \\ 😀', B: '' } });
  const body = JSON.parse(await new Response(calls[0].init.body).text());
  same(body, {
    to_number: '(415) 555-0100',
    country_code: 'US',
    metadata: { a: 'ä "b" \\ 😀', B: '' },
    encryption: 'UDP/RTP',
  });
});

test('a country that agrees with a number in E.164 form is left out', async (context) => {
  const { client: it, calls } = stubbed(context, { POST: [PLACED] });
  await it.trigger({ toNumber: NUMBER, countryCode: 'us' });
  same(JSON.parse(await new Response(calls[0].init.body).text()), { to_number: NUMBER });
});

test('a request is read when it is given, and not again', async (context) => {
  const request = { toNumber: NUMBER, metadata: { a: 'one' } };
  const { client: it, calls, run } = stubbed(context, { POST: [{ status: 429, headers: { 'Retry-After': '1' } }, PLACED] });
  const placing = it.trigger(request);
  request.toNumber = '+14155550199';
  request.metadata.a = 'two';
  await run(placing);
  for (const { init } of calls) {
    const body = JSON.parse(await new Response(init.body).text());
    same(body, { to_number: NUMBER, metadata: { a: 'one' } });
  }
});
