// Next: whatever a page, a route or an action asks of the package is asked of the service at that time, and nothing is while
// Next builds. Each is built for Node and for the edge runtime, with the client at module scope.

import { cp, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { matches, project, run, same, service, start, succeed } from '../tools.mjs';

const NEXT = 'node_modules/next/dist/bin/next';
const RUNTIMES = ['node', 'edge'];
/** Pages that place a call when they are visited, which differ in what they say to Next. */
const PAGES = [
  'plain',
  'inside',
  'revalidated',
  'never-revalidated',
  'default-cache',
  'default-no-store',
  'only-no-store',
  'dynamic',
  'number/14155550100',
];
const SID = /OUT-[0-9a-f-]{36}/;

/** The same files once more, for the edge runtime. */
async function onTheEdge(app) {
  await cp(join(app, 'node'), join(app, 'edge'), { recursive: true });
  for (const entry of await readdir(join(app, 'edge'), { recursive: true })) {
    if (!/\b(page|route)\.js$/.test(entry)) continue;
    const path = join(app, 'edge', entry);
    await writeFile(path, `export const runtime = 'edge';\n${await readFile(path, 'utf8')}`);
  }
}

const visit = async (url, init) => {
  const response = await fetch(url, { redirect: 'manual', ...init });
  const text = await response.text();
  if (response.status >= 400) throw new Error(`${url} answered ${response.status}: ${text.slice(0, 500)}`);
  return { text, location: response.headers.get('location') ?? '', cookie: response.headers.get('set-cookie') ?? '' };
};
const sidIn = (text) => SID.exec(text)?.[0] ?? `no SID in ${text.slice(0, 300)}`;

/** Sends a page's form as a browser without JavaScript does. */
async function submit(url, fields) {
  const { text } = await visit(url);
  const form = new FormData();
  const hidden = text.matchAll(/<input type="hidden" name="([^"]*)"(?: value="([^"]*)")?/g);
  for (const [, name, value] of hidden) form.set(name, value ?? '');
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return visit(url, { method: 'POST', body: form, headers: { origin: new URL(url).origin } });
}

/** Three of whatever gives a SID: three calls, and three names of calls that were placed. */
async function threeCalls({ asked, calls }, place) {
  const before = asked('POST');
  const sids = [];
  for (let nth = 0; nth < 3; nth++) sids.push(await place());
  const placed = (await calls()).map(({ call_sid: sid }) => sid);
  same('SIDs that were told and placed', sids.map((sid) => placed.includes(sid) || sid), [true, true, true]);
  same('different SIDs', new Set(sids).size, 3);
  same('triggers at the service', asked('POST') - before, 3);
}

async function nothing({ seen, calls }) {
  same('requests that were answered', seen, []);
  same('calls that were placed', await calls(), []);
}

async function build(check, folder, it) {
  const built = await check('the build passes', () => succeed(folder, [NEXT, 'build'], it.environment));
  await check('the build asks nothing of the service', () => nothing(it));
  return built;
}

const app = (name) => ({
  name,
  async checks({ tarball, check }) {
    const folder = await project(name, tarball, name, 'next');
    await onTheEdge(join(folder, 'app'));
    const it = await service();
    if (!(await build(check, folder, it))) return;
    const url = await start(folder, [NEXT, 'start', '-H', '127.0.0.1', '-p', '0'], it.environment);
    await check('nor does the server while nobody visits it', () => nothing(it));
    for (const runtime of RUNTIMES) {
      const at = (path) => `${url}/${runtime}/${path}`;
      for (const page of PAGES)
        await check(`${runtime}: three visits to the page ${page} place three calls`, () =>
          threeCalls(it, async () => sidIn((await visit(at(page))).text)));
      for (const method of ['GET', 'POST'])
        await check(`${runtime}: three requests to a route place three calls: ${method}`, () =>
          threeCalls(it, async () => (await visit(at('route'), { method })).text));
      await check(`${runtime}: three uses of an action place three calls`, () =>
        threeCalls(it, async () => sidIn((await submit(at('action'), { number: '+14155550100' })).cookie)));
      await check(`${runtime}: a redirect within onPlaced passes through the package`, () =>
        threeCalls(it, async () => sidIn((await visit(at('redirecting'), { method: 'POST' })).location)));
      await check(`${runtime}: a status is read anew at each visit`, async () => {
        const sid = sidIn((await visit(at('plain'))).text);
        const before = it.asked('GET');
        const read = async () => (await visit(at(`status/${sid}`))).text;
        for (let nth = 0; nth < 3; nth++) matches('the page', await read(), /<p>(queued|calling|success)<\/p>/);
        same('readings at the service', it.asked('GET') - before, 3);
      });
      await check(`${runtime}: the package’s own sandbox follows a call of ten minutes`, async () =>
        matches('the end', (await visit(at('sandbox'))).text, /"status":"success"/));
    }
  },
});

/** With `cacheComponents` all of a page is rendered while Next builds, but for what waits for a request. */
const prerendered = {
  name: 'next16-prerender',
  async checks({ tarball, check }) {
    const folder = await project('next16-prerender', tarball, 'next16', 'next-prerender');
    const it = await service();
    if (!(await build(check, folder, it))) return;
    const url = await start(folder, [NEXT, 'start', '-H', '127.0.0.1', '-p', '0'], it.environment);
    for (const page of ['dial', 'parameters?number=14155550100'])
      await check(`three visits to a page of which a part is prerendered place three calls: ${page}`, () =>
        threeCalls(it, async () => sidIn((await visit(`${url}/${page}`)).text)));
    for (const method of ['GET', 'POST'])
      await check(`three requests to a route place three calls: ${method}`, () =>
        threeCalls(it, async () => (await visit(`${url}/route`, { method })).text));
    await check('three uses of an action place three calls', () =>
      threeCalls(it, async () => sidIn((await submit(`${url}/action`, { number: '+14155550100' })).cookie)));
  },
};

/** Whoever does not wait for a request is told by Next, and nobody is called. */
const forbidden = {
  name: 'next16-forbidden',
  async checks({ tarball, check }) {
    const folder = await project('next16-forbidden', tarball, 'next16', 'next-forbidden');
    const it = await service();
    await check('a page that does not wait for a request is not built, and Next says why', async () => {
      const { code, said } = await run(folder, [NEXT, 'build'], it.environment);
      same('exit code', code, 1);
      matches('what Next says', said, /Math\.random\(\)|Date\.now\(\)/);
    });
    await check('the build asks nothing of the service', () => nothing(it));
  },
};

export const projects = [app('next16'), app('next14'), prerendered, forbidden];
