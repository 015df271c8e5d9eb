// Node's own runner: the case of a first and a second operation in one process.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { OutboundClient } from 'polyai-outbound';

import steps from './steps.cjs';

const { NUMBER, OPTIONS, SID, service, within } = steps;
const turn = () => new Promise((resolve) => setImmediate(resolve));

for (const nth of ['first', 'second'])
  test(nth, async ({ mock }) => {
    mock.timers.enable({ apis: ['setTimeout', 'Date'] });
    const placing = new OutboundClient({ ...OPTIONS, fetch: service() }).trigger({ toNumber: NUMBER });
    for (let turns = 0; turns < 3; turns++) await turn();
    mock.timers.tick(5_000);
    for (let turns = 0; turns < 3; turns++) await turn();
    assert.equal((await within(placing)).callSid, SID);
  });
