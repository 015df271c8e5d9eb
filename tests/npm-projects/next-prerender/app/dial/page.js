import { Suspense } from 'react';
import { connection } from 'next/server';
import { OutboundClient } from 'polyai-outbound';

const client = new OutboundClient({ token: 'sandbox', baseUrl: process.env.POLYAI_OUTBOUND_BASE_URL });

async function Placed() {
  // The client reads the clock and draws a number before its request, which a prerender forbids.
  await connection();
  const { callSid } = await client.trigger({ toNumber: '+14155550100' });
  return <p>{callSid}</p>;
}

export default function Page() {
  return (
    <Suspense fallback={<p>placing</p>}>
      <Placed />
    </Suspense>
  );
}
