// What visitors are told: plain JSON, which nobody keeps.

const ALWAYS = {
  "cache-control": "no-store",
  "content-type": "application/json",
  "x-content-type-options": "nosniff",
  vary: "Origin",
};

/** A request that goes no further. Its message is for the visitor. */
export class Refusal extends Error {
  constructor(status, code, message, headers = {}) {
    super(message);
    this.answer = { status, headers, body: { error: message, code } };
  }

  /** A refusal with another body. */
  static of(answer) {
    return Object.assign(new Refusal(answer.status, "", ""), { answer });
  }
}

/** The `Response` of an answer: `status`, `headers` and `body`, which is plain JSON. */
export function response({ status, headers, body }, more) {
  const text = body === undefined ? null : JSON.stringify(body);
  return new Response(text, { status, headers: { ...ALWAYS, ...headers, ...more } });
}
