// The wasm as a file of its own, fetched when it is first needed.

const ADVICE =
  "serve core.wasm beside this JavaScript (with Vite 5 and 6: optimizeDeps.exclude = ['polyai-outbound']), " +
  "or import polyai-outbound, which needs no file";
const MAGIC = [0x00, 0x61, 0x73, 0x6d];

export const isSync = () => false;

export default async function load(imports) {
  const url = new URL("./core.wasm", import.meta.url);
  const response = await fetch(url);
  if (!response.ok) throw new Error(`core.wasm was answered with HTTP ${response.status}, at ${url}: ${ADVICE}`);
  // Not by streaming: many servers do not know the type of a .wasm file.
  const bytes = new Uint8Array(await response.arrayBuffer());
  // A server that answers what it does not know with its start page.
  if (!MAGIC.every((byte, at) => bytes[at] === byte)) throw new Error(`what came instead of core.wasm is no wasm, at ${url}: ${ADVICE}`);
  const { instance } = await WebAssembly.instantiate(bytes, imports);
  return instance.exports;
}
