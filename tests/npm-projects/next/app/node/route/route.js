import { OutboundClient } from 'polyai-outbound';

const client = new OutboundClient({ token: 'sandbox', baseUrl: process.env.POLYAI_OUTBOUND_BASE_URL });
const place = async () => new Response((await client.trigger({ toNumber: '+14155550100' })).callSid);

/** One that reads nothing of its request, so that Next may take it for static. */
export const GET = () => place();
export const POST = () => place();
