// Runs before the package is loaded, and watches what loading it does. No module syntax: it is loaded as CommonJS too.
{
  const seen = [];
  const undo = [];
  const watch = (owner, name, label = name) => {
    const was = Object.getOwnPropertyDescriptor(owner ?? {}, name);
    const original = owner?.[name];
    if (typeof original !== 'function') return;
    const note = () => seen.push(label);
    const watched = new Proxy(original, {
      apply: (target, self, args) => (note(), Reflect.apply(target, self === globalThis ? undefined : self, args)),
      construct: (target, args, newTarget) => (note(), Reflect.construct(target, args, newTarget)),
    });
    try {
      Object.defineProperty(owner, name, { value: watched, configurable: true, writable: true });
      undo.push(() => (was ? Object.defineProperty(owner, name, was) : delete owner[name]));
    } catch {
      // A host may keep some of its functions from being replaced.
    }
  };
  for (const name of ['fetch', 'setTimeout', 'setInterval', 'setImmediate', 'requestAnimationFrame', 'queueMicrotask'])
    watch(globalThis, name);
  watch(Math, 'random', 'Math.random');
  watch(globalThis.crypto, 'getRandomValues', 'crypto.getRandomValues');
  watch(globalThis.crypto, 'randomUUID', 'crypto.randomUUID');
  for (const name of ['instantiate', 'compile', 'instantiateStreaming', 'compileStreaming', 'Module', 'Instance'])
    watch(WebAssembly, name, `WebAssembly.${name}`);
  globalThis.importSpy = {
    seen,
    stop() {
      undo.splice(0).forEach((restore) => restore());
      return seen.splice(0);
    },
  };
}
