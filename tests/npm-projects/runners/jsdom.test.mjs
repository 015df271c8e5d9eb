// @vitest-environment jsdom
// A page that jsdom makes, with the fetch that it leaves to Node.

import { OutboundClient } from 'polyai-outbound';
import { Sandbox } from 'polyai-outbound/sandbox';
import { expect, test } from 'vitest';

const baseUrl = process.env.POLYAI_OUTBOUND_BASE_URL;

test('a token is refused as in any page', () => {
  expect(typeof window).toBe('object');
  expect(() => new OutboundClient({ baseUrl, token: 'sandbox' })).toThrow(/dangerouslyAllowBrowser/);
});

test('a sandbox needs no leave', async () => {
  const sandbox = new Sandbox({ seed: 1 });
  const client = new OutboundClient({ fetch: sandbox.fetch, token: sandbox.token });
  expect((await sandbox.run(client.call({ toNumber: '+14155550104' }))).status).toBe('success');
});

test('a service is reached', async () => {
  const client = new OutboundClient({ baseUrl, token: 'sandbox', dangerouslyAllowBrowser: true });
  expect((await client.trigger({ toNumber: '+14155550100' })).callSid).toMatch(/^OUT-/);
});

test('a signal of the page ends an operation', async () => {
  const client = new OutboundClient({ baseUrl, token: 'sandbox', dangerouslyAllowBrowser: true });
  const signal = AbortSignal.abort();
  await expect(client.trigger({ toNumber: '+14155550100' }, { signal })).rejects.toMatchObject({ code: 'cancelled', placement: 'not_placed' });
});
