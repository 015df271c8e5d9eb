// A server that answers as it is told, however wrong that is, and counts what arrives: whether a trigger was sent once is
// for the server to say, never for the client.
//
//   POST /_script/KEY   what to answer: { "POST": [step, …], "GET": [step, …] }; the last step of each goes on for ever
//   POST /_mortal       starts a server of the same keys that can die, and says where: { "url": … }
//   POST /_journal      what a host says of its tests: { "begins": name, "ended": result }
//   GET /count/KEY      { "POST": n, "GET": n, "closed": n, "requests": [{ method, path, headers, body }, …], … }
//   /KEY/…              the API; what comes after the key is the service's own path
//
// Behind the same keys are a server below HTTP (`hostiles/raw.mjs`) and those with TLS (`hostiles/tls.mjs`), which have
// steps of their own.
//
// A step is an object; all of its members may be left out:
//   status, headers, body     the answer; a body that is no text is sent as JSON
//   foreign                   comes without the correlation id that the service puts on every answer, as a proxy's does
//   retryAfterDate            so many seconds from now, as an HTTP date in `Retry-After`
//   delayMs                   waits before it answers
//   hang: "head" | "body"     never answers, or never ends the body
//   cut: "head" | "body"      closes the connection before the answer, or in the middle of its body
//   trickleMs                 so long between any two of ten pieces of the body
//   endless                   a body that goes on for ever
//   dies: "after" | "before"  a mortal server is gone after its answer, or with the request in its hands: nobody listens any more.
//                             Of the first, `gone` of what is counted tells when that is
//   echo                      an error that quotes the whole request
//   elsewhere: KEY            a redirect to that key of another origin, with status 307 unless it says which
//   keepAlive                 lets the connection be used again; others are closed, because hosts send again by themselves
//                             what was lost on a connection that was used before

import { once } from 'node:events';
import { createServer } from 'node:http';

import { CORS } from './hostiles/cors.mjs';
import { raw } from './hostiles/raw.mjs';
import { secured } from './hostiles/tls.mjs';

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function read(incoming) {
  let text = '';
  for await (const chunk of incoming.setEncoding('utf8')) text += chunk;
  return text;
}

class Key {
  steps = {};
  seen = { POST: 0, GET: 0, closed: 0, requests: [], sent: 0, cut: 0, over: 0, trapped: [], refused: 0 };

  reuses() {
    return Object.values(this.steps).flat().some((step) => step.keepAlive);
  }

  next(method) {
    const steps = this.steps[method] ?? [{ status: 404 }];
    const nth = this.seen[method]++;
    return { step: steps[Math.min(nth, steps.length - 1)], nth: nth + 1 };
  }
}

/** Starts it, at two origins, and the others; `presented` are certificates. Gives where each is. */
export async function hostile(presented) {
  const keys = new Map();
  /** The results that a host has told of, and the test that it is at, since when. */
  const journal = { ended: [], begun: undefined, since: Date.now() };
  const at = (key) => keys.get(key) ?? keys.set(key, new Key()).get(key);
  const origins = [];

  async function handle(incoming, answer, die) {
    const [, first, ...rest] = new URL(incoming.url, 'http://x').pathname.split('/');
    if (incoming.method === 'OPTIONS')
      return answer.writeHead(204, at(first).reuses() ? CORS : { ...CORS, connection: 'close' }).end();
    const json = (value) => {
      const headers = { ...CORS, 'content-type': 'application/json', connection: 'close' };
      answer.writeHead(200, headers).end(JSON.stringify(value));
    };
    if (first === '_script') {
      at(rest[0]).steps = JSON.parse(await read(incoming));
      return json({});
    }
    if (first === '_journal') {
      const { begins, ended } = JSON.parse(await read(incoming));
      if (ended) journal.ended.push(ended);
      Object.assign(journal, { begun: begins, since: Date.now() });
      return json({});
    }
    if (first === '_mortal') return json({ url: await mortal() });
    if (first === 'count') return json(at(rest[0]).seen);
    const key = at(first);
    const { method, headers } = incoming;
    const { step, nth } = key.next(method);
    const path = incoming.url.slice(first.length + 1);
    // Counted with its head: a body may never come.
    const request = { method, path, headers, body: '' };
    key.seen.requests.push(request);
    answer.on('close', () => (key.seen.closed += answer.writableFinished ? 0 : 1));
    request.body = await read(incoming);
    if (step.dies === 'before') return die();
    await act(step, answer, request, `hostile-${first}-${nth}`);
    if (step.dies === 'after') die().then(() => (key.seen.gone = true));
  }

  /**
   * At a port below those that the system gives to who asks for any: once it is closed, nobody else gets it, another test's
   * server say.
   */
  async function listenWhereNobodyComes(server) {
    for (;;) {
      const port = 20_000 + Math.floor(Math.random() * 10_000);
      const failed = await new Promise((resolve) => {
        server.once('error', resolve);
        server.listen(port, '127.0.0.1', () => {
          server.off('error', resolve);
          resolve(undefined);
        });
      });
      if (failed === undefined) return;
      if (failed.code !== 'EADDRINUSE') throw failed;
    }
  }

  /** A server that is gone once `die` is called: its connections are closed, and its port refuses others. */
  async function mortal() {
    const server = createServer((incoming, answer) => {
      const die = async () => {
        // What was answered is sent before the connection is closed, and so arrives before its end.
        if (answer.writableEnded && !answer.writableFinished)
          await Promise.race([once(answer, 'finish'), once(answer, 'close')]);
        const closed = new Promise((resolve) => server.close(resolve));
        server.closeAllConnections();
        await closed;
      };
      handle(incoming, answer, die).catch(() => answer.socket?.destroy());
    });
    await listenWhereNobodyComes(server);
    server.unref();
    return `http://127.0.0.1:${server.address().port}`;
  }

  async function act(step, answer, request, correlationId) {
    if (step.delayMs) await sleep(step.delayMs);
    if (step.hang === 'head') return;
    if (step.cut === 'head') return answer.socket.destroy();
    const headers = { ...CORS, 'content-type': 'application/json' };
    if (!step.foreign) headers['x-polyai-correlation-id'] = correlationId;
    if (!step.keepAlive) headers.connection = 'close';
    if (step.retryAfterDate !== undefined)
      headers['retry-after'] = new Date(Date.now() + step.retryAfterDate * 1000).toUTCString();
    if (step.elsewhere) headers.location = `${origins[1]}/${step.elsewhere}${request.path}`;
    let body = step.body ?? '';
    if (step.echo) body = { error: `cannot read ${request.body} with ${JSON.stringify(request.headers)}`, code: 'ECHO' };
    if (typeof body !== 'string') body = JSON.stringify(body);
    answer.writeHead(step.status ?? (step.elsewhere ? 307 : 200), { ...headers, ...step.headers });
    answer.flushHeaders();
    if (step.endless) return endless(answer);
    if (step.trickleMs) {
      const length = Math.ceil(body.length / 10);
      for (let at = 0; at < body.length; at += length) {
        await sleep(step.trickleMs);
        answer.write(body.slice(at, at + length));
      }
    } else if (step.hang === 'body' || step.cut === 'body') {
      answer.write(body);
      if (step.cut === 'body') {
        // After the head and the piece of the body have arrived.
        await sleep(30);
        answer.socket?.destroy();
      }
      return;
    }
    answer.end(step.trickleMs ? '' : body);
  }

  function endless(answer) {
    const chunk = ' '.repeat(64 * 1024);
    const write = () => {
      while (!answer.destroyed && answer.write(chunk));
      if (!answer.destroyed) answer.once('drain', write);
    };
    write();
  }

  for (let nth = 0; nth < 2; nth++) {
    const server = createServer((incoming, answer) => {
      handle(incoming, answer).catch(() => answer.socket?.destroy());
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    server.unref();
    origins.push(`http://127.0.0.1:${server.address().port}`);
  }
  return { url: origins[0], raw: await raw(at), secured: await secured(at, presented), journal };
}
