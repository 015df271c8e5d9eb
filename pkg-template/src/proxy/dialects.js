// The two forms of the API as pages speak them: routes, the members of a trigger, and answers. What the values may be is for
// core to judge; here is only what `authorize` must be able to rely on.

import { refused } from "../errors.js";

const SID = String.raw`(OUT-[\w.~-]{1,124})`;

const FORMS = {
  outbound: {
    root: () => "/v1/outbound-calling",
    /** Names on the wire, and what the client calls them. */
    members: { to_number: "toNumber", country_code: "countryCode", metadata: "metadata", encryption: "encryption" },
    named: (callSid) => ({ call_sid: callSid }),
    placed: (callSid) => ({ call_sid: callSid }),
    reading: (_, status, reason) => ({ status, reason }),
  },
  agents: {
    root: (agentId) => `/v1/agents/${agentId}/telephony/outbound-calls`,
    members: {
      toNumber: "toNumber",
      environment: "environment",
      countryCode: "countryCode",
      variantId: "variantId",
      metadata: "metadata",
      encryption: "encryption",
    },
    named: (callSid) => ({ callSid }),
    placed: (callSid) => ({ callSid, status: "QUEUED" }),
    reading: (callSid, status, reason) => ({ callSid, status: status.toUpperCase(), reason }),
  },
};

/** The dialect that the options name, with its routes. */
export function dialectOf({ api = "outbound", agentId, environment }) {
  if (!Object.hasOwn(FORMS, api)) throw refused("api", "is not known", Object.keys(FORMS).join(" or "));
  const isAgents = api === "agents";
  // What the client finds missing it would take from the environment, and what it has to encode would be no route here.
  if (isAgents && !/^[\w~-][\w.~-]*$/.test(agentId ?? "")) throw refused("agentId", "is not given, or is none", "the agent's identifier");
  if (isAgents && !environment) throw refused("environment", "is not given", "the deployment of the agent");
  const form = FORMS[api];
  const root = form.root(agentId);
  const search = isAgents ? `?environment=${environment}` : "";
  const statusOf = new RegExp(`^/${SID}/status$`);
  return {
    ...form,
    name: api,
    agentId,
    environment,
    identity: isAgents ? { agentId, environment } : {},

    /** What a URL asks for: a trigger, the status of a call, or nothing that passes. */
    route(url, mount) {
      const at = mount(url.pathname, root);
      if (at === "") return url.search === "" ? { kind: "trigger", method: "POST" } : undefined;
      const [, callSid] = statusOf.exec(at ?? "") ?? [];
      return callSid !== undefined && url.search === search ? { kind: "status", method: "GET", callSid } : undefined;
    },

    /** A trigger as the client takes it. */
    request(body) {
      const { environment: _, ...request } = namedAsClient(form, body);
      return request;
    },

    /** A trigger as `authorize` is told of it: a frozen copy, since what is sent is the visitor's. */
    described(body) {
      const copy = { kind: "trigger", ...(isAgents ? { agentId } : {}), ...namedAsClient(form, body) };
      if (copy.metadata !== undefined) copy.metadata = Object.freeze({ ...copy.metadata });
      return Object.freeze(copy);
    },
  };
}

const namedAsClient = ({ members }, body) => Object.fromEntries(Object.entries(body).map(([name, value]) => [members[name], value]));
