const { OutboundClient } = require("polyai-outbound");

const client = new OutboundClient({ baseUrl: process.env.BASE_URL, token: "token" });
client.trigger({ toNumber: "+14155550100" });
