// What the tests of all projects need: a project with the package in it, programs that are run and served, and a server whose
// requests are counted.

import { execFile, spawn } from 'node:child_process';
import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { binary, recorder, serve } from '../contract/harness.mjs';
import { node } from '../npm/runtimes/paths.mjs';

export { serve } from '../contract/harness.mjs';

const execute = promisify(execFile);
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
export const PROJECTS = process.env.OUTBOUND_NPM_PROJECTS ?? here('../../target/npm-frameworks');
/** The tools need a recent Node. */
export const NODE = node(24);
/** Nothing is asked of the network, and nobody is told of what is run. */
export const ENVIRONMENT = {
  PATH: process.env.PATH,
  // What tools keep of their own stays here.
  HOME: PROJECTS,
  CI: '1',
  NO_COLOR: '1',
  NEXT_TELEMETRY_DISABLED: '1',
  NEXT_IGNORE_INCORRECT_LOCKFILE: '1',
  WRANGLER_SEND_METRICS: 'false',
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
};

/** A project with what its lockfile names, the package as it was packed, and these sources: folders beside this file. */
export async function project(name, tarball, installed, ...sources) {
  const folder = join(PROJECTS, name);
  const modules = join(folder, 'node_modules');
  const own = join(modules, 'polyai-outbound');
  await mkdir(folder, { recursive: true });
  // Linked, for these are many files; what a tool writes there it writes anew.
  await execute('cp', ['--archive', '--link', here(`${installed}/node_modules`), modules]);
  for (const source of [installed, ...sources])
    await cp(here(source), folder, { recursive: true, filter: (path) => !path.includes(`${installed}/node_modules`) });
  // As npm does it: the package has neither dependencies nor scripts.
  await rm(own, { recursive: true, force: true });
  await mkdir(own);
  await execute('tar', ['--extract', '--gzip', '--strip-components=1', `--file=${tarball}`, `--directory=${own}`]);
  return folder;
}

const running = new Set();
process.on('exit', () => running.forEach(kill));

/** Ends a program together with whatever it has started. */
function kill(child) {
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** Runs a script of a project to its end; gives its exit code, and all that it has said. */
export function run(folder, [script, ...args], environment = {}, seconds = 240) {
  return new Promise((resolve, reject) => {
    const env = { ...ENVIRONMENT, ...environment };
    const child = spawn(NODE, [script, ...args], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    running.add(child);
    let said = '';
    for (const stream of ['stdout', 'stderr']) child[stream].setEncoding('utf8').on('data', (text) => (said += text));
    const timer = setTimeout(() => kill(child), seconds * 1000);
    child.on('error', reject).on('close', (code) => {
      clearTimeout(timer);
      running.delete(child);
      resolve({ code: code ?? `none within ${seconds} s`, said });
    });
  });
}

/** The same, which has to succeed. */
export async function succeed(...given) {
  const { code, said } = await run(...given);
  if (code !== 0) throw new Error(`${given[1].join(' ')} ended with ${code}:\n${said}`);
  return said;
}

/** Starts a server of a project; gives its address. */
export const start = (folder, args, environment = {}) => serve(NODE, args, { cwd: folder, env: { ...ENVIRONMENT, ...environment } });

/** The service, with a recorder before it: what was asked and answered is in `seen`; `calls` gives what was really placed. */
export async function service(speed = 1) {
  const sandbox = await serve(binary(), ['sandbox', '--listen', '127.0.0.1:0', '--speed', String(speed)]);
  const { url, seen } = await recorder(sandbox);
  const asked = (method) => seen.filter((it) => it.method === method).length;
  const calls = async () => (await (await fetch(`${sandbox}/_sandbox/calls`)).json()).calls;
  return { url, sandbox, seen, asked, calls, environment: { POLYAI_OUTBOUND_BASE_URL: url, POLYAI_OUTBOUND_TOKEN: 'sandbox' } };
}

// --- what is asserted -----------------------------------------------------------------------------------------------

const show = (value) => (typeof value === 'string' ? value : JSON.stringify(value));

export function same(what, seen, expected) {
  if (JSON.stringify(seen) !== JSON.stringify(expected)) throw new Error(`${what}: ${show(seen)}, expected ${show(expected)}`);
}

export function matches(what, text, pattern) {
  if (!pattern.test(text)) throw new Error(`${what}: ${pattern} is not in:\n${text.slice(0, 2_000)}`);
}
