// The proxy of the npm package (`polyai-outbound/proxy`), installed from the packed tarball: in every kind of server, before
// browsers that send again by themselves, and under hostile requests. Ends with `N passed, M failed`.
//
//   node tests/npm/proxy.mjs              all
//   node tests/npm/proxy.mjs PART …       some of: answers, placements, keys, node, edge, hostile, browsers, or a server: http, express, …
//
// OUTBOUND_BIN is the built `outbound` (target/release/outbound unless given), OUTBOUND_NPM_PACKAGE another folder to be packed.

import { cp, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { Miniflare } from 'miniflare';

import { binary, serve } from '../contract/harness.mjs';
import { certificates } from './hostiles/certificates.mjs';
import { workerd } from './runtimes/bundles.mjs';
import { TESTS, node, tool } from './runtimes/paths.mjs';
import { install, pack } from './runtimes/projects.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
process.env.OUTBOUND_BIN ??= here('../../target/release/outbound');
const named = process.argv.slice(2);
const wanted = (part) => named.length === 0 || named.includes(part);

const { tarball } = await pack(here('../../target/npm-proxy'));
const project = here('../../target/npm-proxy/project');
await install(project, tarball);
for (const folder of ['proxy', 'runtimes', 'hostiles']) await cp(join(TESTS, folder), join(project, folder), { recursive: true });
for (const name of ['page.mjs', 'settings.mjs', 'node.mjs', 'deno.mjs', 'bun.mjs', 'worker.mjs']) await cp(join(TESTS, 'proxy/servers', name), join(project, name));
for (const name of ['express', 'fastify', 'hono', 'playwright-core', 'puppeteer-core']) await symlink(join(TESTS, 'node_modules', name), join(project, 'node_modules', name));

// From the project, so that they import what was installed.
const part = (name) => import(pathToFileURL(join(project, 'proxy', `${name}.mjs`)));
const { Report, TOKEN } = await part('support');
const report = new Report();

const sandbox = await serve(binary(), ['sandbox', '--listen', '127.0.0.1:0', '--speed', '40', '--token', TOKEN]);
const settings = JSON.stringify({ baseUrl: sandbox, token: TOKEN, bodyTimeoutMs: 1_500 });
const calls = async () => (await (await fetch(`${sandbox}/_sandbox/calls`)).json()).calls;
const rung = async (number) => (await calls()).filter(({ to_number }) => to_number === number).length;

const inNode = (kind) => serve(node(22), [join(project, 'node.mjs'), kind, settings], { cwd: project });
const inDeno = () => {
  const args = ['run', '--quiet', '--no-prompt', '--node-modules-dir=manual', '--allow-net=127.0.0.1', `--allow-read=${project}`, join(project, 'deno.mjs'), settings];
  return serve(tool('deno'), args, { cwd: project });
};
const inBun = () => serve(tool('bun'), [join(project, 'bun.mjs'), settings], { cwd: project });
const miniflares = [];
const inWorkerd = async () => {
  const miniflare = new Miniflare({ ...(await workerd(join(project, 'worker.mjs'))), bindings: { SETTINGS: settings }, host: '127.0.0.1', port: 0 });
  miniflares.push(miniflare);
  return (await miniflare.ready).origin;
};

const SERVERS = {
  http: () => inNode('http'),
  express: () => inNode('express'),
  'express-json': () => inNode('express-json'),
  fastify: () => inNode('fastify'),
  hono: () => inNode('hono'),
  deno: inDeno,
  bun: inBun,
  workerd: inWorkerd,
};

/** The names in core's two lists of headers that SIP uses itself. */
async function sipHeaders() {
  const source = await readFile(here('../../core/src/metadata.rs'), 'utf8');
  const lists = [...source.matchAll(/^const (?:SIP_HEADERS|SHORT_FORMS): \[&str; \d+\] =\s*\[(.*?)\];/gms)];
  return lists.flatMap(([, list]) => [...list.matchAll(/"([\w-]+)"/g)].map(([, name]) => name));
}

if (wanted('answers')) await (await part('answers')).answers(report, await sipHeaders());
if (wanted('placements')) await (await part('placements')).placements(report);
if (wanted('keys')) await (await part('keys')).keys(report);
if (wanted('node')) await (await part('node')).nodes(report);

// Not from the project: it brings tools of its own.
if (wanted('edge')) await (await import('./proxy/edge.mjs')).edges(report, project);

const { host } = await part('hosts');
for (const [name, start] of Object.entries(SERVERS)) if (wanted(name)) await host(report, name, await start(), rung);

const { TRIGGER, fromPage, holds, numbered, same, send } = await part('support');
if (wanted('express'))
  await report.check('express-read: a body that was read before is refused, with what to do', async () => {
    const origin = await inNode('express-read');
    const number = numbered('00');
    const answer = await send(origin + TRIGGER, { headers: fromPage(origin), body: JSON.stringify({ to_number: number }) });
    same('status', answer.status, 503);
    same('code', answer.json.code, 'body_was_read');
    holds(answer.text, answer.text.includes('mount the proxy before'));
    same('calls placed', await rung(number), 0);
  });

if (wanted('hostile')) await (await part('hostile')).hostile(report, await inNode('http'), async () => (await calls()).length);

if (wanted('browsers')) {
  const { authority, presented } = await certificates(here('../../target/npm-proxy/certificates'));
  // Browsers are told of it by what launches them.
  process.env.NODE_EXTRA_CA_CERTS = authority;
  const { browsers } = await part('browsers');
  const proxy = await inNode('http');
  await browsers(report, ['chromium', 'firefox'], { folder: project, sandbox, token: TOKEN, proxy, rung, credentials: presented.right });
}

await Promise.all(miniflares.map((it) => it.dispose()));
console.log(`${report.passed} passed, ${report.failed} failed`);
process.exit(report.failed === 0 && report.passed > 0 ? 0 : 1);
