// The handler for servers that know Node's requests: `http`, Express and Fastify.

import { refused } from "../errors.js";
import { kindOf } from "../shape.js";
import { Refusal, response } from "./answers.js";
import { correlationIdOf } from "./visitor.js";

/** Headers that must come once, if at all: what two of them mean is for nobody to guess. */
const SINGLE = ["host", "origin", "content-type", "content-length", "transfer-encoding", "content-encoding", "idempotency-key", "sec-fetch-site", "x-polyai-correlation-id"];

/** Makes a handler `(request, response)` of the one that `createProxy` gives. */
export function toNodeHandler(proxy) {
  if (typeof proxy !== "function") throw refused("proxy", `is ${kindOf(proxy)}`, "the handler that createProxy(options) gives");
  return async function handler(request, reply) {
    // Fastify has wrapped both, and leaves the answer to whoever hijacks it.
    const isFastify = request.raw !== undefined && typeof reply.hijack === "function";
    if (isFastify) reply.hijack();
    const incoming = isFastify ? request.raw : request;
    const outgoing = isFastify ? reply.raw : reply;
    const { answer, text } = await answered(proxy, incoming, request);
    try {
      write(answer, text, incoming, outgoing);
    } catch (thrown) {
      complain("the answer could not be written", thrown);
      outgoing.destroy();
    }
  };
}

/** The answer and its text. It never rejects. */
async function answered(proxy, incoming, context) {
  const refusal = async ({ answer }) => ({ answer: response(answer), text: JSON.stringify(answer.body) });
  let request;
  try {
    request = asRequest(incoming, context.body);
  } catch (thrown) {
    return refusal(thrown instanceof Refusal ? thrown : new Refusal(400, "bad_request", "the request cannot be read"));
  }
  try {
    const answer = await proxy(request, context);
    return { answer, text: await answer.text() };
  } catch (thrown) {
    // It may have dialed before it failed.
    complain("the handler failed", thrown);
    return refusal(new Refusal(500, "proxy_failed", "the proxy failed; the phone may have rung"));
  }
}

function complain(what, thrown) {
  try {
    globalThis.console?.error?.(`polyai-outbound/proxy: ${what} (${thrown?.name ?? typeof thrown})`);
  } catch {
    // That it fails changes nothing for the visitor.
  }
}

function asRequest(incoming, parsed) {
  const { method, headers, rawHeaders, httpVersionMajor } = incoming;
  // Express takes off of `url` what it was mounted at.
  const target = incoming.originalUrl ?? incoming.url;
  const bad = (message) => new Refusal(400, "bad_request", message);
  if (!/^\/(?!\/)[\x21-\x7e]*$/.test(target)) throw bad("the address is not a path");
  if (!["GET", "POST", "OPTIONS"].includes(method)) throw new Refusal(405, "wrong_method", "GET and POST only", { allow: "GET, POST, OPTIONS" });
  const names = rawHeaders.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase());
  for (const name of SINGLE) if (names.filter((it) => it === name).length > 1) throw bad(`${name} came twice`);
  if (headers["content-length"] !== undefined && headers["transfer-encoding"] !== undefined) throw bad("the length of the body was said twice");
  const host = headers[":authority"] ?? headers.host;
  if (host === undefined || !/^[\w.:[\]-]+$/.test(host)) throw bad("host is missing, or is none");
  const scheme = incoming.socket?.encrypted === true ? "https" : "http";
  const plain = Object.entries(headers).filter(([name]) => !name.startsWith(":"));
  const init = { method, headers: new Headers(plain.map(([name, value]) => [name, String(value)])) };
  const hasBody = Number(headers["content-length"] ?? 0) > 0 || headers["transfer-encoding"] !== undefined;
  if (method !== "POST") {
    if (hasBody) throw bad("a body where there is none");
  } else if (hasBody || httpVersionMajor > 1) {
    Object.assign(init, { body: bodyOf(incoming, parsed, init), duplex: "half" });
  }
  // What was parsed is written anew, so the length that was said is of another text.
  if (incoming.readableDidRead) init.headers.delete("content-length");
  // What a URL's rules make another path of (`..`, a backslash) is not what whoever stood before this server took it for.
  const url = new URL(`${scheme}://${host}${target}`);
  if (url.pathname + url.search !== target) throw bad("the address is not written as it is read");
  return new Request(url, init);
}

/** The body: as it comes, or if it was read already, what a parser made of it. */
function bodyOf(incoming, parsed, request) {
  if (!incoming.readableDidRead) return streamOf(incoming);
  if (typeof parsed === "string" || ArrayBuffer.isView(parsed)) return parsed;
  if (typeof parsed === "object" && parsed !== null) return JSON.stringify(parsed);
  const message = "the body of the request was read before the proxy got it: mount the proxy before what reads bodies, or let a parser of JSON leave `request.body`";
  throw new Refusal(503, "body_was_read", message, { "x-polyai-correlation-id": correlationIdOf(request) });
}

/**
 * Takes no more than is asked for: what nobody reads stays with the connection, whose window is bounded. Ended without
 * destroying the request, whose connection the answer needs.
 */
function streamOf(incoming) {
  const listeners = {};
  const stop = () => {
    for (const [name, listener] of Object.entries(listeners)) incoming.off(name, listener);
  };
  const source = {
    start(controller) {
      const fail = () => {
        stop();
        controller.error(new Error("the body broke off"));
      };
      Object.assign(listeners, {
        data: (chunk) => {
          incoming.pause();
          controller.enqueue(new Uint8Array(chunk));
        },
        end: () => {
          stop();
          controller.close();
        },
        error: fail,
        close: fail,
      });
      incoming.pause();
      for (const [name, listener] of Object.entries(listeners)) incoming.on(name, listener);
    },
    pull: () => void incoming.resume(),
    cancel() {
      stop();
      discard(incoming);
    },
  };
  return new ReadableStream(source, { highWaterMark: 0 });
}

/** Throws away what still comes, so that the answer is not lost to a reset of the connection. HTTP/2 resets a stream alone. */
function discard(incoming) {
  if (incoming.httpVersionMajor < 2) incoming.resume();
}

const NO_ERROR = 0;

function write(answer, text, incoming, outgoing) {
  // A time limit of the server's own may have answered.
  if (outgoing.headersSent || outgoing.destroyed || outgoing.writableEnded) return;
  const headers = Object.fromEntries(answer.headers);
  const isRead = incoming.complete;
  // What is left of a body that was not wanted is not waited for.
  if (!isRead && incoming.httpVersionMajor < 2) headers.connection = "close";
  if (answer.status !== 204) headers["content-length"] = new TextEncoder().encode(text).length;
  outgoing.on("error", () => {});
  outgoing.writeHead(answer.status, headers);
  outgoing.end(answer.status === 204 ? undefined : text, () => {
    if (!isRead) incoming.stream?.close?.(NO_ERROR);
  });
  if (!isRead) discard(incoming);
}
