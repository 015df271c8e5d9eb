// What of a wasm module is how large: its sections, and its functions by name.

const SECTIONS = ['custom', 'types', 'imports', 'functions', 'tables', 'memory', 'globals', 'exports', 'start', 'elements', 'code', 'data: text and tables', 'data count', 'tags'];

/** Reads LEB128 numbers and names from a place on. */
class Reader {
  constructor(bytes, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  byte() {
    return this.bytes[this.at++];
  }

  number() {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.byte();
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  }

  take(length) {
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  text() {
    return this.take(this.number()).toString('utf8');
  }
}

/** Every section, in order. */
export function sectionsOf(wasm) {
  const reader = new Reader(wasm, 8);
  const sections = [];
  while (reader.at < wasm.length) {
    const id = reader.byte();
    sections.push({ id, name: SECTIONS[id] ?? `section ${id}`, bytes: reader.take(reader.number()) });
  }
  return sections;
}

/** Every function's code, with its name. */
export function codeOf(wasm) {
  const sections = sectionsOf(wasm);
  const section = (id) => new Reader(sections.find((it) => it.id === id).bytes);
  // Imported functions have the first numbers.
  const imported = countImported(section(2));
  const names = namesIn(sections.filter(({ id }) => id === 0));
  const code = section(10);
  return Array.from({ length: code.number() }, (_, at) => ({
    bytes: code.take(code.number()),
    name: names.get(imported + at) ?? '',
  }));
}

function countImported(reader) {
  let functions = 0;
  for (let left = reader.number(); left > 0; left -= 1) {
    reader.text();
    reader.text();
    const kind = reader.byte();
    if (kind !== 0) throw new Error(`an import of kind ${kind}, which is no function`);
    reader.number();
    functions += 1;
  }
  return functions;
}

function namesIn(customs) {
  const names = new Map();
  for (const { bytes } of customs) {
    const reader = new Reader(bytes);
    if (reader.text() !== 'name') continue;
    while (reader.at < bytes.length) {
      const kind = reader.byte();
      const end = reader.number() + reader.at;
      // Of all kinds of names only those of functions.
      if (kind === 1) for (let left = reader.number(); left > 0; left -= 1) names.set(reader.number(), reader.text());
      reader.at = end;
    }
  }
  return names;
}
