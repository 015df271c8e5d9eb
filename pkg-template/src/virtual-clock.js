// A clock that stands still until it is told to go on.

/** How often everybody else may do something before time goes on: promises and streams take several turns. */
const TURNS = 4;
/** Taken before a test replaces them. */
const { setImmediate, MessageChannel, setTimeout, navigator } = globalThis;

export class VirtualClock {
  #now;
  #random;
  #timers = new Map();
  #made = 0;
  /** What is under way in the host's own time. */
  #busy = new Set();

  constructor(now, seed) {
    this.#now = now;
    this.#random = seed >>> 0;
  }

  now() {
    return this.#now;
  }

  setTimeout(callback, ms) {
    const timer = ++this.#made;
    this.#timers.set(timer, { due: this.#now + Math.max(0, Number(ms) || 0), callback });
    return timer;
  }

  clearTimeout(timer) {
    this.#timers.delete(timer);
  }

  /** Mulberry32: the same numbers for the same seed, on every host. */
  random() {
    this.#random = (this.#random + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#random ^ (this.#random >>> 15), this.#random | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** Time stands still until this is settled. */
  during(promise) {
    const settled = promise.then(
      () => this.#busy.delete(settled),
      () => this.#busy.delete(settled),
    );
    this.#busy.add(settled);
  }

  async advance(ms) {
    const until = this.#now + ms;
    await this.#quiet();
    for (let timer = this.#next(); timer !== undefined && timer.due <= until; timer = this.#next()) {
      this.#fire(timer);
      await this.#quiet();
    }
    this.#now = Math.max(this.#now, until);
  }

  async run(promise) {
    let settled = false;
    const settle = () => {
      settled = true;
    };
    promise.then(settle, settle);
    await this.#quiet();
    while (!settled) {
      const timer = this.#next();
      if (timer !== undefined) this.#fire(timer);
      await this.#quiet();
    }
    return promise;
  }

  /** The timer that is due next. */
  #next() {
    let first;
    for (const [id, { due, callback }] of this.#timers) {
      if (first === undefined || due < first.due) first = { id, due, callback };
    }
    return first;
  }

  #fire({ id, due, callback }) {
    this.#timers.delete(id);
    this.#now = Math.max(this.#now, due);
    callback();
  }

  /** Until everybody has done what they can do without time going on. */
  async #quiet() {
    for (let turn = 0; turn < TURNS; turn += 1) {
      await Promise.all(this.#busy);
      await new Promise(nextTurn);
    }
  }
}

/** Ways to the next turn of the host's event loop, the quickest first. */
const WAYS = [
  (resolve) => setImmediate(resolve),
  // Nested timers of browsers wait four milliseconds each; a message does not.
  (resolve) => {
    // In workerd one lets nobody else in, and timers do not wait.
    if (navigator?.userAgent === "Cloudflare-Workers") throw new Error("not here");
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  },
  (resolve) => setTimeout(resolve, 0),
];
/** The first way that there is. Hosts have stand-ins that throw, as Next's edge runtime, so each is tried and not asked for. */
let way = 0;

function nextTurn(resolve) {
  for (; way < WAYS.length; way += 1) {
    try {
      return void WAYS[way](resolve);
    } catch {
      // The next one.
    }
  }
}
