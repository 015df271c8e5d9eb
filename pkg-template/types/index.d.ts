/**
 * Client of PolyAI's Outbound Calling API that never dials a person twice by accident.
 *
 * @packageDocumentation
 */

/** Where the account lives. `eu` and `euw` are the same region; `studio` is known to `agents` only. */
export type Region = "us" | "uk" | "euw" | "eu" | "studio";

/** Which of the two APIs is spoken: the Outbound Calling API, or the outbound-call endpoints of the Agents API. */
export type Api = "outbound" | "agents";

/** Which deployment of an agent places the call. */
export type Environment = "sandbox" | "pre-release" | "live";

/** How a call's signalling and media are encrypted; the service's default is `TLS/SRTP`. */
export type Encryption = "TLS/SRTP" | "TLS/RTP" | "UDP/SRTP" | "UDP/RTP";

/** Where a call is. `success` and `failure` are final; words that no reference has yet are kept as they came. */
export type CallStatus = "queued" | "calling" | "success" | "failure" | (string & {});

/**
 * Whether a call was placed. `unknown`: the answer was lost, the phone may have rung, and there is no way to ask. It is
 * never dialed again by itself.
 */
export type Placement = "not_placed" | "placed" | "unknown";

/** What kind of thing went wrong. The words never change their meaning; there may come more. */
export type ErrorCode =
  | "invalid_input"
  | "unauthorized"
  | "forbidden"
  | "rejected"
  | "not_found"
  | "expired"
  | "rate_limited"
  | "service_failed"
  | "unexpected_answer"
  | "not_connected"
  | "connection_lost"
  | "timed_out"
  | "deadline_exceeded"
  | "cancelled"
  | "not_initialized"
  | "callback_failed"
  | "internal"
  | (string & {});

/** What the client needs of `fetch`; the global one, a wrapper of it, or that of a {@link "polyai-outbound/sandbox"}. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** A clock and its timers. All waits of a client use it. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Calls back after so many milliseconds, once. */
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
  /** From 0 to less than 1: what the jitter of an operation is drawn from. `Math.random` unless given. */
  random?(): number;
}

/** What a function that gives tokens is asked with. */
export interface TokenRequest {
  /** Whether the service refused the token before: one that is kept has to be fetched anew. */
  refused: boolean;
}

/** Gives the token of now. A failure, of whichever kind, ends what it was asked for with the code `callback_failed`. */
export type TokenFunction = (request: TokenRequest) => string | PromiseLike<string>;

/** One request that is over, answered or not. It tells nothing of whom is called with what, and as whom. */
export interface RequestEvent {
  method: "POST" | "GET";
  /** Of the URL, without its origin and its query; of a status read it holds the call SID. */
  path: string;
  /** The HTTP status; null if no answer came. */
  status: number | null;
  /** What support asks for: that of the answer, or the one that the request was sent under. */
  correlationId: string | null;
  /** Which request it is for the same trigger or reading, from 1. */
  attempt: number;
  /** From sending it to the end of its answer, or until it failed or was given up. */
  durationMs: number;
}

/** Where log lines go: `console`, or a logger of pino's, winston's or the like. */
export interface Logger {
  debug(message: string, event: RequestEvent): unknown;
  info(message: string, event: RequestEvent): unknown;
  warn(message: string, event: RequestEvent): unknown;
  error(message: string, event: RequestEvent): unknown;
}

/**
 * What is logged at least: `debug` every request, `info` triggers that were answered, `warn` answers that are failures and
 * readings without an answer, `error` triggers without an answer, which may have rung.
 */
export type LogLevel = "debug" | "info" | "warn" | "error" | "off";

/**
 * How a client is set up: `region` with `token`, or `baseUrl`. What is not given is read from the environment, where the
 * host has one: `POLYAI_OUTBOUND_TOKEN`, `_REGION`, `_BASE_URL`, `_API`, `_AGENT_ID` and `_ENVIRONMENT`, as by the command
 * line. Never in a browser, and not beside the `fetch` of a sandbox.
 */
export interface OutboundClientOptions {
  /** The region that the account lives in. */
  region?: Region | undefined;
  /**
   * A base URL of one's own instead: a project's, a proxy's, or the sandbox's. `https`, or `http` on this machine;
   * without credentials, query and fragment. A relative URL such as `/outbound` is read against the page's.
   */
  baseUrl?: string | URL | undefined;
  /**
   * The secret that the service knows the caller by. To be left out only behind a proxy that adds it; null sends none though
   * there is one in the environment.
   *
   * A function is asked for it before every trigger and reading, and before a call is followed, so it should keep what it
   * fetches. If the service then refuses the token (401), which is certain to have placed no call, it is asked once more,
   * with `refused`, and another token is tried. That counts as a retry.
   */
  token?: string | TokenFunction | null | undefined;
  /** `outbound` unless given. */
  api?: Api | undefined;
  /** The agent that calls; `agents` only. */
  agentId?: string | undefined;
  /** Which deployment of it; `agents` only. */
  environment?: Environment | undefined;
  /**
   * Takes the Agents API's 502, where it is certainly the service's own, for a call that was not placed, so that its
   * trigger is sent again; `agents` only, `false` unless given. **A phone that rang may ring again**: the endpoint's
   * reference says "retry", but the platform's says that what stands behind it may have timed out, and that is what dials.
   */
  agents502NotPlaced?: boolean | undefined;
  /** For one trigger or status read, all its requests and the waits between them: 120,000 ms unless given. */
  timeoutMs?: number | undefined;
  /** For one request, its body included: 30,000 ms unless given. A trigger that takes longer is of unknown placement. */
  requestTimeoutMs?: number | undefined;
  /** For following a call: 4 hours unless given. */
  followTimeoutMs?: number | undefined;
  /**
   * How often what may be sent again is sent again, 3 unless given; 0 sends every trigger, and every status read by
   * itself, once. The readings of a call that is followed are not counted: they change nothing.
   */
  maxRetries?: number | undefined;
  /**
   * Sent with every request. Those that identify the caller or describe the request are the client's own, and refused. They are
   * no place for secrets: errors may quote them.
   */
  headers?: Readonly<Record<string, string>> | undefined;
  /** Told of every request that is over. It is not waited for, and that it fails ends nothing. */
  onRequest?: ((event: RequestEvent) => unknown) | undefined;
  /** Takes a line for every request that is over; `console` if only `logLevel` is given, and nothing without both. */
  logger?: Logger | undefined;
  /** `info` unless given. */
  logLevel?: LogLevel | undefined;
  /**
   * Instead of the global `fetch`. It must neither send again by itself nor follow redirects. That a request never left is
   * believed of it in Node alone, from 20.16 and 22.3 on, which tells what leaves.
   */
  fetch?: Fetch | undefined;
  /** Instead of the host's clock and timers. */
  clock?: Clock | undefined;
  /** Ends everything that the client does. */
  signal?: AbortSignal | undefined;
  /** Takes `http` for any host: nobody can listen on the way there. */
  allowInsecureHttp?: boolean | undefined;
  /** Takes a token in a browser's page or in a worker of one, where every visitor can read it. */
  dangerouslyAllowBrowser?: boolean | undefined;
}

/** Texts by their names; an `interface` that has nothing but texts is as good. A list is none, and neither is a text. */
export type Metadata<Entries = Record<string, string>> = { readonly [Name in keyof Entries]: string } & {
  readonly length?: string;
};

/** A call to be placed. `Entries` is the type of its metadata. */
export interface TriggerRequest<Entries extends Metadata<Entries> = Record<string, string>> {
  /** E.164 (`+14155550100`), or a national number together with `countryCode`. */
  toNumber: string;
  /** ISO 3166-1 alpha-2, of a national number. Beside an E.164 number it has to agree with it, and is left out. */
  countryCode?: string | undefined;
  /**
   * What the voice agent is told: each entry becomes a SIP header. Text on one line, less than 26 KB in all. Case tells no two
   * names apart, and those that SIP itself uses (`From`, `Contact`, `Subject`, …) are refused: call it `X-Contact`, say.
   */
  metadata?: Readonly<Entries> | undefined;
  encryption?: Encryption | undefined;
  /** The variant of the agent; `agents` only. */
  variantId?: string | undefined;
  /** Lets the call go to a premium-rate number, which is refused otherwise: it costs more than a call. */
  allowPremium?: boolean | undefined;
  /** Lets the call go to an emergency number, or a national one that is as short, which is refused otherwise. */
  allowEmergency?: boolean | undefined;
}

/** What can be said for every wait. */
export interface WaitOptions {
  /** Ends the wait. */
  signal?: AbortSignal | undefined;
  /**
   * Told of every attempt that failed and will be followed by another. It is not waited for: that it throws or rejects is
   * written to the console, and ends nothing.
   */
  onRetry?: ((retry: Retry) => void) | undefined;
}

/** What can be said for one operation instead of for the client. */
export interface RequestOptions extends WaitOptions {
  timeoutMs?: number | undefined;
  requestTimeoutMs?: number | undefined;
  maxRetries?: number | undefined;
  /** Beside those of the client; one of the same name goes before. */
  headers?: Readonly<Record<string, string>> | undefined;
}

/** An attempt that failed, and when the next one follows. */
export interface Retry {
  code: ErrorCode;
  /** The HTTP status, if there was an answer. */
  status: number | null;
  /** What support asks for: that of the answer, or the one that the request was sent under. */
  correlationId: string | null;
  /** How many requests were sent so far. */
  attempts: number;
  /** How long until the next. */
  afterMs: number;
}

/** What can be said for a call that is triggered and followed. */
export interface CallOptions extends RequestOptions {
  followTimeoutMs?: number | undefined;
  /**
   * Told as soon as the call is placed: the time to store its snapshot. What it gives is waited for. If it throws or rejects, so does
   * `call`, with the code `callback_failed` and the SID: the call itself goes on.
   */
  onPlaced?: ((call: Call, response: ResponseDetails) => unknown) | undefined;
  /** Told of every change of its status, and waited for as `onPlaced` is. */
  onUpdate?: ((update: CallUpdate) => unknown) | undefined;
}

/** One answer of the status endpoint. */
export interface StatusReading {
  status: CallStatus;
  /** A sentence for people, filled mostly on failure. */
  reason: string;
}

/** A change of a call's status, as it was seen. */
export interface CallUpdate extends StatusReading {
  /** When it was read, which is up to a polling interval after it became so. */
  at: Date;
  /** What support asks for: that of the answer that told it. */
  correlationId: string | null;
}

/** How a call ended. */
export interface CallResult extends CallUpdate {
  callSid: string;
  status: "success" | "failure";
}

/**
 * A call in mid-life as plain JSON, fit to be stored, and followed on elsewhere with {@link OutboundClient.resume}. Times
 * are milliseconds since the Unix epoch.
 */
export interface CallSnapshot {
  callSid: string;
  /** When it was placed, if that is known. */
  placedAt: number | null;
  /** When the status endpoint last knew it. */
  seenAt: number | null;
  /** What was last read. */
  reading: StatusReading | null;
}

/** What is known of the answer beside what it says. */
export interface ResponseDetails {
  /** The HTTP status. */
  status: number;
  /** What support asks for: that of the answer, or the one that the request was sent under. */
  correlationId: string | null;
  /** How many requests were sent. */
  attempts: number;
  /** All headers of the answer, as they came: a copy. */
  headers: Headers;
}

/** A promise that has more to tell. */
export interface OutboundPromise<T> extends Promise<T> {
  /** The value together with the HTTP status, the correlation id and the headers of the answer it came with. */
  withResponse(): Promise<{ data: T; response: ResponseDetails }>;
}

/**
 * Places calls and follows them.
 *
 * ```js
 * const client = new OutboundClient({ region: "us", token: process.env.POLYAI_OUTBOUND_TOKEN });
 * const call = await client.trigger({ toNumber: "+14155550100" });
 * for await (const { status, reason } of call.updates()) console.log(status, reason);
 * ```
 */
export class OutboundClient {
  /**
   * Sends nothing. In Node (20.16, 22.3 and newer), Deno, Bun and Cloudflare's workers it judges all of the options. Elsewhere
   * the WebAssembly cannot be there yet, and what it judges (a region that the API has, a token that a header can carry) is
   * refused by the first operation, before anything is sent.
   *
   * @throws {InvalidInputError} if an option is not valid, has no such name or is of a wrong kind, if there is neither
   * `region` nor `baseUrl`, given or in the environment, or in a browser if there is a token.
   */
  constructor(options?: OutboundClientOptions | null);

  /**
   * A client with other options; those that are not given, or undefined, are as here. A `region` takes the place of a
   * `baseUrl` and the reverse, and `headers` and a `signal` come beside those of this client. Nothing is read from the environment
   * again. While both call the same service they share a budget of retries.
   *
   * @throws {InvalidInputError} as the constructor does.
   */
  withOptions(options: OutboundClientOptions): OutboundClient;

  /**
   * Triggers a call. Its request is on its way when this returns, unless a token is asked for first, and is sent again by itself only if it is certain
   * that no call was placed.
   *
   * @throws {PlacementUnknownError} if the phone may have rung; any other {@link OutboundError} if it has not.
   */
  trigger<Entries extends Metadata<Entries> = Record<string, string>>(
    request: TriggerRequest<Entries>,
    options?: RequestOptions,
  ): OutboundPromise<Call>;

  /** Triggers a call and follows it to its end. */
  call<Entries extends Metadata<Entries> = Record<string, string>>(
    request: TriggerRequest<Entries>,
    options?: CallOptions,
  ): Promise<CallResult>;

  /** Reads a call's status once, with retries. */
  status(callSid: string, options?: RequestOptions): OutboundPromise<StatusReading>;

  /** A call that was placed elsewhere and of which nothing but its SID is known. Nothing is sent yet. */
  watch(callSid: string): Call;

  /**
   * A call that was followed before, in this process or another. Nothing is sent yet. A row of a database will do: members
   * that are none of a snapshot are left out.
   */
  resume(snapshot: CallSnapshot): Call;
}

/** A call that was placed. It is followed while somebody waits for it. */
export class Call {
  private constructor();

  readonly callSid: string;

  /**
   * The changes of its status; ends with the call. The first is what it is now, except that of a resumed call what its
   * snapshot knows is not told again. Leaving the loop, or the signal, ends the wait and nothing else: the call goes on,
   * and can be waited for again.
   */
  updates(options?: WaitOptions): AsyncGenerator<CallUpdate, void, void>;

  /** Its end. Rejects if that cannot be learned; a call that failed is a result and no error. */
  result(options?: WaitOptions): Promise<CallResult>;

  /** What is known of it now, as plain JSON. */
  snapshot(): CallSnapshot;

  /** The same, so that `JSON.stringify(call)` can be stored. */
  toJSON(): CallSnapshot;
}

/**
 * What went wrong. What it shows, its causes and its JSON included, holds no token, no metadata and no full phone number.
 *
 * What a framework throws through `fetch` to steer (an error with a `digest`, as Next has them) is none: it passes as it is.
 *
 * `instanceof` holds for the errors of every copy of this package, ESM or CommonJS. The `stack` ends with the lines of whoever
 * called the method that it is of.
 */
export class OutboundError extends Error {
  constructor(message: string, details: OutboundErrorDetails);
  /** What kind of thing went wrong. */
  readonly code: ErrorCode;
  /** Whether a call was placed, where that is a question. */
  readonly placement: Placement | null;
  /** The HTTP status of the last answer, if there was one. Web frameworks would adopt a `status` for their own answer. */
  readonly httpStatus: number | null;
  /**
   * What support asks for: that of the last answer, or the one that the last request was sent under where no answer came
   * or it has none.
   */
  readonly correlationId: string | null;
  /** How many requests were sent. */
  readonly attempts: number;
  /** The call this is about, if it has a SID. */
  readonly callSid: string | null;
  /** The service's own code. */
  readonly serviceCode: string | null;
  /** How long the service asked to wait, with its last answer. */
  readonly retryAfterMs: number | null;
  /**
   * What the host threw, the signal's reason, or what a callback threw: itself where it holds nothing that must not be shown,
   * else a copy without token, metadata and number. Nothing of what a `token` function threw, of whose secrets nobody knows.
   */
  readonly cause?: unknown;
  /** The same as it was. It may hold the token, metadata and the number, so nothing prints it by itself. */
  get originalCause(): unknown;
  /** `name` and `message` beside all members but the causes. */
  toJSON(): Record<string, unknown>;
}

/** What an {@link OutboundError} is made of. */
export interface OutboundErrorDetails {
  code: ErrorCode;
  placement?: Placement | null | undefined;
  httpStatus?: number | null | undefined;
  correlationId?: string | null | undefined;
  attempts?: number | undefined;
  callSid?: string | null | undefined;
  serviceCode?: string | null | undefined;
  retryAfterMs?: number | null | undefined;
  cause?: unknown;
}

/** The details of an error whose class says which code it has. */
type DetailsOf<Code extends ErrorCode> = OutboundErrorDetails & { code: Code };

/** `invalid_input`: a value was refused before anything was sent. Its message does not quote the value. */
export class InvalidInputError extends OutboundError {
  constructor(message: string, details: DetailsOf<"invalid_input"> & { field?: string | null | undefined });
  readonly code: "invalid_input";
  /** The option or member that was refused. */
  readonly field: string | null;
}

/** The phone may have rung (`placement` is `unknown`), whatever the `code`. Dial again only if a person says so. */
export class PlacementUnknownError extends OutboundError {
  constructor(message: string, details: OutboundErrorDetails & { placement: "unknown" });
  readonly placement: "unknown";
}

/** `unauthorized` or `forbidden`. */
export class AuthenticationError extends OutboundError {
  constructor(message: string, details: DetailsOf<"unauthorized" | "forbidden">);
  readonly code: "unauthorized" | "forbidden";
}

/** `rate_limited`: the service asks for fewer requests. */
export class RateLimitError extends OutboundError {
  constructor(message: string, details: DetailsOf<"rate_limited">);
  readonly code: "rate_limited";
}

/** `not_found`, or `expired`: a call's status data is gone two hours after its end. */
export class CallNotFoundError extends OutboundError {
  constructor(message: string, details: DetailsOf<"not_found" | "expired">);
  readonly code: "not_found" | "expired";
}

/** `timed_out` or `deadline_exceeded`. */
export class TimeoutError extends OutboundError {
  constructor(message: string, details: DetailsOf<"timed_out" | "deadline_exceeded">);
  readonly code: "timed_out" | "deadline_exceeded";
}

/** `cancelled`: a signal ended it. */
export class CancelledError extends OutboundError {
  constructor(message: string, details: DetailsOf<"cancelled">);
  readonly code: "cancelled";
}

/** The version of this package. */
export const VERSION: string;
