// One key, one dial: at the same time, by several processes, and with stores that fail; and who may do what.

import { inspect } from 'node:util';

import { createProxy, memoryStore, toNodeHandler } from 'polyai-outbound/proxy';

import { proxied, trigger } from './answers.mjs';
import { ID, SID, TOKEN, fromPage, holds, same, scripted } from './support.mjs';

const ORIGIN = 'http://page.test';
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const PLACED = { headers: { 'x-polyai-correlation-id': ID }, body: { call_sid: SID } };
/** Answers after a while. */
const slow = (step) => async () => (await sleep(150), step);

/** Runs a test so much later. */
async function at(ms, test) {
  const { now } = Date;
  Date.now = () => now() + ms;
  try {
    await test();
  } finally {
    Date.now = now;
  }
}

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

  // It may be the same request, which a browser sends again after the visitor's session has changed.
  await report.check('a key that comes again from another visitor is told of as a doubt, and dials once', async () => {
    const server = await scripted(() => PLACED);
    const { proxy } = proxied(server.url, { authorize: (request) => request.headers.get('cookie') });
    const headers = fromPage(ORIGIN);
    const all = [];
    for (const cookie of ['ada', 'ben', 'ada']) all.push(await trigger(proxy, { ...headers, cookie }));
    same('statuses', all.map(({ status }) => status), [200, 504, 200]);
    same('code', (await all[1].json()).code, 'placement_unknown');
    same('triggers sent', server.seen.length, 1);
    server.end();
  });

  // A browser sends again what has dialed: whatever refuses that must not say that no call was placed.
  const once = () => {
    let asked = 0;
    return () => ++asked === 1;
  };
  const failing = (fails) => {
    const { begin, end } = memoryStore();
    let begun = 0;
    return { begin: (...given) => (++begun === 1 ? begin(...given) : fails()), end };
  };
  const resends = [
    ['authorize refuses', { authorize: once() }, {}],
    ['authorize does not answer', { authorize: ((first) => () => first() || new Promise(() => {}))(once()), timeoutMs: 300 }, {}],
    ['the store fails', { store: failing(() => Promise.reject(new Error('down'))) }, {}],
    ['the store hangs', { store: failing(() => new Promise(() => {})), timeoutMs: 300 }, {}],
    ['the store has forgotten', { store: { begin: async () => null, end: async () => {} } }, {}],
    ['the body is too slow', { bodyTimeoutMs: 50 }, { body: () => new ReadableStream({}) }],
    ['the body breaks off', {}, { body: () => new ReadableStream({ start: (it) => it.error(new Error('gone')) }) }],
    ['the body is of another type', {}, { headers: { 'content-type': 'text/plain' } }],
  ];
  for (const [why, options, { body, headers: more }] of resends)
    await report.check(`a resend that cannot pass is told of as a doubt: ${why}`, async () => {
      const server = await scripted(() => PLACED);
      const { proxy } = proxied(server.url, options);
      const headers = fromPage(ORIGIN);
      same('the first', (await trigger(proxy, headers)).status, 200);
      const init = { method: 'POST', headers: { ...headers, ...more }, body: body?.() ?? '{"to_number":"+14155550100"}', duplex: 'half' };
      const answer = await proxy(new Request(`${ORIGIN}/calls/v1/outbound-calling`, init));
      same('status', answer.status, 504);
      same('code', (await answer.json()).code, 'placement_unknown');
      same('not of the service’s form', answer.headers.has('x-polyai-correlation-id'), false);
      same('triggers sent', server.seen.length, 1);
      server.end();
    });

  await report.check('a refused resend is told of as a doubt while the first is on its way', async () => {
    const server = await scripted(slow(PLACED));
    const { proxy } = proxied(server.url, { authorize: once() });
    const headers = fromPage(ORIGIN);
    const first = trigger(proxy, headers);
    await sleep(50);
    same('the second', (await trigger(proxy, headers)).status, 504);
    same('the first', (await first).status, 200);
    same('triggers sent', server.seen.length, 1);
    server.end();
  });

  await report.check('a refusal of a key that placed nothing says so, of this request', async () => {
    const server = await scripted(() => ({ status: 429 }));
    const { proxy } = proxied(server.url, { authorize: once() });
    const headers = fromPage(ORIGIN);
    same('the first', (await trigger(proxy, headers)).status, 429);
    const second = await trigger(proxy, headers);
    same('the second', second.status, 403);
    same('error', (await second.json()).error, 'this visitor may not do that; no call was placed by this request');
    server.end();
  });

  const never = () => new Promise(() => {});
  const hanging = [
    ['token', { token: never }, 503, 0],
    ['authorize', { authorize: never }, 403, 0],
    ['begin', { store: { begin: never, end: async () => {} } }, 503, 0],
    ['end', { store: { begin: async () => null, end: never } }, 200, 1],
  ];
  for (const [what, options, status, sent] of hanging)
    await report.check(`${what} that never answers holds up nobody for ever`, async () => {
      const server = await scripted(() => PLACED);
      const { proxy, reports } = proxied(server.url, { ...options, timeoutMs: 200 });
      const began = Date.now();
      same('status', (await trigger(proxy)).status, status);
      holds(`${Date.now() - began} ms`, Date.now() - began < 2_000);
      same('triggers sent', server.seen.length, sent);
      same('reports', reports.length, 1);
      server.end();
    });

  await report.check('a key that the store takes too late is given back, and nothing is sent under it', async () => {
    const server = await scripted(() => PLACED);
    const ended = [];
    const store = { begin: async () => (await sleep(300), null), end: async (...given) => void ended.push(given) };
    const { proxy } = proxied(server.url, { store, timeoutMs: 100 });
    const answer = await trigger(proxy);
    same('status', answer.status, 503);
    same('code', (await answer.json()).code, 'store_failed');
    same('not of the service’s form', answer.headers.has('x-polyai-correlation-id'), false);
    await sleep(400);
    same('ended', ended.map(([name, answer]) => [name.length, answer]), [[64, null]]);
    same('triggers sent', server.seen.length, 0);
    server.end();
  });

  for (const [what, options] of [['timeoutMs Infinity', { timeoutMs: Infinity }], ['timeoutMs 1e10', { timeoutMs: 1e10 }], ['timeoutMs near the longest timer', { timeoutMs: 2 ** 31 - 2_000 }], ['bodyTimeoutMs Infinity', { bodyTimeoutMs: Infinity }]])
    await report.check(`${what} ends nothing at once`, async () => {
      const server = await scripted(slow(PLACED));
      const { proxy } = proxied(server.url, options);
      const headers = fromPage(ORIGIN);
      const body = new ReadableStream({ start: async (it) => (await sleep(50), it.enqueue(new TextEncoder().encode('{"to_number":"+14155550100"}')), it.close()) });
      const first = proxy(new Request(`${ORIGIN}/calls/v1/outbound-calling`, { method: 'POST', headers, body, duplex: 'half' }));
      await sleep(100);
      same('statuses', (await Promise.all([first, trigger(proxy, headers)])).map(({ status }) => status), [200, 200]);
      same('triggers sent', server.seen.length, 1);
      server.end();
    });

  await report.check('authorize cannot change what is sent', async () => {
    const server = await scripted(() => PLACED);
    const seen = [];
    const tried = (change) => {
      try {
        change();
      } catch (error) {
        seen.push(error.name);
      }
    };
    const authorize = (_, call) => (tried(() => (call.toNumber = '+14155550199')), tried(() => (call.metadata.name = 'Eve')), tried(() => (call.metadata.more = '1')), true);
    const { proxy } = proxied(server.url, { authorize });
    const body = { to_number: '+14155550100', metadata: { name: 'Ada' } };
    same('status', (await trigger(proxy, fromPage(ORIGIN), body)).status, 200);
    same('sent', JSON.parse(server.seen[0].body), body);
    same('refused', seen, ['TypeError', 'TypeError', 'TypeError']);
    server.end();
  });

  const complaining = [
    ['throws', () => { throw new Error('x'); }],
    ['rejects', () => Promise.reject(new Error('x'))],
    ['gives what cannot be waited for', () => ({ get then() { throw new Error('x'); } })],
  ];
  for (const [how, onError] of complaining)
    await report.check(`onError that ${how} changes no answer`, async () => {
      const server = await scripted(() => ({ cut: true }));
      const { proxy } = proxied(server.url, { onError });
      const answer = await trigger(proxy);
      same('answer', [answer.status, (await answer.json()).code], [502, 'connection_lost']);
      server.end();
    });
  await report.check('a console that throws changes no answer, and the key ends before anything is reported', async () => {
    const server = await scripted(() => ({ cut: true }));
    const order = [];
    const store = { begin: async () => null, end: async () => void order.push('end') };
    const { error } = console;
    console.error = () => {
      order.push('report');
      throw new Error('x');
    };
    try {
      const answer = await trigger(proxied(server.url, { store, onError: undefined }).proxy);
      same('status', answer.status, 502);
    } finally {
      console.error = error;
    }
    same('order', order, ['end', 'report']);
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
    const { proxy } = proxied(server.url, { store: stopped, timeoutMs: 200 });
    const headers = fromPage(ORIGIN);
    const first = trigger(proxy, headers);
    await sleep(30);
    for (const answer of await Promise.all([first, trigger(proxy, headers)])) {
      same('status', answer.status, 503);
      same('code', (await answer.json()).code, 'store_failed');
    }
    same('triggers sent', server.seen.length, 0);
    server.end();
  });

  await report.check('keys whose answers are gone, and that come again, take no place for ever', async () => {
    const server = await scripted(() => PLACED);
    const { proxy } = proxied(server.url, { store: memoryStore({ maxKeys: 2, keepMs: 60_000 }) });
    const visits = [fromPage(ORIGIN), fromPage(ORIGIN)];
    for (const headers of visits) same('the first', (await trigger(proxy, headers)).status, 200);
    same('one too many', (await trigger(proxy)).status, 429);
    await at(61_000, async () => {
      for (const headers of visits) same('again', (await trigger(proxy, headers)).status, 504);
      same('again one too many', (await trigger(proxy)).status, 429);
    });
    await at(122_000, async () => same('another', (await trigger(proxy)).status, 200));
    same('triggers sent', server.seen.length, 3);
    server.end();
  });

  await report.check('what authorize and a store threw is there for the operator who asks, and shown to nobody', async () => {
    const server = await scripted(() => PLACED);
    const thrown = new TypeError('of the session of ada');
    const fails = async () => {
      throw thrown;
    };
    const itself = ({ originalCause }) => originalCause;
    // That of the client's error, which says what became of the trigger.
    const ofTheClient = ({ originalCause }) => originalCause.originalCause;
    const cases = [[{ authorize: fails }, itself], [{ store: { begin: fails, end: async () => {} } }, itself], [{ token: fails }, ofTheClient]];
    for (const [options, causeOf] of cases) {
      const errors = [];
      const { proxy } = proxied(server.url, { ...options, onError: (error) => errors.push(error) });
      const told = await (await trigger(proxy)).text();
      const [error] = errors;
      holds('the cause', causeOf(error) === thrown);
      holds('shown', ![told, error.message, JSON.stringify(error), inspect(error)].some((it) => it.includes('session of ada')));
    }
    same('triggers sent', server.seen.length, 0);
    server.end();
  });

  const broken = [
    ['rejects', { begin: () => Promise.reject(new Error(`redis://:${TOKEN}@store`)), end: async () => {} }],
    ['throws', { begin: () => { throw new Error('down'); }, end: async () => {} }],
    ['gives undefined', { begin: async () => undefined, end: async () => {} }, 'begin gave undefined; expected null or { fingerprint, answer }'],
    ['gives true', { begin: async () => true, end: async () => {} }, 'begin gave a boolean; expected null or { fingerprint, answer }'],
  ];
  for (const [how, store, said = ''] of broken)
    await report.check(`a store whose begin ${how}: nothing is sent`, async () => {
      const server = await scripted(() => PLACED);
      const { proxy, reports } = proxied(server.url, { store });
      const answer = await trigger(proxy);
      same('status', answer.status, 503);
      same('code', (await answer.json()).code, 'store_failed');
      // Another process may have dialed under this key: of that nobody may be certain.
      same('not of the service’s form', answer.headers.has('x-polyai-correlation-id'), false);
      same('triggers sent', server.seen.length, 0);
      same('reports', reports.length, 1);
      holds('a report holds no secret', !reports[0].includes(TOKEN));
      holds(reports[0], reports[0].includes(said));
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
    const { proxy } = proxied(server.url, { store: memoryStore({ maxKeys: 2, keepMs: 60_000 }) });
    const headers = [1, 2, 3].map(() => fromPage(ORIGIN));
    for (const nth of [0, 1]) same(`status ${nth}`, (await trigger(proxy, headers[nth])).status, 200);
    const full = await trigger(proxy, headers[2]);
    same('beyond', `${full.status} after ${full.headers.get('retry-after')}`, '429 after 60');
    same('a key that it has', (await trigger(proxy, headers[0])).headers.get('idempotent-replayed'), 'true');
    same('triggers sent', server.seen.length, 2);
    await at(60_001, async () => same('later', (await trigger(proxy, headers[2])).status, 200));
    same('triggers sent later', server.seen.length, 3);
    server.end();
  });

  await report.check('the store in memory counts from the answer, and forgets no key without one', async () => {
    const store = memoryStore({ keepMs: 60_000 });
    same('taken', await store.begin('name', 'print'), null);
    await at(3_600_000, async () => {
      same('unanswered for an hour', await store.begin('name', 'print'), { fingerprint: 'print', answer: null });
      await store.end('name', { status: 200, headers: {} });
    });
    await at(3_659_000, async () => same('just kept', (await store.begin('name', 'print')).answer.status, 200));
    await at(3_660_001, async () => same('forgotten', await store.begin('name', 'print'), null));
    for (const keepMs of [0, 50, 59_999, NaN]) {
      let thrown;
      try {
        memoryStore({ keepMs });
      } catch (error) {
        thrown = error;
      }
      same(`keepMs ${keepMs}`, thrown?.field, 'keepMs');
    }
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
  const sentences = [
    [{ origins: [] }, 'origins: is empty; expected a list of origins'],
    [{ origins: ['https://www.example.com/'] }, 'origins: is a list with something else in it; expected'],
    [{ origins: 'https://www.example.com' }, 'origins: is a string; expected'],
    [{ path: '/calls/' }, 'path: is no such path; expected the path'],
    [{ path: 7 }, 'path: is a number; expected'],
    [{ timeoutMs: 0 }, 'timeoutMs: is 0; expected milliseconds, above 0'],
    [{ bodyTimeoutMs: -1 }, 'bodyTimeoutMs: is below 0; expected milliseconds, above 0'],
    [{ requestTimeoutMs: 5 }, 'requestTimeoutMs: is not known here; expected timeoutMs, it seems; there are '],
  ];
  const saidOf = (make) => {
    try {
      make();
      return 'nothing';
    } catch ({ message }) {
      return message;
    }
  };
  for (const [options, said] of sentences)
    await report.check(`createProxy says what is wrong with ${JSON.stringify(options)}`, () => {
      const message = saidOf(() => createProxy({ ...given, ...options }));
      holds(message, message.startsWith(said));
    });
  await report.check('memoryStore and toNodeHandler say what is wrong', () => {
    const all = [
      [() => memoryStore({ maxKeys: 0 }), 'maxKeys: is 0; expected a whole number from 1 upwards'],
      [() => memoryStore({ maxKeys: 1.5 }), 'maxKeys: is not whole; expected a whole number from 1 upwards'],
      [() => memoryStore({ keepMs: 5 }), 'keepMs: is shorter; expected at least 60000 milliseconds'],
      [() => toNodeHandler({ token: TOKEN }), 'proxy: is an object; expected the handler that createProxy(options) gives'],
      [() => toNodeHandler(), 'proxy: is undefined; expected the handler that createProxy(options) gives'],
    ];
    for (const [make, said] of all) holds(saidOf(make), saidOf(make).startsWith(said));
  });
  for (const [field, options] of wrong)
    await report.check(`createProxy refuses ${field}: ${JSON.stringify(options)}`, () => {
      let thrown;
      try {
        createProxy({ ...given, ...options });
      } catch (error) {
        thrown = error;
      }
      same('code and field', [thrown?.code, thrown?.field], ['invalid_input', field]);
      holds('the token is not shown', !String(thrown).includes('lines'));
    });
  await report.check('createProxy takes regions, and http where it is told to', () => {
    for (const options of [{ baseUrl: undefined, region: 'eu' }, { baseUrl: 'http://api.example.com', allowInsecureHttp: true }, { path: '/calls', origins: ['http://localhost:3000'] }])
      createProxy({ ...given, ...options });
  });
}
