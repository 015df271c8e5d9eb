// The two forms of the API as data: where the service is, its two routes, and what a trigger may say. Whatever is not in
// here does not pass.

import { refused } from "../errors.js";
import { isObject } from "../shape.js";

const SID = String.raw`(OUT-[\w.~-]{1,124})`;
const word = (of) => ({ fits: (value) => of.includes(value), expected: `one of ${of.join(", ")}` });
const text = (pattern, expected) => ({ fits: (value) => typeof value === "string" && pattern.test(value), expected });

const NUMBER = text(/^(?:\+[1-9]\d{4,14}|[\d ()./-]{2,40})$/, "a phone number: E.164, or digits of a national one");
const COUNTRY = text(/^[A-Za-z]{2}$/, "two letters of ISO 3166-1");
const METADATA = { fits: isMetadata, expected: "an object of texts on one line, less than 26 KB, whose names SIP does not use itself" };

export const DIALECTS = {
  outbound: {
    regions: { us: "us-1", uk: "uk-1", euw: "euw-1", eu: "euw-1" },
    host: (name) => `https://api.${name}.platform.polyai.app`,
    tokenHeader: "X-PolyAi-Auth-Token",
    root: () => "/v1/outbound-calling",
    /** By their names on the wire: what they are called for `authorize`, and what they may be. */
    members: {
      to_number: { as: "toNumber", ...NUMBER },
      country_code: { as: "countryCode", ...COUNTRY },
      metadata: { as: "metadata", ...METADATA },
      encryption: { as: "encryption", ...word(["TLS/SRTP", "TLS/RTP", "UDP/SRTP", "UDP/RTP"]) },
    },
    sid: "call_sid",
    /** The status by which the service says for certain that it could not place a call. */
    notPlaced: [500, 503],
  },
  agents: {
    regions: { us: "us", eu: "eu", euw: "eu", uk: "uk", studio: "studio" },
    host: (name) => `https://api.${name}.poly.ai`,
    tokenHeader: "X-API-KEY",
    root: (agentId) => `/v1/agents/${agentId}/telephony/outbound-calls`,
    members: {
      toNumber: { as: "toNumber", ...NUMBER },
      environment: { as: "environment", fits: (value, { environment }) => value === environment, expected: "the environment of this proxy" },
      countryCode: { as: "countryCode", ...COUNTRY },
      variantId: { as: "variantId", ...text(/^[\x20-\x7e]{1,128}$/, "the identifier of a variant") },
      metadata: { as: "metadata", ...METADATA },
      encryption: { as: "encryption", ...word(["tls_srtp", "tls_rtp", "udp_srtp", "udp_rtp"]) },
    },
    sid: "callSid",
    notPlaced: [503],
  },
};

const ENVIRONMENTS = ["sandbox", "pre-release", "live"];

/** The dialect that the options name, with its routes. */
export function dialectOf({ api = "outbound", agentId, environment, region, baseUrl, fetch }) {
  if (!Object.hasOwn(DIALECTS, api)) throw refused("api", "is not known", Object.keys(DIALECTS).join(" or "));
  const isAgents = api === "agents";
  if (isAgents && !/^[\w~-][\w.~-]*$/.test(agentId ?? "")) throw refused("agentId", "is not given, or is none", "the agent's identifier");
  if (isAgents && !ENVIRONMENTS.includes(environment)) throw refused("environment", "is not given, or is none", ENVIRONMENTS.join(", "));
  if (!isAgents && (agentId !== undefined || environment !== undefined)) {
    throw refused(agentId === undefined ? "environment" : "agentId", "is of the Agents API", 'api: "agents"');
  }
  const form = DIALECTS[api];
  const root = form.root(agentId);
  const search = isAgents ? `?environment=${environment}` : "";
  const statusOf = new RegExp(`^/${SID}/status$`);
  return {
    ...form,
    name: api,
    agentId,
    environment,
    baseUrl: baseUrlOf(form, { region, baseUrl, fetch }),
    identity: isAgents ? { agentId, environment } : {},
    triggerPath: root,
    statusPath: (callSid) => `${root}/${callSid}/status${search}`,

    /** What a URL asks for: a trigger, the status of a call, or nothing that passes. */
    route(url, mount) {
      const at = mount(url.pathname, root);
      if (at === "") return url.search === "" ? { kind: "trigger", method: "POST" } : undefined;
      const [, callSid] = statusOf.exec(at ?? "") ?? [];
      return callSid !== undefined && url.search === search ? { kind: "status", method: "GET", callSid } : undefined;
    },

    /** A trigger as `authorize` is told of it. */
    described(body) {
      const named = Object.entries(body).map(([name, value]) => [form.members[name].as, value]);
      return { kind: "trigger", ...(isAgents ? { agentId } : {}), ...Object.fromEntries(named) };
    },
  };
}

const SANDBOX = Symbol.for("polyai-outbound.sandbox");

function baseUrlOf(form, { region, baseUrl, fetch }) {
  if (baseUrl !== undefined) {
    if (region !== undefined) throw refused("region", "is given beside baseUrl", "one of the two");
    return String(baseUrl);
  }
  if (region === undefined) {
    const sandbox = fetch?.[SANDBOX];
    if (sandbox === undefined) throw refused("region", "is not given", "a region, or a baseUrl");
    return sandbox.baseUrl;
  }
  if (!Object.hasOwn(form.regions, region)) throw refused("region", "is not one of this API", Object.keys(form.regions).join(", "));
  return form.host(form.regions[region]);
}

// --- metadata ---------------------------------------------------------------------------------------------------------

/** Headers that a call has itself (RFC 3261, sections 20 and 7.3.3): the agent would read the visitor's for the call's own. */
export const SIP_HEADERS = new Set(
  (
    "accept accept-encoding accept-language alert-info allow authentication-info authorization call-id call-info contact " +
    "content-disposition content-encoding content-language content-length content-type cseq date error-info expires from " +
    "in-reply-to max-forwards min-expires mime-version organization priority proxy-authenticate proxy-authorization " +
    "proxy-require record-route reply-to require retry-after route server subject supported timestamp to unsupported " +
    "user-agent via warning www-authenticate i m e l c f s k t v"
  ).split(" "),
);
/** The service takes less than 26 KB of base64. */
const LONGEST_METADATA = (26 * 1024 * 3) / 4;

function isMetadata(value) {
  if (!isObject(value)) return false;
  const names = new Set();
  for (const [name, entry] of Object.entries(value)) {
    const lower = name.toLowerCase();
    if (!/^[\w.!%*+`'~-]+$/.test(name) || SIP_HEADERS.has(lower) || names.has(lower)) return false;
    if (typeof entry !== "string" || /[^\P{Cc}\t]/u.test(entry)) return false;
    names.add(lower);
  }
  return new TextEncoder().encode(JSON.stringify(value)).length < LONGEST_METADATA;
}
