// Loading the package and using it for the first time. These tests come first: a first use comes but once.

import { equal, kind, ok, rejects, same, sleep, test, until } from './registry.mjs';
import { failNext, instances } from './instances.mjs';
import { NUMBER, PLACED, SID, client, compilesAtOnce, stubbed } from './support.mjs';

test('importing the package does nothing', ({ imported }) => {
  same(imported, [], 'what was called while it was loaded');
});

test('a first use whose initialisation fails rejects, and sends nothing', async (context) => {
  // Where it compiles at once, the constructor does so to judge its options, and leaves it to the first use to tell.
  const count = compilesAtOnce(context) ? 2 : 1;
  const failures = failNext(count);
  let fetched = 0;
  const fetch = () => ((fetched += 1), new Promise(() => {}));
  const error = await rejects(client(context, { fetch }).trigger({ toNumber: NUMBER }));
  kind(error, context.lib.OutboundError, { code: 'not_initialized', placement: 'not_placed', attempts: 0 });
  equal(error.cause.message, 'out of memory, said for a test', 'the cause');
  ok(error.message.includes("'wasm-unsafe-eval'"), error.message);
  equal(failures.met, count, 'initialisations that failed');
  equal(fetched, 0, 'requests');
});

/** Those, and Vercel's, which is handed what was compiled: they start without a turn of their loop. */
const startsAtOnce = (context) => compilesAtOnce(context) || context.runtime === 'edge-light';

test('after a failure it is initialised again, once for all uses at the same time', async (context) => {
  const before = instances();
  const clients = [1, 2, 3].map(() => stubbed(context, { POST: [PLACED], GET: [{ body: { status: 'queued' } }] }));
  const placed = clients.flatMap((it) => [1, 2].map(() => it.client.trigger({ toNumber: NUMBER })));
  const read = clients.map((it) => it.client.status(SID));
  for (let tick = 0; tick < 50; tick++) await undefined;
  for (const { calls } of clients) equal(calls.length, startsAtOnce(context) ? 3 : 0, 'requests on their way');
  for (const call of await Promise.all(placed)) equal(call.callSid, SID, 'callSid');
  for (const { status } of await Promise.all(read)) equal(status, 'queued', 'status');
  equal(instances() - before, 1, 'initialisations');
});

const EXPORTS = [
  'AuthenticationError',
  'Call',
  'CallNotFoundError',
  'CancelledError',
  'InvalidInputError',
  'OutboundClient',
  'OutboundError',
  'PlacementUnknownError',
  'RateLimitError',
  'TimeoutError',
  'VERSION',
];

// Names that hosts add to what is no ES module.
const HOSTS = ['default', '__esModule', 'module.exports'];
const exported = (lib) =>
  Object.keys(lib)
    .filter((name) => !HOSTS.includes(name))
    .sort();

test('it exports what its types declare, and nothing else', ({ lib, sandboxLib }) => {
  same(exported(lib), EXPORTS, 'of the package');
  same(exported(sandboxLib), ['Sandbox'], 'of its sandbox');
});

test('VERSION is the version of the package', ({ lib, version }) => {
  equal(lib.VERSION, version);
});

test('the slim entry exports the same', ({ slim }) => same(exported(slim), EXPORTS), ({ slim }) => slim);

test(
  'the slim entry places a call and follows it',
  async (context) => {
    const { client: slim, run } = stubbed(
      { ...context, lib: context.slim },
      { POST: [PLACED], GET: [{ body: { status: 'calling' } }, { body: { status: 'success' } }] },
    );
    const result = await run(slim.call({ toNumber: NUMBER }));
    equal(result.status, 'success');
  },
  ({ slim }) => slim,
);

test('a request is on its way when trigger returns, whether or not anybody waits for it', async (context) => {
  const { client: it, calls } = stubbed(context, { POST: [PLACED] });
  it.trigger({ toNumber: NUMBER });
  await until(() => calls.length > 0);
  await sleep(50);
  equal(calls.length, 1, 'requests');
});

test(
  'errors of one copy are instances for the other copy of the package',
  async (context) => {
    const { lib, twin } = context;
    for (const made of [lib, twin]) {
      const steps = { POST: [{ status: 429 }, { status: 502 }] };
      const { client: it } = stubbed({ ...context, lib: made }, steps, { maxRetries: 0 });
      const [limited, lost] = [await rejects(it.trigger({ toNumber: NUMBER })), await rejects(it.trigger({ toNumber: NUMBER }))];
      for (const copy of [lib, twin]) {
        for (const error of [limited, lost]) kind(error, copy.OutboundError);
        kind(limited, copy.RateLimitError);
        kind(lost, copy.PlacementUnknownError);
        ok(!(limited instanceof copy.PlacementUnknownError), 'a rate limit is of known placement');
        ok(!(lost instanceof copy.RateLimitError), 'what is lost is no rate limit');
      }
    }
  },
  ({ twin }) => twin,
);
