// Cloudflare's workers compile no bytes: the module is imported, and compiled when the worker is deployed.

import module from "./core.wasm";
import { instantiated } from "./module.js";

export default (imports) => instantiated(module, imports);
