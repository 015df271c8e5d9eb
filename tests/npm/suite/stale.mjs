// A server that closes its connections: what is sent on one that is about to be closed is not sent again, and the server is
// the one that counts.

import { equal, ok, show, test } from './registry.mjs';
import { message } from './framing.mjs';
import { NUMBER, SID, besieged, inPage } from './support.mjs';

/** How a connection ends that was said to be kept. */
const ENDS = [
  ['closed after each answer', { then: 'close' }],
  ['reset after each answer', { then: 'reset' }],
  ['closed a moment after each answer', { pieces: [message({ kept: true }), { wait: 4 }], then: 'close' }],
  ['reset when the next request comes', { then: 'trap' }],
];
const TIMES = 12;

for (const [what, end] of ENDS)
  test(
    `connections that are ${what}: each trigger arrives once at most`,
    async (context) => {
      const step = { pieces: [message({ kept: true })], ...end };
      const { client: it, seen } = await besieged(context, { POST: [step] }, {}, context.rawUrl);
      const answers = [];
      for (let nth = 0; nth < TIMES; nth++) {
        const placed = it.trigger({ toNumber: NUMBER, metadata: { nth: `${nth}` } });
        answers.push(await placed.then(({ callSid }) => callSid, (error) => error));
      }
      const { requests, trapped } = await seen();
      for (const [nth, answer] of answers.entries()) {
        const arrived = requests.filter(({ body }) => JSON.parse(body).metadata.nth === `${nth}`).length;
        if (answer === SID) equal(arrived, 1, `POSTs of trigger ${nth}, which was placed`);
        else ok(answer.placement === 'unknown' && answer.attempts === 1 && arrived <= 1, () => `${arrived} times: ${show(answer)}`);
      }
      // Of those that were trapped only the head is known: together there must not be more than were asked for.
      ok(requests.length + trapped.length <= TIMES, `${requests.length} and ${trapped.length} arrived of ${TIMES}`);
      ok(requests.length > 0, 'none was placed');
    },
    (context) => !inPage(context),
  );

test('what comes behind an answer is not the answer to another request', async (context) => {
  const other = 'OUT-ffffffff-0000-4000-8000-000000000000';
  const behind = message({ kept: true, body: JSON.stringify({ call_sid: other }) });
  const steps = { POST: [{ pieces: [message({ kept: true }) + behind], then: 'keep' }, { pieces: [message({ kept: true })], then: 'keep' }] };
  const { client: it, seen } = await besieged(context, steps, {}, context.rawUrl);
  for (let nth = 0; nth < 3; nth++) {
    const answer = await it.trigger({ toNumber: NUMBER }).then(({ callSid }) => callSid, (error) => error);
    ok(answer !== other, 'the answer to a request that was never sent was taken');
    ok(answer === SID || answer.placement === 'unknown', () => show(answer));
  }
  ok((await seen()).POST <= 3, 'more arrived than were sent');
  // workerd takes it, and cannot be kept from it; a page could not read what it is about.
}, (context) => !inPage(context) && context.runtime !== 'workerd');
