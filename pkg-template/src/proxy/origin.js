// Whose pages may call. A browser says which page a request comes from, and no page can make it say another.

import { Refusal } from "./answers.js";

/** Whether an `Origin` is one of the list, or without a list the origin that was asked. */
export function isAllowedOrigin(origin, url, origins) {
  if (origins !== undefined) return origins.includes(origin);
  // What is in front of a server often ends TLS.
  return origin === url.origin || (url.protocol === "http:" && origin === `https://${url.host}`);
}

/** Refuses a request that another page sent. */
export function mayCome({ method, headers }, url, origins) {
  const origin = headers.get("origin");
  const site = headers.get("sec-fetch-site");
  const refuse = () => {
    throw new Refusal(403, "wrong_origin", "pages of that origin may not call; no call was placed by this request");
  };
  // Browsers leave `Origin` out where a page reads from its own origin, and nowhere else.
  if (origin === null) {
    if (method !== "GET" || (site !== null && site !== "same-origin")) refuse();
  } else if (!isAllowedOrigin(origin, url, origins)) refuse();
  if (site !== null && site !== "same-origin" && (origins === undefined || !["same-site", "cross-site"].includes(site))) refuse();
}
