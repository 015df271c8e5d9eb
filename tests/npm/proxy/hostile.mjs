// Requests that nobody's page sends, as bytes to the Node handler. None places a call, none has the token in its answer,
// each has the one status that is said here. What rang is for the sandbox to say.

import { connect } from 'node:net';

import { TOKEN, holds, same } from './support.mjs';

const BODY = '{"to_number":"+14155550100"}';
const PATH = '/calls/v1/outbound-calling';
const SID = 'OUT-5e2f7e1c-8f0b-4a53-9a38-0f5f27f2a6b1';

/**
 * A request as bytes. `headers` replace the usual ones by name (`null` leaves one out), `lines` come as they are, and
 * `pieces` are sent after the head instead of the body.
 */
function bytes(origin, { method = 'POST', path = PATH, version = 'HTTP/1.1', headers = {}, lines = [], body = method === 'POST' ? BODY : '' }) {
  const usual = {
    Host: new URL(origin).host,
    Origin: origin,
    'Sec-Fetch-Site': 'same-origin',
    Cookie: 'visitor=ada',
    'Content-Type': method === 'POST' ? 'application/json' : null,
    'Idempotency-Key': method === 'POST' ? 'hostile-key-000001' : null,
    'Content-Length': method === 'POST' ? Buffer.byteLength(body) : null,
    Connection: 'close',
    ...headers,
  };
  const said = Object.entries(usual).filter(([, value]) => value !== null).map(([name, value]) => `${name}: ${value}`);
  return `${method} ${path} ${version}\r\n${[...said, ...lines].join('\r\n')}\r\n\r\n${body}`;
}

/** Sends bytes, and gives what comes until the connection ends. */
function exchange(origin, text, pieces = []) {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let came = '';
    socket.setEncoding('latin1').on('data', (text) => (came += text));
    socket.on('error', (error) => (came === '' ? reject(error) : resolve(came)));
    socket.on('close', () => resolve(came));
    socket.write(text, 'utf8');
    const timer = setInterval(() => (pieces.length > 0 && !socket.destroyed ? socket.write(pieces.shift()) : clearInterval(timer)), 40);
    setTimeout(() => socket.destroy(), 10_000).unref();
  });
}

const json = (value) => (typeof value === 'string' ? value : JSON.stringify(value));
const said = (value) => ({ body: json(value) });
const number = (more) => said({ to_number: '+14155550100', ...more });
const metadata = (value) => number({ metadata: value });
const header = (name, value) => ({ headers: { [name]: value } });
const at = (path, more = {}) => ({ path, ...more });
const reading = (path, more = {}) => ({ method: 'GET', path, ...more });
const chunked = (body, lines = []) => ({ body, headers: { 'Content-Length': null }, lines: ['Transfer-Encoding: chunked', ...lines] });

/** What it is, what is said, and the status of its answer. */
export const HOSTILE = [
  // --- other places
  ['the root', at('/'), 404],
  ['the sandbox behind it', reading('/calls/_sandbox/calls'), 404],
  ['the route with a slash at its end', at(`${PATH}/`), 404],
  ['the route in capitals', at('/calls/V1/OUTBOUND-CALLING'), 404],
  ['a longer route', at(`${PATH}-batch`), 404],
  ['the route and more', at(`${PATH}/all`), 404],
  ['a query behind the trigger', at(`${PATH}?to_number=%2B14155550100`), 404],
  ['an empty path', at('//'), 400],
  ['a path of another host', at('//evil.example/v1/outbound-calling'), 400],
  ['an absolute address', at(`http://evil.example${PATH}`), 400],
  ['an absolute address of another scheme', at(`file://${PATH}`), 400],
  ['%2f in the path', at('/calls%2fv1%2foutbound-calling'), 404],
  ['..%2f in the path', at('/calls/..%2fv1/outbound-calling'), 404],
  ['%2e%2e in the path', at('/calls/%2e%2e/%2e%2e/admin/v1%2foutbound-calling'), 400],
  ['.. that leads elsewhere', at(`${PATH}/../../v2/outbound-calling`), 400],
  ['a backslash', at('/calls\\..\\v1\\outbound-calling'), 400],
  ['the route behind an encoded path', at('/calls%2f..%2fadmin/v1/outbound-calling'), 404],
  ['the route behind a folder that hides', at('/.well-known/v1/outbound-calling'), 404],
  ['an encoded letter', at('/calls/v1/outbound%2dcalling'), 404],
  ['a semicolon', at(`${PATH};x=1`), 404],
  ['a NUL', at(`${PATH}%00`), 404],
  ['an unencoded space', at('/calls/v1/outbound-calling x'), 400],
  ['another version', at('/calls/v2/outbound-calling'), 404],
  ['the other dialect', at('/calls/v1/agents/a/telephony/outbound-calls'), 404],
  ['a status of no call', reading(`${PATH}//status`), 404],
  ['a status of ..', reading(`${PATH}/../status`), 400],
  ['a status of ..%2f', reading(`${PATH}/OUT-..%2f..%2f_sandbox/status`), 404],
  ['a status of another SID', reading(`${PATH}/IN-1/status`), 404],
  ['a status of a SID without end', reading(`${PATH}/OUT-${'a'.repeat(200)}/status`), 404],
  ['a status with a query', reading(`${PATH}/${SID}/status?environment=live`), 404],
  ['a status and more', reading(`${PATH}/${SID}/status/x`), 404],
  ['a path of 20,000 characters', at(`/${'a'.repeat(20_000)}`), 431],
  // --- methods
  ['GET of the trigger', reading(PATH), 405],
  ['PUT', { method: 'PUT' }, 405],
  ['PATCH', { method: 'PATCH' }, 405],
  ['DELETE', { method: 'DELETE' }, 405],
  ['HEAD', { method: 'HEAD' }, 405],
  ['TRACE', { method: 'TRACE' }, 405],
  ['a method that nobody knows', { method: 'DIAL' }, 400],
  ['POST of a status', { path: `${PATH}/${SID}/status` }, 405],
  ['a method in a header', { ...reading(PATH), lines: ['X-HTTP-Method-Override: POST'] }, 405],
  ['a preface of HTTP/2', { method: 'PRI', path: '*', version: 'HTTP/2.0' }, 400],
  // --- origins
  ['no origin', header('Origin', null), 403],
  ['the origin null', header('Origin', 'null'), 403],
  ['an empty origin', header('Origin', ''), 403],
  ['another origin', header('Origin', 'https://evil.example'), 403],
  ['another port', header('Origin', 'http://127.0.0.1:1'), 403],
  ['another name of this machine', header('Origin', 'http://localhost'), 403],
  ['an origin that begins alike', ({ origin }) => header('Origin', `${origin}.evil.example`), 403],
  ['an origin with a path', ({ origin }) => header('Origin', `${origin}/`), 403],
  ['an origin with credentials', ({ origin }) => header('Origin', origin.replace('//', '//evil@')), 403],
  ['two origins', ({ origin }) => ({ lines: [`Origin: ${origin}`] }), 400],
  ['two origins in one', ({ origin }) => header('Origin', `${origin}, https://evil.example`), 403],
  ['a page of the same site', header('Sec-Fetch-Site', 'same-site'), 403],
  ['a page of another site', header('Sec-Fetch-Site', 'cross-site'), 403],
  ['an address that was typed', header('Sec-Fetch-Site', 'none'), 403],
  ['a site that no browser says', header('Sec-Fetch-Site', 'same-origin, cross-site'), 403],
  ['a preflight of another origin', { method: 'OPTIONS', headers: { Origin: 'https://evil.example', 'Access-Control-Request-Method': 'POST' } }, 403],
  ['a preflight of the origin null', { method: 'OPTIONS', headers: { Origin: 'null', 'Access-Control-Request-Method': 'POST' } }, 403],
  ['a preflight for another method', { method: 'OPTIONS', headers: { 'Access-Control-Request-Method': 'DELETE' } }, 405],
  ['a reading by another origin', reading(`${PATH}/${SID}/status`, header('Origin', 'https://evil.example')), 403],
  ['a reading by another site without an origin', reading(`${PATH}/${SID}/status`, { headers: { Origin: null, 'Sec-Fetch-Site': 'cross-site' } }), 403],
  ['the host of another, as a name that was rebound has it', { headers: { Host: 'evil.example', Cookie: null, Origin: 'http://evil.example' } }, 403],
  ['X-Forwarded-Host of the origin', { headers: { Origin: 'https://evil.example', 'X-Forwarded-Host': 'evil.example', 'X-Forwarded-Proto': 'https' } }, 403],
  // --- visitors
  ['no cookie', header('Cookie', null), 403],
  ['another cookie', header('Cookie', 'novisitor=ada'), 403],
  ['an empty cookie', header('Cookie', 'visitor='), 403],
  ['a cookie that fails authorize', header('Cookie', 'visitor=throwing'), 403],
  ['a token instead of a cookie', { headers: { Cookie: null, 'X-PolyAi-Auth-Token': 'sandbox' } }, 403],
  ['a number that authorize does not allow', said({ to_number: '+442079460000' }), 403],
  ['a premium number', said({ to_number: '+19005550100' }), 422],
  ['an emergency number', said({ to_number: '911', country_code: 'US' }), 422],
  ['a premium number that the visitor allows', said({ to_number: '+19005550100', allowPremium: true }), 422],
  ['a number that authorize does not know', said({ to_number: '0044 20 7946 0000', country_code: 'GB' }), 403],
  // --- keys
  ['no key', header('Idempotency-Key', null), 400],
  ['an empty key', header('Idempotency-Key', ''), 400],
  ['a short key', header('Idempotency-Key', '123'), 400],
  ['a long key', header('Idempotency-Key', 'k'.repeat(129)), 400],
  ['a key of 10,000 characters', header('Idempotency-Key', 'k'.repeat(10_000)), 400],
  ['a key with a space', header('Idempotency-Key', 'key with spaces 12345'), 400],
  ['a key with a quote', header('Idempotency-Key', '"hostile-key-000001"'), 400],
  ['a key of other letters', header('Idempotency-Key', 'schlüssel-schlüssel'), 400],
  ['two keys', { lines: ['Idempotency-Key: hostile-key-000002'] }, 400],
  ['two keys in one', header('Idempotency-Key', 'hostile-key-000001, hostile-key-000002'), 400],
  // --- what a body is
  ['no content type', header('Content-Type', null), 415],
  ['a form', { headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: 'to_number=%2B14155550100' }, 415],
  ['text, as a page may send it unasked', header('Content-Type', 'text/plain'), 415],
  ['a form of parts', header('Content-Type', 'multipart/form-data; boundary=x'), 415],
  ['JSON in another character set', header('Content-Type', 'application/json; charset=utf-16'), 415],
  ['two content types', { lines: ['Content-Type: text/plain'] }, 400],
  ['two content types in one', header('Content-Type', 'application/json, text/plain'), 415],
  ['a compressed body', header('Content-Encoding', 'gzip'), 415],
  ['no body', { body: '' }, 400],
  ['no JSON', said('to_number=1'), 400],
  ['JSON that breaks off', said(BODY.slice(0, -1)), 400],
  ['two values', said(BODY + BODY), 400],
  ['half of a character', said('{"to_number":"+14155550100","metadata":{"a":"\\ud800"}}'), 422],
  ['bytes that are not UTF-8', { ...chunked(''), pieces: [Buffer.from('1\r\n'), Buffer.from([0xff]), Buffer.from('\r\n0\r\n\r\n')] }, 400],
  ['an array', said([{ to_number: '+14155550100' }]), 400],
  ['null', said('null'), 400],
  ['30,000 arrays in one another', said(`${'['.repeat(30_000)}${']'.repeat(30_000)}`), 400],
  ['a body of 65,537 bytes', said(BODY.slice(0, -1) + ' '.repeat(65_537 - BODY.length) + '}'), 413],
  ['a length of a terabyte', { headers: { 'Content-Length': 2 ** 40 } }, 413],
  ['chunks without end', { ...chunked(''), pieces: Array.from({ length: 20 }, () => `2000\r\n${' '.repeat(0x2000)}\r\n`) }, 413],
  ['a body that never comes', { headers: { 'Content-Length': 100 } }, 400],
  ['a body that comes too slowly', { ...chunked(''), pieces: Array.from({ length: 100 }, () => '1\r\n \r\n') }, 400],
  // --- framing
  ['a length and chunks', { body: `1c\r\n${BODY}\r\n0\r\n\r\n`, headers: { 'Content-Length': 5 }, lines: ['Transfer-Encoding: chunked'] }, 400],
  ['two lengths that differ', { lines: ['Content-Length: 5'] }, 400],
  ['a length below zero', header('Content-Length', '-1'), 400],
  ['a length with a sign', header('Content-Length', '+28'), 400],
  ['an encoding that nobody knows', { ...chunked(`1c\r\n${BODY}\r\n0\r\n\r\n`), lines: ['Transfer-Encoding: xchunked'] }, 400],
  ['an encoding after chunks', { ...chunked(`1c\r\n${BODY}\r\n0\r\n\r\n`), lines: ['Transfer-Encoding: chunked, identity'] }, 400],
  ['a chunk that is longer than it says', chunked(`5\r\n${BODY}\r\n0\r\n\r\n`), 400],
  ['a length that is shorter than the body', { headers: { 'Content-Length': 5 } }, 400],
  ['a line feed in a header', header('X-A', 'b\nOrigin: https://evil.example'), 400],
  ['a folded header', header('X-A', 'b\r\n folded'), 400],
  ['a space before a colon', { lines: ['Idempotency-Key : hostile-key-000002'] }, 400],
  ['no host', header('Host', null), 400],
  ['two hosts', { lines: ['Host: evil.example'] }, 400],
  ['a host that is none', header('Host', 'a@b/c'), 400],
  ['a body behind a reading', { ...reading(`${PATH}/${SID}/status`), body: BODY, headers: { 'Content-Length': BODY.length } }, 400],
  // --- what a trigger says
  ['no number', said({}), 422],
  ['a number that is a number', said({ to_number: 14155550100 }), 422],
  ['numbers as an array', said({ to_number: ['+14155550100', '+14155550101'] }), 422],
  ['a number that is an object', said({ to_number: { toString: '+14155550100' } }), 422],
  ['two numbers in one', said({ to_number: '+14155550100,+14155550101' }), 422],
  ['a number with a line feed', said({ to_number: '+14155550100\n' }), 422],
  ['a number with letters', said({ to_number: '+1415555CALL' }), 422],
  ['an address of SIP', said({ to_number: 'sip:ada@evil.example' }), 422],
  ['digits of other scripts', said({ to_number: '+١٤١٥٥٥٥٠١٠٠' }), 422],
  ['a national number without a country', said({ to_number: '4155550100' }), 422],
  ['a number with a country beside it', number({ country_code: 'GB' }), 422],
  ['the other dialect’s name', said({ toNumber: '+14155550100' }), 422],
  ['a member that nobody knows', number({ from_number: '+14155550101' }), 422],
  ['__proto__', said('{"to_number":"+14155550100","__proto__":{"authorized":true}}'), 422],
  ['constructor', number({ constructor: { prototype: { authorized: true } } }), 422],
  ['__proto__ alone', said('{"__proto__":{"to_number":"+14155550100"}}'), 422],
  ['another encryption', number({ encryption: 'none' }), 422],
  ['metadata that is text', metadata('x'), 422],
  ['metadata with a number', metadata({ a: 1 }), 422],
  ['metadata with an object', metadata({ a: { b: 'c' } }), 422],
  ['metadata that ends a header', metadata({ a: 'b\r\nX-Injected: 1' }), 422],
  ['a name that ends a header', metadata({ 'a\r\nX-Injected': '1' }), 422],
  ['a name with a colon', metadata({ 'a: b': '1' }), 422],
  ['a header of SIP’s own', metadata({ From: 'sip:ada@evil.example' }), 422],
  ['a header of SIP’s own in short', metadata({ F: 'x' }), 422],
  ['one name twice', metadata({ name: 'a', NAME: 'b' }), 422],
  ['__proto__ in metadata', said('{"to_number":"+14155550100","metadata":{"__proto__":{"a":"b"}}}'), 422],
  ['metadata of 26 KB', metadata({ a: 'x'.repeat(20_000) }), 422],
];

/** Sends all of them to a server, and asks the sandbox behind it. */
export async function hostile(report, origin, placed) {
  await report.check('there are more than 100 hostile requests', () => holds(`${HOSTILE.length}`, HOSTILE.length > 100));
  const before = await placed();
  const due = [...HOSTILE];
  const work = async () => {
    for (let row = due.shift(); row; row = due.shift()) {
      const [what, given, expected] = row;
      await report.check(`a hostile request: ${what}`, async () => {
        const request = typeof given === 'function' ? given({ origin }) : given;
        const came = await exchange(origin, bytes(origin, request), [...(request.pieces ?? [])]);
        const statuses = [...came.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map(([, status]) => Number(status));
        // Whatever follows on the connection is another request, which is refused as well.
        same(`status of ${came.slice(0, 300)}`, statuses[0], expected);
        holds(`refused: ${statuses}`, statuses.every((status) => status >= 400));
        holds(`the token is not told: ${came}`, !came.includes(TOKEN));
        holds(`no path, no stack: ${came}`, !/node_modules|\n\s+at /.test(came));
      });
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
  await report.check('no hostile request placed a call', async () => same('calls placed', await placed(), before));
  await report.check('a page’s request is the same but for what makes it hostile', async () => {
    const came = await exchange(origin, bytes(origin, said({ to_number: '+14155550100' })));
    holds(came, came.startsWith('HTTP/1.1 200 ') && came.includes('"call_sid":"OUT-'));
    same('calls placed', (await placed()) - before, 1);
  });
}
