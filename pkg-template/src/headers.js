// Headers of the caller's own. Those that say who calls, what is sent, or how it is carried are the client's.

import { refused } from "./errors.js";

const OWN = new RegExp(
  "^(?:(?:x-polyai|x-forwarded|content|proxy|sec|if)-.*|x-(?:api-key|auth-token|(?:original|rewrite)-url|(?:http-)?method(?:-override)?)" +
    "|(?:x-)?(?:authorization|idempotency-key)|(?:set-)?cookie2?|accept|host|origin|range|expect|date|te|trailer" +
    "|connection|keep-alive|upgrade|transfer-encoding|forwarded|early-data)$",
);

/** Their names in lower case, so that one of an operation replaces that of the client. */
export function ownHeaders(given = {}) {
  const headers = {};
  for (const [key, value] of Object.entries(given)) {
    const name = key.toLowerCase();
    // Servers take `_` for `-`, as CGI has it.
    if (OWN.test(name.replaceAll("_", "-")) || !/^[!#-'*+.^-z|~-]+$/.test(name) || !/^[\t -~\x80-\xff]*$/.test(typeof value === "string" ? value : "\0")) {
      throw refused("headers", `\`${key.slice(0, 64)}\` cannot be sent`, "names and texts of headers that are not the client's own");
    }
    headers[name] = value;
  }
  return headers;
}
