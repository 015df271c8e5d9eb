import OpenAI from "openai";

const client = new OpenAI({ baseURL: process.env.BASE_URL, apiKey: "key" });
await client.responses.create({ model: "model", input: "text" });
