// A call of minutes, tested in milliseconds: no server, no network, no waiting.
import assert from "node:assert/strict";
import { test } from "node:test";

import { OutboundClient, PlacementUnknownError } from "polyai-outbound";
import { Sandbox } from "polyai-outbound/sandbox";

test("a call that waits ten minutes in the queue is followed to its end", async () => {
  const sandbox = new Sandbox({ seed: 1 });
  const client = new OutboundClient({ fetch: sandbox.fetch, token: sandbox.token });

  const began = sandbox.clock.now();
  const end = await sandbox.run(client.call({ toNumber: "+14155550104" }));

  assert.equal(end.status, "success");
  assert.ok(sandbox.clock.now() - began > 5 * 60_000);
});

test("nobody is dialed twice when the answer is lost", async () => {
  const sandbox = new Sandbox();
  const client = new OutboundClient({ fetch: sandbox.fetch, token: sandbox.token });

  await assert.rejects(sandbox.run(client.trigger({ toNumber: "+14155550106" })), PlacementUnknownError);

  assert.equal(sandbox.calls.length, 1);
});
