// Methods that work behind a proxy, as Vue and other keepers of state put one around whatever they are given: a proxy has no
// private members, but it hands on the way to the object that has.

const ITSELF = Symbol("itself");

/** To be called by a constructor. */
export function knowItself(object) {
  Object.defineProperty(object, ITSELF, { value: () => object, configurable: true, writable: true });
}

/** The object that a method is called on; `method` is how it is called, as `client.trigger`. */
export function itself(seen, Kind, method) {
  const object = seen?.[ITSELF]?.();
  if (object instanceof Kind) return object;
  const [name] = method.split(".");
  throw new TypeError(`the method was taken from its ${name}; call it as ${method}(…), or bind it: ${method}.bind(${name})`);
}
