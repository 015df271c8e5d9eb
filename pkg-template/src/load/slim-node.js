// The wasm as a file of its own, read when it is first needed.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { compiled } from "./file.js";

export const isSync = () => true;

export default (imports) => {
  // esbuild leaves nothing of `import.meta` where it makes CommonJS of this.
  const file = import.meta.url === undefined ? join(__dirname, "core.wasm") : new URL("./core.wasm", import.meta.url);
  return compiled(file, readFileSync, imports);
};
