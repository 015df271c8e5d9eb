// Whether what was given has the declared names and kinds of values. What the values say is for core to judge.

import { refused } from "./errors.js";
import { LEVELS } from "./events.js";
import { meant } from "./names.js";

export function kindOf(value) {
  if (value === null || value === undefined) return String(value);
  return Array.isArray(value) ? "an array" : `${typeof value === "object" ? "an" : "a"} ${typeof value}`;
}

/** What may be given: whether a value fits, what the kind is called, and what a value is that does not fit. */
export const kind = (fits, expected, other = kindOf) => ({ fits, expected, other });
export const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
/** What a value is that is a string, as it should be, but not a right one. */
export const wrong = (what) => (value) => (typeof value === "string" ? what : kindOf(value));
/** Of whichever realm. */
const isPlain = (value) => Object.getPrototypeOf(Object.getPrototypeOf(value) ?? Object.prototype) === null;
const hasMethods = (value, ...names) => isObject(value) && names.every((name) => typeof value[name] === "function");

export const text = kind((value) => typeof value === "string", "a string");
export const flag = kind((value) => typeof value === "boolean", "true or false");
export const callback = kind((value) => typeof value === "function", "a function");
const excess = (value) => (typeof value !== "number" ? kindOf(value) : value < 0 ? "below 0" : value % 1 ? "not whole" : value > 0 ? "too large" : "NaN");
export const millis = kind((value) => typeof value === "number" && value >= 0, "milliseconds, from 0 upwards", excess);
/** As a Date. */
const moment = kind((value) => typeof value === "number" && value >= 0 && value <= 8.64e15, "milliseconds since the Unix epoch", excess);
export const count = kind((value) => value === Infinity || (Number.isInteger(value) && value >= 0), "a whole number from 0 upwards", excess);
/** Of whichever realm: a test's page has a URL of its own. */
const isUrl = (value) => isObject(value) && typeof value.href === "string" && String(value) === value.href;
export const url = kind((value) => typeof value === "string" || isUrl(value), "a string or a URL");
const signal = kind((value) => hasMethods(value, "addEventListener", "removeEventListener") && "aborted" in value, "an AbortSignal", (value) =>
  hasMethods(value, "abort") ? "an AbortController, not its .signal" : kindOf(value),
);
const clock = kind((value) => hasMethods(value, "now", "setTimeout", "clearTimeout"), "a clock: now, setTimeout and clearTimeout");
const object = kind(isObject, "an object");
/** What holds its entries elsewhere, as a Map or a promise does, would look like an object without any. */
const record = kind((value) => isObject(value) && (Object.keys(value).length > 0 || isPlain(value)), "a plain object");

const logger = kind((value) => hasMethods(value, ...LEVELS), `a logger: ${LEVELS.join(", ")}`);
const level = kind((value) => [...LEVELS, "off"].includes(value), `${LEVELS.join(", ")} or off`, wrong("not one of the words"));
const secret = kind((value) => typeof value === "string" || typeof value === "function", "a string, or a function that gives one");

const WAIT = { signal, onRetry: callback };
const REQUEST = { ...WAIT, timeoutMs: millis, requestTimeoutMs: millis, maxRetries: count, headers: record };

export const SHAPES = {
  client: {
    region: text,
    baseUrl: url,
    token: secret,
    api: text,
    agentId: text,
    environment: text,
    agents502NotPlaced: flag,
    timeoutMs: millis,
    requestTimeoutMs: millis,
    followTimeoutMs: millis,
    maxRetries: count,
    headers: record,
    onRequest: callback,
    logger,
    logLevel: level,
    fetch: callback,
    clock,
    signal,
    allowInsecureHttp: flag,
    dangerouslyAllowBrowser: flag,
  },
  trigger: {
    toNumber: text,
    countryCode: text,
    metadata: record,
    encryption: text,
    variantId: text,
    allowPremium: flag,
    allowEmergency: flag,
  },
  wait: WAIT,
  request: REQUEST,
  call: { ...REQUEST, followTimeoutMs: millis, onPlaced: callback, onUpdate: callback },
  snapshot: { callSid: text, placedAt: moment, seenAt: moment, reading: object },
  reading: { status: text, reason: text },
};

/** Where names belong that are given elsewhere: the first of these that has one. */
const HOMES = { call: "the options of client.call", trigger: "the request", client: "new OutboundClient", snapshot: "client.resume" };

/** Nothing for a shape that is not of the client: what looks alike there is not the same. */
const homeOf = (key, shape) => Object.values(SHAPES).includes(shape) && HOMES[Object.keys(HOMES).find((it) => Object.hasOwn(SHAPES[it], key))];

/** A copy of what was given, without what is undefined or null. */
export function checked(name, given, shape) {
  const names = Object.keys(shape);
  if (isObject(given))
    for (const key of Object.keys(given)) {
      if (Object.hasOwn(shape, key)) continue;
      const home = homeOf(key, shape);
      const hint = home ? undefined : meant(key, names);
      const problem = home ? `belongs to ${home}` : "is not known here";
      throw refused(key.slice(0, 64), problem, (hint ? `${hint}, it seems; there are ` : "") + names.join(", "));
    }
  return picked(name, given, shape);
}

/** The same of what may have other members as well: a row of a database has columns of its own. */
export function picked(name, given, shape) {
  if (given === undefined || given === null) return {};
  if (!isObject(given)) throw refused(name, `is ${kindOf(given)}`, "an object");
  const copy = {};
  for (const key of Object.keys(shape)) {
    const value = given[key];
    if (value === undefined || value === null) continue;
    const { fits, expected, other } = shape[key];
    if (!fits(value)) throw refused(key, `is ${other(value)}`, expected);
    if (typeof value === "string") wellFormed(key, value);
    copy[key] = value;
  }
  return copy;
}

/** A text that has to be there. */
export function needed(name, value, expected) {
  if (value === undefined || value === null) throw refused(name, "is not given", expected);
  if (typeof value !== "string") throw refused(name, `is ${kindOf(value)}`, expected);
  return wellFormed(name, value);
}

/** Names and texts, in order. */
export function texts(name, given) {
  return Object.entries(given ?? {}).map(([key, value]) => {
    if (typeof value !== "string") {
      throw refused(name, `the value of \`${key.slice(0, 64)}\` is ${kindOf(value)}`, "an object whose values are all strings");
    }
    return [wellFormed(name, key), wellFormed(name, value)];
  });
}

/** What UTF-8 cannot carry would arrive as something else. */
function wellFormed(name, value) {
  if (/\p{Surrogate}/u.test(value)) throw refused(name, "has half of a character (an unpaired surrogate)", "whole characters");
  return value;
}
