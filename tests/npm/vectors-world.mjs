// The world of one vector: a clock that jumps from timer to timer, and a `fetch` that does what comes of each request. It
// notes everything that the package does.

/** How often everybody may do what they can before time goes on: promises and streams take several turns. */
const TURNS = 10;
/** No vector has nearly as many. */
const MOST_TIMERS = 5000;

export class World {
  #effects = [];
  /** What each request was sent under. */
  #sentUnder = [];
  /** What `fetch` says of a connection that was lost, as the package puts it. */
  whyLost = 'fetch failed: other side closed';
  #start;
  #now;
  #seed;
  #comes;
  #timers = new Map();
  #made = 0;
  #onItsWay = 0;
  /** Whether the client has no token: it is to be added on the way. */
  #keyless;
  #caller = new AbortController();
  /** What the world itself has got wrong: thrown in a `fetch`, it would only be one more connection that was lost. */
  #wrong = [];

  constructor({ start, seed, comes, cancel_at, service }) {
    this.#keyless = service.token === undefined;
    this.#start = start;
    this.#now = start;
    this.#seed = seed;
    this.#comes = [...comes];
    if (cancel_at === 0) this.#caller.abort();
    else if (cancel_at !== undefined) this.#after(cancel_at, () => this.#caller.abort());
  }

  get signal() {
    return this.#caller.signal;
  }

  clock = {
    now: () => this.#now,
    setTimeout: (callback, ms) => this.#after(ms, callback),
    clearTimeout: (timer) => this.#timers.delete(timer),
    random: () => this.#seed / 2 ** 53,
  };

  since(date) {
    return date.getTime() - this.#start;
  }

  note(what, effect) {
    this.noteAt(new Date(this.#now), what, effect);
  }

  /** Everything that was done. Ids that requests were sent under are random, and are told by the requests' numbers. */
  get effects() {
    const named = (line) => this.#sentUnder.reduce((text, id, nth) => text.replaceAll(id, `sent-${nth + 1}`), line);
    return this.#effects.map(named);
  }

  noteAt(date, what, effect) {
    this.#effects.push(JSON.stringify({ do: what, at: this.since(date), ...effect }));
  }

  /** Lets time go on until this is settled. */
  async play(promise) {
    let settled = false;
    const settle = () => (settled = true);
    promise.then(settle, settle);
    for (;;) {
      for (let turn = 0; turn < TURNS; turn += 1) await new Promise(setImmediate);
      if (settled) break;
      const [timer, { due, callback }] = [...this.#timers].reduce(earlier, [undefined, { due: Infinity }]);
      if (timer === undefined || this.#made > MOST_TIMERS) {
        throw new Error(['it never ends; so far', ...this.effects.slice(0, 20)].join('\n'));
      }
      this.#timers.delete(timer);
      this.#now = due;
      callback();
    }
    await promise;
    if (this.#onItsWay > 0) this.#wrong.push('it ends with a request on its way');
    if (this.#timers.size > 0) this.#wrong.push('it ends before a timer fires that nobody has cleared');
    if (this.#comes.length > 0) this.#wrong.push('more comes than was asked for');
    if (this.#wrong.length > 0) throw new Error(this.#wrong.join('; '));
  }

  fetch = (url, { method, headers, body = '', signal }) => {
    this.#sentUnder.push(headers['X-PolyAI-Correlation-Id']);
    const { 'user-agent': agent, 'Idempotency-Key': key, ...own } = headers;
    // What the package adds to core's: the agent always, a key to what a proxy adds the token to.
    if (agent === undefined) this.#wrong.push('no agent is named');
    if ((key !== undefined) !== (this.#keyless && method === 'POST')) this.#wrong.push(`the key of a ${method} is ${key}`);
    this.note('request', { method, url, headers: Object.entries(own), body });
    const coming = this.#comes.shift();
    if (coming === undefined) this.#wrong.push('more is asked for than comes');
    this.#onItsWay += 1;
    if (this.#onItsWay > 1) this.#wrong.push('two requests at a time');
    return new Promise((resolve, reject) => {
      let arrival;
      let body;
      const abort = () => {
        this.#onItsWay -= 1;
        this.#timers.delete(arrival);
        this.note('abort', {});
        body?.error(signal.reason);
        reject(signal.reason);
      };
      signal.addEventListener('abort', abort);
      /** Nothing more comes, so there is nothing to be given up. */
      const over = () => {
        this.#onItsWay -= 1;
        signal.removeEventListener('abort', abort);
      };
      if (coming === 'lost') {
        over();
        reject(new TypeError('fetch failed', { cause: new Error('other side closed') }));
      } else if (coming?.answer !== undefined) {
        const { delay_ms: delay = 0, ...answer } = coming.answer;
        arrival = this.#after(delay, () => resolve(response(answer, over, (controller) => (body = controller))));
      }
    });
  };

  #after(ms, callback) {
    const timer = ++this.#made;
    this.#timers.set(timer, { due: this.#now + ms, callback });
    return timer;
  }
}

const earlier = (one, other) => (other[1].due < one[1].due ? other : one);

/** An answer whose body comes as it is read: first its text, then what becomes of the connection. */
function response({ status, headers, body = '', then }, over, start) {
  if (status === 204) {
    over();
    return new Response(null, { status, headers });
  }
  let read = false;
  const pull = (controller) => {
    if (!read) {
      read = true;
      return controller.enqueue(new TextEncoder().encode(body));
    }
    if (then === 'hang') return new Promise(() => {});
    over();
    return then === 'cut' ? controller.error(new TypeError('terminated')) : controller.close();
  };
  return new Response(new ReadableStream({ start, pull }, { highWaterMark: 0 }), { status, headers });
}
