// Runs the suite in workerd, bundled as wrangler does: its conditions, and a `.wasm` that is imported stays a module.

import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { build } from 'esbuild';
import { Miniflare } from 'miniflare';

const [folder, context] = process.argv.slice(2);

const modules = [];
const compiled = {
  name: 'compiled-wasm',
  setup({ onResolve }) {
    onResolve({ filter: /\.wasm$/ }, async ({ path, importer }) => {
      const name = `./${basename(path)}`;
      modules.push({ type: 'CompiledWasm', path: name, contents: await readFile(join(dirname(importer), path)) });
      return { path: name, external: true };
    });
  },
};

const { outputFiles } = await build({
  entryPoints: [join(folder, 'workerd.mjs')],
  bundle: true,
  write: false,
  format: 'esm',
  target: 'es2022',
  conditions: ['workerd', 'worker', 'browser'],
  plugins: [compiled],
});

const miniflare = new Miniflare({
  compatibilityDate: '2026-07-01',
  modulesRoot: '/',
  modules: [{ type: 'ESModule', path: '/worker.mjs', contents: outputFiles[0].text }, ...modules.map(atRoot)],
});

function atRoot(module) {
  return { ...module, path: join('/', module.path) };
}

const response = await miniflare.dispatchFetch('http://worker.test/', { method: 'POST', body: context });
const text = await response.text();
if (!response.ok) throw new Error(`the worker answered ${response.status}: ${text}`);
console.log(`RESULTS ${text}`);
await miniflare.dispose();
process.exit();
