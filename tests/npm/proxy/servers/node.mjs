// The proxy in Node: in `http`, Express, Fastify and Hono. Prints where it listens.

import { createServer } from 'node:http';

import { toNodeHandler } from 'polyai-outbound/proxy';

import { proxyOf } from './settings.mjs';

const [kind, settings] = process.argv.slice(2);
const proxy = proxyOf(settings);

const express = async (...before) => {
  const { default: application } = await import('express');
  const app = application();
  for (const middleware of before) app.use(middleware(application));
  app.use('/calls', toNodeHandler(proxy));
  return createServer(app);
};

const KINDS = {
  http: () => createServer(toNodeHandler(proxy)),
  express: () => express(),
  'express-json': () => express(({ json }) => json()),
  /** Something reads the body and keeps it to itself. */
  'express-read': () => express(() => (request, _, next) => request.on('end', next).resume()),
  async fastify() {
    const { default: fastify } = await import('fastify');
    const app = fastify();
    app.all('/calls/*', toNodeHandler(proxy));
    await app.ready();
    return app.server;
  },
  async hono() {
    const { Hono } = await import('hono');
    const app = new Hono().all('/calls/*', ({ req }) => proxy(req.raw));
    return createServer(toNodeHandler(app.fetch));
  },
};

const server = await KINDS[kind]();
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/`));
