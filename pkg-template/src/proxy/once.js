// One idempotency key, one trigger, however often it is asked for: browsers send a POST again by themselves when a
// connection that had served before breaks, and the page is not told.

import { Refusal } from "./answers.js";

/** How often a store is asked what became of a trigger that another process sent. */
const ASK_AGAIN_MS = 250;
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const MISMATCH = () => new Refusal(422, "key_reused", "this idempotency key came with another body before; no call was placed by this request");
const UNKNOWN = { status: 504, headers: {}, body: { error: "the phone may have rung: the trigger of this key was not seen to end", code: "placement_unknown" } };

export class Once {
  #store;
  #patienceMs;
  /** What this process is sending, by name: whoever asks again waits for the same answer. */
  #running = new Map();

  constructor(store, patienceMs) {
    this.#store = store;
    this.#patienceMs = patienceMs;
  }

  /**
   * The answer to a trigger. `send` is called if the name is new or was given back; it tells `placement`, `answer`
   * and what is `reported` to the operator.
   */
  async answer(name, fingerprint, send, report) {
    // No wait between looking and setting: two requests of one name must not both be the first.
    const running = this.#running.get(name);
    if (running !== undefined) {
      if (running.fingerprint !== fingerprint) throw MISMATCH();
      return replayed(await within(this.#patienceMs, running.answer));
    }
    const answer = this.#first(name, fingerprint, send, report);
    this.#running.set(name, { fingerprint, answer });
    try {
      return await answer;
    } finally {
      this.#running.delete(name);
    }
  }

  async #first(name, fingerprint, send, report) {
    const known = await this.#begin(name, fingerprint, report);
    if (known !== null) return replayed(known);
    const { placement, answer, reported } = await send();
    if (reported !== undefined) report(reported);
    try {
      // Where nothing was placed the key may be used again, as the client's retries do.
      await this.#store.end(name, placement === "not_placed" ? null : answer);
    } catch (thrown) {
      // The key stays taken, so nothing is sent again under it.
      report(`the store failed to end a key (${thrown?.name ?? typeof thrown})`);
    }
    return answer;
  }

  /** `null` if the key is ours now, else the answer that it had. */
  async #begin(name, fingerprint, report) {
    for (const end = Date.now() + this.#patienceMs; ; ) {
      const held = await this.#held(name, fingerprint, report);
      if (held === null) return null;
      if (held.fingerprint !== fingerprint) throw MISMATCH();
      if (typeof held.answer?.status === "number") return held.answer;
      if (Date.now() >= end) return UNKNOWN;
      await sleep(ASK_AGAIN_MS);
    }
  }

  async #held(name, fingerprint, report) {
    try {
      const held = await this.#store.begin(name, fingerprint);
      if (held === null || typeof held?.fingerprint === "string") return held;
      throw new TypeError("begin gave neither null nor { fingerprint, answer }");
    } catch (thrown) {
      if (thrown instanceof Refusal) throw thrown;
      report(`the store failed to begin a key, so nothing was sent (${thrown?.name ?? typeof thrown})`);
      throw new Refusal(503, "store_failed", "calls cannot be triggered now; no call was placed");
    }
  }
}

/** A host may stop a request whose visitor is gone, and with it whoever waits for it. */
async function within(ms, answer) {
  let timer;
  const late = new Promise((resolve) => (timer = setTimeout(() => resolve(UNKNOWN), ms)));
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

const replayed = (answer) => ({ ...answer, headers: { ...answer.headers, "idempotent-replayed": "true" } });
