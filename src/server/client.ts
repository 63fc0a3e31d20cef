import { setTimeout as pause } from "node:timers/promises";
import { ArgumentError, integerIn, numberIn, outOfRange, PstarError, reasonOf } from "../core/errors.js";
import type { Reason } from "../core/reasons.js";
import { proxiedFetch } from "../rows/proxy.js";
import { serverReason } from "./reasons.js";

/** A server of a language model could not be reached, refused a request, or answered what cannot be used. */
export class ServerError extends PstarError {
  override name = "ServerError";
  /** The HTTP status, where there was one. */
  readonly status: number | undefined;

  constructor(reason: Reason, status?: number, options?: ErrorOptions) {
    super(reason, { got: status }, options);
    this.status = status;
  }
}

export interface ClientOptions {
  /** Where the API begins, with its version: `http://localhost:8000/v1`. */
  url: string;
  /** Sent as a bearer token; left out, PSTAR_OPENAI_API_KEY, or to a server of OpenAI's OPENAI_API_KEY, of the environment. */
  key?: string;
  /** Milliseconds that an answer may take, in [1, 3 600 000]; left out, 120 000. */
  timeout?: number;
  /** How often a request is tried again, in [0, 100]; left out, 8. */
  retries?: number;
  /** Milliseconds before the second try, doubled with each further one up to a minute; left out, 500. */
  retryDelay?: number;
  /** Told of each try that failed and is not the last. */
  onRetry?: (problem: string) => void;
}

const LONGEST_PAUSE = 60_000;
/** A server may ask for more patience than we would have by ourselves. */
const LONGEST_RETRY_AFTER = 600_000;
const REDIRECTS = 5;
/** What may be otherwise a moment later. */
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504, 520, 522, 524, 529]);
/** Characters of a server's own words that are shown. */
const EXCERPT = 200;

/** A try that failed, and how long the server wants to be left alone. */
interface Failure {
  error: ServerError;
  passing: boolean;
  after: number;
}

/** Posts JSON to a server, repeatedly if the fault may pass. What it prints holds no key. */
export class Client {
  /** The address, without what may be secret in it. */
  readonly name: string;
  readonly #base: URL;
  readonly #key: string | undefined;
  readonly #options: Required<Omit<ClientOptions, "url" | "key">>;

  constructor({ url, key, ...options }: ClientOptions) {
    this.#base = baseUrl(url);
    this.name = `${this.#base.origin}${this.#base.pathname}`;
    this.#key = checkKey(key ?? keyFor(this.#base));
    const { timeout = 120_000, retries = 8, retryDelay = 500, onRetry = () => {} } = options;
    integerIn("timeout", timeout, 1, 3_600_000);
    integerIn("retries", retries, 0, 100);
    numberIn("retryDelay", retryDelay, 0, LONGEST_PAUSE);
    this.#options = { timeout, retries, retryDelay, onRetry };
  }

  /**
   * The answer to a request, as `read` makes it out.
   *
   * @param read Checks what the server said; what it throws counts as a failed try.
   * @throws ServerError after the last try, or at once if no try could help; the signal's reason if aborted.
   */
  async post<T>(path: string, body: object, read: (answer: unknown) => T, signal?: AbortSignal): Promise<T> {
    const { retries, retryDelay, onRetry } = this.#options;
    for (let attempt = 0; ; attempt++) {
      signal?.throwIfAborted();
      const answer = await this.#try(path, body, read, signal);
      if ("value" in answer) return answer.value;
      if (!answer.passing || attempt === retries) throw answer.error;
      // No jitter: who asks are few, and the same run should take the same course.
      const wait = Math.max(answer.after, Math.min(retryDelay * 2 ** attempt, LONGEST_PAUSE));
      onRetry(`${answer.error.message}; trying again in ${Math.ceil(wait / 1000)} s`);
      await pause(wait, undefined, { signal }).catch(() => signal?.throwIfAborted());
    }
  }

  async #try<T>(
    path: string,
    body: object,
    read: (answer: unknown) => T,
    signal: AbortSignal | undefined,
  ): Promise<{ value: T } | Failure> {
    const limit = AbortSignal.timeout(this.#options.timeout);
    const both = signal === undefined ? limit : AbortSignal.any([signal, limit]);
    let status: number | undefined;
    try {
      const response = await this.#send(path, JSON.stringify(body), both);
      status = response.status;
      if (!response.ok) return this.#refusal(response, await readErrorPage(response));
      const text = await readBody(response);
      const answer = parsed(text);
      // some servers say what failed with status 200
      if (isFault(answer)) return { ...this.#refusal(response, text), passing: true };
      return { value: read(answer) };
    } catch (cause) {
      signal?.throwIfAborted();
      if (cause instanceof ServerError) return { error: cause, passing: false, after: 0 };
      if (cause instanceof PstarError)
        return { error: this.#failed(reasonOf(cause), status, cause), passing: false, after: 0 };
      const why = limit.aborted
        ? serverReason("server-silent", { seconds: this.#options.timeout / 1000 })
        : this.#causeOf(cause);
      return { error: this.#failed(why, status, cause), passing: true, after: 0 };
    }
  }

  #failed(why: Reason, status: number | undefined, cause: unknown): ServerError {
    return new ServerError(serverReason("server-failed", { server: this.name, why }), status, { cause });
  }

  /** Follows redirects by hand: neither the key nor a text goes to another server than the one that was named. */
  async #send(path: string, body: string, signal: AbortSignal): Promise<Response> {
    let url = new URL(path, this.#base);
    for (let hops = 0; hops <= REDIRECTS; hops++) {
      const headers: Record<string, string> = { "content-type": "application/json", accept: "application/json" };
      if (this.#key !== undefined) headers.authorization = `Bearer ${this.#key}`;
      const response = await proxiedFetch(url, { method: "POST", headers, body, signal, redirect: "manual" });
      if (response.status < 300 || response.status > 399) return response;
      const location = response.headers.get("location");
      await response.body?.cancel();
      const target = location !== null && URL.canParse(location, url) ? new URL(location, url) : null;
      if (target === null || !/^https?:$/.test(target.protocol) || target.username !== "" || target.password !== "")
        throw new ServerError(serverReason("redirects-nowhere", { server: this.name }), response.status);
      // only 307 and 308 say that what is posted be posted again
      if (target.origin !== this.#base.origin || (response.status !== 307 && response.status !== 308))
        throw new ServerError(
          serverReason("redirects-elsewhere", { server: this.name, target: `${target.origin}${target.pathname}` }),
          response.status,
        );
      url = target;
    }
    throw new ServerError(serverReason("redirects-in-circles", { server: this.name }));
  }

  #refusal(response: Response, text: string): Failure {
    const { status } = response;
    if (status === 401 || status === 403) {
      const code = this.#key === undefined ? "key-missing" : "key-refused";
      const error = new ServerError(serverReason(code, { server: this.name, status }), status);
      return { error, passing: false, after: 0 };
    }
    const said = this.#safe(messageIn(text));
    const error = new ServerError(serverReason("server-answers", { server: this.name, status, said }), status);
    return { error, passing: PASSING.has(status), after: retryAfter(response.headers.get("retry-after")) };
  }

  /** Why a request failed. */
  #causeOf(error: unknown): Reason {
    const { message, cause } = error as Error;
    const inner = cause as (Error & { code?: string }) | undefined;
    if (inner?.code === "ECONNREFUSED") return serverReason("server-not-running");
    if (inner?.code === "ENOTFOUND") return serverReason("server-unknown");
    const text = inner === undefined ? message : `${message}: ${inner.code ?? inner.message}`;
    return serverReason("request-failed", { cause: this.#safe(text) });
  }

  /** A server may say back what it was sent. */
  #safe(text: string): string {
    const without = this.#key === undefined ? text : text.replaceAll(this.#key, "[key]");
    return without.length > EXCERPT ? `${without.slice(0, EXCERPT)}…` : without;
  }
}

function baseUrl(url: string): URL {
  const parsedUrl = URL.canParse(url) ? new URL(url) : null;
  if (parsedUrl === null || !/^https?:$/.test(parsedUrl.protocol))
    throw outOfRange("url", serverReason("an-http-address"), url.split(/[?#]/)[0]);
  if (parsedUrl.username !== "" || parsedUrl.password !== "")
    throw new ArgumentError(serverReason("url-with-password"));
  if (parsedUrl.search !== "") throw new ArgumentError(serverReason("url-with-query"));
  parsedUrl.hash = "";
  if (!parsedUrl.pathname.endsWith("/")) parsedUrl.pathname += "/";
  return parsedUrl;
}

/** OPENAI_API_KEY is meant for OpenAI: a server of somebody else's must not learn it. */
function keyFor(url: URL): string | undefined {
  const { PSTAR_OPENAI_API_KEY: own, OPENAI_API_KEY: theirs } = process.env;
  if (own) return own;
  const openAi = url.protocol === "https:" && /(^|\.)openai\.com$/.test(url.hostname);
  return openAi && theirs ? theirs : undefined;
}

function checkKey(key: string | undefined): string | undefined {
  const trimmed = key?.trim();
  if (trimmed !== undefined && !/^[\x21-\x7e]+$/.test(trimmed)) throw new ArgumentError(serverReason("key-not-ascii"));
  return trimmed;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error("its answer is not JSON");
  }
}

/** Whether an answer says that it is an error, and nothing besides. */
function isFault(answer: unknown): boolean {
  return (
    typeof answer === "object" && answer !== null && "error" in answer && answer.error != null && !("choices" in answer)
  );
}

/** What an error answer says: `{error: {message}}`, `{error}`, `{message}`, `{detail}`, or its text. */
function messageIn(text: string): string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return text
      .replace(/<[^<>]*>/g, " ")
      .replace(/\s+/g, " ")
      .trim();
  }
  for (let depth = 0; depth < 3 && typeof value === "object" && value !== null; depth++) {
    const { error, message, detail } = value as Record<string, unknown>;
    value = error ?? message ?? detail;
  }
  return typeof value === "string" ? value.replace(/\s+/g, " ").trim() : "";
}

/** Milliseconds; a date as well as a number of seconds. 0 if nothing sensible is asked. */
function retryAfter(header: string | null): number {
  if (header === null) return 0;
  const wait = /^\s*\d+(\.\d+)?\s*$/.test(header) ? 1000 * Number(header) : Date.parse(header) - Date.now();
  return wait > 0 ? Math.min(wait, LONGEST_RETRY_AFTER) : 0;
}

/** An answer of a few thousand tokens with their logarithms is a hundred times smaller. */
const LARGEST = 1 << 24;

/** Bytes of an error page that are read: what it says is at its beginning. */
const ERROR_PAGE = 4096;

/** The text of an answer, or an error if it is too long. */
async function readBody(response: Response, limit = LARGEST): Promise<string> {
  if (response.body === null) return "";
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > limit) throw new Error(`its answer is longer than ${limit} bytes`);
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

/** The beginning of an error page; the rest is not waited for. */
async function readErrorPage(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  // leaving the loop cancels the body
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk.subarray(0, ERROR_PAGE - bytes), { stream: true });
    bytes += chunk.length;
    if (bytes >= ERROR_PAGE) break;
  }
  return text;
}
