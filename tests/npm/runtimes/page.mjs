// Runs the suite in a page that loads the package as it is, by an import map.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { build } from 'esbuild';

import { runPage, serve } from './browsers.mjs';
import { resolve } from './projects.mjs';

const [folder, engine, context] = process.argv.slice(2);

const entry = async (subpath) => `/${await resolve(folder, subpath, ['browser', 'import'])}`;
const imports = {
  'polyai-outbound': await entry('.'),
  'polyai-outbound/sandbox': await entry('./sandbox'),
  'polyai-outbound/slim': await entry('./slim'),
};
const html = `<!doctype html><title>suite</title>
<script type="importmap">${JSON.stringify({ imports })}</script>
<script type="module" src="/page-slim.mjs"></script>`;
// Workers know no import map.
const worker = (await readFile(join(folder, 'worker.mjs'), 'utf8')).replace(`'polyai-outbound'`, `'${imports['polyai-outbound']}'`);
// Not every browser takes a module for a service worker.
const { outputFiles } = await build({ entryPoints: [join(folder, 'worker.mjs')], bundle: true, write: false, format: 'iife' });

const pages = { '/index.html': html, '/worker.mjs': worker, '/service-worker.js': outputFiles[0].text };
const url = await serve(folder, pages);
const results = await runPage(url, engine, JSON.parse(context));
console.log(`RESULTS ${JSON.stringify(results)}`);
process.exit();
