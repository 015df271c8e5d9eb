// The wasm as a file of its own, fetched when it is first needed.

export default async function load(imports) {
  const response = await fetch(new URL("./core.wasm", import.meta.url));
  if (!response.ok) throw new Error(`core.wasm was answered with HTTP ${response.status}`);
  // Not by streaming: many servers do not know the type of a .wasm file.
  const { instance } = await WebAssembly.instantiate(await response.arrayBuffer(), imports);
  return instance.exports;
}
