// A server that closes its connections: what is sent on one that is about to be closed is not sent again, and the server is
// the one that counts.

import { equal, kind, show, test } from './registry.mjs';
import { message } from './framing.mjs';
import { NUMBER, SID, apart, besieged, inPage } from './support.mjs';

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
      const { client: it, seen } = await besieged(context, { POST: [step] }, {}, apart(context));
      const answers = [];
      for (let nth = 0; nth < TIMES; nth++) {
        const placed = it.trigger({ toNumber: NUMBER, metadata: { nth: `${nth}` } });
        answers.push(await placed.then(({ callSid }) => callSid, (error) => error));
      }
      const { requests, trapped } = await seen();
      for (const [nth, answer] of answers.entries()) {
        const arrived = requests.filter(({ body }) => JSON.parse(body).metadata.nth === `${nth}`).length;
        // What was sent on a connection that was closed is not known to have arrived, and has not.
        equal(arrived, answer === SID ? 1 : 0, `POSTs of trigger ${nth}, of which ${show(answer)} came`);
        if (answer !== SID) kind(answer, context.lib.PlacementUnknownError, { code: 'connection_lost', placement: 'unknown', attempts: 1 });
      }
      equal(answers[0], SID, 'the first, on a connection of its own');
      // Of those that were trapped only the head is known: each was sent once, by a trigger that is unknown.
      const unknown = answers.filter((it) => it !== SID).length;
      equal(trapped.length, end.then === 'trap' ? unknown : 0, 'requests that were trapped');
      if (end.then === 'trap') equal(unknown, TIMES / 2, 'triggers that were trapped');
    },
    (context) => !inPage(context),
  );

test('what comes behind an answer is not the answer to another request', async (context) => {
  const other = 'OUT-ffffffff-0000-4000-8000-000000000000';
  const behind = message({ kept: true, body: JSON.stringify({ call_sid: other }) });
  const steps = { POST: [{ pieces: [message({ kept: true }) + behind], then: 'keep' }, { pieces: [message({ kept: true })], then: 'keep' }] };
  const { client: it, seen } = await besieged(context, steps, {}, apart(context));
  for (let nth = 0; nth < 3; nth++) {
    const answer = await it.trigger({ toNumber: NUMBER }).then(({ callSid }) => callSid, (error) => error);
    equal(answer, SID, `of trigger ${nth}: not ${other}, nor anything else`);
  }
  equal((await seen()).POST, 3, 'POSTs at the server');
  // workerd takes it, and cannot be kept from it; a page could not read what it is about.
}, (context) => !inPage(context) && context.runtime !== 'workerd');
