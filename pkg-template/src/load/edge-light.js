// Vercel's edge runtime compiles no bytes: the module is imported, and compiled when the function is deployed. It may be of
// another realm, so nobody asks whether it is a WebAssembly.Module.

import module from "./core.wasm?module";

export const isSync = () => false;

export default async function load(imports) {
  const made = await WebAssembly.instantiate(module, imports);
  return (made.instance ?? made).exports;
}
