// What the package exports. How the wasm is loaded is chosen when the package is built, one file for each kind of host.

export { Call } from "./call.js";
export { OutboundClient } from "./client.js";
export {
  AuthenticationError,
  CallNotFoundError,
  CancelledError,
  InvalidInputError,
  OutboundError,
  PlacementUnknownError,
  RateLimitError,
  TimeoutError,
} from "./errors.js";
export const VERSION = POLYAI_OUTBOUND_VERSION;
