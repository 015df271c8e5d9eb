// The hosts that the suite runs in: what of a project each needs, the command that prints `RESULTS [...]`, and how many tests it
// runs at least.

import { join } from 'node:path';

import { TESTS, node, tool } from './paths.mjs';

const driver = (name) => join(TESTS, 'runtimes', name);
/** Tools that need a recent Node run on one. */
const driven = (name, ...args) => [node(24), driver(name), ...args];

const NODE_ENTRIES = ['node.mjs', 'node.cjs', 'node-context.mjs'];
const PAGE_ENTRIES = ['page-slim.mjs', 'worker.mjs'];

const nodes = [18, 20, 22, 24].flatMap((major) =>
  ['mjs', 'cjs'].map((kind) => ({
    name: `node${major}-${kind === 'mjs' ? 'esm' : 'cjs'}`,
    entries: NODE_ENTRIES,
    least: kind === 'mjs' ? 500 : 495,
    command: (folder) => [node(major), join(folder, `node.${kind}`)],
  })),
);

const bundlers = ['esbuild', 'vite', 'webpack', 'rollup'].map((bundler) => ({
  name: bundler,
  own: true,
  entries: ['page.mjs'],
  least: 445,
  command: (folder) => driven('bundle.mjs', folder, bundler),
}));

export const HOSTS = [
  ...nodes,
  {
    name: 'deno',
    entries: ['process.mjs'],
    least: 505,
    // The network, the module that the slim entry reads, and three variables; no other environment, no system.
    command: (folder) => [
      tool('deno'),
      'run',
      '--quiet',
      '--no-prompt',
      '--node-modules-dir=manual',
      '--allow-net=127.0.0.0/24',
      `--allow-read=${folder}`,
      '--allow-env=POLYAI_OUTBOUND_TOKEN,POLYAI_OUTBOUND_REGION,POLYAI_OUTBOUND_API',
      join(folder, 'process.mjs'),
    ],
  },
  { name: 'bun', entries: ['process.mjs'], least: 490, command: (folder) => [tool('bun'), join(folder, 'process.mjs')] },
  { name: 'workerd', entries: ['workerd.mjs'], least: 485, command: (folder) => driven('workerd.mjs', folder) },
  { name: 'edge-runtime', entries: ['edge.mjs'], least: 490, command: (folder) => driven('edge.mjs', folder) },
  { name: 'chromium', entries: PAGE_ENTRIES, least: 495, command: (folder) => driven('page.mjs', folder, 'chromium') },
  { name: 'firefox', entries: PAGE_ENTRIES, least: 495, command: (folder) => driven('page.mjs', folder, 'firefox') },
  ...bundlers,
];
