// Builds and runs projects of the frameworks and tools that people use, with the package installed as it is packed.
//
//   node run.mjs             all of them
//   node run.mjs PROJECT …   those, or those whose names begin so: `next`, `vite`, …; `list` names them
//
// OUTBOUND_BIN is the built `outbound` (target/release/outbound unless given), OUTBOUND_NPM_PACKAGE another folder to be
// packed, OUTBOUND_NPM_PROJECTS another folder to make the projects in, ONLY an expression for the names of the checks to run,
// and JOBS how many projects are worked at at the same time.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { PACKAGE } from '../npm/runtimes/paths.mjs';
import { pack } from '../npm/runtimes/projects.mjs';
import * as libraries from './kinds/libraries.mjs';
import * as next from './kinds/next.mjs';
import * as runners from './kinds/runners.mjs';
import * as slim from './kinds/slim.mjs';
import * as vite from './kinds/vite.mjs';
import * as wrangler from './kinds/wrangler.mjs';
import { PROJECTS } from './tools.mjs';

/** The longest first, so that two at a time end together. */
const KINDS = [next, vite, wrangler, runners, libraries, slim];
const JOBS = Number(process.env.JOBS ?? 2);

const projects = KINDS.flatMap((kind) => kind.projects);
const named = process.argv.slice(2);
if (named[0] === 'list') {
  projects.forEach(({ name }) => console.log(name));
  process.exit();
}
const chosen = projects.filter(({ name }) => named.length === 0 || named.some((it) => name.startsWith(it)));
const unknown = named.filter((it) => !projects.some(({ name }) => name.startsWith(it)));
if (unknown.length > 0) fatal(`no project ${unknown}; \`list\` names them`);
process.env.OUTBOUND_BIN ??= fileURLToPath(new URL('../../target/release/outbound', import.meta.url));
if (!existsSync(PACKAGE)) fatal(`no package in ${PACKAGE}: cargo run -p polyai-outbound-pack builds it`);

function fatal(why) {
  console.error(why);
  process.exit(2);
}

const { tarball } = await pack(PROJECTS);
const only = new RegExp(process.env.ONLY ?? '');
const totals = { passed: 0, failed: 0 };

async function work({ name, checks }) {
  const began = Date.now();
  const failures = [];
  let passed = 0;
  /** One check; gives whether it passed, for those that rest on it. */
  const check = async (what, body) => {
    if (!only.test(what)) return true;
    try {
      await body();
      passed += 1;
      return true;
    } catch (error) {
      failures.push([what, error]);
      return false;
    }
  };
  try {
    await checks({ tarball, check });
    if (passed + failures.length === 0 && process.env.ONLY === undefined) throw new Error('nothing was checked');
  } catch (error) {
    failures.push(['the project is worked at to its end', error]);
  }
  totals.passed += passed;
  totals.failed += failures.length;
  console.log(`${name.padEnd(14)} ${passed} passed, ${failures.length} failed   ${((Date.now() - began) / 1000).toFixed(1)} s`);
  for (const [what, error] of failures) console.log(`    FAIL  ${what}\n${String(error?.stack ?? error).replace(/^/gm, '          ')}`);
}

async function worker() {
  for (let due = chosen.shift(); due; due = chosen.shift()) await work(due);
}
await Promise.all(Array.from({ length: JOBS }, worker));
console.log(`${totals.passed} passed, ${totals.failed} failed`);
process.exit(totals.failed === 0 && totals.passed > 0 ? 0 : 1);
