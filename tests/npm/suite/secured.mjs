// TLS and HTTP/2. With a certificate that is wrong nothing is sent, not even the token; and a server that goes away while it
// works on a trigger is not asked to work on it again.

import { equal, same, test } from './registry.mjs';
import { NUMBER, PLACED, SID, besieged, host, outcome, reading, unbundled } from './support.mjs';

/** Which hosts speak HTTP/2 through their `fetch`; the others are held to HTTP/1.1, so that nobody has to believe this. */
const speaksTwo = ({ runtime }) => ['deno', 'page'].includes(runtime);

const guarded = (context, steps, options = {}, certificate = 'right') =>
  besieged(context, steps, options, context.securedUrls[certificate]);

test(
  'a certificate that is right is taken, and HTTP/2 spoken where the host can',
  async (context) => {
    const { client: it, seen } = await guarded(context, { POST: [PLACED], GET: [reading('calling')] });
    equal((await it.trigger({ toNumber: NUMBER })).callSid, SID, 'callSid');
    equal((await it.status(SID)).status, 'calling');
    const { requests } = await seen();
    same(requests.map(({ protocol }) => protocol), Array(2).fill(speaksTwo(context) ? '2.0' : '1.1'), 'protocols');
  },
  unbundled,
);

// --- HTTP/2 ---------------------------------------------------------------------------------------------------------

const [NO_ERROR, PROTOCOL_ERROR, INTERNAL_ERROR, CANCEL, CALM] = [0, 1, 2, 8, 11];

/** What the server does to a trigger that it has taken, what is known then, and which browser sends it again by itself. */
const TAKEN = [
  ['says that it goes, and answers', { ...PLACED, goaway: NO_ERROR }, 'placed'],
  ['says that it goes, and is gone', { goaway: NO_ERROR, cut: true }, 'unknown', 'chromium'],
  ['says that something is wrong, and is gone', { goaway: INTERNAL_ERROR, cut: true }, 'unknown', 'chromium'],
  ['asks for calm, and is gone', { goaway: CALM, cut: true }, 'unknown', 'chromium'],
  ['is gone', { cut: true }, 'unknown', 'chromium'],
  ['cancels the stream', { reset: CANCEL }, 'unknown'],
  ['breaks the stream', { reset: INTERNAL_ERROR }, 'unknown', 'firefox'],
  ['breaks the stream as against the protocol', { reset: PROTOCOL_ERROR }, 'unknown', 'firefox'],
  ['ends the stream without an answer', { reset: NO_ERROR }, 'unknown'],
];

for (const [what, step, expected, again] of TAKEN)
  test(
    `a server that ${what} has a trigger over HTTP/2 once`,
    async (context) => {
      const { client: it, seen } = await guarded(context, { POST: [step, PLACED], GET: [reading('calling')] });
      await it.status(SID);
      const placing = it.trigger({ toNumber: NUMBER });
      await placing.catch(() => {});
      equal((await seen()).POST, 1, 'POSTs at the server');
      await outcome(context, placing, expected, what);
    },
    // What is said in the README of this folder under what no test can promise.
    (context) => unbundled(context) && speaksTwo(context) && host(context) !== again,
  );

for (const refuse of ['goaway', 'stream'])
  test(
    `a trigger that a server has refused over HTTP/2, by its ${refuse}, is taken by it once if the host sends it again, and else not`,
    async (context) => {
      const { client: it, seen } = await guarded(context, { POST: [{ refuse }, PLACED], GET: [reading('calling')] });
      await it.status(SID);
      // Browsers send again what a server says that it has not taken; Deno leaves that to whoever asked.
      const again = host(context) !== 'deno';
      await outcome(context, it.trigger({ toNumber: NUMBER }), again ? 'placed' : 'unknown', refuse);
      const { requests, refused } = await seen();
      equal(refused, 1, 'requests that were refused');
      equal(requests.filter(({ method }) => method === 'POST').length, again ? 1 : 0, 'POSTs that were taken');
    },
    (context) => unbundled(context) && speaksTwo(context),
  );

test(
  'a server that goes after each answer has each trigger once over HTTP/2',
  async (context) => {
    const { client: it, seen } = await guarded(context, { POST: [{ ...PLACED, goaway: NO_ERROR }] });
    for (let nth = 0; nth < 6; nth++) await outcome(context, it.trigger({ toNumber: NUMBER }), 'placed', `trigger ${nth}`);
    equal((await seen()).POST, 6, 'POSTs at the server');
  },
  (context) => unbundled(context) && speaksTwo(context),
);
