// What the tests of each runner call: a service in the process that asks for a second's patience once, then places a call that
// takes a while. CommonJS, which every runner can load.

const SID = 'OUT-3f0c9b52-6f0e-4a51-9b53-0c9a3f0e4a51';

/** Some environments have no Response; what a lent `fetch` gives may be anything that looks like one. */
function answer(status, body, headers = {}) {
  const text = JSON.stringify(body);
  if (typeof Response === 'function') return new Response(text, { status, headers });
  return { status, headers: { get: (name) => headers[name] ?? null }, text: async () => text };
}

function service() {
  const readings = ['queued', 'calling', 'calling', 'success'];
  let triggers = 0;
  return async (_, { method }) => {
    if (method === 'GET') return answer(200, { status: readings.length > 1 ? readings.shift() : readings[0], reason: '' });
    return triggers++ === 0 ? answer(429, { error: 'slow' }, { 'Retry-After': '1' }) : answer(200, { call_sid: SID });
  };
}

/** Taken before a test replaces it. */
const { setTimeout: later } = globalThis;

/** What hangs under timers that stand still is told at once. */
const within = (promise) =>
  Promise.race([promise, new Promise((_, reject) => later.call(globalThis, () => reject(new Error('it is not over within two seconds')), 2_000))]);

/** An environment with a page is told that a token may be in it. */
const OPTIONS = { baseUrl: 'https://service.example', token: 't', dangerouslyAllowBrowser: true };

module.exports = { SID, NUMBER: '+14155550100', OPTIONS, service, within };
