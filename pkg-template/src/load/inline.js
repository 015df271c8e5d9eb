// The bytes of the wasm within the JavaScript, for every host that compiles bytes.

import packed from "#packed";

export default async function load(imports) {
  const text = atob(packed);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
  const { instance } = await WebAssembly.instantiate(await unpacked(bytes), imports);
  return instance.exports;
}

async function unpacked(bytes) {
  // Node has this at hand, and takes a tenth of a process's start to set its streams up. An import would not be for others.
  const zlib = globalThis.process?.getBuiltinModule?.("node:zlib");
  if (zlib !== undefined) return zlib.inflateSync(bytes);
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
  const chunks = [];
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) chunks.push(chunk.value);
  return new Blob(chunks).arrayBuffer();
}
