/**
 * The service itself, for unit tests: no server, no network, no waiting.
 *
 * @packageDocumentation
 */
import type { CallStatus, Clock, Environment, Fetch } from "./index.js";

/** How a sandbox is set up. */
export interface SandboxOptions {
  /** What the outcomes of unscripted numbers, all durations and all identifiers are drawn from; 1 unless given. */
  seed?: number | undefined;
  /** The one token that is accepted; `sandbox` unless given. */
  token?: string | undefined;
  /** Triggers per second that are accepted; any number unless given. */
  rate?: number | undefined;
  /** What the clock shows at first, in milliseconds since the Unix epoch. */
  now?: number | Date | undefined;
}

/** A call that was really placed, whatever its trigger's sender was told. */
export interface PlacedCall {
  toNumber: string;
  countryCode: string | null;
  metadata: Record<string, string>;
  variantId: string | null;
  callSid: string;
  /** Of its trigger: the one that was sent, if that was a UUID. */
  correlationId: string;
  api: "outbound" | "agents";
  agentId: string | null;
  environment: Environment | null;
  placedAt: Date;
  status: CallStatus;
  reason: string;
  endedAt: Date | null;
}

/** How often requests are struck by what, as rates from 0 to 1. */
export interface Faults {
  /** The service's own failing status in its own envelope; nothing is placed. */
  serverError?: number | undefined;
  /** The connection is cut before the service takes notice of the request. */
  cutBefore?: number | undefined;
  /** The connection is cut when the service has done all that was asked. */
  cutAfter?: number | undefined;
  /** What happens is delayed by `delayMs`. */
  delay?: number | undefined;
  delayMs?: number | undefined;
}

/**
 * The service, as a `fetch` function with a clock of its own.
 *
 * ```js
 * const sandbox = new Sandbox({ seed: 1 });
 * const client = new OutboundClient({ fetch: sandbox.fetch, token: sandbox.token });
 * const call = await client.trigger({ toNumber: "+14155550101" });
 * const { status, reason } = await sandbox.run(call.result());
 * ```
 *
 * The last two digits of the numbers `+1 NPA 555 01xx` choose what happens: 00 success; 01 no answer; 02 busy; 03 queue
 * time-out; 04 ten minutes in the queue; 05 two failed placings first; 06 placed, but the answer is lost; 07 one 429 first;
 * 08 three failing status reads; 09 status gone at the end; 10 an unknown status word; 11 placed, but never answered; 12
 * and 13 a gateway's page, not placed and placed; 14 not configured for outbound calling; 15 and 16 403 and 404; 17 and 18
 * 408, not placed and placed; 19 two own 503 first; 20 and 21 placed, but a cache's 503 page and a proxy's JSON 500 instead
 * of the answer; 22 and 23 refused by a validator; 24, 25 and 26 three status reads with 400, 403 and a gateway's 404; 27
 * calling for six hours. Any other number draws from the seed.
 */
export class Sandbox {
  constructor(options?: SandboxOptions);

  /** For `OutboundClient`, which then waits by the sandbox's clock and needs no region. */
  readonly fetch: Fetch;
  readonly token: string;
  readonly clock: Clock;

  /** Every call that was placed, in order, as it is now. Empty until the first request. */
  readonly calls: readonly PlacedCall[];

  /** Injects faults from now on, in place of those before. */
  setFaults(faults: Faults): void;

  /** Lets so much time pass; resolves when all that came due in it has been done. */
  advance(ms: number): Promise<void>;

  /** Lets time pass until the promise is settled, and settles as it does. */
  run<T>(promise: PromiseLike<T>): Promise<T>;
}
