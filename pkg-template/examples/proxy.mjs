// Serves browser.html, and lets its page call by /calls, with the token that the page never sees.
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";

import { createProxy, toNodeHandler } from "polyai-outbound/proxy";

const { POLYAI_OUTBOUND_TOKEN: token, POLYAI_OUTBOUND_BASE_URL: baseUrl, PORT: port = "8080" } = process.env;
const session = randomUUID();

// Whoever gets past this dials at your cost.
const authorize = ({ headers }, call) =>
  headers.get("cookie") === `session=${session}` && (call.kind === "status" || call.toNumber.startsWith("+1415"));
const calls = toNodeHandler(createProxy({ token, ...(baseUrl ? { baseUrl } : { region: "us" }), path: "/calls", authorize }));

const FILES = {
  "/": ["text/html", new URL("browser.html", import.meta.url)],
  "/polyai-outbound.js": ["text/javascript", new URL(import.meta.resolve("polyai-outbound"))],
};
const server = createServer(async (request, response) => {
  const [type, file] = FILES[request.url] ?? [];
  if (file === undefined) return calls(request, response);
  // Everybody gets a session here: put your login before it.
  response.setHeader("Set-Cookie", `session=${session}; HttpOnly; SameSite=Strict; Path=/`);
  response.setHeader("Content-Type", type).end(await readFile(file));
});
server.listen(Number(port), "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}/`));
