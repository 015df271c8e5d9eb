// What most tests need: clients with the ordinary options, and a service that answers as it is told, in two kinds: one in
// the process that needs no time, and the hostile server that counts what arrives.

import { VirtualClock, fastClock } from './clocks.mjs';
import { Failed, all, equal, ok, show } from './registry.mjs';

export const TOKEN = 'tok-7Qm2-never-to-be-shown';
export const NUMBER = '+14155550100';
export const SID = 'OUT-0b7f4f4e-3d5c-4c86-9a53-6f8f5cf0a7b2';

/** Answers of the service, as steps for either kind. */
export const PLACED = { body: { call_sid: SID } };
export const FAILED = { status: 500, body: { error: 'Internal Server Error', code: 'INTERNAL_ERROR' } };
/** As the Agents API fails, and how a client of it is set up. */
export const AGENTS = { api: 'agents', agentId: 'agent-1', environment: 'live' };
export const AGENTS_FAILED = {
  status: 502,
  body: { success: false, error: 'Bad Gateway', error_code: 'UPSTREAM_FAILED', error_message: 'no route', data: null },
};
/** What stands between a client and the service answers without the service's correlation id. */
export const PAGE = { status: 502, foreign: true, headers: { 'content-type': 'text/html' }, body: '<html>Bad Gateway</html>' };
export const reading = (status, reason = '') => ({ body: { status, reason } });

export const inPage = (context) => context.runtime === 'page';
/** What a host is called: a page by its browser. */
export const host = (context) => context.engine ?? context.runtime;
/** Where a bundler makes no difference, a browser is asked once. */
export const unbundled = (context) => !context.bundled;

/** Which hosts compile at once: an older Node has no way to its zlib from an ES module. */
export const compilesAtOnce = ({ runtime }) =>
  ['deno', 'bun', 'workerd'].includes(runtime) || (runtime === 'node' && process.getBuiltinModule !== undefined);

const realFetch = globalThis.fetch;
const fetchJson = async (url, init) => (await realFetch(url, init)).json();

export function client(context, options = {}) {
  const { OutboundClient } = context.lib;
  const where = 'region' in options || 'baseUrl' in options ? {} : { region: 'us' };
  // In a page every client of these tests has to say so; elsewhere it changes nothing.
  return new OutboundClient({ ...where, token: TOKEN, dangerouslyAllowBrowser: true, ...options });
}

/**
 * A client and a `fetch` in the process that answers the steps of each method in turn, on a clock that stands still.
 * An answer that is `foreign` comes without the correlation id that the service puts on all of its own.
 * Beside the members of an answer a step may be `reject`, `throw` or `give` (what is rejected with, thrown, or given as it
 * is) or `hang`; or a function of the request that gives a step.
 */
export function stubbed(context, steps, options = {}) {
  const clock = new VirtualClock();
  const calls = [];
  const counts = { POST: 0, GET: 0 };
  let busy = 0;
  clock.busy = () => busy > 0;

  const fetch = function (url, init) {
    const call = { url, init, at: clock.time, args: arguments.length };
    calls.push(call);
    const own = steps[init?.method] ?? steps;
    const step = own[Math.min(counts[init.method]++, own.length - 1)];
    const done = typeof step === 'function' ? step(call) : step;
    if ('throw' in done) throw done.throw;
    if ('give' in done) return done.give;
    if ('reject' in done) return Promise.reject(done.reject);
    if (done.hang)
      return new Promise((_, reject) => {
        init.signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
      });
    return Promise.resolve(response(done));
  };

  /** A Response that tells when its body has been read. */
  function response({ status = 200, headers, body = '', foreign = false }) {
    const bytes = new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body));
    let left = true;
    busy += 1;
    const done = () => {
      busy -= left ? 1 : 0;
      left = false;
    };
    const stream = new ReadableStream({
      start: (controller) => controller.enqueue(bytes),
      pull: (controller) => {
        controller.close();
        done();
      },
      cancel: done,
    });
    const named = foreign ? {} : { 'X-PolyAI-Correlation-Id': `stub-${calls.length}` };
    return new Response(stream, { status, headers: { 'Content-Type': 'application/json', ...named, ...headers } });
  }

  const made = client(context, { fetch, clock, ...options });
  return {
    client: made,
    clock,
    calls,
    fetch,
    of: (method) => calls.filter((call) => call.init.method === method),
    run: (promise) => clock.run(promise),
  };
}

let keys = 0;

/** A base URL of the hostile server, or of one behind it, whose answers are these steps, and what has arrived there. */
export async function hostile(context, steps, url = context.hostileUrl) {
  const key = `k${++keys}`;
  const json = { method: 'POST', body: JSON.stringify(steps) };
  await fetchJson(`${context.hostileUrl}/_script/${key}`, json);
  return {
    key,
    baseUrl: `${url}/${key}`,
    seen: () => fetchJson(`${context.hostileUrl}/count/${key}`),
  };
}

let addresses = 1;

/**
 * The server below HTTP, at an address of its own for each odd answer. A host keeps the connection of an answer that does not say
 * that it closes (workerd one on which the rest of an answer still comes, too): a trigger that is sent on it never reaches the
 * server. It depends on how busy the machine is whether another row comes after such an answer or beside it.
 */
export const apart = (context) => context.rawUrl.replace('127.0.0.1', `127.0.0.${++addresses}`);

/**
 * A client of the hostile server. Its clock runs fast, so that backoff takes no time, unless it is given another (null for the
 * host's own) or what makes one of what the server has seen.
 */
export async function besieged(context, steps, { clock: given = fastClock(50), ...options } = {}, url = undefined) {
  const server = await hostile(context, steps, url);
  const clock = typeof given === 'function' ? given(server.seen) : given;
  // Requests and operations have the time of the clock, not of life: as long as life would give them.
  const patience = { requestTimeoutMs: 500_000, timeoutMs: 1_000_000 };
  return { ...server, client: client(context, { baseUrl: server.baseUrl, clock, ...patience, ...options }) };
}

/** Holds what came of a trigger to `expected`, which is "placed" or "unknown"; gives the error, if there is one. */
export async function outcome(context, triggered, expected, what) {
  const { call, error } = await triggered.then((call) => ({ call }), (error) => ({ error }));
  if (error === undefined) {
    equal(expected, 'placed', `${what}: it was taken for placed`);
    equal(call.callSid, SID, `${what}: callSid`);
    return undefined;
  }
  ok(error instanceof context.lib.PlacementUnknownError, () => `${what}: expected a PlacementUnknownError, not ${show(error)}`);
  equal(expected, 'unknown', `${what}: it was not read: ${show(error)}`);
  ok(error.attempts === 1 && error.placement === 'unknown', () => `${what}: sent once, unknown: ${show(error)}`);
  // Whoever reads it reads it on a terminal.
  ok(error.message.length < 2_000 && !/\p{Cc}/u.test(error.message), () => `${what}: the message is none for people`);
  return error;
}

/** Works at a table a few rows at a time, because a browser has six connections to a server, and tells of all that fail. */
export async function several(rows, check) {
  const due = [...rows];
  const failed = [];
  const work = async () => {
    for (let row = due.shift(); row; row = due.shift()) await all([row], check).catch(({ message }) => failed.push(message));
  };
  await Promise.all([1, 2, 3, 4].map(work));
  if (failed.length > 0) throw new Failed(failed.join('\n'));
}

/** How much faster than life the sandbox's process runs. */
export const SPEED = 40;

/** A client of the sandbox's process, on a clock as fast as its calls. */
export function sandboxed(context, options = {}) {
  const patience = { requestTimeoutMs: 400_000, timeoutMs: 800_000 };
  return client(context, { baseUrl: context.baseUrl, token: 'sandbox', clock: fastClock(SPEED), ...patience, ...options });
}

let areas = 200;

/** A number of the sandbox's process that nobody else calls, with the outcome that its last digits choose. */
export function scripted(digits) {
  return `+1${++areas}55501${digits}`;
}

/** All calls that the sandbox's process has really placed to a number. */
export async function rung(context, number) {
  const { calls } = await fetchJson(`${context.baseUrl}/_sandbox/calls`);
  return calls.filter((call) => call.to_number === number);
}

export async function collect(iterable) {
  const all = [];
  for await (const item of iterable) all.push(item);
  return all;
}
