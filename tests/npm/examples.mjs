// Runs the examples of the package's readme with the packed and installed package, and holds the readme to quote them as
// they are. Ends with `N passed, M failed`. OUTBOUND_BIN is the built `outbound` (target/release/outbound unless given).

import { execFile } from 'node:child_process';
import { cp, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { EdgeRuntime } from 'edge-runtime';
import { build } from 'esbuild';
import { Miniflare } from 'miniflare';
import { chromium } from 'playwright-core';

import { binary, serve } from '../contract/harness.mjs';
import { edge, workerd } from './runtimes/bundles.mjs';
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
const expectSame = (what, seen, expected) => {
  if (seen !== expected) throw new Error(`${what}: ${seen}, expected ${expected}`);
};
const sandbox = (speed) => serve(binary(), ['sandbox', '--listen', '127.0.0.1:0', '--speed', String(speed)]);
/** How many calls were really placed. */
const placed = async (url) => {
  const calls = await (await fetch(`${url}/_sandbox/calls`)).json();
  return (calls.calls ?? calls).length;
};
/** A sandbox, and the example's proxy before it. */
async function proxied() {
  const url = await sandbox(40);
  const env = { PATH: process.env.PATH, POLYAI_OUTBOUND_BASE_URL: url, POLYAI_OUTBOUND_TOKEN: 'sandbox', PORT: '0' };
  return { url, proxy: await serve(process.execPath, ['proxy.mjs'], { cwd: project, env }) };
}

/** What each example shows when it runs. */
const RUNS = {
  async 'node.mjs'() {
    const url = await sandbox(40);
    const env = { POLYAI_OUTBOUND_BASE_URL: url, POLYAI_OUTBOUND_TOKEN: 'sandbox' };
    const { stdout } = await run(['node.mjs'], env);
    expect(stdout, /^OUT-\S+ (queued|calling|success) /);
    expect(stdout, /\nended: success/);
    expectSame('calls placed', await placed(url), 1);
  },
  async 'tokens.mjs'() {
    const url = await sandbox(40);
    await writeFile(join(project, 'token'), 'sandbox\n');
    const env = { POLYAI_OUTBOUND_BASE_URL: url, TOKEN_FILE: 'token' };
    const { stdout } = await run(['tokens.mjs'], env);
    expect(stdout, /^POST 200, attempt 1, \d+ ms$/m);
    expect(stdout, /^polyai-outbound: POST \/v1\/outbound-calling: 200 \{$/m);
    expect(stdout, /^\{"callSid":"OUT-[^"]+","placedAt":\d+,"seenAt":null,"reading":null\} application\/json/m);
    expectSame('calls placed', await placed(url), 1);
  },
  async 'sandbox.test.mjs'() {
    const { stdout } = await run(['--test', '--test-reporter=tap', 'sandbox.test.mjs']);
    expect(stdout, /# pass 2\n# fail 0/);
  },
  async 'worker.js'() {
    const url = await sandbox(20);
    const miniflare = new Miniflare({
      ...(await workerd(join(project, 'worker.js'))),
      bindings: { POLYAI_OUTBOUND_BASE_URL: url, POLYAI_OUTBOUND_TOKEN: 'sandbox', SECRET: 'open sesame' },
      durableObjects: { CALLS: { className: 'PhoneCall', useSQLite: true } },
    });
    const ask = (path, init = {}, secret = 'open sesame') => {
      const headers = { authorization: `Bearer ${secret}` };
      return miniflare.dispatchFetch(`http://worker.test${path}`, { ...init, headers });
    };
    const post = (path, toNumber) => ask(path, { method: 'POST', body: JSON.stringify({ toNumber }) });
    try {
      expectSame('a stranger', (await ask('/1', {}, 'guess')).status, 401);
      // Ten minutes in the queue are 30 seconds here: longer than one alarm follows it.
      expectSame('a call', (await post('/1', '+14155550104')).status, 202);
      expectSame('the same once more', (await post('/1', '+14155550104')).status, 409);
      expectSame('a lost answer', (await (await post('/2', '+14155550106')).json()).placement, 'unknown');
      expectSame('the same once more', (await post('/2', '+14155550106')).status, 409);
      expectSame('a wrong number', (await (await post('/3', 'nobody')).json()).code, 'invalid_input');
      expectSame('it put right', (await post('/3', '+14155550101')).status, 202);

      const seen = new Set();
      let known;
      for (const end = Date.now() + 90_000; Date.now() < end && !known?.end; await sleep(500)) {
        known = await (await ask('/1')).json();
        if (known.call.seenAt) seen.add(known.call.reading?.status ?? 'nothing read');
      }
      expectSame('its end', known.end?.status, 'success');
      expectSame('what was known after the first alarm', [...seen].at(-1), 'queued');
      expectSame('the other end', (await (await ask('/3')).json()).end?.status, 'failure');
      expectSame('calls placed', await placed(url), 3);
    } finally {
      await miniflare.dispose();
    }
  },
  async 'next-edge-route.js'() {
    const url = await sandbox(40);
    // What Next.js puts around a route.
    const contents = `
      import { POST, runtime } from './next-edge-route.js';
      if (runtime !== 'edge') throw new Error(runtime);
      addEventListener('fetch', (event) => event.respondWith(POST(event.request)));`;
    const options = await edge({ stdin: { contents, resolveDir: project } });
    const env = { POLYAI_OUTBOUND_BASE_URL: url, POLYAI_OUTBOUND_TOKEN: 'sandbox', SECRET: 'open sesame' };
    const extend = (inside) => Object.assign(options.extend(inside), { process: { env } });
    const route = new EdgeRuntime({ ...options, extend });
    const post = async (toNumber, secret = 'open sesame') => {
      const headers = { authorization: `Bearer ${secret}` };
      const init = { method: 'POST', body: JSON.stringify({ toNumber }), headers };
      const response = await route.dispatchFetch('http://edge.test/calls', init);
      return { status: response.status, text: await response.text() };
    };
    expectSame('a stranger', (await post('+14155550100', 'guess')).status, 401);
    const call = await post('+14155550100');
    expectSame('a call', call.status, 202);
    expect(call.text, /^\{"callSid":"OUT-[^"]+"\}$/);
    const lost = await post('+14155550106');
    expectSame('a lost answer', lost.status, 409);
    expect(lost.text, /may have rung/);
    expectSame('a wrong number', (await post('nobody')).status, 422);
    expectSame('calls placed', await placed(url), 2);
  },
  async 'lambda.mjs'() {
    const url = await sandbox(40);
    await build({ entryPoints: [join(project, 'lambda.mjs')], bundle: true, platform: 'node', format: 'cjs', outfile: join(project, 'lambda.cjs') });
    const env = { POLYAI_OUTBOUND_BASE_URL: url, POLYAI_OUTBOUND_TOKEN: 'sandbox' };
    for (const file of ['lambda.mjs', 'lambda.cjs']) {
      const handled = async (toNumber) => {
        const script = `import { handler } from './${file}';
          console.log(JSON.stringify(await handler({ toNumber: '${toNumber}' }).catch(({ code }) => ({ code }))));`;
        return JSON.parse((await run(['--input-type=module', '--eval', script], env)).stdout);
      };
      const placedBefore = await placed(url);
      const { statusCode, body } = await handled('+14155550100');
      expectSame(`${file}: a call`, statusCode, 202);
      expect(JSON.parse(body).callSid, /^OUT-/);
      expectSame(`${file}: a lost answer`, JSON.parse((await handled('+14155550106')).body).placement, 'unknown');
      expectSame(`${file}: a wrong number`, JSON.parse((await handled('nobody')).body).code, 'invalid_input');
      expectSame(`${file}: no right to call`, (await handled('+14155550115')).code, 'forbidden');
      expectSame(`${file}: calls placed`, (await placed(url)) - placedBefore, 2);
    }
  },
  async 'proxy.mjs'() {
    const { url, proxy } = await proxied();
    const origin = proxy.replace(/\/$/, '');
    const to = (path, init) => fetch(origin + path, init);
    const headers = { origin, 'content-type': 'application/json', 'idempotency-key': 'example-key-00001' };
    const trigger = (number) => ({ method: 'POST', headers, body: JSON.stringify({ to_number: number }) });
    const path = '/calls/v1/outbound-calling';
    expectSame('no session', (await to(path, trigger('+14155550107'))).status, 403);
    headers.cookie = (await to('/')).headers.get('set-cookie').split(';')[0];
    const limited = await to(path, trigger('+14155550107'));
    expectSame('a 429', `${limited.status} after ${limited.headers.get('retry-after')}`, '429 after 2');
    expectSame('another area', (await to(path, trigger('+12125550100'))).status, 403);
    expectSame('another origin', (await to(path, { ...trigger('+14155550100'), headers: { ...headers, origin: 'https://evil.example' } })).status, 403);
    for (const other of ['/calls/_sandbox/calls', '/calls/v1/outbound-calling/..%2f/status', '/v1/outbound-calling'])
      expectSame(other, (await to(other, { headers })).status, 404);
    expectSame('calls placed', await placed(url), 0);
  },
  async 'browser.html'() {
    const { url, proxy } = await proxied();
    const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium' });
    try {
      const page = await browser.newPage();
      await page.goto(proxy);
      const call = async (number, pattern) => {
        await page.fill('input', number);
        await page.click('button');
        await page.waitForSelector('button:not([disabled])', { timeout: 60_000 });
        expect(await page.textContent('output'), pattern);
      };
      await call('+14155550100', /^ended: success/);
      await call('+14155550106', /^the phone may have rung/);
      await call('nobody', /toNumber/);
      expectSame('calls placed', await placed(url), 2);
    } finally {
      await browser.close();
    }
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
