// The service itself, as a `fetch` function with a clock of its own.

import load from "#load";
import { refused } from "./errors.js";
import { glue } from "./glue.js";
import { itself, knowItself } from "./itself.js";
import { checked, kind } from "./shape.js";
import { VirtualClock } from "./virtual-clock.js";

const SANDBOX = Symbol.for("polyai-outbound.sandbox");
const BASE_URL = "http://localhost";

const rate = kind((value) => typeof value === "number" && value >= 0 && value <= 1, "a rate from 0 to 1");
const SHAPES = {
  sandbox: {
    seed: kind(Number.isSafeInteger, "a whole number"),
    token: kind((value) => typeof value === "string" && /^[!-~]+$/.test(value), "visible ASCII characters"),
    rate: kind((value) => Number.isFinite(value) && value > 0, "triggers per second, above 0"),
    now: kind((value) => (typeof value === "number" || value instanceof Date) && Number(value) >= 0, "a Date, or milliseconds since the Unix epoch"),
  },
  faults: { serverError: rate, cutBefore: rate, cutAfter: rate, delay: rate, delayMs: kind((value) => Number.isSafeInteger(value) && value >= 0, "whole milliseconds") },
};

let classes;
/** The wasm's classes: made when they are first needed, made anew after a failure. */
function loaded() {
  classes ??= (async () => {
    const { imports, start } = glue();
    return start(await load(imports));
  })().catch((fault) => {
    classes = undefined;
    throw fault;
  });
  return classes;
}

export class Sandbox {
  #service;
  #loading;
  #options;
  #faults;

  constructor(options) {
    knowItself(this, "sandbox");
    const { now, ...rest } = checked("options", options, SHAPES.sandbox);
    this.#options = rest;
    this.token = rest.token ?? "sandbox";
    this.clock = new VirtualClock(Number(now ?? Date.UTC(2026, 0, 5, 9)), rest.seed ?? 1);
    this.fetch = (url, init) => this.#fetch(url, init ?? {});
    this.fetch[SANDBOX] = { clock: this.clock, baseUrl: BASE_URL };
  }

  get calls() {
    const sandbox = itself(this, "sandbox.calls");
    if (sandbox.#service === undefined) return [];
    const date = (millis) => (millis === null ? null : new Date(millis));
    return JSON.parse(sandbox.#service.calls(sandbox.clock.now())).map((call) => ({
      toNumber: call.to_number,
      countryCode: call.country_code,
      metadata: call.metadata,
      variantId: call.variant_id,
      callSid: call.call_sid,
      correlationId: call.correlation_id,
      api: call.api,
      agentId: call.agent_id,
      environment: call.environment,
      placedAt: date(call.placed_at),
      status: call.status,
      reason: call.reason,
      endedAt: date(call.ended_at),
    }));
  }

  setFaults(given) {
    const { serverError, cutBefore, cutAfter, delay, delayMs } = checked("faults", given, SHAPES.faults);
    const faults = { server_error: serverError, cut_before: cutBefore, cut_after: cutAfter, delay, delay_ms: delayMs };
    const sandbox = itself(this, "sandbox.setFaults");
    sandbox.#faults = JSON.stringify(faults);
    sandbox.#service?.setFaults(sandbox.#faults);
  }

  async advance(ms) {
    if (!Number.isFinite(ms) || ms < 0) throw refused("ms", "is no span of time", "a finite number of milliseconds, from 0 upwards");
    await itself(this, "sandbox.advance").clock.advance(ms);
  }

  run(promise) {
    return itself(this, "sandbox.run").clock.run(Promise.resolve(promise));
  }

  async #fetch(url, { method = "GET", headers = {}, body = "", signal }) {
    signal?.throwIfAborted();
    const starting = this.#ready();
    this.clock.during(starting);
    const service = await starting;
    const asked = { method, url: String(url), headers: [...new Headers(headers)], body: String(body ?? "") };
    const seen = JSON.parse(service.handle(this.clock.now(), JSON.stringify(asked)));
    await this.#pass(seen.type === "hang" ? Infinity : seen.afterMs, signal);
    if (seen.type === "cut") throw new TypeError("fetch failed", { cause: new Error("other side closed") });
    const { status } = seen;
    const response = new Response(status === 204 ? null : seen.body, { status, headers: seen.headers });
    response[SANDBOX] = true;
    return response;
  }

  /** So much time of the sandbox's clock. */
  #pass(ms, signal) {
    if (ms === 0) return undefined;
    return new Promise((resolve, reject) => {
      const over = () => {
        signal?.removeEventListener("abort", given);
        resolve();
      };
      const given = () => {
        this.clock.clearTimeout(timer);
        signal.removeEventListener("abort", given);
        reject(signal.reason);
      };
      const timer = ms === Infinity ? undefined : this.clock.setTimeout(over, ms);
      signal?.addEventListener("abort", given);
    });
  }

  #ready() {
    this.#loading ??= this.#begin().catch((fault) => {
      this.#loading = undefined;
      throw fault;
    });
    return this.#loading;
  }

  async #begin() {
    const { Sandbox: Service } = await loaded();
    const { seed, token, rate } = this.#options;
    this.#service = new Service(seed, token, rate);
    if (this.#faults !== undefined) this.#service.setFaults(this.#faults);
    return this.#service;
  }
}
