// Runs the examples of the package's readme with the packed and installed package, and holds the readme to quote them as
// they are. Ends with `N passed, M failed`. OUTBOUND_BIN is the built `outbound` (target/release/outbound unless given).

import { execFile } from 'node:child_process';
import { cp, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { binary, serve } from '../contract/harness.mjs';
import { install, pack } from './runtimes/projects.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const execute = promisify(execFile);
const EXAMPLES = here('../../pkg-template/examples');
process.env.OUTBOUND_BIN ??= here('../../target/release/outbound');

const { tarball } = await pack(here('../../target/npm-examples'));
const project = here('../../target/npm-examples/project');
await install(project, tarball);
await cp(EXAMPLES, project, { recursive: true });

const run = (args, env = {}) =>
  execute(process.execPath, args, { cwd: project, env: { PATH: process.env.PATH, ...env }, timeout: 120_000 });
const expect = (text, pattern) => {
  if (!pattern.test(text)) throw new Error(`${pattern} is not in:\n${text}`);
};

/** What each example shows when it runs. */
const RUNS = {
  async 'node.mjs'() {
    const url = await serve(binary(), ['sandbox', '--listen', '127.0.0.1:0', '--speed', '40']);
    const env = { POLYAI_OUTBOUND_BASE_URL: url, POLYAI_OUTBOUND_TOKEN: 'sandbox' };
    const { stdout } = await run(['node.mjs'], env);
    expect(stdout, /^OUT-\S+ (queued|calling|success) /);
    expect(stdout, /\nended: success/);
    const calls = await (await fetch(`${url}/_sandbox/calls`)).json();
    if ((calls.calls ?? calls).length !== 1) throw new Error(`calls that were placed: ${JSON.stringify(calls)}`);
  },
  async 'sandbox.test.mjs'() {
    const { stdout } = await run(['--test', '--test-reporter=tap', 'sandbox.test.mjs']);
    expect(stdout, /# pass 2\n# fail 0/);
  },
};

const totals = { passed: 0, failed: 0 };
async function check(name, test) {
  try {
    await test();
    totals.passed += 1;
  } catch (error) {
    totals.failed += 1;
    console.log(`FAIL  ${name}\n${error.stdout ?? ''}${error.stderr ?? ''}${error.message}`);
  }
}

const files = await readdir(EXAMPLES);
await check('every example is run', () => {
  if (files.sort().join() !== Object.keys(RUNS).sort().join()) throw new Error(`files: ${files}`);
});
for (const [name, test] of Object.entries(RUNS)) await check(name, test);
await check('the readme quotes the examples as they are', async () => {
  const readme = await readFile(here('../../pkg-template/README.md'), 'utf8');
  const quoted = [...readme.matchAll(/^```(?:js|ts|html)\n(.*?)^```$/gms)].map(([, code]) => code);
  const examples = await Promise.all(files.map((name) => readFile(join(EXAMPLES, name), 'utf8')));
  for (const code of quoted) if (!examples.includes(code)) throw new Error(`no example is:\n${code}`);
  for (const code of examples) if (!quoted.includes(code)) throw new Error(`not in the readme:\n${code}`);
});

console.log(`${totals.passed} passed, ${totals.failed} failed`);
process.exit(totals.failed === 0 ? 0 : 1);
