// Entries bundled as two platforms do it, which take a module of wasm only if it was compiled outside.

import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { build } from 'esbuild';

/** A worker as wrangler bundles it: its conditions, and a `.wasm` that is imported stays a module. Options of Miniflare. */
export async function workerd(entry) {
  const modules = [];
  const compiled = {
    name: 'compiled-wasm',
    setup({ onResolve }) {
      onResolve({ filter: /\.wasm$/ }, async ({ path, importer }) => {
        const name = `./${basename(path)}`;
        const contents = await readFile(join(dirname(importer), path));
        modules.push({ type: 'CompiledWasm', path: join('/', name), contents });
        return { path: name, external: true };
      });
    },
  };
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:*'],
    plugins: [compiled],
  });
  return {
    compatibilityDate: '2026-07-01',
    modulesRoot: '/',
    modules: [{ type: 'ESModule', path: '/worker.mjs', contents: outputFiles[0].text }, ...modules],
  };
}

/**
 * A script for Vercel's edge runtime. What it imports as `….wasm?module` is, as in Next.js, a module that was compiled
 * outside and is handed in: it comes from another realm, and nothing may be compiled inside. Options of `EdgeRuntime`.
 */
export async function edge(input) {
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
    ...input,
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    conditions: ['edge-light', 'worker', 'browser'],
    plugins: [compiledOutside],
  });
  if (Object.keys(handedIn).length === 0) throw new Error('nothing was imported as .wasm?module');
  return {
    initialCode: outputFiles[0].text,
    codeGeneration: { strings: false, wasm: false },
    extend: (inside) => Object.assign(inside, handedIn),
  };
}
