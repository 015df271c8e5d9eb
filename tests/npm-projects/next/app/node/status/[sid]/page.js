import { OutboundClient } from 'polyai-outbound';

const client = new OutboundClient({ token: 'sandbox', baseUrl: process.env.POLYAI_OUTBOUND_BASE_URL });

export default async function Page({ params }) {
  const { status } = await client.status((await params).sid);
  return <p>{status}</p>;
}
