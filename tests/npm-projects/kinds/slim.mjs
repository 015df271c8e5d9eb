// The slim entry behind tools that bundle for a process and leave its file behind: the error says what to do, and either of the
// two things that it says helps.

import { execFile } from 'node:child_process';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { tool } from '../../npm/runtimes/paths.mjs';
import { install } from '../../npm/runtimes/projects.mjs';
import { NODE, PROJECTS, matches, same, service } from '../tools.mjs';

const execute = promisify(execFile);
/** The bundlers are those of the hosts' suite. */
const required = createRequire(new URL('../../npm/run.mjs', import.meta.url));
const { build } = required('esbuild');

const esbuild = (format) => async (entry, outfile) => {
  await build({ entryPoints: [entry], bundle: true, platform: 'node', format, outfile, logLevel: 'silent' });
};
const rollup = (format) => async (entry, file) => {
  const tools = { ...required('rollup'), ...required('@rollup/plugin-node-resolve') };
  const plugins = [tools.nodeResolve({ exportConditions: ['node'] })];
  const built = await tools.rollup({ input: entry, plugins, onwarn: () => {} });
  await built.write({ file, format });
};
const bun = (...flags) => async (entry, outfile) => {
  await execute(tool('bun'), ['build', entry, ...flags, '--outfile', outfile]);
};

const MISSING = new RegExp(
  'core\\.wasm is not beside this JavaScript, at \\S+core\\.wasm: copy core\\.wasm there .*' +
    'import polyai-outbound, which needs no file$',
);

/** By tool: the name of what it makes, how, and what runs that. */
const TOOLS = {
  'esbuild to CommonJS': ['out.cjs', esbuild('cjs'), [NODE]],
  'esbuild to a module': ['out.mjs', esbuild('esm'), [NODE]],
  'Rollup to a module': ['out.mjs', rollup('es'), [NODE]],
  'Rollup to CommonJS': ['out.cjs', rollup('cjs'), [NODE]],
  'bun build': ['out.mjs', bun('--target', 'bun'), [tool('bun')]],
  'bun build --compile': ['out', bun('--compile'), []],
};

const source = (entry) => `import { OutboundClient } from '${entry}';
const client = new OutboundClient({ token: 'sandbox', baseUrl: process.env.POLYAI_OUTBOUND_BASE_URL });
client.trigger({ toNumber: '+14155550100' }).then(
  ({ callSid }) => console.log(callSid),
  (error) => console.log(JSON.stringify(error)),
);
`;

async function checks({ tarball, check }) {
  const folder = join(PROJECTS, 'slim');
  await install(folder, tarball);
  const core = join(folder, 'node_modules/polyai-outbound/dist/core.wasm');
  const { environment, asked } = await service();
  const entries = { slim: 'polyai-outbound/slim', main: 'polyai-outbound' };
  for (const [name, entry] of Object.entries(entries)) await writeFile(join(folder, `${name}.mjs`), source(entry));

  for (const [what, [file, make, runs]] of Object.entries(TOOLS)) {
    /** Bundles an entry into a folder of its own, and tells what it says there. */
    const said = async (entry, { copied = false } = {}) => {
      const home = join(folder, `${what.replace(/\W+/g, '-')}-${entry}${copied ? '-copied' : ''}`);
      await mkdir(home);
      await make(join(folder, `${entry}.mjs`), join(home, file));
      if (copied) await cp(core, join(home, 'core.wasm'));
      const [program, ...args] = [...runs, join(home, file)];
      return (await execute(program, args, { env: { PATH: process.env.PATH, ...environment }, cwd: home })).stdout.trim();
    };
    await check(`${what}: the slim entry says which file it misses, where, and what to do`, async () => {
      const before = asked('POST');
      const { code, placement, message } = JSON.parse(await said('slim'));
      same('the error', { code, placement }, { code: 'not_initialized', placement: 'not_placed' });
      matches('its message', message, MISSING);
      same('triggers at the service', asked('POST') - before, 0);
    });
    if (what !== 'bun build --compile')
      await check(`${what}: it works with the file beside`, async () => matches('a SID', await said('slim', { copied: true }), /^OUT-/));
    await check(`${what}: the main entry needs no file`, async () => matches('a SID', await said('main'), /^OUT-/));
  }
}

export const projects = [{ name: 'slim', checks }];
