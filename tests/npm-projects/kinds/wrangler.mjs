// Cloudflare's own tool: bundles a worker with its wasm as a module beside it, and runs that in workerd.

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { matches, project, same, service, start, succeed } from '../tools.mjs';

const WRANGLER = 'node_modules/wrangler/bin/wrangler.js';
const SID = /^OUT-[0-9a-f-]{36}$/;
const LISTEN = ['--ip', '127.0.0.1', '--port', '0', '--inspector-port', '0', '--show-interactive-dev-session=false'];
/** A worker may have some of Node, which must change nothing. */
const FLAGS = { 'without Node': [], 'with some of Node': ['--compatibility-flag', 'nodejs_compat'] };

async function checks({ tarball, check }) {
  const folder = await project('wrangler', tarball, 'wrangler');
  await check('a worker is bundled with both modules of wasm beside it', async () => {
    await succeed(folder, [WRANGLER, 'deploy', '--dry-run', '--outdir', 'dist']);
    const files = (await readdir(join(folder, 'dist'))).filter((it) => it.endsWith('.wasm'));
    same('modules', files.map((it) => it.replace(/^[0-9a-f]+-/, '')).sort(), ['core.wasm', 'sandbox.wasm']);
  });
  for (const [what, flags] of Object.entries(FLAGS)) {
    // Calls of a minute are over in less than a second.
    const it = await service(100);
    const variables = Object.entries(it.environment).flatMap(([name, value]) => ['--var', `${name}:${value}`]);
    let url;
    const started = await check(`a worker starts ${what}`, async () => {
      url = await start(folder, [WRANGLER, 'dev', ...LISTEN, ...flags, ...variables]);
      same('requests', it.seen, []);
    });
    if (!started) continue;
    const ask = async (path) => (await fetch(`${url}/${path}`)).text();
    await check(`${what}: three requests place three calls, and a status is read each time`, async () => {
      const sids = [await ask('trigger'), await ask('trigger'), await ask('trigger')];
      for (const sid of sids) matches('a SID', sid, SID);
      same('different SIDs', new Set(sids).size, 3);
      same('triggers at the service', it.asked('POST'), 3);
      const before = it.asked('GET');
      for (const sid of sids) matches('a status', await ask(`status?${sid}`), /^(queued|calling|success)$/);
      same('readings at the service', it.asked('GET') - before, 3);
    });
    await check(`${what}: a call is followed to its end`, async () => same('its end', await ask('call'), 'success'));
    await check(`${what}: a trigger whose answer is lost is sent once`, async () => {
      const before = (await it.calls()).length;
      same('placement', await ask('lost'), 'unknown');
      same('calls that were placed', (await it.calls()).length - before, 1);
    });
    await check(`${what}: the package’s own sandbox follows a call of ten minutes`, async () =>
      same('its end', await ask('sandbox'), 'success'),
    );
  }
}

export const projects = [{ name: 'wrangler', checks }];
