// SHA-256, as hexadecimal digits, of whatever JSON can say.

import { refused } from "../errors.js";

export async function digest(value) {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  const hash = await globalThis.crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Node 18 has it behind a flag. */
export function needsCrypto() {
  if (globalThis.crypto?.subtle !== undefined) return;
  throw refused("crypto", "is missing in this host", "Node 20 or newer, or Node 18 with --experimental-global-webcrypto");
}
