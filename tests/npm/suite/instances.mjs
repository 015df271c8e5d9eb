// The instances of the client's wasm that are made while the suite runs: how many, how much memory they have, and faults in them.

/** The exports of each. */
const made = [];
/** How many instantiations are still to fail, and how many did. */
const failures = { due: 0, met: 0 };
let within = 0;

/** Hosts make instances of their own as well, whose exports have long names, and the sandbox has fewer; a client's comes first. */
function isOfClient(exports) {
  const names = Object.keys(exports);
  return names.every((name) => name.length < 3) && (made.length === 0 || names.length === Object.keys(made[0]).length);
}
const note = ({ exports }) => isOfClient(exports) && made.push(exports);

function fail() {
  if (failures.due === 0) return;
  failures.due -= 1;
  failures.met += 1;
  throw new WebAssembly.CompileError('out of memory, said for a test');
}

/** From here on; not before the suite runs, because what loading the package does is watched as well. */
export function watchInstances() {
  const { instantiate, instantiateStreaming, Instance } = WebAssembly;
  const asynchronous = (original) =>
    async function (...args) {
      fail();
      within += 1;
      try {
        const result = await Reflect.apply(original, WebAssembly, args);
        note(result.instance ?? result);
        return result;
      } finally {
        within -= 1;
      }
    };
  WebAssembly.instantiate = asynchronous(instantiate);
  if (instantiateStreaming) WebAssembly.instantiateStreaming = asynchronous(instantiateStreaming);
  WebAssembly.Instance = new Proxy(Instance, {
    construct(target, args, newTarget) {
      // A host's `instantiate` may be built on this.
      if (within > 0) return Reflect.construct(target, args, newTarget);
      fail();
      const instance = Reflect.construct(target, args, newTarget);
      note(instance);
      return instance;
    },
  });
}

/** Lets the next `count` instantiations fail; gives how many of those there were so far. */
export function failNext(count) {
  Object.assign(failures, { due: count, met: 0 });
  return failures;
}

/** How many were made so far. */
export const instances = () => made.length;

const memory = (exports) => Object.values(exports).find((it) => it instanceof WebAssembly.Memory);

/** The bytes of the memory of the one that was made last. */
export const heldBytes = () => memory(made.at(-1)).buffer.byteLength;

/** Breaks those that were made since there were `from`: whatever is done in one of them next is a fault. */
export function breakInstances(from) {
  for (const exports of made.slice(from)) new Uint8Array(memory(exports).buffer).fill(0xff);
}
