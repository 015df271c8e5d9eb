// The headers without which a page may neither send a request to a server of these nor see its answer.

export const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': '*, authorization',
  'access-control-allow-methods': '*',
  'access-control-expose-headers': 'X-PolyAI-Correlation-Id, Retry-After',
};
