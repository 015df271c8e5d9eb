// Runs the suite in Vercel's edge runtime, bundled with its conditions. What is imported as `….wasm?module` is, as in
// Next.js, a module that was compiled outside and is handed in: it comes from another realm, and nothing may be compiled
// inside.

import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { EdgeRuntime } from 'edge-runtime';
import { build } from 'esbuild';

const [folder, context] = process.argv.slice(2);

const handedIn = {};
const compiledOutside = {
  name: 'wasm-module',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\.wasm\?module$/ }, ({ path, importer }) => ({
      path: join(dirname(importer), path.replace('?module', '')),
      namespace: 'wasm-module',
    }));
    onLoad({ filter: /.*/, namespace: 'wasm-module' }, async ({ path }) => {
      const name = `wasm_${basename(path, '.wasm')}`;
      handedIn[name] = new WebAssembly.Module(await readFile(path));
      return { contents: `module.exports = globalThis.${name}` };
    });
  },
};

const { outputFiles } = await build({
  entryPoints: [join(folder, 'edge.mjs')],
  bundle: true,
  write: false,
  format: 'iife',
  target: 'es2022',
  conditions: ['edge-light', 'worker', 'browser'],
  plugins: [compiledOutside],
});
if (Object.keys(handedIn).length === 0) throw new Error('nothing was imported as .wasm?module');

const runtime = new EdgeRuntime({
  initialCode: outputFiles[0].text,
  codeGeneration: { strings: false, wasm: false },
  extend: (inside) => Object.assign(inside, handedIn),
});
const response = await runtime.dispatchFetch('http://edge.test/', { method: 'POST', body: context });
console.log(`RESULTS ${await response.text()}`);
process.exit();
