// Packs the npm package, installs it into empty projects, and runs the one suite in every host.
//
//   node run.mjs             all hosts
//   node run.mjs HOST …      those, or those whose names begin so: `node`, `chromium`, …; `list` names them
//
// OUTBOUND_BIN is the built `outbound` (target/release/outbound unless given), OUTBOUND_NPM_PACKAGE another folder to be
// packed, ONLY an expression for the names of the tests to run, JOBS how many hosts run at the same time, and SLOW from how
// many milliseconds on a test is named.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { binary, serve } from '../contract/harness.mjs';
import { hostile } from './hostile.mjs';
import { certificates } from './hostiles/certificates.mjs';
import { HOSTS } from './runtimes/hosts.mjs';
import { CERTIFICATES, PACKAGE } from './runtimes/paths.mjs';
import { pack, project } from './runtimes/projects.mjs';
import { SPEED } from './suite/support.mjs';

/** After which a host has failed. */
const LIMIT_SECONDS = 260;
const JOBS = Number(process.env.JOBS ?? 2);

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

const running = new Set();
process.on('exit', () => running.forEach(end));

/** Ends a host together with whatever it has started. */
function end(child) {
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** Runs a command to its end, and gives the results that it prints. */
function results([program, ...args]) {
  return new Promise((resolve) => {
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: authority, DENO_CERT: authority };
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true, env });
    running.add(child);
    let said = '';
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (said += text));
    const failed = (why) => [{ name: 'the suite runs to its end', error: `${why}\n${said}${out.slice(0, 4_000)}`, ms: 0 }];
    let late = false;
    const timer = setTimeout(() => ((late = true), end(child)), LIMIT_SECONDS * 1000);
    child.on('error', (error) => resolve(failed(String(error))));
    child.on('close', (code) => {
      clearTimeout(timer);
      end(child);
      running.delete(child);
      const line = out.split('\n').find((it) => it.startsWith('RESULTS '));
      if (line) return resolve(JSON.parse(line.slice('RESULTS '.length)));
      resolve(failed(late ? `did not end within ${LIMIT_SECONDS} s` : `ended with ${code} and no results`));
    });
  });
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

async function runHost({ name, entries, command, own }) {
  const began = Date.now();
  const folder = own ? await project(name, tarball, entries) : await laid(entries);
  const baseUrl = await serve(binary(), ['sandbox', '--listen', '127.0.0.1:0', '--speed', String(SPEED)]);
  const { url: hostileUrl, raw: rawUrl, secured: securedUrls } = await hostile(presented);
  const servers = { baseUrl, hostileUrl, rawUrl, securedUrls };
  const context = JSON.stringify({ ...servers, version, only: process.env.ONLY, bundled: own });
  const all = await results([...command(folder), context]);
  const failures = all.filter(({ error }) => error !== null);
  const passed = all.length - failures.length;
  totals.passed += passed;
  totals.failed += failures.length;
  // Nothing that ran is no success.
  if (all.length === 0) totals.failed += 1;
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  console.log(`${name.padEnd(14)} ${passed} passed, ${failures.length} failed   ${seconds} s`);
  for (const { name: test, error } of failures)
    console.log(`    FAIL  ${test}\n${error.split('\n').map((line) => `          ${line}`).join('\n')}`);
  if (process.env.SLOW) for (const { name: test, ms } of all) if (ms > Number(process.env.SLOW)) console.log(`    ${ms} ms  ${test}`);
}

const waiting = [...hosts];
async function work() {
  for (let host = waiting.shift(); host; host = waiting.shift()) await runHost(host);
}
await Promise.all(Array.from({ length: JOBS }, work));
console.log(`${totals.passed} passed, ${totals.failed} failed`);
process.exit(totals.failed === 0 && totals.passed > 0 ? 0 : 1);
