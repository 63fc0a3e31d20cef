import { type Reason, reasonsOf } from "../core/reasons.js";

type Server = { server: string };

/** Why a server of a language model cannot be asked, or what it answers cannot be used. */
export const serverSentences = {
  "server-failed": ({ server, why }: Server & { why: Reason }) => `${server}: ${why.message}`,
  "server-silent": ({ seconds }: { seconds: number }) => `no answer in ${seconds} s`,
  "server-not-running": () => "no server answers there; is it running? (ECONNREFUSED)",
  "server-unknown": () => "no machine has this name (ENOTFOUND)",
  /** In the words of the system, or of whoever read the answer. */
  "request-failed": ({ cause }: { cause: string }) => cause,
  "redirects-nowhere": ({ server }: Server) => `${server} redirects to nowhere`,
  "redirects-elsewhere": ({ server, target }: Server & { target: string }) =>
    `${server} redirects to ${target}: give that address instead`,
  "redirects-in-circles": ({ server }: Server) => `${server} redirects in circles`,
  "key-missing": ({ server, status }: Server & { status: number }) =>
    `${server} refuses access (${status}): no key was sent: set PSTAR_OPENAI_API_KEY`,
  "key-refused": ({ server, status }: Server & { status: number }) =>
    `${server} refuses access (${status}): it does not take the key`,
  "server-answers": ({ server, status, said }: Server & { status: number; said: string }) =>
    `${server} answers ${status}${said === "" ? "" : `: ${said}`}`,

  "an-http-address": () => "an address that begins with http:// or https://",
  "url-with-password": () => "url must hold no user and no password: keys are taken from PSTAR_OPENAI_API_KEY alone",
  "url-with-query": () => "url must hold no question mark: what follows it may be a secret",
  "key-not-ascii": () => "the key must consist of printable ASCII without spaces",
};

export const serverReason = reasonsOf(serverSentences);
