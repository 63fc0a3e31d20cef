import { appendFileSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { scorerNamed } from "../../src/news/llm/models.js";
import { openAiGenerator, openAiScorer } from "../../src/news/llm/openAi.js";
import { AnswerJournal, type AnswerStore } from "../../src/server/requests.js";
import { scratchFolder } from "../support/folders.js";
import { articles, pairs, serve, wanted } from "./modelServers.js";

const FOLDER = scratchFolder();

describe("answers that are kept", () => {
  it("are not asked for again, after a kill in the middle of a line either", async () => {
    const file = join(FOLDER, "answers.jsonl");
    const stop = new AbortController();
    const server = await serve();
    let asked = 0;
    const run = async (signal?: AbortSignal) => {
      const journal = await AnswerJournal.open(file);
      asked = 0;
      const answers: AnswerStore = {
        get: (key) => journal.get(key),
        put: (key, answer) => {
          asked++;
          return journal.put(key, answer);
        },
      };
      const onProgress = ({ done }: { done: number }) => done === 40 && signal && stop.abort(new Error("killed"));
      try {
        const generator = openAiGenerator({ url: server.url, model: "toy", answers });
        return await generator.generate(articles, { n: 2, seed: 1, signal, onProgress });
      } finally {
        await journal.close();
      }
    };
    await expect(run(stop.signal)).rejects.toThrow("killed");
    const lines = readFileSync(file, "utf8").split("\n").length - 2;
    expect(lines).toBeGreaterThanOrEqual(40);
    // the last answer was being written
    truncateSync(file, readFileSync(file).length - 3);
    appendFileSync(file, "x".repeat(100_000)); // longer than all that comes after it
    const summaries = await run();
    expect(asked).toBe(60 - (lines - 1));
    expect(new Set(summaries.flat()).size).toBe(60);
    const seen = server.seen.length;
    expect(await run()).toEqual(summaries);
    expect([asked, server.seen.length - seen]).toEqual([0, 0]);
    const keys = readFileSync(file, "utf8")
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => JSON.parse(line.slice(9)).key); // behind its checksum
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
    await expect(AnswerJournal.open(file)).rejects.toThrow("is not a journal of answers");
    expect(readFileSync(file, "utf8")).toBe('{"id": "a"}\n');
  });

  it("answer the same question once where it is asked twice", async () => {
    const server = await serve();
    const scorer = await openAiScorer({ url: server.url, model: "toy" });
    expect(await scorer.scoreAll([pairs[0], pairs[0]])).toEqual([wanted[0], wanted[0]]);
    expect(server.seen).toHaveLength(2);
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
    await expect(scored([{ id: "a", score: "1" }])).rejects.toThrow("must have a score, a number");
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
