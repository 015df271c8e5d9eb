// A trigger that surely never left: the host says so, the server has seen nothing, and it is sent again. What a host cannot
// tell stays unknown and is sent once, though nothing arrived. The package's readme has the table.

import { equal, has, kind, ok, rejects, same, show, sleep, test } from './registry.mjs';
import { sinceArrival } from './clocks.mjs';
import { NUMBER, PLACED, SID, apart, client, host, hostile, reading, unbundled } from './support.mjs';

const [NOT_PLACED, UNKNOWN, NOTHING] = ['not_placed', 'unknown', ''];

/** What each host tells of each failure; in a host that has no permissions nothing is denied. */
const COLUMNS = ['connection refused', 'name not found', 'bad certificate', 'no TLS there', 'permission denied', 'reset', 'time-out'];
const PLACEMENTS = {
  node: [NOT_PLACED, NOT_PLACED, NOT_PLACED, NOT_PLACED, NOTHING, UNKNOWN, UNKNOWN],
  deno: [NOT_PLACED, NOT_PLACED, NOT_PLACED, NOT_PLACED, NOT_PLACED, UNKNOWN, UNKNOWN],
  // It says the same of a server that breaks TLS after it has read the request.
  bun: [NOT_PLACED, NOT_PLACED, NOT_PLACED, UNKNOWN, NOTHING, UNKNOWN, UNKNOWN],
  'edge-light': [NOT_PLACED, NOT_PLACED, NOT_PLACED, NOT_PLACED, NOTHING, UNKNOWN, UNKNOWN],
  workerd: [UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, NOTHING, UNKNOWN, UNKNOWN],
  chromium: [UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, NOTHING, UNKNOWN, UNKNOWN],
  firefox: [UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, NOTHING, UNKNOWN, UNKNOWN],
};
/** What people call these hosts. */
const NAMES = { Node: 'node', Deno: 'deno', Bun: 'bun', 'Vercel\'s edge runtime': 'edge-light', 'Cloudflare\'s workers': 'workerd', Chromium: 'chromium', Firefox: 'firefox' };

/** What else a host may tell, of which the readme has no column. */
const OTHERS = {
  'forbidden port': ['node', 'deno', 'bun', 'edge-light'],
  'refused signal': ['node', 'deno', 'bun', 'edge-light'],
  // It is told by undici alone when it has waited ten seconds; the others are ended by `requestTimeoutMs`.
  'endless handshake': ['node', 'edge-light'],
};

const placementOf = (context, failure) =>
  failure in OTHERS
    ? OTHERS[failure].includes(context.runtime) ? NOT_PLACED : UNKNOWN
    : PLACEMENTS[host(context)][COLUMNS.indexOf(failure)];

test('the table of the readme is what these tests show', ({ readme }) => {
  const cells = (line) => line.split('|').slice(1, -1).map((cell) => cell.replaceAll('`', '').trim());
  const lines = readme.split('\n');
  const head = lines.findIndex((line) => line.startsWith('| host |'));
  same(cells(lines[head]), ['host', ...COLUMNS], 'columns');
  const rows = {};
  for (const line of lines.slice(head + 2, lines.indexOf('', head))) {
    const [names, ...placements] = cells(line);
    for (const name of names.split(', ')) rows[NAMES[name] ?? name] = placements;
  }
  same(rows, PLACEMENTS, 'rows');
});

/** Holds a trigger to what is told of this failure here, and the server to what it has seen. */
async function told(context, failure, options, seen, arrived = 0) {
  const it = client(context, { maxRetries: 1, ...options });
  const error = await rejects(it.trigger({ toNumber: NUMBER }));
  if (placementOf(context, failure) === NOT_PLACED) {
    equal(arrived, 0, 'what arrived was not placed');
    kind(error, context.lib.OutboundError, { code: 'not_connected', placement: 'not_placed', attempts: 2, httpStatus: null });
    ok(!(error instanceof context.lib.PlacementUnknownError), 'no PlacementUnknownError');
  } else {
    const code = ['endless handshake', 'time-out'].includes(failure) ? 'timed_out' : 'connection_lost';
    kind(error, context.lib.PlacementUnknownError, { code, placement: 'unknown', attempts: 1, httpStatus: null });
  }
  equal((await seen()).POST, arrived, 'POSTs at the server');
}

const ask = async (url) => (await fetch(url, { method: 'POST' })).json();

/** A server that has gone, after it has answered once. */
async function gone(context) {
  const { url } = await ask(`${context.hostileUrl}/_mortal`);
  const server = await hostile(context, { GET: [{ ...reading('calling'), dies: 'after' }], POST: [PLACED] }, url);
  equal((await client(context, { baseUrl: server.baseUrl }).status(SID)).status, 'calling', 'while it is there');
  while (!(await server.seen()).gone) await sleep(5);
  return server;
}

test('what surely never left is not placed, where the host tells: a server that refuses connections', async (context) => {
  const { baseUrl, seen } = await gone(context);
  await told(context, 'connection refused', { baseUrl }, seen);
}, unbundled);

test('what surely never left is not placed, where the host tells: a name that there is not', async (context) => {
  const { seen } = await hostile(context, {});
  await told(context, 'name not found', { baseUrl: 'https://api.polyai-outbound.invalid' }, seen);
}, unbundled);

for (const certificate of ['wrong-name', 'expired', 'not-yet', 'unknown-authority', 'self-signed'])
  test(`what surely never left is not placed, where the host tells: a certificate that is ${certificate.replace('-', ' ')}`, async (context) => {
    const { baseUrl, seen } = await hostile(context, { POST: [PLACED] }, context.securedUrls[certificate]);
    await told(context, 'bad certificate', { baseUrl }, seen);
  }, unbundled);

test('what surely never left is not placed, where the host tells: a server that speaks no TLS', async (context) => {
  const { baseUrl, seen } = await hostile(context, { POST: [PLACED] });
  await told(context, 'no TLS there', { baseUrl: baseUrl.replace('http:', 'https:') }, seen);
}, unbundled);

test(
  'what surely never left is not placed, where the host tells: a server that never ends the handshake',
  async (context) => {
    // It waits for the end of a request's head, which the beginning of TLS never is.
    const { baseUrl, seen } = await hostile(context, { POST: [PLACED] }, context.rawUrl);
    const tells = placementOf(context, 'endless handshake') === NOT_PLACED;
    // Twice ten seconds is longer than a test has.
    const options = { baseUrl: baseUrl.replace('http:', 'https:'), maxRetries: 0, requestTimeoutMs: tells ? 12_500 : 1_000 };
    const it = client(context, options);
    const error = await rejects(it.trigger({ toNumber: NUMBER }));
    if (tells)
      kind(error, context.lib.OutboundError, { code: 'not_connected', placement: 'not_placed', attempts: 1 });
    else kind(error, context.lib.PlacementUnknownError, { code: 'timed_out', placement: 'unknown', attempts: 1 });
    has(await seen(), { POST: 0 });
  },
  unbundled,
);

test(
  'what surely never left is not placed, where the host tells: a server that nobody may ask',
  async (context) => {
    const { baseUrl, seen } = await hostile(context, { POST: [PLACED] });
    // Permitted are the addresses of this machine, not its name.
    await told(context, 'permission denied', { baseUrl: baseUrl.replace('127.0.0.1', 'localhost') }, seen);
  },
  (context) => placementOf(context, 'permission denied') !== NOTHING,
);

test('what surely never left is not placed, where the host tells: a port that fetch forbids', async (context) => {
  const { seen } = await hostile(context, {});
  await told(context, 'forbidden port', { baseUrl: 'http://127.0.0.1:9' }, seen);
}, unbundled);

/** Puts something in the place of the global fetch while `run` runs. */
async function replaced(make, run) {
  const original = globalThis.fetch;
  globalThis.fetch = make((url, init) => original.call(globalThis, url, init));
  try {
    return await run();
  } finally {
    globalThis.fetch = original;
  }
}

test('what surely never left is not placed, where the host tells: a signal that its own fetch refuses', async (context) => {
  const { baseUrl, seen } = await hostile(context, { POST: [PLACED] });
  // So that the core is there.
  await rejects(client(context, { baseUrl }).status('nothing'));
  const { AbortController } = globalThis;
  globalThis.AbortController = class { signal = {}; abort() {} };
  const restored = () => {
    globalThis.AbortController = AbortController;
    return seen();
  };
  await told(context, 'refused signal', { baseUrl }, restored).finally(restored);
}, unbundled);

test('what may have left is unknown everywhere: a connection that is reset once the server has the trigger', async (context) => {
  const { baseUrl, seen } = await hostile(context, { POST: [{ pieces: [], then: 'reset' }] }, apart(context));
  await told(context, 'reset', { baseUrl }, seen, 1);
}, unbundled);

test('what may have left is unknown everywhere: a server that has the trigger and does not answer in time', async (context) => {
  const { baseUrl, seen } = await hostile(context, { POST: [{ hang: 'head' }] });
  await told(context, 'time-out', { baseUrl, clock: sinceArrival(seen), requestTimeoutMs: 500 }, seen, 1);
}, unbundled);

// --- what is no proof -----------------------------------------------------------------------------------------------

test(
  'a server that dies with a trigger in its hands: it may have rung, and nobody is asked again',
  async (context) => {
    const { url } = await ask(`${context.hostileUrl}/_mortal`);
    const steps = { GET: [{ ...reading('calling'), keepAlive: true }], POST: [{ dies: 'before' }] };
    const { baseUrl, seen } = await hostile(context, steps, url);
    const it = client(context, { baseUrl });
    await it.status(SID);
    const error = await rejects(it.trigger({ toNumber: NUMBER }));
    kind(error, context.lib.PlacementUnknownError, { placement: 'unknown', attempts: 1, code: 'connection_lost' });
    equal((await seen()).POST, 1, 'POSTs at the server');
  },
  // A browser asks again by itself, and is refused.
  (context) => context.runtime !== 'page',
);

const ELSEWHERE = (url) => async (original, ...args) => {
  const response = await original(...args);
  // As somebody does who tells another server of it.
  if (args[1].method === 'POST') await original(url, { method: 'GET' });
  return response;
};

for (const how of ['lent', 'put in place of the global one'])
  test(
    `a fetch that is ${how} and fails by another request, after the trigger has left: it may have rung`,
    async (context) => {
      const { baseUrl: dead } = await gone(context);
      const { baseUrl, seen } = await hostile(context, { POST: [PLACED] });
      const original = globalThis.fetch;
      const fails = ELSEWHERE(`${dead}/audit`);
      const wrapped = (url, init) => fails((...args) => original.call(globalThis, ...args), url, init);
      const trigger = (options) => rejects(client(context, { baseUrl, ...options }).trigger({ toNumber: NUMBER }));
      const error = how === 'lent' ? await trigger({ fetch: wrapped }) : await replaced(() => wrapped, () => trigger({}));
      kind(error, context.lib.PlacementUnknownError, { placement: 'unknown', attempts: 1, code: 'connection_lost' });
      equal((await seen()).POST, 1, 'POSTs at the server');
    },
    unbundled,
  );

test(
  'a fetch that leaves the correlation id out and fails by another request, after the trigger has left: it may have rung',
  async (context) => {
    const { baseUrl: dead } = await gone(context);
    const { baseUrl, seen } = await hostile(context, { POST: [PLACED] });
    const original = globalThis.fetch;
    const fetch = async (url, { headers, ...init }) => {
      const kept = Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'x-polyai-correlation-id');
      await original.call(globalThis, url, { ...init, headers: Object.fromEntries(kept) });
      return original.call(globalThis, `${dead}/audit`);
    };
    const error = await rejects(client(context, { baseUrl, fetch }).trigger({ toNumber: NUMBER }));
    kind(error, context.lib.PlacementUnknownError, { placement: 'unknown', attempts: 1, code: 'connection_lost' });
    const { requests } = await seen();
    equal(requests.filter(({ method }) => method === 'POST').length, 1, 'POSTs at the server');
    equal(requests[0].headers['x-polyai-correlation-id'], undefined, 'the correlation id that arrived');
  },
  unbundled,
);

test(
  'a fetch in place of the global one that may not make another request, after the trigger has left: it may have rung',
  async (context) => {
    const { baseUrl, seen } = await hostile(context, { POST: [PLACED] });
    const fails = ELSEWHERE(baseUrl.replace('127.0.0.1', 'localhost'));
    const error = await replaced(
      (original) => (url, init) => fails(original, url, init),
      () => rejects(client(context, { baseUrl }).trigger({ toNumber: NUMBER })),
    );
    kind(error, context.lib.PlacementUnknownError, { placement: 'unknown', attempts: 1, code: 'connection_lost' });
    equal((await seen()).POST, 1, 'POSTs at the server');
  },
  (context) => placementOf(context, 'permission denied') !== NOTHING,
);

test(
  'a fetch that sends again by itself, and is refused then: it may have rung',
  async (context) => {
    const { url } = await ask(`${context.hostileUrl}/_mortal`);
    const { baseUrl, seen } = await hostile(context, { POST: [{ dies: 'before' }] }, url);
    const original = globalThis.fetch;
    const again = (...args) => original.call(globalThis, ...args).catch(() => original.call(globalThis, ...args));
    const error = await rejects(client(context, { baseUrl, fetch: again }).trigger({ toNumber: NUMBER }));
    kind(error, context.lib.PlacementUnknownError, { placement: 'unknown', attempts: 1, code: 'connection_lost' });
    equal((await seen()).POST, 1, 'POSTs at the server');
  },
  (context) => context.runtime !== 'page',
);

/** Whether the host tells what leaves, so that a fetch that is lent can be trusted. */
const witnesses = ({ runtime }) => runtime === 'node' && globalThis.process.getBuiltinModule !== undefined;

test(
  'a fetch that is lent and is refused the connection: not placed where the host tells what leaves, else unknown',
  async (context) => {
    const { baseUrl, seen } = await gone(context);
    const original = globalThis.fetch;
    const lent = (url, init) => original.call(globalThis, url, init);
    const error = await rejects(client(context, { baseUrl, fetch: lent, maxRetries: 1 }).trigger({ toNumber: NUMBER }));
    if (witnesses(context)) kind(error, context.lib.OutboundError, { code: 'not_connected', placement: 'not_placed', attempts: 2 });
    else kind(error, context.lib.PlacementUnknownError, { code: 'connection_lost', placement: 'unknown', attempts: 1 });
    equal((await seen()).POST, 0, 'POSTs at the server');
  },
  unbundled,
);

/** What the host refuses of what a fetch that is lent hands it. */
const REFUSED = {
  'a header’s name': (url, init) => [url, { ...init, headers: { ...init.headers, 'bad header': 'x' } }],
  'a signal': (url, init) => [url, { ...init, signal: {} }],
  'a stream without duplex': (url, init) => [url, { ...init, body: new ReadableStream({}) }],
  'a URL': (_, init) => ['http://[', init],
};
for (const [what, spoil] of Object.entries(REFUSED))
  test(
    `a fetch that is lent and hands the host ${what} that it refuses: not placed where the host tells what leaves, if nothing did`,
    async (context) => {
      const { baseUrl, seen } = await hostile(context, { POST: [PLACED] });
      const original = globalThis.fetch;
      const lent = (url, init) => original.call(globalThis, ...spoil(url, init));
      const busy = async (url, init) => {
        await original.call(globalThis, `${baseUrl}/other`, { method: 'POST', body: '{}' });
        return lent(url, init);
      };
      const errorOf = (fetch) => rejects(client(context, { baseUrl, fetch, maxRetries: 1 }).trigger({ toNumber: NUMBER }));
      const unknown = [context.lib.PlacementUnknownError, { code: 'connection_lost', placement: 'unknown', attempts: 1 }];
      const never = [context.lib.OutboundError, { code: 'not_connected', placement: 'not_placed', attempts: 2 }];
      kind(await errorOf(lent), ...(witnesses(context) ? never : unknown));
      equal((await seen()).POST, 0, 'POSTs at the server');
      kind(await errorOf(busy), ...unknown);
    },
    // Others wait for the end of the stream.
    what === 'a stream without duplex' ? witnesses : unbundled,
  );

/** Ways to send a trigger twice, of which the second is refused: the first may have been read. */
const TWICE = {
  'by the host’s fetch both times': (original) => (url, init) => original(url, init).catch(() => original(url, init)),
  'by the host’s fetch, at first without its headers': (original) => (url, { method, headers, body }) =>
    original(url, { method, body }).catch(() => original(url, { method, headers, body })),
  'by Node’s http, then by the host’s fetch': (original) => async (url, { method, headers, body }) => {
    const { request } = process.getBuiltinModule('node:http');
    await new Promise((resolve) => request(url, { method, headers }).on('error', resolve).end(body));
    return original(url, { method, headers, body });
  },
};
for (const [how, send] of Object.entries(TWICE))
  for (const place of ['lent', 'in the host’s place'])
    test(
      `a trigger that a fetch which is ${place} sends twice, and that is refused then, may have rung: ${how}`,
      async (context) => {
        const { url } = await ask(`${context.hostileUrl}/_mortal`);
        const { baseUrl, seen } = await hostile(context, { POST: [{ dies: 'before' }] }, url);
        const original = globalThis.fetch;
        const twice = send((...given) => original.call(globalThis, ...given));
        try {
          if (place !== 'lent') globalThis.fetch = twice;
          const options = place === 'lent' ? { fetch: twice } : {};
          const error = await rejects(client(context, { baseUrl, ...options }).trigger({ toNumber: NUMBER }));
          kind(error, context.lib.PlacementUnknownError, { placement: 'unknown', attempts: 1, code: 'connection_lost' });
        } finally {
          globalThis.fetch = original;
        }
        equal((await seen()).POST, 1, 'POSTs at the server');
      },
      witnesses,
    );

test(
  'undici’s word of a request that is made twice proves nothing: over HTTP/2 it may not tell that the first has left',
  async (context) => {
    const { channel } = process.getBuiltinModule('node:diagnostics_channel');
    const refused = undiciError({ code: 'ECONNREFUSED', syscall: 'connect' });
    for (const [times, placement] of [[1, 'not_placed'], [2, 'unknown']]) {
      const fetch = async (url, init) => {
        const { origin, pathname: path } = new URL(url);
        const request = { method: init.method, origin, path, headers: Object.entries(init.headers).flat() };
        for (let made = 0; made < times; made += 1) channel('undici:request:create').publish({ request });
        return failing(refused)(url, init);
      };
      has(await rejects(client(context, { fetch, maxRetries: 0 }).trigger({ toNumber: NUMBER })), { placement });
    }
  },
  witnesses,
);

test(
  'a spy of Bun’s on the global fetch is not the host’s own, though it reads like it',
  async (context) => {
    // No bundler is to see it.
    const { spyOn } = await new Function('return import("bun:test")')();
    const { baseUrl, seen } = await gone(context);
    const spy = spyOn(globalThis, 'fetch');
    try {
      const error = await rejects(client(context, { baseUrl }).trigger({ toNumber: NUMBER }));
      kind(error, context.lib.PlacementUnknownError, { placement: 'unknown', attempts: 1 });
      equal(spy.mock.calls.length, 1, 'how often it was called');
    } finally {
      spy.mockRestore();
    }
    equal((await seen()).POST, 0, 'POSTs at the server');
  },
  ({ runtime }) => runtime === 'bun',
);

test(
  'triggers that never leave and triggers that do, at the same time, are told apart',
  async (context) => {
    const { baseUrl: dead } = await gone(context);
    const { baseUrl, seen } = await hostile(context, { POST: [{ cut: 'head', delayMs: 50 }] });
    const original = globalThis.fetch;
    const options = { fetch: (url, init) => original.call(globalThis, url, init), maxRetries: 0 };
    const trigger = (url) => rejects(client(context, { baseUrl: url, ...options }).trigger({ toNumber: NUMBER }));
    const errors = await Promise.all([baseUrl, dead, baseUrl, dead].map(trigger));
    const expected = ['unknown', 'not_placed', 'unknown', 'not_placed'];
    errors.forEach(({ placement }, nth) => equal(placement, expected[nth], `of trigger ${nth}`));
    equal((await seen()).POST, 2, 'POSTs at the server');
  },
  witnesses,
);

/** What undici would say, of hosts whose `fetch` it is: codes that no test can make happen here, and their counterparts. */
const SAID = [
  [{ code: 'EAI_AGAIN', syscall: 'getaddrinfo' }, true],
  [{ code: 'EHOSTUNREACH', syscall: 'connect' }, true],
  [{ code: 'ENETUNREACH', syscall: 'connect' }, true],
  [{ code: 'ETIMEDOUT', syscall: 'connect' }, true],
  [{ errors: [{ code: 'ENETUNREACH', syscall: 'connect' }, { code: 'ECONNREFUSED', syscall: 'connect' }] }, true],
  [{ errors: [{ code: 'ECONNREFUSED', syscall: 'connect' }, { code: 'ECONNRESET', syscall: 'read' }] }, false],
  [{ errors: [] }, false],
  [{ code: 'EHOSTUNREACH', syscall: 'write' }, false],
  [{ code: 'ETIMEDOUT', syscall: 'read' }, false],
  [{ code: 'ECONNRESET', syscall: 'read' }, false],
  [{ code: 'EPIPE', syscall: 'write' }, false],
  [{ code: 'UND_ERR_SOCKET' }, false],
  [{ code: 'UND_ERR_HEADERS_TIMEOUT' }, false],
  [{ code: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED' }, false],
  [{ code: 'EPROTO', syscall: 'write' }, false],
  [{ code: 'constructor', syscall: 'constructor' }, false],
];

/** A fetch that fails by this error, of which undici tells as of the request that `of` makes of ours. */
const failing = (thrown, of = (request) => request) => async (url, { method, headers }) => {
  const { origin, pathname } = new URL(url);
  const request = { method, origin, path: pathname, headers: Object.entries(headers).flat() };
  const { channel } = process.getBuiltinModule('node:diagnostics_channel');
  channel('undici:request:error').publish({ request: of(request), error: thrown.cause });
  throw thrown;
};
const undiciError = (cause) => Object.assign(new TypeError('fetch failed'), { cause: Object.assign(new Error('said'), cause) });

test(
  'of what undici says, what is before a connection is not placed, and all else is unknown',
  async (context) => {
    const placementAfter = async (fetch) => (await rejects(client(context, { fetch, maxRetries: 0 }).trigger({ toNumber: NUMBER }))).placement;
    for (const [cause, never] of SAID) equal(await placementAfter(failing(undiciError(cause))), never ? 'not_placed' : 'unknown', show(cause));
    const [[refused]] = SAID;
    equal(await placementAfter(failing(Object.assign(new Error('fetch failed'), { cause: refused }))), 'unknown', 'of an error of another class');
    equal(await placementAfter(failing(undiciError(refused), (request) => ({ ...request, headers: ['x-polyai-correlation-id', 'of-another'] }))), 'unknown', 'of another request');
    equal(await placementAfter(failing(undiciError(refused), (request) => ({ ...request, headers: [] }))), 'unknown', 'of one without an id');
    equal(await placementAfter(() => Promise.reject(undiciError(refused))), 'unknown', 'of no request');
  },
  witnesses,
);

/** Ways to send that no host tells of: a raw request to the server, as a gateway or another thread makes it. */
const secretly = (original) => (url, { method, headers, body }) =>
  original(url.replace(/\/v1\/.*$/, '/gateway'), {
    method,
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !/correlation|polyai/i.test(name))),
    body,
  });

/** How a fetch fails that has sent the trigger in such a way. */
const AFTERWARDS = {
  'another request that is refused': (original, dead) => original(`${dead}/audit`),
  'a request to a port that is forbidden': (original) => original('http://127.0.0.1:1/audit'),
  'arguments that are refused': (original, _, url) => original(url, { headers: { 'bad header': 'x' } }),
  'an error that it made': () => Promise.reject(new TypeError('Headers.append: no')),
};

for (const how of ['lent', 'put in place of the global one', 'put there under its name'])
  for (const [what, fail] of Object.entries(AFTERWARDS))
    test(
      `a fetch that is ${how}, sends by ways of its own and fails by ${what}: it may have rung`,
      async (context) => {
        const { baseUrl: dead } = await gone(context);
        const { baseUrl, seen } = await hostile(context, { POST: [PLACED] });
        const sending = (original) => {
          const send = secretly(original);
          return async function fetch(url, init) {
            await send(url, init);
            return fail(original, dead, url);
          };
        };
        const trigger = (options) => rejects(client(context, { baseUrl, maxRetries: 2, ...options }).trigger({ toNumber: NUMBER }));
        const original = globalThis.fetch;
        const error = await (how === 'lent'
          ? trigger({ fetch: sending((...args) => original.call(globalThis, ...args)) })
          : replaced((it) => (how.endsWith('name') ? sending(it) : new Proxy(sending(it), {})), () => trigger({})));
        kind(error, context.lib.PlacementUnknownError, { placement: 'unknown', attempts: 1, code: 'connection_lost' });
        equal((await seen()).POST, 1, 'POSTs at the server');
      },
      unbundled,
    );

test(
  'what leaves is watched while a trigger is under way, and no longer',
  async (context) => {
    const channel = process.getBuiltinModule('node:diagnostics_channel').channel('undici:client:sendHeaders');
    const { baseUrl, seen } = await hostile(context, { POST: [PLACED, { cut: 'head' }, { hang: 'head' }] });
    const it = client(context, { baseUrl, maxRetries: 0 });
    equal(channel.hasSubscribers, false, 'before');
    const placing = it.trigger({ toNumber: NUMBER });
    equal(channel.hasSubscribers, false, 'before it is under way');
    await placing;
    equal(channel.hasSubscribers, false, 'after one that was placed');
    await rejects(it.trigger({ toNumber: NUMBER }));
    equal(channel.hasSubscribers, false, 'after one that failed');
    const controller = new AbortController();
    const waiting = rejects(it.trigger({ toNumber: NUMBER }, { signal: controller.signal }));
    while ((await seen()).POST < 3) await sleep(5);
    equal(channel.hasSubscribers, true, 'while it is under way');
    controller.abort();
    await waiting;
    equal(channel.hasSubscribers, false, 'after one that was given up');
  },
  witnesses,
);
