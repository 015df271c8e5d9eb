// AbortSignals: several at once, and without leaving anything behind on those that live long.

/** The first of them that is aborted, if one is. */
export const abortedOf = (signals) => signals.find((signal) => signal.aborted);

/** Calls back when one of them is aborted, at once if it is already; gives back what ends the listening. */
export function onAbort(signals, callback) {
  if (abortedOf(signals)) callback();
  for (const signal of signals) signal.addEventListener("abort", callback);
  return () => {
    for (const signal of signals) signal.removeEventListener("abort", callback);
  };
}

/** Tells a listener. What it throws is its own affair, and must not end the call. */
export function notify(listener, ...values) {
  if (listener === undefined) return;
  try {
    listener(...values);
  } catch (thrown) {
    queueMicrotask(() => {
      throw thrown;
    });
  }
}
