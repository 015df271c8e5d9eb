// Idempotency keys: one key, one trigger, however often it is asked for. Browsers send a POST again by themselves when a
// connection that had served before breaks, and the page is not told. Where keys are kept is `memory-store.js`'s affair, or
// the operator's.

import { Refusal } from "./answers.js";
import { digest } from "./digest.js";
import { kindOf as kindOfValue } from "../shape.js";
import { TimeOver, within } from "./time-limit.js";

/** How often a store is asked what became of a trigger that another process sent. */
const ASK_AGAIN_MS = 250;
/** How many keys a process remembers of those that it sent: the oldest go first. */
const MOST_SENT = 50_000;
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export class KeyReused extends Refusal {
  constructor() {
    super(422, "key_reused", "this idempotency key came with another body; no call was placed by this request");
  }
}

/** What comes with a key: half of it is of what is asked for, half of who asks. */
export const fingerprintOf = async (name, visitor, body) =>
  (await digest([name, body])).slice(0, 32) + (await digest([name, visitor])).slice(0, 32);

/** The answer to a key whose trigger may be on its way, or may have been lost. */
export const UNKNOWN = { status: 504, headers: {}, body: { error: "the phone may have rung: the trigger of this key was not seen to end", code: "placement_unknown" } };

export class Idempotency {
  #store;
  #limitMs;
  #patienceMs;
  /** What this process is sending, by name: whoever asks again waits for the same answer. */
  #running = new Map();
  /** Names that this process sent, and of which a call may have been placed. */
  #sent = new Set();

  /** `limitMs` is for each step of the store, `patienceMs` for the trigger of somebody else. */
  constructor(store, limitMs, patienceMs) {
    this.#store = store;
    this.#limitMs = limitMs;
    this.#patienceMs = patienceMs;
  }

  /** Whether a call may have been placed under a name: whoever refuses it now must not say that none was. */
  mayHaveSent(name) {
    return this.#running.has(name) || this.#sent.has(name);
  }

  /**
   * The answer to a trigger. `send` is called if the name is new or was given back; it tells `placement`, `answer`
   * and what is `reported` to the operator.
   */
  async answer(name, fingerprint, send, report) {
    // No wait between looking and setting: two requests of one name must not both be the first.
    const running = this.#running.get(name);
    if (running !== undefined) {
      return isOfSameVisitor(running.fingerprint, fingerprint) ? replayed(await this.#other(running.answer)) : UNKNOWN;
    }
    const answer = this.#first(name, fingerprint, send, report);
    this.#running.set(name, { fingerprint, answer });
    try {
      return await answer;
    } finally {
      this.#running.delete(name);
    }
  }

  /** A host may stop a request whose visitor is gone, and with it whoever waits for it. */
  async #other(answer) {
    try {
      return await within(this.#patienceMs, answer);
    } catch (thrown) {
      if (thrown instanceof TimeOver) return UNKNOWN;
      throw thrown;
    }
  }

  async #first(name, fingerprint, send, report) {
    const known = await this.#begin(name, fingerprint, report);
    if (known !== null) return replayed(known);
    // The store has forgotten it.
    if (this.#sent.has(name)) return this.#ended(name, UNKNOWN, report);
    this.#remember(name);
    const { placement, answer, reported, original } = await send();
    const isFree = placement === "not_placed";
    if (isFree) this.#sent.delete(name);
    // Where nothing was placed the key may be used again, as the client's retries do.
    await this.#ended(name, isFree ? null : answer, report);
    if (reported !== undefined) report(reported, original);
    return answer;
  }

  /** Gives a key its answer, or back if it has none. */
  async #ended(name, answer, report) {
    try {
      await within(this.#limitMs, (async () => this.#store.end(name, answer))());
    } catch (thrown) {
      // The key stays taken, so nothing is sent again under it.
      report(`the store failed to end a key (${kindOf(thrown)})`, thrown);
    }
    return answer;
  }

  #remember(name) {
    if (this.#sent.size >= MOST_SENT) this.#sent.delete(this.#sent.values().next().value);
    this.#sent.add(name);
  }

  /** `null` if the key is ours now, else the answer that it had. */
  async #begin(name, fingerprint, report) {
    for (const end = Date.now() + this.#patienceMs; ; ) {
      const held = await this.#held(name, fingerprint, report);
      if (held === null) return null;
      if (!isOfSameVisitor(held.fingerprint, fingerprint)) return UNKNOWN;
      if (typeof held.answer?.status === "number") return held.answer;
      if (Date.now() >= end) return UNKNOWN;
      await sleep(ASK_AGAIN_MS);
    }
  }

  async #held(name, fingerprint, report) {
    const begun = (async () => this.#store.begin(name, fingerprint))();
    try {
      const held = await within(this.#limitMs, begun);
      if (held === null || typeof held?.fingerprint === "string") return held;
      throw new NoneOf(`begin gave ${kindOfValue(held)}; expected null or { fingerprint, answer }`);
    } catch (thrown) {
      if (thrown instanceof Refusal) throw thrown;
      // A key that is taken too late is given back: nothing is sent under it.
      if (thrown instanceof TimeOver) begun.then((held) => (held === null ? this.#store.end(name, null) : undefined)).catch(() => {});
      report(`the store failed to begin a key, so nothing was sent (${kindOf(thrown)})`, thrown);
      // Another process may have sent a trigger under this key.
      const message = "calls cannot be triggered now; whether an earlier request with this key placed one is not known";
      throw Refusal.of({ status: 503, headers: {}, body: { error: message, code: "store_failed" }, isDoubt: true });
    }
  }
}

/** What a store gave that is none of what it may give. */
class NoneOf extends Error {}

/**
 * Whether a key comes again from the visitor of the first time. From another it may be the same request, sent again by a
 * browser whose session has changed meanwhile; a request for something else is refused.
 */
function isOfSameVisitor(first, now) {
  if (first.slice(0, 32) !== now.slice(0, 32)) throw new KeyReused();
  return first === now;
}

const kindOf = (thrown) => (thrown instanceof TimeOver || thrown instanceof NoneOf ? thrown.message : (thrown?.name ?? typeof thrown));
const replayed = (answer) => ({ ...answer, headers: { ...answer.headers, "idempotent-replayed": "true" } });
