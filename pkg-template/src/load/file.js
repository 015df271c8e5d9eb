// A module that is a file.

export function compiled(file, readFileSync, imports) {
  let bytes;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    // A bundler that moved the JavaScript has left it behind.
    const advice = "copy core.wasm there from polyai-outbound/core.wasm, or import polyai-outbound, which needs no file";
    throw new Error(`core.wasm is not beside this JavaScript, at ${file}: ${advice}`, { cause });
  }
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), imports).exports;
}
