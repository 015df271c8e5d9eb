// Holds the npm package to what it may weigh (.size-limit.mjs). Ends with `N passed, M failed`.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Bytes of the whole package. */
const PUBLISHED = { packed: 1_100_000, unpacked: 3_100_000 };

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
else {
  // What npm downloads, and what it unpacks: source maps are no part of a bundle, but of this.
  const packed = spawnSync('npm', ['pack', '--dry-run', '--json', here('../../../target/npm/polyai-outbound')], { encoding: 'utf8' });
  const { size, unpackedSize } = Object.values(JSON.parse(packed.stdout))[0];
  for (const [name, bytes, limit] of [['published, packed', size, PUBLISHED.packed], ['published, unpacked', unpackedSize, PUBLISHED.unpacked]]) {
    if (bytes <= limit) passed += 1;
    else failed += 1;
    console.log(`${bytes <= limit ? 'ok  ' : 'FAIL'}  ${String(bytes).padStart(6)} of ${limit} bytes  ${name}`);
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
