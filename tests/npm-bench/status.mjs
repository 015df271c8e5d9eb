// Readings a second of `client.status`, over a loop of plain `fetch` and JSON.parse, one at a time and sixteen at once.
//
//   node status.mjs [ROUNDS]

import { OutboundClient } from "polyai-outbound";
import { median, serve, table } from "./bench.mjs";

const ROUNDS = Number(process.argv[2] ?? 15);
const READINGS = 1_000;
const SID = "OUT-132e579d-0b66-4975-95e3-ad74f9c0d626";

const { url, stop } = await serve();
const client = new OutboundClient({ baseUrl: url, token: "token" });
const headers = { Accept: "application/json", "X-PolyAi-Auth-Token": "token" };
const address = `${url}/v1/outbound-calling/${SID}/status`;

const ways = {
  "fetch and JSON.parse": async () => JSON.parse(await (await fetch(address, { headers })).text()),
  // What nobody should leave out.
  "the same with a time-out": async () => {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), 30_000);
    const response = await fetch(address, { headers, signal: abort.signal, redirect: "manual" });
    const answer = JSON.parse(await response.text());
    clearTimeout(timer);
    return answer;
  },
  "client.status": () => client.status(SID),
};

async function rate(way, width) {
  const began = performance.now();
  const lane = async () => {
    for (let done = 0; done < READINGS / width; done += 1) {
      if ((await way()).status !== "queued") throw new Error("not what the server says");
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
  return READINGS / (performance.now() - began) * 1_000;
}

for (const width of [1, 16]) {
  const rates = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
  for (let round = -2; round < ROUNDS; round += 1) {
    for (const [name, way] of Object.entries(ways)) {
      const measured = await rate(way, width);
      if (round >= 0) rates[name].push(measured);
    }
  }
  // Ratios of each round, because what else the machine does changes from round to round.
  const plain = rates["fetch and JSON.parse"];
  const rows = Object.entries(rates).map(([name, measured]) => {
    const ratios = measured.map((it, round) => it / plain[round]);
    return [name, Math.round(median(measured)), median(ratios).toFixed(2)];
  });
  table([`${width} at once`, "a second", "ratio"], rows);
}
await stop();
