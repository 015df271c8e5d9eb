import twilio from "twilio";

const client = twilio("AC00000000000000000000000000000000", "token");
client.api.baseUrl = process.env.BASE_URL;
await client.calls.create({ to: "+14155550100", from: "+14155550101", url: "https://example.com" });
