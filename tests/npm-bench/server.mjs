// The local server that everything is measured against: it answers at once, and tells when a request arrived.

import { createServer } from "node:http";
import { parentPort } from "node:worker_threads";

/** An answer that each of the clients takes for one of its service's. */
const ANSWER = JSON.stringify({
  id: "one",
  object: "one",
  call_sid: "OUT-132e579d-0b66-4975-95e3-ad74f9c0d626",
  sid: "CA00000000000000000000000000000000",
  status: "queued",
  reason: "",
  output: [],
});

const server = createServer((request, response) => {
  const arrived = performance.timeOrigin + performance.now();
  request.resume();
  request.on("end", () => {
    if (request.method === "POST") parentPort?.postMessage({ arrived });
    response.writeHead(200, { "Content-Type": "application/json", "X-PolyAI-Correlation-Id": "0f5b0a52-8d3e-4d44-9f2c-1b7f5c6f0a11" });
    response.end(ANSWER);
  });
});
server.listen(0, "127.0.0.1", () => parentPort?.postMessage({ port: server.address().port }));
