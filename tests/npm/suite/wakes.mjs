// Waking late: a host that was busy, frozen or asleep, and a clock that was set. What had come by then is an answer.

import { between, equal, kind, rejects, sleep, test } from './registry.mjs';
import { NUMBER, PLACED, SID, client, hostile, host, reading, stubbed } from './support.mjs';

const HOUR = 3_600_000;

/** Keeps the host from doing anything else. */
function block(ms) {
  const until = Date.now() + ms;
  while (Date.now() < until);
}

/** Time stands still in workerd while it computes. */
const canBlock = (context) => host(context) !== 'workerd';

for (const [what, steps, asked, told] of [
  ['a trigger', { POST: [{ ...PLACED, delayMs: 300 }] }, (it) => it.trigger({ toNumber: NUMBER }), ({ callSid }) => equal(callSid, SID)],
  ['a reading', { GET: [{ ...reading('success'), delayMs: 300 }] }, (it) => it.status(SID), ({ status }) => equal(status, 'success')],
])
  test(
    `an answer to ${what} that came while the host was busy past the time for it is read`,
    async (context) => {
      const { baseUrl, seen } = await hostile(context, steps);
      const it = client(context, { baseUrl, requestTimeoutMs: 700, timeoutMs: 1_500, maxRetries: 0 });
      const asking = asked(it);
      asking.catch(() => {});
      while ((await seen()).requests.length === 0) await sleep(5);
      block(2_000);
      told(await asking);
      equal((await seen()).requests.length, 1, 'requests at the server');
    },
    canBlock,
  );

/** A trigger and a reading whose answers come when they are told to. */
const ASKED = {
  'a trigger': [(it) => it.trigger({ toNumber: NUMBER }), PLACED, ({ callSid }) => equal(callSid, SID, 'callSid')],
  'a reading': [(it) => it.status(SID), reading('success'), ({ status }) => equal(status, 'success', 'status')],
};

/** Asks, lets a second pass and something happen to the clock, and answers after so much more of it. */
async function answeredAfter(context, what, happens, ms) {
  const [ask, { body }, told] = ASKED[what];
  let answer;
  const answered = new Promise((resolve) => (answer = resolve));
  const { client: it, clock, calls, run } = stubbed(context, [() => ({ give: answered })]);
  const asking = ask(it);
  asking.catch(() => {});
  await clock.advance(1_000);
  happens(clock);
  clock.setTimeout(() => answer(Response.json(body)), ms);
  told(await run(asking));
  equal(calls.length, 1, 'requests');
}

for (const what of Object.keys(ASKED)) {
  // Whoever sleeps past the time for a request by less than that hears what lay there; after longer it has all its time anew.
  for (const [span, ms] of [['two seconds', 31_000], ['an hour', HOUR], ['a day', 24 * HOUR]])
    test(`an answer to ${what} that lay there after a sleep is read, ${span} past the time for it`, (context) =>
      answeredAfter(context, what, (clock) => clock.freeze(ms), 100));

  for (const [direction, by] of [['forward', HOUR], ['back', -HOUR]])
    test(`an answer to ${what} that comes after the clock was set ${direction} by an hour is read`, (context) =>
      answeredAfter(context, what, (clock) => clock.set(by), 2_000));
}

test('a request that nobody answers ends after a sleep as well', async (context) => {
  const { client: it, clock, calls, run } = stubbed(context, [{ hang: true }]);
  const placing = rejects(it.trigger({ toNumber: NUMBER }));
  await clock.advance(1_000);
  clock.freeze(HOUR);
  const awake = clock.now();
  kind(await run(placing), context.lib.PlacementUnknownError, { code: 'timed_out', attempts: 1 });
  between(clock.now() - awake, 0, 35_000, 'ms since it woke');
  equal(calls.length, 1, 'requests');
});

for (const [what, happens] of [
  ['a sleep', (clock) => clock.freeze(5 * HOUR)],
  ['a step of the clock', (clock) => clock.set(5 * HOUR)],
])
  test(`a call whose time to be followed is over after ${what} is read once more`, async (context) => {
    const steps = { POST: [PLACED], GET: [reading('calling'), reading('success')] };
    const { client: it, clock, of, run } = stubbed(context, steps);
    const call = await it.trigger({ toNumber: NUMBER });
    const following = call.result();
    following.catch(() => {});
    await clock.advance(3_000);
    happens(clock);
    equal((await run(following)).status, 'success');
    equal(of('GET').length, 2, 'readings');
  });
