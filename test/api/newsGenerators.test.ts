import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { generatorNamed } from "../../src/news/llm/models.js";
import { openAiGenerator } from "../../src/news/llm/openAi.js";
import { AnswerJournal } from "../../src/server/requests.js";
import { scratchFolder } from "../support/folders.js";
import { json } from "../support/modelServer.js";
import { articles, faulty, serve } from "./modelServers.js";

const FOLDER = scratchFolder();
const KEY = "sk-test-0123456789";

describe("a generator behind a server", () => {
  it("writes n summaries of each article, in order, whatever fails", async () => {
    const options = { model: "toy", retryDelay: 1, concurrency: 4 };
    const sound = await serve();
    const expected = await openAiGenerator({ ...options, url: sound.url }).generate(articles, { n: 3, seed: 5 });
    const server = await serve(faulty());
    const generator = openAiGenerator({ ...options, url: server.url, timeout: 1000 });
    const progress: number[] = [];
    const onProgress = ({ done }: { done: number }) => progress.push(done);
    expect(await generator.generate(articles, { n: 3, seed: 5, onProgress })).toEqual(expected);
    expect(progress).toEqual(Array.from({ length: 90 }, (_, i) => i + 1));
    // four at a time; the server hears a moment later that one it never answered was given up
    expect(server.busiest).toBeGreaterThan(1);
    expect(server.busiest).toBeLessThanOrEqual(8);
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

  it("come from the environment, and go to the named server alone, as do the texts", async () => {
    const elsewhere = await serve();
    const server = await serve((_, response, index) => {
      if (index === 0) return json(response, 307, {}, { location: "/v1/completions" });
      return json(response, 308, {}, { location: `${elsewhere.url}/completions` });
    });
    process.env.PSTAR_OPENAI_API_KEY = KEY;
    const answer = openAiGenerator({ url: server.url, model: "toy" }).generate([articles[0]]);
    await expect(answer).rejects.toThrow(`redirects to ${elsewhere.url}/completions`);
    expect(server.seen.map(({ headers }) => headers.authorization)).toEqual([`Bearer ${KEY}`, `Bearer ${KEY}`]);
    expect(elsewhere.seen).toEqual([]);
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
