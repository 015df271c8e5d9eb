// A module that the host has compiled. It may be of another realm, so nobody asks whether it is a WebAssembly.Module.

export async function instantiated(module, imports) {
  const made = await WebAssembly.instantiate(module, imports);
  return (made.instance ?? made).exports;
}
