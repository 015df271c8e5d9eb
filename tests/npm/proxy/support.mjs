// What the tests of the proxy have in common.

import { createServer, request as httpRequest } from 'node:http';
import { isDeepStrictEqual } from 'node:util';

export const TOKEN = 'proxy-token-7c41e9';
export const TRIGGER = '/calls/v1/outbound-calling';
export const SID = 'OUT-5e2f7e1c-8f0b-4a53-9a38-0f5f27f2a6b1';
export const ID = '0b9ad2a6-6b1f-4ac5-9d0f-6f5d9d6e7f10';

const LIMIT_MS = 60_000;

/** Counts tests, and prints those that fail. */
export class Report {
  passed = 0;
  failed = 0;

  async check(name, test) {
    let timer;
    const late = new Promise((_, reject) => (timer = setTimeout(() => reject(new Error(`did not end within ${LIMIT_MS} ms`)), LIMIT_MS)));
    try {
      await Promise.race([test(), late]);
      this.passed += 1;
    } catch (error) {
      this.failed += 1;
      console.log(`FAIL  ${name}\n      ${error instanceof Failed ? error.message : error.stack}`);
    } finally {
      clearTimeout(timer);
    }
  }
}

class Failed extends Error {}

export function same(what, seen, expected) {
  if (!isDeepStrictEqual(seen, expected)) throw new Failed(`${what}: ${JSON.stringify(seen)}, expected ${JSON.stringify(expected)}`);
}

export function holds(what, condition) {
  if (!condition) throw new Failed(what);
}

let area = 200;
/** A number that nobody else calls; its last digits choose the outcome. */
export const numbered = (digits) => `+1${++area}55501${digits}`;

let keys = 0;
export const freshKey = () => `key-of-the-tests-${String(++keys).padStart(6, '0')}`;

/** Sends a request as it is said, and gives what came: `status`, `headers`, `text` and `json`. */
export function send(url, { method = 'POST', headers = {}, body, path } = {}) {
  const { hostname, port, pathname, search } = new URL(url);
  return new Promise((resolve, reject) => {
    const options = { hostname, port, path: path ?? pathname + search, method, headers, agent: false };
    const outgoing = httpRequest(options, async (answer) => {
      let text = '';
      for await (const chunk of answer.setEncoding('utf8')) text += chunk;
      resolve({ status: answer.statusCode, headers: answer.headers, text, json: parsed(text) });
    });
    outgoing.on('error', reject).end(body);
  });
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The headers of a page's trigger. */
export const fromPage = (origin, more = {}) => ({
  origin,
  'sec-fetch-site': 'same-origin',
  'content-type': 'application/json',
  'idempotency-key': freshKey(),
  cookie: 'visitor=ada',
  ...more,
});

/** A server that answers with what `script` gives for a request, and keeps what it saw. */
export async function scripted(script) {
  const seen = [];
  const server = createServer(async (incoming, answer) => {
    let body = '';
    for await (const chunk of incoming.setEncoding('utf8')) body += chunk;
    const { method, url, headers } = incoming;
    seen.push({ method, url, headers, body });
    const { status = 200, headers: said = {}, body: text = '', cut = false, hang = false, open } = await script({ method, url, headers, body, nth: seen.length });
    if (hang) return;
    if (cut) return answer.socket.destroy();
    if (open !== undefined) {
      // The whole body, and then no end of it.
      answer.writeHead(status, said).write(JSON.stringify(text));
      if (open === 'cut') setTimeout(() => answer.socket.destroy(), 50);
      return;
    }
    answer.writeHead(status, { connection: 'close', ...said }).end(typeof text === 'string' ? text : JSON.stringify(text));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  return { url: `http://127.0.0.1:${server.address().port}`, seen, end: () => (server.closeAllConnections(), server.close()) };
}
