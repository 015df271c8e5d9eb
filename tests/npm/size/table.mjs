// Where the bytes of the npm package go, as Markdown: `node tests/npm/size/table.mjs` after the package was built.
//
// Gzipped sizes of parts do not add up to that of the whole: what parts have in common is packed once. So a part of the
// main entry is worth what the entry is smaller without it, and groups of functions are given as they are.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import { transformSync } from 'esbuild';

import { codeOf, sectionsOf } from './wasm.mjs';

const at = (path) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const WORK = 'target/npm/work';
const DIST = 'target/npm/polyai-outbound/dist';

const gzipped = (bytes) => gzipSync(bytes, { level: 9 }).length;
const minified = (path) => transformSync(readFileSync(at(path), 'utf8'), { minify: true, format: 'esm' }).code;
const number = (value) => value.toLocaleString('en-GB');
const table = (head, rows) => {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  console.log([line(head), line(head.map((_, at) => (at === 0 ? '---' : '--:'))), ...rows.map(line), ''].join('\n'));
};

// The same with names, which the package does without.
const named = at(`${WORK}/client/named.wasm`);
const shrink = ['-Oz', '--converge', '--strip-producers', '--strip-target-features', '-g'];
execFileSync(at('pkg-template/build/node_modules/.bin/wasm-opt'), [...shrink, at(`${WORK}/client/polyai_outbound_wasm_bg.wasm`), '-o', named]);

const main = minified(`${DIST}/index.js`);
const [, packed] = readFileSync(at(`${WORK}/parts/client/packed.js`), 'utf8').match(/"(.*)"/);
const bare = main.replace(packed, '');
const glue = minified(`${WORK}/parts/client/core.js`);
const wasm = readFileSync(at(`${DIST}/core.wasm`));

console.log('The main entry, minified:\n');
table(
  ['part', 'bytes', 'gzipped'],
  [
    ['the whole', number(main.length), number(gzipped(main))],
    ['the wasm, deflated and as base64', number(packed.length), number(gzipped(main) - gzipped(bare))],
    ["wasm-bindgen's glue", number(glue.length), number(gzipped(glue))],
    ['JavaScript written by hand', number(bare.length - glue.length), number(gzipped(bare) - gzipped(glue))],
    ['for comparison: `core.wasm`', number(wasm.length), number(gzipped(wasm))],
  ],
);

console.log('`core.wasm` by section:\n');
table(
  ['section', 'bytes', 'gzipped alone'],
  sectionsOf(wasm).map(({ name, bytes }) => [name, number(bytes.length), number(gzipped(bytes))]),
);

const groups = new Map();
for (const { name, bytes } of codeOf(readFileSync(named))) {
  // Rust tells copies of a crate apart by a number.
  const group = groupOf(name.replace(/\[[0-9a-f]+\]/g, ''));
  if (!groups.has(group)) groups.set(group, []);
  groups.get(group).push(bytes);
}
console.log('Its code by group of functions (what is inlined counts where it went):\n');
table(
  ['group', 'functions', 'bytes', 'gzipped alone'],
  [...groups]
    .map(([group, bodies]) => ({ group, count: bodies.length, whole: Buffer.concat(bodies) }))
    .sort((one, other) => other.whole.length - one.whole.length)
    .map(({ group, count, whole }) => [group, number(count), number(whole.length), number(gzipped(whole))]),
);

/** Our modules by their own names, everything else by its crate. */
function groupOf(name) {
  const [, crate, module] = name.match(/polyai_outbound_(core|wasm)::(\w+)/) ?? [];
  if (crate === 'core') return `core: \`${module}\``;
  if (crate === 'wasm') return 'the shell: `wasm`';
  const [, other] = name.match(/^<?&?(?:dyn |mut )?(\w+)::/) ?? [];
  if (/^(core|alloc|std|compiler_builtins|hashbrown)$/.test(other)) return `Rust's own: \`${other}\``;
  if (other) return `\`${other}\``;
  return /^(client|operation|patience|request|known|sandbox)/i.test(name) ? 'the shell: `wasm`' : 'unnamed, memory and the like';
}
