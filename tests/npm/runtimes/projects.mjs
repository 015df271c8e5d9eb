// Empty projects into which the packed package is installed, as a user of it would.

import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { PACKAGE, PROJECTS, TESTS } from './paths.mjs';

const execute = promisify(execFile);

/** Packs the package, once for all projects. Gives its tarball and version. */
export async function pack() {
  await rm(PROJECTS, { recursive: true, force: true });
  await mkdir(PROJECTS, { recursive: true });
  const { stdout } = await execute('npm', ['pack', '--json', '--pack-destination', PROJECTS, PACKAGE]);
  const packed = Object.values(JSON.parse(stdout))[0];
  return { tarball: join(PROJECTS, packed.filename), version: packed.version };
}

/** Makes an empty project, installs the tarball, and lays the suite and some entries beside it. */
export async function project(name, tarball, entries) {
  const folder = join(PROJECTS, name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name, private: true }));
  // A package of its own needs nobody else's: no registry is asked.
  await execute('npm', ['install', '--offline', '--no-audit', '--no-fund', tarball], { cwd: folder });
  const installed = await readdir(join(folder, 'node_modules'));
  const foreign = installed.filter((it) => it !== 'polyai-outbound' && !it.startsWith('.'));
  if (foreign.length > 0) throw new Error(`the package brings others: ${foreign}`);
  await cp(join(TESTS, 'suite'), join(folder, 'suite'), { recursive: true });
  await cp(join(folder, 'suite/spy.mjs'), join(folder, 'suite/spy.cjs'));
  for (const entry of entries) await cp(join(TESTS, 'entries', entry), join(folder, entry));
  return folder;
}

/** Where a host that knows these conditions finds an entry of the installed package: a path within the project. */
export async function resolve(folder, subpath, conditions) {
  const home = join('node_modules', 'polyai-outbound');
  const { exports } = JSON.parse(await readFile(join(folder, home, 'package.json'), 'utf8'));
  const choose = (target) => {
    if (typeof target === 'string') return target;
    for (const [condition, inner] of Object.entries(target ?? {}))
      if (condition === 'default' || conditions.includes(condition)) {
        const chosen = choose(inner);
        if (chosen) return chosen;
      }
    return undefined;
  };
  const chosen = choose(exports[subpath]);
  if (!chosen) throw new Error(`the package exports no ${subpath} for ${conditions}`);
  return join(home, chosen);
}
