// The bytes of the wasm within the JavaScript, for every host that compiles bytes.

import packed from "#packed";

/** Whether this host inflates and compiles at once. */
export const isSync = () => inflateSync() !== undefined;

export default function load(imports) {
  const text = atob(packed);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
  const inflate = inflateSync();
  if (inflate === undefined) return loadLater(bytes, imports);
  return new WebAssembly.Instance(new WebAssembly.Module(inflate(bytes)), imports).exports;
}

/** Browsers neither inflate at once nor compile so much. */
async function loadLater(bytes, imports) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  const { instance } = await WebAssembly.instantiate(await read(stream), imports);
  return instance.exports;
}

async function read(stream) {
  const reader = stream.getReader();
  const chunks = [];
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) chunks.push(chunk.value);
  return new Blob(chunks).arrayBuffer();
}

/** Of Node, Deno and Bun. An import would not be for others. */
function inflateSync() {
  try {
    return globalThis.process?.getBuiltinModule?.("node:zlib")?.inflateSync;
  } catch {
    // A stand-in for Node's process may throw.
    return undefined;
  }
}
