// The loop between a machine of core and its host: sends what it says, waits as long as it says, tells it what came.

import { shown } from "./cause.js";
import { ControlFlow, steers } from "./control-flow.js";
import { abandon, enter, leave } from "./core.js";
import { OutboundError, broken, failure } from "./errors.js";
import { CORRELATION_ID, Flight } from "./flight.js";

/** What is beyond this fires at once. Waking early does no harm: the machine is asked again. */
export const LONGEST_TIMER = 2 ** 31 - 1;
/** The codes of failures whose cause is what `fetch` threw. */
const TRANSPORT = ["connection_lost", "not_connected"];
/** How long at most an overdue request is left to tell what arrived while nothing could be done. */
const LONGEST_GRACE = 1_000;

/**
 * 128 random bits. Never the clock's: where a test makes them the same, one call would be taken for another. Node 18 has no
 * `crypto`, and pages that came over http have no `randomUUID`.
 */
const freshKey = () => {
  const words = globalThis.crypto?.getRandomValues(new Uint32Array(4)) ?? [0, 0, 0, 0].map(() => Math.random() * 2 ** 32);
  return Array.from(words, (word) => Math.floor(word).toString(16).padStart(8, "0")).join("-");
};

export class Drive {
  #core;
  #machine;
  #host;
  #flight;
  #key;
  /** The request that is on its way, as it is told when it is over. */
  #asked;
  /** Which attempt at what is asked for is on its way. */
  #attempt;
  /** How many requests there were before those of the machine. */
  #before;
  /** All of the last answer. */
  headers;
  /** Whether it failed because the service, and nobody before it, refused the token: nothing was placed by that. */
  isRefused = false;
  #cancelled = false;
  #due = false;
  #wake;
  /** What the last `fetch` threw, as `cause` to be shown and `original`. */
  #thrown;
  /** Why the caller gives up, in the same form. */
  #reason;
  /** Whether a call may have been placed that nobody was told of. */
  #placement = "not_placed";

  /** A machine at work, after so many requests for the same. It does something only while `next` is waited for. */
  constructor(core, machine, host, before) {
    this.#core = core;
    this.#machine = machine;
    this.#host = host;
    this.#before = this.#attempt = before;
    enter();
  }

  /** What happens next, an object whose `type` says what it is; throws what it fails with. */
  async next() {
    try {
      for (;;) {
        const told = this.#advance();
        if (told !== undefined) return told;
        await this.#arrival();
      }
    } catch (fault) {
      if (fault instanceof ControlFlow) throw fault.thrown;
      // What a host throws may have a code as well.
      if (fault instanceof OutboundError) throw fault;
      abandon(this.#core);
      throw broken(fault, this.#placement);
    }
  }

  /** Gives up, for a reason if there is one. Whoever waits for `next` is told how that ends. */
  cancel(reason) {
    this.#cancelled = true;
    if (reason !== undefined) this.#reason = this.caused(reason);
    this.#wake?.();
  }

  /** What an error may show of a cause, and the cause. */
  caused(original) {
    return { original, cause: shown(original, (line) => this.#machine.redacted(line)) };
  }

  /** What is known of the call that is followed; nothing before it is placed. */
  snapshot() {
    const known = this.#machine.snapshot();
    return known === undefined ? undefined : JSON.parse(known);
  }

  /** To be called when nothing more is wanted of it. */
  free() {
    this.#land(true);
    leave(this.#core);
    try {
      this.#machine.free();
    } catch {
      // After a fault a machine cannot be freed; its instance goes as a whole. What the fault left is told by `next`.
    }
  }

  /** Tells the machine what came, and does what it says; gives back what it tells, or nothing if it waits. */
  #advance() {
    this.#tell(this.#host.now());
    for (;;) {
      const output = this.#machine.poll(this.#host.now());
      if (output === undefined) return undefined;
      const told = JSON.parse(output);
      if (told.attempts !== undefined) told.attempts += this.#before;
      switch (told.type) {
        case "send":
          this.#thrown = undefined;
          if (told.method === "POST") {
            this.#placement = "unknown";
            // For the proxy that adds the token: the same with each request of an operation, the browser's own included.
            if (this.#host.keyed) told.headers.push(["Idempotency-Key", (this.#key ??= freshKey())]);
          }
          for (const header of told.headers) if (header[0] === CORRELATION_ID) header[1] = this.#host.sentId ?? header[1];
          this.#attempt += 1;
          this.#asked = { ...told, sentAt: this.#host.now() };
          this.#flight = new Flight(this.#host, told, () => this.#wake?.());
          break;
        case "abort":
          this.#land(true);
          break;
        case "failed":
          this.isRefused = told.isRefused && told.code === "unauthorized";
          throw this.#failure(told);
        default:
          if (told.type === "placed") this.#placement = "placed";
          return told;
      }
    }
  }

  /** A request is over: it is told, and nothing more of it is waited for. */
  #land(aborts) {
    const flight = this.#flight;
    if (flight === undefined) return;
    this.#flight = undefined;
    if (aborts) flight.abort();
    const { method, url, headers, sentAt } = this.#asked;
    const { status = null } = flight.head ?? {};
    const correlationId = flight.id ?? new Headers(headers).get(CORRELATION_ID);
    const attempt = this.#attempt;
    // The next one asks for something else.
    if (status === 200) this.#attempt = 0;
    try {
      const durationMs = Math.max(0, this.#host.now() - sentAt);
      this.#host.observe({ method, path: new URL(url).pathname, status, correlationId, attempt, durationMs });
    } catch {
      // The clock may be anybody's.
    }
  }

  /** The error of what core told. */
  #failure({ type, message, status: httpStatus, ...told }) {
    const caused = TRANSPORT.includes(told.code) ? this.#thrown : told.code === "cancelled" ? this.#reason : undefined;
    return failure(message, { ...told, httpStatus, cause: caused?.cause }, caused?.original);
  }

  #tell(now) {
    const flight = this.#flight;
    const due = this.#due;
    this.#due = false;
    if (flight?.thrown !== undefined) {
      if (steers(flight.thrown.value)) throw new ControlFlow(flight.thrown.value);
      // Before the machine is told: once it has ended it knows no secrets any more.
      this.#thrown = this.caused(flight.thrown.value);
    }
    // Before the machine is told, as well: an id may be made of anything.
    const id = flight?.head?.correlationId;
    if (id !== undefined && this.#machine.redacted(id) === id) flight.id = id;
    // What is known of a call must not be lost to a connection that does not close: an answer whose head is there is
    // told as far as it came when its time is over, and when the caller gives up, if it is whole.
    if (flight !== undefined && (flight.settled || due || (this.#cancelled && flight.whole(this.#machine))) && flight.tell(this.#machine, now)) {
      this.headers = flight.head?.headers;
      this.#land(!flight.settled);
    } else if (this.#cancelled) {
      this.#cancelled = false;
      this.#machine.cancel(now);
    } else if (due) {
      this.#machine.tick(now);
    }
  }

  /** Until something arrives or is due. */
  async #arrival() {
    const due = this.#machine.timeout();
    if (due === undefined) throw new Error("it has ended");
    await this.#wait(due - this.#host.now());
    // A host that was busy, frozen or asleep tells of the time before it tells of what arrived meanwhile.
    const late = this.#host.now() - due;
    if (this.#due && late > 0 && this.#flight !== undefined) await this.#wait(Math.min(late, LONGEST_GRACE));
  }

  /** Until something arrives, for so many milliseconds at most. */
  #wait(ms) {
    return new Promise((resolve) => {
      const { setTimeout, clearTimeout } = this.#host;
      if (this.#cancelled || this.#flight?.settled) return resolve();
      let timer;
      this.#wake = () => {
        this.#wake = undefined;
        resolve();
        try {
          clearTimeout(timer);
        } catch {
          // The clock may be anybody's. A timer that is left wakes for nothing, which does no harm.
        }
      };
      const wake = () => {
        this.#due = true;
        this.#wake?.();
      };
      timer = setTimeout(wake, Math.min(Math.max(ms, 0), LONGEST_TIMER));
    });
  }
}
