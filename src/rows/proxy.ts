import { ArgumentError } from "../core/errors.js";
import { fileReason } from "./fileError.js";

const PROXIES = ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY"];

type Fetch = typeof fetch;

/** The agent for what the environment says, and what that was. */
let proxied: { environment: string; fetch: Promise<Fetch> } | undefined;

/**
 * `fetch` by way of the proxy that HTTP_PROXY or HTTPS_PROXY names, except to the hosts of NO_PROXY: Node's own heeds none of them.
 *
 * @throws ArgumentError if what they name is not the address of an HTTP proxy.
 */
export async function proxiedFetch(...request: Parameters<Fetch>): Promise<Response> {
  const names = PROXIES.filter((name) => process.env[name]);
  for (const name of names) checkProxy(name, process.env[name] as string);
  if (names.length === 0) return fetch(...request);
  const environment = [...PROXIES, "no_proxy", "NO_PROXY"].map((name) => process.env[name] ?? "").join(" ");
  if (proxied?.environment !== environment) proxied = { environment, fetch: fetchByProxy() };
  return (await proxied.fetch)(...request);
}

async function fetchByProxy(): Promise<Fetch> {
  // most have no proxy
  const { EnvHttpProxyAgent, fetch: fetchWith } = await import("undici");
  const dispatcher = new EnvHttpProxyAgent();
  const byProxy = (url: URL, init: object) => fetchWith(url, { ...init, dispatcher });
  return byProxy as unknown as Fetch;
}

/** What is wrong with it is told without its text, which may hold a password. */
function checkProxy(name: string, value: string): void {
  const address = URL.canParse(value) ? new URL(value) : null;
  if (address !== null && (address.protocol === "http:" || address.protocol === "https:") && address.hostname !== "")
    return;
  throw new ArgumentError(fileReason("proxy-address", { name }));
}
