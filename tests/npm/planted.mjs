// Plants bugs into copies of the package, one at a time, and tells which test of the hosts' suite finds each.
//
//   node planted.mjs            all of them; with names, or parts of names, those
//
// OUTBOUND_BIN is the built `outbound`; JOBS is how many are tried at the same time, KINDS is `js` or `rs`, if not both,
// ONLY as for `run.mjs`, and COPIES another folder to work in. The package has to be built: what is
// bundled for a bug of JavaScript is the wasm and the glue of that build. A bug of Rust has everything built anew, in a
// copy of the workspace, for speed of building. What stood where a bug is planted and stands there no more is a failure too.

import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { build } from 'esbuild';

import { certificates } from './hostiles/certificates.mjs';
import { BUGS } from './planted-bugs.mjs';
import { run } from './runtimes/host.mjs';
import { HOSTS } from './runtimes/hosts.mjs';
import { PROJECTS } from './runtimes/paths.mjs';
import { pack, project } from './runtimes/projects.mjs';

const execute = promisify(execFile);
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const ROOT = here('../..');
const COPIES = process.env.COPIES ?? here('../../target/npm-planted');
const PARTS = process.env.OUTBOUND_NPM_PARTS ?? here('../../target/npm/work/parts');
const JOBS = Number(process.env.JOBS ?? 2);

/** The files of the package, as its build bundles them: name, source, part of the wasm, loader and format. */
const FILES = [
  ['index.js', 'index', 'client', 'inline', 'esm'],
  ['index.cjs', 'index', 'client', 'inline', 'cjs'],
  ['workerd.js', 'index', 'client', 'workerd', 'esm'],
  ['edge-light.js', 'index', 'client', 'edge-light', 'esm'],
  ['slim.js', 'index', 'client', 'slim', 'esm'],
  ['slim-node.js', 'index', 'client', 'slim-node', 'esm'],
  ['sandbox.js', 'sandbox', 'sandbox', 'inline', 'esm'],
  ['sandbox.cjs', 'sandbox', 'sandbox', 'inline', 'cjs'],
  ['sandbox-workerd.js', 'sandbox', 'sandbox', 'workerd', 'esm'],
  ['sandbox-edge-light.js', 'sandbox', 'sandbox', 'edge-light', 'esm'],
];

/** Bundles sources with a bug into an installed package. */
async function bundle(src, dist, version) {
  for (const [name, from, part, load, format] of FILES) {
    const { outputFiles } = await build({
      entryPoints: [join(src, `${from}.js`)],
      bundle: true,
      write: false,
      target: 'es2022',
      charset: 'utf8',
      platform: 'neutral',
      ignoreAnnotations: true,
      external: ['node:*', '*.wasm', '*.wasm?module'],
      format,
      define: { POLYAI_OUTBOUND_VERSION: JSON.stringify(version) },
      alias: {
        '#core': join(PARTS, part, 'core.js'),
        '#packed': join(PARTS, part, 'packed.js'),
        '#load': join(src, 'load', `${load}.js`),
      },
      logLevel: 'silent',
    });
    const text = outputFiles[0].text.replaceAll('./core.wasm', part === 'client' ? './core.wasm' : './sandbox.wasm');
    // The map of the package stays: without it a test of maps would find every bug.
    await writeFile(join(dist, name), `${text}//# sourceMappingURL=${name}.map\n`);
  }
}

const planted = async (path, { file, from, to }) => {
  const text = await readFile(path, 'utf8');
  if (text.split(from).length !== 2) throw new Error(`stands ${text.split(from).length - 1} times in ${file}: ${from}`);
  await writeFile(path, text.replace(from, () => to));
};

/** Has the package built for speed of building instead of size: what it does is the same. */
async function hurried(pack) {
  const edits = {
    'wasm.rs': [
      [/const SHRINKING: \[&str; \d+\] = \[[^\]]*\]/, 'const SHRINKING: [&str; 2] = ["--strip-debug", "--minify-imports-and-exports-and-modules"]'],
      [/\.args\(\["-Zbuild-std=[^\]]*\]\)/, '.args(["--config=profile.npm.lto=\\"off\\"", "--config=profile.npm.opt-level=1", "--config=profile.npm.codegen-units=16"])'],
      [/-Cpanic=immediate-abort/, '-Cpanic=abort'],
    ],
    'bundle.rs': [[/NonZeroU64::new\(\d+\)\.unwrap\(\)/, 'NonZeroU64::MIN']],
  };
  for (const [file, pairs] of Object.entries(edits)) {
    const text = await readFile(join(pack, file), 'utf8');
    const gone = pairs.find(([from]) => !from.test(text));
    if (gone !== undefined) throw new Error(`${file} has no ${gone[0]}`);
    await writeFile(join(pack, file), pairs.reduce((it, [from, to]) => it.replace(from, to), text));
  }
}

/** The whole package, built with a bug of Rust, in a copy of the workspace that keeps what was compiled. */
async function rebuilt(bug) {
  const copy = join(COPIES, 'workspace');
  const { stdout } = await execute('git', ['ls-files'], { cwd: ROOT, maxBuffer: 2 ** 26 });
  for (const name of stdout.trim().split('\n')) {
    await mkdir(dirname(join(copy, name)), { recursive: true });
    // What the bug before has changed is as new as what this one changes.
    await cp(join(ROOT, name), join(copy, name), { preserveTimestamps: !name.startsWith('wasm/') });
  }
  const tools = 'pkg-template/build/node_modules';
  await symlink(join(ROOT, tools), join(copy, tools)).catch(() => {});
  await planted(join(copy, bug.file), bug);
  await hurried(join(copy, 'pkg-template/build/src'));
  await execute('cargo', ['run', '--quiet', '-p', 'polyai-outbound-pack', '--locked'], { cwd: copy, maxBuffer: 2 ** 26 });
  return join(copy, 'target/npm/polyai-outbound/dist');
}

const named = process.argv.slice(2);
const kinds = (process.env.KINDS ?? 'js rs').split(' ');
const bugs = BUGS.filter(({ name, file }) => kinds.includes(file.slice(-2)) && (named.length === 0 || named.some((it) => name.includes(it))));
if (bugs.length === 0) throw new Error(`no bug is named ${named}`);
// The copy of the workspace stays, with what was compiled in it.
for (const name of ['projects', 'sources']) await rm(join(COPIES, name), { recursive: true, force: true });
const { tarball, version } = await pack(join(COPIES, 'projects'));
const { authority, presented } = await certificates(join(COPIES, 'certificates'));

const laid = new Map();
/** A project with the unchanged package, made once for all bugs of such hosts. */
const whole = ({ entries }) => {
  const folder = join(COPIES, 'projects', entries[0].replace(/\W/g, '-'));
  if (!laid.has(folder)) laid.set(folder, project(relative(PROJECTS, folder), tarball, entries));
  return laid.get(folder);
};

/** Tests that take long are run if all others have found nothing. */
const LONG = 'handshake|without end|whatever is wrong|says nothing, for|busy past|too slowly|sandbox.s calls are followed|stand-in|is sent again after|failing reads|said to place|closed|reset';

/** Tries one bug: gives the test that finds it, or nothing. */
async function tried(bug, nth) {
  const host = HOSTS.find(({ name }) => name === bug.host);
  const folder = join(COPIES, 'projects', `bug-${nth}`);
  await cp(await whole(host), folder, { recursive: true });
  const dist = join(folder, 'node_modules/polyai-outbound/dist');
  if (bug.file.endsWith('.js')) {
    const src = join(COPIES, 'sources', String(nth));
    await mkdir(dirname(src), { recursive: true });
    await cp(join(ROOT, 'pkg-template/src'), src, { recursive: true });
    await planted(join(src, bug.file.replace('pkg-template/src/', '')), bug);
    await bundle(src, dist, version);
  } else {
    await cp(await rebuilt(bug), dist, { recursive: true });
  }
  try {
    for (const only of process.env.ONLY ? [process.env.ONLY] : [`^(?!.*(?:${LONG}))`, LONG]) {
      const results = await run(host.command(folder), { authority, presented, version, bail: true, only });
      const found = results.find(({ error }) => error !== null);
      if (found) return found;
    }
    return undefined;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const counted = { found: 0, missed: 0, gone: 0 };
async function work(due) {
  for (let next = due.shift(); next; next = due.shift()) {
    const [bug, nth] = next;
    try {
      const found = await tried(bug, nth);
      counted[found ? 'found' : 'missed'] += 1;
      console.log(found ? `found   ${bug.name}\n            ${bug.host}: ${found.name}` : `MISSED  ${bug.name} (${bug.host})`);
    } catch (error) {
      counted.gone += 1;
      console.log(`GONE    ${bug.name}: ${String(error.stderr || error.message).slice(0, 2_000)}`);
    }
  }
}

const due = bugs.map((bug, nth) => [bug, nth]);
const isRust = ([{ file }]) => file.endsWith('.rs');
// One workspace, one build at a time.
await Promise.all([work(due.filter(isRust)), ...Array.from({ length: JOBS }, ((rest) => () => work(rest))(due.filter((it) => !isRust(it))))]);
const rate = ((100 * counted.found) / bugs.length).toFixed(0);
console.log(`${counted.found} of ${bugs.length} found (${rate} %), ${counted.missed} missed, ${counted.gone} not planted`);
process.exit(counted.missed + counted.gone === 0 ? 0 : 1);
