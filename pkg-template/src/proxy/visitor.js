// What a visitor's request may bring: a place, a key, a correlation id, and a body that is bounded in length and time. What
// goes to the service is written anew from what was read, so nothing else of the request goes with it.

import { isObject } from "../shape.js";
import { Refusal } from "./answers.js";
import { TimeOver, within } from "./time-limit.js";

const invalid = (code, message, status = 400) => new Refusal(status, code, `${message}; no call was placed by this request`);

/**
 * What of a path comes behind the route's root; nothing if the path is not of the proxy. It may stand behind any path of
 * plain names, or if `path` is given, behind that alone.
 */
export function mountedAt(path) {
  return (pathname, root) => {
    const at = path === undefined ? pathname.indexOf(root) : path.length;
    if (at < 0 || !pathname.startsWith(root, at)) return undefined;
    const before = pathname.slice(0, at);
    const plain = path === undefined ? /^(?:\/[\w~-][\w.~-]*)*$/.test(before) : before === path;
    return plain ? pathname.slice(at + root.length) : undefined;
  };
}

/** The visitor's correlation id, if it is a UUID, else a fresh one. */
export function correlationIdOf({ headers }) {
  const given = headers.get("x-polyai-correlation-id") ?? "";
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(given) ? given : globalThis.crypto.randomUUID();
}

/** The key of a trigger. */
export function keyOf({ headers }) {
  const key = headers.get("idempotency-key");
  if (key === null) throw invalid("no_idempotency_key", "a trigger needs an Idempotency-Key: OutboundClient without a token sends one");
  if (!/^[\w.:-]{16,128}$/.test(key)) throw invalid("bad_idempotency_key", "an Idempotency-Key has 16 to 128 letters, digits and - _ . :");
  return key;
}

/** The text of a body of JSON. */
export async function textOf(request, longest, withinMs) {
  const type = request.headers.get("content-type") ?? "";
  if (!/^application\/json(?:\s*;\s*charset="?utf-8"?)?\s*$/i.test(type)) throw invalid("wrong_content_type", "a trigger is application/json", 415);
  if (!/^(?:identity)?$/i.test(request.headers.get("content-encoding") ?? "")) throw invalid("wrong_content_encoding", "a trigger comes as it is", 415);
  if (request.bodyUsed) {
    throw new Refusal(503, "body_was_read", "the body of the request was read before the proxy got it: hand it the request first");
  }
  const length = request.headers.get("content-length");
  if (length !== null && Number(length) > longest) throw tooLarge();
  const body = await bounded(request.body, longest, withinMs);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    throw invalid("bad_body", "the body is not UTF-8");
  }
}

const tooLarge = () => invalid("body_too_large", "the body is too large", 413);

async function bounded(stream, longest, withinMs) {
  if (stream === null) return new Uint8Array();
  const reader = stream.getReader();
  try {
    return await within(withinMs, read(reader, longest));
  } catch (thrown) {
    reader.cancel().catch(() => {});
    if (thrown instanceof TimeOver) throw invalid("body_too_slow", "the body did not arrive in time");
    throw thrown instanceof Refusal ? thrown : invalid("bad_body", "the body broke off");
  }
}

async function read(reader, longest) {
  const chunks = [];
  for (let size = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) return joined(chunks, size);
    size += value.byteLength;
    if (size > longest) throw tooLarge();
    chunks.push(value);
  }
}

function joined(chunks, size) {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}

/** What a trigger says. Of its members only the names are judged here, and that it is of the environment of this proxy. */
export function triggerOf({ members, environment }, text) {
  let said;
  try {
    said = JSON.parse(text);
  } catch {
    throw invalid("bad_body", "the body is not JSON");
  }
  if (!isObject(said)) throw invalid("bad_body", "the body is not an object");
  const unknown = Object.keys(said).find((name) => !Object.hasOwn(members, name));
  if (unknown !== undefined) throw invalid("unknown_member", `a trigger has ${Object.keys(members).join(", ")} and no other members`, 422);
  if (said.environment !== environment) throw invalid("bad_member", "environment: expected that of this proxy", 422);
  return said;
}
