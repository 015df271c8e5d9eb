// Runs the suite in workerd.

import { join } from 'node:path';

import { Miniflare } from 'miniflare';

import { workerd } from './bundles.mjs';

const [folder, context] = process.argv.slice(2);

const miniflare = new Miniflare(await workerd(join(folder, 'workerd.mjs')));
const response = await miniflare.dispatchFetch('http://worker.test/', { method: 'POST', body: context });
const text = await response.text();
if (!response.ok) throw new Error(`the worker answered ${response.status}: ${text}`);
console.log(`RESULTS ${text}`);
await miniflare.dispose();
process.exit();
