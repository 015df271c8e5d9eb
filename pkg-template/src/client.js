// The client: one service, and what the host lends it.

import { CAUSED, Call, MAKE, RELEASE } from "./call.js";
import { steers } from "./control-flow.js";
import { abandon, core, kept } from "./core.js";
import { Drive } from "./drive.js";
import { broken, causedBy, failure, refused } from "./errors.js";
import { SANDBOX } from "./flight.js";
import { itself, knowItself } from "./itself.js";
import { once } from "./once.js";
import { OutboundPromise } from "./promise.js";
import { SHAPES, checked, needed, texts } from "./shape.js";
import { abortedOf, notify, onAbort } from "./signals.js";

export class OutboundClient {
  #options;
  #host;
  #signals;

  constructor(options) {
    knowItself(this);
    const given = checked("options", options, SHAPES.client);
    const sandbox = given.fetch?.[SANDBOX];
    if (given.region === undefined && given.baseUrl === undefined) {
      if (sandbox === undefined) throw refused("region", "is not given", "a region, or a baseUrl");
      given.baseUrl = sandbox.baseUrl;
    }
    if (given.token !== undefined && inBrowser() && sandbox === undefined && given.dangerouslyAllowBrowser !== true) {
      const problem = "is given in a browser, where every visitor can read it and dial at your cost";
      throw refused("token", problem, "a baseUrl of your own server that adds it, or dangerouslyAllowBrowser: true");
    }
    if (given.baseUrl !== undefined) given.baseUrl = absolute(String(given.baseUrl));
    given.sendsCorrelationId = sandbox !== undefined || !leavesPage(given.baseUrl);
    this.#host = { ...host(given.fetch, given.clock ?? sandbox?.clock), keyed: given.token === undefined };
    this.#signals = given.signal === undefined ? [] : [given.signal];
    this.#options = given;
  }

  trigger(request, options) {
    return new OutboundPromise(itself(this, OutboundClient, "client.trigger").#trigger(request, options));
  }

  status(callSid, options) {
    return new OutboundPromise(itself(this, OutboundClient, "client.status").#status(callSid, options));
  }

  call(request, options) {
    return itself(this, OutboundClient, "client.call").#call(request, options);
  }

  watch(callSid) {
    const client = itself(this, OutboundClient, "client.watch");
    const sid = needed("callSid", callSid, "the call SID that the trigger answered with");
    return client.#callOf({ callSid: sid, placedAt: null, seenAt: null, reading: null });
  }

  resume(snapshot) {
    const client = itself(this, OutboundClient, "client.resume");
    const { callSid, placedAt, seenAt, reading } = checked("snapshot", snapshot, SHAPES.snapshot);
    needed("callSid", callSid, "the call SID of the snapshot");
    const read = reading === undefined ? null : checked("reading", reading, SHAPES.reading);
    if (read !== null) needed("status", read.status, "a status");
    return client.#callOf({
      callSid,
      placedAt: placedAt ?? null,
      seenAt: seenAt ?? null,
      reading: read && { status: read.status, reason: read.reason ?? "" },
    });
  }

  async #call(request, options) {
    const asked = requested(request);
    const given = checked("options", options, SHAPES.call);
    const { drive, told } = await this.#placed("call", asked, given);
    const known = drive.snapshot() ?? snapshotOf(told);
    const call = this.#callOf(known, drive);
    const { signal, onRetry, onPlaced, onUpdate } = given;
    try {
      await heard("onPlaced", call, () => onPlaced?.(call, responseOf(told)));
      for await (const update of call.updates({ signal, onRetry })) await heard("onUpdate", call, () => onUpdate?.(update));
      return await call.result();
    } finally {
      call[RELEASE]();
    }
  }

  async #trigger(request, options) {
    const asked = requested(request);
    const given = checked("options", options, SHAPES.request);
    const { drive, told } = await this.#placed("trigger", asked, given);
    drive.free();
    return { data: this.#callOf(snapshotOf(told)), response: responseOf(told) };
  }

  async #status(callSid, options) {
    const sid = needed("callSid", callSid, "the call SID that the trigger answered with");
    const given = checked("options", options, SHAPES.request);
    const drive = await this.#drive((client, seed) => client.status(sid, seed), given);
    try {
      const told = await this.#until("read", drive, given);
      return { data: told.reading, response: responseOf(told) };
    } finally {
      drive.free();
    }
  }

  /** Triggers a call; gives back the machine, which is the caller's to free, and what it told. */
  async #placed(kind, { metadata, toNumber, countryCode, encryption, variantId, allowPremium, allowEmergency }, given) {
    const drive = await this.#drive((client, seed, { Request }) => {
      const request = new Request(toNumber, countryCode, encryption, variantId);
      if (allowPremium === true) request.allowPremium();
      if (allowEmergency === true) request.allowEmergency();
      for (const [name, value] of metadata) request.tell(name, value);
      return client[kind](request, seed);
    }, given);
    try {
      return { drive, told: await this.#until("placed", drive, given) };
    } catch (error) {
      drive.free();
      throw error;
    }
  }

  /** Runs a machine until it tells what was asked for. */
  async #until(type, drive, { signal, onRetry }) {
    const signals = [...this.#signals, ...(signal === undefined ? [] : [signal])];
    const stopListening = onAbort(signals, () => drive.cancel(abortedOf(signals)?.reason));
    try {
      for (;;) {
        const { type: happened, ...told } = await drive.next();
        if (happened === type) return told;
        if (happened === "retry") notify(onRetry, told);
      }
    } finally {
      stopListening();
    }
  }

  #callOf(known, drive) {
    const follow = (known) =>
      this.#drive((client, seed) => {
        const { callSid, placedAt, seenAt, reading } = known;
        return client.follow(callSid, placedAt ?? NaN, seenAt ?? NaN, reading?.status, reading?.reason ?? "", seed);
      }, {});
    return new Call(MAKE, { follow, known, drive, signals: this.#signals });
  }

  /** A machine at work, made by `make`. */
  async #drive(make, given) {
    // Found out by calling it, this would be a request that may have left.
    if (this.#options.fetch === undefined && typeof globalThis.fetch !== "function") {
      throw refused("fetch", "is not given, and this host has none", "a function like the global fetch");
    }
    const starting = core();
    if (starting instanceof Promise) this.#host.during?.(starting);
    const instance = await starting;
    const seed = Math.floor(this.#host.random() * 2 ** 53);
    return throwing(instance, () => {
      const usual = kept(instance, this, () => limited(clientOf(instance, this.#options), this.#options));
      const client = LIMITS.some((name) => given[name] !== undefined) ? limited(usual, given) : usual;
      try {
        return new Drive(instance, make(client, seed, instance), this.#host);
      } finally {
        if (client !== usual) client.free();
      }
    });
  }
}

/** Whether this is a page, or a worker of whichever kind that a page may have: its visitors can read what is in it. */
function inBrowser() {
  const { document, navigator, WorkerGlobalScope, window } = globalThis;
  if (typeof window === "object" && typeof document === "object") return true;
  // Workers on servers have such a scope as well, but say what they are.
  return WorkerGlobalScope !== undefined && /^Mozilla\//.test(navigator?.userAgent ?? "");
}

/** What core needs of its host. The global functions are looked up when they are called, as whoever replaces them expects. */
function host(fetch, clock) {
  return {
    fetch: fetch ?? Object.assign((url, init) => globalThis.fetch(url, once(init)), { own: true }),
    now: clock === undefined ? () => Date.now() : () => clock.now(),
    setTimeout: clock === undefined ? (callback, ms) => setTimeout(callback, ms) : (callback, ms) => clock.setTimeout(callback, ms),
    clearTimeout: clock === undefined ? (timer) => clearTimeout(timer) : (timer) => clock.clearTimeout(timer),
    // A virtual clock stands still until the wasm is there.
    during: clock?.during?.bind(clock),
    random: typeof clock?.random === "function" ? () => clock.random() : () => Math.random(),
  };
}

/** A URL of the page's own origin may be given without it. */
function absolute(url) {
  const base = globalThis.location?.href;
  if (!url.startsWith("/") || typeof base !== "string") return url;
  try {
    return new URL(url, base).href;
  } catch {
    // A page without an address of its own, as those of `data:` and `blob:`.
    return url;
  }
}

/** Whether requests leave a page, or a worker of one, for another origin: its CORS need not allow a header of ours. */
function leavesPage(baseUrl) {
  const { Deno, location } = globalThis;
  // Deno's workers have a location as well, but nobody between them and a server.
  if (typeof location?.href !== "string" || Deno !== undefined) return false;
  try {
    // Not that of its address, which a page in a sandboxed frame has lost.
    return new URL(baseUrl).origin !== globalThis.origin;
  } catch {
    // A region's, or one that core refuses.
    return true;
  }
}

function requested(request) {
  const asked = checked("request", request, SHAPES.trigger);
  needed("toNumber", asked.toNumber, "E.164, as +14155550100, or a national number with countryCode");
  return { ...asked, metadata: texts("metadata", asked.metadata) };
}

function clientOf({ Client }, { region, baseUrl, allowInsecureHttp, token, api, agentId, environment, ...flags }) {
  let client = new Client(region, baseUrl, allowInsecureHttp === true, token, api, agentId, environment);
  if (flags.agents502NotPlaced === true) client = client.agents502NotPlaced();
  if (!flags.sendsCorrelationId) client = client.withoutCorrelationId();
  return client;
}

/** Waits for a listener of a call. That it failed is an error with the SID: the call goes on, and can be followed. */
async function heard(name, call, tell) {
  try {
    await tell();
  } catch (thrown) {
    if (steers(thrown)) throw thrown;
    const message = `${name} failed; the call was placed and goes on; call ${call.callSid}`;
    const details = { code: "callback_failed", placement: "placed", callSid: call.callSid };
    throw causedBy(failure(message, details), call[CAUSED](thrown));
  }
}

/** What may be said for one operation instead of for the client. */
const LIMITS = ["timeoutMs", "requestTimeoutMs", "followTimeoutMs", "maxRetries"];

function limited(client, given) {
  return client.with(...LIMITS.map((name) => given[name] ?? NaN));
}

/** What core refuses comes as the JSON of a field, its problem and what was expected; all else is a fault of the instance. */
function throwing(instance, make) {
  try {
    return make();
  } catch (thrown) {
    if (typeof thrown !== "string") {
      abandon(instance);
      throw broken(thrown, "not_placed");
    }
    const { field, problem, expected } = JSON.parse(thrown);
    throw refused(field, problem, expected);
  }
}

const snapshotOf = ({ callSid, placedAt }) => ({ callSid, placedAt, seenAt: null, reading: null });
const responseOf = ({ status, correlationId, attempts }) => ({ status, correlationId, attempts });
