import { OutboundClient } from 'polyai-outbound';

export const dynamic = 'force-dynamic';

const client = new OutboundClient({ token: 'sandbox', baseUrl: process.env.POLYAI_OUTBOUND_BASE_URL });

export default async function Page() {
  const { callSid } = await client.trigger({ toNumber: '+14155550100' });
  return <p>{callSid}</p>;
}
