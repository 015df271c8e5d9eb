// Idempotency keys: one key, one trigger, however often it is asked for. Browsers send a POST again by themselves when a
// connection that had served before breaks, and the page is not told. Where keys are kept is `memory-store.js`'s affair, or
// the operator's.

import { Refusal } from "./answers.js";
import { TimeOver, within } from "./time-limit.js";

/** How often a store is asked what became of a trigger that another process sent. */
const ASK_AGAIN_MS = 250;
/** How many keys a process remembers of those that it sent: the oldest go first. */
const MOST_SENT = 50_000;
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export class KeyReused extends Refusal {
  constructor() {
    super(422, "key_reused", "this idempotency key came with another body, or from another visitor; no call was placed by this request");
  }
}

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
      if (running.fingerprint !== fingerprint) throw new KeyReused();
      return replayed(await this.#other(running.answer));
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
    if (this.#sent.has(name)) return UNKNOWN;
    this.#remember(name);
    const { placement, answer, reported } = await send();
    const isFree = placement === "not_placed";
    if (isFree) this.#sent.delete(name);
    try {
      // Where nothing was placed the key may be used again, as the client's retries do.
      await within(this.#limitMs, (async () => this.#store.end(name, isFree ? null : answer))());
    } catch (thrown) {
      // The key stays taken, so nothing is sent again under it.
      report(`the store failed to end a key (${kindOf(thrown)})`);
    }
    if (reported !== undefined) report(reported);
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
      if (held.fingerprint !== fingerprint) throw new KeyReused();
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
      throw new TypeError("begin gave neither null nor { fingerprint, answer }");
    } catch (thrown) {
      if (thrown instanceof Refusal) throw thrown;
      // A key that is taken too late is given back: nothing is sent under it.
      if (thrown instanceof TimeOver) begun.then((held) => (held === null ? this.#store.end(name, null) : undefined)).catch(() => {});
      report(`the store failed to begin a key, so nothing was sent (${kindOf(thrown)})`);
      throw new Refusal(503, "store_failed", "calls cannot be triggered now; no call was placed by this request");
    }
  }
}

const kindOf = (thrown) => (thrown instanceof TimeOver ? thrown.message : (thrown?.name ?? typeof thrown));
const replayed = (answer) => ({ ...answer, headers: { ...answer.headers, "idempotent-replayed": "true" } });
