// A worker of that page, of its own, shared with others or for its requests: it has no window, and its visitors can read it as
// well.
import { OutboundClient } from 'polyai-outbound';

const answer = async (port, { toNumber = '+12125550100', ...options }) => {
  try {
    const { callSid } = await new OutboundClient(options).trigger({ toNumber });
    port.postMessage({ callSid });
  } catch ({ code, field, correlationId }) {
    port.postMessage({ code, field, correlationId });
  }
};

// Whoever writes to a service worker brings the port for its answer along.
globalThis.onmessage = ({ data, ports: [port] }) => answer(port ?? globalThis, data);
globalThis.onconnect = ({ ports: [port] }) => (port.onmessage = ({ data }) => answer(port, data));
