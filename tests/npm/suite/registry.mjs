// Tests and what they say: no framework, because none runs everywhere. Only what all hosts have.

const tests = [];

/**
 * Registers a test. `where` says whether its promise exists in a host at all: a page's guard exists in pages only.
 */
export function test(name, body, where = () => true) {
  if (tests.some((held) => held.name === name)) throw new Error(`two tests are named ${name}`);
  tests.push({ name, body, where });
}

/** Real time, whatever a test does to the globals. */
const { setTimeout: later, clearTimeout: never } = globalThis;
export const sleep = (ms) => new Promise((resolve) => later.call(globalThis, resolve, ms));

/** Waits until it is so; a test that waits in vain ends at its limit. */
export async function until(isSo) {
  while (!(await isSo())) await sleep(5);
}

/** For one test, and for all of them. A host that is busy without end is ended by the runner, which asks the journal. */
const LIMIT_MS = 15_000;
const SUITE_LIMIT_MS = 200_000;

const { fetch: report } = globalThis;
/** Tells the runner, before a test begins: a test that never lets go cannot be told of by its host. */
const journal = (context, entry) =>
  report.call(globalThis, `${context.hostileUrl}/_journal`, { method: 'POST', body: JSON.stringify(entry) }).then((it) => it.text());

/** Runs all tests of a host, one after the other; with `bail` until one has failed. */
export async function runAll(context) {
  const unheard = listen();
  const results = [];
  const start = Date.now();
  const due = tests.filter(({ name, where }) => where(context) && new RegExp(context.only ?? '').test(name));
  for (const [nth, { name, body }] of due.entries()) {
    const began = Date.now();
    if (began - start > SUITE_LIMIT_MS) {
      const error = `the suite has taken too long: ${due.length - nth} tests were not run`;
      results.push({ name: 'the suite runs to its end', error, ms: 0 });
      break;
    }
    await journal(context, { begins: name, ended: results.at(-1) });
    let timer;
    const limit = new Promise((_, reject) => {
      timer = later.call(globalThis, () => reject(new Failed(`did not end within ${LIMIT_MS} ms`)), LIMIT_MS);
    });
    let error = null;
    try {
      await Promise.race([body({ ...context, unheard: () => unheard.splice(0) }), limit]);
      await sleep(0);
      const thrown = unheard.splice(0);
      if (thrown.length > 0) throw new Failed(`thrown, and nobody heard: ${thrown.map(show).join('; ')}`);
    } catch (thrown) {
      error = describe(thrown);
    }
    never.call(globalThis, timer);
    results.push({ name, error, ms: Date.now() - began });
    if (context.bail && error !== null) break;
  }
  await journal(context, { ended: results.at(-1) });
  return results;
}

/** What is rejected or thrown and nobody hears; hosts tell of it in one of two ways. */
function listen() {
  const unheard = [];
  const note = (event) => {
    event.preventDefault?.();
    unheard.push(event.reason ?? event.error ?? event);
  };
  if (globalThis.process?.versions?.node && !globalThis.Deno && typeof process.on === 'function') {
    process.on('unhandledRejection', (reason) => unheard.push(reason));
    process.on('uncaughtException', (error) => unheard.push(error));
  } else if (typeof addEventListener === 'function') {
    addEventListener('unhandledrejection', note);
    addEventListener('error', note);
  }
  return unheard;
}

// --- what is asserted -----------------------------------------------------------------------------------------------

export class Failed extends Error {}

function describe(thrown) {
  if (thrown instanceof Failed) return thrown.message + at(thrown);
  if (thrown instanceof Error) return `threw ${show(thrown)}${at(thrown)}`;
  return `threw ${show(thrown)}`;
}

function at(error) {
  const lines = String(error.stack ?? '').split('\n').filter((line) => /\w:\d+:\d+/.test(line));
  const own = lines.find((line) => !line.includes('registry') && !line.includes('support')) ?? lines[0];
  return own ? `\n${own.trim()}` : '';
}

/** A value as people read it. */
export function show(value) {
  if (value instanceof Error) {
    const { code, httpStatus, placement, attempts, callSid } = value;
    const details = JSON.stringify({ code, httpStatus, placement, attempts, callSid });
    return `${value.name}: ${value.message} ${details === '{}' ? '' : details}`.trim();
  }
  if (typeof value === 'function') return `function ${value.name}`;
  try {
    return JSON.stringify(value, (_, it) => (typeof it === 'bigint' ? `${it}n` : it)) ?? String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}

export function ok(condition, what) {
  if (!condition) throw new Failed(typeof what === 'function' ? what() : what);
}

export function equal(seen, expected, what = 'value') {
  if (!Object.is(seen, expected)) throw new Failed(`${what}: ${show(seen)}, expected ${show(expected)}`);
}

/** Compares as JSON does, and dates, `undefined` and `null` as what they are. */
export function same(seen, expected, what = 'value') {
  if (!alike(seen, expected)) throw new Failed(`${what}: ${show(seen)}, expected ${show(expected)}`);
}

function alike(a, b) {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (a instanceof Date || b instanceof Date)
    return a instanceof Date && b instanceof Date && a.getTime() === b.getTime();
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  // An error, or whatever else shows nothing of what it holds, is like itself alone. Asked so that the realm makes no difference.
  if ([a, b].some((it) => !/^\[object (?:Object|Array)\]$/.test(Object.prototype.toString.call(it)))) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && alike(a[key], b[key]));
}

/** From and to, both included. */
export function between(seen, from, to, what = 'value') {
  ok(seen >= from && seen <= to, `${what}: ${seen}, expected ${from} to ${to}`);
}

/** What a promise rejects with. */
export async function rejects(promise, what = 'it') {
  let value;
  try {
    value = await promise;
  } catch (error) {
    return error;
  }
  throw new Failed(`${what} resolved to ${show(value)} instead of rejecting`);
}

/** What a function throws, at once. */
export function throws(run, what = 'it') {
  let value;
  try {
    value = run();
  } catch (error) {
    return error;
  }
  if (value instanceof Promise) value.catch(() => {});
  throw new Failed(`${what} did not throw`);
}

/** Checks every row of a table, and tells of all that fail. */
export async function all(rows, check) {
  const failed = [];
  for (const row of rows)
    try {
      await check(row);
    } catch (error) {
      failed.push(error instanceof Failed ? error.message : show(error));
    }
  if (failed.length > 0) throw new Failed(failed.join('\n'));
}

/** Holds the members of an error, or anything, to what is expected. */
export function has(value, expected) {
  for (const [name, member] of Object.entries(expected))
    if (!alike(value?.[name], member))
      throw new Failed(`${name}: ${show(value?.[name])}, expected ${show(member)}, of ${show(value)}`);
}

export function kind(error, type, expected = {}) {
  ok(error instanceof type, () => `expected a ${type.name}, not ${show(error)}`);
  has(error, expected);
  return error;
}
