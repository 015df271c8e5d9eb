// What the service's answers become: whether the key is given back, what the visitor is told, and that nothing leaks.

import { connect, createServer } from 'node:http2';

import { OutboundClient } from 'polyai-outbound';
import { createProxy, toNodeHandler } from 'polyai-outbound/proxy';

import { ID, SID, TOKEN, fromPage, holds, same, scripted } from './support.mjs';

const ORIGIN = 'http://page.test';
const OWN = { 'x-polyai-correlation-id': ID };
const ERROR = { error: 'it failed', code: 'FAILED' };
const PLACED = { call_sid: SID };

/** A handler before a scripted server, and what it reported. */
export function proxied(url, options = {}) {
  const reports = [];
  const proxy = createProxy({
    baseUrl: url,
    token: TOKEN,
    authorize: () => true,
    onError: (error) => reports.push(error.message),
    ...options,
  });
  return { proxy, reports };
}

export const trigger = (proxy, headers = fromPage(ORIGIN), body = { to_number: '+14155550100' }, path = '/calls/v1/outbound-calling') =>
  proxy(new Request(ORIGIN + path, { method: 'POST', headers, body: JSON.stringify(body) }));

/**
 * An answer of the service; what the visitor sees of it: status, `code` of its body, whether it has the header by which it
 * is the service's own; whether the key was given back, so that a second request of it dials; and the SID that is told of a doubt.
 */
const ANSWERS = [
  ['a SID', { headers: OWN, body: PLACED }, 200, undefined, true, 'kept'],
  ['a SID without the header', { body: PLACED }, 200, undefined, true, 'kept'],
  ['201 with a SID', { status: 201, headers: OWN, body: PLACED }, 200, undefined, true, 'kept'],
  ['202 with a SID', { status: 202, headers: OWN, body: PLACED }, 200, undefined, true, 'kept'],
  ['a SID whose connection hangs', { headers: OWN, body: PLACED, open: 'hang' }, 200, undefined, true, 'kept'],
  ['a SID whose connection breaks', { headers: OWN, body: PLACED, open: 'cut' }, 200, undefined, true, 'kept'],
  ['a SID of which more was announced', { headers: { ...OWN, 'content-length': '500' }, body: PLACED, open: 'cut' }, 200, undefined, true, 'kept'],
  ['a SID in 100 KB', { headers: OWN, body: `{"call_sid":"${SID}"${' '.repeat(100_000)}}` }, 200, undefined, true, 'kept'],
  ['two SIDs', { headers: OWN, body: `{"call_sid":"OUT-1","call_sid":"OUT-2"}` }, 502, 'unexpected_answer', false, 'kept'],
  ['two SIDs of two names', { headers: OWN, body: { call_sid: 'OUT-1', callSid: 'OUT-2' } }, 502, 'unexpected_answer', false, 'kept'],
  ['200 without a SID', { headers: OWN, body: {} }, 502, 'unexpected_answer', false, 'kept'],
  ['200 with a page', { headers: OWN, body: '<html>' }, 502, 'unexpected_answer', false, 'kept'],
  ['204', { status: 204 }, 502, 'unexpected_answer', false, 'kept'],
  ['a redirect', { status: 307, headers: { location: '/elsewhere' }, body: PLACED }, 502, 'unexpected_answer', false, 'kept', SID],
  ['400 of its own', { status: 400, headers: OWN, body: ERROR }, 400, 'FAILED', true, 'given back'],
  ['400 that names values', { status: 400, headers: OWN, body: { detail: [{ loc: ['body'], msg: 'no' }] } }, 400, 'rejected', true, 'given back'],
  ['401 of its own', { status: 401, headers: OWN, body: ERROR }, 503, 'upstream_refused', true, 'given back'],
  ['403 of its own', { status: 403, headers: OWN, body: ERROR }, 503, 'upstream_refused', true, 'given back'],
  ['407, which Node takes for a failure', { status: 407, body: ERROR }, 502, 'connection_lost', false, 'kept'],
  ['404 of a gateway', { status: 404, body: '<html>' }, 404, 'not_found', true, 'given back'],
  ['408', { status: 408, headers: OWN, body: ERROR }, 502, 'service_failed', false, 'kept'],
  ['429', { status: 429, headers: { 'retry-after': '2' } }, 429, 'rate_limited', true, 'given back'],
  ['500 of its own', { status: 500, headers: OWN, body: ERROR }, 503, 'FAILED', true, 'given back'],
  ['400 that names a call', { status: 400, headers: OWN, body: { ...ERROR, ...PLACED } }, 502, 'unexpected_answer', false, 'kept', SID],
  ['401 that names a call', { status: 401, headers: OWN, body: { ...ERROR, ...PLACED } }, 502, 'unauthorized', false, 'kept', SID],
  ['429 that names a call', { status: 429, headers: OWN, body: { ...ERROR, ...PLACED } }, 502, 'rate_limited', false, 'kept', SID],
  ['500 of its own that names a call', { status: 500, headers: OWN, body: { ...ERROR, ...PLACED } }, 502, 'service_failed', false, 'kept', SID],
  ['500 of its own, whose id differs', { status: 500, headers: OWN, body: { ...ERROR, error_id: 'other' } }, 502, 'unexpected_answer', false, 'kept'],
  ['500 without the header', { status: 500, body: ERROR }, 502, 'unexpected_answer', false, 'kept'],
  ['500 with a page under the header', { status: 500, headers: OWN, body: '<html>' }, 502, 'unexpected_answer', false, 'kept'],
  ['502 of its own', { status: 502, headers: OWN, body: ERROR }, 502, 'service_failed', false, 'kept'],
  ['503 of its own', { status: 503, headers: { ...OWN, 'retry-after': '5' }, body: ERROR }, 503, 'FAILED', true, 'given back'],
  ['503 of a cache', { status: 503, headers: { 'retry-after': '5' }, body: '<html>' }, 502, 'unexpected_answer', false, 'kept'],
  ['504', { status: 504, headers: OWN, body: ERROR }, 502, 'service_failed', false, 'kept'],
  ['a connection that is cut', { cut: true }, 502, 'connection_lost', false, 'kept'],
  ['no answer in time', { hang: true }, 504, 'deadline_exceeded', false, 'kept'],
];

/** `sipHeaders` are the names that core refuses as keys of metadata. */
export async function answers(report, sipHeaders) {
  await report.check('the token, and the number, as ids and times of the service stay here', async () => {
    for (const secret of [TOKEN, '+14155550100', '14155550100']) {
      const quoting = { 'x-polyai-correlation-id': secret, 'retry-after': secret };
      const server = await scripted(({ method }) => ({ status: method === 'POST' ? 400 : 200, headers: quoting, body: method === 'POST' ? { error: secret, code: secret } : { status: secret, reason: `${secret}\nx` } }));
      const { proxy } = proxied(server.url);
      const reading = new Request(`${ORIGIN}/v1/outbound-calling/${SID}/status`);
      for (const answer of [await trigger(proxy), ...(secret === TOKEN ? [await proxy(reading)] : [])]) {
        const told = `${answer.status} ${JSON.stringify([...answer.headers])} ${await answer.text()}`;
        holds(told, !told.includes(secret));
      }
      server.end();
    }
  });

  await report.check('the token stays here in whatever spelling it comes back, and so does one that was given before', async () => {
    const tokens = ['proxy+token/of-A?=1', 'proxy+token/of-B?=22'];
    const base64 = (token) => btoa(token).replace(/=+$/, '');
    const spellings = (token) => [token, base64(token), btoa(token), Buffer.from(token).toString('base64url'), encodeURIComponent(token)];
    for (const spelling of tokens.flatMap(spellings)) {
      const server = await scripted(() => ({ status: 400, headers: OWN, body: { error: `seen: ${spelling}`, code: 'BAD' } }));
      let asked = 0;
      const { proxy } = proxied(server.url, { token: () => tokens[asked++ % 2] });
      for (const _ of tokens) await trigger(proxy);
      const told = await (await trigger(proxy)).text();
      holds(`${spelling}: ${told}`, !told.includes(spelling) && told.includes('seen: '));
      server.end();
    }
  });

  await report.check('a visitor is told what the service said, and not what the client here made of it', async () => {
    const said = [
      [404, { error: 'no connector for that environment', code: 'CONNECTOR_NOT_FOUND' }, 'no connector for that environment'],
      [400, { error: 'to_number: bad (see; the docs)', code: 'BAD_REQUEST' }, 'to_number: bad (see; the docs)'],
      [400, { error: 'no code [here]' }, 'no code [here]'],
      [429, { error: 'slow down', code: 'RATE_LIMITED' }, 'slow down'],
      [500, { error: 'try again', code: 'INTERNAL_ERROR' }, 'try again'],
      [400, { code: 'BAD_REQUEST' }, 'a JSON object without what was asked for'],
    ];
    for (const [status, body, expected] of said) {
      const server = await scripted(() => ({ status, headers: OWN, body }));
      same(JSON.stringify(body), (await (await trigger(proxied(server.url).proxy)).json()).error, expected);
      server.end();
    }
  });

  await report.check('another call’s status is not told for the one that was asked for', async () => {
    const server = await scripted(() => ({ headers: OWN, body: { callSid: 'OUT-other', status: 'SUCCESS', reason: '' } }));
    const agent = { api: 'agents', agentId: 'agent-1', environment: 'live' };
    const { proxy } = proxied(server.url, agent);
    const answer = await proxy(new Request(`${ORIGIN}/v1/agents/agent-1/telephony/outbound-calls/${SID}/status?environment=live`));
    same('status', answer.status, 502);
    same('code', (await answer.json()).code, 'unexpected_answer');
    server.end();
  });

  await report.check('premium and emergency numbers are the operator’s to allow, not the visitor’s', async () => {
    const server = await scripted(() => ({ headers: OWN, body: PLACED }));
    const status = async (options, body) => (await trigger(proxied(server.url, options).proxy, fromPage(ORIGIN), body)).status;
    const [premium, emergency] = [{ to_number: '+19005550100' }, { to_number: '911', country_code: 'US' }];
    for (const body of [premium, emergency, { ...premium, allowPremium: true }, { ...premium, allow_premium: true }]) same(JSON.stringify(body), await status({}, body), 422);
    same('premium allowed', await status({ allowPremium: true }, premium), 200);
    same('emergency, where premium is allowed', await status({ allowPremium: true }, emergency), 422);
    same('emergency allowed', await status({ allowEmergency: true }, emergency), 200);
    same('triggers sent', server.seen.map(({ body }) => JSON.parse(body).to_number), ['+19005550100', '911']);
    server.end();
  });

  await report.check('a token’s function is told that the service refused the last one', async () => {
    const server = await scripted(({ nth }) => (nth === 1 ? { status: 401, headers: OWN, body: ERROR } : { headers: OWN, body: PLACED }));
    const told = [];
    const { proxy } = proxied(server.url, { token: async (asked) => (told.push(asked), TOKEN) });
    const headers = fromPage(ORIGIN);
    same('statuses', [(await trigger(proxy, headers)).status, (await trigger(proxy, headers)).status, (await trigger(proxy)).status], [503, 200, 200]);
    same('told', told, [{ refused: false }, { refused: true }, { refused: false }]);
    server.end();
  });

  await report.check('nothing is taken from the environment', async () => {
    const set = { POLYAI_OUTBOUND_TOKEN: 'of-the-environment', POLYAI_OUTBOUND_REGION: 'us', POLYAI_OUTBOUND_API: 'agents', POLYAI_OUTBOUND_AGENT_ID: 'agent-9', POLYAI_OUTBOUND_ENVIRONMENT: 'live' };
    Object.assign(process.env, set);
    try {
      const authorize = () => true;
      for (const [field, options] of [['token', { region: 'us' }], ['region', { token: TOKEN }], ['agentId', { region: 'us', token: TOKEN, api: 'agents' }]]) {
        let thrown;
        try {
          createProxy({ authorize, ...options });
        } catch (error) {
          thrown = error;
        }
        same('field', thrown?.field, field);
      }
      const server = await scripted(() => ({ headers: OWN, body: PLACED }));
      same('status', (await trigger(proxied(server.url).proxy)).status, 200);
      same('sent', [server.seen[0].url, server.seen[0].headers['x-polyai-auth-token']], ['/v1/outbound-calling', TOKEN]);
      server.end();
    } finally {
      for (const name of Object.keys(set)) delete process.env[name];
    }
  });

  await report.check('metadata is refused by the names that core refuses', async () => {
    const server = await scripted(() => ({ headers: OWN, body: PLACED }));
    const { proxy } = proxied(server.url);
    const status = async (name) => (await trigger(proxy, fromPage(ORIGIN), { to_number: '+14155550100', metadata: { [name]: 'x' } })).status;
    holds(`names: ${sipHeaders}`, sipHeaders.length === 54);
    for (const name of sipHeaders) same(name, await status(name), 422);
    same('triggers sent', server.seen.length, 0);
    for (const name of sipHeaders) same(`X-${name}`, await status(`X-${name}`), 200);
    server.end();
  });

  for (const [what, step, status, code, own, key, sid] of ANSWERS)
    await report.check(`the answer to a trigger: ${what}`, async () => {
      const server = await scripted(() => step);
      const { proxy } = proxied(server.url, { timeoutMs: 300 });
      const headers = fromPage(ORIGIN, { 'x-polyai-correlation-id': ID });
      const first = await trigger(proxy, headers);
      same('status', first.status, status);
      const body = await first.json();
      same('code', body.code, code);
      same('under the header of the service', first.headers.has('x-polyai-correlation-id'), own);
      same('kept by nobody', first.headers.get('cache-control'), 'no-store');
      same('its correlation id', body.correlationId ?? ID, ID);
      same('the correlation id of the service’s form', first.headers.get('x-polyai-correlation-id'), own ? ID : null);
      if (status !== 200) same('the call that may be there', body.call_sid, sid);
      same('Retry-After', first.headers.get('retry-after'), own ? (step.headers?.['retry-after'] ?? null) : null);
      const again = await trigger(proxy, headers);
      same('status of the same key', again.status, status);
      same('body of the same key', await again.json(), body);
      same('replayed', again.headers.get('idempotent-replayed'), key === 'kept' ? 'true' : null);
      same('triggers sent', server.seen.length, key === 'kept' ? 1 : 2);
      server.end();
    });

  await report.check('a token of one letter leaves the words of an answer whole, and one that is no header is the operator’s affair', async () => {
    const server = await scripted(() => ({ headers: OWN, body: {} }));
    const told = await (await trigger(proxied(server.url, { token: 't' }).proxy)).json();
    holds(told.error, told.error.startsWith('the answer is not one that the service gives (HTTP 200)'));
    for (const token of ['schlüssel–1', 'two words', '', 7, undefined]) {
      const answer = await trigger(proxied(server.url, { token: () => token }).proxy);
      same('status', answer.status, 503);
      holds('in the form of the service', answer.headers.has('x-polyai-correlation-id'));
    }
    same('triggers sent', server.seen.length, 1);
    server.end();
  });

  const SAID = { headers: OWN, body: { status: 'calling', reason: '' } };
  /** An answer to a reading; status and code that the visitor is told. */
  const readings = [
    ['a status', SAID, 200, undefined],
    ['404 of its own', { status: 404, headers: OWN, body: ERROR }, 404, 'FAILED'],
    ['404 of a gateway', { status: 404, body: '<html>' }, 502, 'unexpected_answer'],
    ['404 of a gateway in the form of the service', { status: 404, body: ERROR }, 502, 'unexpected_answer'],
    ['401 of its own', { status: 401, headers: OWN, body: ERROR }, 503, 'upstream_refused'],
    ['401 of a gateway', { status: 401, body: '<html>' }, 502, 'unexpected_answer'],
    ['429', { status: 429, headers: { 'retry-after': '2' } }, 429, 'rate_limited'],
    ['500 of its own', { status: 500, headers: OWN, body: ERROR }, 502, 'service_failed'],
    ['200 without a status', { headers: OWN, body: {} }, 502, 'unexpected_answer'],
    ['200 with a number', { headers: OWN, body: { status: 1 } }, 502, 'unexpected_answer'],
    ['a connection that is cut', { cut: true }, 502, 'connection_lost'],
    ['no answer in time', { hang: true }, 504, 'deadline_exceeded'],
  ];
  for (const [what, step, status, code] of readings)
    await report.check(`the answer to a reading: ${what}`, async () => {
      const server = await scripted(() => step);
      const { proxy } = proxied(server.url, { timeoutMs: 300 });
      const answer = await proxy(new Request(`${ORIGIN}/v1/outbound-calling/${SID}/status`, { headers: { 'x-polyai-correlation-id': ID } }));
      same('status', answer.status, status);
      const body = await answer.json();
      same('code', body.code, code);
      if (status === 200) same('body', body, { status: 'calling', reason: '' });
      same('correlation id', answer.headers.get('x-polyai-correlation-id'), ID);
      same('requests', server.seen.length, 1);
      server.end();
    });

  await report.check('a fetch that is lent is believed that nothing left only if nothing did', async () => {
    const [server, closed] = [await scripted(() => ({ cut: true })), await scripted(() => SAID)];
    closed.end();
    const again = async (url, init) => fetch(url, init).catch(() => fetch(closed.url + new URL(url).pathname, init));
    const lost = await trigger(proxied(server.url, { fetch: again }).proxy);
    same('one that sends again', [lost.status, (await lost.json()).code, server.seen.length], [502, 'connection_lost', 1]);
    const never = await trigger(proxied(closed.url, { fetch: (url, init) => fetch(url, init) }).proxy);
    same('one that sent nothing', [never.status, (await never.json()).code], [503, 'not_connected']);
    server.end();
  });

  await report.check('a service that cannot be reached is told as not placed, and the key given back', async () => {
    const server = await scripted(() => ({ headers: OWN, body: PLACED }));
    server.end();
    const { proxy, reports } = proxied(server.url);
    const headers = fromPage(ORIGIN, { 'x-polyai-correlation-id': ID });
    for (const nth of [1, 2]) {
      const answer = await trigger(proxy, headers);
      same(`status ${nth}`, answer.status, 503);
      // The form in which the service says that nothing was placed: the page's client may send again.
      same('header', answer.headers.get('x-polyai-correlation-id'), ID);
      same('replayed', answer.headers.get('idempotent-replayed'), null);
    }
    same('reports', reports.length, 2);
  });

  await report.check('what the service says of the token, of its insides and of itself stays here', async () => {
    const stack = `Error: boom ${TOKEN}\n    at Dialer.dial (/srv/dialer.js:10:3)`;
    const encoded = [encodeURIComponent(TOKEN), Buffer.from(TOKEN).toString('base64')].join(' ');
    const body = { error: stack, code: TOKEN, stack, trace: { token: TOKEN }, detail: [{ loc: [TOKEN], msg: encoded, input: TOKEN }] };
    const step = { status: 400, headers: { ...OWN, 'set-cookie': `a=${TOKEN}`, server: 'nginx/1.2', 'x-debug': TOKEN }, body };
    const server = await scripted(() => step);
    const { proxy, reports } = proxied(server.url);
    const answer = await trigger(proxy);
    const told = await answer.text();
    const { error, code, correlationId } = JSON.parse(told);
    same('members', Object.keys(JSON.parse(told)), ['error', 'code', 'correlationId']);
    holds(error, error.startsWith('Error: boom [token]') && error.length <= 500);
    for (const secret of [TOKEN, encoded.split(' ')[1], '/srv', 'dialer.js']) holds(`${secret} in ${told}`, !told.includes(secret));
    same('code', code, 'rejected');
    same('correlation id', answer.headers.get('x-polyai-correlation-id'), correlationId);
    const names = ['cache-control', 'content-type', 'vary', 'x-content-type-options', 'x-polyai-correlation-id'];
    same('headers', [...answer.headers.keys()], names);
    same('reports', reports, []);
    server.end();
  });

  await report.check('a refused token is told to the operator, without it', async () => {
    const server = await scripted(() => ({ status: 401, headers: OWN, body: { error: `bad token ${TOKEN}` } }));
    const { proxy, reports } = proxied(server.url);
    const answer = await trigger(proxy, fromPage(ORIGIN, { 'x-polyai-correlation-id': ID }));
    same('error', (await answer.json()).error, 'the service refused the credentials of this server; no call was placed by this request');
    same('reports', reports.length, 1);
    holds(reports[0], reports[0].includes('check the token') && reports[0].endsWith(`correlation id ${ID}`) && !reports[0].includes(TOKEN));
    const reading = await proxy(new Request(`${ORIGIN}/v1/outbound-calling/${SID}/status`));
    same('status of a reading', reading.status, 503);
    // The page's client is in no doubt, either.
    const client = new OutboundClient({ baseUrl: ORIGIN, allowInsecureHttp: true, fetch: (url, init) => proxy(new Request(url, { ...init, headers: { ...init.headers, origin: ORIGIN } })), maxRetries: 0, token: null });
    const placement = await client.trigger({ toNumber: '+14155550100' }).then(() => 'placed', (error) => error.placement);
    same('placement for the page', placement, 'not_placed');
    server.end();
  });

  await report.check('the service gets what the proxy writes, and nothing else of the visitor', async () => {
    const server = await scripted(({ method }) => ({ headers: OWN, body: method === 'POST' ? PLACED : { status: 'calling', reason: '', secret: 1 } }));
    const { proxy } = proxied(server.url, { token: async () => TOKEN });
    const smuggled = {
      authorization: 'Bearer visitor',
      'x-polyai-auth-token': 'of-the-visitor',
      'x-api-key': 'of-the-visitor',
      'x-forwarded-for': '10.0.0.1',
      forwarded: 'for=10.0.0.1',
      'proxy-authorization': 'Basic eDp5',
      'x-anything': 'else',
      'x-polyai-correlation-id': ID,
    };
    const metadata = { name: 'Ada', appointment: '2026-12-01' };
    await trigger(proxy, fromPage(ORIGIN, smuggled), { metadata, to_number: '+14155550100', encryption: 'TLS/RTP' });
    const reading = await proxy(new Request(`${ORIGIN}/calls/v1/outbound-calling/${SID}/status`, { headers: { ...smuggled, cookie: 'visitor=ada' } }));
    same('a reading', await reading.json(), { status: 'calling', reason: '' });
    for (const { headers } of server.seen) {
      same('token', headers['x-polyai-auth-token'], TOKEN);
      same('correlation id', headers['x-polyai-correlation-id'], ID);
      const gone = ['authorization', 'x-api-key', 'x-forwarded-for', 'forwarded', 'proxy-authorization', 'x-anything', 'cookie', 'origin', 'idempotency-key'];
      same('of the visitor', gone.filter((name) => headers[name] !== undefined), []);
      same('host', headers.host, new URL(server.url).host);
    }
    same('body', server.seen[0].body, JSON.stringify({ to_number: '+14155550100', metadata, encryption: 'TLS/RTP' }));
    same('paths', server.seen.map(({ url }) => url), ['/v1/outbound-calling', `/v1/outbound-calling/${SID}/status`]);
    server.end();
  });

  await report.check('a correlation id that is none is replaced by a fresh one', async () => {
    const server = await scripted(() => ({ headers: OWN, body: PLACED }));
    const { proxy } = proxied(server.url);
    for (const id of ['x', `${ID}x`, 'javascript:alert(1)']) await trigger(proxy, fromPage(ORIGIN, { 'x-polyai-correlation-id': id }));
    const ids = server.seen.map(({ headers }) => headers['x-polyai-correlation-id']);
    holds(`UUIDs: ${ids}`, ids.every((it) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(it)));
    same('ids that differ', new Set(ids).size, 3);
    server.end();
  });

  await report.check('the handler for Node speaks HTTP/2 as well', async () => {
    const server = await scripted(() => ({ headers: OWN, body: PLACED }));
    const front = createServer(toNodeHandler(proxied(server.url).proxy));
    await new Promise((resolve) => front.listen(0, '127.0.0.1', resolve));
    const session = connect(`http://127.0.0.1:${front.address().port}`);
    const { origin } = new URL(`http://127.0.0.1:${front.address().port}`);
    const stream = session.request({ ':method': 'POST', ':path': '/calls/v1/outbound-calling', ...fromPage(origin) });
    stream.end(JSON.stringify({ to_number: '+14155550100' }));
    const status = await new Promise((resolve, reject) => stream.on('response', (headers) => resolve(headers[':status'])).on('error', reject));
    let text = '';
    for await (const chunk of stream.setEncoding('utf8')) text += chunk;
    same('answer', `${status} ${text}`, `200 ${JSON.stringify(PLACED)}`);
    session.destroy();
    front.close();
    server.end();
  });

  await report.check('the Agents API: one agent and one environment', async () => {
    const server = await scripted(({ method }) => ({ headers: OWN, body: method === 'POST' ? { callSid: SID, status: 'QUEUED' } : { callSid: SID, status: 'CALLING', reason: '' } }));
    const told = [];
    const authorize = (_, call) => (told.push(call), true);
    const { proxy } = proxied(server.url, { api: 'agents', agentId: 'agent-1', environment: 'sandbox', authorize });
    const path = (agent) => `/calls/v1/agents/${agent}/telephony/outbound-calls`;
    const body = { toNumber: '+14155550100', environment: 'sandbox' };
    same('a trigger', await (await trigger(proxy, fromPage(ORIGIN), body, path('agent-1'))).json(), { callSid: SID, status: 'QUEUED' });
    same('another agent', (await trigger(proxy, fromPage(ORIGIN), body, path('agent-2'))).status, 404);
    same('another environment', (await trigger(proxy, fromPage(ORIGIN), { ...body, environment: 'live' }, path('agent-1'))).status, 422);
    same('no environment', (await trigger(proxy, fromPage(ORIGIN), { toNumber: '+14155550100' }, path('agent-1'))).status, 422);
    same('the other dialect', (await trigger(proxy, fromPage(ORIGIN))).status, 404);
    const status = (query) => proxy(new Request(`${ORIGIN}${path('agent-1')}/${SID}/status${query}`));
    same('a reading', await (await status('?environment=sandbox')).json(), { callSid: SID, status: 'CALLING', reason: '' });
    for (const query of ['', '?environment=live', '?environment=sandbox&x=1']) same(`a reading ${query}`, (await status(query)).status, 404);
    same('requests', server.seen.map(({ method, url }) => `${method} ${url}`), [
      'POST /v1/agents/agent-1/telephony/outbound-calls',
      `GET /v1/agents/agent-1/telephony/outbound-calls/${SID}/status?environment=sandbox`,
    ]);
    same('token', server.seen[0].headers['x-api-key'], TOKEN);
    const agent = { agentId: 'agent-1', environment: 'sandbox' };
    same('what authorize was told', told, [
      { kind: 'trigger', toNumber: '+14155550100', ...agent },
      { kind: 'status', callSid: SID, ...agent },
    ]);
    server.end();
  });
}
