// The wasm as a file of its own, read when it is first needed.

import { readFile } from "node:fs/promises";

export default async function load(imports) {
  const { instance } = await WebAssembly.instantiate(await readFile(new URL("./core.wasm", import.meta.url)), imports);
  return instance.exports;
}
