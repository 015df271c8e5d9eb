// Runs the suite in workerd, and what it says of the environment once more with `nodejs_compat`, which gives a worker one.

import { join } from 'node:path';

import { Miniflare } from 'miniflare';

import { workerd } from './bundles.mjs';

const [folder, context] = process.argv.slice(2);

const options = await workerd(join(folder, 'workerd.mjs'));

async function results(more, inside) {
  const miniflare = new Miniflare({ ...options, ...more });
  const response = await miniflare.dispatchFetch('http://worker.test/', { method: 'POST', body: JSON.stringify(inside) });
  const text = await response.text();
  if (!response.ok) throw new Error(`the worker answered ${response.status}: ${text}`);
  await miniflare.dispose();
  return JSON.parse(text);
}

const inside = JSON.parse(context);
const all = await results({}, inside);
if (inside.only === undefined) {
  const bindings = { POLYAI_OUTBOUND_TOKEN: 'tok-bound', POLYAI_OUTBOUND_REGION: 'us' };
  all.push(...(await results({ compatibilityFlags: ['nodejs_compat'], bindings }, { ...inside, bindings, only: 'environment' })));
}
console.log(`RESULTS ${JSON.stringify(all)}`);
process.exit();
