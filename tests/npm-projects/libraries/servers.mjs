// Servers whose visitors meet errors of the package that nobody caught. Prints by server, and by what the service answered,
// which status the visitor got.

import { createServer } from 'node:http';

import { serve } from '@hono/node-server';
import express from 'express';
import express4 from 'express4';
import fastify from 'fastify';
import { H3, toNodeHandler } from 'h3';
import { Hono } from 'hono';
import Koa from 'koa';
import { OutboundClient } from 'polyai-outbound';

const client = new OutboundClient({ token: 'sandbox', baseUrl: process.env.POLYAI_OUTBOUND_BASE_URL, maxRetries: 0 });
/** The last digits of the sandbox's numbers, by what it answers to a trigger. */
const DIGITS = { 200: '00', 400: '22', 401: '14', 403: '15', 404: '16', 408: '17', 429: '07', 503: '19' };
/** Each server calls numbers of its own: some of them answer otherwise the second time. */
let area = 212;

const place = async (answer) => (await client.trigger({ toNumber: `+1${area}55501${DIGITS[answer]}` })).callSid;
const listening = (server) => new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));

const SERVERS = {
  async express() {
    const app = express();
    app.get('/:answer', async (request, response) => response.send(await place(request.params.answer)));
    return listening(createServer(app));
  },
  async 'express 4'() {
    const app = express4();
    app.get('/:answer', (request, response, next) => place(request.params.answer).then((sid) => response.send(sid), next));
    return listening(createServer(app));
  },
  async fastify() {
    const app = fastify();
    app.get('/:answer', (request) => place(request.params.answer));
    await app.listen({ port: 0, host: '127.0.0.1' });
    return app.server.address().port;
  },
  async hono() {
    const app = new Hono().get('/:answer', async (context) => context.text(await place(context.req.param('answer'))));
    return new Promise((resolve) => serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => resolve(port)));
  },
  async koa() {
    const app = new Koa();
    app.silent = true;
    app.use(async (context) => (context.body = await place(context.path.slice(1))));
    return listening(createServer(app.callback()));
  },
  async h3() {
    const app = new H3({ silent: true }).get('/:answer', (event) => place(event.context.params.answer));
    return listening(createServer(toNodeHandler(app)));
  },
};

// Whoever runs this wants no log of what Express and Hono tell of the errors.
console.error = () => {};
const seen = {};
for (const [name, listen] of Object.entries(SERVERS)) {
  const port = await listen();
  area += 1;
  seen[name] = {};
  for (const answer of Object.keys(DIGITS)) seen[name][answer] = (await fetch(`http://127.0.0.1:${port}/${answer}`)).status;
}
console.log(JSON.stringify(seen));
process.exit();
