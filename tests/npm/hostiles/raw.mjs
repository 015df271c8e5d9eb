// A server below HTTP: it reads requests like any other, and answers with whatever bytes a step says. It shares its keys
// with the hostile server of `../hostile.mjs`, through which it is told and asked.
//
// A step of it:
//   pieces      what is written, in order: text, whose characters are bytes; or an object:
//                 { wait: ms }               nothing, for so long
//                 { bytewise: text }         a byte at a time
//                 { again: text, times, lasting: ms, every: ms }   the text again and again, for ever unless it is said how
//                                            often or for how long, and with so long between any two
//                 { bomb: "gzip" | "deflate", mebibytes }   the compressed form of that many MiB of spaces
//               `%CORS%` in a text becomes the headers without which a page may not see an answer
//   then        "close" (the default), "reset", "keep" (the connection is used again), "hang",
//               or "trap": kept, and reset as soon as a byte of another request is there
//
// What it adds to what is counted of a key: `connection` of each request, `sent` bytes that were taken off our hands,
// answers that are `over`, and those that were `cut` because the client was gone before.

import { createServer } from 'node:net';
import { constants, deflateRawSync } from 'node:zlib';

import { CORS } from './cors.mjs';

const CORS_LINES = Object.entries(CORS).map(([name, value]) => `${name}: ${value}\r\n`).join('');
const PREFLIGHT = `HTTP/1.1 204 No Content\r\n${CORS_LINES}connection: close\r\n\r\n`;
const AT_ONCE = 64 * 1024;

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Blocks of deflate that stand by themselves, of 1 MiB of spaces each: any number of them in a row is a valid stream. */
const MEBIBYTE = deflateRawSync(Buffer.alloc(1024 * 1024, ' '), { finishFlush: constants.Z_FULL_FLUSH });
const HEADS = { gzip: Buffer.from('1f8b08000000000000ff', 'hex'), deflate: Buffer.from('789c', 'hex') };

const filled = (text) => Buffer.from(text.replaceAll('%CORS%', CORS_LINES), 'latin1');

/** What is to be written for a piece, a chunk at a time. */
function* chunks(piece) {
  if (typeof piece === 'string') {
    yield filled(piece);
  } else if (piece.bytewise) {
    for (const byte of filled(piece.bytewise)) yield Buffer.of(byte);
  } else if (piece.bomb) {
    yield HEADS[piece.bomb];
    for (let nth = 0; nth < piece.mebibytes; nth++) yield MEBIBYTE;
  } else if (piece.again) {
    const one = Buffer.from(piece.again, 'latin1');
    const whole = piece.every ? 1 : Math.ceil(AT_ONCE / one.length);
    const many = Buffer.concat(Array.from({ length: whole }, () => one));
    const until = Date.now() + (piece.lasting ?? Infinity);
    for (let left = piece.times ?? Infinity; left > 0 && Date.now() < until; left -= whole)
      yield left < whole ? many.subarray(0, left * one.length) : many;
  }
}

/** Reads requests off a connection, one after the other. */
class Connection {
  #held = Buffer.alloc(0);
  #more;
  closed = false;

  constructor(socket, nth) {
    this.socket = socket;
    this.nth = nth;
    socket.on('data', (bytes) => {
      this.#held = Buffer.concat([this.#held, bytes]);
      this.#more?.();
    });
    socket.on('drain', () => this.#more?.());
    // Half a connection is of no use to anybody here.
    for (const event of ['end', 'error', 'close'])
      socket.on(event, () => {
        this.closed = true;
        this.#more?.();
      });
  }

  #arrival() {
    return new Promise((resolve) => (this.#more = resolve));
  }

  /** Resolves when there is a byte of another request; `false` if there will be none. */
  async another() {
    while (this.#held.length === 0 && !this.closed) await this.#arrival();
    return this.#held.length > 0;
  }

  async #until(length) {
    while (length() > this.#held.length && !this.closed) await this.#arrival();
    return this.#held.length >= length();
  }

  async head() {
    const end = () => this.#held.indexOf('\r\n\r\n');
    if (!(await this.#until(() => (end() < 0 ? this.#held.length + 1 : 0)))) return undefined;
    const [first, ...lines] = this.#take(end() + 4).toString('latin1').trimEnd().split('\r\n');
    const [method, path] = first.split(' ');
    const headers = Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
    );
    return { method, path, headers };
  }

  /** The body of a request, or as much of it as came. */
  async body({ headers }) {
    const length = Number(headers['content-length'] ?? 0);
    await this.#until(() => length);
    return this.#take(length).toString('utf8');
  }

  #take(length) {
    const taken = this.#held.subarray(0, length);
    this.#held = this.#held.subarray(length);
    return taken;
  }

  /** Writes a chunk once there is room for it; `false` if nobody takes it any more. */
  async write(chunk) {
    if (this.closed) return false;
    this.socket.write(chunk);
    while (this.socket.writableNeedDrain && !this.closed) await this.#arrival();
    return !this.closed;
  }
}

/** Starts it; `at` gives what is held for a key. */
export async function raw(at) {
  let connections = 0;

  async function serve(connection) {
    for (;;) {
      const head = await connection.head();
      if (head === undefined) return;
      if (head.method === 'OPTIONS') return connection.socket.end(PREFLIGHT);
      const [, first] = head.path.split('/');
      const key = at(first);
      const request = { ...head, path: head.path.slice(first.length + 1), body: '', connection: connection.nth };
      const { step } = key.next(head.method);
      // Counted with its head: a body may never come.
      key.seen.requests.push(request);
      request.body = await connection.body(head);
      if (!(await answer(connection, step, key.seen))) return;
    }
  }

  /** Answers; `true` if the connection is to be used again. */
  async function answer(connection, { pieces = [], then = 'close' }, seen) {
    const { socket } = connection;
    for (const piece of pieces) {
      if (piece.wait) await sleep(piece.wait);
      for (const chunk of chunks(piece)) {
        if (!(await connection.write(chunk))) {
          seen.cut += 1;
          return false;
        }
        seen.sent += chunk.length;
        if (piece.every) await sleep(piece.every);
      }
    }
    seen.over += then === 'hang' ? 0 : 1;
    switch (then) {
      case 'keep':
        return true;
      case 'trap':
        // What of it has arrived by then is counted.
        if (await connection.another()) {
          const head = await Promise.race([connection.head(), sleep(5)]);
          if (head) at(head.path.split('/')[1]).seen.trapped.push(head);
        }
        socket.resetAndDestroy();
        return false;
      case 'hang':
        while (!connection.closed) await sleep(5);
        seen.cut += 1;
        return false;
      case 'reset':
        socket.resetAndDestroy();
        return false;
      default:
        socket.end();
        return false;
    }
  }

  const server = createServer((socket) => {
    socket.setNoDelay(true);
    serve(new Connection(socket, ++connections)).catch(() => socket.destroy());
  });
  // At every address of this machine: hosts keep connections by the address that they ask.
  await new Promise((resolve) => server.listen(0, '0.0.0.0', resolve));
  server.unref();
  return `http://127.0.0.1:${server.address().port}`;
}
