// Libraries that a server or a page in Node puts around the package.

import { project, same, service, succeed } from '../tools.mjs';

const KEEPERS = [
  'vue reactive',
  'vue ref',
  'vue shallowRef',
  'vue shallowReactive',
  'vue readonly',
  'vue readonly of reactive',
  'vue markRaw',
  'valtio',
  'valtio ref',
  'mobx',
  'on-change',
];
/** What each member gives in a state as it does outside. */
const WORKS = {
  callSid: true,
  updates: 'success',
  result: 'success',
  snapshot: 'success',
  json: true,
  status: 'success',
  resume: true,
  trigger: true,
  watch: 'success',
  error: 'invalid_input',
};

/** The last line that a script has printed. */
const told = (said) => JSON.parse(said.trim().split('\n').at(-1));

async function checks({ tarball, check }) {
  const folder = await project('libraries', tarball, 'libraries');
  const servers = await service();
  let statuses = {};
  await check('the servers are asked', async () => {
    statuses = told(await succeed(folder, ['servers.mjs'], { ...servers.environment, NODE_ENV: 'production' }));
    same('what the service answered', Object.keys(statuses.express).length, 8);
  });
  for (const name of ['express', 'express 4', 'fastify', 'hono', 'koa', 'h3'])
    await check(`what the service answered is not what the visitor is answered: ${name}`, () => {
      const { 200: placed, ...failed } = statuses[name];
      same('a call that was placed', placed, 200);
      same('by answer of the service', failed, { 400: 500, 401: 500, 403: 500, 404: 500, 408: 500, 429: 500, 503: 500 });
    });

  let states = {};
  const fast = await service(100);
  await check('the keepers of state are asked', async () => {
    states = told(await succeed(folder, ['states.mjs'], fast.environment));
    same('proxies are made', states['wrapped at all'], { vue: true, mobx: true });
  });
  for (const name of KEEPERS)
    await check(`clients, calls, requests and snapshots work in the state of ${name}`, () => same('each', states[name], WORKS));
}

export const projects = [{ name: 'libraries', checks }];
