// The client: one service, and what the host lends it.

import { Call, MAKE, RELEASE } from "./call.js";
import { steers } from "./control-flow.js";
import { abandon, core, coreAtOnce, kept } from "./core.js";
import { Drive, LONGEST_TIMER } from "./drive.js";
import { addEnvironment, orVariable } from "./environment.js";
import { shown } from "./cause.js";
import { OutboundError, broken, causedBy, failure, refused } from "./errors.js";
import { observer } from "./events.js";
import { SANDBOX, SENT_ID } from "./flight.js";
import { ownHeaders } from "./headers.js";
import { itself, knowItself } from "./itself.js";
import { once } from "./once.js";
import { OutboundPromise } from "./promise.js";
import { SHAPES, checked, kindOf, needed, picked, texts } from "./shape.js";
import { abortedOf, notify, onAbort } from "./signals.js";
import { traced } from "./trace.js";

export class OutboundClient {
  #options;
  #host;
  #signals;
  /** The client whose service and budget of retries this one shares. */
  #owner = this;

  /** `base` is the client that it is made of, if one is. */
  constructor(options, base) {
    knowItself(this, "client");
    const given = checked("options", options, SHAPES.client);
    const sandbox = given.fetch?.[SANDBOX];
    const isPage = inBrowser();
    const or = (key) => (isPage ? "" : `, ${orVariable(key)}`);
    // A sandbox is for tests, which are the same everywhere.
    const taken = sandbox || isPage || base ? {} : addEnvironment(given, options?.token !== null);
    if (given.region === undefined && given.baseUrl === undefined) {
      if (sandbox === undefined) throw refused("region", "is not given", `a region, or a baseUrl${or("region")}`);
      given.baseUrl = sandbox.baseUrl;
    }
    if (given.token !== undefined && isPage && sandbox === undefined && given.dangerouslyAllowBrowser !== true) {
      const problem = "is given in a browser, where every visitor can read it and dial at your cost";
      throw refused("token", problem, "a baseUrl of your own server that adds it, or dangerouslyAllowBrowser: true");
    }
    if (given.token === undefined && given.baseUrl === undefined) {
      throw refused("token", "is not given", `the account's token${or("token")}, or a baseUrl of your own server that adds it`);
    }
    if (given.baseUrl !== undefined) given.baseUrl = absolute(String(given.baseUrl));
    given.headers = ownHeaders(given.headers);
    const headers = { ...(isPage ? {} : { "user-agent": USER_AGENT }), ...given.headers };
    const { fetch, clock = sandbox?.clock, signal } = given;
    this.#host = { ...hostOf(fetch, clock), keyed: given.token === undefined, headers, observe: observer(given) };
    this.#signals = [...(base?.#signals ?? []), ...(signal === undefined ? [] : [signal])];
    this.#options = { ...given, taken, sendsCorrelationId: sandbox !== undefined || !leavesPage(given.baseUrl) };
    if (base !== undefined) {
      const [own, shared] = [this.#options, base.#owner.#options];
      const isSame = SERVICE.every((name) => own[name] === shared[name]) && (own.token !== undefined || shared.token === undefined);
      if (isSame) this.#owner = base.#owner;
    }
    const instance = coreAtOnce();
    if (instance !== undefined) this.#made(instance, { given: {}, make: () => {} });
  }

  withOptions(options) {
    const client = itself(this, "client.withOptions");
    const given = checked("options", options, SHAPES.client);
    const { region, baseUrl, taken, sendsCorrelationId, signal, ...rest } = client.#options;
    const place = given.region === undefined && given.baseUrl === undefined ? { region, baseUrl } : {};
    const headers = { ...rest.headers, ...given.headers };
    const token = options?.token === null ? null : (given.token ?? rest.token);
    return derived({ ...rest, ...place, ...given, token, headers }, client);
  }

  trigger(request, options) {
    const client = itself(this, "client.trigger");
    return new OutboundPromise(traced(client.#trigger(request, options), new Error()));
  }

  status(callSid, options) {
    const client = itself(this, "client.status");
    return new OutboundPromise(traced(client.#status(callSid, options), new Error()));
  }

  call(request, options) {
    return traced(itself(this, "client.call").#call(request, options), new Error());
  }

  watch(callSid) {
    const client = itself(this, "client.watch");
    const sid = needed("callSid", callSid, "the call SID that the trigger answered with");
    return client.#callOf(snapshotOf({ callSid: sid, placedAt: null }));
  }

  resume(snapshot) {
    const client = itself(this, "client.resume");
    const { callSid, placedAt, seenAt, reading } = picked("snapshot", snapshot, SHAPES.snapshot);
    needed("callSid", callSid, "the call SID of the snapshot");
    const read = reading === undefined ? null : picked("reading", reading, SHAPES.reading);
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
    const given = forOne(options, SHAPES.call);
    const { drive, told, work } = await this.#placed("call", asked, given);
    const call = this.#callOf(snapshotOf(told), work, drive);
    const { signal, onRetry, onPlaced, onUpdate } = given;
    const signals = this.#signalsOf(given);
    /** Waits for a listener no longer than for the call. */
    const tell = async (name, listener) => {
      let stopListening;
      const aborted = new Promise((resolve) => (stopListening = onAbort(signals, resolve)));
      const caused = (thrown) => this.#caused(thrown, work);
      await Promise.race([heard(name, goesOn(call), listener, caused), aborted]).finally(stopListening);
    };
    try {
      await tell("onPlaced", () => onPlaced?.(call, responseOf(told, drive)));
      for await (const update of call.updates({ signal, onRetry })) await tell("onUpdate", () => onUpdate?.(update));
      return await call.result();
    } finally {
      call[RELEASE]();
    }
  }

  async #trigger(request, options) {
    const asked = requested(request);
    const { drive, told, work } = await this.#placed("trigger", asked, forOne(options, SHAPES.request));
    drive.free();
    const { make, token } = work;
    return { data: this.#callOf(snapshotOf(told), { make, token, given: {} }), response: responseOf(told, drive) };
  }

  async #status(callSid, options) {
    const sid = needed("callSid", callSid, "the call SID that the trigger answered with");
    const make = (client, seed) => client.status(sid, seed);
    const { drive, told } = await this.#operation("read", { make, given: forOne(options, SHAPES.request), placement: null, before: 0 });
    drive.free();
    return { data: told.reading, response: responseOf(told, drive) };
  }

  /** Triggers a call; gives back the machine, which is the caller's to free, and what it told. */
  #placed(kind, { metadata, toNumber, countryCode, encryption, variantId, allowPremium, allowEmergency }, given) {
    const make = (client, seed, { Request }) => {
      const request = new Request(toNumber, countryCode, encryption, variantId);
      if (allowPremium === true) request.allowPremium();
      if (allowEmergency === true) request.allowEmergency();
      for (const [name, value] of metadata) request.tell(name, value);
      return client[kind](request, seed);
    };
    return this.#operation("placed", { make, given, placement: "not_placed", before: 0 });
  }

  /**
   * Runs a machine until it tells what was asked for. `work` holds how to `make` it, the options `given`, the `placement` of a
   * failure before anything is sent, and how many requests came `before`; then when it `began`, its `token`, and the error by
   * which the last one was `refused`. A token that the service refused is asked for anew, once, and what was
   * asked for sent again with it if it is another: of a refused trigger it is certain that no call was placed.
   */
  async #operation(type, work) {
    for (;;) {
      const drive = await this.#drive(work).catch((error) => {
        // What is wrong with a second token is found out after a request.
        if (error instanceof OutboundError) error.attempts = work.before;
        throw error;
      });
      try {
        return { drive, work, told: await this.#until(type, drive, work.given) };
      } catch (error) {
        drive.free();
        if (!drive.isRefused || work.refused !== undefined) throw error;
        work.refused = error;
        work.before = error.attempts;
      }
    }
  }

  /** Lets a machine work until it tells what was asked for. */
  async #until(type, drive, given) {
    const signals = this.#signalsOf(given);
    const stopListening = onAbort(signals, () => drive.cancel(abortedOf(signals)?.reason));
    try {
      for (;;) {
        const { type: happened, ...told } = await drive.next();
        if (happened === type) return told;
        if (happened === "retry") notify("onRetry", given.onRetry, told);
      }
    } finally {
      stopListening();
    }
  }

  #signalsOf({ signal }) {
    return signal === undefined ? this.#signals : [...this.#signals, signal];
  }

  /** A call of which so much is known; `work` has placed it, and `drive` follows it already. */
  #callOf(known, work = { given: {}, make: (client, seed) => client.status(known.callSid, seed) }, drive) {
    const { given } = work;
    let { began, token } = work;
    const follow = async (known, signal, refused) => {
      const { followTimeoutMs, headers } = given;
      const { callSid, placedAt, seenAt, reading } = known;
      const make = (client, seed) => client.follow(callSid, placedAt ?? NaN, seenAt ?? NaN, reading?.status, reading?.reason ?? "", seed);
      const following = { make, given: { followTimeoutMs, headers, signal }, before: 0, refused, token, follows: true };
      // The time is that of all who follow it.
      if (refused !== undefined) following.began = began;
      try {
        return await this.#drive(following);
      } finally {
        ({ began, token } = following);
        work.token = token;
      }
    };
    return new Call(MAKE, { follow, known, drive, caused: (original) => this.#caused(original, work), signals: this.#signals });
  }

  /** What may be shown of a cause, by what is known of the work; and the cause. */
  #caused(original, work) {
    try {
      const machine = this.#made(coreAtOnce(), { ...work, given: {} });
      const cause = shown(original, (line) => machine.redacted(line));
      machine.free();
      return { original, cause };
    } catch {
      // Core may not be there yet.
      return { original };
    }
  }

  /** What of the wasm belongs to this client, or to the one that it was made of. */
  #usual(instance) {
    const { token, ...options } = this.#owner.#options;
    // Of a function nothing is known yet; what stands for its token is never sent.
    const judged = typeof token === "function" ? "a-token-that-is-not-asked-for-yet" : token;
    return kept(instance, this.#owner, () => clientOf(instance, { ...options, token: judged }));
  }

  /** A machine, within these limits. */
  #made(instance, { make, given, token }, limits = { ...this.#options, ...given }, seed = 0) {
    const { token: own } = this.#options;
    return throwing(
      instance,
      () => {
        const client = limited(this.#usual(instance), limits, typeof own === "function" ? token : own);
        try {
          return make(client, seed, instance);
        } finally {
          client.free();
        }
      },
      this.#owner.#options.taken,
    );
  }

  /** A machine at work. */
  async #drive(work) {
    const { given, refused: error } = work;
    // Found out by calling it, this would be a request that may have left.
    if (this.#options.fetch === undefined && typeof globalThis.fetch !== "function") {
      throw refused("fetch", "is not given, and this host has none", "a function like the global fetch");
    }
    const starting = core();
    if (starting instanceof Promise) this.#host.during?.(starting);
    const instance = await starting;
    const seed = Math.floor(this.#host.random() * 2 ** 53);
    work.began ??= this.#host.now();
    if (typeof this.#options.token === "function") {
      // What is refused anyway is refused before a token is asked for.
      if (error === undefined) this.#made(instance, work).free();
      await this.#ask(work);
    } else if (error !== undefined) {
      throw error;
    }
    const host = { ...this.#host, headers: { ...this.#host.headers, ...given.headers }, sentId: given.sentId };
    return new Drive(instance, this.#made(instance, work, this.#left(work), seed), host, work.before);
  }

  /** What is left of the limits of what may have begun before a token was there. */
  #left({ given, began, before, follows }) {
    const left = {};
    for (const name of LIMITS) left[name] = given[name] ?? this.#options[name] ?? USUAL[name];
    const name = follows ? "followTimeoutMs" : "timeoutMs";
    left[name] = Math.max(0, left[name] - (this.#host.now() - began));
    left.maxRetries -= before;
    return left;
  }

  /** Asks the caller's function for a token, within the time of what it is for. */
  async #ask(work) {
    const { given, placement, refused: error, before: attempts } = work;
    const { maxRetries, timeoutMs, followTimeoutMs } = this.#left(work);
    // To send it again is a retry as well.
    if (maxRetries < 0) throw error;
    const signals = this.#signalsOf(given);
    let stopListening;
    let timer;
    const ended = new Promise((_, reject) => {
      // The reason is shown nowhere: nobody knows yet what must not be.
      const end = (code, message, reason) => reject(failure(`${message} while the token was asked for`, { placement, attempts, code }, reason));
      stopListening = onAbort(signals, () => end("cancelled", "given up by the caller", abortedOf(signals).reason));
      timer = this.#host.setTimeout(() => end("deadline_exceeded", "the time was over"), Math.min(timeoutMs, followTimeoutMs, LONGEST_TIMER));
    });
    try {
      // Not as a method of the options.
      const { token: ask } = this.#options;
      const details = { placement, attempts, code: "callback_failed" };
      const asked = abortedOf(signals) ?? heard("the token function", details, () => ask({ refused: error !== undefined }));
      const token = await Promise.race([ended, asked]);
      if (typeof token !== "string") throw refused("token", `the function gave ${kindOf(token)}`, "a string");
      // The same would be refused again.
      if (error !== undefined && token === work.token) throw error;
      work.token = needed("token", token);
    } finally {
      stopListening();
      this.#host.clearTimeout(timer);
    }
  }
}

/** Bundlers rename a class that names itself. */
const derived = (options, base) => new OutboundClient(options, base);

/** Where and how a client calls: clients that have this in common share a budget of retries. */
const SERVICE = ["region", "baseUrl", "allowInsecureHttp", "api", "agentId", "environment", "agents502NotPlaced", "sendsCorrelationId"];
/** The usual limits, as core has them: asking for a token takes time as well. */
const USUAL = { timeoutMs: 120_000, followTimeoutMs: 4 * 60 * 60_000, maxRetries: 3 };
const USER_AGENT = `polyai-outbound-js/${POLYAI_OUTBOUND_VERSION}`;

/** Whether this is a page, or a worker of whichever kind that a page may have: its visitors can read what is in it. */
function inBrowser() {
  const { document, navigator, WorkerGlobalScope, window } = globalThis;
  if (typeof window === "object" && typeof document === "object") return true;
  // Workers on servers have such a scope as well, but say what they are.
  return WorkerGlobalScope !== undefined && /^Mozilla\//.test(navigator?.userAgent ?? "");
}

/** What core needs of its host. The global functions are looked up when they are called, as whoever replaces them expects. */
function hostOf(fetch, clock) {
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

function forOne(options, shape) {
  const given = checked("options", options, shape);
  return { ...given, headers: ownHeaders(given.headers), sentId: options?.[SENT_ID] };
}

function clientOf({ Client }, { region, baseUrl, allowInsecureHttp, token, api, agentId, environment, ...flags }) {
  let client = new Client(region, baseUrl, allowInsecureHttp === true, token, api, agentId, environment);
  if (flags.agents502NotPlaced === true) client = client.agents502NotPlaced();
  if (!flags.sendsCorrelationId) client = client.withoutCorrelationId();
  return client;
}

/** Waits for a function of the caller's. That it failed is an error with these details; it may show what `caused` lets it. */
async function heard(name, { message = "nothing was sent with it; see originalCause", ...details }, tell, caused = withheld) {
  try {
    return await tell();
  } catch (thrown) {
    if (steers(thrown)) throw thrown;
    throw causedBy(failure(`${name} failed; ${message}`, { code: "callback_failed", ...details }), caused(thrown));
  }
}

/** What asks for tokens may throw anything that it was called with, and nobody here knows its secrets. */
const withheld = (original) => ({ original });

/** What may be said for one operation instead of for the client. */
const LIMITS = ["timeoutMs", "requestTimeoutMs", "followTimeoutMs", "maxRetries"];

function limited(client, given, token) {
  return client.with(token, ...LIMITS.map((name) => given[name] ?? NaN));
}

/** What core refuses comes as the JSON of a field, its problem and what was expected; all else is a fault of the instance. */
function throwing(instance, make, taken) {
  try {
    return make();
  } catch (thrown) {
    if (typeof thrown !== "string") {
      abandon(instance);
      throw broken(thrown, "not_placed");
    }
    let { field, problem, expected } = JSON.parse(thrown);
    if (field === "token") expected += ', without "Bearer"';
    throw refused(field, Object.hasOwn(taken, field) ? `${problem} (it is of ${taken[field]})` : problem, expected);
  }
}

const goesOn = ({ callSid }) => ({ message: `the call was placed and goes on; call ${callSid}`, placement: "placed", callSid });
const snapshotOf = ({ callSid, placedAt }) => ({ callSid, placedAt, seenAt: null, reading: null });
const responseOf = ({ status, correlationId, attempts }, { headers }) => ({ status, correlationId, attempts, headers });
