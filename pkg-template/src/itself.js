// Methods that work behind a proxy, as Vue and other keepers of state put one around whatever they are given: a proxy has no
// private members, but it hands on the way to the object that has.

const ITSELF = Symbol("itself");

/** To be called by a constructor. */
export function knowItself(object) {
  Object.defineProperty(object, ITSELF, { value: () => object, configurable: true, writable: true });
}

/** The object that a method is called on. */
export function itself(seen, Kind, method) {
  const object = seen?.[ITSELF]?.();
  if (object instanceof Kind) return object;
  const name = Kind.name.replace("Outbound", "").toLowerCase();
  throw new TypeError(`${method} was taken from its ${Kind.name}; call it as ${name}.${method}(…), or bind it: ${name}.${method}.bind(${name})`);
}
