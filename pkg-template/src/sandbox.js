// The service itself, as a `fetch` function with a clock of its own.

import { bind } from "#core";
import load from "#load";
import { SHAPES, checked, lasting } from "./shape.js";
import { VirtualClock } from "./virtual-clock.js";

const SANDBOX = Symbol.for("polyai-outbound.sandbox");
const BASE_URL = "http://localhost";

let classes;
/** The wasm's classes: made when they are first needed, made anew after a failure. */
function loaded() {
  classes ??= (async () => {
    const glue = bind();
    return glue.start(await load(glue.imports));
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
    const { now, ...rest } = checked("options", options, SHAPES.sandbox);
    this.#options = rest;
    this.token = rest.token ?? "sandbox";
    this.clock = new VirtualClock(Number(now ?? Date.UTC(2026, 0, 5, 9)), rest.seed ?? 1);
    this.fetch = (url, init) => this.#fetch(url, init ?? {});
    this.fetch[SANDBOX] = { clock: this.clock, baseUrl: BASE_URL };
  }

  get calls() {
    if (this.#service === undefined) return [];
    const date = (millis) => (millis === null ? null : new Date(millis));
    return JSON.parse(this.#service.calls(this.clock.now())).map((call) => ({
      toNumber: call.to_number,
      countryCode: call.country_code,
      callSid: call.call_sid,
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
    this.#faults = JSON.stringify(faults);
    this.#service?.setFaults(this.#faults);
  }

  async advance(ms) {
    await this.clock.advance(lasting("ms", ms));
  }

  run(promise) {
    return this.clock.run(Promise.resolve(promise));
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
    return new Response(status === 204 ? null : seen.body, { status, headers: seen.headers });
  }

  /** So much time of the sandbox's clock. */
  #pass(ms, signal) {
    if (ms === 0) return undefined;
    return new Promise((resolve, reject) => {
      const timer = ms === Infinity ? undefined : this.clock.setTimeout(resolve, ms);
      signal?.addEventListener("abort", () => {
        this.clock.clearTimeout(timer);
        reject(signal.reason);
      });
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
    try {
      this.#service = new Service(seed, token, rate);
    } catch (refused) {
      const { field, problem, expected } = JSON.parse(refused);
      throw new RangeError(`${field}: ${problem}; expected ${expected}`);
    }
    if (this.#faults !== undefined) this.#service.setFaults(this.#faults);
    return this.#service;
  }
}
