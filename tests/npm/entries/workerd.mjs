// A Cloudflare worker.
import './suite/spy.mjs';
import * as lib from 'polyai-outbound';
import * as sandboxLib from 'polyai-outbound/sandbox';

import { run } from './suite/index.mjs';

const imported = globalThis.importSpy.stop();

export default {
  async fetch(request) {
    return Response.json(await run({ runtime: 'workerd', lib, sandboxLib, imported, ...(await request.json()) }));
  },
};
