// Holds the command's requests to the contract: a mock server made from the contract's documents has to accept every
// one of them, and each has to be exactly the one that was meant, headers and all. Then the mock is shown broken
// requests, to see that it would have refused them.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Problems, Report, TOKEN, binary, prism, recorder, run } from './harness.mjs';

const SID = 'OUT-0b7f4f4e-3d5c-4c86-9a53-6f8f5cf0a7b2';
const NUMBER = '+14155550100';
const NATIONAL = '(415) 555-0100';

/** The dialects as the contract has them, apart from the code's own table. */
const DIALECTS = [
  {
    api: 'outbound',
    document: 'outbound.openapi.yaml',
    flags: ['--api', 'outbound'],
    credential: 'x-polyai-auth-token',
    trigger: '/v1/outbound-calling',
    status: (sid) => `/v1/outbound-calling/${sid}/status`,
    names: { number: 'to_number', country: 'country_code', metadata: 'metadata', encryption: 'encryption' },
    fixed: {},
    encryption: { 'TLS/SRTP': 'TLS/SRTP', 'TLS/RTP': 'TLS/RTP', 'UDP/SRTP': 'UDP/SRTP', 'UDP/RTP': 'UDP/RTP' },
    foreign: 'tls_srtp',
    failed: 500,
    answers: {
      trigger: { 400: 2, 401: 3, 403: 3, 404: 4, 408: 5, 429: 6, 500: 6, 503: 6 },
      status: { 400: 2, 401: 3, 403: 3, 404: 4, 408: 6, 429: 6, 500: 6, 503: 6 },
    },
    examples: { 400: ['detail', 'details'], 401: ['connector'] },
  },
  {
    api: 'agents',
    document: 'agents.openapi.yaml',
    flags: ['--api', 'agents', '--agent-id', 'agent-1', '--environment', 'live'],
    credential: 'x-api-key',
    trigger: '/v1/agents/agent-1/telephony/outbound-calls',
    status: (sid) => `/v1/agents/agent-1/telephony/outbound-calls/${sid}/status?environment=live`,
    names: {
      number: 'toNumber',
      country: 'countryCode',
      metadata: 'metadata',
      encryption: 'encryption',
      variant: 'variantId',
    },
    fixed: { environment: 'live' },
    encryption: { tls_srtp: 'tls_srtp', tls_rtp: 'tls_rtp', udp_srtp: 'udp_srtp', udp_rtp: 'udp_rtp' },
    foreign: 'TLS/SRTP',
    failed: 502,
    answers: {
      // A 502 may come from before the service that places calls or from behind it.
      trigger: { 400: 2, 401: 3, 403: 3, 404: 4, 408: 5, 429: 6, 502: 5, 503: 6 },
      status: { 400: 2, 401: 3, 403: 3, 404: 4, 408: 6, 429: 6, 502: 6, 503: 6 },
    },
    examples: { 400: ['connector', 'errors'] },
  },
];

const folder = mkdtempSync(join(tmpdir(), 'outbound-requests-'));
process.on('exit', () => rmSync(folder, { recursive: true }));
const file = (name, text) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

/** A body in the names of a dialect. */
function body({ names, fixed }, values) {
  return { ...Object.fromEntries(Object.entries(values).map(([key, value]) => [names[key], value])), ...fixed };
}

/**
 * What the command is run with, and the requests that have to come of it. `requests` are [method, target, body];
 * `prefer` is what the mock is asked to answer, `code` the exit code, `status` what `--json` has to say of the call.
 */
function cases(dialect) {
  const post = (values, overlay) => [
    ['POST', dialect.trigger, { ...body(dialect, { number: NUMBER, ...values }), ...overlay }],
  ];
  const get = [['GET', dialect.status(SID)]];
  const call = (name, args, values = {}, more = {}) => ({
    name: `call ${name}`,
    args: ['call', ...(values.number ? [values.number] : [NUMBER]), ...args],
    requests: post(values),
    ...more,
  });
  const status = (name, args, more = {}) => ({
    name: `status ${name}`,
    args: ['status', SID, ...args],
    requests: get,
    ...more,
  });
  const metadata = { attempt: 'a-1', note: 'x=y "ü"', empty: '' };
  const flags = Object.entries(metadata).flatMap(([key, value]) => ['--metadata', `${key}=${value}`]);
  const json = JSON.stringify(metadata);

  const common = [
    call('with an E.164 number', []),
    call('--json', ['--json'], {}, { json: { call_sid: SID } }),
    call('with a national number and --country', ['--country', 'US'], { number: NATIONAL, country: 'US' }),
    call('--country in lower case', ['--country', 'us'], { number: NATIONAL, country: 'US' }),
    call('with an E.164 number and its country, which is left out', ['--country', 'us']),
    call('--metadata once', ['--metadata', 'attempt=a-1'], { metadata: { attempt: 'a-1' } }),
    call('--metadata three times', flags, { metadata }),
    call('--metadata that looks like other types', ['--metadata', 'n=1', '--metadata', 'b=true'], {
      metadata: { n: '1', b: 'true' },
    }),
    call('--metadata-json FILE', ['--metadata-json', file('metadata.json', json)], { metadata }),
    call('--metadata-json -', ['--metadata-json', '-'], { metadata }, { input: json }),
    call(
      '--metadata beside --metadata-json',
      ['--metadata-json', file('metadata.json', json), '--metadata', 'more=b'],
      { metadata: { ...metadata, more: 'b' } },
    ),
    ...Object.entries(dialect.encryption).map(([word, sent]) =>
      call(`--encryption ${word}`, ['--encryption', word], { encryption: sent }),
    ),
    call("--encryption in the other API's word", ['--encryption', dialect.foreign], {
      encryption: Object.values(dialect.encryption)[0],
    }),
    call(
      'with everything at once',
      ['--country', 'US', ...flags, '--encryption', Object.keys(dialect.encryption)[3], '--json'],
      { number: NATIONAL, country: 'US', metadata, encryption: Object.values(dialect.encryption)[3] },
      { json: { call_sid: SID } },
    ),
    call(
      'with the token from a file',
      ['--token-file', file('token', `${TOKEN}\n`)],
      {},
      {
        env: { POLYAI_OUTBOUND_TOKEN: undefined },
      },
    ),
    {
      ...call('below a path prefix', []),
      base: '/prefix/',
      requests: post({}).map(([method, target, held]) => [method, `/prefix${target}`, held]),
    },
    { ...call('--dry-run, which sends nothing', ['--dry-run']), requests: [] },
    status('of a SID', []),
    status('--json', ['--json'], { json: { call_sid: SID, status: 'queued' } }),
    status('--wait to a success', ['--wait', '--json'], {
      prefer: { GET: 'example=success' },
      json: { call_sid: SID, status: 'success' },
    }),
    status('--wait to a failure', ['--wait', '--json'], {
      prefer: { GET: 'example=failure' },
      code: 1,
      json: { call_sid: SID, status: 'failure', reason: 'call queueing: max timeout limit exceeded' },
    }),
    {
      ...call('--wait to a success', ['--wait', '--json']),
      requests: [...post({}), ...get],
      prefer: { GET: 'example=success' },
      json: { call_sid: SID, status: 'success' },
    },
  ];
  const answers = Object.entries(dialect.answers).flatMap(([operation, codes]) =>
    Object.entries(codes).map(([answer, code]) => ({
      ...(operation === 'trigger' ? call : status)(`answered ${answer}`, ['--max-retries', '0', '--json']),
      prefer: { POST: `code=${answer}`, GET: `code=${answer}` },
      code,
    })),
  );
  // What a trigger is refused with is told in the service's words, whichever form they come in.
  const examples = Object.entries(dialect.examples).flatMap(([answer, names]) =>
    names.map((name) => ({
      ...call(`answered ${answer} as in the example "${name}"`, ['--max-retries', '0', '--json']),
      prefer: { POST: `code=${answer}, example=${name}` },
      code: dialect.answers.trigger[answer],
      says: name === 'connector' ? 'not configured' : 'is not a number that can be called',
    })),
  );
  return [...common, ...examples, ...(dialect.api === 'agents' ? agentsOnly(call, post) : outboundOnly(call)), ...answers];
}

function outboundOnly(call) {
  return [
    { ...call('without --api', []), flags: [] },
    { ...call('with the API from the environment', []), flags: [], env: { POLYAI_OUTBOUND_API: 'outbound' } },
  ];
}

function agentsOnly(call, post) {
  const flags = (agent, environment) => ['--api', 'agents', '--agent-id', agent, '--environment', environment];
  const root = (agent) => `/v1/agents/${agent}/telephony/outbound-calls`;
  const status = (agent, environment) => ['GET', `${root(agent)}/${SID}/status?environment=${environment}`];
  return [
    call('--variant', ['--variant', 'variant 2'], { variant: 'variant 2' }),
    ...['sandbox', 'pre-release', 'live'].flatMap((environment) => [
      {
        ...call(`--environment ${environment}`, []),
        flags: flags('agent-1', environment),
        requests: post({}, { environment }),
      },
      {
        name: `status --environment ${environment}`,
        args: ['status', SID],
        flags: flags('agent-1', environment),
        requests: [status('agent-1', environment)],
      },
    ]),
    {
      ...call('--wait in an environment', ['--wait', '--json']),
      flags: flags('agent-1', 'sandbox'),
      requests: [...post({}, { environment: 'sandbox' }), status('agent-1', 'sandbox')],
      prefer: { GET: 'example=success' },
      json: { call_sid: SID, status: 'success' },
    },
    {
      name: 'status --agent-id that a path cannot hold',
      args: ['status', SID],
      flags: flags('a/b ü?', 'live'),
      requests: [status('a%2Fb%20%C3%BC%3F', 'live')],
    },
    {
      ...call('with all of it from the environment', []),
      flags: [],
      env: {
        POLYAI_OUTBOUND_API: 'agents',
        POLYAI_OUTBOUND_AGENT_ID: 'agent-2',
        POLYAI_OUTBOUND_ENVIRONMENT: 'pre-release',
      },
      requests: [['POST', root('agent-2'), post({}, { environment: 'pre-release' })[0][2]]],
    },
  ];
}

/** The form of a correlation id, and those that were sent so far: each request has one of its own. */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const correlations = new Set();

/** Headers that say nothing to the service. */
const TRANSPORT = ['host', 'connection', 'user-agent', 'accept', 'accept-encoding', 'content-length'];

async function checkCase(mock, dialect, it) {
  const problems = new Problems();
  mock.seen = [];
  mock.prefer = (method) => it.prefer?.[method];
  const base = it.base === undefined ? mock.url : mock.url + it.base;
  const env = { PATH: process.env.PATH, HOME: folder, POLYAI_OUTBOUND_TOKEN: TOKEN, ...it.env };
  // One case in two names the server by the environment; the flag beats it in the others.
  const byFlag = !it.env;
  env.POLYAI_OUTBOUND_BASE_URL = byFlag ? 'https://127.0.0.1:9' : base;
  const args = [...it.args, ...(it.flags ?? dialect.flags), ...(byFlag ? ['--base-url', base] : [])];
  const { code, stdout, stderr } = await run(binary(), args, { input: it.input, env });

  problems.expect('exit code', code, it.code ?? 0);
  problems.expect(
    'requests',
    mock.seen.map(({ method, url }) => [method, url]),
    it.requests.map(([m, u]) => [m, u]),
  );
  mock.seen.forEach((sent, at) => {
    problems.expect('violations', sent.violations, []);
    const expected = it.requests[at]?.[2];
    if (expected) problems.expect('body', parse(sent.body), expected);
    else problems.expect('body', sent.body, '');
    const { [dialect.credential]: credential, 'content-type': type, ...named } = sent.headers;
    const { 'x-polyai-correlation-id': correlation = '', ...others } = named;
    if (!UUID.test(correlation)) problems.add(`the correlation id ${correlation} is no UUID of version 4`);
    if (correlations.has(correlation)) problems.add(`the correlation id ${correlation} was sent before`);
    correlations.add(correlation);
    problems.expect('credential', credential, TOKEN);
    problems.expect('Content-Type', type, expected && 'application/json');
    problems.expect(
      'other headers',
      Object.keys(others).filter((name) => !TRANSPORT.includes(name)),
      [],
    );
  });
  if (it.json) {
    const lines = stdout.trimEnd().split('\n').map(parse);
    const last = lines.at(-1) ?? {};
    problems.expect('--json', Object.fromEntries(Object.keys(it.json).map((key) => [key, last[key]])), it.json);
  }
  if (it.says && !(stdout + stderr).includes(it.says)) problems.add(`does not say "${it.says}"`);
  if ((stdout + stderr).includes(TOKEN)) problems.add('the token is printed');
  if (problems.list.length > 0) problems.add(`ran: outbound ${args.join(' ')}\n${stdout}${stderr}`.trimEnd());
  return problems.list;
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Requests that the contract does not allow, each with the rule that it breaks; the first is the one in order. */
function broken(dialect) {
  const good = body(dialect, { number: NUMBER });
  const trigger = (name, violation, held, headers = {}) => ({
    name,
    violation,
    method: 'POST',
    path: dialect.trigger,
    body: held,
    headers,
  });
  const { names } = dialect;
  const status = dialect.status(SID);
  return [
    trigger('a request in order', undefined, good),
    trigger('no number', 'required', { ...good, [names.number]: undefined }),
    trigger('a number as a metadata value', 'type', { ...good, metadata: { age: 36 } }),
    trigger('nested metadata', 'type', { ...good, metadata: { caller: { age: '36' } } }),
    trigger("the other API's encryption word", 'enum', { ...good, encryption: dialect.foreign }),
    trigger('a member that the API does not name', 'additionalProperties', {
      ...good,
      callback_url: 'https://example.com',
    }),
    trigger('a number with spaces in it', 'pattern', { ...good, [names.number]: '+1 415 555 0100' }),
    trigger('a national number without its country', 'required', { ...good, [names.number]: NATIONAL }),
    trigger('a country of three letters', 'oneOf', { ...good, [names.country]: 'USA' }),
    trigger('a body that is not sent as JSON', 415, good, { 'content-type': 'text/plain' }),
    trigger('no token', 401, good, { [dialect.credential]: undefined }),
    {
      name: 'a status read without a token',
      violation: 401,
      method: 'GET',
      path: status,
      headers: { [dialect.credential]: undefined },
    },
    { name: 'a SID of another form', violation: 'pattern', method: 'GET', path: dialect.status('CA-1') },
    ...(dialect.api === 'agents'
      ? [
          trigger('no environment', 'required', { ...good, environment: undefined }),
          trigger('an unknown environment', 'enum', { ...good, environment: 'draft' }),
          {
            name: 'a status read without its environment',
            violation: 'required',
            method: 'GET',
            path: status.split('?')[0],
          },
        ]
      : []),
  ];
}

async function checkBroken(mock, dialect, it) {
  const problems = new Problems();
  mock.seen = [];
  mock.prefer = () => undefined;
  const headers = { [dialect.credential]: TOKEN, 'content-type': 'application/json', ...it.headers };
  for (const [name, value] of Object.entries(headers)) if (value === undefined) delete headers[name];
  if (it.method === 'GET') delete headers['content-type'];
  const response = await fetch(mock.url + it.path, {
    method: it.method,
    headers,
    body: it.body && JSON.stringify(it.body),
  });
  await response.arrayBuffer();
  const codes = mock.seen[0].violations.map(({ code }) => code);
  if (it.violation === undefined) problems.expect('violations', codes, []);
  else if (!codes.includes(it.violation))
    problems.add(`the mock found ${JSON.stringify(codes)}, expected ${it.violation}`);
  problems.expect('accepted', response.ok, it.violation === undefined);
  return problems.list;
}

binary();
const report = new Report();
const mocks = await Promise.all(DIALECTS.map(async ({ document }) => recorder(await prism('mock', document))));
for (const [at, dialect] of DIALECTS.entries()) {
  for (const it of cases(dialect)) report.check(`${dialect.api}: ${it.name}`, await checkCase(mocks[at], dialect, it));
  for (const it of broken(dialect)) {
    const name = it.violation === undefined ? 'the mock accepts' : 'the mock refuses';
    report.check(`${dialect.api}: ${name} ${it.name}`, await checkBroken(mocks[at], dialect, it));
  }
}
report.end();
