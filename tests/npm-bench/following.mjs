// 10,000 calls followed at once in one process: memory of each, and what is left of it after their end. It fails if more
// than a tenth is left.
//
//   node --expose-gc following.mjs

import { OutboundClient } from "polyai-outbound";

const CALLS = 10_000;
const ALLOWED = 1.1;

// The memories of all instances of the wasm, to be looked at without keeping them.
const memories = [];
const { instantiate } = WebAssembly;
WebAssembly.instantiate = async (...given) => {
  const made = await instantiate(...given);
  const exported = Object.values((made.instance ?? made).exports);
  memories.push(new WeakRef(exported.find((it) => it instanceof WebAssembly.Memory)));
  return made;
};

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function memory() {
  // An instance of the wasm that grew large was let go at the end; what is compared is one that is there.
  await client.status("OUT-1");
  for (let turn = 0; turn < 4; turn += 1) {
    await pause(50);
    globalThis.gc();
  }
  const wasm = memories.reduce((bytes, held) => bytes + (held.deref()?.buffer.byteLength ?? 0), 0);
  return { heap: process.memoryUsage().heapUsed, wasm };
}

let status;
let readings = 0;
const client = new OutboundClient({
  baseUrl: "https://example.com",
  token: "token",
  fetch: async () => {
    readings += 1;
    return new Response(JSON.stringify({ status, reason: "" }));
  },
});

/** So many calls, followed from `queued` to their end; what is held while all of them wait. */
async function follow(calls) {
  status = "queued";
  readings = 0;
  const ends = Promise.all(Array.from({ length: calls }, (_, at) => client.watch(`OUT-${at}`).result()));
  while (readings < calls) await pause(20);
  await pause(500);
  const held = await memory();
  status = "success";
  const ended = await ends;
  if (ended.some((end) => end.status !== "success")) throw new Error("not every call ended in success");
  return held;
}

// Once before, so that what the engine keeps of running the code is not taken for a leak.
await follow(CALLS);
const before = await memory();
const held = await follow(CALLS);
const after = await memory();

const kib = (bytes) => `${(bytes / 1024).toFixed(0)} KiB`;
const each = (kind) => `${((held[kind] - before[kind]) / CALLS).toFixed(0)} bytes`;
for (const kind of ["heap", "wasm"]) {
  const left = after[kind] / before[kind];
  console.log(`${kind}: ${kib(before[kind])} before, ${each(kind)} a call, ${kib(after[kind])} after (${left.toFixed(3)})`);
  if (left > ALLOWED) process.exitCode = 1;
}
console.log(process.exitCode ? "0 passed, 1 failed" : "1 passed, 0 failed");
