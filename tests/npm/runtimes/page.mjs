// Runs the suite in a page that loads the package as it is, by an import map.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

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

const url = await serve(folder, { '/index.html': html, '/worker.mjs': worker });
const results = await runPage(url, engine, JSON.parse(context));
console.log(`RESULTS ${JSON.stringify(results)}`);
process.exit();
