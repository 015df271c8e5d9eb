// The same for CommonJS, which has no import.meta.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { compiled } from "./file.js";

export const isSync = () => true;

export default (imports) => compiled(join(__dirname, "core.wasm"), readFileSync, imports);
