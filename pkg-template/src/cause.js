// What an error shows of its cause. What a host throws may hold all that it was called with, so people are shown a copy
// without token, metadata and number where the original may have one of them; the original is there for those who ask.

const originals = new WeakMap();

/** What was really thrown, or the reason of a signal. */
export const originalOf = (error) => originals.get(error);

export function keepOriginal(error, original) {
  originals.set(error, original);
  return error;
}

/** What may stand beside the sentence of an error, and is worth it. */
const MEMBERS = ["code", "errno", "syscall", "address", "port", "hostname"];
/** Causes within causes: what is deeper is left out. */
const DEEPEST = 5;

/** What is shown instead of `value`; `redact` takes out of a line what must not be shown. */
export function shown(value, redact) {
  // A stack has lines, of which each is cleared by itself.
  const clear = (text) => text.split("\n").map(redact).join("\n");
  try {
    return shownAt(value, clear, 0);
  } catch {
    return new Error("what was thrown cannot be shown");
  }
}

function shownAt(value, clear, depth) {
  if (typeof value === "string") return clear(value);
  const isObject = (typeof value === "object" && value !== null) || typeof value === "function";
  if (!isObject) return clear(String(value)) === String(value) ? value : "[number]";
  if (depth === DEEPEST) return undefined;
  return isClean(value, clear, depth) ? value : copied(value, clear, depth);
}

const isError = (value) => value instanceof Error || /^\[object (?:Error|DOMException)\]$/.test(Object.prototype.toString.call(value));
const isText = (value) => typeof value === "string";

/** Whether it is an error that holds nothing but texts and numbers that may be shown, and causes of that kind. */
function isClean(value, clear, depth) {
  if (!isError(value)) return false;
  const holds = (member) => shownAt(member, clear, depth + 1) === member;
  return (
    [value.name, value.message, value.stack ?? ""].every((text) => isText(text) && holds(text)) &&
    // What a host keeps under symbols is its own.
    Object.getOwnPropertyNames(value).every((key) => {
      const member = value[key];
      return key === "errors" && Array.isArray(member) ? member.every(holds) : holds(member);
    })
  );
}

/** An error with what may be shown of another, or of any object that has a message. */
function copied(value, clear, depth) {
  const { name, message, stack, cause, errors } = value;
  const text = isText(message) ? clear(message) : "what was thrown is no error";
  const copy = Array.isArray(errors) ? new AggregateError(errors.map((it) => shownAt(it, clear, depth + 1)), text) : new Error(text);
  const define = (key, member) => Object.defineProperty(copy, key, { value: member, configurable: true, writable: true });
  if (isText(name)) define("name", clear(name));
  define("stack", isText(stack) ? clear(stack) : text);
  if (cause !== undefined && cause !== null) define("cause", shownAt(cause, clear, depth + 1));
  for (const key of MEMBERS) if (["string", "number"].includes(typeof value[key])) copy[key] = shownAt(value[key], clear, depth);
  return copy;
}
