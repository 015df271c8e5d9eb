// AbortSignals: several at once, and without leaving anything behind on those that live long.

/** Whoever listens to a signal here. A signal has one listener of ours at most, however many wait: hosts warn of many. */
const listening = new WeakMap();

/** The first of them that is aborted, if one is. */
export const abortedOf = (signals) => signals.find((signal) => signal.aborted);

/** Calls back when one of them is aborted, at once if it is already; gives back what ends the listening. */
export function onAbort(signals, callback) {
  if (abortedOf(signals)) callback();
  // The same callback may be given twice.
  const own = () => callback();
  for (const signal of signals) listen(signal, own);
  return () => {
    for (const signal of signals) leave(signal, own);
  };
}

function listen(signal, callback) {
  let held = listening.get(signal);
  if (held === undefined) {
    const callbacks = new Set();
    held = { callbacks, tell: () => [...callbacks].forEach((it) => it()) };
    listening.set(signal, held);
    signal.addEventListener("abort", held.tell);
  }
  held.callbacks.add(callback);
}

function leave(signal, callback) {
  const held = listening.get(signal);
  held?.callbacks.delete(callback);
  if (held === undefined || held.callbacks.size > 0) return;
  listening.delete(signal);
  signal.removeEventListener("abort", held.tell);
}

/** Tells a listener that nobody waits for. That it failed ends neither the call nor the process: it is said, and no more. */
export async function notify(name, listener, ...values) {
  try {
    await listener?.(...values);
  } catch (thrown) {
    try {
      globalThis.console?.error?.(`polyai-outbound: ${name} failed:`, thrown);
    } catch {
      // The console may be anybody's, too.
    }
  }
}
