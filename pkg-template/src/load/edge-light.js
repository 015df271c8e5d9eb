// Vercel's edge runtime compiles no bytes: the module is imported, and compiled when the function is deployed.

import module from "./core.wasm?module";
import { instantiated } from "./module.js";

export default (imports) => instantiated(module, imports);
