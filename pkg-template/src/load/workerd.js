// Cloudflare's workers compile no bytes: the module is imported, and compiled when the worker is deployed.

import module from "./core.wasm";

export const isSync = () => true;

export default (imports) => new WebAssembly.Instance(module, imports).exports;
