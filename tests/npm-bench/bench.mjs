// What the measurements share: the server on a thread of its own, and how figures are put together.

import { Worker } from "node:worker_threads";

/** Starts the server; `arrivals` is told of every POST. */
export async function serve(arrivals = () => {}) {
  const worker = new Worker(new URL("./server.mjs", import.meta.url));
  const port = await new Promise((resolve) => {
    worker.on("message", (message) => ("port" in message ? resolve(message.port) : arrivals(message.arrived)));
  });
  return { url: `http://127.0.0.1:${port}`, stop: () => worker.terminate() };
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/** Prints rows under each other. */
export function table(head, rows) {
  const widths = head.map((_, at) => Math.max(...[head, ...rows].map((row) => String(row[at]).length)));
  for (const row of [head, ...rows]) {
    console.log(row.map((cell, at) => (at === 0 ? String(cell).padEnd(widths[at]) : String(cell).padStart(widths[at]))).join("  "));
  }
}
