// The server half of pages: passes on the two requests that a client without a token sends, with the token that no page sees.
//
// What may pass is decided in a file of `proxy/` each: `dialects.js` (routes), `origin.js` (whose pages), `visitor.js` (headers,
// body, key), `idempotency.js` (one key, one dial). What a trigger may say, and whether it placed a call, is judged by core:
// `service.js` asks the service by the package's client, which `polyai-outbound` brings.

import { refused } from "./errors.js";
import { checked } from "./shape.js";
import { Refusal, response } from "./proxy/answers.js";
import { dialectOf } from "./proxy/dialects.js";
import { digest, needsCrypto } from "./proxy/digest.js";
import { Idempotency, KeyReused, UNKNOWN, fingerprintOf } from "./proxy/idempotency.js";
import { memoryStore } from "./proxy/memory-store.js";
import { OPTIONS } from "./proxy/options.js";
import { isAllowedOrigin, mayCome } from "./proxy/origin.js";
import { Service } from "./proxy/service.js";
import { LONGEST_MS, within } from "./proxy/time-limit.js";
import { correlationIdOf, keyOf, mountedAt, textOf, triggerOf } from "./proxy/visitor.js";

export { memoryStore } from "./proxy/memory-store.js";
export { toNodeHandler } from "./proxy/node.js";

/** Makes the handler. */
export function createProxy(options) {
  const given = checked("options", options, OPTIONS);
  if (given.authorize === undefined) {
    const expected = "a function that says who may call whom: without it every visitor dials at your cost";
    throw refused("authorize", "is not given", expected);
  }
  needsCrypto();
  const dialect = dialectOf(given);
  const { origins, authorize, maxBodyBytes = 65_536, bodyTimeoutMs = 10_000 } = given;
  const timeoutMs = Math.min(given.timeoutMs ?? 30_000, LONGEST_MS);
  const mount = mountedAt(given.path);
  const service = new Service(dialect, { ...given, timeoutMs });
  const idempotency = new Idempotency(given.store ?? memoryStore(), timeoutMs, timeoutMs + 5_000);

  /** Tells the operator what no visitor is told. What was thrown may hold secrets, so nothing shows it unasked. */
  const report = (what, correlationId, original) => {
    const line = `polyai-outbound/proxy: ${what}; correlation id ${correlationId}`;
    try {
      if (given.onError === undefined) return void globalThis.console?.error?.(line);
      const error = Object.defineProperty(new Error(line), "originalCause", { value: original });
      Promise.resolve(given.onError(error, { correlationId })).catch(() => {});
    } catch {
      // That it fails changes nothing for the visitor.
    }
  };

  /** Asks the caller's function; gives back who the visitor is, if it says. */
  async function admitted(request, call, context, correlationId) {
    let said;
    try {
      const { url, method, headers } = request;
      const asked = async () => authorize(new Request(url, { method, headers }), call, context);
      said = await within(timeoutMs, asked());
    } catch (thrown) {
      // Its message may hold anything of the visitor's session.
      report(`authorize failed, so the request was refused (${thrown?.name ?? typeof thrown})`, correlationId, thrown);
    }
    if (said === true) return null;
    if (typeof said === "string" && said !== "") return said;
    if (said !== undefined && said !== null && said !== false && said !== "") {
      report(`authorize gave ${typeof said}, so the request was refused: true or the visitor's name lets it pass`, correlationId);
    }
    throw new Refusal(403, "not_authorized", "this visitor may not do that; no call was placed by this request");
  }

  async function trigger(request, context, correlationId) {
    // A store may keep it for long, and anywhere: what it is given tells nothing of visitor and number.
    const name = await digest([dialect.name, dialect.agentId ?? "", keyOf(request)]);
    try {
      return await triggerOnce(name, request, context, correlationId);
    } catch (thrown) {
      // Browsers send again what has placed a call: whatever refuses that may not say that none was.
      if (thrown instanceof KeyReused || !idempotency.mayHaveSent(name)) throw thrown;
      if (!(thrown instanceof Refusal)) report(`a fault of its own (${thrown?.name ?? typeof thrown})`, correlationId, thrown);
      return UNKNOWN;
    }
  }

  async function triggerOnce(name, request, context, correlationId) {
    const body = triggerOf(dialect, await textOf(request, maxBodyBytes, bodyTimeoutMs));
    const refusal = await service.refusal(body, correlationId);
    if (refusal !== undefined) throw Refusal.of(refusal);
    const visitor = await admitted(request, dialect.described(body), context, correlationId);
    const fingerprint = await fingerprintOf(name, visitor, body);
    const tell = (what, original) => report(what, correlationId, original);
    return idempotency.answer(name, fingerprint, () => service.trigger(body, correlationId), tell);
  }

  async function status(request, route, context, correlationId) {
    await admitted(request, { kind: "status", callSid: route.callSid, ...dialect.identity }, context, correlationId);
    const { answer, reported, original } = await service.status(route.callSid, correlationId);
    if (reported !== undefined) report(reported, correlationId, original);
    return answer;
  }

  async function answered(request, context, correlationId) {
    const url = new URL(request.url);
    const route = dialect.route(url, mount);
    if (route === undefined) throw new Refusal(404, "no_such_route", "only triggers and status reads of calls pass here");
    if (request.method === "OPTIONS") return mayAsk(request, url);
    if (request.method !== route.method) {
      throw new Refusal(405, "wrong_method", `this address takes ${route.method} only`, { allow: `${route.method}, OPTIONS` });
    }
    mayCome(request, url, origins);
    if (route.kind === "status") return status(request, route, context, correlationId);
    return trigger(request, context, correlationId);
  }

  /** The answer to a preflight. */
  function mayAsk(request, url) {
    const origin = request.headers.get("origin");
    const method = request.headers.get("access-control-request-method");
    if (!isAllowedOrigin(origin, url, origins)) throw new Refusal(403, "wrong_origin", "pages of that origin may not call");
    if (method !== "GET" && method !== "POST") throw new Refusal(405, "wrong_method", "GET and POST only", { allow: "GET, POST, OPTIONS" });
    const headers = {
      "access-control-allow-methods": "GET, POST",
      "access-control-allow-headers": "content-type, idempotency-key, x-polyai-correlation-id, authorization",
      "access-control-max-age": "600",
    };
    return { status: 204, headers };
  }

  /** What Node's `http`, Express and Fastify hand over is no `Request`: whoever waits is told by their own `reply`, if it is one. */
  function misused(reply) {
    const message = "the handler takes a Request of the web; for Node's http, Express and Fastify wrap it: toNodeHandler(createProxy(…))";
    report(message, globalThis.crypto.randomUUID());
    const { answer } = new Refusal(500, "proxy_failed", "the proxy is not set up right");
    const { raw = reply } = reply ?? {};
    if (typeof raw?.writeHead === "function") raw.writeHead(answer.status, { "content-type": "application/json" }).end(JSON.stringify(answer.body));
    return response(answer);
  }

  /** Pages of these origins may see the answer. */
  function sharing(request) {
    const origin = request.headers.get("origin");
    if (origins === undefined || !origins.includes(origin)) return {};
    return {
      "access-control-allow-origin": origin,
      "access-control-allow-credentials": "true",
      "access-control-expose-headers": "X-PolyAI-Correlation-Id, Retry-After, Idempotent-Replayed",
    };
  }

  return async function proxy(request, context) {
    if (typeof request?.headers?.get !== "function") return misused(context);
    const correlationId = correlationIdOf(request);
    try {
      return response(await answered(request, context, correlationId), sharing(request));
    } catch (thrown) {
      const { answer } = thrown;
      // A 503 in the service's own form says for certain that no call was placed.
      const own = answer?.status === 503 && !answer.isDoubt ? { "x-polyai-correlation-id": correlationId } : {};
      if (thrown instanceof Refusal) return response(answer, { ...sharing(request), ...own });
      report(`a fault of its own (${thrown?.name ?? typeof thrown})`, correlationId, thrown);
      return response(new Refusal(500, "proxy_failed", "the proxy failed").answer, sharing(request));
    }
  };
}
