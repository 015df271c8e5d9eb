// Answers that are no HTTP, or HTTP as no server should speak it, and bodies that are no JSON, or JSON as nobody writes it.
// Whatever it is: a trigger is sent once, and ends with the SID that was said or as unknown.

import { equal, ok, show, test } from './registry.mjs';
import { NUMBER, PLACED, SID, apart, besieged, host, outcome, several, unbundled } from './support.mjs';

const BODY = JSON.stringify(PLACED.body);
const OTHER = 'OUT-ffffffff-0000-4000-8000-000000000000';

/** An answer as text: `length` is said unless it is null, `lines` are headers, and its connection ends unless it is `kept`. */
export function message({ start = 'HTTP/1.1 200 OK', lines = [], body = BODY, length = body.length, kept = false } = {}) {
  const said = [...(length === null ? [] : [`content-length: ${length}`]), ...(kept ? [] : ['connection: close'])];
  const headers = ['content-type: application/json', ...said, ...lines].map((line) => `${line}\r\n`).join('');
  return `${start}\r\n%CORS%${headers}\r\n${body}`;
}

const chunked = (body) => message({ lines: ['transfer-encoding: chunked'], length: null, body });
const chunk = (text, extension = '') => `${text.length.toString(16)}${extension}\r\n${text}\r\n`;
const bytes = (text) => String.fromCharCode(...new TextEncoder().encode(text));
const utf16 = (text) => `\xff\xfe${[...text].map((it) => `${it}\0`).join('')}`;
const sid = (value) => JSON.stringify({ call_sid: value });
const early = (status, ...lines) => `HTTP/1.1 ${status}\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`;

/** What answers there are, as text, and what comes of them. Where a host takes one otherwise, as the specifications let it, it is named. */
const FRAMES = [
  ['100 before the answer, which nobody asked for', [early('100 Continue'), message()], 'placed', { node: 'unknown', 'edge-light': 'unknown', workerd: 'unknown' }],
  ['103 before the answer', [early('103 Early Hints', 'link: </x>; rel=preload'), message()], 'placed', { workerd: 'unknown' }],
  ['twenty times 102 before the answer', [early('102 Processing').repeat(20), message()], 'placed', { workerd: 'unknown' }],
  ['101, which nobody asked for', [early('101 Switching Protocols', 'connection: upgrade', 'upgrade: odd'), message()], 'unknown', { chromium: 'placed' }],
  ['an answer byte by byte', [{ bytewise: message() }], 'placed'],
  ['chunks with extensions and trailers', [chunked(`${chunk(BODY.slice(0, 9), ';a=b')}${chunk(BODY.slice(9))}0\r\nx-t: y\r\n\r\n`)], 'placed', { workerd: 'unknown' }],
  ['a body that ends with its connection', [message({ length: null })], 'placed'],
  ['two lengths that are the same', [message({ lines: [`content-length: ${BODY.length}`] })], 'placed', { node: 'unknown', 'edge-light': 'unknown', workerd: 'unknown' }],
  ['two lengths that differ', [message({ lines: [`content-length: ${BODY.length + 7}`] })], 'unknown'],
  ['a length and chunks', [message({ lines: ['transfer-encoding: chunked'], body: `${chunk(BODY)}0\r\n\r\n` })], 'placed', { node: 'unknown', 'edge-light': 'unknown' }],
  ['a length below zero', [message({ length: -1 })], 'unknown', { chromium: 'placed', firefox: 'placed' }],
  ['a length that is no number', [message({ length: 'many' })], 'unknown', { chromium: 'placed', firefox: 'placed' }],
  ['a length that no number holds', [message({ length: '9'.repeat(30) })], 'unknown', { workerd: 'placed', chromium: 'placed', firefox: 'placed' }],
  ['a length that is too short', [message({ length: 12 })], 'unknown'],
  ['a length that is too long, of half an answer', [message({ body: BODY.slice(0, 20), length: 5_000 })], 'unknown'],
  ['a chunk whose size is none', [chunked(`zz\r\n${BODY}\r\n0\r\n\r\n`)], 'unknown'],
  ['a chunk that is shorter than it says', [chunked(`fff\r\n${BODY.slice(0, 20)}`)], 'unknown'],
  ['a chunk whose size no number holds', [chunked(`${'f'.repeat(30)}\r\n${BODY.slice(0, 20)}`)], 'unknown'],
  ['no HTTP at all', ['ready\r\n\r\n'], 'unknown'],
  ['bytes that mean nothing', [String.fromCharCode(...Array.from({ length: 512 }, (_, at) => (at * 167) % 256))], 'unknown'],
  ['the first bytes of HTTP/2', ['\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x64\0\x04\0\xa0\0\0'], 'unknown'],
  ['a head that breaks off', [message().slice(0, 40)], 'unknown'],
  ['a connection that is closed at once', [], 'unknown'],
  ['a status of no class', [message({ start: 'HTTP/1.1 999 Odd' })], 'unknown'],
  ['a status below 100', [message({ start: 'HTTP/1.1 042 Odd' })], 'unknown'],
  ['a status that is no number', [message({ start: 'HTTP/1.1 OK OK' })], 'unknown', { chromium: 'placed' }],
  ['204, which has no body', [message({ start: 'HTTP/1.1 204 No Content', body: '', length: null })], 'unknown'],
  ['304, which nobody asked for', [message({ start: 'HTTP/1.1 304 Not Modified', body: '', length: null })], 'unknown'],
  ['a header without a colon', [message({ lines: ['odd'] })], 'unknown', { chromium: 'placed', firefox: 'placed' }],
  ['a header with NUL', [message({ lines: ['x-odd: a\0b'] })], 'unknown'],
  ['a header that goes on in another line', [message({ lines: ['x-odd: a', '\tb'] })], 'placed', { node24: 'unknown', deno: 'unknown', bun: 'unknown' }],
  ['lines that end in a line feed alone', [`HTTP/1.1 200 OK\n%CORS%content-length: ${BODY.length}\n\n${BODY}`], 'placed', { node: 'unknown', 'edge-light': 'unknown' }],
  ['ten thousand headers', [message({ lines: Array.from({ length: 10_000 }, (_, at) => `x-${at}: y`) })], 'unknown', { workerd: 'placed', chromium: 'placed', firefox: 'placed' }],
  ['a header of a megabyte', [message({ lines: [`x-odd: ${'y'.repeat(1_000_000)}`] })], 'unknown', { bun: 'placed' }],
  ['a correlation id of sixty kilobytes', [message({ lines: [`x-polyai-correlation-id: ${'y'.repeat(60_000)}`], body: '{}' })], 'unknown'],
  ['gzip that is none', [message({ lines: ['content-encoding: gzip'] })], 'unknown'],
  ['an encoding that nobody knows', [message({ lines: ['content-encoding: odd'] })], 'placed'],
];

const BODIES = [
  ['half an object', BODY.slice(0, -3), 'unknown'],
  ['nothing but blanks', ' '.repeat(1_000), 'unknown'],
  ['null', 'null', 'unknown'],
  ['a number that no number holds', '1e999999', 'unknown'],
  ['a list with the answer', `[${BODY}]`, 'unknown'],
  ['two objects', BODY + BODY, 'unknown'],
  ['an object with something behind it', `${BODY}x`, 'unknown'],
  ['single quotes', BODY.replaceAll('"', "'"), 'unknown'],
  ['a SID that is said twice, and differs', `{"call_sid":"${OTHER}","call_sid":"${SID}"}`, 'unknown'],
  ['a SID that is said in two cases', `{"callSid":"${SID.toUpperCase()}","call_sid":"${SID}"}`, 'placed'],
  ['a SID that is said twice, and then not as text', `{"call_sid":"${SID}","call_sid":7}`, 'unknown'],
  ['a SID in a prototype', `{"__proto__":${BODY}}`, 'unknown'],
  ['a prototype beside the SID', `{"__proto__":{"call_sid":"${OTHER}"},"constructor":1,${BODY.slice(1)}`, 'placed'],
  ['a mark of byte order', bytes(`\ufeff${BODY}`), 'placed'],
  ['two marks of byte order', bytes(`\ufeff\ufeff${BODY}`), 'unknown'],
  ['UTF-16', utf16(BODY), 'unknown'],
  ['NUL before it', `\0${BODY}`, 'unknown'],
  ['NUL behind it', `${BODY}\0`, 'unknown'],
  ['NUL in a text', `{"call_sid":"${SID}\0"}`, 'unknown'],
  ['an escaped NUL in the SID', sid(`${SID}\0`), 'unknown'],
  ['a line’s end in the SID', sid(`${SID}\r\nx: y`), 'unknown'],
  ['half of a character in the SID', `{"call_sid":"${SID}\\ud800"}`, 'unknown'],
  ['bytes that are no UTF-8 in another member', `{"note":"\xff\xc0\x80\xed\xa0\x80","call_sid":"${SID}"}`, 'placed'],
  ['bytes that are no UTF-8 in the SID', `{"call_sid":"${SID}\xff"}`, 'unknown'],
  ['half of a character at the end', `${BODY.slice(0, -2)}\xe2\x82`, 'unknown'],
  ['a SID without end', sid(`OUT-${'a'.repeat(500_000)}`), 'unknown'],
  ['fifty thousand lists in each other', '['.repeat(50_000) + ']'.repeat(50_000), 'unknown'],
  ['fifty thousand lists that never close', `{"a":${'['.repeat(50_000)}`, 'unknown'],
  ['fifty thousand lists beside the SID', `{"a":${'['.repeat(50_000)}${']'.repeat(50_000)},${BODY.slice(1)}`, 'placed'],
  ['fifty thousand lists within what is refused', `{"detail":${'['.repeat(50_000)}${']'.repeat(50_000)},${BODY.slice(1)}`, 'placed'],
  ['fifty thousand lists for the place of what is refused', `{"errors":[{"field":${'['.repeat(50_000)}${']'.repeat(50_000)}}],${BODY.slice(1)}`, 'placed'],
  ['a hundred thousand objects in each other', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`, 'unknown'],
  ['fifty thousand members beside the SID', `{${Array.from({ length: 50_000 }, (_, at) => `"${at}":1,`).join('')}${BODY.slice(1)}`, 'placed'],
  ['a number of a hundred thousand digits beside the SID', `{"a":${'9'.repeat(100_000)},${BODY.slice(1)}`, 'placed'],
];

/** A host by its release, where that makes a difference. */
const release = (context) => `${host(context)}${globalThis.process?.versions?.node?.split('.')[0]}`;

/** Four seconds of life, on the fast clock: what a host waits for in vain is ended by the client. */
const PATIENCE = { requestTimeoutMs: 200_000 };
const CALLING = { pieces: [message({ body: '{"status":"calling","reason":""}' })] };

for (const [kind, rows] of [
  ['HTTP', FRAMES],
  ['JSON', BODIES.map(([what, body, expected]) => [what, [message({ body })], expected])],
]) {
  test(
    `whatever is wrong with the ${kind} of an answer, a trigger is sent once, and is placed or unknown`,
    (context) =>
      several(rows, async ([what, pieces, expected, odd]) => {
        const { client: it, seen } = await besieged(context, { POST: [{ pieces }] }, PATIENCE, apart(context));
        const error = await outcome(context, it.trigger({ toNumber: NUMBER }), odd?.[release(context)] ?? odd?.[host(context)] ?? expected, what);
        equal((await seen()).POST, 1, `${what}: POSTs at the server, of a trigger that ended with ${show(error)}`);
      }),
    unbundled,
  );

  test(
    `a reading whose answer says nothing, for what is wrong with its ${kind}, is made again`,
    (context) =>
      several(rows.filter(([, , expected, odd]) => expected === 'unknown' && !odd), async ([what, pieces]) => {
        const { client: it, seen } = await besieged(context, { GET: [{ pieces }, CALLING] }, PATIENCE, apart(context));
        equal((await it.status(SID)).status, 'calling', what);
        const { GET } = await seen();
        ok(GET === 2, `${what}: ${GET} readings at the server`);
      }),
    unbundled,
  );
}
