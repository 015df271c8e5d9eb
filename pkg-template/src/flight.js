// One request on its way through `fetch`: what core asked to send, as far as its answer has come.
//
// `fetch` may be anybody's. It may throw, reject with anything, never settle, and answer nonsense: nothing that it gives
// is trusted to be what it should be.

import { codecs } from "./glue.js";
import { neverLeft, watched } from "./never-left.js";

/** No answer of the service comes near this; what goes on beyond it is cut off and read as far as it came. */
const LONGEST_BODY = 1024 * 1024;

export const CORRELATION_ID = "X-PolyAI-Correlation-Id";
/** An option of one operation: the correlation id to send in place of core's, as the proxy does with its visitor's. */
export const SENT_ID = Symbol.for("polyai-outbound.correlation-id");
/** What the sandbox's answers, and its `fetch`, are known by. */
export const SANDBOX = Symbol.for("polyai-outbound.sandbox");

export class Flight {
  /** Whether nothing more will come. */
  settled = false;
  /** What `fetch` threw, if it did. */
  thrown;
  /** Whether it is certain that nothing has left; where the host cannot tell, it is not. */
  neverLeft = false;
  #abort = new AbortController();
  /** What matters of the head of the answer, once it is there. */
  head;
  /** The correlation id of the answer, if it may be shown. */
  id;
  // A byte order mark is for core to drop.
  #decoder = new (codecs().TextDecoder)("utf-8", { ignoreBOM: true });
  #text = "";
  #size = 0;

  /** Sends the request. Whatever becomes of it, it may have left from here on. */
  constructor(host, request, onSettled) {
    // Of a reading it does not matter.
    const witness = request.method === "POST" ? watched(request) : undefined;
    this.#receive(host, request)
      .catch((thrown) => {
        // A body that breaks off is an answer as far as it came.
        if (this.head !== undefined) return;
        this.thrown = { value: thrown };
        this.neverLeft = neverLeft(thrown, { url: request.url, own: host.fetch.own === true, witness });
      })
      .then(() => {
        witness?.end();
        this.settled = true;
        onSettled();
      });
  }

  abort() {
    this.#abort.abort();
  }

  /** Tells the machine what came so far; `false` if that is nothing. */
  tell(machine, now) {
    if (this.head === undefined) {
      if (this.thrown === undefined) return false;
      const why = describe(this.thrown.value);
      if (this.neverLeft) machine.neverSent(now, why);
      else machine.lost(now, why);
      return true;
    }
    const { status, correlationId, retryAfter, date } = this.head;
    machine.reply(now, status, correlationId, retryAfter, date, this.#text + this.#decoder.decode());
    return true;
  }

  /** Whether all that the service says is there, though its body has not ended. */
  whole(machine) {
    return this.head !== undefined && machine.isWhole(this.#text);
  }

  async #receive({ fetch, during, headers }, request) {
    const response = await fetch(request.url, init(request, headers, this.#abort.signal));
    this.head = headOf(response);
    const take = (chunk) => {
      // Not kept as it is: in Deno a chunk of one byte holds on to 64 KiB.
      this.#text += typeof chunk === "string" ? chunk : this.#decoder.decode(chunk, { stream: true });
      // Chunks with next to nothing in them cost as much time, and could go on for ever as well.
      this.#size += Math.max(chunk.length, 64);
      return this.#size < LONGEST_BODY;
    };
    const reading = eachChunk(response, take);
    // What the sandbox answered is there as a whole, and must not come too late because a host's streams take their time.
    if (response[SANDBOX] === true) during?.(reading);
    if (!(await reading)) this.abort();
  }
}

function init({ method, headers, body }, more, signal) {
  const init = { method, headers: { ...more, ...Object.fromEntries(headers) }, redirect: "manual", signal };
  if (body !== "") init.body = body;
  // Hosts and frameworks keep answers unless told not to, those of a POST too: a trigger must dial and a status is worth what
  // it is now. Said with each request, because a framework may replace `fetch` at any time. Some hosts refuse to be told.
  if (typeof Request === "function" && "cache" in Request.prototype) init.cache = "no-store";
  return init;
}

function headOf(response) {
  const { status, type, redirected } = response ?? {};
  if (redirected === true || type === "opaqueredirect") throw new Error("a redirect, which an API client must not follow");
  if (!Number.isInteger(status) || status < 100 || status > 599) throw new Error("what fetch gave is no Response");
  const header = (name) => attempt(() => textOf(response.headers.get(name)));
  // A copy, for the caller.
  const headers = attempt(() => new Headers(response.headers)) ?? new Headers();
  return { status, headers, correlationId: header(CORRELATION_ID), retryAfter: header("Retry-After"), date: header("Date") };
}

const textOf = (value) => (typeof value === "string" ? value : undefined);

/** Nothing if it throws. */
function attempt(read) {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** Hands over a body as it comes, until there is no more use for it; `false` if it was not read to its end. */
async function eachChunk(response, take) {
  const { body } = response;
  if (typeof body?.getReader !== "function") {
    // No stream, or not one of the web's.
    const text = typeof response.text === "function" ? await response.text() : "";
    take(String(text).slice(0, LONGEST_BODY));
    return true;
  }
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return true;
    if (!ArrayBuffer.isView(value)) return false;
    if (!take(new Uint8Array(value.buffer, value.byteOffset, Math.min(value.byteLength, LONGEST_BODY)))) return false;
  }
}

/** The sentence of what was thrown, and of what caused it. */
function describe(thrown) {
  const said = (value) => textOf(value) ?? textOf(value?.message);
  return attempt(() => [said(thrown), said(thrown?.cause)].filter(Boolean).join(": ")) || "fetch failed and did not say why";
}
