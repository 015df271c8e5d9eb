// Answers that are too much, or take too long: they are cut off, the server is told, and no memory is spent on them.

import { Failed, between, equal, ok, sleep, test } from './registry.mjs';
import { message } from './framing.mjs';
import { NUMBER, apart, besieged, host, outcome, several, unbundled } from './support.mjs';

const GIBIBYTES = 8 * 1024 ** 3;
const LINE = `x-flood: ${'y'.repeat(100)}\r\n`;
const HEAD = 'HTTP/1.1 200 OK\r\n%CORS%';
const chunked = message({ lines: ['transfer-encoding: chunked'], length: null, body: '' });
const compressed = (how) => message({ lines: [`content-encoding: ${how}`], length: null, body: '' });

/** Bodies without end, or as good as without. */
const BODIES = [
  ['gigabytes of a length that is said', [message({ body: '', length: GIBIBYTES }), { again: ' ', times: GIBIBYTES }]],
  ['gigabytes of no length', [message({ body: '', length: null }), { again: ' ' }]],
  ['a chunk of gigabytes', [chunked, `${GIBIBYTES.toString(16)}\r\n`, { again: ' ' }]],
  ['chunks of a byte', [chunked, { again: '1\r\n \r\n' }]],
  ['a gigabyte that was a megabyte, by gzip', [compressed('gzip'), { bomb: 'gzip', mebibytes: 1024 }]],
  ['a gigabyte that was a megabyte, by deflate', [compressed('deflate'), { bomb: 'deflate', mebibytes: 1024 }]],
];

/** In life; a host that listens for so long has not been told. */
const LASTING = { lasting: 4_000 };
/**
 * What comes before a body, and behind it. Chromium's network hears nothing else while it reads some of these, not even that
 * they are given up: there it is only the client that ends in time.
 */
const HEADS = [
  ['a status line', ['HTTP/1.1 200 ', { again: 'x', ...LASTING }]],
  ['headers', [HEAD, { again: LINE, ...LASTING }]],
  ['a header', [`${HEAD}x-flood: `, { again: 'y', ...LASTING }]],
  ['100', [{ again: 'HTTP/1.1 100 Continue\r\n\r\n', ...LASTING }], 'chromium'],
  ['103', [{ again: `HTTP/1.1 103 Early Hints\r\n${LINE}\r\n`, ...LASTING }], 'chromium'],
  ['an extension of a chunk', [chunked, '5;x=', { again: 'y', ...LASTING }]],
  ['trailers', [chunked, '1\r\n \r\n0\r\n', { again: LINE, ...LASTING }], 'chromium'],
];

/** Slow-loris: something always comes, and never enough. */
const SLOW = [
  ['a head byte by byte', [...HEAD.slice(0, 9)].flatMap((it) => [it, { wait: 60 }])],
  ['a header at a time', [HEAD, { again: LINE, every: 40 }]],
  ['100 from time to time', [{ again: 'HTTP/1.1 100 Continue\r\n\r\n', every: 40 }]],
  ['a byte of a body at a time', [message({ body: '{"call_sid":"', length: 9_000 }), { again: 'x', every: 40 }]],
  ['a chunk of a byte at a time', [chunked, { again: '1\r\n \r\n', every: 40 }]],
  ['an extension of a chunk byte by byte', [chunked, '5;', { again: 'y', every: 40 }]],
  ['a trailer at a time', [chunked, '1\r\n \r\n0\r\n', { again: LINE, every: 40 }]],
];

const residentBytes = () => globalThis.Deno?.memoryUsage().rss ?? globalThis.process?.memoryUsage?.().rss ?? 0;

/** What the server has counted, once it knows that nobody listens any more, or has said all. */
async function over(seen) {
  for (let waited = 0; waited < 100; waited++) {
    const counted = await seen();
    if (counted.cut + counted.over > 0) return counted;
    await sleep(50);
  }
  throw new Failed('the server still writes');
}

/** A trigger that meets this is unknown, and was sent once; gives how long it took, and what the server has seen. */
async function flooded(context, [what, pieces], options, then = 'close') {
  const { client: it, seen } = await besieged(context, { POST: [{ pieces, then }] }, { clock: null, ...options }, apart(context));
  const began = Date.now();
  await outcome(context, it.trigger({ toNumber: NUMBER }), 'unknown', what);
  const ms = Date.now() - began;
  const counted = await over(seen);
  equal(counted.POST, 1, `${what}: POSTs at the server`);
  return { ms, ...counted };
}

const MIB = 1024 * 1024;

for (const row of BODIES)
  test(
    `a body without end is cut off early, and never held: ${row[0]}`,
    async (context) => {
      const before = residentBytes();
      const { ms, sent, cut } = await flooded(context, row, { requestTimeoutMs: 10_000 }, 'hang');
      const held = residentBytes() - before;
      between(ms, 0, 5_000, 'ms');
      equal(cut, 1, 'connections that were cut');
      ok(sent < 32 * MIB, `${sent} bytes were taken`);
      ok(held < 128 * MIB, `${held} bytes of memory`);
    },
    unbundled,
  );

for (const row of HEADS)
  test(
    `a flood before or behind a body is cut off: ${row[0]} without end`,
    async (context) => {
      const before = residentBytes();
      const { ms, cut } = await flooded(context, row, { requestTimeoutMs: 600 });
      const held = residentBytes() - before;
      between(ms, 0, 3_500, 'ms');
      if (row[2] !== host(context)) equal(cut, 1, 'connections that were cut');
      ok(held < 128 * MIB, `${held} bytes of memory`);
    },
    unbundled,
  );

test(
  'an answer that comes too slowly is ended by requestTimeoutMs',
  (context) =>
    several(SLOW, async (row) => {
      const { ms, cut } = await flooded(context, row, { requestTimeoutMs: 400 });
      between(ms, 0, 3_000, `${row[0]}: ms`);
      equal(cut, 1, `${row[0]}: connections that were cut`);
    }),
  unbundled,
);
