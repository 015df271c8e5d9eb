// The service, asked by the package's own client: core judges what is sent and whether a call was placed. What visitors are
// told of it is decided here; who may ask in `../proxy.js`, and which key may dial in `idempotency.js`.

import { OutboundClient, OutboundError } from "polyai-outbound";
import { refused } from "../errors.js";
import { SANDBOX, SENT_ID } from "../flight.js";

const LONGEST_TEXT = 500;
const MOST_TOKENS = 16;
/** A day: what is longer may be somebody's number. */
const LONGEST_WAIT_S = 86_400;
/** Statuses about the proxy's own token: no concern of a visitor. */
const CREDENTIAL = [401, 403, 407];
/** Fields of the client that a visitor fills. Whatever else is refused, the operator set up. */
const OF_VISITOR = ["request", "toNumber", "countryCode", "metadata", "encryption", "variantId", "callSid"];
const TIME_OVER = ["timed_out", "deadline_exceeded"];

export class Service {
  #client;
  #dialect;
  #allowed;
  /** The tokens that were sent last: an answer to one may come after another was given. */
  #tokens = [];
  /** Whether the service refused the last token that the operator's function gave. */
  #tokenRefused = false;

  constructor(dialect, { token, timeoutMs, fetch, region, baseUrl, allowInsecureHttp, allowPremium, allowEmergency }) {
    if (token === undefined) throw refused("token", "is not given", "the token that pages must not see, or a function that gives it");
    if (token === "") throw refused("token", "is empty", "the token that pages must not see, or a function that gives it");
    // What the client finds missing it would take from the environment.
    if (region === undefined && baseUrl === undefined && fetch?.[SANDBOX] === undefined) throw refused("region", "is not given", "a region, or a baseUrl");
    const { name: api, agentId, environment } = dialect;
    if (isToken(token)) this.#tokens.push(token);
    this.#dialect = dialect;
    this.#allowed = { allowPremium, allowEmergency };
    this.#client = new OutboundClient({
      ...{ api, agentId, environment, region, baseUrl, allowInsecureHttp, timeoutMs, requestTimeoutMs: timeoutMs, maxRetries: 0 },
      token: typeof token === "function" ? () => this.#tokenOf(token) : token,
      fetch,
    });
  }

  /** The answer to a trigger that core refuses, if it does. Nothing is sent: the operation is canceled before it begins. */
  async refusal(body, correlationId) {
    const error = await this.#send(body, { signal: AbortSignal.abort() }).catch((thrown) => thrown);
    return isOfVisitor(error) ? this.#failed(error, "not_placed", correlationId).answer : undefined;
  }

  /** Triggers a call: `placement`, the `answer` to the visitor, and what is `reported`. It never rejects. */
  async trigger(body, correlationId) {
    try {
      const { callSid } = await this.#send(body, under(correlationId));
      return { placement: "placed", answer: { status: 200, headers: idHeader(correlationId), body: this.#dialect.placed(callSid) } };
    } catch (thrown) {
      const placement = thrown instanceof OutboundError && thrown.placement === "not_placed" ? "not_placed" : "unknown";
      return { placement, ...this.#failed(thrown, placement, correlationId) };
    }
  }

  /** Reads a status: the `answer` to the visitor, and what is `reported`. It never rejects. */
  async status(callSid, correlationId) {
    try {
      const { status, reason } = await this.#client.status(callSid, { maxRetries: 0, ...under(correlationId) });
      const body = this.#dialect.reading(callSid, this.#line(status), this.#line(reason));
      return { answer: { status: 200, headers: idHeader(correlationId), body } };
    } catch (thrown) {
      return this.#failed(thrown, null, correlationId);
    }
  }

  async #send(body, options) {
    return this.#client.trigger({ ...this.#dialect.request(body), ...this.#allowed }, options);
  }

  async #tokenOf(token) {
    const refused = this.#tokenRefused;
    this.#tokenRefused = false;
    const given = await token({ refused });
    if (isToken(given) && !this.#tokens.includes(given)) this.#tokens = [...this.#tokens, given].slice(-MOST_TOKENS);
    return given;
  }

  /**
   * One bounded line of whole characters, without places in somebody's code, and without the correlation id that is
   * a member of its own. Core hides the token as it is.
   */
  #line(text) {
    if (typeof text !== "string") return "";
    const plain = text.replace(/\p{Cc}+/gu, " ").replace(/\s+at\s[^;]*?:\d+:\d+\)?/g, "").replace(/; correlation id \S+/g, "");
    const clean = this.#tokens.flatMap(spellings).reduce((line, token) => line.replaceAll(token, "[token]"), plain);
    return clean.slice(0, LONGEST_TEXT).replace(/\p{Surrogate}/gu, "");
  }

  /** The answer to a failed operation. The placement of a status read is `null`. */
  #failed(thrown, placement, correlationId) {
    const error = thrown instanceof OutboundError ? thrown : {};
    const { httpStatus = null, serviceCode = null, retryAfterMs = null, callSid = null, code = "internal" } = error;
    if (code === "unauthorized") this.#tokenRefused = true;
    const isKnown = placement !== "unknown";
    // By this header a page's client knows that the answer is certain.
    const headers = isKnown ? { ...idHeader(correlationId), ...retryHeader(retryAfterMs) } : {};
    const said = (status, code, message) => {
      const named = isKnown || callSid === null ? {} : this.#dialect.named(callSid);
      return { status, headers, body: { error: this.#line(message), code: this.#line(code), correlationId, ...named } };
    };
    const none = placement === "not_placed" ? "; no call was placed by this request" : "";
    if (isOfVisitor(error)) return { answer: said(422, code, error.message + none) };
    const reported = this.#line(error.message ?? `a fault of its own (${thrown?.name ?? typeof thrown})`);
    // A refused reading counts only if it is the service's own: else a call that goes on would be given up.
    const isBelieved = isKnown && (placement !== null || code !== "unexpected_answer");
    const told = (answer) => ({ answer, reported, original: thrown });
    if (CREDENTIAL.includes(httpStatus) && isBelieved) {
      return told(said(503, "upstream_refused", `the service refused the credentials of this server${none}`));
    }
    if (isBelieved && httpStatus >= 400 && httpStatus < 500) return { answer: said(httpStatus, serviceCode ?? code, saidIn(error)) };
    // What failed on the way there, or here, may say where the service is and what the host is like.
    if (placement === "not_placed" || (placement === null && httpStatus === null && !TIME_OVER.includes(code) && code !== "connection_lost")) {
      return told(httpStatus === null ? said(503, code, `the service cannot be asked now${none}`) : said(503, serviceCode ?? code, saidIn(error)));
    }
    const message = httpStatus === null ? "the service gave no answer" : error.message;
    const doubt = placement === "unknown" && httpStatus === null ? "; the phone may have rung" : "";
    return told(said(TIME_OVER.includes(code) ? 504 : 502, code, message + doubt));
  }
}

/** How a token may come back: as it is, in base64 of both alphabets, and percent-encoded. */
function spellings(token) {
  const base64 = btoa(token).replace(/=+$/, "");
  // What is shorter is no secret, and in too many words.
  return [token, base64, base64.replaceAll("+", "-").replaceAll("/", "_"), encodeURIComponent(token)].filter((it) => it.length >= 8);
}

/** What stands behind it is of the client. */
const SAID = /\(HTTP \d+\)(?:: (.*?))?(?:; (?:if the values are|it is not certainly|no call was|the call|\d+ attempts|correlation id).*)?$/s;

/** What the service said, of the message that the client makes of it: a page's client makes another of that. */
function saidIn({ message, httpStatus, serviceCode }) {
  const [, said = ""] = SAID.exec(message) ?? [];
  const code = ` [${serviceCode}]`;
  return (said.endsWith(code) ? said.slice(0, -code.length) : said) || `the service answered with ${httpStatus}`;
}

/** Whatever else is given, core refuses. */
const isToken = (given) => typeof given === "string" && /^[!-~]+$/.test(given);
const isOfVisitor = (error) => error instanceof OutboundError && error.code === "invalid_input" && OF_VISITOR.includes(error.field);
const under = (correlationId) => ({ [SENT_ID]: correlationId });
const idHeader = (correlationId) => ({ "x-polyai-correlation-id": correlationId });
const retryHeader = (ms) => (ms === null ? {} : { "retry-after": String(Math.min(Math.ceil(ms / 1_000), LONGEST_WAIT_S)) });
