// Node, as an ES module.
import './suite/spy.mjs';
import * as lib from 'polyai-outbound';
import * as sandboxLib from 'polyai-outbound/sandbox';
import * as slim from 'polyai-outbound/slim';
import { createRequire } from 'node:module';

const twin = createRequire(import.meta.url)('polyai-outbound');
const imported = globalThis.importSpy.stop();

const { runInNode } = await import('./node-context.mjs');
await runInNode({ lib, sandboxLib, slim, twin, imported });
