import { OutboundClient } from 'polyai-outbound';

const client = new OutboundClient({ token: 'sandbox', baseUrl: process.env.POLYAI_OUTBOUND_BASE_URL });

export default async function Page({ params }) {
  const { number } = await params;
  const { callSid } = await client.trigger({ toNumber: `+${number}` });
  return <p>{callSid}</p>;
}
