// Serves browser.html, and passes on what its page asks of the API, with the token that the page never sees.
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";

const { POLYAI_OUTBOUND_TOKEN: token, POLYAI_OUTBOUND_BASE_URL: baseUrl, PORT: port = "8080" } = process.env;
const ROUTES = /^(?:POST \/outbound(\/v1\/outbound-calling)|GET \/outbound(\/v1\/outbound-calling\/[\w-]+\/status))$/;
const FORWARDED = ["Content-Type", "Retry-After", "X-PolyAI-Correlation-Id"];
const FILES = {
  "/": ["text/html", new URL("browser.html", import.meta.url)],
  "/polyai-outbound.js": ["text/javascript", new URL(import.meta.resolve("polyai-outbound"))],
};
const session = randomUUID();

async function answer(request, response) {
  // A browser sends again by itself only over a connection that has served a request before.
  response.setHeader("Connection", "close");
  const [type, file] = FILES[request.url] ?? [];
  if (file && request.method === "GET") {
    // Everybody gets a session here: put your login before it. SameSite keeps the pages of others from using it.
    response.setHeader("Set-Cookie", `session=${session}; HttpOnly; SameSite=Strict; Path=/`);
    return response.setHeader("Content-Type", type).end(await readFile(file));
  }
  const [, trigger, status] = ROUTES.exec(`${request.method} ${request.url}`) ?? [];
  if (!trigger && !status) return response.writeHead(404).end();
  if (!request.headers.cookie?.split("; ").includes(`session=${session}`)) return response.writeHead(401).end();

  const upstream = await fetch(baseUrl + (trigger ?? status), {
    method: request.method,
    headers: {
      "Content-Type": "application/json",
      "X-PolyAi-Auth-Token": token,
      "X-PolyAI-Correlation-Id": request.headers["x-polyai-correlation-id"] ?? randomUUID(),
    },
    body: trigger && Buffer.concat(await request.toArray()),
    redirect: "manual",
  });
  const body = Buffer.from(await upstream.arrayBuffer());
  for (const name of FORWARDED) if (upstream.headers.has(name)) response.setHeader(name, upstream.headers.get(name));
  response.writeHead(upstream.status).end(body);
}

// A lost answer becomes a bare 502, by which the page's client knows that the phone may have rung.
const server = createServer((request, response) => answer(request, response).catch(() => response.writeHead(502).end()));
server.listen(Number(port), "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}/`));
