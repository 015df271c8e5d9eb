// One key, one dial: at the same time, by several processes, and with stores that fail; and who may do what.

import { createProxy, memoryStore } from 'polyai-outbound/proxy';

import { proxied, trigger } from './answers.mjs';
import { ID, SID, TOKEN, fromPage, holds, same, scripted } from './support.mjs';

const ORIGIN = 'http://page.test';
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const PLACED = { headers: { 'x-polyai-correlation-id': ID }, body: { call_sid: SID } };
/** Answers after a while. */
const slow = (step) => async () => (await sleep(150), step);

export async function keys(report) {
  await report.check('ten requests of one key at the same time are one trigger, and all have its answer', async () => {
    const server = await scripted(slow(PLACED));
    const { proxy } = proxied(server.url);
    const headers = fromPage(ORIGIN);
    const all = await Promise.all(Array.from({ length: 10 }, () => trigger(proxy, headers)));
    same('answers', await Promise.all(all.map(async (it) => (await it.json()).call_sid)), Array(10).fill(SID));
    same('replayed', all.filter((it) => it.headers.has('idempotent-replayed')).length, 9);
    same('triggers sent', server.seen.length, 1);
    server.end();
  });

  await report.check('requests of one key at the same time share an answer that placed nothing as well', async () => {
    const server = await scripted(slow({ status: 429, headers: { 'retry-after': '2' } }));
    const { proxy } = proxied(server.url);
    const headers = fromPage(ORIGIN);
    const all = await Promise.all([1, 2, 3].map(() => trigger(proxy, headers)));
    same('statuses', all.map(({ status }) => status), [429, 429, 429]);
    same('triggers sent', server.seen.length, 1);
    server.end();
  });

  await report.check('a key with another body is refused, during the first and after it', async () => {
    const server = await scripted(slow(PLACED));
    const { proxy } = proxied(server.url);
    const headers = fromPage(ORIGIN);
    const first = trigger(proxy, headers);
    await sleep(30);
    for (const when of ['during', 'after']) {
      const other = await trigger(proxy, headers, { to_number: '+14155550101' });
      same(`status ${when}`, other.status, 422);
      same(`code ${when}`, (await other.json()).code, 'key_reused');
      await first;
    }
    same('triggers sent', server.seen.length, 1);
    server.end();
  });

  await report.check('a key is a visitor’s own where authorize names them', async () => {
    const server = await scripted(() => PLACED);
    const { proxy } = proxied(server.url, { authorize: (request) => request.headers.get('cookie') });
    const headers = fromPage(ORIGIN);
    for (const cookie of ['ada', 'ben', 'ada']) await trigger(proxy, { ...headers, cookie });
    same('triggers sent', server.seen.length, 2);
    server.end();
  });

  await report.check('two processes with one store send once, and the second has the first’s answer', async () => {
    const server = await scripted(slow(PLACED));
    const shared = memoryStore();
    const names = [];
    const store = {
      begin: async (...given) => (names.push(given), await sleep(5), shared.begin(...given)),
      end: async (...given) => (await sleep(5), shared.end(...given)),
    };
    const headers = fromPage(ORIGIN);
    const [one, other] = [proxied(server.url, { store }), proxied(server.url, { store })];
    const both = await Promise.all([trigger(one.proxy, headers), trigger(other.proxy, headers)]);
    same('answers', await Promise.all(both.map(async (it) => (await it.json()).call_sid)), [SID, SID]);
    same('triggers sent', server.seen.length, 1);
    holds('a store is told hashes only', names.every((it) => it.length === 2 && it.every((text) => /^[0-9a-f]{64}$/.test(text))));
    server.end();
  });

  await report.check('a key whose trigger was not seen to end stays unknown, and is never sent', async () => {
    const server = await scripted(() => PLACED);
    let claims = 0;
    const claimed = { begin: async (_, fingerprint) => (claims++, { fingerprint, answer: null }), end: async () => {} };
    const { proxy } = proxied(server.url, { store: claimed, timeoutMs: 1 });
    const answer = await trigger(proxy);
    same('status', answer.status, 504);
    same('code', (await answer.json()).code, 'placement_unknown');
    holds('it was asked again', claims > 1);
    same('triggers sent', server.seen.length, 0);
    server.end();
  });

  await report.check('a request that was stopped in the midst holds up nobody for ever', async () => {
    const server = await scripted(() => PLACED);
    const stopped = { begin: () => new Promise(() => {}), end: async () => {} };
    const { proxy } = proxied(server.url, { store: stopped, timeoutMs: 1 });
    const headers = fromPage(ORIGIN);
    trigger(proxy, headers);
    await sleep(30);
    const answer = await trigger(proxy, headers);
    same('status', answer.status, 504);
    same('code', (await answer.json()).code, 'placement_unknown');
    same('triggers sent', server.seen.length, 0);
    server.end();
  });

  const broken = [
    ['rejects', { begin: () => Promise.reject(new Error(`redis://:${TOKEN}@store`)), end: async () => {} }],
    ['throws', { begin: () => { throw new Error('down'); }, end: async () => {} }],
    ['gives undefined', { begin: async () => undefined, end: async () => {} }],
    ['gives true', { begin: async () => true, end: async () => {} }],
  ];
  for (const [how, store] of broken)
    await report.check(`a store whose begin ${how}: nothing is sent`, async () => {
      const server = await scripted(() => PLACED);
      const { proxy, reports } = proxied(server.url, { store });
      const answer = await trigger(proxy);
      same('status', answer.status, 503);
      same('code', (await answer.json()).code, 'store_failed');
      same('triggers sent', server.seen.length, 0);
      same('reports', reports.length, 1);
      holds('a report holds no secret', !reports[0].includes(TOKEN));
      server.end();
    });

  await report.check('a store whose end fails: the visitor has the answer, and the key stays taken', async () => {
    const server = await scripted(() => PLACED);
    const { begin } = memoryStore();
    const { proxy, reports } = proxied(server.url, { timeoutMs: 1_000, store: { begin, end: () => Promise.reject(new Error('down')) } });
    const headers = fromPage(ORIGIN);
    same('status', (await trigger(proxy, headers)).status, 200);
    same('status of the same key', (await trigger(proxy, headers)).status, 504);
    same('triggers sent', server.seen.length, 1);
    same('reports', reports.length, 1);
    server.end();
  });

  await report.check('the store in memory is bounded in number and time', async () => {
    const server = await scripted(() => PLACED);
    const { proxy } = proxied(server.url, { store: memoryStore({ maxKeys: 2, keepMs: 300 }) });
    const headers = [1, 2, 3].map(() => fromPage(ORIGIN));
    for (const nth of [0, 1]) same(`status ${nth}`, (await trigger(proxy, headers[nth])).status, 200);
    const full = await trigger(proxy, headers[2]);
    same('beyond', `${full.status} after ${full.headers.get('retry-after')}`, '429 after 60');
    same('a key that it has', (await trigger(proxy, headers[0])).headers.get('idempotent-replayed'), 'true');
    same('triggers sent', server.seen.length, 2);
    await sleep(320);
    same('later', (await trigger(proxy, headers[2])).status, 200);
    same('triggers sent later', server.seen.length, 3);
    server.end();
  });

  const refusing = [
    ['false', () => false],
    ['undefined', () => undefined],
    ['null', async () => null],
    ['an empty name', () => ''],
    ['an object', async () => ({ id: 7 })],
    ['a number', () => 1],
    ['a throw', () => { throw new Error(TOKEN); }],
    ['a rejection', () => Promise.reject(new Error(TOKEN))],
  ];
  for (const [what, authorize] of refusing)
    await report.check(`authorize refuses by ${what}`, async () => {
      const server = await scripted(() => PLACED);
      const { proxy, reports } = proxied(server.url, { authorize });
      const reading = new Request(`${ORIGIN}/v1/outbound-calling/${SID}/status`);
      for (const answer of [await trigger(proxy), await proxy(reading)]) {
        same('status', answer.status, 403);
        same('code', (await answer.json()).code, 'not_authorized');
      }
      same('requests sent', server.seen.length, 0);
      holds('a report holds no message', !reports.join().includes(TOKEN));
      server.end();
    });

  await report.check('authorize sees the visitor’s headers and the call, and what the handler was called with', async () => {
    const server = await scripted(() => PLACED);
    const told = [];
    const authorize = (request, call, context) => (told.push([request.headers.get('cookie'), request.method, request.body, call, context]), true);
    const { proxy } = proxied(server.url, { authorize });
    const body = { to_number: '020 7946 0123', country_code: 'GB', metadata: { name: 'Ada' } };
    const request = new Request(`${ORIGIN}/v1/outbound-calling`, { method: 'POST', headers: fromPage(ORIGIN), body: JSON.stringify(body) });
    same('status', (await proxy(request, 'context')).status, 200);
    const call = { kind: 'trigger', toNumber: '020 7946 0123', countryCode: 'GB', metadata: { name: 'Ada' } };
    same('told', told, [['visitor=ada', 'POST', null, call, 'context']]);
    server.end();
  });

  const LISTED = 'https://www.example.com';
  /** The origin that was asked, the options, what the page's browser says, and the status. */
  const pages = [
    ['the origin that was asked', ORIGIN, {}, { origin: ORIGIN }, 200],
    ['the same behind a server that ends TLS', ORIGIN, {}, { origin: 'https://page.test' }, 200],
    ['the same without its TLS', 'https://page.test', {}, { origin: ORIGIN }, 403],
    ['a browser that says no site', ORIGIN, {}, { origin: ORIGIN, 'sec-fetch-site': null }, 200],
    ['a listed origin', ORIGIN, { origins: [LISTED] }, { origin: LISTED, 'sec-fetch-site': 'cross-site' }, 200],
    ['a listed origin of the same site', ORIGIN, { origins: [LISTED] }, { origin: LISTED, 'sec-fetch-site': 'same-site' }, 200],
    ['a listed origin, typed', ORIGIN, { origins: [LISTED] }, { origin: LISTED, 'sec-fetch-site': 'none' }, 403],
    ['the origin that was asked, where others are listed', ORIGIN, { origins: [LISTED] }, { origin: ORIGIN }, 403],
    ['an origin that begins like a listed one', ORIGIN, { origins: [LISTED] }, { origin: `${LISTED}.evil.example`, 'sec-fetch-site': 'cross-site' }, 403],
  ];
  for (const [what, asked, options, said, status] of pages)
    await report.check(`pages of ${what}`, async () => {
      const server = await scripted(() => PLACED);
      const { proxy } = proxied(server.url, options);
      const headers = new Headers(Object.entries(fromPage(asked, said)).filter(([, value]) => value !== null));
      const answer = await proxy(new Request(`${asked}/calls/v1/outbound-calling`, { method: 'POST', headers, body: '{"to_number":"+14155550100"}' }));
      same('status', answer.status, status);
      const shared = said.origin === LISTED;
      same('shared with', answer.headers.get('access-control-allow-origin'), shared ? LISTED : null);
      same('with credentials', answer.headers.get('access-control-allow-credentials'), shared ? 'true' : null);
      same('what may be seen', answer.headers.get('access-control-expose-headers'), shared ? 'X-PolyAI-Correlation-Id, Retry-After, Idempotent-Replayed' : null);
      same('triggers sent', server.seen.length, status === 200 ? 1 : 0);
      server.end();
    });

  await report.check('a preflight of a listed origin is answered, without asking anybody', async () => {
    let asked = 0;
    const { proxy } = proxied('https://api.example.com', { origins: [LISTED], authorize: () => ++asked > 0 });
    const preflight = (origin) => proxy(new Request(`${ORIGIN}/calls/v1/outbound-calling`, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } }));
    const answer = await preflight(LISTED);
    same('status', answer.status, 204);
    same('origin', answer.headers.get('access-control-allow-origin'), LISTED);
    same('methods', answer.headers.get('access-control-allow-methods'), 'GET, POST');
    same('headers', answer.headers.get('access-control-allow-headers'), 'content-type, idempotency-key, x-polyai-correlation-id, authorization');
    const other = await preflight('https://evil.example');
    same('another', [other.status, other.headers.get('access-control-allow-origin')], [403, null]);
    same('asked', asked, 0);
  });

  await report.check('a reading needs no Origin where the browser says that it is of the same, or says nothing', async () => {
    const server = await scripted(() => ({ ...PLACED, body: { status: 'calling', reason: '' } }));
    const { proxy } = proxied(server.url);
    const statuses = [];
    for (const site of [null, 'same-origin', 'same-site', 'cross-site', 'none'])
      statuses.push((await proxy(new Request(`${ORIGIN}/v1/outbound-calling/${SID}/status`, { headers: site === null ? {} : { 'sec-fetch-site': site } }))).status);
    same('statuses', statuses, [200, 200, 403, 403, 403]);
    server.end();
  });

  await report.check('a path is heard at alone', async () => {
    const server = await scripted(() => PLACED);
    const { proxy } = proxied(server.url, { path: '/calls' });
    const paths = ['/calls/v1/outbound-calling', '/v1/outbound-calling', '/a/calls/v1/outbound-calling', '/callsx/v1/outbound-calling', '/calls/a/v1/outbound-calling', '/other/v1/outbound-calling'];
    same('statuses', await Promise.all(paths.map(async (path) => (await trigger(proxy, fromPage(ORIGIN), undefined, path)).status)), [200, 404, 404, 404, 404, 404]);
    const { proxy: anywhere } = proxied(server.url);
    same('anywhere', (await trigger(anywhere, fromPage(ORIGIN), undefined, '/a/calls/v1/outbound-calling')).status, 200);
    server.end();
  });

  await report.check('a body that somebody read before is refused, with what to do', async () => {
    const { proxy, reports } = proxied('https://api.example.com');
    const request = new Request(`${ORIGIN}/v1/outbound-calling`, { method: 'POST', headers: fromPage(ORIGIN), body: '{}' });
    await request.text();
    const answer = await proxy(request);
    same('status', answer.status, 503);
    same('code', (await answer.json()).code, 'body_was_read');
    same('reports', reports, []);
  });

  const given = { baseUrl: 'https://api.example.com', token: TOKEN, authorize: () => true };
  const wrong = [
    ['authorize', { authorize: undefined }],
    ['authorize', { authorize: true }],
    ['token', { token: undefined }],
    ['token', { token: '' }],
    ['token', { token: 'two\r\nlines' }],
    ['region', { baseUrl: undefined }],
    ['region', { baseUrl: undefined, region: 'mars' }],
    ['region', { baseUrl: undefined, region: '__proto__' }],
    ['baseUrl', { baseUrl: 'http://api.example.com' }],
    ['baseUrl', { baseUrl: 'https://user:word@api.example.com' }],
    ['baseUrl', { baseUrl: 'https://api.example.com/?x' }],
    ['baseUrl', { baseUrl: '/calls' }],
    ['origins', { origins: [] }],
    ['origins', { origins: ['*'] }],
    ['origins', { origins: ['null'] }],
    ['origins', { origins: ['https://www.example.com/'] }],
    ['origins', { origins: 'https://www.example.com' }],
    ['path', { path: '/calls/' }],
    ['path', { path: '/a/../b' }],
    ['api', { api: 'toString' }],
    ['agentId', { api: 'agents', environment: 'live' }],
    ['agentId', { api: 'agents', environment: 'live', agentId: '../x' }],
    ['environment', { api: 'agents', agentId: 'x', environment: 'prod' }],
    ['agentId', { agentId: 'x' }],
    ['store', { store: {} }],
    ['authorise', { authorise: () => true }],
  ];
  for (const [field, options] of wrong)
    await report.check(`createProxy refuses ${field}: ${JSON.stringify(options)}`, () => {
      let thrown;
      try {
        createProxy({ ...given, ...options });
      } catch (error) {
        thrown = error;
      }
      same('code and field', [thrown?.code, thrown?.field], ['invalid_input', field]);
      holds('the token is not shown', !String(thrown).includes('two'));
    });
  await report.check('createProxy takes regions, and http where it is told to', () => {
    for (const options of [{ baseUrl: undefined, region: 'eu' }, { baseUrl: 'http://api.example.com', allowInsecureHttp: true }, { path: '/calls', origins: ['http://localhost:3000'] }])
      createProxy({ ...given, ...options });
  });
}
