import { OutboundClient } from "polyai-outbound/slim";

const client = new OutboundClient({ baseUrl: process.env.BASE_URL, token: "token" });
await client.trigger({ toNumber: "+14155550100" });
