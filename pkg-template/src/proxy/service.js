// The service: asks it with the token, and judges what its answer means for the key and for the visitor. Where core's client is
// in doubt whether a phone rang, this is as well; `tests/npm/proxy/placements.mjs` holds the one against the other.

import { refused } from "../errors.js";
import { neverLeft, watched } from "../never-left.js";
import { once } from "../once.js";

const CORRELATION_ID = "X-PolyAI-Correlation-Id";
/** Members of an error that visitors are told; a stack, or whatever else an error has, stays here. */
const TOLD = new Set("error code success error_id error_code error_message message detail errors data loc msg type field".split(" "));
const LONGEST_TEXT = 500;
/** What says that the proxy's own token is not good: no affair of the visitor's. */
const OURS = [401, 403, 407];

/** What may be asked, as core judges it. */
function checkedUrl(baseUrl, allowInsecureHttp) {
  const expected = "https://host[:port][/prefix], or http:// for localhost, 127.0.0.1 or [::1]; no credentials, query or fragment";
  let url;
  try {
    url = new URL(baseUrl);
  } catch {
    throw refused("baseUrl", "is no URL", expected);
  }
  const { protocol, hostname, username, password } = url;
  const isHere = hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d+){3}$/.test(hostname);
  if (username !== "" || password !== "" || /[?#]/.test(baseUrl)) throw refused("baseUrl", "has credentials, a query or a fragment", expected);
  if (protocol !== "https:" && !(protocol === "http:" && (isHere || allowInsecureHttp === true))) {
    throw refused("baseUrl", "is not encrypted: the token and phone numbers would travel in the clear", expected);
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
}

export class Service {
  #dialect;
  #baseUrl;
  #token;
  #fetch;
  #timeoutMs;
  #longest;

  constructor(dialect, { token, fetch, timeoutMs, maxBodyBytes, allowInsecureHttp }) {
    if (token === undefined) throw refused("token", "is not given", "the token that pages must not see, or a function that gives it");
    if (typeof token === "string") checkedToken(token);
    this.#dialect = dialect;
    this.#baseUrl = checkedUrl(dialect.baseUrl, allowInsecureHttp);
    this.#token = token;
    this.#fetch = fetch;
    this.#timeoutMs = timeoutMs;
    this.#longest = maxBodyBytes;
  }

  /** Triggers a call: `placement`, and the `answer` to the visitor. It never throws: what it cannot tell is unknown. */
  async trigger(body, correlationId) {
    const told = await this.#ask("POST", this.#dialect.triggerPath, correlationId, body);
    const placement = this.#placementOf(told);
    if (placement === "placed") return { placement, answer: this.#placed(told) };
    return { placement, ...this.#failed(told, placement, correlationId) };
  }

  /** Reads a status: the `answer` to the visitor, and what is `reported` to the operator. */
  async status(callSid, correlationId) {
    const told = await this.#ask("GET", this.#dialect.statusPath(callSid), correlationId);
    const { status, json, id } = told;
    if (status !== 200 || typeof json?.status !== "string") return this.#failed(told, null, correlationId);
    const { status: said, reason } = json;
    const named = this.#dialect.sid === "callSid" ? { callSid } : {};
    const body = { ...named, ...this.#cleaned({ status: said, reason }, told.token, ["status", "reason"]) };
    return { answer: { status, headers: idHeader(id), body } };
  }

  /** Sends one request. Gives `status`, `json`, `text`, `id` and whether it is the service's own, or why there is none. */
  async #ask(method, path, correlationId, body) {
    const { token, problem } = await this.#currentToken();
    if (problem !== undefined) return { neverLeft: true, problem };
    const url = `${this.#baseUrl}${path}`;
    const headers = { accept: "application/json", [this.#dialect.tokenHeader]: token, [CORRELATION_ID]: correlationId };
    if (body !== undefined) headers["content-type"] = "application/json";
    const controller = new AbortController();
    const init = { method, headers, redirect: "manual", signal: controller.signal };
    if (body !== undefined) init.body = JSON.stringify(body);
    if (typeof Request === "function" && "cache" in Request.prototype) init.cache = "no-store";
    const own = this.#fetch === undefined;
    const witness = method === "POST" ? watched({ url, headers: Object.entries(headers) }) : undefined;
    let late = false;
    let timer;
    const timeout = new Promise((_, reject) => {
      timer = setTimeout(() => {
        late = true;
        controller.abort();
        reject(new Error("no answer in time"));
      }, this.#timeoutMs);
    });
    const answer = {};
    try {
      const sent = (async () => (own ? globalThis.fetch(url, once(init)) : this.#fetch(url, init)))();
      const response = await Promise.race([sent, timeout]);
      if (!Number.isInteger(response?.status) || response.redirected === true) return { token, late: false };
      answer.status = response.status;
      answer.id = printable(response.headers.get(CORRELATION_ID));
      answer.retryAfter = printable(response.headers.get("Retry-After"));
      answer.text = await Promise.race([textOf(response, this.#longest), timeout]);
      answer.json = objectOf(answer.text);
    } catch (thrown) {
      if (answer.status === undefined) return { token, late, neverLeft: !late && neverLeft(thrown, { url, own, witness }) };
      // A body that breaks off, goes on for ever or is too large says nothing; the status was said.
    } finally {
      clearTimeout(timer);
      witness?.end();
      if (answer.json === undefined) controller.abort();
    }
    return { ...answer, token, late, isOwn: isOwn(answer) };
  }

  async #currentToken() {
    if (typeof this.#token === "string") return { token: this.#token };
    try {
      return { token: checkedToken(await this.#token()) };
    } catch (thrown) {
      return { problem: `the token could not be had (${thrown?.name ?? typeof thrown})` };
    }
  }

  /** Whether a trigger placed a call. Only what is certain gives the key back. */
  #placementOf({ status, isOwn, neverLeft, text }) {
    if (neverLeft === true) return "not_placed";
    if (status === undefined || status === 408) return "unknown";
    if (status >= 200 && status < 300 && sidOf(text ?? "") !== undefined) return "placed";
    // What names a call and is no success contradicts itself.
    if (namesCall(text ?? "")) return "unknown";
    if (status >= 400 && status < 500) return "not_placed";
    return isOwn && this.#dialect.notPlaced.includes(status) ? "not_placed" : "unknown";
  }

  #placed({ text, id }) {
    const callSid = sidOf(text);
    const body = this.#dialect.sid === "callSid" ? { callSid, status: "QUEUED" } : { call_sid: callSid };
    return { status: 200, headers: idHeader(id), body };
  }

  /** What is told of an answer that is none, or an error. A trigger has a placement, a status read has `null`. */
  #failed({ status, json, text, id, retryAfter, isOwn, neverLeft, late, token, problem }, placement, correlationId) {
    const said = (status, code, message, headers = {}) => ({ status, headers, body: { error: message, code, correlationId } });
    const none = placement === null ? "" : "; no call was placed";
    const mayHaveRung = placement === null ? "" : "; the phone may have rung";
    if (neverLeft === true) {
      // Said in the service's own form: nothing was placed, and the client may try again.
      const answer = said(503, "not_connected", `the service cannot be reached${none}`, idHeader(correlationId));
      return { answer, reported: problem ?? "the service cannot be reached" };
    }
    if (status === undefined) {
      const why = late ? "the service did not answer in time" : "the connection to the service was lost";
      return { answer: said(late ? 504 : 502, "no_answer", why + mayHaveRung), reported: why };
    }
    if (placement === "unknown" && namesCall(text ?? "")) {
      const why = `the service answered ${status} and yet named a call`;
      return { answer: said(502, "unexpected_answer", why + mayHaveRung), reported: why };
    }
    if (OURS.includes(status)) {
      const message = `the service refused the credentials of this server${none}`;
      const reported = `the service answered ${status}: is the token right, and its connector set up for outbound calls?`;
      // In the service's own form: any other 5xx of a trigger would leave the visitor in doubt whether the phone rang.
      return { answer: said(503, "upstream_refused", message, idHeader(correlationId)), reported };
    }
    if (status < 400 || json === undefined) {
      const message = `the service gave no answer that can be read (status ${status})${placement === "unknown" ? mayHaveRung : none}`;
      return { answer: said(status < 400 ? 502 : status, "unexpected_answer", message, retryHeader(retryAfter)) };
    }
    // Without the header no client takes it for the service's own.
    const headers = { ...(isOwn ? idHeader(id) : {}), ...retryHeader(retryAfter) };
    return { answer: { status, headers, body: this.#cleaned(json, token) } };
  }

  /** What of an answer is told: known members, without the token, each text on one line. */
  #cleaned(value, token, names = TOLD, depth = 0) {
    if (typeof value === "string") return withoutToken(value.split(/[\r\n]/)[0], token).slice(0, LONGEST_TEXT);
    if (typeof value !== "object" || value === null) return value;
    if (depth > 3) return null;
    const inner = (it) => this.#cleaned(it, token, TOLD, depth + 1);
    if (Array.isArray(value)) return value.slice(0, 20).map(inner);
    return Object.fromEntries([...names].filter((name) => value[name] !== undefined && Object.hasOwn(value, name)).map((name) => [name, inner(value[name])]));
  }
}

function checkedToken(token) {
  if (typeof token === "string" && /^[!-~]+$/.test(token)) return token;
  throw refused("token", "has characters that no header can carry", "visible ASCII characters");
}

/** A token as it is, and as text and addresses may carry it. */
function withoutToken(text, token) {
  const forms = [token, encodeURIComponent(token), btoa(token), JSON.stringify(token).slice(1, -1)];
  return forms.reduce((shown, form) => shown.replaceAll(form, "[hidden]"), text);
}

/** Whether an error is certainly the service's own: of its form, and with its header. */
function isOwn({ status, json, id }) {
  if (json === undefined || id === undefined) return false;
  // Half of a character: core takes such an answer for a gateway's.
  if (/\p{Surrogate}/u.test(Object.values(json).join())) return false;
  const isText = (name) => typeof json[name] === "string";
  const hasForm = isText("error") || isText("code") || (json.success === false && isText("error_code"));
  // A refusal of values has forms of its own.
  const refuses = status >= 400 && status < 500 && (json.detail !== undefined || (Array.isArray(json.errors) && isText("message")));
  return (hasForm || refuses) && (json.error_id === undefined || json.error_id === null || json.error_id === id);
}

/** The one call that an answer names. Two that differ name none: whichever counted, it may be the other that rings. */
function sidOf(text) {
  const named = new Set(text.match(/"OUT-[\w.~-]{1,124}"/g));
  const json = objectOf(text);
  const sid = json?.call_sid ?? json?.callSid;
  return named.size === 1 && named.has(`"${sid}"`) ? sid : undefined;
}

/** Whether an answer names a call, whatever else it says. */
function namesCall(text) {
  const json = objectOf(text);
  return /"call_?sid"\s*:\s*"/i.test(text) || [json?.call_sid, json?.callSid].some((it) => typeof it === "string");
}

function objectOf(text) {
  try {
    const json = JSON.parse(text);
    return typeof json === "object" && json !== null && !Array.isArray(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

async function textOf(response, longest) {
  if (response.body === null || response.body === undefined) return "";
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (let size = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    // Chunks with next to nothing in them could go on for ever as well.
    size += Math.max(value.byteLength, 64);
    if (size > longest) throw new Error("the answer is too large");
    text += decoder.decode(value, { stream: true });
  }
}

const printable = (value) => (value !== null && /^[\x20-\x7e]{1,200}$/.test(value) ? value : undefined);
const idHeader = (id) => (id === undefined ? {} : { "x-polyai-correlation-id": id });
const retryHeader = (value) => (value === undefined ? {} : { "retry-after": value });
