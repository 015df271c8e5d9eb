// Packs the npm package, installs it into an empty project, and has TypeScript and the linters of packages judge it
// there. Ends with `N passed, M failed`.

import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

import { install, pack } from '../npm/runtimes/projects.mjs';
import { lint } from './lint.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const execute = promisify(execFile);
const project = here('../../target/npm-types/project');

/** The newest TypeScript, and the last of those that are written in JavaScript. */
const COMPILERS = ['typescript7', 'typescript5'];
/** How a package is resolved, and as what kind of module the test asks for it. */
const RESOLUTIONS = [
  { module: 'node16', resolution: 'node16', ending: 'mts' },
  { module: 'node16', resolution: 'node16', ending: 'cts' },
  { module: 'nodenext', resolution: 'nodenext', ending: 'mts' },
  { module: 'nodenext', resolution: 'nodenext', ending: 'cts' },
  { module: 'esnext', resolution: 'bundler', ending: 'ts' },
  { module: 'preserve', resolution: 'bundler', ending: 'ts' },
  { module: 'preserve', resolution: 'bundler', ending: 'cts' },
  { module: 'esnext', resolution: 'bundler', ending: 'ts', conditions: ['workerd', 'worker', 'browser'] },
  { module: 'esnext', resolution: 'bundler', ending: 'ts', conditions: ['edge-light', 'worker', 'browser'] },
];
/** Who declares `fetch` and the like: Node and a browser, or one of them alone, or Cloudflare. */
const GLOBALS = [
  { lib: ['es2022', 'dom', 'dom.iterable'], types: ['node'] },
  { lib: ['es2022', 'dom', 'dom.iterable'], types: [] },
  { lib: ['es2022'], types: ['node'] },
  { lib: ['es2022'], types: ['@cloudflare/workers-types'] },
];

const totals = { passed: 0, failed: 0 };

async function check(name, test) {
  try {
    await test();
    totals.passed += 1;
  } catch (error) {
    totals.failed += 1;
    console.log(`FAIL  ${name}\n${String(error.stdout || error.message).replace(/^/gm, '      ')}`);
  }
}

const { tarball } = await pack(here('../../target/npm-types'));
await install(project, tarball);
// What the test needs beside the package.
await mkdir(join(project, 'node_modules/@types'));
await mkdir(join(project, 'node_modules/@cloudflare'));
for (const name of ['expect-type', '@types/node', '@cloudflare/workers-types'])
  await symlink(here(`node_modules/${name}`), join(project, 'node_modules', name));
for (const ending of ['ts', 'mts', 'cts']) await cp(here('types.ts'), join(project, `types.${ending}`));

async function compile(compiler, { module, resolution, ending, conditions }, { lib, types }) {
  const name = [compiler, module, ending, ...lib.slice(1, 2), ...types, ...(conditions ?? []).slice(0, 1)].join('-');
  const config = join(project, `tsconfig.${name.replace(/\W/g, '-')}.json`);
  const compilerOptions = {
    target: 'es2022',
    module,
    moduleResolution: resolution,
    ...(conditions && { customConditions: conditions }),
    lib,
    types,
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noImplicitOverride: true,
    noPropertyAccessFromIndexSignature: true,
    skipLibCheck: false,
    noEmit: true,
  };
  await writeFile(config, JSON.stringify({ compilerOptions, files: [`types.${ending}`] }));
  await check(name, () => execute(process.execPath, [here(`node_modules/${compiler}/bin/tsc`), '-p', config]));
}

// Every resolution, and every kind of globals, but not each with each.
const runs = COMPILERS.flatMap((compiler) => [
  ...RESOLUTIONS.map((resolution) => () => compile(compiler, resolution, GLOBALS[0])),
  ...GLOBALS.slice(1).map((globals) => () => compile(compiler, RESOLUTIONS[0], globals)),
]);
await Promise.all([0, 1].map(async () => {
  for (let run = runs.shift(); run; run = runs.shift()) await run();
}));

// Declarations are written by hand: what they name is there, and what is there has a name.
for (const entry of ['index', 'sandbox', 'proxy']) {
  const dist = join(project, 'node_modules/polyai-outbound/dist');
  const declared = [...(await readFile(join(dist, `${entry}.d.ts`), 'utf8')).matchAll(/^export (?:class|const|function) (\w+)/gm)];
  for (const ending of ['js', 'cjs'])
    await check(`${entry}.${ending} exports what is declared`, async () => {
      const names = ({ default: _, 'module.exports': __, ...module }) => Object.keys(module).sort().join();
      const given = await import(pathToFileURL(join(dist, `${entry}.${ending}`)));
      const exported = names(ending === 'cjs' ? given.default : given);
      const expected = declared.map(([, name]) => name).sort().join();
      if (exported !== expected) throw new Error(`declared: ${expected}\nexported: ${exported}`);
    });
}

await lint(join(project, 'node_modules/polyai-outbound'), tarball, check);

console.log(`${totals.passed} passed, ${totals.failed} failed`);
process.exit(totals.failed === 0 ? 0 : 1);
