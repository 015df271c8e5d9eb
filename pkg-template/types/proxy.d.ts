/**
 * The server half of pages: passes on the two requests that an `OutboundClient` without a token sends, with the token that
 * no page sees. It asks the service by the package's own client, so core judges what is sent and whether a call was placed.
 *
 * @packageDocumentation
 */
import type { Api, Encryption, Environment, Fetch, Region, TokenFunction } from "./index.js";

/** A trigger that a visitor asks for, as it would be sent. Whoever wrote it need not have used this package. */
export interface ProxiedTrigger {
  kind: "trigger";
  /** E.164, or digits of a national number together with `countryCode`. */
  toNumber: string;
  countryCode?: string;
  metadata?: Record<string, string>;
  encryption?: Encryption | "tls_srtp" | "tls_rtp" | "udp_srtp" | "udp_rtp";
  variantId?: string;
  agentId?: string;
  environment?: Environment;
}

/** A status read that a visitor asks for. */
export interface ProxiedStatus {
  kind: "status";
  callSid: string;
  agentId?: string;
  environment?: Environment;
}

/** What a visitor asks for. */
export type ProxiedCall = ProxiedTrigger | ProxiedStatus;

/** An answer that is kept for a key: plain JSON. */
export interface KeptAnswer {
  status: number;
  headers: Record<string, string>;
  body?: unknown;
}

/** What a store knows of a key: the fingerprint that came with it, and the answer, or `null` while there is none. */
export interface KeptKey {
  fingerprint: string;
  answer: KeptAnswer | null;
}

/**
 * Where idempotency keys are kept. Names and fingerprints are 64 hexadecimal digits, made by SHA-256: a name is of the key, and a
 * fingerprint of the visitor and of what is asked for. Keys may be forgotten some time after their answer, an hour say:
 * browsers send again within seconds. Each step has to end within `timeoutMs`.
 */
export interface ProxyStore {
  /**
   * Takes a key, in one atomic step: `null` if it was free and is the caller's now, else what is known of it. If it rejects,
   * or takes too long, nothing is sent; a key that is taken too late is freed.
   */
  begin(name: string, fingerprint: string): Promise<KeptKey | null>;
  /** Keeps the answer of a key, or with `null` frees the key, because nothing was placed. */
  end(name: string, answer: KeptAnswer | null): Promise<void>;
}

/** How a proxy is set up. `Context` is what the handler is called with beside the request. */
export interface ProxyOptions<Context = unknown> {
  /**
   * Says who may call whom: `true` lets a request pass, and so does the visitor's name: an idempotency key of one visitor is
   * refused to another. Anything else refuses, and so does a throw, or no answer within `timeoutMs`. `request` has no body; what
   * it asks for is `call`, which is frozen, and which core has found to be valid. Numbers, agents
   * and what is told to them are yours to limit: whoever passes dials at your cost.
   */
  authorize: (request: Request, call: ProxiedCall, context: Context) => boolean | string | null | undefined | Promise<boolean | string | null | undefined>;
  /**
   * The secret that the service knows the caller by, or what gives it, which is asked for each request within `timeoutMs`, and
   * told whether the service refused the token that it gave last.
   */
  token: string | TokenFunction;
  /** The region that the account lives in. */
  region?: Region | undefined;
  /** A base URL of one's own instead: a project's, or the sandbox's. */
  baseUrl?: string | URL | undefined;
  /** `outbound` unless given. The pages' clients have to speak the same. */
  api?: Api | undefined;
  /** The one agent that may call; `agents` only. */
  agentId?: string | undefined;
  /** The one deployment of it; `agents` only. */
  environment?: Environment | undefined;
  /**
   * The origins whose pages may call, as `https://www.example.com`. Unless given it is the origin that was asked, by its
   * `Host`; give it where a server in front changes that, and in production.
   */
  origins?: readonly string[] | undefined;
  /** The path of the pages' `baseUrl`, as `/calls`: then it is heard at that alone, else behind any path of plain names. */
  path?: string | undefined;
  /** Where idempotency keys are kept; {@link memoryStore} unless given, which several processes do not share. */
  store?: ProxyStore | undefined;
  /** Instead of the global `fetch`. It must neither send again by itself nor follow redirects. */
  fetch?: Fetch | undefined;
  /**
   * For one request to the service, its body included: 30,000 ms unless given. Also for each of `token`, `authorize`, and the
   * two steps of `store`.
   */
  timeoutMs?: number | undefined;
  /** For the body of a visitor's request: 10,000 ms unless given. */
  bodyTimeoutMs?: number | undefined;
  /** The most that a visitor's body may have: 65,536 bytes unless given. */
  maxBodyBytes?: number | undefined;
  /** Takes `http` for any host: nobody can listen on the way there. */
  allowInsecureHttp?: boolean | undefined;
  /** Takes premium-rate numbers. Unless given they are refused with 422, before `authorize` is asked. */
  allowPremium?: boolean | undefined;
  /** Takes emergency numbers. Unless given they are refused with 422, before `authorize` is asked. */
  allowEmergency?: boolean | undefined;
  /**
   * Told of what visitors are not told: a token that the service refuses, a service that cannot be reached, an `authorize` or
   * a store that failed. Written to the console unless given. What it is told holds no secret, no number and no metadata;
   * what was thrown is `originalCause` of the error, and may hold them.
   */
  onError?: ((error: Error & { readonly originalCause: unknown }, details: { correlationId: string }) => unknown) | undefined;
}

/** A handler of the web's requests, as Hono, Next, Deno, Bun and workers call it. It always resolves. */
export type ProxyHandler<Context = unknown> = (request: Request, context?: Context) => Promise<Response>;

/**
 * Makes a handler of the web's requests. It reads no environment: all that it needs is given.
 *
 * ```js
 * const proxy = createProxy({ region: "us", token, authorize: async (request) => (await userOf(request))?.id });
 * ```
 *
 * @throws {InvalidInputError} if an option is wrong, or there is no `authorize`.
 */
export function createProxy<Context = unknown>(options: ProxyOptions<Context>): ProxyHandler<Context>;

/**
 * Makes a handler for Node's `http`, Express and Fastify of it: `(request, response)`. What it is called with as a request is
 * the `context` of `authorize`, so `context.session` is there where a middleware put it. Where `proxy` fails, or gives no
 * `Response`, the answer is a 500 that leaves it open whether a call was placed.
 *
 * @throws {InvalidInputError} if `proxy` is no function.
 */
export function toNodeHandler(proxy: (request: Request, context: never) => Response | Promise<Response>): (request: object, response: object) => Promise<void>;

/**
 * Keeps keys in the memory of one process, for `keepMs` after their answer (an hour unless given, a minute at least). Beyond `maxKeys` (50,000 unless given)
 * triggers are answered with 429 until there is room: no key is forgotten before its time, or before its answer.
 */
export function memoryStore(options?: { maxKeys?: number | undefined; keepMs?: number | undefined }): ProxyStore;
