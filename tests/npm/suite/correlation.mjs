// What support asks for: the id that a request is sent under and its answer carries.

import { equal, has, kind, ok, rejects, same, test } from './registry.mjs';
import { FAILED, NUMBER, PAGE, PLACED, SID, TOKEN, client, hostile, inPage, reading, stubbed } from './support.mjs';

const NAME = 'X-PolyAI-Correlation-Id';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const sentWith = ({ init }) => new Headers(init.headers).get(NAME);

/** Where requests carry one: from a page to its own origin, and from everywhere else to anywhere. */
const home = (context) => (inPage(context) ? { baseUrl: '/outbound' } : {});

test('every request is sent under a correlation id of its own', async (context) => {
  const steps = { POST: [FAILED, PLACED], GET: [FAILED, reading('calling'), reading('success')] };
  const { client: it, calls, run } = stubbed(context, steps, home(context));
  await run(it.call({ toNumber: NUMBER }));
  const ids = calls.map(sentWith);
  equal(ids.length, 5, 'requests');
  for (const id of ids) ok(UUID.test(id), `${id} is a random UUID`);
  equal(new Set(ids).size, 5, 'ids that differ');
});

/** What came of a trigger, or what did not come. */
const WITHOUT = [
  ['a connection that is lost', { reject: new TypeError('reset') }, 'connection_lost'],
  ['a time-out', { hang: true }, 'timed_out'],
  ['a gateway’s page', PAGE, 'unexpected_answer'],
];

for (const [what, step, code] of WITHOUT)
  test(`the correlation id that was sent is told after ${what}`, async (context) => {
    const { client: it, calls, run } = stubbed(context, { POST: [step] }, home(context));
    const error = await rejects(run(it.trigger({ toNumber: NUMBER })));
    kind(error, context.lib.PlacementUnknownError, { code, correlationId: sentWith(calls[0]) });
    ok(error.message.includes(error.correlationId), error.message);
  });

test('the correlation id that was sent is told when the caller gives up', async (context) => {
  const controller = new AbortController();
  const { client: it, clock, calls, run } = stubbed(context, { POST: [{ hang: true }] }, home(context));
  const placing = rejects(it.trigger({ toNumber: NUMBER }, { signal: controller.signal }));
  await clock.settle();
  controller.abort();
  has(await run(placing), { code: 'cancelled', placement: 'unknown', correlationId: sentWith(calls[0]) });
});

test('a retry and a result tell what they were sent under, where the answer does not say', async (context) => {
  const bare = (step) => ({ ...step, foreign: true });
  const steps = { POST: [bare({ status: 429 }), bare(PLACED)], GET: [PAGE, bare(reading('success'))] };
  const { client: it, calls, run } = stubbed(context, steps, home(context));
  const told = [];
  const placed = [];
  const onPlaced = (_, { correlationId }) => placed.push(correlationId);
  const result = await run(it.call({ toNumber: NUMBER }, { onRetry: ({ correlationId }) => told.push(correlationId), onPlaced }));
  same(told, [sentWith(calls[0]), sentWith(calls[2])], 'of retries');
  same(placed, [sentWith(calls[1])], 'of the trigger');
  equal(result.correlationId, sentWith(calls[3]), 'of the end');
});

test('what the answer carries goes before what was sent', async (context) => {
  const { client: it } = stubbed(context, { POST: [PLACED] }, home(context));
  equal((await it.trigger({ toNumber: NUMBER }).withResponse()).response.correlationId, 'stub-1');
});

// --- from a page to another origin, whose CORS need not allow the header ----------------------------------------------

const unsent = async (context, options) => {
  const { client: it, calls, run } = stubbed(context, { POST: [{ reject: new TypeError('reset') }] }, options);
  const error = await rejects(run(it.trigger({ toNumber: NUMBER })));
  equal(sentWith(calls[0]), null, `sent to ${calls[0].url}`);
  equal(error.correlationId, null, 'nothing was sent, so nothing is told');
};

test(
  'a page sends no correlation id to another origin',
  async (context) => {
    await unsent(context, { region: 'us' });
    await unsent(context, { baseUrl: context.hostileUrl });
    await unsent(context, { baseUrl: 'https://calls.example/outbound' });
  },
  inPage,
);

test(
  'a page’s worker sends a correlation id to its own origin alone',
  async (context) => {
    const { baseUrl, seen } = await hostile(context, { POST: [PLACED] });
    const worker = new Worker(context.workerUrl, { type: 'module' });
    const ask = (to) =>
      new Promise((resolve, reject) => {
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = (event) => reject(new Error(event.message ?? 'the worker failed'));
        worker.postMessage({ baseUrl: to, token: 'sandbox', dangerouslyAllowBrowser: true });
      });
    equal((await ask(baseUrl)).callSid, SID, 'callSid');
    const [{ headers }] = (await seen()).requests;
    equal(headers[NAME.toLowerCase()], undefined, 'sent to another origin');
    // Nothing of the kind is served there, and what was not answered by the service is told by what it was sent under.
    const { correlationId } = await ask(`${location.origin}/outbound`);
    ok(UUID.test(correlationId), `correlation id ${correlationId}`);
    worker.terminate();
  },
  ({ workerUrl }) => workerUrl,
);

test(
  'a page without an origin of its own sends no correlation id',
  async (context) => {
    const own = Object.getOwnPropertyDescriptor(globalThis, 'origin');
    // As in a frame whose sandbox takes the origin away: its address is still that of the page.
    Object.defineProperty(globalThis, 'origin', { value: 'null', configurable: true });
    try {
      await unsent(context, { baseUrl: `${location.origin}/outbound` });
    } finally {
      Object.defineProperty(globalThis, 'origin', own);
    }
  },
  inPage,
);

test(
  'a host that is no page sends it wherever it is told to',
  async (context) => {
    const { baseUrl, seen } = await hostile(context, { GET: [reading('calling')] });
    await client(context, { baseUrl, token: TOKEN }).status(SID);
    const [{ headers }] = (await seen()).requests;
    ok(UUID.test(headers[NAME.toLowerCase()]), headers[NAME.toLowerCase()]);
  },
  (context) => !inPage(context),
);
