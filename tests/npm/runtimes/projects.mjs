// Empty projects into which the packed package is installed, as a user of it would.

import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';

import { PACKAGE, PROJECTS, TESTS } from './paths.mjs';

const execute = promisify(execFile);

/** Packs the package into a folder that is emptied first, once for all projects in it. Gives its tarball and version. */
export async function pack(projects = PROJECTS) {
  await rm(projects, { recursive: true, force: true });
  await mkdir(projects, { recursive: true });
  const { stdout } = await execute('npm', ['pack', '--json', '--pack-destination', projects, PACKAGE]);
  const packed = Object.values(JSON.parse(stdout))[0];
  return { tarball: join(projects, packed.filename), version: packed.version };
}

/** Makes an empty project and installs the tarball. */
export async function install(folder, tarball) {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: basename(folder), private: true }));
  // A package of its own needs nobody else's: no registry is asked.
  await execute('npm', ['install', '--offline', '--no-audit', '--no-fund', tarball], { cwd: folder });
  const installed = await readdir(join(folder, 'node_modules'));
  const foreign = installed.filter((it) => it !== 'polyai-outbound' && !it.startsWith('.'));
  if (foreign.length > 0) throw new Error(`the package brings others: ${foreign}`);
}

/** A project with the suite and some entries beside the package. */
export async function project(name, tarball, entries) {
  const folder = join(PROJECTS, name);
  await install(folder, tarball);
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
