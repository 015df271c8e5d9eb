// Time from the start of a process to the arrival of its first request, over that of a program that only calls `fetch`.
//
//   node startup.mjs [ROUNDS]

import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { median, serve, table } from "./bench.mjs";

const ROUNDS = Number(process.argv[2] ?? 15);
const FOLDER = new URL("./programs/", import.meta.url);

let arrive;
const { url, stop } = await serve((arrived) => arrive?.(arrived));

async function once(program) {
  const began = performance.timeOrigin + performance.now();
  const arrival = new Promise((resolve) => {
    arrive = resolve;
  });
  const child = spawn(process.execPath, [new URL(program, FOLDER).pathname], {
    env: { PATH: process.env.PATH, BASE_URL: url },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ended = new Promise((resolve, reject) => {
    child.on("exit", (code) => (code === 0 ? resolve() : reject(new Error(`${program} ended with ${code}`))));
  });
  const [arrived] = await Promise.all([arrival, ended]);
  return arrived - began;
}

const programs = readdirSync(FOLDER).sort();
const times = Object.fromEntries(programs.map((program) => [program, []]));
// Side by side, so that what else the machine does befalls all of them alike.
for (let round = -1; round < ROUNDS; round += 1) {
  for (const program of programs) {
    const time = await once(program);
    if (round >= 0) times[program].push(time);
  }
}
await stop();

const bare = median(times["fetch.mjs"]);
table(
  ["program", "ms", "over fetch, ms", "ratio"],
  programs.map((program) => {
    const time = median(times[program]);
    return [program, time.toFixed(1), (time - bare).toFixed(1), (time / bare).toFixed(2)];
  }),
);
