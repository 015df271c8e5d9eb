// What Node adds to the suite: its way to print, its listeners, and the files that the package exports.
import { execFile } from 'node:child_process';
import { getEventListeners } from 'node:events';
import { readFile, readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { inspect, promisify } from 'node:util';

import { run } from './suite/index.mjs';
import { equal, ok, rejects, test } from './suite/registry.mjs';
import { client } from './suite/support.mjs';

const require = createRequire(import.meta.url);
const execute = promisify(execFile);

test('the package exports its package.json and its module', async ({ version }) => {
  equal(require('polyai-outbound/package.json').version, version);
  const module = await readFile(require.resolve('polyai-outbound/core.wasm'));
  equal(module.subarray(0, 4).toString('latin1'), '\0asm', 'begin of core.wasm');
});

test('a host without WebAssembly is told to place calls by a server', async (context) => {
  const { WebAssembly } = globalThis;
  const lib = fresh('polyai-outbound');
  delete globalThis.WebAssembly;
  try {
    const it = client({ ...context, lib }, { fetch: () => new Promise(() => {}) });
    const { code, placement, message } = await rejects(it.trigger({ toNumber: '+14155550100' }));
    equal(`${code} ${placement}`, 'not_initialized not_placed');
    equal(message.endsWith('so nothing was sent; this host has no WebAssembly: place calls by a server'), true, message);
  } finally {
    globalThis.WebAssembly = WebAssembly;
  }
});

test('each file has a source map with the sources that it is made of, and no byte of the module', async () => {
  const dist = new URL('.', pathToFileURL(require.resolve('polyai-outbound/core.wasm')));
  const files = (await readdir(dist)).filter((name) => /\.c?js$/.test(name));
  equal(files.length, 13, 'files');
  for (const name of files) {
    const code = await readFile(new URL(name, dist), 'utf8');
    equal(code.trimEnd().split('\n').at(-1), `//# sourceMappingURL=${name}.map`, `the end of ${name}`);
    const { sources, sourcesContent, mappings } = JSON.parse(await readFile(new URL(`${name}.map`, dist), 'utf8'));
    ok(mappings.length > 1_000, `${name} has mappings`);
    equal(sourcesContent.length, sources.length, `sources of ${name}`);
    sources.forEach((source, nth) => {
      ok(/^\.\.\/src\/[\w./-]+\.js$/.test(source), source);
      ok(sourcesContent[nth].length > 0 && sourcesContent[nth].length < 64_000, `${source}: ${sourcesContent[nth].length}`);
    });
    ok(sources.some((source) => source.endsWith('/errors.js')), `${name} is made of errors.js`);
  }
});

test('a stack that goes by source maps names the file that somebody wrote', async () => {
  const script = `
    import('polyai-outbound').then(({ OutboundClient }) => new OutboundClient({ timeout: 1 })).catch(({ stack }) => console.log(stack));`;
  const { stdout } = await execute(process.execPath, ['--enable-source-maps', '-e', script], { cwd: fileURLToPath(new URL('.', import.meta.url)) });
  ok(/src\/shape\.js:\d+/.test(stdout), stdout);
});

/** Loads a module as if for the first time. */
function fresh(name) {
  const path = require.resolve(name);
  delete require.cache[path];
  return require(path);
}

test('a sandbox’s clock runs where setImmediate and MessageChannel are there and throw, as in Next’s edge runtime', async (context) => {
  const own = { setImmediate: globalThis.setImmediate, MessageChannel: globalThis.MessageChannel };
  const standIn = (name) =>
    function () {
      throw new Error(`A Node.js API is used (${name}) which is not supported in the Edge Runtime.`);
    };
  try {
    for (const names of [['setImmediate'], ['setImmediate', 'MessageChannel']]) {
      for (const name of names) globalThis[name] = standIn(name);
      const sandbox = new (fresh('polyai-outbound/sandbox').Sandbox)({ seed: 1 });
      const it = client(context, { region: undefined, fetch: sandbox.fetch, token: sandbox.token });
      equal((await sandbox.run(it.call({ toNumber: '+14155550104' }))).status, 'success', `without ${names}`);
    }
  } finally {
    Object.assign(globalThis, own);
  }
});

/** Stand-ins for what a host leaves out: they are there, and throw as soon as they are used. */
const STAND_INS = {
  'process.getBuiltinModule': [process, 'getBuiltinModule', { value: () => not('process.getBuiltinModule') }],
  'process.versions': [process, 'versions', { get: () => not('process.versions') }],
  'process.emitWarning': [process, 'emitWarning', { value: () => not('process.emitWarning') }],
  structuredClone: [globalThis, 'structuredClone', { value: () => not('structuredClone') }],
  'crypto.randomUUID': [globalThis.crypto ?? {}, 'randomUUID', { value: () => not('crypto.randomUUID') }],
  performance: [globalThis, 'performance', { get: () => not('performance') }],
};

function not(name) {
  throw new Error(`A Node.js API is used (${name}) which is not supported in the Edge Runtime.`);
}

for (const [name, [object, member, standIn]] of Object.entries(STAND_INS))
  test(`a call is placed and followed where there is a stand-in that throws for ${name}`, async (context) => {
    const own = Object.getOwnPropertyDescriptor(object, member);
    const [lib, { Sandbox }] = [fresh('polyai-outbound'), fresh('polyai-outbound/sandbox')];
    let end;
    Object.defineProperty(object, member, { ...standIn, configurable: true });
    try {
      const sandbox = new Sandbox({ seed: 1 });
      const it = client({ ...context, lib }, { region: undefined, fetch: sandbox.fetch, token: sandbox.token });
      end = await sandbox.run(it.call({ toNumber: '+14155550104' }));
    } finally {
      if (own === undefined) delete object[member];
      else Object.defineProperty(object, member, own);
    }
    equal(end.status, 'success');
  });

test(
  'a first operation is over under timers that a test has replaced, as soon as a second is',
  async (context) => {
    const { setTimeout, setImmediate } = globalThis;
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    const timers = [];
    const answers = () => {
      const steps = [[429, { error: 'slow' }, { 'Retry-After': '1' }], [200, { call_sid: 'OUT-1' }, {}]];
      return async () => {
        const [status, body, headers] = steps.shift();
        return new Response(JSON.stringify(body), { status, headers });
      };
    };
    const lib = fresh('polyai-outbound');
    globalThis.setTimeout = (callback, ms) => timers.push({ callback, ms });
    try {
      for (const nth of ['first', 'second']) {
        const placing = client({ ...context, lib }, { fetch: answers() }).trigger({ toNumber: '+14155550100' });
        for (let turns = 0; turns < 3; turns++) await turn();
        // It waits for its retry by now; whoever advances the timers once must not be too early.
        const due = timers.splice(0).at(-1);
        equal(due?.ms >= 1_000 && due.ms <= 2_000, true, `the last timer of the ${nth} is that of its retry: ${due?.ms} ms`);
        const { now } = Date;
        Date.now = () => now() + 5_000;
        due.callback();
        for (let turns = 0; turns < 3; turns++) await turn();
        Date.now = now;
        equal((await placing).callSid, 'OUT-1', `the ${nth}`);
      }
    } finally {
      globalThis.setTimeout = setTimeout;
    }
  },
  () => process.getBuiltinModule !== undefined,
);

export async function runInNode(loaded) {
  const results = await run({
    runtime: 'node',
    inspect: (value) => inspect(value, { depth: Infinity, showHidden: true }),
    listeners: (signal) => getEventListeners(signal, 'abort').length,
    ...loaded,
    ...JSON.parse(process.argv[2]),
  });
  console.log(`RESULTS ${JSON.stringify(results)}`);
  process.exit();
}
