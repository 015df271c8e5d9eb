import { OutboundClient } from 'polyai-outbound';
import { Sandbox } from 'polyai-outbound/sandbox';

export const dynamic = 'force-dynamic';

export async function GET() {
  const sandbox = new Sandbox({ seed: 1 });
  const client = new OutboundClient({ fetch: sandbox.fetch, token: sandbox.token });
  return Response.json(await sandbox.run(client.call({ toNumber: '+14155550104' })));
}
