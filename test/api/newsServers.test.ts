import { appendFileSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { Article, Pair } from "../../src/news/article.js";
import { continuationTokens } from "../../src/news/llm/align.js";
import { AnswerJournal } from "../../src/news/llm/journal.js";
import { generatorNamed, scorerNamed } from "../../src/news/llm/models.js";
import { openAiGenerator } from "../../src/news/llm/openAiGenerator.js";
import { openAiScorer } from "../../src/news/llm/openAiScorer.js";
import { continuationOf, prompter } from "../../src/news/llm/prompt.js";
import { scratchFolder } from "../cli/pstar.js";
import { type Fault, json, ModelServer, toyScore } from "./modelServer.js";

const FOLDER = scratchFolder();
const KEY = "sk-test-0123456789";
const promptOf = prompter({});
const articles: Article[] = Array.from({ length: 30 }, (_, i) => ({
  id: `a${i}`,
  text: `Town ${i} has built bridge number ${i * i} over the river.`,
  summary: `A bridge for town ${i}, “näher” than ever.`,
}));
const pairs: Pair[] = articles.map((article) => ({ article, summary: article.summary }));
const wanted = pairs.map(({ article, summary }) => toyScore(promptOf(article), continuationOf(summary)));

const servers: ModelServer[] = [];
async function serve(fault?: Fault): Promise<ModelServer> {
  const server = await ModelServer.start(fault);
  servers.push(server);
  return server;
}
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

/** Fails the first try of each third request by turns in all the ways a server can fail; so no body is refused twice. */
function faulty(): Fault {
  const tried = new Set<string>();
  let turn = 0;
  return ({ body }, response) => {
    const key = JSON.stringify(body);
    if (tried.has(key)) return false;
    tried.add(key);
    switch (turn++ % 8) {
      case 0:
        return json(response, 429, { error: { message: "slow down" } }, { "retry-after": "0" });
      case 1:
        return json(response, 500, { error: "out of memory" });
      case 2:
        response.destroy();
        return true;
      case 3:
        response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
        response.write('{"choices": [{"te');
        setImmediate(() => response.destroy());
        return true;
      case 4:
        response.end('{"choices": [{"te');
        return true;
      case 5:
        return json(response, 200, { choices: [] });
      case 6:
        return true; // never answers
      default:
        return false;
    }
  };
}

describe("a generator behind a server", () => {
  it("writes n summaries of each article, in order, whatever fails", async () => {
    const options = { model: "toy", retryDelay: 1, concurrency: 4 };
    const sound = await serve();
    const expected = await openAiGenerator({ ...options, url: sound.url }).generate(articles, { n: 3, seed: 5 });
    const server = await serve(faulty());
    const generator = openAiGenerator({ ...options, url: server.url, timeout: 150 });
    const progress: number[] = [];
    const onProgress = ({ done }: { done: number }) => progress.push(done);
    expect(await generator.generate(articles, { n: 3, seed: 5, onProgress })).toEqual(expected);
    expect(progress).toEqual(Array.from({ length: 90 }, (_, i) => i + 1));
    expect(server.busiest).toBeLessThanOrEqual(4);
    expect(new Set(expected.flat()).size).toBe(90); // each has a seed of its own
    expect(expected[7][0]).toMatch(/^Town 7 has with \d+$/);
    expect(await generator.generate([articles[7]], { n: 3, seed: 5 })).toEqual([expected[7]]);
    expect(await generator.generate([articles[7]], { n: 3, seed: 6 })).not.toEqual([expected[7]]);
  });

  it("asks once where the temperature is 0, and speaks to chat models", async () => {
    const server = await serve();
    const generator = await generatorNamed(`openai-chat:${server.url}#toy`);
    const [[first, second]] = await generator.generate([articles[1]], { n: 2, temperature: 0 });
    expect(first).toBe(second);
    expect(server.seen.map(({ path }) => path)).toEqual(["/v1/chat/completions"]);
    expect(server.seen[0].body).toMatchObject({ model: "toy", temperature: 0, n: 1, max_tokens: 128 });
  });

  it("waits as long as Retry-After says", async () => {
    const times: number[] = [];
    const server = await serve((_, response, index) => {
      times.push(performance.now());
      return index === 0 && json(response, 429, {}, { "retry-after": "1" });
    });
    const problems: string[] = [];
    const onRetry = (problem: string) => problems.push(problem);
    await openAiGenerator({ url: server.url, model: "toy", retryDelay: 1, onRetry }).generate([articles[0]]);
    expect(times[1] - times[0]).toBeGreaterThan(990); // timers of Node may be early by a millisecond
    expect(problems).toEqual([`${server.url}/ answers 429; trying again in 1 s`]);
  });

  it("gives up after the last try, and at once where none could help", async () => {
    const server = await serve((_, response) => json(response, 500, { error: { message: "broken" } }));
    const options = { url: server.url, model: "toy", retryDelay: 1 };
    await expect(openAiGenerator({ ...options, retries: 2 }).generate([articles[0]])).rejects.toThrow(
      "answers 500: broken",
    );
    expect(server.seen).toHaveLength(3);
    server.fault = (_, response) => json(response, 400, { error: { message: "maximum context length is 8\u001b[2J" } });
    await expect(openAiGenerator(options).generate([articles[0]])).rejects.toThrow(
      "answers 400: maximum context length is 8�[2J",
    );
    expect(server.seen).toHaveLength(4);
  });

  it("stops when it is told to", async () => {
    const stop = new AbortController();
    const server = await serve((_seen, _response, index) => {
      if (index === 3) stop.abort(new Error("enough"));
      return index >= 3;
    });
    const generator = openAiGenerator({ url: server.url, model: "toy" });
    await expect(generator.generate(articles, { signal: stop.signal })).rejects.toThrow("enough");
  });

  it("refuses an answer without an end", async () => {
    const server = await serve((_, response) => {
      response.writeHead(200);
      const piece = Buffer.alloc(1 << 20, " ");
      const more = (): void => void response.write(piece, (error) => error || more());
      more();
      return true;
    });
    const generator = openAiGenerator({ url: server.url, model: "toy", retries: 0 });
    await expect(generator.generate([articles[0]])).rejects.toThrow("its answer is longer than 16777216 bytes");
  });
});

describe("keys", () => {
  const environment = { ...process.env };
  afterEach(() => {
    process.env = { ...environment };
  });

  it("come from the environment, and go to the named server alone", async () => {
    const elsewhere = await serve();
    const server = await serve((_, response, index) => {
      if (index === 0) return json(response, 307, {}, { location: "/v1/completions" });
      return json(response, 308, {}, { location: `${elsewhere.url}/completions` });
    });
    process.env.PSTAR_OPENAI_API_KEY = KEY;
    await openAiGenerator({ url: server.url, model: "toy" }).generate([articles[0]]);
    expect(server.seen.map(({ headers }) => headers.authorization)).toEqual([`Bearer ${KEY}`, `Bearer ${KEY}`]);
    expect(elsewhere.seen.map(({ headers }) => headers.authorization)).toEqual([undefined]);
    expect(elsewhere.seen[0].body).toEqual(server.seen[0].body);
  });

  it("of OpenAI's are not for others", async () => {
    const server = await serve();
    delete process.env.PSTAR_OPENAI_API_KEY;
    process.env.OPENAI_API_KEY = KEY;
    await openAiGenerator({ url: server.url, model: "toy" }).generate([articles[0]]);
    expect(server.seen[0].headers.authorization).toBeUndefined();
  });

  it("are never said, not even where the server says them", async () => {
    process.env.PSTAR_OPENAI_API_KEY = KEY;
    const journal = join(FOLDER, "keys.jsonl");
    const answers = await AnswerJournal.open(journal);
    const server = await serve((_, response, index) =>
      index > 2 ? false : json(response, [401, 500, 400][index], { error: { message: `wrong key: ${KEY}` } }),
    );
    const options = { url: server.url, model: "toy", retryDelay: 1, retries: 1, answers };
    const said: string[] = [];
    const onRetry = (problem: string) => said.push(problem);
    for (let i = 0; i < 2; i++) {
      const failed = await openAiGenerator({ ...options, onRetry })
        .generate([articles[0]])
        .catch((error: unknown) => error);
      said.push(`${failed} ${JSON.stringify(failed)}`);
    }
    await openAiGenerator(options).generate([articles[0]]);
    await answers.close();
    expect(said).toHaveLength(3);
    expect(said.join() + readFileSync(journal, "utf8")).not.toContain(KEY);
    expect(said[0]).toContain("refuses access (401): it does not take the key");
    expect(said[2]).toContain("[key]");
  });

  it("have no place in an address", async () => {
    for (const url of [
      "http://me:secret@localhost/v1",
      "http://localhost/v1?key=secret",
      "ftp://localhost/secret?secret",
    ]) {
      const error = await generatorNamed(`openai:${url}#toy`).catch((thrown: Error) => thrown);
      expect(error).toMatchObject({ name: "ArgumentError" });
      expect(String(error).replace("ftp://localhost/secret", "")).not.toContain("secret@");
      expect(String(error)).not.toContain("=secret");
    }
  });
});

describe("answers that are kept", () => {
  it("are not asked for again, after a kill in the middle of a line either", async () => {
    const file = join(FOLDER, "answers.jsonl");
    const stop = new AbortController();
    const server = await serve();
    const run = async (signal?: AbortSignal) => {
      const answers = await AnswerJournal.open(file);
      const onProgress = ({ done }: { done: number }) => done === 40 && signal && stop.abort(new Error("killed"));
      try {
        const generator = openAiGenerator({ url: server.url, model: "toy", answers });
        return await generator.generate(articles, { n: 2, seed: 1, signal, onProgress });
      } finally {
        await answers.close();
      }
    };
    await expect(run(stop.signal)).rejects.toThrow("killed");
    const lines = readFileSync(file, "utf8").split("\n").length - 2;
    expect(lines).toBeGreaterThanOrEqual(40);
    // the last answer was being written
    truncateSync(file, readFileSync(file).length - 3);
    const asked = server.seen.length;
    const summaries = await run();
    expect(server.seen.length - asked).toBe(60 - (lines - 1));
    expect(new Set(summaries.flat()).size).toBe(60);
    expect(await run()).toEqual(summaries);
    expect(server.seen.length - asked).toBe(60 - (lines - 1));
    const keys = readFileSync(file, "utf8")
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => JSON.parse(line).key);
    expect(keys).toHaveLength(60);
    expect(new Set(keys).size).toBe(60);
  });

  it("are asked for again where somebody has changed them", async () => {
    const file = join(FOLDER, "changed.jsonl");
    const server = await serve();
    const run = async () => {
      const answers = await AnswerJournal.open(file);
      const scorer = await openAiScorer({ url: server.url, model: "toy", answers });
      return scorer.scoreAll(pairs.slice(0, 2)).finally(() => answers.close());
    };
    const scores = await run();
    writeFileSync(file, readFileSync(file, "utf8").replace(/"logprobs":\[-/, '"logprobs":[8'));
    appendFileSync(file, "not JSON\n");
    const asked = server.seen.length;
    expect(await run()).toEqual(scores);
    expect(server.seen.length - asked).toBe(2); // the probe, and the changed one
  });

  it("never take the place of another file", async () => {
    const file = join(FOLDER, "articles.jsonl");
    writeFileSync(file, '{"id": "a"}\n');
    await expect(AnswerJournal.open(file)).rejects.toThrow("is no journal of answers");
    expect(readFileSync(file, "utf8")).toBe('{"id": "a"}\n');
  });

  it("answer the same question once where it is asked twice", async () => {
    const server = await serve();
    const scorer = await openAiScorer({ url: server.url, model: "toy" });
    expect(await scorer.scoreAll([pairs[0], pairs[0]])).toEqual([wanted[0], wanted[0]]);
    expect(server.seen).toHaveLength(2);
  });
});

describe("a scorer behind a server", () => {
  for (const method of ["echo", "prompt_logprobs"] as const) {
    it(`gives the summary's tokens alone, by ${method}, whatever fails`, async () => {
      const server = await serve();
      const scorer = await openAiScorer({ url: server.url, model: "toy", method, retryDelay: 1, timeout: 150 });
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
    servers.pop();
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

describe("scores made elsewhere", () => {
  const file = join(FOLDER, "scores.jsonl");
  const scored = async (rows: unknown[]) => {
    writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
    return scorerNamed(`scores:${file}`);
  };

  it("are found by id, or by id and summary", async () => {
    const scorer = await scored([
      { id: "a0", score: 3.5 },
      { id: "a1", logprobs: [-1, -2] },
      { id: "a2", summary: " One. ", score: 1 },
      { id: "a2", summary: "Two.", score: 2 },
    ]);
    const asked = [
      pairs[0],
      pairs[1],
      { article: articles[2], summary: "Two." },
      { article: articles[2], summary: "One." },
    ];
    expect((await scorer.scoreAll(asked)).map(({ logprobs }) => logprobs)).toEqual([[3.5], [-1, -2], [2], [1]]);
    await expect(scorer.score(articles[2], "Three.")).rejects.toThrow('no score of the summary of "a2"');
  });

  it("are refused where they are none", async () => {
    await expect(scored([{ id: "a", logprobs: [0.5] }])).rejects.toThrow("of at most 0");
    await expect(scored([{ id: "a", logprobs: [] }])).rejects.toThrow("logprobs must be a list");
    await expect(scored([{ id: "a", score: "1" }])).rejects.toThrow("score must be a number");
    await expect(scored([{ id: 1, score: 1 }])).rejects.toThrow("must have an id");
    await expect(
      scored([
        { id: "a", score: 1 },
        { id: "a", score: 2 },
      ]),
    ).rejects.toThrow('"a" has two scores');
    await expect(scored([])).rejects.toThrow("holds no scores");
  });
});
