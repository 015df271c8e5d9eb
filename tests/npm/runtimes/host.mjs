// One host, run once: its servers, its process, and what came of its tests.

import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';

import { binary, serve } from '../../contract/harness.mjs';
import { hostile } from '../hostile.mjs';
import { SPEED } from '../suite/support.mjs';

/** After which a host has failed, and after which it hangs in a test: each test has its own, shorter limit. */
const LIMIT_SECONDS = 240;
const TEST_LIMIT_SECONDS = 25;

/** The package's readme, of which the suite holds a table to what it finds. */
const readme = await readFile(new URL('../../../pkg-template/README.md', import.meta.url), 'utf8');

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

/**
 * Runs a command with servers of its own to its end, and gives the results of its tests: those that it prints, or those that it
 * told of before it hung or ended, and the test that it was at. `rest` is what the suite is told beside the servers.
 */
export async function run([program, ...args], { authority, presented, ...rest }) {
  const sandbox = await serve(binary(), ['sandbox', '--listen', '127.0.0.1:0', '--speed', String(SPEED)]);
  const { url: hostileUrl, raw: rawUrl, secured: securedUrls, journal } = await hostile(presented);
  const context = JSON.stringify({ baseUrl: sandbox, hostileUrl, rawUrl, securedUrls, readme, ...rest });
  return new Promise((resolve) => {
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: authority, DENO_CERT: authority };
    const child = spawn(program, [...args, context], { stdio: ['ignore', 'pipe', 'pipe'], detached: true, env });
    running.add(child);
    let said = '';
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (said += text));
    const failed = (why) => [
      ...journal.ended,
      { name: journal.begun ?? 'the suite runs to its end', error: `${why}\n${said}${out.slice(0, 4_000)}`, ms: 0 },
    ];
    let late;
    const began = Date.now();
    const timer = setInterval(() => {
      const over = (since, seconds) => Date.now() - since > seconds * 1000;
      if (journal.begun !== undefined && over(journal.since, TEST_LIMIT_SECONDS)) late = `hangs: nothing for ${TEST_LIMIT_SECONDS} s`;
      else if (over(began, LIMIT_SECONDS)) late = `the host did not end within ${LIMIT_SECONDS} s`;
      if (late) end(child);
    }, 500);
    child.on('error', (error) => resolve(failed(String(error))));
    child.on('close', (code) => {
      clearInterval(timer);
      end(child);
      running.delete(child);
      const line = out.split('\n').find((it) => it.startsWith('RESULTS '));
      if (line) return resolve(JSON.parse(line.slice('RESULTS '.length)));
      resolve(failed(late ?? `the host ended with ${code} and no results`));
    });
  });
}
