// The glue of an instance of the wasm, and what reads and writes UTF-8. Pages of Jest's jsdom leave TextDecoder and TextEncoder
// out, though Node beneath them has both: they are taken from there.

import { bind } from "#core";

const NAMES = ["TextDecoder", "TextEncoder"];

/** Where the two are. */
export function codecs() {
  if (globalThis.TextDecoder !== undefined) return globalThis;
  try {
    return globalThis.process?.getBuiltinModule?.("node:util") ?? globalThis;
  } catch {
    // A stand-in for Node's process may throw.
    return globalThis;
  }
}

/** The glue makes one of each from the global scope: where there are none, they are lent to it meanwhile. */
export function glue() {
  const from = codecs();
  if (from === globalThis) return bind();
  for (const name of NAMES) globalThis[name] = from[name];
  try {
    return bind();
  } finally {
    for (const name of NAMES) delete globalThis[name];
  }
}
