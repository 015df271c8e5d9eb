// What publint and attw say about the packed package. Neither may find anything, beyond what is listed here with a reason.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

/** Conditions that attw does not know. Each is tried as if it were all that the package has. */
const CONDITIONS = ['workerd', 'edge-light'];

/**
 * - `node10` is how Node resolved before 12.7, without `exports`. Every Node that the package runs on reads them, and
 *   TypeScript 7 no longer knows it.
 */
const IGNORED_RESOLUTIONS = ['node10'];

/**
 * - Workers and edge functions are ES modules, and only those can import a `.wasm`; whoever asks with `require` there is
 *   bundled, and the bundler turns one into the other. CommonJS that could not load its wasm would be no help.
 */
const IGNORED_IN_CONDITIONS = ['CJSResolvesToESM'];

/** Checks by `check(name, test)`. */
export async function lint(folder, tarball, check) {
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  await check('publint', async () => {
    const { messages } = await publint({ pkgDir: folder, strict: true, level: 'suggestion', pack: false });
    if (messages.length > 0) throw new Error(messages.map((it) => formatMessage(it, manifest, { color: false })).join('\n'));
  });

  // A `.wasm` is no TypeScript, and the manifest is JSON.
  const entrypoints = Object.keys(manifest.exports).filter((it) => !/\.(wasm|json)$/.test(it));
  const judge = async (condition) => {
    const files = createPackageFromTarballData(await readFile(tarball));
    const { problems, entrypoints: seen } = await checkPackage(condition ? under(files, manifest, condition) : files, { entrypoints });
    const ignored = condition ? IGNORED_IN_CONDITIONS : [];
    const found = problems.filter(
      ({ kind, resolutionKind }) => !ignored.includes(kind) && !IGNORED_RESOLUTIONS.includes(resolutionKind),
    );
    if (found.length > 0) throw new Error(found.map((it) => JSON.stringify(it)).join('\n'));
    if (Object.keys(seen ?? {}).length !== entrypoints.length) throw new Error(`only ${Object.keys(seen ?? {})} were seen`);
  };
  await check('attw', () => judge());
  for (const condition of CONDITIONS) await check(`attw under ${condition}`, () => judge(condition));
}

/** The package as it looks to a host of the condition. */
function under(files, manifest, condition) {
  const exports = Object.fromEntries(
    Object.entries(manifest.exports).map(([entry, target]) => [entry, target[condition] ?? target]),
  );
  const { tryReadFile, readFile: read } = files;
  const path = `/node_modules/${manifest.name}/package.json`;
  const changed = JSON.stringify({ ...manifest, exports });
  files.tryReadFile = (name) => (name === path ? changed : tryReadFile.call(files, name));
  files.readFile = (name) => (name === path ? changed : read.call(files, name));
  return files;
}
