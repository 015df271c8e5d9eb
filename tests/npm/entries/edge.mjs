// Vercel's edge runtime.
import './suite/spy.mjs';
import * as lib from 'polyai-outbound';
import * as sandboxLib from 'polyai-outbound/sandbox';

import { run } from './suite/index.mjs';

const imported = globalThis.importSpy.stop();

async function respond(request) {
  return Response.json(await run({ runtime: 'edge-light', lib, sandboxLib, imported, ...(await request.json()) }));
}

addEventListener('fetch', (event) => event.respondWith(respond(event.request)));
