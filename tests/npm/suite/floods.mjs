// Answers that are too much, or take too long: they are cut off, the server is told, and no memory is spent on them.

import { between, equal, ok, sleep, test } from './registry.mjs';
import { message } from './framing.mjs';
import { NUMBER, besieged, outcome, several, unbundled } from './support.mjs';

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

/** What comes before a body, and between its pieces. */
const HEADS = [
  ['a status line without end', ['HTTP/1.1 200 ', { again: 'x' }]],
  ['headers without end', [HEAD, { again: LINE }]],
  ['a header without end', [`${HEAD}x-flood: `, { again: 'y' }]],
  ['100 without end', [{ again: 'HTTP/1.1 100 Continue\r\n\r\n' }]],
  ['103 without end', [{ again: `HTTP/1.1 103 Early Hints\r\n${LINE}\r\n` }]],
  ['an extension of a chunk without end', [chunked, '5;x=', { again: 'y' }]],
  ['trailers without end', [chunked, '1\r\n \r\n0\r\n', { again: LINE }]],
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

/** What the server has counted, once it knows that nobody listens any more. */
async function cut(seen, what) {
  for (let waited = 0; waited < 40; waited++) {
    const counted = await seen();
    if (counted.cut > 0) return counted;
    await sleep(50);
  }
  ok(false, `${what}: the server still writes`);
}

async function flooded(context, [what, pieces], options) {
  const step = { pieces, then: 'hang' };
  const { client: it, seen } = await besieged(context, { POST: [step] }, { clock: undefined, ...options }, context.rawUrl);
  const began = Date.now();
  await outcome(context, it.trigger({ toNumber: NUMBER }), 'unknown', what);
  const ms = Date.now() - began;
  const counted = await cut(seen, what);
  console.log?.(`MEASURE ${what}: ${ms} ms, sent ${counted.sent}, cut ${counted.cut}`);
  equal(counted.POST, 1, `${what}: POSTs at the server`);
  return { ms, sent: counted.sent };
}

const MIB = 1024 * 1024;

for (const row of BODIES)
  test(
    `a body without end is cut off early, and never held: ${row[0]}`,
    async (context) => {
      const before = residentBytes();
      const { ms, sent } = await flooded(context, row, { requestTimeoutMs: 10_000 });
      console.log?.(`MEASURE   ${(residentBytes() - before) / MIB} MiB`);
      between(ms, 0, 5_000, 'ms');
      ok(sent < 64 * MIB, `${sent} bytes were taken`);
    },
    unbundled,
  );

for (const row of HEADS)
  test(
    `what comes without end is cut off: ${row[0]}`,
    async (context) => {
      const before = residentBytes();
      await flooded(context, row, { requestTimeoutMs: 600 });
      console.log?.(`MEASURE   ${(residentBytes() - before) / MIB} MiB`);
    },
    unbundled,
  );

test(
  'an answer that comes too slowly is ended by requestTimeoutMs',
  (context) =>
    several(SLOW, async (row) => {
      const { ms } = await flooded(context, row, { requestTimeoutMs: 400 });
      between(ms, 0, 3_000, `${row[0]}: ms`);
    }),
  unbundled,
);
