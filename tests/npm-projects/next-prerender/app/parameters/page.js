import { Suspense } from 'react';
import { OutboundClient } from 'polyai-outbound';

const client = new OutboundClient({ token: 'sandbox', baseUrl: process.env.POLYAI_OUTBOUND_BASE_URL });

async function Placed({ searchParams }) {
  // What comes with a request is there at none other time: no `connection()` is needed.
  const { number } = await searchParams;
  const { callSid } = await client.trigger({ toNumber: `+${number}` });
  return <p>{callSid}</p>;
}

export default function Page({ searchParams }) {
  return (
    <Suspense fallback={<p>placing</p>}>
      <Placed searchParams={searchParams} />
    </Suspense>
  );
}
