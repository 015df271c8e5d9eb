// The same for CommonJS, which has no import.meta.

import { readFile } from "node:fs/promises";
import { join } from "node:path";

export default async function load(imports) {
  const { instance } = await WebAssembly.instantiate(await readFile(join(__dirname, "core.wasm")), imports);
  return instance.exports;
}
