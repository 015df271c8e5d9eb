// Keepers of state, which wrap what they are given in proxies or copy it. Prints by keeper what clients and calls then do.

import { isObservable, observable, runInAction } from 'mobx';
import onChange from 'on-change';
import { OutboundClient } from 'polyai-outbound';
import { proxy, ref as notProxied } from 'valtio/vanilla';
import { isReactive, markRaw, reactive, readonly, ref, shallowReactive, shallowRef } from 'vue';

const made = () => new OutboundClient({ token: 'sandbox', baseUrl: process.env.POLYAI_OUTBOUND_BASE_URL });
const request = { toNumber: '+14155550100', metadata: { a: 'b' } };

/** By keeper: a state of these members. */
const KEEPERS = {
  'vue reactive': reactive,
  'vue ref': (state) => ref(state).value,
  'vue shallowRef': (state) => shallowRef(state).value,
  'vue shallowReactive': shallowReactive,
  'vue readonly': readonly,
  'vue readonly of reactive': (state) => readonly(reactive(state)),
  'vue markRaw': (state) => reactive({ ...state, client: markRaw(state.client), call: markRaw(state.call) }),
  valtio: proxy,
  'valtio ref': (state) => proxy({ ...state, client: notProxied(state.client), call: notProxied(state.call) }),
  mobx: (state) => runInAction(() => observable(state)),
  'on-change': (state) => onChange(state, () => {}),
};

async function used(keep) {
  // Its own, because some are marked.
  const client = made();
  const call = await client.trigger(request);
  const state = keep({ client, call, request: structuredClone(request), snapshot: call.snapshot(), options: { timeoutMs: 60_000 } });
  const words = [];
  for await (const { status } of state.call.updates()) words.push(status);
  const sid = call.callSid;
  return {
    callSid: state.call.callSid === sid,
    updates: words.at(-1),
    result: (await state.call.result()).status,
    snapshot: state.call.snapshot().reading.status,
    json: JSON.parse(JSON.stringify(state.call)).callSid === sid,
    status: (await state.client.status(sid)).status,
    resume: state.client.resume(state.snapshot).snapshot().callSid === sid,
    trigger: /^OUT-/.test((await state.client.trigger(state.request, state.options)).callSid),
    watch: (await state.client.watch(sid).result()).status,
    error: (await state.client.trigger({ toNumber: 'x' }).catch((error) => error)).code,
  };
}

const seen = {};
for (const [name, keep] of Object.entries(KEEPERS)) seen[name] = await used(keep).catch(({ stack }) => stack);
// Keepers that wrap nothing would show nothing.
seen['wrapped at all'] = { vue: isReactive(reactive({ client: made() }).client), mobx: isObservable(observable({ request }).request) };
console.log(JSON.stringify(seen));
process.exit();
