// An AWS Lambda handler: places a call, and leaves it to whoever keeps the snapshot to follow it.
import { OutboundClient } from "polyai-outbound";

const { POLYAI_OUTBOUND_TOKEN: token, POLYAI_OUTBOUND_BASE_URL: baseUrl } = process.env;
const client = new OutboundClient({ token, ...(baseUrl ? { baseUrl } : { region: "us" }) });

export async function handler({ toNumber }) {
  try {
    const call = await client.trigger({ toNumber }, { timeoutMs: 20_000 });
    return { statusCode: 202, body: JSON.stringify(call.snapshot()) };
  } catch (error) {
    // An event that is thrown back is delivered again. Where a phone may have rung, that must not be.
    if (error.placement === "not_placed" && error.code !== "invalid_input") throw error;
    return { statusCode: 502, body: JSON.stringify({ code: error.code, placement: error.placement }) };
  }
}
