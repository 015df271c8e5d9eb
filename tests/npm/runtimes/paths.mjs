// Where things are.

import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

export const TESTS = here('.');
export const PROJECTS = here('../../target/npm-projects');
export const CERTIFICATES = here('../../target/npm-certificates');
/** What is packed: the package as it is built. */
export const PACKAGE = process.env.OUTBOUND_NPM_PACKAGE ?? here('../../target/npm/polyai-outbound');
export const tool = (name) => here(`node_modules/.bin/${name}`);
export const node = (major) => here(`node_modules/node${major}/bin/node`);
