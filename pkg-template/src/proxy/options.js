// What `createProxy` may be given.

import { callback, count, flag, isObject, kind, kindOf, millis, text, url, wrong } from "../shape.js";

const store = kind((value) => isObject(value) && ["begin", "end"].every((name) => typeof value[name] === "function"), "a store: begin and end");
const isOrigin = (value) => {
  try {
    return typeof value === "string" && /^https?:/.test(value) && new URL(value).origin === value;
  } catch {
    return false;
  }
};
const origins = kind(
  (value) => Array.isArray(value) && value.length > 0 && value.every(isOrigin),
  'a list of origins as browsers send them, ["https://www.example.com"]: whole, without a path or a slash at the end',
  (value) => (Array.isArray(value) ? (value.length === 0 ? "empty" : "a list with something else in it") : kindOf(value)),
);
const path = kind(
  (value) => typeof value === "string" && /^(?:\/[\w~-][\w.~-]*)*$/.test(value),
  "the path that the page's baseUrl has, as /calls, without a slash at the end",
  wrong("no such path"),
);
const limit = kind((value) => millis.fits(value) && value > 0, "milliseconds, above 0", (value) => (value === 0 ? "0" : millis.other(value)));
const token = kind(
  (value) => typeof value === "function" || (typeof value === "string" && value !== ""),
  "the token, or a function that gives it",
);

export const OPTIONS = {
  authorize: callback,
  token,
  region: text,
  baseUrl: url,
  api: text,
  agentId: text,
  environment: text,
  path,
  origins,
  store,
  fetch: callback,
  timeoutMs: limit,
  bodyTimeoutMs: limit,
  maxBodyBytes: count,
  allowInsecureHttp: flag,
  allowPremium: flag,
  allowEmergency: flag,
  onError: callback,
};
