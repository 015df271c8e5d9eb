// What the package exports. How the wasm is loaded is chosen when the package is built, one file for each kind of host.

// First, because packed bytes between JavaScript cost both of them: 1.3 KB of the whole.
import "#load";
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
