// Places one call and follows it to its end.
import { OutboundClient, OutboundError, PlacementUnknownError } from "polyai-outbound";

const { POLYAI_OUTBOUND_TOKEN: token, POLYAI_OUTBOUND_BASE_URL: baseUrl } = process.env;
const client = new OutboundClient({ token, ...(baseUrl ? { baseUrl } : { region: "us" }) });

try {
  const call = await client.trigger({ toNumber: "+14155550100", metadata: { appointment: "2026-12-01 09:30" } });
  for await (const { status, reason } of call.updates()) console.log(call.callSid, status, reason);
  const { status, reason } = await call.result();
  console.log("ended:", status, reason);
} catch (error) {
  if (error instanceof PlacementUnknownError) console.error("may have rung; do not dial again unasked:", error.message);
  else if (error instanceof OutboundError) console.error(error.code, error.correlationId, error.message);
  else throw error;
  process.exitCode = 1;
}
