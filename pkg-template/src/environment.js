// Options from the environment, under the names that the command line has for them. What is given goes before; a browser
// has no environment, whatever a bundler puts there.

import { refused } from "./errors.js";

/** What an option is called there: `baseUrl` is POLYAI_OUTBOUND_BASE_URL. */
const nameOf = (key) => `POLYAI_OUTBOUND_${key.replace(/[A-Z]/g, "_$&").toUpperCase()}`;

/** Adds what is not given; gives back the variables that were taken, by their options. */
export function addEnvironment(given, withToken) {
  const taken = {};
  const take = (...keys) => {
    for (const key of keys) {
      // An empty variable is not set.
      const value = given[key] === undefined && variable(nameOf(key));
      if (value && typeof value === "string") [given[key], taken[key]] = [value, nameOf(key)];
    }
  };
  take("api");
  if (given.api === "agents") take("agentId", "environment");
  if (given.region === undefined && given.baseUrl === undefined) take("region", "baseUrl");
  if (taken.region && taken.baseUrl) throw refused("region", `is set beside baseUrl, by ${taken.region} and ${taken.baseUrl}`, "one of the two");
  if (withToken) take("token");
  return taken;
}

/** Nothing where it is denied: Deno would stop and ask for its permission. */
function variable(name) {
  const { Deno, process } = globalThis;
  try {
    if (Deno === undefined) return process?.env?.[name];
    const { state } = Deno.permissions.querySync({ name: "env", variable: name });
    return state === "granted" ? Deno.env.get(name) : undefined;
  } catch {
    // A stand-in for Node's process may throw.
    return undefined;
  }
}

/** What may be set instead of an option, to be said when it is missing. */
export const orVariable = (key) => `or the variable ${nameOf(key)}${globalThis.Deno === undefined ? "" : " (with --allow-env)"}`;
