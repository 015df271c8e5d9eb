// Clocks that are lent to clients: one that stands still until it is told, and one that runs faster than life.

import { Failed, sleep } from './registry.mjs';

/** Stands still. `run` lets time pass from timer to timer, whenever nothing else can happen. */
export class VirtualClock {
  #timers = new Map();
  #next = 1;
  time;
  /** Every wait that was asked for, in milliseconds. */
  asked = [];
  /** Whether something is under way that needs no time of this clock. */
  busy = () => false;
  #compiling = 0;

  constructor(time = Date.UTC(2030, 0, 1)) {
    this.time = time;
  }

  now = () => this.time;
  random = () => 0.5;

  setTimeout = (callback, ms) => {
    this.asked.push(ms);
    const id = this.#next++;
    // As hosts do: what they cannot hold fires at once.
    const wait = ms > 2 ** 31 - 1 || !(ms > 0) ? 1 : ms;
    this.#timers.set(id, { at: this.time + wait, callback });
    return id;
  };

  clearTimeout = (id) => {
    this.#timers.delete(id);
  };

  /** Called by the package while the wasm is compiled, which takes none of the time of this clock. */
  during = (promise) => {
    this.#compiling += 1;
    const over = () => {
      this.#compiling -= 1;
    };
    promise.then(over, over);
  };

  /** What it shows is set; timers are none of that, and fire after as long as before. */
  set(by) {
    this.time += by;
    for (const timer of this.#timers.values()) timer.at += by;
  }

  /** The host sleeps, or its process is frozen: what was due meanwhile is late. */
  freeze(ms) {
    this.time += ms;
  }

  get pending() {
    return this.#timers.size;
  }

  /** Lets everything happen that needs no time. */
  async settle() {
    for (let quiet = 0, waited = 0; quiet < 3; waited++) {
      await sleep(0);
      if (waited > 2_000) throw new Failed('something under way on a still clock did not come to an end');
      quiet = this.busy() || this.#compiling > 0 ? 0 : quiet + 1;
    }
  }

  #fire() {
    const [id, timer] = [...this.#timers].reduce((a, b) => (b[1].at < a[1].at ? b : a));
    this.#timers.delete(id);
    this.time = Math.max(this.time, timer.at);
    timer.callback();
  }

  async advance(ms) {
    const until = this.time + ms;
    await this.settle();
    while ([...this.#timers.values()].some(({ at }) => at <= until)) {
      this.#fire();
      await this.settle();
    }
    this.time = until;
  }

  /** Lets time pass until a promise is settled, and settles as it does. */
  async run(promise) {
    let settled = false;
    const done = () => (settled = true);
    Promise.resolve(promise).then(done, done);
    for (let idle = 0; ; ) {
      await this.settle();
      if (settled) return promise;
      idle = this.pending ? 0 : idle + 1;
      if (idle > 300) throw new Failed('waits for nothing: no timer is set and no request is under way');
      if (this.pending) this.#fire();
    }
  }
}

/** Runs `speed` times faster than life, for tests against a server whose calls do. */
export function fastClock(speed) {
  const began = Date.now();
  const { setTimeout, clearTimeout } = globalThis;
  return {
    now: () => began + (Date.now() - began) * speed,
    setTimeout: (callback, ms) => setTimeout(callback, ms / speed),
    clearTimeout: (id) => clearTimeout(id),
  };
}

/**
 * Stands still until a server has seen a request, and then runs `speed` times faster than life: a machine that is busy does not
 * end what has not begun. `seen` gives what the server has counted.
 */
export function sinceArrival(seen, speed = 1) {
  const began = Date.now();
  const own = fastClock(speed);
  let arrivedAt;
  const arrived = (async () => {
    for (let counted = await seen(); counted.POST + counted.GET === 0; counted = await seen()) await sleep(5);
    arrivedAt = own.now();
  })();
  // A test that has ended with its server is done with its clock.
  arrived.catch(() => {});
  return {
    now: () => began + (arrivedAt === undefined ? 0 : own.now() - arrivedAt),
    setTimeout(callback, ms) {
      const timer = {};
      arrived.then(() => {
        if (!timer.cleared) timer.id = own.setTimeout(callback, ms);
      });
      return timer;
    },
    clearTimeout(timer) {
      timer.cleared = true;
      own.clearTimeout(timer.id);
    },
  };
}
