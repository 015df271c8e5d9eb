// Deno and Bun.
import './suite/spy.mjs';
import * as lib from 'polyai-outbound';
import * as sandboxLib from 'polyai-outbound/sandbox';
import * as slim from 'polyai-outbound/slim';

import { run } from './suite/index.mjs';

const imported = globalThis.importSpy.stop();
const [runtime, args] = globalThis.Deno ? ['deno', Deno.args] : ['bun', process.argv.slice(2)];
const results = await run({ runtime, lib, sandboxLib, slim, imported, ...JSON.parse(args[0]) });
console.log(`RESULTS ${JSON.stringify(results)}`);
(globalThis.Deno ?? process).exit();
