// Whether a `fetch` that failed is certain to have sent nothing. An allowlist of host, class of error and code: the tests
// show of each entry that the server saw nothing. What is not in it may have left, whatever its message says: Bun calls
// `EPROTO` a failed handshake, also long after the server has read the request.

/**
 * Failures of undici, which is the `fetch` of Node and of Vercel's edge runtime, before there is a connection. By what the
 * system was asked for: an unreachable network may as well end a connection that there was.
 */
const UNCONNECTED = {
  connect: ["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "ETIMEDOUT"],
  getaddrinfo: ["ENOTFOUND", "EAI_AGAIN"],
};
/** A certificate is judged before anything is sent to whoever presents it. */
const CERTIFICATE = [
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
];
/** What Node says of a peer that speaks no TLS, or refuses the handshake. Of alerts only these two: others may come later. */
const HANDSHAKE = [
  "ERR_SSL_WRONG_VERSION_NUMBER",
  "ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE",
  "ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE",
];
/** undici stops to wait for a connection, its handshake included. */
const CONNECT_TIMEOUT = "UND_ERR_CONNECT_TIMEOUT";
const BEFORE_HANDSHAKE = "Client network socket disconnected before secure TLS connection was established";

const UNDICI = new Set([...CERTIFICATE, ...HANDSHAKE, CONNECT_TIMEOUT]);
const BUN = new Set(["ECONNREFUSED", "ConnectionRefused", "ENOTFOUND", ...CERTIFICATE]);

/** What each kind of host says of a request to `url` that it did not send: `error`, and what caused it. */
const HOSTS = {
  undici: ({ message }, cause) => message === "fetch failed" && failuresOf(cause).every(isOfUndici),
  bun: ({ code, message }) => BUN.has(code) || message.startsWith("signal is not"),
  deno: ({ name, message }, cause, url) =>
    name === "NotCapable" ||
    /^(?:Failed to construct 'Request'|Fetch failed: Requests to port \d+ are blocked)/.test(message) ||
    [message, cause?.message].some((it) => String(it).startsWith(`error sending request for url (${url}): client error (Connect): `)),
};

/** A name may have several addresses, each with a failure of its own. */
const failuresOf = (cause) => (Array.isArray(cause?.errors) && cause.errors.length > 0 ? cause.errors : [cause]);

const isOfUndici = (it) =>
  UNDICI.has(it?.code) ||
  UNCONNECTED[it?.syscall]?.includes(it.code) ||
  (it?.code === "ECONNRESET" && it.message === BEFORE_HANDSHAKE);

/** What undici says of arguments that it refuses. */
const REFUSED = /^(?:Headers\.append|RequestInit|Failed to (?:construct 'Request'|parse URL))/;

function hostKind() {
  const { Deno, Bun, EdgeRuntime, process } = globalThis;
  if (Deno !== undefined) return "deno";
  if (Bun !== undefined) return "bun";
  return EdgeRuntime !== undefined || process?.versions?.node !== undefined ? "undici" : undefined;
}

/** How the `fetch` of each host reads. What is put in its place, a Proxy too, reads otherwise. */
const HOST_FETCH = /^(?:async )?function fetch\(.*(?:\[native code\]|\b(?:lazyUndici|internal\/deps\/undici|import_undici|lazyFetch|webidl)\b)/s;

/** Whether the global `fetch` is the host's own, now. A spy of Bun's reads like it. */
function isHostFetch() {
  const { fetch } = globalThis;
  return fetch?.name === "fetch" && !("mockRestore" in fetch) && HOST_FETCH.test(Function.prototype.toString.call(fetch));
}

/**
 * Whether what `fetch` threw proves that the request never left. One that was lent, or put in the host's place, may send it in
 * any way and fail by something else: where a host tells of its requests, it must have told that ours failed; elsewhere only
 * the host's own is believed. `own` says that the global `fetch` was called.
 */
export function neverLeft(thrown, { url, own, witness }) {
  try {
    const kind = hostKind();
    const { name, message, cause } = thrown;
    if (kind === undefined || (name !== "TypeError" && name !== "NotCapable")) return false;
    const isHosts = own && witness?.isHostFetch !== false;
    // Of arguments that it refuses, and of a port that is forbidden, undici makes no request.
    if (kind === "undici" && (REFUSED.test(message) || cause?.message === "bad port")) return isHosts || witness?.isIdle === true;
    const isOurs = witness?.failed === undefined ? isHosts : witness.failed(cause);
    return isOurs && HOSTS[kind](thrown, cause, url);
  } catch {
    // What is thrown may be anything, and throw when it is looked at.
    return false;
  }
}

/**
 * Watches a request from before it is made; `failed`, where undici tells, says whether it failed by an error before any of it
 * left. Ours has our correlation id, or our very URL. To have left, one to our path without an id suffices. What is made twice
 * is sent again by somebody, and over HTTP/2 not every undici tells that the first has left; what goes by Node's `http`, none.
 * `isIdle` says whether nothing at all was sent meanwhile, by whatever way, and no socket opened for it.
 */
export function watched({ url, headers }) {
  const witness = { isHostFetch: isHostFetch(), end() {} };
  const channel = channelsOfUndici();
  if (channel === undefined) return witness;
  const id = headers.find(([name]) => /^x-polyai-correlation-id$/i.test(name))?.[1];
  const { pathname } = new URL(url);
  let error;
  let made = 0;
  let left = false;
  const sends = (method, path, headers) => {
    const other = id !== undefined && /x-polyai-correlation-id/i.test(headers);
    left ||= other ? headers.includes(id) : method === "POST" && path.includes(pathname);
  };
  const isOurs = ({ origin, path, headers }) => (id === undefined ? origin + path === url : String(headers).includes(id));
  const listeners = {
    "undici:request:create"({ request }) {
      witness.isIdle = false;
      if (isOurs(request)) made += 1;
    },
    "undici:client:sendHeaders"({ request, headers }) {
      sends(request.method, String(request.path), String(headers));
    },
    "undici:request:error"({ request, error: thrown }) {
      if (isOurs(request)) error = thrown;
    },
    "net.client.socket"() {
      witness.isIdle = false;
    },
    "http.client.request.start"({ request }) {
      witness.isIdle = false;
      sends(request.method, request.path, String(Object.entries(request.getHeaders())));
    },
  };
  const each = (method) => Object.keys(listeners).forEach((name) => channel(name)[method](listeners[name]));
  each("subscribe");
  witness.failed = (cause) => !left && made < 2 && error !== undefined && cause === error;
  witness.isIdle = true;
  witness.end = () => each("unsubscribe");
  return witness;
}

/** Channels by their names, where undici tells of its requests. */
function channelsOfUndici() {
  const { Deno, Bun, process } = globalThis;
  if (Deno !== undefined || Bun !== undefined) return undefined;
  try {
    return process.getBuiltinModule("node:diagnostics_channel").channel;
  } catch {
    // An older Node, or a stand-in for its process.
    return undefined;
  }
}
