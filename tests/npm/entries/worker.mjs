// A worker of that page: it has a token of its own and no window.
import { OutboundClient } from 'polyai-outbound';

onmessage = async ({ data: { baseUrl, token } }) => {
  try {
    const { callSid } = await new OutboundClient({ baseUrl, token }).trigger({ toNumber: '+12125550100' });
    postMessage({ callSid });
  } catch (error) {
    postMessage({ error: `${error}` });
  }
};
