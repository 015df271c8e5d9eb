// What the npm package may weigh, gzipped. size-limit's kB is 1,000 bytes.

const DIST = '../../../target/npm/polyai-outbound/dist';

/** As an application is bundled: ES modules, and a `.wasm` is a file of its own. */
const modifyEsbuildConfig = (config) => ({ ...config, format: 'esm', loader: { '.wasm': 'copy' } });

const limits = [
  { name: 'polyai-outbound, its wasm included', path: `${DIST}/index.js`, limit: '64 kB' },
  { name: 'polyai-outbound/slim, without its wasm', path: `${DIST}/slim.js`, limit: '15 kB' },
  // It brings the client and its wasm: core judges what is sent and whether it placed a call.
  { name: 'polyai-outbound/proxy, with the client and its wasm', path: `${DIST}/proxy.js`, limit: '74 kB' },
  { name: 'polyai-outbound/core.wasm', path: `${DIST}/core.wasm`, limit: '58 kB' },
];

export default limits.map((it) => ({ ...it, gzip: true, modifyEsbuildConfig }));
