// The question that matters most: may the phone have rung? What may have, is never sent again, and the server is the one
// that counts.

import { sinceArrival } from './clocks.mjs';
import { equal, kind, ok, rejects, same, test } from './registry.mjs';
import {
  AGENTS,
  AGENTS_FAILED,
  FAILED,
  NUMBER,
  PAGE,
  PLACED,
  SID,
  besieged,
  hostile,
  inPage,
  rung,
  sandboxed,
  scripted,
} from './support.mjs';

const OTHER = SID.replace('0b7f', '5a1e');
const BEGUN = '{"call_sid":"OUT-0b7f';
const LONG = `{"padding":"${'x'.repeat(3 * 1024 * 1024)}","call_sid":"${SID}"}`;
/** Time in life that a request has which is not going to be answered, once it has arrived. */
const SOON = { requestTimeoutMs: 1_000, clock: sinceArrival };

/** After each of these a call may have been placed. What is known of it stands behind. */
const UNKNOWN = [
  ['a gateway’s page with 502', PAGE, { code: 'unexpected_answer', httpStatus: 502 }],
  ['a gateway’s page with 504', { ...PAGE, status: 504 }, { code: 'unexpected_answer', httpStatus: 504 }],
  ['500 in an envelope that is not the service’s', { status: 500, body: ['oops'] }, { code: 'unexpected_answer', httpStatus: 500 }],
  ['502 in its own envelope, which is not its word for failing', { ...FAILED, status: 502 }, { code: 'service_failed', httpStatus: 502 }],
  ['503 with a page and no Retry-After', { ...PAGE, status: 503 }, { code: 'unexpected_answer', httpStatus: 503 }],
  [
    'a cache’s 503 page with Retry-After',
    { ...PAGE, status: 503, headers: { 'content-type': 'text/html', 'retry-after': '5' } },
    { code: 'unexpected_answer', httpStatus: 503 },
  ],
  ['408 in the service’s own envelope', { ...FAILED, status: 408 }, { code: 'service_failed', httpStatus: 408 }],
  ['a gateway’s 408', { ...PAGE, status: 408 }, { code: 'unexpected_answer', httpStatus: 408 }],
  ['408 of the agents API', { ...AGENTS_FAILED, status: 408 }, { code: 'service_failed', httpStatus: 408 }, AGENTS],
  ['502 of the agents API', AGENTS_FAILED, { code: 'service_failed', httpStatus: 502 }, AGENTS],
  [
    'a gateway’s 502, though that of the agents API is said to place no call',
    { ...AGENTS_FAILED, foreign: true },
    { code: 'unexpected_answer', httpStatus: 502 },
    { ...AGENTS, agents502NotPlaced: true },
  ],
  [
    'a proxy’s JSON with 500',
    { status: 500, foreign: true, body: { statusCode: 500, code: 'FST_REPLY_FROM', error: 'Internal Server Error', message: 'hang up' } },
    { code: 'unexpected_answer', httpStatus: 500 },
  ],
  [
    '500 whose error_id is not its correlation id',
    { status: 500, body: { ...AGENTS_FAILED.body, error_id: 'another' } },
    { code: 'unexpected_answer', httpStatus: 500 },
  ],
  ['200 that names two calls', { body: `{"call_sid":"${SID}","callSid":"${OTHER}"}` }, { code: 'unexpected_answer', httpStatus: 200 }],
  ['200 that names a call twice, and differs', { body: `{"call_sid":"${OTHER}","call_sid":"${SID}"}` }, { code: 'unexpected_answer', httpStatus: 200 }],
  ['200 that names a call and takes it back', { body: `{"callSid":"${SID}","callSid":null}` }, { code: 'unexpected_answer', httpStatus: 200 }, AGENTS],
  ['200 with broken JSON', { body: '{"call_sid":' }, { code: 'unexpected_answer', httpStatus: 200 }],
  ['200 with an empty body', { body: '' }, { code: 'unexpected_answer', httpStatus: 200 }],
  ['200 without a SID', { body: { status: 'queued' } }, { code: 'unexpected_answer', httpStatus: 200 }],
  ['200 with a SID that is none', { body: { call_sid: 42 } }, { code: 'unexpected_answer', httpStatus: 200 }],
  ['200 with a page', { ...PAGE, status: 200 }, { code: 'unexpected_answer', httpStatus: 200 }],
  ['500 that names a call', { status: 500, body: { ...FAILED.body, call_sid: SID } }, { httpStatus: 500, callSid: SID }],
  ['429 that names a call', { status: 429, body: { ...FAILED.body, call_sid: SID } }, { httpStatus: 429, callSid: SID }],
  ['a connection cut before the answer', { cut: 'head' }, { code: 'connection_lost', httpStatus: null }],
  ['a connection cut in the body', { cut: 'body', body: BEGUN }, { code: 'unexpected_answer', httpStatus: 200 }],
  ['an answer that never comes', { hang: 'head' }, { code: 'timed_out', httpStatus: null }, SOON],
  ['a body that hangs in its middle', { hang: 'body', body: BEGUN }, { code: 'unexpected_answer', httpStatus: 200 }, SOON],
  ['a body that is too slow', { trickleMs: 400, body: { call_sid: SID } }, { code: 'unexpected_answer', httpStatus: 200 }, SOON],
  ['a body over 1 MiB', { body: LONG }, { code: 'unexpected_answer', httpStatus: 200 }],
  ['a body that never ends', { endless: true }, { code: 'unexpected_answer', httpStatus: 200 }],
];

for (const [what, step, expected, options] of UNKNOWN)
  test(`placement is unknown after ${what}, and it is sent once`, async (context) => {
    const { client: it, seen } = await besieged(context, { POST: [step, PLACED] }, options);
    const error = await rejects(it.trigger({ toNumber: NUMBER }));
    kind(error, context.lib.PlacementUnknownError, { placement: 'unknown', attempts: 1, callSid: null, ...expected });
    equal((await seen()).POST, 1, 'POSTs at the server');
  });

// Chromium and Firefox send again by themselves what was lost on a connection that was used before, triggers too, and a
// page cannot keep them from it: it is why a page should ask a server of its own to place calls.
const sendsOnce = (context) => !inPage(context);

test(
  'a trigger lost on a connection that was used before is sent once',
  async (context) => {
    const answered = { ...PLACED, keepAlive: true };
    const { client: it, seen } = await besieged(context, { POST: [answered, { cut: 'head' }, answered] });
    await it.trigger({ toNumber: NUMBER });
    const error = await rejects(it.trigger({ toNumber: NUMBER }));
    kind(error, context.lib.PlacementUnknownError, { placement: 'unknown', attempts: 1, callSid: null });
    equal((await seen()).POST, 2, 'POSTs at the server');
  },
  sendsOnce,
);

test('two names of a call that differ are told to whoever looks for it', async (context) => {
  const { client: it } = await besieged(context, { POST: [{ body: `{"call_sid":"${SID}","callSid":"${OTHER}"}` }] });
  const { message } = await rejects(it.trigger({ toNumber: NUMBER }));
  ok(message.includes(SID) && message.includes(OTHER), message);
});

test('an answer that is whole counts, though its body does not end', async (context) => {
  const { client: it, seen } = await besieged(context, { POST: [{ ...PLACED, hang: 'body' }] }, SOON);
  const call = await it.trigger({ toNumber: NUMBER });
  equal(call.callSid, SID, 'callSid');
  equal((await seen()).POST, 1, 'POSTs at the server');
});

test('an answer that is whole but cut off counts', async (context) => {
  const { client: it, seen } = await besieged(context, { POST: [{ ...PLACED, cut: 'body' }] });
  equal((await it.trigger({ toNumber: NUMBER })).callSid, SID, 'callSid');
  equal((await seen()).POST, 1, 'POSTs at the server');
});

for (const status of [301, 302, 303, 307, 308])
  test(`a redirect with ${status} is not followed, and the token stays here`, async (context) => {
    const elsewhere = await hostile(context, { POST: [PLACED], GET: [PLACED] });
    const step = { status, elsewhere: elsewhere.key };
    const { client: it, seen } = await besieged(context, { POST: [step], GET: [step] }, { maxRetries: 0 });
    const error = await rejects(it.trigger({ toNumber: NUMBER }));
    kind(error, context.lib.PlacementUnknownError, { placement: 'unknown', attempts: 1 });
    await rejects(it.status(SID));
    const { POST, GET } = await seen();
    same({ POST, GET }, { POST: 1, GET: 1 }, 'requests at the server');
    same((await elsewhere.seen()).requests, [], 'requests that were led elsewhere');
  });

// --- what really rang, in the sandbox's process ---------------------------------------------------------------------

for (const [digits, what, calls, options, where] of [
  ['06', 'placed, and the connection cut before the answer', 1, {}, sendsOnce],
  ['11', 'placed, and never answered', 1, { requestTimeoutMs: 20_000 }],
  ['12', 'not placed, and a gateway’s page', 0, {}],
  ['13', 'placed, and a gateway’s page', 1, {}],
])
  test(
    `the sandbox’s ${digits} rings once at most: ${what}`,
    async (context) => {
      const number = scripted(digits);
      const error = await rejects(sandboxed(context, options).trigger({ toNumber: number }));
      kind(error, context.lib.PlacementUnknownError, { placement: 'unknown', attempts: 1 });
      equal((await rung(context, number)).length, calls, 'calls that were placed');
    },
    where,
  );
