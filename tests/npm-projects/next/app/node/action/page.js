import { cookies } from 'next/headers';
import { OutboundClient } from 'polyai-outbound';

const client = new OutboundClient({ token: 'sandbox', baseUrl: process.env.POLYAI_OUTBOUND_BASE_URL });

async function place(form) {
  'use server';
  const { callSid } = await client.trigger({ toNumber: form.get('number') });
  (await cookies()).set('sid', callSid);
}

export default function Page() {
  return (
    <form action={place}>
      <input name="number" />
    </form>
  );
}
