// A token that a function gives: asked for before each operation, and once more if the service refuses it. What was asked for is
// sent again only after a refusal of the service's own, which is certain to have placed no call.

import { equal, has, kind, ok, rejects, same, sleep, test } from './registry.mjs';
import { AGENTS, FAILED, NUMBER, PLACED, SID, TOKEN, besieged, collect, reading, stubbed } from './support.mjs';

const REFUSED = { status: 401, body: { error: 'token has expired', code: 'UNAUTHORIZED' } };
const tokenOf = ({ init }) => new Headers(init.headers).get('X-PolyAi-Auth-Token') ?? new Headers(init.headers).get('X-API-KEY');

/** Gives tokens in turn, the last for ever, and keeps what it was asked with. */
function rotating(...tokens) {
  const asked = [];
  const token = async (request) => {
    const nth = asked.push(request);
    await undefined;
    return tokens[Math.min(nth, tokens.length) - 1];
  };
  return { token, asked };
}

test('a token may come from a function, which is asked before each operation', async (context) => {
  const { token, asked } = rotating('tok-1', 'tok-2', 'tok-3');
  for (const options of [{}, AGENTS]) {
    asked.length = 0;
    const steps = { POST: [{ body: { call_sid: SID, callSid: SID } }], GET: [reading('success')] };
    const { client: it, calls, run } = stubbed(context, steps, { token, ...options });
    const call = await it.trigger({ toNumber: NUMBER });
    await it.status(SID);
    equal((await run(call.result())).status, 'success');
    same(calls.map(tokenOf), ['tok-1', 'tok-2', 'tok-3'], 'tokens');
    same(asked, [{ refused: false }, { refused: false }, { refused: false }], 'what it was asked with');
  }
  const { client: it, calls } = stubbed(context, { POST: [PLACED] }, { token: () => TOKEN });
  await it.trigger({ toNumber: NUMBER });
  equal(tokenOf(calls[0]), TOKEN, 'of a function that is not async');
});

test('a token that the service refused is asked for once more, and a trigger sent again with another', async (context) => {
  const { token, asked } = rotating('tok-old', 'tok-new');
  const events = [];
  const { client: it, calls, run } = stubbed(context, { POST: [REFUSED, PLACED] }, { token, onRequest: (event) => events.push(event) });
  const { data, response } = await run(it.trigger({ toNumber: NUMBER }).withResponse());
  equal(data.callSid, SID);
  same(calls.map(tokenOf), ['tok-old', 'tok-new'], 'tokens');
  same(asked, [{ refused: false }, { refused: true }], 'what it was asked with');
  equal(response.attempts, 2, 'attempts');
  same(events.map(({ status, attempt }) => [status, attempt]), [[401, 1], [200, 2]], 'events');
});

test('a token that is refused twice, or that is the same as before, is told, and the trigger is not sent again', async (context) => {
  for (const [tokens, requests] of [[['tok-1', 'tok-2', 'tok-3'], 2], [['tok-1'], 1]]) {
    const { token, asked } = rotating(...tokens);
    const { client: it, calls, run } = stubbed(context, { POST: [REFUSED] }, { token });
    const error = await rejects(run(it.trigger({ toNumber: NUMBER })));
    kind(error, context.lib.AuthenticationError, { code: 'unauthorized', placement: 'not_placed', attempts: requests });
    equal(calls.length, requests, 'requests');
    equal(asked.length, 2, 'how often it was asked');
  }
});

test('what is wrong with a second token is told with the attempts that came before it', async (context) => {
  for (const second of ['has a space', '', undefined, 7]) {
    const { client: it, calls } = stubbed(context, { POST: [REFUSED] }, { token: rotating('tok-1', second).token });
    has(await rejects(it.trigger({ toNumber: NUMBER })), { code: 'invalid_input', field: 'token', placement: 'not_placed', attempts: 1 });
    equal(calls.length, 1, 'requests');
  }
});

test('with no retries a trigger is sent once, whatever a function could still give', async (context) => {
  const { token } = rotating('tok-1', 'tok-2');
  const { client: it, calls, run } = stubbed(context, { POST: [REFUSED, PLACED] }, { token, maxRetries: 0 });
  kind(await rejects(run(it.trigger({ toNumber: NUMBER }))), context.lib.AuthenticationError, { attempts: 1 });
  equal(calls.length, 1, 'requests');
});

/** 401s that may stand for anything, and failures that are none: a trigger that met one was sent for the last time. */
const NOT_CERTAIN = {
  'a gateway’s 401, without the correlation id of the service': [{ ...REFUSED, foreign: true }, 'unauthorized', 'not_placed'],
  'a gateway’s page': [{ status: 401, foreign: true, headers: { 'content-type': 'text/html' }, body: '<html>login</html>' }, 'unauthorized', 'not_placed'],
  'a page under a correlation id': [{ status: 401, body: '<html>login</html>' }, 'unauthorized', 'not_placed'],
  'a 401 that names a call': [{ status: 401, body: { error: 'no', code: 'NO', call_sid: SID } }, 'unauthorized', 'unknown'],
  'a 403': [{ status: 403, body: { error: 'no', code: 'FORBIDDEN' } }, 'forbidden', 'not_placed'],
  'a lost answer': [{ reject: new TypeError('fetch failed') }, 'connection_lost', 'unknown'],
  'a 502': [{ status: 502, body: { error: 'no', code: 'NO' } }, 'service_failed', 'unknown'],
};

for (const [what, [step, code, placement]] of Object.entries(NOT_CERTAIN))
  test(`a trigger is not sent again with another token after ${what}`, async (context) => {
    const { token, asked } = rotating('tok-1', 'tok-2');
    const { client: it, calls, run } = stubbed(context, { POST: [step, PLACED] }, { token });
    has(await rejects(run(it.trigger({ toNumber: NUMBER }))), { code, placement, attempts: 1 });
    equal(calls.length, 1, 'requests');
    equal(asked.length, 1, 'how often it was asked');
  });

test('a server counts no more triggers than one that was refused and one that was not', async (context) => {
  for (const [step, requests] of [[REFUSED, 2], [{ ...REFUSED, foreign: true }, 1], [{ cut: 'head' }, 1]]) {
    const { token } = rotating('tok-1', 'tok-2', 'tok-3');
    const { client: it, seen } = await besieged(context, { POST: [step, PLACED] }, { token });
    const { error } = await it.trigger({ toNumber: NUMBER }).then(() => ({}), (error) => ({ error }));
    equal(error === undefined, requests === 2, 'whether it was placed');
    const { POST, requests: arrived } = await seen();
    equal(POST, requests, 'triggers that arrived');
    if (requests === 2) same(arrived.map(({ headers }) => headers['x-polyai-auth-token']), ['tok-1', 'tok-2'], 'their tokens');
  }
});

test('attempts and retries before a refusal count, and so does their time', async (context) => {
  const { token } = rotating('tok-1', 'tok-2');
  const { client: it, calls, run } = stubbed(context, { POST: [FAILED, FAILED, REFUSED, FAILED, PLACED] }, { token, maxRetries: 4 });
  equal((await run(it.trigger({ toNumber: NUMBER }).withResponse())).response.attempts, 5);
  same(calls.map(tokenOf), ['tok-1', 'tok-1', 'tok-1', 'tok-2', 'tok-2'], 'tokens');
  const fewer = stubbed(context, { POST: [FAILED, FAILED, REFUSED, FAILED, PLACED] }, { token: rotating('tok-1', 'tok-2').token, maxRetries: 3 });
  has(await rejects(fewer.run(fewer.client.trigger({ toNumber: NUMBER }))), { code: 'service_failed', attempts: 4 });
});

test('a reading is sent again with another token', async (context) => {
  const { token } = rotating('tok-1', 'tok-2');
  const { client: it, calls, run } = stubbed(context, { GET: [REFUSED, reading('calling')] }, { token });
  equal((await run(it.status(SID))).status, 'calling');
  same(calls.map(tokenOf), ['tok-1', 'tok-2'], 'tokens');
});

test('a call that is followed outlives its tokens, and ends with one that is refused twice', async (context) => {
  const { token, asked } = rotating('tok-1', 'tok-2', 'tok-3');
  const GET = [reading('queued'), REFUSED, reading('calling'), REFUSED, reading('success')];
  const { client: it, calls, run } = stubbed(context, { POST: [PLACED], GET }, { token });
  const words = [];
  equal((await run(it.call({ toNumber: NUMBER }, { onUpdate: ({ status }) => words.push(status) }))).status, 'success');
  same(words, ['queued', 'calling', 'success']);
  same(calls.map(tokenOf), ['tok-1', 'tok-1', 'tok-1', 'tok-2', 'tok-2', 'tok-3'], 'tokens');
  same(asked.map(({ refused }) => refused), [false, true, true]);

  const twice = rotating('tok-1', 'tok-2', 'tok-3');
  const lost = stubbed(context, { GET: [reading('queued'), REFUSED] }, { token: twice.token });
  const call = lost.client.watch(SID);
  const error = await rejects(lost.run(collect(call.updates())));
  kind(error, context.lib.AuthenticationError, { code: 'unauthorized', callSid: SID });
  same(lost.calls.map(tokenOf), ['tok-1', 'tok-1', 'tok-2'], 'tokens');
  equal(call.snapshot().reading.status, 'queued', 'what is known is kept');
});

test('a token that is renewed leaves each reading its time, and all of them together no more than before', async (context) => {
  const { token } = rotating('tok-1', 'tok-2');
  const queued = Array.from({ length: 5 }, () => reading('queued'));
  const { client: it, run } = stubbed(context, { GET: [...queued, REFUSED, reading('success')] }, { token, timeoutMs: 5_000 });
  equal((await run(it.watch(SID).result())).status, 'success', 'after longer than one reading has time');

  const endless = stubbed(context, { POST: [PLACED], GET: [...queued, REFUSED, reading('calling')] }, { token: rotating('tok-1', 'tok-2').token });
  const began = endless.clock.time;
  const error = await rejects(endless.run(endless.client.call({ toNumber: NUMBER }, { followTimeoutMs: 60_000 })));
  has(error, { code: 'deadline_exceeded', placement: 'placed', callSid: SID });
  equal(endless.clock.time - began, 60_000, 'how long it was followed');
});

test('a function that fails, or gives no token, sends nothing, and what it threw is shown nowhere', async (context) => {
  const thrown = new Error(`POST https://idp.example with ${TOKEN}`);
  const throwing = () => {
    throw thrown;
  };
  for (const token of [throwing, async () => throwing()]) {
    const { client: it, calls, clock } = stubbed(context, { POST: [PLACED], GET: [reading('queued')] }, { token });
    for (const [wait, placement] of [[() => it.trigger({ toNumber: NUMBER }), 'not_placed'], [() => it.call({ toNumber: NUMBER }), 'not_placed'], [() => it.status(SID), null], [() => it.watch(SID).result(), null]]) {
      const error = await rejects(wait());
      kind(error, context.lib.OutboundError, { code: 'callback_failed', placement, attempts: 0, cause: undefined });
      equal(error.originalCause, thrown, 'the original cause');
      ok(error.message.startsWith('the token function failed; nothing was sent with it; see originalCause'), error.message);
      for (const shown of [error.message, error.stack, JSON.stringify(error), context.inspect?.(error) ?? '']) ok(!shown.includes(TOKEN), shown);
    }
    equal(calls.length, 0, 'requests');
    equal(clock.pending, 0, 'timers that are left');
  }
  for (const given of [undefined, null, 42, '', 'two words', {}]) {
    const { client: it, calls } = stubbed(context, { POST: [PLACED] }, { token: async () => given });
    kind(await rejects(it.trigger({ toNumber: NUMBER })), context.lib.InvalidInputError, { field: 'token', placement: 'not_placed' });
    equal(calls.length, 0, 'requests');
  }
});

/** What becomes of the token that is asked for once one was refused, and the code of the error. */
const SECOND = {
  'gives nothing': [() => undefined, 'invalid_input'],
  'gives an empty text': [() => '', 'invalid_input'],
  'gives no token': [() => 'two words', 'invalid_input'],
  'gives half of a character': [() => String.fromCharCode(0xd83d), 'invalid_input'],
  'fails': [() => Promise.reject(new Error('no')), 'callback_failed'],
  'hangs': [() => new Promise(() => {}), 'deadline_exceeded'],
  'is the same': [() => 'tok-1', 'unauthorized'],
};

for (const [what, [second, code]] of Object.entries(SECOND))
  test(`a call that was placed is known by its error where a function for tokens ${what} while it is followed`, async (context) => {
    const steps = { POST: [PLACED], GET: [REFUSED] };
    const { client: it, calls, run } = stubbed(context, steps, { token: ({ refused }) => (refused ? second() : 'tok-1'), timeoutMs: 5_000 });
    const expected = { code, placement: 'placed', callSid: SID };
    has(await rejects(run(it.call({ toNumber: NUMBER }))), expected);
    const call = await it.trigger({ toNumber: NUMBER });
    has(await rejects(run(call.result())), expected);
    has(await rejects(run(it.watch(SID).result())), { code, callSid: SID });
    equal(calls.filter(({ init }) => init.method === 'POST').length, 2, 'triggers');
  });

test('a call that was placed is known by its error where its caller gives up while a token is asked for', async (context) => {
  const controller = new AbortController();
  let asked = 0;
  const token = ({ refused }) => (refused ? ((asked += 1), new Promise(() => {})) : 'tok-1');
  const { client: it, clock } = stubbed(context, { POST: [PLACED], GET: [REFUSED] }, { token });
  const waiting = rejects(it.call({ toNumber: NUMBER }, { signal: controller.signal }));
  while (asked === 0) await clock.advance(1_000);
  controller.abort();
  has(await waiting, { code: 'cancelled', placement: 'placed', callSid: SID });
});

test('a token that takes its time leaves the usual time to follow a call', async (context) => {
  const slow = (clock) => ({ refused }) => new Promise((resolve) => clock.setTimeout(() => resolve(refused ? 'tok-2' : 'tok-1'), 3_000));
  for (const options of [undefined, { followTimeoutMs: 60_000 }]) {
    const steps = { POST: [PLACED], GET: [reading('queued'), REFUSED, reading('success')] };
    const made = stubbed(context, steps, { token: (request) => slow(made.clock)(request) });
    equal((await made.run(made.client.call({ toNumber: NUMBER }, options))).status, 'success', 'a call');
    const again = stubbed(context, { POST: [PLACED], GET: [reading('success')] }, { token: (request) => slow(again.clock)(request) });
    equal((await again.run(again.client.watch(SID).result())).status, 'success', 'a call that is watched');
    const call = await again.run(again.client.trigger({ toNumber: NUMBER }));
    equal((await again.run(call.result())).status, 'success', 'a call that was triggered');
  }
});

test('whoever has given up before is told so, and no token is asked for', async (context) => {
  let asked = 0;
  const token = () => ((asked += 1), new Promise(() => {}));
  const { client: it, calls, clock } = stubbed(context, {}, { token });
  const why = new Error('enough');
  has(await rejects(it.watch(SID).result({ signal: AbortSignal.abort(why) })), { code: 'cancelled', callSid: SID, originalCause: why });
  equal(asked, 0, 'how often it was asked');
  equal(calls.length, 0, 'requests');
  equal(clock.pending, 0, 'timers that are left');
});

test('a function for tokens is told what it gave, and gets nothing of the client', async (context) => {
  const seen = [];
  const given = [undefined, 'Bearer abc'];
  const token = function () {
    'use strict';
    seen.push(this);
    return given[seen.length - 1];
  };
  const { client: it } = stubbed(context, { POST: [PLACED] }, { token });
  const messages = [];
  for (const _ of given) messages.push((await rejects(it.trigger({ toNumber: NUMBER }))).message);
  ok(messages[0].startsWith('token: the function gave undefined; expected a string'), messages[0]);
  ok(messages[1].includes('without "Bearer"'), messages[1]);
  same(seen, [undefined, undefined], 'its `this`');
});

test('what a framework throws to steer passes through a function for tokens', async (context) => {
  const thrown = Object.assign(new Error('steer'), { digest: 'DYNAMIC_SERVER_USAGE' });
  const { client: it } = stubbed(context, { POST: [PLACED] }, { token: () => Promise.reject(thrown) });
  equal(await rejects(it.trigger({ toNumber: NUMBER })), thrown);
});

test('a function that hangs is waited for no longer than the operation has time, or its caller', async (context) => {
  const token = () => new Promise(() => {});
  const { client: it, calls, clock, run } = stubbed(context, { POST: [PLACED], GET: [reading('queued')] }, { token, timeoutMs: 5_000 });
  const began = clock.time;
  has(await rejects(run(it.trigger({ toNumber: NUMBER }))), { code: 'deadline_exceeded', placement: 'not_placed', attempts: 0 });
  equal(clock.time - began, 5_000, 'how long it was waited for');
  for (const wait of [(options) => it.trigger({ toNumber: NUMBER }, options), (options) => it.status(SID, options), (options) => it.watch(SID).result(options)]) {
    const controller = new AbortController();
    const why = new Error(`enough of ${NUMBER}`);
    const waiting = rejects(wait({ signal: controller.signal }));
    await sleep(5);
    controller.abort(why);
    const error = await waiting;
    has(error, { code: 'cancelled', attempts: 0 });
    // Of whom is called only a trigger knows.
    if (error.placement !== null) ok(!`${error.message} ${error.cause?.message}`.includes(NUMBER), 'the reason is not shown');
    equal(error.originalCause, why, 'the reason');
  }
  equal(calls.length, 0, 'requests');
  equal(clock.pending, 0, 'timers that are left');
});

test('the time that a token takes is taken from that of its operation', async (context) => {
  const { client: it, calls, clock, run } = stubbed(context, { POST: [{ hang: true }] }, {
    token: () => new Promise((resolve) => clock.setTimeout(() => resolve(TOKEN), 3_000)),
    timeoutMs: 5_000,
  });
  const began = clock.time;
  has(await rejects(run(it.trigger({ toNumber: NUMBER }))), { placement: 'unknown', attempts: 1 });
  equal(clock.time - began, 5_000, 'how long it took');
  equal(calls.length, 1, 'requests');
});

test('what is refused anyway is refused before a token is asked for', async (context) => {
  const { token, asked } = rotating('tok-1');
  const { client: it, calls } = stubbed(context, { POST: [PLACED] }, { token });
  kind(await rejects(it.trigger({ toNumber: 'nobody' })), context.lib.InvalidInputError, { field: 'toNumber' });
  kind(await rejects(it.status('nothing')), context.lib.InvalidInputError, { field: 'callSid' });
  equal(asked.length, 0, 'how often it was asked');
  equal(calls.length, 0, 'requests');
});

test('errors show no token that a function gave', async (context) => {
  const tokens = ['tok-first-never-shown', 'tok-second-never-shown'];
  const { client: it } = await besieged(context, { POST: [{ status: 401, echo: true }] }, { token: rotating(...tokens).token });
  const error = await rejects(it.trigger({ toNumber: NUMBER }));
  equal(error.attempts, 2, 'attempts');
  for (const shown of [error.message, error.stack, JSON.stringify(error), context.inspect?.(error) ?? ''])
    for (const token of tokens) ok(!shown.includes(token), shown);
});

test('operations with tokens of a function share one budget of retries', async (context) => {
  const { token } = rotating(...Array.from({ length: 40 }, (_, nth) => `tok-${nth}`));
  const steps = { POST: [FAILED] };
  const { client: it, calls, run } = stubbed(context, steps, { token });
  await run(Promise.all(Array.from({ length: 40 }, () => rejects(it.trigger({ toNumber: NUMBER })))));
  equal(new Set(calls.map(tokenOf)).size, 40, 'tokens');
  equal(calls.length, 140, 'forty triggers and a hundred retries');
});
