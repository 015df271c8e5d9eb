// A browser's page, bundled.
import './suite/spy.mjs';
import * as lib from 'polyai-outbound';
import * as sandboxLib from 'polyai-outbound/sandbox';

import { run } from './suite/index.mjs';

const imported = globalThis.importSpy.stop();
globalThis.runSuite = (context) => run({ runtime: 'page', lib, sandboxLib, imported, ...context });
