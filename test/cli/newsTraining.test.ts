import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { addNewsCommand } from "../../src/cli/news/command.js";
import { capturedContext } from "../support/captured.js";
import { scratchFolder } from "../support/folders.js";

const FOLDER = scratchFolder();

function written(name: string, rows: unknown[]): string {
  const file = join(FOLDER, name);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  return file;
}

async function run(args: string[], columns?: number) {
  const { context, out, err } = capturedContext(columns);
  const program = new Command("pstar").enablePositionalOptions().exitOverride();
  addNewsCommand(program, context);
  await program.parseAsync(["news", ...args], { from: "user" });
  return { out: out(), err: err() };
}

const read = (...path: string[]) => readFileSync(join(FOLDER, ...path), "utf8");

describe("pstar news export", () => {
  it("writes rows, the paper's settings and the prompts of the test", async () => {
    written("arms/generator.jsonl", [{ id: "a", title: "T", text: "Long text.", summary: "Short. " }]);
    written("arms/oracle-12.5.jsonl", [
      { prompt: "P1", completion: " C1" },
      { prompt: "P2", completion: " C2" },
    ]);
    written("arms/test.jsonl", [{ id: "t", text: "Test text.", summary: "secret" }]);
    const { err } = await run(["export", join(FOLDER, "arms"), "--prompt", "{title}: {text}\\nTL;DR:"]);
    const out = ["arms", "fine-tuning"];
    expect(err).toContain("generator: 1 rows");
    expect(JSON.parse(read(...out, "generator/data/train.jsonl"))).toEqual({
      prompt: "T: Long text.\nTL;DR:",
      completion: " Short.",
    });
    expect(
      read(...out, "oracle-12.5/data/train.jsonl")
        .trim()
        .split("\n"),
    ).toHaveLength(2);
    expect(read(...out, "test/prompts.jsonl")).toBe('{"id":"t","prompt":": Test text.\\nTL;DR:"}\n');
    for (const [arm, rate, scheduler] of [
      ["generator", 5e-5, "cosine"],
      ["oracle-12.5", 2e-5, "constant"],
    ]) {
      const trl = parse(read(...out, `${arm}/trl.yaml`), { version: "1.1" });
      expect(trl).toMatchObject({
        model_name_or_path: "meta-llama/Llama-2-7b-hf",
        learning_rate: rate,
        lr_scheduler_type: scheduler,
        num_train_epochs: 1,
        max_length: 1024,
      });
      expect(trl.per_device_train_batch_size * trl.gradient_accumulation_steps).toBe(32);
      const axolotl = parse(read(...out, `${arm}/axolotl.yaml`), { version: "1.1" });
      expect(axolotl).toMatchObject({
        learning_rate: rate,
        lr_scheduler: scheduler,
        num_epochs: 1,
        sequence_len: 1024,
      });
      expect(axolotl.micro_batch_size * axolotl.gradient_accumulation_steps).toBe(32);
      expect(axolotl.datasets[0]).toMatchObject({ path: "data/train.jsonl", ds_type: "json" });
    }
    expect(JSON.parse(read(...out, "manifest.json")).arms).toEqual([
      { name: "generator", rows: 1, learningRate: 5e-5, scheduler: "cosine" },
      { name: "oracle-12.5", rows: 2, learningRate: 2e-5, scheduler: "constant" },
    ]);
  });

  it("says what is wrong", async () => {
    written("bad/a.jsonl", [{ id: "a", text: "x" }]);
    await expect(run(["export", join(FOLDER, "bad")])).rejects.toThrow("no completion (");
    mkdirSync(join(FOLDER, "none"));
    await expect(run(["export", join(FOLDER, "none")])).rejects.toThrow("contains no .jsonl file of an arm");
    await expect(run(["export", join(FOLDER, "none"), "--prompt", "x"])).rejects.toThrow("with {text}");
  });
});

describe("pstar news evaluate", () => {
  const references = written("references.jsonl", [
    { id: "a", text: "…", summary: "the cat sat on the mat" },
    { id: "b", text: "…", summary: "a dog barked" },
    { id: "c", text: "…", summary: "it rains" },
  ]);
  // of a: 3 of 3 words and 3 of 6; F = 2/3, bigrams 2 of 2 and 2 of 5; of b: all
  const first = written("first.jsonl", [
    { id: "b", prediction: "A dog barked." },
    { id: "a", summary: "the cat sat" },
  ]);
  const second = written("second.jsonl", [
    { id: "a", prediction: "nothing" },
    { id: "b", prediction: "" },
  ]);

  it("compares with the references, and with the first file article by article", async () => {
    const { out } = await run(["evaluate", first, second, "--references", references, "--format", "json"]);
    const { arms, comparisons, ...rest } = JSON.parse(out);
    expect(rest).toEqual({
      schema: "pstar/news-evaluation@1",
      references: 3,
      tokenizer: "ascii",
      mostlyUnread: 0,
      correlation: null,
    });
    expect(arms[0]).toMatchObject({ name: "first", rows: 2, words: { mean: 3, se: 0 } });
    expect(arms[0].rouge1.mean).toBeCloseTo((1 + 2 / 3) / 2, 12);
    expect(arms[0].rouge2.mean).toBeCloseTo((1 + 4 / 7) / 2, 12);
    expect(arms[0].rouge1.se).toBeCloseTo(1 / 6, 12); // two values, half of their distance
    expect(arms[1]).toMatchObject({ name: "second", rouge1: { mean: 0, se: 0 } });
    expect(comparisons[0]).toMatchObject({
      arm: "second",
      against: "first",
      measure: "rouge1",
      verdict: "inconclusive", // of two articles, t = 5 with one degree of freedom: beyond 12.7 it would be worse
      articles: 2,
    });
    expect(comparisons[0].difference).toBeCloseTo(-5 / 6, 12);
  });

  it("prints a table", async () => {
    const { out } = await run(
      ["evaluate", first, second, "--references", references, "--name", "one", "--name", "two"],
      60,
    );
    // errors are left out where they have no place
    expect(out).toContain("one     2   0.8333   0.7857   0.8333    3.0\n");
    const { out: wide } = await run(["evaluate", first, "--references", references]);
    expect(wide).toContain("first     2  0.8333 ± 0.1667  0.7857 ± 0.2143  0.8333 ± 0.1667    3.0\n");
    expect(out).toContain("two against one: ROUGE-1 −0.8333 ± 0.1667 over 2 articles,\ninconclusive.\n");
  });

  it("refuses what does not fit", async () => {
    const stranger = written("stranger.jsonl", [{ id: "z", prediction: "x" }]);
    await expect(run(["evaluate", stranger, "--references", references])).rejects.toThrow('"z" of');
    const twice = written("twice.jsonl", [
      { id: "a", prediction: "x" },
      { id: "a", prediction: "y" },
    ]);
    await expect(run(["evaluate", twice, "--references", references])).rejects.toThrow('"a" occurs twice');
    await expect(run(["evaluate", "-", "--references", "-"])).rejects.toThrow("read only once");
    await expect(run(["evaluate", first, "--references", references, "--format", "xml"])).rejects.toThrow(
      "--format must be",
    );
  });
});
