// Tokens that expire, from a function; a log line for each request, and a client with less patience made of the first.
import { readFile } from "node:fs/promises";
import { OutboundClient } from "polyai-outbound";

let kept;
const client = new OutboundClient({
  token: async ({ refused }) => {
    if (refused || kept === undefined) kept = (await readFile(process.env.TOKEN_FILE, "utf8")).trim();
    return kept;
  },
  logger: console,
  logLevel: "info",
  onRequest: ({ method, status, attempt, durationMs }) => console.log(`${method} ${status}, attempt ${attempt}, ${durationMs} ms`),
});

const hasty = client.withOptions({ timeoutMs: 20_000, headers: { "X-Campaign": "autumn" } });
const { data: call, response } = await hasty.trigger({ toNumber: "+14155550100" }).withResponse();
console.log(JSON.stringify(call), response.headers.get("Content-Type"));
