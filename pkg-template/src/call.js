// A call that was placed. It is followed while somebody waits for it, by one machine for all who wait.

import { OutboundError, causedBy, failure } from "./errors.js";
import { itself, knowItself } from "./itself.js";
import { abortedOf, notify, onAbort } from "./signals.js";
import { SHAPES, checked } from "./shape.js";
import { traced, withTrace } from "./trace.js";

/** Only this package makes calls. */
export const MAKE = Symbol("make");
/** What only this package asks of a call: to let go of its machine while nobody waits. */
export const RELEASE = Symbol("release");

export class Call {
  #follow;
  #known;
  /** All that was told of it here. */
  #changes = [];
  #result;
  /** The machine that follows it, while it is followed. */
  #drive;
  /** Until the machine has ended; resolves to what it failed with, if it did. */
  #following;
  /** Ends what comes before a machine. */
  #abort;
  /** What an error may show of a cause. */
  #caused;
  /** Whether the machine is to be given up. */
  #cancelled = false;
  #waiting = 0;
  #listeners = new Set();
  #onRetry = new Set();
  #signals;

  /** `follow` makes a machine of what is known, and after one whose token was refused; `drive` is one that follows it already. */
  constructor(make, { follow, known, drive, caused, signals }) {
    if (make !== MAKE) throw new TypeError("a Call comes from an OutboundClient");
    knowItself(this, "call");
    this.#follow = follow;
    this.#known = known;
    this.#drive = drive;
    this.#caused = caused;
    this.#signals = signals;
    this.callSid = known.callSid;
    Object.defineProperty(this, "callSid", { writable: false });
  }

  updates(options) {
    return itself(this, "call.updates").#updates(options, new Error());
  }

  result(options) {
    return traced(itself(this, "call.result").#end(options), new Error());
  }

  snapshot() {
    const call = itself(this, "call.snapshot");
    const { callSid, placedAt, seenAt, reading } = call.#drive?.snapshot() ?? call.#known;
    return { callSid, placedAt, seenAt, reading: reading === null ? null : { ...reading } };
  }

  /** So that a call can be stored as it is. */
  toJSON() {
    return itself(this, "call.toJSON").snapshot();
  }

  async *#updates(options, asked) {
    try {
      for await (const update of this.#wait(options)) yield update;
    } catch (error) {
      throw withTrace(error, asked);
    }
  }

  async #end(options) {
    const waiting = this.#wait(options);
    for (;;) {
      const { done, value } = await waiting.next();
      if (done) return value;
    }
  }

  /** What is known is kept, and the next who waits goes on from there. */
  [RELEASE]() {
    if (this.#drive === undefined || this.#following !== undefined) return;
    this.#known = this.#ended();
    this.#drive.free();
    this.#drive = undefined;
  }

  /** What was seen last, if it was seen here, and every change that comes; returns the end. */
  async *#wait(options) {
    const { signal, onRetry: listener } = checked("options", options, SHAPES.wait);
    // The same function may be given to several waits: each is told, and told no more when it ends.
    const onRetry = listener && ((retry) => listener({ ...retry }));
    const signals = [...this.#signals, ...(signal === undefined ? [] : [signal])];
    let following;
    let failed;
    this.#waiting += 1;
    if (onRetry !== undefined) this.#onRetry.add(onRetry);
    try {
      for (let seen = Math.max(this.#changes.length - 1, 0); ; ) {
        while (seen < this.#changes.length) yield { ...this.#changes[seen++] };
        if (this.#result !== undefined) return { ...this.#result };
        if (failed !== undefined) throw failed;
        const aborted = abortedOf(signals);
        if (aborted !== undefined) {
          failed = await this.#givenUp(aborted);
          continue;
        }
        // It may have failed while whoever waits was busy with a change.
        following ??= this.#following ??= this.#followed();
        failed = await this.#news(following, signals);
        // One that was given up because nobody waited begins anew for whoever came since then.
        if (failed?.code === "cancelled") following = failed = undefined;
      }
    } finally {
      this.#waiting -= 1;
      this.#onRetry.delete(onRetry);
      // Nobody waits any more: what is known is kept, and the next who waits goes on from there.
      if (this.#waiting === 0 && this.#following !== undefined) this.#cancel();
    }
  }

  /** Runs a machine to its end, or until nobody waits. */
  async #followed() {
    let failed;
    let renewed;
    this.#abort = new AbortController();
    for (let refused = true; refused; ) {
      try {
        this.#drive ??= await this.#follow(this.#known, this.#abort.signal, failed);
        failed = undefined;
        if (this.#cancelled) this.#drive.cancel();
        while (this.#result === undefined) this.#take(await this.#drive.next());
      } catch (error) {
        failed = this.#told(error);
      }
      this.#known = this.#ended();
      // A token is asked for anew once, and again only after one was taken: a call may outlive many.
      refused = this.#drive?.isRefused === true && renewed !== this.#known.seenAt && !this.#cancelled;
      renewed = this.#known.seenAt;
      this.#drive?.free();
      this.#drive = undefined;
    }
    this.#following = undefined;
    this.#cancelled = false;
    return failed;
  }

  /** The same error, with the call that it is of. */
  #told(error) {
    if (error instanceof OutboundError && error.field !== "callSid") {
      error.callSid = this.callSid;
      if (this.#known.placedAt !== null) error.placement = "placed";
    }
    return error;
  }

  #cancel() {
    this.#cancelled = true;
    this.#abort?.abort();
    this.#drive?.cancel();
  }

  #take(told) {
    const { type, ...rest } = told;
    if (type === "retry") {
      for (const listener of this.#onRetry) notify("onRetry", listener, rest);
      return;
    }
    const { status, reason, correlationId } = told;
    const change = { status, reason, at: new Date(told.at), correlationId };
    if (type === "update") this.#changes.push(change);
    if (type === "ended") this.#result = { callSid: this.callSid, ...change };
    this.#tell();
  }

  /** What is known once the machine is gone. */
  #ended() {
    try {
      return this.#drive?.snapshot() ?? this.#known;
    } catch {
      return this.#known;
    }
  }

  #tell() {
    const listeners = [...this.#listeners];
    this.#listeners.clear();
    for (const listener of listeners) listener();
  }

  /** Until there is something new to look at; resolves to what following failed with, if it did. */
  #news(following, signals) {
    return new Promise((resolve) => {
      let stopListening;
      const settle = (failed) => {
        stopListening?.();
        this.#listeners.delete(settle);
        resolve(failed);
      };
      this.#listeners.add(settle);
      stopListening = onAbort(signals, () => settle());
      following.then(settle);
    });
  }

  /** What somebody is told whose signal ends the wait: what the machine says, if there is one and nobody else waits. */
  async #givenUp({ reason }) {
    const caused = this.#caused(reason);
    if (this.#waiting === 1 && (this.#drive ?? this.#following) !== undefined) {
      this.#cancel();
      const failed = await (this.#following ??= this.#followed());
      return failed?.code === "cancelled" ? causedBy(failed, caused) : failed;
    }
    const placed = this.#known.placedAt !== null;
    const message = `given up by the caller${placed ? "; the call was placed" : ""}; call ${this.callSid}`;
    return this.#told(causedBy(failure(message, { code: "cancelled" }), caused));
  }
}
