// Holds the npm package to what it may weigh (.size-limit.mjs). Ends with `N passed, M failed`.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const { stdout, stderr } = spawnSync(here('node_modules/.bin/size-limit'), ['--json'], { cwd: here('.'), encoding: 'utf8' });
let passed = 0;
let failed = 0;
try {
  for (const { name, passed: fits, size, sizeLimit } of JSON.parse(stdout)) {
    // Of a file that is not there it finds that it fits.
    const ok = fits && size > 0;
    if (ok) passed += 1;
    else failed += 1;
    console.log(`${ok ? 'ok  ' : 'FAIL'}  ${String(size).padStart(6)} of ${sizeLimit} bytes  ${name}`);
  }
} catch {
  console.log(stdout, stderr);
}
if (passed + failed === 0) failed = 1;
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
