// What keeps a host from sending a request again by itself.

/** Deno sends text again that was lost on a connection which had served before; a Blob it does not. */
export const once = (init) => (globalThis.Deno === undefined || init.body === undefined ? init : { ...init, body: new Blob([init.body]) });
