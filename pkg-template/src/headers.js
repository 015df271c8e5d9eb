// Headers of the caller's own. Those that say who calls, what is sent, or how it is carried are the client's.

import { refused } from "./errors.js";

const OWN = new RegExp(
  "^(?:(?:x-polyai|content|proxy|sec|if)-.*|x-api-key|authorization|cookie2?|accept|host|origin|range|expect|date|te|trailer" +
    "|connection|keep-alive|upgrade|transfer-encoding|(?:x-)?idempotency-key|x-(?:http-)?method(?:-override)?)$",
);

/** Their names in lower case, so that one of an operation replaces that of the client. */
export function ownHeaders(given = {}) {
  const headers = {};
  for (const [key, value] of Object.entries(given)) {
    const name = key.toLowerCase();
    if (OWN.test(name) || !/^[!#-'*+.^-z|~-]+$/.test(name) || !/^[\t -~\x80-\xff]*$/.test(typeof value === "string" ? value : "\0")) {
      const expected = "names and texts of headers, but for those by which the client says who calls what and how";
      throw refused("headers", `\`${key.slice(0, 64)}\` cannot be sent`, expected);
    }
    headers[name] = value;
  }
  return headers;
}
