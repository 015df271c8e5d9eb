// Packs the npm package, installs it into empty projects, and runs the one suite in every host.
//
//   node run.mjs             all hosts
//   node run.mjs HOST …      those, or those whose names begin so: `node`, `chromium`, …; `list` names them
//
// OUTBOUND_BIN is the built `outbound` (target/release/outbound unless given), OUTBOUND_NPM_PACKAGE another folder to be
// packed, ONLY an expression for the names of the tests to run, JOBS how many hosts run at the same time, and SLOW from how
// many milliseconds on a test is named.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { certificates } from './hostiles/certificates.mjs';
import { run } from './runtimes/host.mjs';
import { HOSTS } from './runtimes/hosts.mjs';
import { CERTIFICATES, PACKAGE } from './runtimes/paths.mjs';
import { pack, project } from './runtimes/projects.mjs';

const JOBS = Number(process.env.JOBS ?? 6);

const named = process.argv.slice(2);
if (named[0] === 'list') {
  HOSTS.forEach(({ name }) => console.log(name));
  process.exit();
}
const hosts = named.length === 0 ? HOSTS : HOSTS.filter(({ name }) => named.some((it) => name.startsWith(it)));
const unknown = named.filter((it) => !HOSTS.some(({ name }) => name.startsWith(it)));
if (unknown.length > 0) fatal(`no host ${unknown}; \`list\` names them`);
process.env.OUTBOUND_BIN ??= fileURLToPath(new URL('../../target/release/outbound', import.meta.url));
if (!existsSync(PACKAGE)) fatal(`no package in ${PACKAGE}: cargo run -p polyai-outbound-pack builds it`);

function fatal(why) {
  console.error(why);
  process.exit(2);
}

const { tarball, version } = await pack();
// Each kind of host is told of its authority in its own way; browsers by `runtimes/browsers.mjs`.
const { authority, presented } = await certificates(CERTIFICATES);
const projects = new Map();
const laid = (entries) => {
  // Hosts of the same entries share a project, as the versions of Node do; a bundler has its own for its output.
  const key = entries.join();
  if (!projects.has(key)) projects.set(key, project(entries[0].replace(/\W/g, '-'), tarball, entries));
  return projects.get(key);
};

const totals = { passed: 0, failed: 0 };

async function runHost({ name, entries, command, own, least }) {
  const began = Date.now();
  const folder = own ? await project(name, tarball, entries) : await laid(entries);
  const all = await run(command(folder), { authority, presented, version, only: process.env.ONLY, bundled: own });
  // A host in which tests are left out by mistake looks as if it were in order.
  if (!process.env.ONLY && all.length < least)
    all.push({ name: 'the suite is whole', error: `${all.length} tests, expected ${least} at least`, ms: 0 });
  const failures = all.filter(({ error }) => error !== null);
  const passed = all.length - failures.length;
  totals.passed += passed;
  totals.failed += failures.length;
  // Nothing that ran is no success.
  if (all.length === 0) totals.failed += 1;
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  console.log(`${name.padEnd(14)} ${passed} passed, ${failures.length} failed   ${seconds} s`);
  for (const { name: test } of failures) console.log(`again: ONLY=${quoted(test)} node tests/npm/run.mjs ${name}`);
  for (const { name: test, error } of failures)
    console.log(`    FAIL  ${test}\n${error.split('\n').map((line) => `          ${line}`).join('\n')}`);
  if (process.env.SLOW) for (const { name: test, ms } of all) if (ms > Number(process.env.SLOW)) console.log(`    ${ms} ms  ${test}`);
}

/** A name as an expression that finds it, for a shell. */
function quoted(test) {
  return `'${test.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll("'", '.')}'`;
}

const waiting = [...hosts];
async function work() {
  for (let host = waiting.shift(); host; host = waiting.shift()) await runHost(host);
}
await Promise.all(Array.from({ length: JOBS }, work));
console.log(`${totals.passed} passed, ${totals.failed} failed`);
process.exit(totals.failed === 0 && totals.passed > 0 ? 0 : 1);
