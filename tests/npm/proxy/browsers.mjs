// Browsers that send a trigger again by themselves: a connection that had served the page dies with the trigger in its
// hands. The server in front counts what the browser sends, the sandbox what rings.

import { createServer, request as httpRequest } from 'node:http';
import { constants, createSecureServer } from 'node:http2';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { runPage } from '../runtimes/browsers.mjs';
import { resolve } from '../runtimes/projects.mjs';
import { numbered, same } from './support.mjs';

const { NGHTTP2_INTERNAL_ERROR } = constants;

/** When the connection dies: while the trigger is under way, or when its answer is there and is not handed on. */
const MOMENTS = ['at once', 'after the answer'];
/** How it dies, by browser and protocol: where a browser sends again by itself. */
const DEATHS = {
  chromium: { http1: ({ socket }) => socket.destroy(), http2: ({ socket }) => socket.destroy() },
  firefox: { http1: ({ socket }) => socket.destroy(), http2: ({ request }) => request.stream.close(NGHTTP2_INTERNAL_ERROR) },
};

/**
 * A server in front of `behind`, which serves the page too. The first trigger to a number dies by `die`, at the moment that
 * is said for the number. Gives its origin and the numbers of the triggers that came.
 */
async function front({ folder, behind, die, moments, credentials }) {
  const came = [];
  const imports = { 'polyai-outbound': `/${await resolve(folder, '.', ['browser', 'import'])}` };
  const page = `<!doctype html><title>page</title><script type="importmap">${JSON.stringify({ imports })}</script><script type="module" src="/page.mjs"></script>`;

  /** Below TLS and HTTP/2, which would say goodbye. */
  const sockets = new Map();
  const dying = (request) => die({ request, socket: sockets.get((request.stream?.session ?? request).socket.remotePort) });

  async function file(request, response) {
    const body = request.url === '/' ? page : await readFile(join(folder, request.url)).catch(() => undefined);
    const type = request.url === '/' ? 'text/html' : 'text/javascript';
    if (body === undefined) return response.writeHead(404).end();
    response.writeHead(200, { 'content-type': type, 'set-cookie': 'visitor=ada; Path=/' }).end(body);
  }

  async function serve(request, response) {
    if (!request.url.startsWith('/calls/')) return file(request, response);
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const number = request.method === 'POST' ? JSON.parse(body).to_number : undefined;
    if (number !== undefined) came.push(number);
    const dies = number !== undefined && came.filter((it) => it === number).length === 1;
    if (dies && moments[number] === 'at once') {
      pass(request, body).catch(() => {});
      return dying(request);
    }
    const answer = await pass(request, body);
    if (dies) return dying(request);
    delete answer.headers.connection;
    delete answer.headers['keep-alive'];
    delete answer.headers['transfer-encoding'];
    response.writeHead(answer.status, answer.headers).end(answer.body);
  }

  function pass({ method, url, headers }, body) {
    const plain = Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith(':') && name !== 'connection'));
    plain.host = headers[':authority'] ?? headers.host;
    return new Promise((resolve, reject) => {
      const outgoing = httpRequest(behind + url, { method, headers: plain, agent: false }, async (answer) => {
        const chunks = [];
        for await (const chunk of answer) chunks.push(chunk);
        resolve({ status: answer.statusCode, headers: { ...answer.headers }, body: Buffer.concat(chunks) });
      });
      outgoing.on('error', reject).end(body);
    });
  }

  const handle = (request, response) => serve(request, response).catch(() => response.destroy?.());
  const server = credentials ? createSecureServer({ ...credentials, allowHTTP1: false }, handle) : createServer({ keepAliveTimeout: 30_000 }, handle);
  server.on('connection', (socket) => sockets.set(socket.remotePort, socket));
  server.on('session', (session) => session.on('error', () => {}));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  return { url: `${credentials ? 'https' : 'http'}://127.0.0.1:${server.address().port}`, came };
}

/** Without the proxy: adds the token, and knows no keys. What it shows is that the trap is one. */
async function bare(sandbox, token) {
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const headers = { 'content-type': 'application/json', 'x-polyai-auth-token': token };
    const answer = await fetch(sandbox + request.url.slice('/calls'.length), { method: request.method, headers, body: Buffer.concat(chunks) });
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  return `http://127.0.0.1:${server.address().port}`;
}

export async function browsers(report, engines, { folder, sandbox, token, proxy, rung, credentials }) {
  const naive = await bare(sandbox, token);
  for (const engine of engines)
    for (const protocol of ['http1', 'http2']) {
      const settings = { folder, die: DEATHS[engine][protocol], credentials: protocol === 'http2' ? credentials : undefined };
      const name = `${engine} over ${protocol === 'http2' ? 'HTTP/2' : 'HTTP/1.1'}`;
      const run = async (behind) => {
        const numbers = MOMENTS.map(() => numbered('00'));
        const moments = Object.fromEntries(numbers.map((number, nth) => [number, MOMENTS[nth]]));
        const { url, came } = await front({ ...settings, behind, moments });
        const sids = await runPage(`${url}/`, engine, { numbers });
        const sent = numbers.map((number) => came.filter((it) => it === number).length);
        const rang = await Promise.all(numbers.map(rung));
        return { sent, rang, placed: sids.map((sid) => sid.startsWith('OUT-')), sids, numbers };
      };
      await report.check(`${name}: a trigger that the browser sends twice rings twice without the proxy`, async () => {
        const { sent, rang } = await run(naive);
        same('sent by the browser', sent, [2, 2]);
        same('rang', rang, [2, 2]);
      });
      await report.check(`${name}: a trigger that the browser sends twice rings once behind the proxy`, async () => {
        const { sent, rang, placed, sids } = await run(proxy);
        same(`sent by the browser (${sids})`, sent, [2, 2]);
        same('rang', rang, [1, 1]);
        same(`the page has the SID: ${sids}`, placed, [true, true]);
      });
    }
}
