// The proxy in every kind of server: what a page needs works, and a key dials once.

import { OutboundClient, PlacementUnknownError } from 'polyai-outbound';

import { TRIGGER, fromPage, holds, numbered, same, send } from './support.mjs';

/** Holds one server to it; `rung` counts the calls that the sandbox has placed to a number. */
export async function host(report, name, origin, rung) {
  const check = (what, test) => report.check(`${name}: ${what}`, test);
  const post = (number, headers, more = {}) => send(origin + TRIGGER, { headers: fromPage(origin, headers), body: JSON.stringify({ to_number: number, ...more }) });

  await check('a trigger is placed, and its status read', async () => {
    const number = numbered('00');
    const placed = await post(number);
    same(`status of ${placed.text}`, placed.status, 200);
    same('members', Object.keys(placed.json), ['call_sid']);
    same('kept by nobody', placed.headers['cache-control'], 'no-store');
    const status = await send(`${origin}${TRIGGER}/${placed.json.call_sid}/status`, { method: 'GET', headers: { 'sec-fetch-site': 'same-origin', cookie: 'visitor=ada' } });
    same(`status of ${status.text}`, status.status, 200);
    same('members of a status', Object.keys(status.json), ['status', 'reason']);
    same('calls placed', await rung(number), 1);
  });

  await check('two requests of one key at the same time dial once', async () => {
    const number = numbered('00');
    const key = { 'idempotency-key': `both-${number.slice(1)}-at-once` };
    const [one, other] = await Promise.all([post(number, key), post(number, key)]);
    same(`statuses: ${one.text} ${other.text}`, [one.status, other.status], [200, 200]);
    same('SIDs', one.json.call_sid, other.json.call_sid);
    same('calls placed', await rung(number), 1);
    same('another body', (await post(number, key, { metadata: { a: 'b' } })).status, 422);
    same('calls placed after it', await rung(number), 1);
  });

  await check('a key is given back where nothing was placed, and kept where that is unknown', async () => {
    const [limited, lost] = [numbered('07'), numbered('06')];
    const key = { 'idempotency-key': `again-${limited.slice(1)}` };
    const first = await post(limited, key);
    same('status, and when to ask again', `${first.status} after ${first.headers['retry-after']}`, '429 after 2');
    same('calls placed', await rung(limited), 0);
    same('status of the same key', (await post(limited, key)).status, 200);
    same('calls placed then', await rung(limited), 1);

    const other = { 'idempotency-key': `lost-${lost.slice(1)}` };
    for (const nth of [1, 2]) same(`status of a lost answer ${nth}`, (await post(lost, other)).status, 502);
    same('calls placed by a lost one', await rung(lost), 1);
  });

  await check('strangers, other pages and requests without a key are refused', async () => {
    const number = numbered('00');
    const refused = [
      [{ cookie: 'a=b' }, 403],
      [{ cookie: 'visitor=throwing' }, 403],
      [{ origin: 'https://evil.example' }, 403],
      [{ origin: 'null' }, 403],
      [{ 'sec-fetch-site': 'cross-site' }, 403],
      [{ 'idempotency-key': 'short' }, 400],
    ];
    for (const [headers, status] of refused) same(JSON.stringify(headers), (await post(number, headers)).status, status);
    same('a premium number', (await post('+19005550100')).status, 422);
    same('another number', (await post('+442079460000')).status, 403);
    same('calls placed', await rung(number), 0);
  });

  await check('a client without a token follows a call through it', async () => {
    const seen = [];
    // What a page's browser adds by itself.
    const page = (url, init) => {
      const headers = new Headers(init.headers);
      if (init.method === 'POST') seen.push(headers.get('idempotency-key'));
      headers.set('cookie', 'visitor=ada');
      headers.set('origin', origin);
      return fetch(url, { ...init, headers });
    };
    const client = new OutboundClient({ baseUrl: `${origin}/calls`, fetch: page });
    const number = numbered('05');
    const { status } = await client.call({ toNumber: number });
    same('its end', status, 'success');
    // Two 500 of the service's own, then accepted.
    same('requests', seen.length, 3);
    same('keys', new Set(seen).size, 1);
    holds(`a key: ${seen[0]}`, /^[\w-]{35}$/.test(seen[0]));
    same('calls placed', await rung(number), 1);

    const lost = await client.trigger({ toNumber: numbered('06') }).then(() => undefined, (error) => error);
    holds(`may have rung: ${lost}`, lost instanceof PlacementUnknownError);
    same('another key', new Set(seen).size, 2);
  });
}
