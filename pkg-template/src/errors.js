// What goes wrong, as subclasses of Error.

import { keepOriginal, originalOf } from "./cause.js";

const KINDS = Symbol.for("polyai-outbound.error");

/** Whether `value` is an error of the class `Kind`, made by this copy of the package or another. */
function isOf(Kind, value) {
  // A subclass that somebody else wrote is an ordinary class.
  if (!Object.hasOwn(Kind, "kind")) return Function.prototype[Symbol.hasInstance].call(Kind, value);
  return typeof value === "object" && value !== null && Array.isArray(value[KINDS]) && value[KINDS].includes(Kind.kind);
}

export class OutboundError extends Error {
  static kind = "OutboundError";

  constructor(message, details) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    const { code, placement, httpStatus, correlationId, attempts, callSid, serviceCode, retryAfterMs } = details;
    this.code = code;
    this.placement = placement ?? null;
    // Not `status`: web frameworks take that of an error for the status of their own answer.
    this.httpStatus = httpStatus ?? null;
    this.correlationId = correlationId ?? null;
    this.attempts = attempts ?? 0;
    this.callSid = callSid ?? null;
    this.serviceCode = serviceCode ?? null;
    this.retryAfterMs = retryAfterMs ?? null;
  }

  static [Symbol.hasInstance](value) {
    return isOf(this, value);
  }

  /** What the host really threw, or the signal's reason. It may hold secrets; what is shown is `cause`. */
  get originalCause() {
    return originalOf(this) ?? this.cause;
  }

  toJSON() {
    const { name, message } = this;
    return { name, message, ...this };
  }
}

export class InvalidInputError extends OutboundError {
  static kind = "InvalidInputError";

  constructor(message, details) {
    super(message, details);
    this.field = details.field ?? null;
  }
}

export class PlacementUnknownError extends OutboundError {
  static kind = "PlacementUnknownError";
}

export class AuthenticationError extends OutboundError {
  static kind = "AuthenticationError";
}

export class RateLimitError extends OutboundError {
  static kind = "RateLimitError";
}

export class CallNotFoundError extends OutboundError {
  static kind = "CallNotFoundError";
}

export class TimeoutError extends OutboundError {
  static kind = "TimeoutError";
}

export class CancelledError extends OutboundError {
  static kind = "CancelledError";
}

for (const Kind of [
  OutboundError,
  InvalidInputError,
  PlacementUnknownError,
  AuthenticationError,
  RateLimitError,
  CallNotFoundError,
  TimeoutError,
  CancelledError,
]) {
  const kinds = Kind === OutboundError ? [Kind.kind] : [Kind.kind, OutboundError.kind];
  Object.defineProperty(Kind.prototype, "name", { value: Kind.kind, configurable: true, writable: true });
  Object.defineProperty(Kind.prototype, KINDS, { value: kinds });
}

const BY_CODE = {
  invalid_input: InvalidInputError,
  unauthorized: AuthenticationError,
  forbidden: AuthenticationError,
  rate_limited: RateLimitError,
  not_found: CallNotFoundError,
  expired: CallNotFoundError,
  timed_out: TimeoutError,
  deadline_exceeded: TimeoutError,
  cancelled: CancelledError,
};

/**
 * The error of what core told. Whether the phone may have rung matters more than why. Of what caused it, `details.cause` is
 * shown, and `original` kept.
 */
export function failure(message, details, original) {
  const Kind = details.placement === "unknown" ? PlacementUnknownError : (BY_CODE[details.code] ?? OutboundError);
  return keepOriginal(new Kind(message, details), original);
}

/** The same error with another cause. */
export const causedBy = (error, { cause, original }) => failure(error.message, { ...error, cause }, original);

/** What nobody should ever see. */
export function broken(cause, placement) {
  return failure("a fault within polyai-outbound; please report it", { code: "internal", placement, cause });
}

/** A value that was refused before anything was sent. It is not quoted: it may be a secret. */
export function refused(field, problem, expected) {
  const details = { code: "invalid_input", placement: "not_placed", field };
  return new InvalidInputError(`${field}: ${problem}; expected ${expected}`, details);
}
