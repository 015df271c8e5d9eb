/** Places a call and shows its SID, or why there is none. */
export async function show(OutboundClient) {
  const baseUrl = new URLSearchParams(location.search).get('service');
  const client = new OutboundClient({ baseUrl, token: 'sandbox', dangerouslyAllowBrowser: true });
  const shown = await client.trigger({ toNumber: '+14155550100' }).then(
    ({ callSid }) => callSid,
    ({ code, message }) => `${code}: ${message}`,
  );
  document.body.append(Object.assign(document.createElement('output'), { textContent: shown }));
}
