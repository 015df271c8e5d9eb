// What the declarations promise, as statements that TypeScript checks. `run.mjs` compiles it in every way that a package
// is resolved in; a promise that no longer holds, or a mistake that is no longer one, does not compile.

import { expectTypeOf } from "expect-type";

import {
  AuthenticationError,
  Call,
  CallNotFoundError,
  CancelledError,
  InvalidInputError,
  OutboundClient,
  OutboundError,
  PlacementUnknownError,
  RateLimitError,
  TimeoutError,
  VERSION,
} from "polyai-outbound";
import type {
  Api,
  CallOptions,
  CallResult,
  CallSnapshot,
  CallStatus,
  CallUpdate,
  Clock,
  Encryption,
  Environment,
  ErrorCode,
  Fetch,
  Logger,
  LogLevel,
  OutboundClientOptions,
  OutboundErrorDetails,
  OutboundPromise,
  Placement,
  Region,
  RequestEvent,
  RequestOptions,
  ResponseDetails,
  Retry,
  StatusReading,
  TokenFunction,
  TokenRequest,
  TriggerRequest,
  WaitOptions,
} from "polyai-outbound";
import * as slim from "polyai-outbound/slim";
import { createProxy, memoryStore, toNodeHandler } from "polyai-outbound/proxy";
import type { KeptKey, ProxiedCall, ProxyHandler, ProxyOptions, ProxyStore } from "polyai-outbound/proxy";
import { Sandbox } from "polyai-outbound/sandbox";
import type { Faults, PlacedCall, SandboxOptions } from "polyai-outbound/sandbox";

type Whole<T> = { [K in keyof T]-?: T[K] };

export function words() {
  // Sets that the service fixes are closed, ...
  expectTypeOf<Region>().toEqualTypeOf<"us" | "uk" | "euw" | "eu" | "studio">();
  expectTypeOf<Api>().toEqualTypeOf<"outbound" | "agents">();
  expectTypeOf<Environment>().toEqualTypeOf<"sandbox" | "pre-release" | "live">();
  expectTypeOf<Encryption>().toEqualTypeOf<"TLS/SRTP" | "TLS/RTP" | "UDP/SRTP" | "UDP/RTP">();
  expectTypeOf<Placement>().toEqualTypeOf<"not_placed" | "placed" | "unknown">();

  // ... and those that may grow are open: any word may come, and the known ones are offered.
  expectTypeOf<"ringing">().toExtend<CallStatus>();
  expectTypeOf<string>().toExtend<CallStatus>();
  expectTypeOf<CallStatus>().toExtend<string>();
  expectTypeOf<CallStatus>().not.toEqualTypeOf<string>();
  expectTypeOf<Extract<CallStatus, "queued" | "calling" | "success" | "failure">>().toEqualTypeOf<
    "queued" | "calling" | "success" | "failure"
  >();
  expectTypeOf<"something_new">().toExtend<ErrorCode>();
  expectTypeOf<ErrorCode>().toExtend<string>();
  expectTypeOf<ErrorCode>().not.toEqualTypeOf<string>();
  expectTypeOf<Extract<ErrorCode, "connection_lost" | "timed_out">>().toEqualTypeOf<"connection_lost" | "timed_out">();
}

export function options(signal: AbortSignal, env: { token?: string }) {
  // Every option may be left out, and what is not set may be handed on as it is.
  expectTypeOf<Record<never, never>>().toExtend<OutboundClientOptions>();
  new OutboundClient({ region: "us", token: env.token, fetch: undefined, signal: undefined });
  new OutboundClient({ baseUrl: new URL("https://calls.example"), fetch, clock: Date.now() > 0 ? undefined : clock });
  new OutboundClient({ region: "us", api: "agents", agentId: "a", environment: "live", agents502NotPlaced: true });
  new OutboundClient({ baseUrl: "/outbound", fetch: async (url, init) => fetch(url, init), signal });

  expectTypeOf<keyof OutboundClientOptions>().toEqualTypeOf<
    | "region"
    | "baseUrl"
    | "token"
    | "api"
    | "agentId"
    | "environment"
    | "agents502NotPlaced"
    | "timeoutMs"
    | "requestTimeoutMs"
    | "followTimeoutMs"
    | "maxRetries"
    | "headers"
    | "onRequest"
    | "logger"
    | "logLevel"
    | "fetch"
    | "clock"
    | "signal"
    | "allowInsecureHttp"
    | "dangerouslyAllowBrowser"
  >();
  expectTypeOf<Whole<WaitOptions>>().toEqualTypeOf<{
    signal: AbortSignal | undefined;
    onRetry: ((retry: Retry) => void) | undefined;
  }>();
  expectTypeOf<keyof RequestOptions>().toEqualTypeOf<
    keyof WaitOptions | "timeoutMs" | "requestTimeoutMs" | "maxRetries" | "headers"
  >();
  expectTypeOf<keyof CallOptions>().toEqualTypeOf<keyof RequestOptions | "followTimeoutMs" | "onPlaced" | "onUpdate">();
  expectTypeOf<NonNullable<CallOptions["onPlaced"]>>().toEqualTypeOf<(call: Call, response: ResponseDetails) => unknown>();
  expectTypeOf<NonNullable<CallOptions["onUpdate"]>>().toEqualTypeOf<(update: CallUpdate) => unknown>();
  expectTypeOf<Fetch>().parameters.toEqualTypeOf<[url: string, init: RequestInit]>();
  expectTypeOf<Fetch>().returns.toEqualTypeOf<Promise<Response>>();
  expectTypeOf(fetch).toExtend<Fetch>();

  // @ts-expect-error a region that there is not
  new OutboundClient({ region: "mars", token: "x" });
  // @ts-expect-error the name of other clients' option
  new OutboundClient({ region: "us", apiKey: "x" });
  // @ts-expect-error a number of milliseconds, not a text
  new OutboundClient({ region: "us", timeoutMs: "30s" });
  // @ts-expect-error said by name, not in a word
  new OutboundClient({ region: "us", agents502NotPlaced: "yes" });
  // What is not given is read from the environment.
  new OutboundClient();
  new OutboundClient(undefined);
  new OutboundClient({ token: null, baseUrl: "https://proxy.example" });

  // A token may come from a function, which is told why it is asked.
  new OutboundClient({ region: "us", token: async ({ refused }) => (refused ? "new" : "kept") });
  new OutboundClient({ region: "us", token: () => "x" });
  expectTypeOf<Parameters<TokenFunction>>().toEqualTypeOf<[request: TokenRequest]>();
  expectTypeOf<TokenRequest>().toEqualTypeOf<{ refused: boolean }>();
  // @ts-expect-error a token that may not be there
  new OutboundClient({ region: "us", token: async () => env.token });
  // @ts-expect-error text by text
  new OutboundClient({ region: "us", headers: { "x-attempt": 1 } });
  // @ts-expect-error a level that there is not
  new OutboundClient({ region: "us", logLevel: "trace" });
  // @ts-expect-error a fetch gives a promise
  new OutboundClient({ region: "us", fetch: () => new Response() });
}

export function observing(client: OutboundClient) {
  // The console is a logger, and so is whatever has its methods.
  const lines: string[] = [];
  const log = (message: string) => lines.push(message);
  client.withOptions({ logger: console, logLevel: "debug" });
  client.withOptions({ logger: { debug: log, info: log, warn: log, error: log }, logLevel: "off" });
  expectTypeOf<LogLevel>().toEqualTypeOf<"debug" | "info" | "warn" | "error" | "off">();
  expectTypeOf<keyof Logger>().toEqualTypeOf<Exclude<LogLevel, "off">>();
  client.withOptions({
    onRequest(event) {
      expectTypeOf(event).toEqualTypeOf<RequestEvent>();
      expectTypeOf(event).toEqualTypeOf<{
        method: "POST" | "GET";
        path: string;
        status: number | null;
        correlationId: string | null;
        attempt: number;
        durationMs: number;
      }>();
    },
  });
  expectTypeOf(client.withOptions({ maxRetries: 0 })).toEqualTypeOf<OutboundClient>();
  // @ts-expect-error a logger has all of the levels
  client.withOptions({ logger: { info: log } });
  // @ts-expect-error the name of other clients' option
  client.withOptions({ timeout: 5 });
}

const clock: Clock = { now: Date.now, setTimeout: (callback, ms) => setTimeout(callback, ms), clearTimeout: () => {} };

export async function calling(client: OutboundClient, signal: AbortSignal, name: string | undefined) {
  const request: TriggerRequest = {
    toNumber: "+14155550100",
    countryCode: undefined,
    metadata: { appointment: "2026-12-01 09:30" },
    encryption: "TLS/SRTP",
    variantId: name,
  };
  expectTypeOf<keyof TriggerRequest>().toEqualTypeOf<
    "toNumber" | "countryCode" | "metadata" | "encryption" | "variantId" | "allowPremium" | "allowEmergency"
  >();
  expectTypeOf<TriggerRequest["metadata"]>().toEqualTypeOf<Readonly<Record<string, string>> | undefined>();
  expectTypeOf(client.trigger<Record<string, string>>).parameter(0).toEqualTypeOf<TriggerRequest>();
  expectTypeOf(client.trigger).parameter(1).toEqualTypeOf<RequestOptions | undefined>();
  expectTypeOf(client.call).parameter(1).toEqualTypeOf<CallOptions | undefined>();

  const triggered = client.trigger(request, { signal, timeoutMs: 1_000, maxRetries: 0 });
  expectTypeOf(triggered).toEqualTypeOf<OutboundPromise<Call>>();
  expectTypeOf(triggered).toExtend<Promise<Call>>();
  expectTypeOf(await triggered).toEqualTypeOf<Call>();
  expectTypeOf(triggered.then((call) => call.callSid)).toEqualTypeOf<Promise<string>>();
  expectTypeOf(await triggered.withResponse()).toEqualTypeOf<{ data: Call; response: ResponseDetails }>();
  expectTypeOf<ResponseDetails>().toEqualTypeOf<{
    status: number;
    correlationId: string | null;
    attempts: number;
    headers: Headers;
  }>();

  expectTypeOf(client.status("OUT-1", { signal })).toEqualTypeOf<OutboundPromise<StatusReading>>();
  expectTypeOf<StatusReading>().toEqualTypeOf<{ status: CallStatus; reason: string }>();
  expectTypeOf(client.watch("OUT-1")).toEqualTypeOf<Call>();
  expectTypeOf(client.call(request, { onPlaced: (call) => store(call.snapshot()) })).toEqualTypeOf<Promise<CallResult>>();

  // An interface is metadata as well, if all that it has are texts.
  const visit: Visit = { appointment: "2026-12-01 09:30" };
  expectTypeOf(client.trigger({ toNumber: "+14155550100", metadata: visit })).toEqualTypeOf<OutboundPromise<Call>>();
  expectTypeOf(client.call({ toNumber: "+14155550100", metadata: visit })).toEqualTypeOf<Promise<CallResult>>();
  const asked: TriggerRequest<Visit> = { toNumber: "+14155550100", metadata: visit };
  client.trigger(asked);
  client.trigger(request, { headers: { "x-tenant": "a" } });
  client.trigger({ toNumber: "+14155550100", metadata: Object.fromEntries([["a", "b"]]) });
  const age: Aged = { name: "Ada", age: 36 };
  // @ts-expect-error an interface with a number
  client.trigger({ toNumber: "+14155550100", metadata: age });
  // @ts-expect-error the same
  client.call({ toNumber: "+14155550100", metadata: age });
  // @ts-expect-error texts in a list have no names
  client.trigger({ toNumber: "+14155550100", metadata: ["a"] });
  // @ts-expect-error a text has no names either
  client.trigger({ toNumber: "+14155550100", metadata: "a" });

  // @ts-expect-error nobody is called
  client.trigger({});
  // @ts-expect-error a value that no header carries
  client.trigger({ toNumber: "+14155550100", metadata: { attempt: 1 } });
  // @ts-expect-error a value that may not be there
  client.trigger({ toNumber: "+14155550100", metadata: { name } });
  // @ts-expect-error the names of the wire are not those of the package
  client.trigger({ to_number: "+14155550100" });
  // @ts-expect-error a trigger is not followed
  client.trigger(request, { onUpdate: () => {} });
}

interface Visit {
  appointment: string;
  doctor?: string;
}

interface Aged {
  name: string;
  age: number;
}

function store(snapshot: CallSnapshot): string {
  return JSON.stringify(snapshot);
}

export async function following(client: OutboundClient, call: Call, stored: string) {
  // A call is readable, and made by clients alone.
  expectTypeOf<keyof Call>().toEqualTypeOf<"callSid" | "updates" | "result" | "snapshot" | "toJSON">();
  // @ts-expect-error only a client makes calls
  new Call();
  // @ts-expect-error what a call is known by does not change
  call.callSid = "OUT-2";

  for await (const update of call.updates({ onRetry: ({ afterMs }) => afterMs.toFixed() })) {
    expectTypeOf(update).toEqualTypeOf<CallUpdate>();
    expectTypeOf(update.at).toEqualTypeOf<Date>();
    expectTypeOf(update.correlationId).toEqualTypeOf<string | null>();
    // Known words are told apart, and an unknown one has its place.
    switch (update.status) {
      case "queued":
      case "calling":
      case "success":
      case "failure":
        break;
      default:
        expectTypeOf(update.status).toExtend<string>();
    }
  }
  // It can be driven by hand, and be left early.
  const updates = call.updates();
  expectTypeOf(updates).toExtend<AsyncIterableIterator<CallUpdate>>();
  const next = await updates.next();
  if (next.done !== true) expectTypeOf(next.value).toEqualTypeOf<CallUpdate>();
  else expectTypeOf(next.value).toEqualTypeOf<void>();
  await updates.return();

  const end = await call.result();
  expectTypeOf(end).toEqualTypeOf<CallResult>();
  expectTypeOf(end.status).toEqualTypeOf<"success" | "failure">();
  expectTypeOf(end).toExtend<CallUpdate>();
  expectTypeOf(end.correlationId).toEqualTypeOf<string | null>();

  expectTypeOf(call.snapshot()).toEqualTypeOf<CallSnapshot>();
  expectTypeOf<CallSnapshot>().toEqualTypeOf<{
    callSid: string;
    placedAt: number | null;
    seenAt: number | null;
    reading: StatusReading | null;
  }>();
  expectTypeOf(call.toJSON()).toEqualTypeOf<CallSnapshot>();
  const row = { ...call.snapshot(), id: 7, createdAt: new Date() };
  client.resume(row);
  expectTypeOf(client.resume(JSON.parse(stored))).toEqualTypeOf<Call>();
  // @ts-expect-error a SID is no snapshot: `watch` takes it
  client.resume("OUT-1");
}

export function failing(error: unknown, known: OutboundError) {
  expectTypeOf<OutboundError>().toExtend<Error>();
  expectTypeOf<Omit<OutboundError, keyof Error | "cause" | "toJSON">>().toEqualTypeOf<{
    readonly code: ErrorCode;
    readonly placement: Placement | null;
    readonly httpStatus: number | null;
    readonly correlationId: string | null;
    readonly attempts: number;
    readonly callSid: string | null;
    readonly serviceCode: string | null;
    readonly retryAfterMs: number | null;
    readonly originalCause: unknown;
  }>();
  expectTypeOf(known.toJSON()).toEqualTypeOf<Record<string, unknown>>();
  // @ts-expect-error web frameworks would take it for the status of their answer
  known.status;
  expectTypeOf(known.cause).toEqualTypeOf<unknown>();
  // @ts-expect-error what went wrong does not change
  known.code = "cancelled";
  // @ts-expect-error nor what became of the call
  known.placement = "placed";

  // Each class says what it is thrown for, and leaves what it is not thrown for to those after it.
  if (error instanceof PlacementUnknownError) {
    expectTypeOf(error.placement).toEqualTypeOf<"unknown">();
    expectTypeOf(error.code).toEqualTypeOf<ErrorCode>();
  } else if (error instanceof InvalidInputError) {
    expectTypeOf(error.code).toEqualTypeOf<"invalid_input">();
    expectTypeOf(error.field).toEqualTypeOf<string | null>();
  } else if (error instanceof AuthenticationError) {
    expectTypeOf(error.code).toEqualTypeOf<"unauthorized" | "forbidden">();
  } else if (error instanceof RateLimitError) {
    expectTypeOf(error.code).toEqualTypeOf<"rate_limited">();
    expectTypeOf(error.retryAfterMs).toEqualTypeOf<number | null>();
  } else if (error instanceof CallNotFoundError) {
    expectTypeOf(error.code).toEqualTypeOf<"not_found" | "expired">();
  } else if (error instanceof TimeoutError) {
    expectTypeOf(error.code).toEqualTypeOf<"timed_out" | "deadline_exceeded">();
  } else if (error instanceof CancelledError) {
    expectTypeOf(error.code).toEqualTypeOf<"cancelled">();
  } else if (error instanceof OutboundError) {
    expectTypeOf(error).toEqualTypeOf<OutboundError>();
    expectTypeOf(error.placement).toEqualTypeOf<Placement | null>();
  }
  if (known instanceof RateLimitError) expectTypeOf(known).toEqualTypeOf<RateLimitError>();
  else expectTypeOf(known).toEqualTypeOf<OutboundError>();

  // A test of one's own may make them, and one may have subclasses.
  const made = new OutboundError("no", { code: "rejected", placement: "not_placed", httpStatus: undefined, cause: error });
  expectTypeOf(made.message).toEqualTypeOf<string>();
  expectTypeOf<ConstructorParameters<typeof OutboundError>>().toEqualTypeOf<
    [message: string, details: OutboundErrorDetails]
  >();
  new PlacementUnknownError("perhaps", { code: "timed_out", placement: "unknown", callSid: null });
  new RateLimitError("slower", { code: "rate_limited", retryAfterMs: 2_000 });
  new InvalidInputError("toNumber: no", { code: "invalid_input", field: "toNumber" });
  class Mine extends OutboundError {
    readonly campaign: string = "autumn";
  }
  expectTypeOf(new Mine("no", { code: "mine" }).campaign).toEqualTypeOf<string>();
  // @ts-expect-error a class that is thrown for another code
  new RateLimitError("slower", { code: "expired" });
  // @ts-expect-error it is unknown, or it is another class
  new PlacementUnknownError("perhaps", { code: "timed_out", placement: "placed" });
  // @ts-expect-error there is always a code
  new OutboundError("no", {});
}

export async function testing() {
  const options: SandboxOptions = { seed: 1, token: undefined, rate: 2, now: new Date(0) };
  const sandbox = new Sandbox(options);
  new Sandbox();
  new OutboundClient({ fetch: sandbox.fetch, token: sandbox.token });
  expectTypeOf(sandbox.fetch).toEqualTypeOf<Fetch>();
  expectTypeOf(sandbox.clock).toEqualTypeOf<Clock>();
  expectTypeOf(sandbox.token).toEqualTypeOf<string>();
  expectTypeOf(sandbox.calls).toEqualTypeOf<readonly PlacedCall[]>();
  const [first] = sandbox.calls;
  // There may be none.
  expectTypeOf(first).toEqualTypeOf<PlacedCall | undefined>();
  expectTypeOf(await sandbox.run(Promise.resolve(1))).toEqualTypeOf<number>();
  expectTypeOf(sandbox.advance(1_000)).toEqualTypeOf<Promise<void>>();
  const faults: Faults = { serverError: 0.1, delay: undefined, delayMs: 800 };
  expectTypeOf(sandbox.setFaults(faults)).toEqualTypeOf<void>();
  // @ts-expect-error the list is the sandbox's own
  sandbox.calls.push();
  // @ts-expect-error so is its token
  sandbox.token = "x";
  // @ts-expect-error the name of the wire
  sandbox.setFaults({ server_error: 0.1 });
}

export async function proxying(request: Request) {
  const options: ProxyOptions = { authorize: () => true, token: "x", region: undefined, baseUrl: new URL("https://x.example"), origins: ["https://y.example"] as const };
  const proxy = createProxy(options);
  expectTypeOf(proxy).toEqualTypeOf<ProxyHandler>();
  expectTypeOf(await proxy(request)).toEqualTypeOf<Response>();
  createProxy<{ session: string }>({
    async authorize(asked, call, { session }) {
      expectTypeOf(asked).toEqualTypeOf<Request>();
      expectTypeOf(call).toEqualTypeOf<ProxiedCall>();
      if (call.kind === "status") return call.callSid.length > 0;
      // Wherever it comes from, it has a number.
      expectTypeOf(call.toNumber).toEqualTypeOf<string>();
      expectTypeOf(call.countryCode).toEqualTypeOf<string | undefined>();
      return session;
    },
    token: async ({ refused }) => (refused ? "new" : "kept"),
    region: "us",
    allowPremium: true,
    allowEmergency: undefined,
  });
  // @ts-expect-error a proxy without it is an open phone
  createProxy({ token: "x", region: "us" });
  // @ts-expect-error whoever is told so much has to say yes or no
  createProxy({ token: "x", region: "us", authorize: () => ({ id: 7 }) });
  const store: ProxyStore = memoryStore({ keepMs: 60_000, maxKeys: undefined });
  expectTypeOf(await store.begin("name", "fingerprint")).toEqualTypeOf<KeptKey | null>();
  expectTypeOf(toNodeHandler(proxy)).toEqualTypeOf<(request: object, response: object) => Promise<void>>();
  toNodeHandler(createProxy<{ session: string }>({ ...options, authorize: (_, __, { session }) => session }));
  // As Hono's.
  toNodeHandler((asked: Request, env?: object) => new Response(asked.url + String(env)));
}

export function entries() {
  // Both entries are one client, and nobody's error is another's for being of the other entry.
  expectTypeOf<keyof typeof slim>().toEqualTypeOf<keyof typeof import("polyai-outbound")>();
  expectTypeOf<slim.Call>().toEqualTypeOf<Call>();
  expectTypeOf<slim.OutboundClient>().toEqualTypeOf<OutboundClient>();
  expectTypeOf(VERSION).toEqualTypeOf<string>();
}
