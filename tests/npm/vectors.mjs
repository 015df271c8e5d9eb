// Replays the shared vectors of tests/vectors through the npm package, in virtual time: every line of every scenario has
// to be what core does, times included.
//
//   node vectors.mjs [PACKAGE]
//
// PACKAGE is the folder of a built or installed package (target/npm/polyai-outbound unless given), and ONLY an expression
// for the names of the scenarios to replay.

import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { World } from './vectors-world.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const folder = resolve(process.argv[2] ?? here('../../target/npm/polyai-outbound'));
const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
const lib = await import(pathToFileURL(join(folder, manifest.module)));

/** What a file says that is done, and its scenarios. */
function corpus(name) {
  const text = readFileSync(join(here('../vectors'), name), 'utf8');
  const vectors = JSON.parse(text);
  const lines = [...text.matchAll(/^ *(\{"do":[^\n]*\}),?$/gm)].map(([, line]) => line);
  // So that what is compared is what stands there, byte for byte.
  const written = vectors.flatMap(({ effects }) => effects.map((effect) => JSON.stringify(effect)));
  compare(`the effects of ${name}, written as JSON.stringify does`, lines, written);
  return vectors;
}

/** Where two lists of lines part is an error that shows both. */
function compare(what, expected, found) {
  const same = expected.findIndex((line, place) => line !== found[place]);
  const from = same === -1 ? expected.length : same;
  if (from === expected.length && found.length === expected.length) return;
  const shown = (kind, lines) => (lines.length > from ? lines.slice(from, from + 3) : ['nothing']).map((line) => `  ${kind} ${line}`);
  throw new Error([`${what}: ${from} lines are equal, then`, ...shown('expected', expected), ...shown('found   ', found)].join('\n'));
}

function clientOf({ service, limits = {} }, world) {
  return new lib.OutboundClient({
    baseUrl: service.base_url,
    api: service.api,
    agentId: service.agent_id,
    environment: service.environment,
    agents502NotPlaced: service.agents_502_not_placed,
    token: service.token,
    requestTimeoutMs: limits.request_timeout_ms,
    timeoutMs: limits.operation_timeout_ms,
    followTimeoutMs: limits.follow_timeout_ms,
    maxRetries: limits.max_retries,
    fetch: world.fetch,
    clock: world.clock,
  });
}

const requestOf = ({ to_number, country_code, metadata, encryption, variant_id }) => ({
  toNumber: to_number,
  countryCode: country_code,
  metadata,
  encryption,
  variantId: variant_id,
});

/** How each operation is asked for, and what is told of its end. */
const OPERATIONS = {
  async trigger(client, request, options, world) {
    const { data, response } = await client.trigger(requestOf(request), options).withResponse();
    const { status, correlationId, attempts } = response;
    world.note('triggered', { call_sid: data.callSid, http_status: status, correlation_id: correlationId, attempts });
  },
  async call(client, request, options, world) {
    const result = await client.call(requestOf(request), {
      ...options,
      onPlaced: ({ callSid }, { attempts, correlationId }) =>
        world.note('placed', { call_sid: callSid, attempts, correlation_id: correlationId }),
      onUpdate: (update) => changed(update, world),
    });
    ended(result, world);
  },
  async status(client, { call_sid }, options, world) {
    const { data, response } = await client.status(call_sid, options).withResponse();
    const { status, correlationId, attempts } = response;
    world.note('read', { ...data, http_status: status, correlation_id: correlationId, attempts });
  },
  async resume(client, { call_sid, placed_at, seen_at, reading }, options, world) {
    const call = client.resume({ callSid: call_sid, placedAt: placed_at, seenAt: seen_at, reading });
    for await (const update of call.updates(options)) changed(update, world);
    ended(await call.result(options), world);
  },
};

function changed({ status, reason, at }, world) {
  world.noteAt(at, 'status', { status, reason });
}

function ended({ callSid, status, reason, at }, world) {
  world.note('ended', { call_sid: callSid, status, reason, ended_at: world.since(at) });
}

function failed(error, world) {
  if (!(error instanceof lib.OutboundError)) throw error;
  const { code, placement, httpStatus, correlationId, attempts, callSid, serviceCode, retryAfterMs, message } = error;
  world.note('failed', {
    code,
    placement,
    http_status: httpStatus,
    correlation_id: correlationId,
    attempts,
    call_sid: callSid,
    service_code: serviceCode,
    retry_after_ms: retryAfterMs,
    message: code === 'connection_lost' && httpStatus === null ? message.replace(world.whyLost, '…') : message,
  });
}

async function replay(vector) {
  const world = new World(vector);
  const [[name, asked]] = Object.entries(vector.operation);
  const onRetry = ({ code, status, correlationId, attempts, afterMs }) =>
    world.note('retry', { code, http_status: status, correlation_id: correlationId, attempts, after_ms: afterMs });
  const options = { signal: world.signal, onRetry };
  const performed = async () => OPERATIONS[name](clientOf(vector, world), asked, options, world);
  await world.play(performed().catch((error) => failed(error, world)));
  compare('what it does', vector.effects.map((effect) => JSON.stringify(effect)), world.effects);
}

// What is made on first use takes the host's time, and that of a scenario does not stand still for it.
await new lib.OutboundClient({ baseUrl: 'http://localhost', fetch: async () => new Response('{"status":"success"}') }).status('OUT-1');

const only = new RegExp(process.env.ONLY ?? '');
let passed = 0;
let broken = 0;
for (const file of readdirSync(here('../vectors')).filter((name) => name.endsWith('.json')).sort()) {
  for (const vector of corpus(file).filter(({ name }) => only.test(name))) {
    try {
      await replay(vector);
      passed += 1;
    } catch (error) {
      broken += 1;
      console.log(`${file}: ${vector.name}\n${error.stack}\n`);
    }
  }
}
console.log(`${passed} passed, ${broken} failed`);
process.exitCode = broken === 0 && passed > 0 ? 0 : 1;
