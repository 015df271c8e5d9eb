// What is told of each request: to a listener, and to a logger. Neither is waited for, and neither can do harm.

import { notify } from "./signals.js";

export const LEVELS = ["debug", "info", "warn", "error"];

/** Gives the function that is to be called when a request is over. */
export function observer({ onRequest, logger, logLevel }) {
  // Silent, unless somebody asks.
  const log = logger ?? (logLevel === undefined ? undefined : globalThis.console);
  const least = [...LEVELS, "off"].indexOf(logLevel ?? "info");
  return (event) => {
    notify("onRequest", onRequest, { ...event });
    const level = levelOf(event);
    if (log === undefined || level < least) return;
    const { method, path, status } = event;
    notify("logger", (...line) => log[LEVELS[level]](...line), `polyai-outbound: ${method} ${path}: ${status ?? "no answer"}`, { ...event });
  };
}

/** A call is followed by many readings; a trigger without an answer may have rung. */
function levelOf({ method, status }) {
  const isTrigger = method === "POST";
  if (status === null) return isTrigger ? 3 : 2;
  if (status >= 300) return 2;
  return isTrigger ? 1 : 0;
}
