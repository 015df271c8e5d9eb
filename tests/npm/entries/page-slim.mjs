// A browser's page as it is, with an import map and no bundler.
import './suite/spy.mjs';
import * as lib from 'polyai-outbound';
import * as sandboxLib from 'polyai-outbound/sandbox';
import * as slim from 'polyai-outbound/slim';

import { run } from './suite/index.mjs';

const imported = globalThis.importSpy.stop();
const workerUrl = new URL('worker.mjs', location.href).href;
const serviceWorkerUrl = new URL('service-worker.js', location.href).href;
globalThis.runSuite = (context) => run({ runtime: 'page', lib, sandboxLib, slim, workerUrl, serviceWorkerUrl, imported, ...context });
