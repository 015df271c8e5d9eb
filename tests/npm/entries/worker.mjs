// A worker of that page, of its own or shared with others: it has no window, and its visitors can read it as well.
import { OutboundClient } from 'polyai-outbound';

const answer = async (port, { toNumber = '+12125550100', ...options }) => {
  try {
    const { callSid } = await new OutboundClient(options).trigger({ toNumber });
    port.postMessage({ callSid });
  } catch ({ code, field, correlationId }) {
    port.postMessage({ code, field, correlationId });
  }
};

globalThis.onmessage = ({ data }) => answer(globalThis, data);
globalThis.onconnect = ({ ports: [port] }) => (port.onmessage = ({ data }) => answer(port, data));
