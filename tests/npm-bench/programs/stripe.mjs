import Stripe from "stripe";

const { hostname, port } = new URL(process.env.BASE_URL);
const client = new Stripe("sk_test_key", { host: hostname, port, protocol: "http", telemetry: false });
await client.paymentIntents.create({ amount: 1, currency: "usd" });
