// What both scripts need: programs that are started and ended, a recorder before a server, and checks that are counted.

import { spawn } from 'node:child_process';
import { createServer, request } from 'node:http';
import { existsSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { fileURLToPath } from 'node:url';

export const TOKEN = 'contract-token-5d1c';
export const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** The program under test. */
export function binary() {
  const path = process.env.OUTBOUND_BIN;
  if (!path || !existsSync(path)) {
    console.error('OUTBOUND_BIN names no file: set it to the built `outbound`, as target/debug/outbound');
    process.exit(2);
  }
  return path;
}

const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill()));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

function start(program, args, options) {
  const child = spawn(program, args, options);
  running.add(child);
  child.on('close', () => running.delete(child));
  return child;
}

/** Runs a program to its end. A program that does not end in time has the code `null`. */
export function run(program, args, { input = '', seconds = 30, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = start(program, args, { timeout: seconds * 1000, killSignal: 'SIGKILL', ...options });
    const out = { stdout: '', stderr: '' };
    for (const stream of Object.keys(out))
      child[stream].setEncoding('utf8').on('data', (text) => (out[stream] += text));
    child.on('error', reject).on('close', (code) => resolve({ code, ...out }));
    child.stdin.on('error', () => {}).end(input);
  });
}

/** Starts a server, and gives the loopback address that it prints. */
export function serve(program, args, options) {
  return new Promise((resolve, reject) => {
    const child = start(program, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let printed = '';
    const read = (text) => {
      printed += text;
      const [url] = /http:\/\/127\.0\.0\.1:\d+(?=\D)/.exec(ready(printed)) ?? [];
      if (url) resolve(url);
    };
    for (const stream of ['stdout', 'stderr']) child[stream].setEncoding('utf8').on('data', read);
    child.on('error', reject).on('close', () => reject(new Error(`${program} ended before it listened: ${printed}`)));
    setTimeout(() => reject(new Error(`${program} did not say where it listens: ${printed}`)), 60_000).unref();
  });
}

// Prism prints each operation's address before it listens.
const ready = (printed) => (printed.includes('[CLI]') ? (printed.split('is listening on')[1] ?? '') : printed);

/** Starts the OpenAPI server from npm, as `mock` of a document or as `proxy` that watches over another server. */
export function prism(kind, document, ...upstream) {
  const program = process.env.PRISM_BIN ?? here('node_modules/.bin/prism');
  return serve(program, [kind, '--errors', '--port', '0', here(document), ...upstream]);
}

/**
 * Stands before a server and keeps what passes. `prefer` is what the mock is asked to answer: a function of the method.
 * A path prefix is cut off, as a gateway would.
 */
export async function recorder(target) {
  const recorder = { seen: [], prefer: () => undefined, url: '' };
  const server = createServer((incoming, answer) => {
    const chunks = [];
    incoming
      .on('data', (chunk) => chunks.push(chunk))
      .on('end', () => {
        const { method, url, headers } = incoming;
        const body = Buffer.concat(chunks);
        const prefer = recorder.prefer(method);
        const sent = prefer === undefined ? headers : { ...headers, prefer };
        const outgoing = request(target + url.replace(/^\/prefix\//, '/'), { method, headers: sent }, (response) => {
          const violations = JSON.parse(response.headers['sl-violations'] ?? '[]');
          recorder.seen.push({ method, url, headers, body: body.toString(), status: response.statusCode, violations });
          answer.writeHead(response.statusCode, response.headers);
          response.pipe(answer);
        });
        outgoing.on('error', () => answer.destroy());
        outgoing.end(body);
      });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  recorder.url = `http://127.0.0.1:${server.address().port}`;
  return recorder;
}

/** What is wrong, as sentences; nothing where all is as expected. */
export class Problems {
  list = [];
  add(problem) {
    this.list.push(problem);
  }
  expect(what, seen, expected) {
    if (!isDeepStrictEqual(seen, expected)) this.add(`${what}: ${show(seen)}, expected ${show(expected)}`);
  }
}

const show = (value) => (value === undefined ? 'nothing' : JSON.stringify(value));

/** Counts checks and prints a line for each. */
export class Report {
  passed = 0;
  failed = 0;
  check(name, problems) {
    if (problems.length === 0) {
      this.passed += 1;
      console.log(`ok    ${name}`);
    } else {
      this.failed += 1;
      console.log(`FAIL  ${name}\n${problems.map((problem) => `        ${problem}`).join('\n')}`);
    }
  }
  /** The closing line, and the end. */
  end() {
    console.log(`${this.passed} passed, ${this.failed} failed`);
    process.exit(this.failed === 0 && this.passed > 0 ? 0 : 1);
  }
}
