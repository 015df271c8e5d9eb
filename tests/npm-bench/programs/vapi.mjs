import { VapiClient } from "@vapi-ai/server-sdk";

const client = new VapiClient({ baseUrl: process.env.BASE_URL, environment: process.env.BASE_URL, token: "token" });
await client.calls.create({ assistantId: "one", phoneNumberId: "two", customer: { number: "+14155550100" } });
