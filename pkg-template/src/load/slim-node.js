// The wasm as a file of its own, read when it is first needed.

import { readFileSync } from "node:fs";
import { compiled } from "./file.js";

export const isSync = () => true;

export default (imports) => compiled(new URL("./core.wasm", import.meta.url), readFileSync, imports);
