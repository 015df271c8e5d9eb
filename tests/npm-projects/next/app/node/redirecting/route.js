import { redirect } from 'next/navigation';
import { OutboundClient } from 'polyai-outbound';

const client = new OutboundClient({ token: 'sandbox', baseUrl: process.env.POLYAI_OUTBOUND_BASE_URL });

/** What Next throws to redirect passes through the package. */
export async function POST() {
  await client.call({ toNumber: '+14155550100' }, { onPlaced: ({ callSid }) => redirect(`/placed/${callSid}`) });
}
