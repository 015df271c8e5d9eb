// Packs the npm package, installs it into an empty project, and has TypeScript and the linters of packages judge it
// there. Ends with `N passed, M failed`.

import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

import { install, pack } from '../npm/runtimes/projects.mjs';
import { lint } from './lint.mjs';
import { members } from './members.mjs';

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
const dist = join(project, 'node_modules/polyai-outbound/dist');
const names = ({ default: _, 'module.exports': __, ...module }) => Object.keys(module);
const given = async (file) => {
  const module = await import(pathToFileURL(join(dist, file)));
  return file.endsWith('.cjs') ? module.default : module;
};
function alike(seen, expected) {
  const [one, two] = [seen, expected].map((it) => [...it].sort().join());
  if (one !== two) throw new Error(`there: ${one}\ndeclared: ${two}`);
}

for (const [entry, files] of Object.entries({ index: ['index.js', 'index.cjs', 'slim.js', 'slim-node.js', 'slim-node.cjs'], sandbox: ['sandbox.js', 'sandbox.cjs'], proxy: ['proxy.js', 'proxy.cjs'] })) {
  const declared = [...(await readFile(join(dist, `${entry}.d.ts`), 'utf8')).matchAll(/^export (?:class|const|function) (\w+)/gm)];
  for (const file of files)
    await check(`${file} exports what is declared`, async () => alike(names(await given(file)), declared.map(([, name]) => name)));
}

// Members: those of classes are those that objects of them have, and those of options are those that are taken.
const declared = await members(['index', 'sandbox'].map((entry) => join(dist, `${entry}.d.ts`)));
const lib = await given('index.js');
const { Sandbox } = await given('sandbox.js');
const sandbox = new Sandbox();
const client = new lib.OutboundClient({ fetch: sandbox.fetch, token: sandbox.token, clock: sandbox.clock });
const call = await sandbox.run(client.trigger({ toNumber: '+14155550100' }));

/** All that an object has by a name, but for what every object and every error has. */
function own(object) {
  const found = new Set();
  for (let at = object; at !== Object.prototype && at !== Error.prototype; at = Object.getPrototypeOf(at))
    for (const key of Reflect.ownKeys(at)) if (typeof key === 'string' && !['constructor', 'stack', 'message', 'name'].includes(key)) found.add(key);
  return found;
}

const OBJECTS = { OutboundClient: client, Call: call, Sandbox: sandbox };
for (const name of names(lib).filter((it) => it.endsWith('Error'))) OBJECTS[name] = new lib[name]('m', { code: 'x', cause: 'y' });
for (const [name, object] of Object.entries(OBJECTS))
  await check(`${name} has the members that are declared`, () => alike(own(object), declared[name].filter((it) => !['stack', 'message', 'name'].includes(it))));

const [response, result, updates] = await sandbox.run(
  Promise.all([
    client.status(call.callSid).withResponse(),
    call.result(),
    (async () => {
      const all = [];
      for await (const update of call.updates()) all.push(update);
      return all;
    })(),
  ]),
);
const retries = [];
sandbox.setFaults({ serverError: 1 });
await sandbox.run(client.status(call.callSid, { maxRetries: 1, onRetry: (retry) => retries.push(retry) }).catch(() => {}));
const VALUES = {
  StatusReading: response.data,
  ResponseDetails: response.response,
  CallResult: result,
  CallUpdate: updates[0],
  CallSnapshot: call.snapshot(),
  Retry: retries[0],
  PlacedCall: sandbox.calls[0],
};
for (const [name, value] of Object.entries(VALUES))
  await check(`${name} has the members that are declared`, () => alike(Object.keys(value), declared[name]));

/** What is taken is listed by the refusal of what is not. */
async function taken(give) {
  try {
    await give({ nobodyKnowsThis: 1 });
  } catch (error) {
    return error.message.split('; expected ')[1].split(', ');
  }
  throw new Error('it was taken');
}
const toNumber = '+14155550100';
const TAKEN = {
  OutboundClientOptions: (it) => new lib.OutboundClient({ region: 'us', ...it }),
  TriggerRequest: (it) => client.trigger({ toNumber, ...it }),
  RequestOptions: (it) => client.trigger({ toNumber }, it),
  CallOptions: (it) => client.call({ toNumber }, it),
  WaitOptions: (it) => call.result(it),
  SandboxOptions: (it) => new Sandbox(it),
  Faults: (it) => sandbox.setFaults(it),
};
for (const [name, give] of Object.entries(TAKEN))
  await check(`${name} are those that are taken`, async () => alike(await taken(give), declared[name]));

await lint(join(project, 'node_modules/polyai-outbound'), tarball, check);

console.log(`${totals.passed} passed, ${totals.failed} failed`);
process.exit(totals.failed === 0 ? 0 : 1);
