// Servers with TLS: one whose certificate is right, over HTTP/2 and HTTP/1.1 alike, and one for each certificate that is
// wrong. They share their keys with the hostile server of `../hostile.mjs`, through which they are told and asked.
//
// A step of the right one, over HTTP/2:
//   body        the answer
//   refuse      what is done instead of taking the request: "goaway" (the server says that it was not processed, and goes)
//               or "stream" (REFUSED_STREAM)
//   goaway      says that it is going while it works on the request; the number is the code
//   reset       instead of an answer: RST_STREAM with this code
//   cut         instead of an answer, the connection is closed
//
// What it adds to what is counted of a key: `protocol` of each request. A request that was refused is not among them: the
// server has said that nothing was done about it, and it is counted as `refused`.

import { createSecureServer, constants } from 'node:http2';
import { createServer } from 'node:https';

import { CORS } from './cors.mjs';

const { NGHTTP2_NO_ERROR, NGHTTP2_REFUSED_STREAM } = constants;

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function read(incoming) {
  let text = '';
  for await (const chunk of incoming.setEncoding('utf8')) text += chunk;
  return text;
}

/** Answers a request; `version` is what is spoken. */
async function answer(at, incoming, response) {
  const [, first] = incoming.url.split('/');
  if (incoming.method === 'OPTIONS') return response.writeHead(204, CORS).end();
  const key = at(first);
  const { stream } = response;
  const { step } = key.next(incoming.method);
  if (step.refuse) {
    key.seen.refused += 1;
    if (step.refuse === 'stream') return stream.close(NGHTTP2_REFUSED_STREAM);
    // Streams of a client have odd numbers.
    stream.session.goaway(NGHTTP2_NO_ERROR, stream.id - 2);
    return stream.session.close();
  }
  const request = { method: incoming.method, protocol: incoming.httpVersion, body: '' };
  key.seen.requests.push(request);
  request.body = await read(incoming);
  if (step.goaway !== undefined) {
    stream.session.goaway(step.goaway, stream.id);
    // Said before anything else is.
    await sleep(30);
  }
  if (step.cut) return stream.session.socket.destroy();
  if (step.reset !== undefined) return stream.close(step.reset);
  response.writeHead(step.status ?? 200, { ...CORS, 'content-type': 'application/json' });
  response.end(typeof step.body === 'string' ? step.body : JSON.stringify(step.body));
}

async function listening(server) {
  // What a client thinks of a certificate is its own affair.
  server.on('tlsClientError', () => {});
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  return `https://127.0.0.1:${server.address().port}`;
}

/** Starts one for each certificate that is presented; gives where each is, by the certificate's name. */
export async function secured(at, presented) {
  const where = {};
  for (const [name, credentials] of Object.entries(presented)) {
    const respond = (incoming, response) => {
      answer(at, incoming, response).catch(() => response.stream?.session?.destroy());
    };
    // A wrong one speaks the plainest: whatever a client does, a request of it is understood.
    const server = name === 'right' ? createSecureServer({ ...credentials, allowHTTP1: true }, respond) : createServer(credentials, respond);
    where[name] = await listening(server);
  }
  return where;
}
