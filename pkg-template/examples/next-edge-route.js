// A Next.js route on the edge, as app/calls/route.js: POST a number, get the SID of its call.
import { OutboundClient, OutboundError, PlacementUnknownError } from "polyai-outbound";

export const runtime = "edge";

const { POLYAI_OUTBOUND_TOKEN: token, POLYAI_OUTBOUND_BASE_URL: baseUrl } = process.env;
const client = new OutboundClient({ token, ...(baseUrl ? { baseUrl } : { region: "us" }) });

export async function POST(request) {
  // Whoever gets past this line dials at your cost.
  if (request.headers.get("authorization") !== `Bearer ${process.env.SECRET}`) return new Response(null, { status: 401 });
  const { toNumber } = await request.json();
  try {
    const { callSid } = await client.trigger({ toNumber }, { timeoutMs: 20_000 });
    return Response.json({ callSid }, { status: 202 });
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    const { code, correlationId, message } = error;
    if (error instanceof PlacementUnknownError)
      return Response.json({ error: "the phone may have rung: do not ask again", correlationId }, { status: 409 });
    return Response.json({ error: message, code }, { status: code === "invalid_input" ? 422 : 502 });
  }
}
