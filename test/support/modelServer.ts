import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";

/** What a request to the server was. */
export interface Seen {
  path: string;
  body: Record<string, unknown>;
  headers: IncomingHttpHeaders;
}

/** Answers a request itself, or says with false that the server should. */
export type Fault = (seen: Seen, response: ServerResponse, index: number) => boolean;

/** The probability of a token in the server's toy language: it depends on the token and the one before alone. */
export function toyLogprob(before: string, token: string): number {
  return -0.1 - ((7 * before.length + 3 * token.length + token.charCodeAt(0)) % 50) / 10;
}

/** Tokens as GPT-2's: words with the space before them, numbers, signs. */
export function toyTokens(text: string): string[] {
  return text.match(/ ?[\p{L}\p{N}]+| ?[^\s\p{L}\p{N}]|\s/gu) ?? [];
}

/** The sum of the logarithms of a continuation, computed from its definition. */
export function toyScore(prompt: string, continuation: string): { tokens: string[]; logprobs: number[] } {
  const before = toyTokens(prompt);
  const tokens = toyTokens(continuation);
  return { tokens, logprobs: tokens.map((token, i) => toyLogprob(tokens[i - 1] ?? before.at(-1) ?? "", token)) };
}

/** A server that speaks OpenAI's protocol, as vLLM does, with a toy for a model. */
export class ModelServer {
  readonly seen: Seen[] = [];
  /** Requests at the same time, at most. */
  busiest = 0;
  fault: Fault = () => false;
  readonly #server: Server;
  #busy = 0;

  private constructor() {
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  static async start(fault?: Fault): Promise<ModelServer> {
    const server = new ModelServer();
    if (fault !== undefined) server.fault = fault;
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = "";
    for await (const chunk of request) text += chunk;
    const seen = { path: request.url ?? "", body: JSON.parse(text), headers: request.headers };
    this.seen.push(seen);
    this.busiest = Math.max(this.busiest, ++this.#busy);
    response.on("close", () => this.#busy--);
    if (this.fault(seen, response, this.seen.length - 1)) return;
    if (seen.path === "/v1/chat/completions") return chat(seen.body, response);
    if (seen.path === "/v1/completions") return completion(seen.body, response);
    json(response, 404, { error: { message: "Not Found" } });
  }
}

export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): true {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
  return true;
}

/** What the toy writes: it names the seed, so that a test can tell the samples apart. */
export function toySummary(prompt: string, seed: unknown): string {
  return `${toyTokens(prompt).slice(2, 5).join("").trim()} with ${String(seed)}`;
}

function chat({ messages, seed }: Record<string, unknown>, response: ServerResponse): void {
  const [{ content }] = messages as { content: string }[];
  json(response, 200, { choices: [{ index: 0, message: { role: "assistant", content: toySummary(content, seed) } }] });
}

function completion(body: Record<string, unknown>, response: ServerResponse): void {
  const { prompt, seed, echo, logprobs, prompt_logprobs: promptLogprobs } = body;
  const given = prompt as string;
  if (promptLogprobs !== undefined) {
    const tokens = toyTokens(given);
    const entries = tokens.map((token, i) => {
      if (i === 0) return null;
      const told = { "900": { logprob: toyLogprob(tokens[i - 1], token), rank: 5, decoded_token: token } };
      // every other token stands beside the likeliest, whose number is the smaller one: JSON.parse puts it first
      return i % 2 ? told : { "7": { logprob: -0.01, rank: 1, decoded_token: "the" }, ...told };
    });
    json(response, 200, { choices: [{ text: " x", prompt_logprobs: entries }] });
    return;
  }
  if (echo !== true) {
    json(response, 200, { choices: [{ index: 0, text: ` ${toySummary(given, seed)}\n`, logprobs: null }] });
    return;
  }
  const generated = " more";
  const tokens = [...toyTokens(given), generated];
  let offset = 0;
  const offsets = tokens.map((token) => {
    const start = offset;
    offset += [...token].length;
    return start;
  });
  const logs = tokens.map((token, i) => (i === 0 ? null : toyLogprob(tokens[i - 1], token)));
  const told = logprobs === undefined ? null : { tokens, token_logprobs: logs, text_offset: offsets, top_logprobs: [] };
  json(response, 200, { choices: [{ index: 0, text: given + generated, logprobs: told }] });
}
