// What Node adds to the suite: its way to print, its listeners, and the files that the package exports.
import { getEventListeners } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { inspect } from 'node:util';

import { run } from './suite/index.mjs';
import { equal, test } from './suite/registry.mjs';

const require = createRequire(import.meta.url);

test('the package exports its package.json and its module', async ({ version }) => {
  equal(require('polyai-outbound/package.json').version, version);
  const module = await readFile(require.resolve('polyai-outbound/core.wasm'));
  equal(module.subarray(0, 4).toString('latin1'), '\0asm', 'begin of core.wasm');
});

export async function runInNode(loaded) {
  const results = await run({
    runtime: 'node',
    inspect: (value) => inspect(value, { depth: Infinity, showHidden: true }),
    listeners: (signal) => getEventListeners(signal, 'abort').length,
    ...loaded,
    ...JSON.parse(process.argv[2]),
  });
  console.log(`RESULTS ${JSON.stringify(results)}`);
  process.exit();
}
