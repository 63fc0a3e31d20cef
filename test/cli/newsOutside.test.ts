// In a process of its own: it starts processes.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { writeTinyLlama } from "../api/gguf.js";
import { shortOrLong } from "../support/edition.js";
import { scratchFolder } from "../support/folders.js";
import { pstar } from "../support/inProcess.js";
import { json, ModelServer, toyScore, toySummary } from "../support/modelServer.js";
import { ending, start } from "../support/pstar.js";
import { itWith } from "../support/tools.js";

const folder = scratchFolder();
const place = (name: string) => join(folder, name);
const servers: ModelServer[] = [];
afterAll(async () => {
  for (const server of servers) await server.stop();
});

async function serve(...args: Parameters<typeof ModelServer.start>): Promise<ModelServer> {
  const server = await ModelServer.start(...args);
  servers.push(server);
  return server;
}

const SMALL = ["news", "--articles", "60", "--fractions", "25,100", "--model", "extractive", "--workers", "1"];

interface ArmRow {
  id: string;
  prompt: string;
  completion: string;
}

function rowsOf(...path: string[]): ArmRow[] {
  const text = readFileSync(join(folder, ...path), "utf8");
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

/** Everything that an experiment has left, but for the answers, whose order is that in which they came. */
function filesOf(name: string): Record<string, string> {
  const names = readdirSync(place(name), { recursive: true, encoding: "utf8" });
  const files = names.filter((file) => /\.(jsonl?|png)$/.test(file) && !file.endsWith("answers.jsonl"));
  return Object.fromEntries(files.sort().map((file) => [file, readFileSync(join(place(name), file), "base64")]));
}

/** −log p a token, from the toy's definition. */
function perplexity({ prompt, completion }: ArmRow): number {
  const { logprobs } = toyScore(prompt, completion);
  return -logprobs.reduce((sum, log) => sum + log, 0) / logprobs.length;
}

describe("pstar news with a language model", () => {
  it("lets it write, and judge as strong and as self", async () => {
    const server = await serve();
    const name = `openai:${server.url}#toy`;
    const args = [...SMALL, "--seeds", "1,2", "--generator", name, "--scorer", name, "--verifiers", "strong,self"];
    const { code, stdout, stderr } = await pstar([...args, "--out", place("both"), "--format", "json"]);
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringMatching(/^wrote /) });
    const { settings, arms } = JSON.parse(stdout);
    expect(settings).toMatchObject({ generator: name, scorer: name, prompt: expect.stringContaining("{text}") });

    const written = rowsOf("both", "unselected.jsonl");
    expect(written).toHaveLength(32);
    for (const { prompt, completion } of written) {
      const seed = / (\d+)$/.exec(completion)?.[1];
      expect(completion).toBe(` ${toySummary(prompt, seed)}`);
    }
    const likeliest = written.toSorted((a, b) => perplexity(a) - perplexity(b)).slice(0, 8);
    for (const arm of ["strong-25", "self-25"]) {
      const kept = rowsOf("both", `${arm}.jsonl`);
      expect(kept.map(({ id }) => id).sort()).toEqual(likeliest.map(({ id }) => id).sort());
    }
    // the generator itself is measured by what it writes: it learned elsewhere, and has other tokens
    const generator = arms.find(({ name }: { name: string }) => name === "generator");
    expect(generator).toMatchObject({ rows: 0, repetitions: 2, nll: { mean: null } });
    expect(readdirSync(place("both"))).not.toContain("generator.jsonl");
    const shown = await pstar([...args, "--out", place("both")], { env: { COLUMNS: "120" } });
    expect(shown.stdout).toContain(`summaries by ${name}`);

    // strong and self are one question
    const bodies = server.seen.map(({ body }) => JSON.stringify(body));
    const asked = bodies.filter((body) => !body.includes("days of the week"));
    expect(new Set(asked).size).toBe(asked.length);
    const probes = bodies.length - asked.length;
    expect(probes).toBe(2);
  });

  it("asks nothing twice after kill -9, whatever the server does, and ends in the same bytes", async () => {
    const server = await serve();
    const args = [...SMALL, "--seeds", "5", "--generator", `openai:${server.url}#toy`, "--verifiers", "oracle,self"];
    expect((await pstar([...args, "--out", place("unbroken"), "--quiet"])).code).toBe(0);

    const answered: string[] = [];
    let child: ReturnType<typeof start> | undefined;
    let faults = 0;
    /** At which requests it is killed. */
    const kills = shortOrLong([25], [25, 70]);
    const before = server.seen.length;
    server.fault = ({ body }, response, index) => {
      const nth = index - before;
      if ([5, 50].includes(nth) && ++faults) return json(response, 429, { error: {} }, { "retry-after": "0" });
      if (nth === 7 && ++faults) return json(response, 500, { error: { message: "out of memory" } });
      if (nth === 9 && ++faults) {
        response.destroy();
        return true;
      }
      if (nth === 12 && ++faults) return json(response, 200, { choices: "none" });
      response.on("finish", () => answered.push(JSON.stringify(body)));
      if (kills.includes(nth)) child?.kill("SIGKILL");
      return false;
    };
    for (const signal of [...kills.map(() => "SIGKILL"), null]) {
      child = start([...args, "--out", place("broken"), "--quiet"]);
      const end = await ending(child);
      expect({ ...end, stdout: "" }).toMatchObject({ signal, ...(signal ? {} : { code: 0, stderr: "" }) });
    }
    expect(faults).toBe(5);
    const times = new Map<string, number>();
    for (const body of answered) times.set(body, (times.get(body) ?? 0) + 1);
    const twice = [...times].filter(([body, n]) => n > 1 && !body.includes("days of the week"));
    // what was under way when it was killed, 8 requests at most each time
    expect(twice.length).toBeLessThanOrEqual(8 * kills.length);
    expect(filesOf("broken")).toEqual(filesOf("unbroken"));
  });

  it("leaves self out where the model cannot judge, and refuses it where it is asked for", async () => {
    const server = await serve();
    // as llama.cpp's server: it writes, but does not know echo
    server.fault = ({ body }, response) =>
      body.echo === true || body.prompt_logprobs !== undefined
        ? json(response, 200, { choices: [{ index: 0, text: " more", logprobs: null }] })
        : false;
    const args = [...SMALL, "--seeds", "1", "--generator", `openai:${server.url}#toy`];
    const { code, stdout, stderr } = await pstar([...args, "--format", "json"]);
    expect(code).toBe(0);
    expect(stderr).toContain(
      "cannot report the likelihood of a given text: the verifier self, which needs it, is left out",
    );
    expect(JSON.parse(stdout).settings.verifiers).toEqual(["oracle", "strong", "ngram", "random"]);
    const asked = await pstar([...args, "--verifiers", "self"]);
    expect(asked.stderr).toMatch(/^error: .*no perplexity can be had from it/);
    expect(asked.code).toBe(1);
    const judge = await pstar([...SMALL, "--scorer", `openai:${server.url}#toy`]);
    expect(judge.stderr).toMatch(/^error: /);
  });

  itWith("node-llama-cpp", "runs llama.cpp in its own process, which writes and judges", async () => {
    const file = place("tiny.gguf");
    writeTinyLlama(file, 7);
    const args = [...SMALL, "--articles", "40", "--seeds", "1", "--verifiers", "self", "--generator", `llama:${file}`];
    const { code, stderr } = await pstar([...args, "--out", place("llama"), "--quiet"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(rowsOf("llama", "unselected.jsonl")).toHaveLength(24);
    expect(rowsOf("llama", "self-25.jsonl")).toHaveLength(6);
  });

  it("takes scores from a file as strong", async () => {
    const wire = await pstar([...SMALL, "--seeds", "3", "--verifiers", "strong", "--out", place("plain"), "--quiet"]);
    expect(wire.code).toBe(0);
    const rows = rowsOf("plain", "unselected.jsonl");
    const scores = rows.map(({ id }, i) => ({ id, score: (7 * i) % rows.length }));
    writeFileSync(place("scores.jsonl"), scores.map((row) => `${JSON.stringify(row)}\n`).join(""));
    const flags = ["--seeds", "3", "--verifiers", "strong", "--scorer", `scores:${place("scores.jsonl")}`];
    const { code, stderr } = await pstar([...SMALL, ...flags, "--out", place("scored"), "--quiet"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const best = scores.toSorted((a, b) => b.score - a.score).slice(0, 8);
    expect(
      rowsOf("scored", "strong-25.jsonl")
        .map(({ id }) => id)
        .sort(),
    ).toEqual(best.map(({ id }) => id).sort());
    // what pstar lm score writes: the lowest perplexity is the best
    const lines = scores.map(({ id, score }, line) =>
      JSON.stringify({ line, id, perplexity: 1 / (1 + score), tokens: 3 }),
    );
    writeFileSync(place("perplexities.jsonl"), lines.join("\n"));
    const scorer = `scores:${place("perplexities.jsonl")}`;
    const perplexed = await pstar([...SMALL, ...flags.with(-1, scorer), "--out", place("perplexed"), "--quiet"]);
    expect(perplexed.code).toBe(0);
    expect(rowsOf("perplexed", "strong-25.jsonl")).toEqual(rowsOf("scored", "strong-25.jsonl"));
    // other rows than those of the file
    const other = await pstar([...SMALL, ...flags.with(1, "4"), "--quiet"]);
    expect(other.stderr).toMatch(/^error: .*has no score of the summary of "newswire-/);
    expect(other.code).toBe(3);
  });

  it.each([
    [["--generator", "gpt"], "generator must be openai:URL#model"],
    [["--generator", "scores:x.jsonl"], "generator must be openai:URL#model"],
    [["--scorer", "openai-chat:http://127.0.0.1:9/v1#m"], "scorer must be openai:URL#model"],
    [
      ["--scorer", "scores:x.jsonl", "--verifiers", "oracle"],
      "--scorer is for the verifier strong, which --verifiers must include",
    ],
    [["--generator", "openai:http://127.0.0.1:9/v1#m", "--prompt", "Summarise!"], "with {text}"],
    [["--generator", "openai:http://me:s3cret@127.0.0.1:9/v1#m"], "no user and no password"],
  ])("says what is wrong with %j", async (flags, text) => {
    const { code, stderr } = await pstar([...SMALL, ...flags]);
    expect(stderr).toContain(text);
    expect(stderr).not.toContain("s3cret");
    expect(code).toBe(2);
  });
});

describe("the folder of pstar news", () => {
  it("goes through export and evaluate", async () => {
    const out = place("round");
    expect((await pstar([...SMALL, "--seeds", "1,2", "--verifiers", "oracle", "--out", out, "--quiet"])).code).toBe(0);
    const tuned = place("tuned");
    const exported = await pstar(["news", "export", out, "--out", tuned, "--form", "messages"]);
    expect(exported.stderr).toBe(
      ["original: 32", "generator: 4", "unselected: 32", "oracle-25: 8"].map((a) => `${tuned}/${a} rows\n`).join(""),
    );
    const [kept] = rowsOf("round", "oracle-25.jsonl");
    const [row] = rowsOf("tuned", "oracle-25", "data", "train.jsonl");
    expect(row).toEqual({
      messages: [
        { role: "user", content: kept.prompt },
        { role: "assistant", content: kept.completion.trim() },
      ],
    });
    expect(readFileSync(join(tuned, "oracle-25", "axolotl.yaml"), "utf8")).toContain("type: chat_template\n");

    const test = rowsOf("round", "test.jsonl");
    const predicted = rowsOf("tuned", "test", "prompts.jsonl");
    expect(predicted.map(({ id }) => id)).toEqual(test.map(({ id }) => id));
    // a model that says the human summary, and one that says half of it
    const say = (name: string, words: number) => {
      const lines = test.map(({ id, completion }) => {
        return `${JSON.stringify({ id, prediction: completion.trim().split(" ").slice(0, words).join(" ") })}\n`;
      });
      writeFileSync(place(`${name}.jsonl`), lines.join(""));
      return place(`${name}.jsonl`);
    };
    const files = [say("original", 99), say("oracle-25", 5)];
    const { code, stdout } = await pstar(["news", "evaluate", ...files, "--references", out, "--format", "json"]);
    expect(code).toBe(0);
    const result = JSON.parse(readFileSync(join(out, "result.json"), "utf8"));
    const arm = result.arms.find(({ name }: { name: string }) => name === "oracle-25");
    const { arms, comparisons } = JSON.parse(stdout);
    expect(arms[0]).toMatchObject({ name: "original", rouge1: { mean: 1 }, experiment: { keptRouge1: null } });
    expect(arms[1].experiment).toEqual({
      keptRouge1: arm.selected.rouge1.mean,
      errorRate: arm.rates.errorRate.mean,
      breakdown: arm.rates.breakdown.mean,
      prediction: arm.prediction,
      thresholds: arm.thresholds.map(({ threshold, prediction }: { threshold: number; prediction: string | null }) => {
        return { threshold, prediction };
      }),
    });
    expect(arm.thresholds.some(({ prediction }: { prediction: string | null }) => prediction !== null)).toBe(true);
    expect(comparisons[0]).toMatchObject({ arm: "oracle-25", against: "original", verdict: "worse" });
    const table = await pstar(["news", "evaluate", ...files, "--references", out]);
    expect(table.stdout).toContain("kept R1");

    const few = readFileSync(files[1], "utf8").split("\n").slice(0, 4).join("\n");
    writeFileSync(place("few.jsonl"), few);
    const partial = await pstar(["news", "evaluate", place("few.jsonl"), "--references", out]);
    expect(partial.stdout.replaceAll(/\s+/g, " ")).toContain("few has predictions for 4 of the 9 articles: its means");

    const elsewhere = await pstar(["news", "export", out, "--prompt", "{text} TL;DR:"]);
    expect(elsewhere).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("set --prompt when running pstar news instead"),
    });
  });

  it("must hold a finished experiment", async () => {
    const file = join(place("round"), "manifest.json");
    const manifest = JSON.parse(readFileSync(file, "utf8"));
    for (const [change, text] of [
      [{ complete: false }, "holds an experiment that has not ended"],
      [{ arms: [{ file: "../original.jsonl" }] }, "must name the files of the arms"],
    ] as const) {
      writeFileSync(file, JSON.stringify({ ...manifest, ...change }));
      const { code, stderr } = await pstar(["news", "export", place("round")]);
      expect(stderr).toContain(text);
      expect(code).toBe(3);
    }
    writeFileSync(join(place("round"), "result.json"), "{}");
    const files = ["news", "evaluate", place("original.jsonl"), "--references", place("round")];
    expect((await pstar(files)).stderr).toContain("must be a result, as pstar news --out writes it");
  });
});
