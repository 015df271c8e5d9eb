// The one suite that runs in every host. A host imports the package, and hands what it got to `run`.
//
// context:
//   runtime     node, deno, bun, workerd, edge-light or page
//   lib         the package; `sandboxLib` its sandbox; `slim` its slim entry, where the host can load it
//   twin        another copy of the package in this host, of the other module system
//   imported    what was called while the package was loaded (see spy.mjs)
//   version     of its package.json
//   baseUrl     of an `outbound sandbox` process; `hostileUrl` of the server that answers as it is told, `rawUrl` of the one
//               below HTTP, `securedUrls` of those with TLS, by the certificate that they present
//   readme      of the package
//   bail        whether to end with the first test that fails
//   bundled     in a page: whether by a bundler
//   engine      chromium or firefox, of a page
//   workerUrl   of a page's worker that imports the package; `serviceWorkerUrl` of the same as one file, for its requests
//   unheard     what was thrown and nobody heard, since it was last asked; a test after which there is some has failed
//   bindings    of a worker that has an environment
//   inspect     how the host prints a value; `listeners` how many a signal has

import { watchInstances } from './instances.mjs';
import { runAll } from './registry.mjs';
import './load.mjs';
import './follow.mjs';
import './retries.mjs';
import './placement.mjs';
import './never-left.mjs';
import './frameworks.mjs';
import './timeouts.mjs';
import './aborts.mjs';
import './fetches.mjs';
import './errors.mjs';
import './secrets.mjs';
import './inputs.mjs';
import './options.mjs';
import './environment.mjs';
import './tokens.mjs';
import './requests.mjs';
import './sandboxes.mjs';
import './faults.mjs';
import './floods.mjs';
import './framing.mjs';
import './stale.mjs';
import './secured.mjs';
import './correlation.mjs';
import './keys.mjs';
import './wakes.mjs';

export function run(context) {
  watchInstances();
  return runAll(context);
}
