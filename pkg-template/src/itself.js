// Methods that work behind a proxy, as Vue and other keepers of state put one around whatever they are given: a proxy has no
// private members, but it hands on the way to the object that has.

const ITSELF = Symbol("itself");

/** To be called by a constructor. By a `name`, as `client`, and not by its class: bundlers rename one that names itself. */
export function knowItself(object, name) {
  Object.defineProperty(object, ITSELF, { value: (asked) => asked === name && object, configurable: true, writable: true });
}

/** The object that a method is called on; `method` is how it is called, as `client.trigger`. */
export function itself(seen, method) {
  const [name] = method.split(".");
  const object = seen?.[ITSELF]?.(name);
  if (object) return object;
  throw new TypeError(`the method was taken from its ${name}; call it as ${method}(…), or bind it: ${method}.bind(${name})`);
}
