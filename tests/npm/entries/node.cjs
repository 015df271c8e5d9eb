// Node, as CommonJS.
require('./suite/spy.cjs');
const lib = require('polyai-outbound');
const sandboxLib = require('polyai-outbound/sandbox');
const imported = globalThis.importSpy.stop();

(async () => {
  const twin = await import('polyai-outbound');
  const { runInNode } = await import('./node-context.mjs');
  await runInNode({ lib, sandboxLib, twin, imported });
})();
