// The proxy as every server here has it.

import { createProxy } from 'polyai-outbound/proxy';

/** Visitors say by a cookie who they are; nobody calls numbers of the area 900. */
export function authorize(request, call) {
  const [, visitor] = /(?:^|; )visitor=(\w+)/.exec(request.headers.get('cookie') ?? '') ?? [];
  if (visitor === 'throwing') throw new Error('the session store is down');
  if (call.kind === 'trigger' && !/^\+1(?!900)/.test(call.toNumber)) return false;
  return visitor;
}

/** `settings` is JSON: what is given to `createProxy` beside `authorize`. */
export const proxyOf = (settings) => createProxy({ ...JSON.parse(settings), authorize });
