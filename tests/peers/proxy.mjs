// A proxy as people build it from npm: everything is passed on to the service at the address that is given.

import proxy from '@fastify/http-proxy';
import fastify from 'fastify';

const [, , upstream] = process.argv;
const server = fastify();
server.register(proxy, { upstream, http: { requestOptions: { timeout: 2000 } } });
console.log(await server.listen({ port: 0, host: '127.0.0.1' }));
