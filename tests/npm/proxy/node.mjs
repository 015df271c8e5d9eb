// The handler for Node where what it was given, or its visitor, fails: after a call may have been placed it never says that a
// request was bad, it never leaves a rejection that nobody handles, and a body without end fills no memory.

import { createServer } from 'node:http';
import { connect, createServer as createHttp2Server } from 'node:http2';
import { connect as connectSocket } from 'node:net';

import { OutboundClient } from 'polyai-outbound';
import { toNodeHandler } from 'polyai-outbound/proxy';

import { proxied } from './answers.mjs';
import { ID, SID, fromPage, holds, same, scripted, send } from './support.mjs';

const PATH = '/calls/v1/outbound-calling';
const BODY = '{"to_number":"+14155550100"}';
const PLACED = { headers: { 'x-polyai-correlation-id': ID }, body: { call_sid: SID } };
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function listening(server) {
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${server.address().port}`;
}

/** What a test leaves unhandled, and without a console. */
async function unhandled(test) {
  const seen = [];
  const listen = (reason) => seen.push(String(reason));
  const { error } = console;
  console.error = () => {};
  process.on('unhandledRejection', listen);
  process.on('uncaughtException', listen);
  try {
    await test();
    await sleep(50);
  } finally {
    console.error = error;
    process.off('unhandledRejection', listen);
    process.off('uncaughtException', listen);
  }
  return seen;
}

export async function nodes(report) {
  await report.check('a server that is given the handler of web requests says so, and lives on', async () => {
    const server = await scripted(() => PLACED);
    const { proxy, reports } = proxied(server.url);
    const front = createServer(proxy);
    const origin = await listening(front);
    const left = await unhandled(async () => {
      for (const _ of [1, 2]) {
        const { status, json } = await send(origin + PATH, { headers: fromPage(origin), body: BODY });
        same('answer', [status, json?.code], [500, 'proxy_failed']);
      }
      for (const nothing of [undefined, null, 'x', {}]) same(String(nothing), (await proxy(nothing)).status, 500);
    });
    same('left unhandled', left, []);
    holds(reports[0], reports[0].includes('wrap it: toNodeHandler(createProxy('));
    same('reports', reports.length, 6);
    same('triggers sent', server.seen.length, 0);
    front.close();
    server.end();
  });

  const wrapped = {
    'throws after it dialed': (proxy) => async (...given) => {
      await proxy(...given);
      throw new Error('the audit failed');
    },
    'gives nothing': (proxy) => async (...given) => void (await proxy(...given)),
    'reads the answer itself': (proxy) => async (...given) => {
      const answer = await proxy(...given);
      await answer.text();
      return answer;
    },
  };
  for (const [what, wrap] of Object.entries(wrapped))
    await report.check(`a handler that ${what} leaves the page in doubt`, async () => {
      const server = await scripted(() => PLACED);
      const front = createServer(toNodeHandler(wrap(proxied(server.url).proxy)));
      const origin = await listening(front);
      const left = await unhandled(async () => {
        const answer = await send(origin + PATH, { headers: fromPage(origin), body: BODY });
        same('answer', [answer.status, answer.json.code], [500, 'proxy_failed']);
        const page = (url, init) => fetch(url, { ...init, headers: { ...init.headers, origin } });
        const client = new OutboundClient({ baseUrl: `${origin}/calls`, token: null, fetch: page });
        const error = await client.trigger({ toNumber: '+14155550101' }).catch((thrown) => thrown);
        same('placement', [error.placement, error.attempts], ['unknown', 1]);
      });
      same('unhandled', left, []);
      same('triggers sent', server.seen.length, 2);
      front.close();
      server.end();
    });

  await report.check('a request that cannot be read is a bad one', async () => {
    const front = createServer(toNodeHandler(proxied('https://api.example.com').proxy));
    const origin = await listening(front);
    same('status', (await send(origin, { path: '//', headers: fromPage(origin), body: BODY })).status, 400);
    front.close();
  });

  await report.check('an answer that the server began by itself stays as it is', async () => {
    const server = await scripted(async () => (await sleep(150), PLACED));
    const handler = toNodeHandler(proxied(server.url).proxy);
    const done = [];
    const front = createServer((request, reply) => {
      setTimeout(() => reply.writeHead(503).flushHeaders(), 30);
      handler(request, reply).then(() => (done.push('done'), reply.end()));
    });
    const origin = await listening(front);
    const left = await unhandled(async () => same('status', (await send(origin + PATH, { headers: fromPage(origin), body: BODY })).status, 503));
    same('handled', done, ['done']);
    same('unhandled', left, []);
    front.close();
    server.end();
  });

  const writes = {
    'writing a head throws': { writeHead() { throw new Error('a header that it refuses'); } },
    'writing an end throws': { end() { throw new Error('gone'); } },
  };
  for (const [what, methods] of Object.entries(writes))
    await report.check(`${what}: the connection ends, and nothing else`, async () => {
      const server = await scripted(() => PLACED);
      const handler = toNodeHandler(proxied(server.url).proxy);
      const front = createServer((request, reply) => handler(request, Object.assign(reply, methods)));
      const origin = await listening(front);
      const left = await unhandled(async () => {
        const error = await send(origin + PATH, { headers: fromPage(origin), body: BODY }).catch((thrown) => thrown);
        same('what the visitor sees', error.code, 'ECONNRESET');
      });
      same('unhandled', left, []);
      front.close();
      server.end();
    });

  await report.check('toNodeHandler without a function is refused at once', () => {
    for (const given of [undefined, null, {}, Promise.resolve()]) {
      let thrown;
      try {
        toNodeHandler(given);
      } catch (error) {
        thrown = error;
      }
      same('code', thrown?.code, 'invalid_input');
    }
  });

  const held = () => (process.memoryUsage().external + process.memoryUsage().arrayBuffers) / 1e6;
  /** Writes chunks until it is told to stop; gives how many megabytes. */
  async function flood(stream, chunk, isOver) {
    let sent = 0;
    while (!isOver() && !stream.destroyed && sent < 400e6) {
      sent += chunk.length;
      if (!stream.write(chunk)) await sleep(1);
    }
    return sent / 1e6;
  }

  // A page's route whose body is not read, and one whose body is refused when it is too long.
  for (const [path, status] of [['/nothing', 404], [PATH, 413]]) {
    await report.check(`HTTP/2: a body without end to ${path} is not kept, and its stream ends`, async () => {
      const front = createHttp2Server(toNodeHandler(proxied('https://api.example.com').proxy));
      const origin = await listening(front);
      const session = connect(origin);
      const stream = session.request({ ':method': 'POST', ':path': path, ...fromPage(origin) }, { endStream: false });
      let seen;
      stream.on('response', (headers) => (seen = headers[':status'])).on('error', () => {}).resume();
      const before = held();
      const end = Date.now() + 3_000;
      const sent = await flood(stream, Buffer.alloc(65_536), () => stream.closed || Date.now() > end);
      same('status', seen, status);
      holds(`closed after ${sent} MB`, stream.closed && sent < 20);
      holds(`${before} MB before, ${held()} MB after`, held() - before < 20);
      session.destroy();
      front.close();
    });

    await report.check(`HTTP/1: a body without end to ${path} is not kept, and its connection ends`, async () => {
      const front = createServer(toNodeHandler(proxied('https://api.example.com').proxy));
      const origin = await listening(front);
      const socket = connectSocket(front.address().port, '127.0.0.1');
      let closed = false;
      // What came is not looked at: the end of a connection with unread data may take the answer along.
      socket.on('error', () => {}).on('close', () => (closed = true)).resume();
      const headers = Object.entries({ ...fromPage(origin), host: new URL(origin).host, 'transfer-encoding': 'chunked' });
      socket.write(`POST ${path} HTTP/1.1\r\n${headers.map((it) => it.join(': ')).join('\r\n')}\r\n\r\n`);
      const before = held();
      const end = Date.now() + 3_000;
      const chunk = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(65_536), Buffer.from('\r\n')]);
      await flood(socket, chunk, () => closed || Date.now() > end);
      holds('closed', closed);
      holds(`${before} MB before, ${held()} MB after`, held() - before < 20);
      front.close();
    });
  }
}
