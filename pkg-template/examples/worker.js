// A Cloudflare worker: POST a number to /<an id of your own>, GET the same address to see how its call goes.
import { DurableObject } from "cloudflare:workers";
import { CancelledError, OutboundClient } from "polyai-outbound";

export class PhoneCall extends DurableObject {
  client = new OutboundClient({
    token: this.env.POLYAI_OUTBOUND_TOKEN,
    ...(this.env.POLYAI_OUTBOUND_BASE_URL ? { baseUrl: this.env.POLYAI_OUTBOUND_BASE_URL } : { region: "us" }),
  });
  known = this.ctx.storage;

  async fetch(request) {
    if (request.method !== "POST") return Response.json(Object.fromEntries(await this.known.list()));

    const { toNumber } = await request.json();
    // Stored before the phone can ring, and kept if it may have rung: the same id is never dialed twice.
    if (await this.known.get("asked")) return new Response("this id was used before", { status: 409 });
    await this.known.put("asked", Date.now());
    try {
      const call = await this.client.trigger({ toNumber });
      await this.known.put("call", call.snapshot());
      await this.known.setAlarm(Date.now());
      return Response.json({ callSid: call.callSid }, { status: 202 });
    } catch (error) {
      if (error.placement === "not_placed") await this.known.delete("asked");
      return Response.json({ code: error.code, placement: error.placement }, { status: 502 });
    }
  }

  async alarm() {
    const call = this.client.resume(await this.known.get("call"));
    try {
      await this.known.put("end", await call.result({ signal: AbortSignal.timeout(20_000) }));
    } catch (error) {
      await this.known.put("call", call.snapshot());
      if (error instanceof CancelledError) await this.known.setAlarm(Date.now());
      else await this.known.put("lost", error.message);
    }
  }
}

export default {
  async fetch(request, env) {
    // Whoever gets past this line dials at your cost.
    if (request.headers.get("authorization") !== `Bearer ${env.SECRET}`) return new Response(null, { status: 401 });
    return env.CALLS.get(env.CALLS.idFromName(new URL(request.url).pathname)).fetch(request);
  },
};
