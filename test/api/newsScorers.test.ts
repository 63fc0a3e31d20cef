import { describe, expect, it } from "vitest";
import { continuationTokens } from "../../src/news/llm/align.js";
import { scorerNamed } from "../../src/news/llm/models.js";
import { openAiScorer } from "../../src/news/llm/openAi.js";
import { type Fault, json } from "../support/modelServer.js";
import { articles, faulty, pairs, serve, wanted } from "./modelServers.js";

describe("a scorer behind a server", () => {
  for (const method of ["echo", "prompt_logprobs"] as const) {
    it(`gives the summary's tokens alone, by ${method}, whatever fails`, async () => {
      const server = await serve();
      const scorer = await openAiScorer({ url: server.url, model: "toy", method, retryDelay: 1, timeout: 1000 });
      server.fault = faulty();
      expect(await scorer.scoreAll(pairs)).toEqual(wanted);
      expect(await scorer.score(articles[3], articles[3].summary)).toEqual(wanted[3]);
      expect(await scorer.score(articles[3], " ")).toEqual({ tokens: [], logprobs: [] });
    });
  }

  it("turns to prompt_logprobs where echo is not known", async () => {
    const server = await serve(({ body }, response) => body.echo === true && json(response, 400, { detail: "echo?" }));
    const scorer = await scorerNamed(`openai:${server.url}#toy`);
    expect(await scorer.scoreAll(pairs.slice(0, 3))).toEqual(wanted.slice(0, 3));
  });

  const ignored: Fault = ({ body }, response) =>
    json(response, 200, { choices: [{ text: `${body.seed ?? " fine"}` }] });
  const withLogs =
    (token_logprobs: unknown[]): Fault =>
    ({ body }, response) => {
      if (body.echo !== true) return ignored({ path: "", body, headers: {} }, response, 0);
      const tokens = (body.prompt as string).match(/.{1,5}/g) as string[];
      const logs = tokens.map((_, i) => token_logprobs[i % token_logprobs.length]);
      return json(response, 200, { choices: [{ text: body.prompt, logprobs: { tokens, token_logprobs: logs } }] });
    };
  const cannot: [string, Fault, string][] = [
    [
      "llama.cpp's server",
      (_, response) => json(response, 500, { error: { code: 500, message: "Only no echo is supported" } }),
      "Only no echo is supported",
    ],
    ["Ollama, which passes over what it does not know", ignored, "does not repeat the text"],
    [
      "a hosted API",
      (_, response) => json(response, 404, { error: { message: "This is a chat model" } }),
      "This is a chat model",
    ],
    [
      "a server that repeats, but tells no logprobs",
      ({ body }, response) => json(response, 200, { choices: [{ text: body.prompt, logprobs: null }] }),
      "gives no logprobs",
    ],
    ["a server that makes them up", withLogs([-1]), "all tokens equally likely"],
    ["positive logarithms", withLogs([-1, 2]), "cannot be used"],
    ["logarithms that are none", withLogs([-1, null]), "not those of the text"],
    ["logarithms as text", withLogs([-1, "NaN"]), "cannot be used"],
  ];
  for (const [what, fault, reason] of cannot) {
    it(`is refused at the start: ${what}`, async () => {
      const server = await serve(fault);
      const failed = await openAiScorer({ url: server.url, model: "toy", retryDelay: 1 }).catch(
        (error: unknown) => error,
      );
      expect(failed).toMatchObject({ name: "CannotScoreError" });
      expect(String(failed)).toContain(`${server.url}/ cannot say how likely a given text is`);
      expect(String(failed)).toContain(reason);
    });
  }

  it("is not called incapable where it cannot be reached or wants a key", async () => {
    const server = await serve((_, response) => json(response, 401, {}));
    await expect(openAiScorer({ url: server.url, model: "toy" })).rejects.toThrow(
      "refuses access (401): no key was sent",
    );
    const { url } = server;
    await server.stop();
    await expect(openAiScorer({ url, model: "toy", retryDelay: 1 })).rejects.toMatchObject({ name: "ServerError" });
  });
});

describe("the boundary of prompt and continuation", () => {
  const of = (tokens: string[], offsets?: number[]) =>
    tokens.map((text, i) => ({ text, logprob: i === 0 ? null : -i, offset: offsets?.[i] }));

  it("lies between tokens; what is generated behind the text does not count", () => {
    expect(continuationTokens(of(["a", " b", ":", " c", " d", " e"]), "a b: c d", 4)).toEqual({
      tokens: [" c", " d"],
      logprobs: [-3, -4],
    });
  });

  it("may lie within a token, which counts then", () => {
    expect(continuationTokens(of(["a", " b", ": c", " d"]), "a b: c d", 4)?.logprobs).toEqual([-2, -3]);
  });

  it("is found behind special tokens, SentencePiece's spaces and a first token that is not told", () => {
    expect(continuationTokens(of(["<s>", "▁a", "▁b:", "▁c"]), "a b: c", 4)?.logprobs).toEqual([-3]);
    expect(continuationTokens(of(["", " b", ":", " c"]), "abc b: c", 6)?.logprobs).toEqual([-3]);
  });

  it("is found where characters take several tokens", () => {
    expect(continuationTokens(of(["a", ":", " ", "\ufffd", "\ufffd", "!"]), "a: 😀!", 2)?.logprobs).toEqual([
      -2, -3, -4, -5,
    ]);
    expect(continuationTokens(of(["\ufffd", "\ufffd", ":", " b"]), "😀: b", 3)?.logprobs).toEqual([-3]);
  });

  it("is found by offsets in characters where tokens are told by number", () => {
    const tokens = ["token_id:1", "token_id:2", "token_id:3", "token_id:4", "token_id:5"];
    expect(continuationTokens(of(tokens, [0, 1, 2, 4, 5]), "😀: b!", 3)?.logprobs).toEqual([-2, -3]);
  });

  it("is nowhere in another text", () => {
    expect(continuationTokens(of(["a", " x", ":", " c"]), "a b: c", 4)).toBeNull();
    expect(continuationTokens(of(["a", " b", ":"]), "a b: c", 4)).toBeNull();
    expect(continuationTokens(of(["x", "y"], [0, 9]), "a b: c", 4)).toBeNull();
  });
});
