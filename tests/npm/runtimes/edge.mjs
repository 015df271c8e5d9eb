// Runs the suite in Vercel's edge runtime.

import { join } from 'node:path';

import { EdgeRuntime } from 'edge-runtime';

import { edge } from './bundles.mjs';

const [folder, context] = process.argv.slice(2);

const runtime = new EdgeRuntime(await edge({ entryPoints: [join(folder, 'edge.mjs')] }));
const response = await runtime.dispatchFetch('http://edge.test/', { method: 'POST', body: context });
console.log(`RESULTS ${await response.text()}`);
process.exit();
