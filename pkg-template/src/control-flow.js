// Errors that are none: what a framework throws through `fetch` to steer, and expects to catch as it threw it.

const POSTPONE = Symbol.for("react.postpone");

/** Whether a framework threw it to steer: Next's errors of dynamic rendering, redirects and such carry a `digest`. */
export function steers(thrown) {
  try {
    return typeof thrown === "object" && thrown !== null && (typeof thrown.digest === "string" || thrown.$$typeof === POSTPONE);
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
