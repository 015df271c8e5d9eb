// Errors that are none: what a framework throws through `fetch` to steer, and expects to catch as it threw it.

const POSTPONE = Symbol.for("react.postpone");

/**
 * Whether a framework threw it to steer: Next's errors of dynamic rendering, redirects and such carry a word as `digest`.
 * A number is what React makes of any error that it has told of.
 */
export function steers(thrown) {
  try {
    const { digest, $$typeof } = thrown;
    return (typeof digest === "string" && !/^\d+(?:@|$)/.test(digest)) || $$typeof === POSTPONE;
  } catch {
    // What is thrown may be anything, and throw when it is looked at.
    return false;
  }
}

/** Carries such an error past what judges errors. */
export class ControlFlow {
  constructor(thrown) {
    this.thrown = thrown;
  }
}
