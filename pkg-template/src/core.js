// The instance of the wasm: made when it is first needed, shared, and made anew after a failure.

import load, { isSync } from "#load";
import { OutboundError } from "./errors.js";
import { glue } from "./glue.js";

let pending;
/** The instance that was made last. */
let current;
/** Operations that are at work in it. */
let live = 0;
/** What an instance has grown to is kept for the next busy time; but not after a very busy one. */
const KEPT_BYTES = 4 * 1024 * 1024;

/**
 * The exported classes, or a promise of them where the host cannot compile at once: under timers that a test has replaced,
 * a first operation must not come later than a second. Nothing of this happens when the package is imported.
 */
export function core() {
  if (current !== undefined) return current;
  if (pending !== undefined) return pending;
  try {
    const { imports, start } = glue();
    const started = (exports) => {
      pending = undefined;
      return (current = { ...start(exports), kept: new WeakMap() });
    };
    const loaded = load(imports);
    if (!(loaded instanceof Promise)) return started(loaded);
    return (pending = loaded.then(started).catch(failed));
  } catch (cause) {
    return failed(cause);
  }
}

/** The same for what can do without: nothing where the host does not compile at once, or cannot. */
export function coreAtOnce() {
  try {
    return current ?? (isSync() ? core() : undefined);
  } catch {
    // Told by the first operation, which tries again.
    return undefined;
  }
}

/** What whoever meets it has to do. */
function needed(cause) {
  if (typeof WebAssembly !== "object") return "this host has no WebAssembly: place calls by a server";
  // A loader that misses its file says what to do.
  const said = String(cause?.message);
  return said.includes("core.wasm") ? said : "see the cause; a Content-Security-Policy has to allow 'wasm-unsafe-eval'";
}

function failed(cause) {
  pending = undefined;
  const message = `the WebAssembly of polyai-outbound could not be started, so nothing was sent; ${needed(cause)}`;
  throw new OutboundError(message, { code: "not_initialized", placement: "not_placed", cause });
}

/** What `owner` keeps in an instance, made when it is first asked for. It goes with either of the two. */
export function kept(instance, owner, make) {
  let value = instance.kept.get(owner);
  if (value === undefined) instance.kept.set(owner, (value = make()));
  return value;
}

/** An operation begins. */
export function enter() {
  live += 1;
}

/** An operation has ended. Memory of wasm never shrinks, so an instance that has grown large goes when nobody is in it. */
export function leave(instance) {
  live -= 1;
  if (live === 0 && instance.memory.buffer.byteLength > KEPT_BYTES) current = undefined;
}

/** After a fault nothing in an instance can be trusted. */
export function abandon(instance) {
  if (instance === current) current = undefined;
}
