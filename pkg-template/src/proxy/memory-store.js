// Idempotency keys in the memory of one process, bounded in number and time.

import { checked, count, kind, kindOf } from "../shape.js";
import { Refusal } from "./answers.js";

const LEAST_MS = 60_000;
const expected = `at least ${LEAST_MS} milliseconds: browsers send again for that long`;
const keepMs = kind((value) => typeof value === "number" && value >= LEAST_MS, expected, (value) => (typeof value === "number" ? "shorter" : kindOf(value)));
const maxKeys = kind((value) => count.fits(value) && value > 0, "a whole number from 1 upwards", (value) => (value === 0 ? "0" : count.other(value)));
const SHAPE = { maxKeys, keepMs };

/**
 * Keys are kept for `keepMs` after their answer, an hour unless given, and while there is none. When there are `maxKeys` of
 * them, 50,000 unless given, new ones are refused: to forget one before its time could dial somebody twice.
 */
export function memoryStore(options) {
  const { maxKeys = 50_000, keepMs = 3_600_000 } = checked("options", options, SHAPE);
  /** Fingerprints of keys without an answer. */
  const unanswered = new Map();
  /** In the order in which they were answered, and so in that in which they go. */
  const answered = new Map();

  function forgetOld(now) {
    for (const [name, { until }] of answered) {
      if (until > now) return;
      answered.delete(name);
    }
  }

  return {
    async begin(name, fingerprint) {
      forgetOld(Date.now());
      if (unanswered.has(name)) return { fingerprint: unanswered.get(name), answer: null };
      const known = answered.get(name);
      if (known !== undefined) return { fingerprint: known.fingerprint, answer: known.answer };
      if (unanswered.size + answered.size >= maxKeys) {
        throw new Refusal(429, "too_many_keys", "too many calls were triggered here; no call was placed by this request", { "retry-after": "60" });
      }
      unanswered.set(name, fingerprint);
      return null;
    },
    async end(name, answer) {
      const fingerprint = unanswered.get(name);
      if (fingerprint === undefined) return;
      unanswered.delete(name);
      if (answer !== null) answered.set(name, { fingerprint, answer, until: Date.now() + keepMs });
    },
  };
}
