// The proxy's judgement of a trigger's answer against that of core, through the client: for each status and body, of the
// service's own and not, a page behind the proxy is told exactly what a client of its own would be told, the SID included.

import { OutboundClient } from 'polyai-outbound';
import { createProxy } from 'polyai-outbound/proxy';

import { ID, SID, TOKEN, same } from './support.mjs';

const ORIGIN = 'http://localhost';
const OTHER = SID.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
const STATUSES = [200, 201, 202, 204, 299, 301, 400, 401, 403, 404, 408, 409, 422, 429, 500, 501, 502, 503, 504, 599];
const ERROR = { error: 'it failed', code: 'FAILED' };
const BODIES = [
  '',
  '<html>busy</html>',
  '[]',
  '{}',
  '7',
  { call_sid: SID },
  { callSid: SID, status: 'QUEUED' },
  { call_sid: SID, callSid: OTHER },
  { call_sid: SID, callSid: SID },
  { data: { call_sid: SID } },
  { call_sid: 5 },
  { call_sid: 'OUT-' },
  { call_sid: 'CA-1' },
  `{"call_sid":"${SID}","call_sid":"${OTHER}"}`,
  `{"call_sid":"${SID}"`,
  `{"call_sid":"${SID}"} {}`,
  `{"call_sid" : "${SID.replace('-', '\\u002d')}"}`,
  `\ufeff{"call_sid":"${SID}"}`,
  ERROR,
  { ...ERROR, call_sid: SID },
  { ...ERROR, callSid: SID },
  { ...ERROR, callSid: null },
  { error: `call ${SID} is there`, code: 'FAILED' },
  { ...ERROR, error_id: ID },
  { ...ERROR, error_id: 'another' },
  { ...ERROR, error_id: 5 },
  { error: 5, code: 5 },
  { error: { message: 'it failed' } },
  { success: false, error_code: 'FAILED', error_message: 'it failed' },
  { success: false, error_code: 'FAILED', callSid: SID },
  { success: true, error_code: 'FAILED' },
  { detail: 'it failed' },
  { detail: [{ loc: ['body'], msg: 'it failed' }], call_sid: SID },
  { message: 'it failed', errors: [{ field: 'toNumber', message: 'it failed' }] },
  { status: 500, error: 'Internal Server Error', path: '/v1' },
  '{"error":"it failed","code":"FAILED","n":1e999}',
  '{"error":"\\ud800","code":"FAILED"}',
  '{"error":"first","error":"last","code":"FAILED"}',
].map((it) => (typeof it === 'string' ? it : JSON.stringify(it)));

const APIS = { outbound: {}, agents: { api: 'agents', agentId: 'agent-1', environment: 'live' } };

/** What became of a trigger: where it was placed the SID, else the placement, and the call that may be there. */
const placement = (client) =>
  client.trigger({ toNumber: '+14155550100' }).then(
    ({ callSid }) => callSid,
    ({ placement, callSid }) => (callSid === null ? placement : `${placement}, call ${callSid}`),
  );

async function judged(api, status, body, headers) {
  const fetch = async () => new Response(status === 204 ? null : body, { status, headers });
  const service = { ...api, region: 'us', token: TOKEN, fetch };
  const direct = await placement(new OutboundClient({ ...service, maxRetries: 0 }));
  let key;
  const store = { begin: async () => null, end: async (_, answer) => void (key = answer === null ? 'given back' : 'kept') };
  const proxy = createProxy({ ...service, authorize: () => true, store, path: '', onError: () => {} });
  const toProxy = (url, { method, headers, body }) => proxy(new Request(url, { method, headers: { ...headers, origin: ORIGIN }, body }));
  const page = await placement(new OutboundClient({ ...api, baseUrl: ORIGIN, token: null, maxRetries: 0, fetch: toProxy }));
  return { direct, page, key };
}

export async function placements(report) {
  for (const [name, api] of Object.entries(APIS))
    for (const [whose, headers] of Object.entries({ own: { 'x-polyai-correlation-id': ID }, foreign: {} }))
      await report.check(`a page is told the placement that core judges, and the key follows it (${name}, ${whose})`, async () => {
        for (const status of STATUSES)
          for (const body of BODIES) {
            const { direct, page, key } = await judged(api, status, body, headers);
            const what = `${status} ${body}: ${JSON.stringify({ direct, page, key })}`;
            same(what, page, direct);
            same(`the key of ${what}`, key, page === 'not_placed' ? 'given back' : 'kept');
          }
      });
}
