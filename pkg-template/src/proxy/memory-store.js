// Idempotency keys in the memory of one process, bounded in number and time.

import { checked, count, millis } from "../shape.js";
import { Refusal } from "./answers.js";

const SHAPE = { maxKeys: count, keepMs: millis };

/**
 * Keys are kept for `keepMs`, an hour unless given. When there are `maxKeys` of them, 50,000 unless given, new ones are
 * refused: to forget one before its time could dial somebody twice.
 */
export function memoryStore(options) {
  const { maxKeys = 50_000, keepMs = 3_600_000 } = checked("options", options, SHAPE);
  /** In the order in which they came, and so in that in which they go. */
  const held = new Map();

  function forgetOld(now) {
    for (const [name, { until }] of held) {
      if (until > now) return;
      held.delete(name);
    }
  }

  return {
    async begin(name, fingerprint) {
      const now = Date.now();
      forgetOld(now);
      const known = held.get(name);
      if (known !== undefined) return { fingerprint: known.fingerprint, answer: known.answer };
      if (held.size >= maxKeys) {
        throw new Refusal(429, "too_many_keys", "too many calls were triggered here; no call was placed", { "retry-after": "60" });
      }
      held.set(name, { fingerprint, answer: null, until: now + keepMs });
      return null;
    },
    async end(name, answer) {
      const known = held.get(name);
      if (known === undefined) return;
      if (answer === null) held.delete(name);
      else known.answer = answer;
    },
  };
}
