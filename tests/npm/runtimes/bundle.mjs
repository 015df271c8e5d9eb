// Bundles the suite with the package as each bundler does it that was told nothing about wasm, and runs that in Chromium.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { runPage, serve } from './browsers.mjs';

const [folder, bundler, context] = process.argv.slice(2);
const entry = join(folder, 'page.mjs');
const output = join(folder, 'dist');
const html = (script) => `<!doctype html><title>suite</title><script type="module" src="${script}"></script>`;

const BUNDLERS = {
  async esbuild() {
    const { build } = await import('esbuild');
    const { warnings } = await build({
      entryPoints: [entry],
      bundle: true,
      minify: true,
      format: 'esm',
      outdir: output,
      logLevel: 'silent',
    });
    return warnings.map(({ text }) => text);
  },
  async rollup() {
    const { rollup } = await import('rollup');
    const { nodeResolve } = await import('@rollup/plugin-node-resolve');
    const warnings = [];
    const plugins = [nodeResolve({ browser: true })];
    const built = await rollup({ input: entry, plugins, onwarn: ({ message }) => warnings.push(message) });
    await built.write({ dir: output, format: 'es', entryFileNames: 'page.js' });
    return warnings;
  },
  async webpack() {
    const { default: webpack } = await import('webpack');
    const stats = await new Promise((resolve, reject) => {
      const options = { mode: 'production', context: folder, entry, output: { path: output, filename: 'page.js' } };
      webpack(options, (error, stats) => (error ? reject(error) : resolve(stats)));
    });
    const { errors, warnings } = stats.toJson();
    if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('\n'));
    // That a suite is large is no warning about the package.
    return warnings.map(({ message }) => message).filter((it) => !/size limit|performance/.test(it));
  },
  async vite() {
    const { build } = await import('vite');
    const warnings = [];
    await writeFile(join(folder, 'index.html'), html('/page.mjs'));
    await build({
      root: folder,
      configFile: false,
      logLevel: 'warn',
      customLogger: logger(warnings),
      build: { outDir: output, chunkSizeWarningLimit: 10_000 },
    });
    return warnings;
  },
};

function logger(warnings) {
  const warn = (text) => warnings.push(text);
  const nothing = () => {};
  return {
    info: nothing,
    warn,
    warnOnce: warn,
    error: warn,
    clearScreen: nothing,
    hasErrorLogged: () => false,
    hasWarned: false,
  };
}

const warnings = await BUNDLERS[bundler]();
const silent = {
  name: `${bundler} has nothing to say about the package`,
  error: warnings.length > 0 ? warnings.join('\n') : null,
  ms: 0,
};
const url = await serve(output, bundler === 'vite' ? {} : { '/index.html': html('/page.js') });
const results = await runPage(url, 'chromium', JSON.parse(context));
console.log(`RESULTS ${JSON.stringify([silent, ...results])}`);
process.exit();
