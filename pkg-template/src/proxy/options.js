// What `createProxy` may be given.

import { callback, count, flag, isObject, kind, millis, text, url } from "../shape.js";

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
);
const path = kind(
  (value) => typeof value === "string" && /^(?:\/[\w~-][\w.~-]*)*$/.test(value),
  "the path that the page's baseUrl has, as /calls, without a slash at the end",
);
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
  timeoutMs: millis,
  bodyTimeoutMs: millis,
  maxBodyBytes: count,
  allowInsecureHttp: flag,
  allowPremium: flag,
  allowEmergency: flag,
  onError: callback,
};
