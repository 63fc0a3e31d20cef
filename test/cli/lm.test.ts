import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { loadText, trainLanguageModel, writeArpa } from "../../src/text.js";
import { scratchFolder } from "../support/folders.js";
import { pstar } from "../support/inProcess.js";
import { ending, start } from "../support/pstar.js";

const folder = scratchFolder();
const place = (name: string) => join(folder, name);

const TEXTS = ["The cat sat on the mat.", "The dog sat on the mat.", "A bird flew over the house."];
const PLAIN = `${TEXTS[0]}\r\n${TEXTS[1]}\n\n${TEXTS[2]}`;
writeFileSync(place("plain.txt"), PLAIN);
writeFileSync(
  place("rows.jsonl.gz"),
  gzipSync(TEXTS.map((text, i) => `${JSON.stringify({ id: i, out: { text }, ask: TEXTS[(i + 1) % 3] })}\n`).join("")),
);

async function modelOf(texts: readonly string[], options = {}) {
  return trainLanguageModel(await loadText(), texts, options);
}

describe("pstar lm train", () => {
  it.each([
    ["UTF-16LE", Buffer.from(`\ufeff${PLAIN}`, "utf16le")],
    ["UTF-16BE", Buffer.from(`\ufeff${PLAIN}`, "utf16le").swap16()],
  ])("reads %s, and says so", async (encoding, bytes) => {
    writeFileSync(place("wide.txt"), bytes);
    const { code, stdout, stderr } = await pstar(["lm", "train", place("wide.txt")]);
    expect(code).toBe(0);
    expect(stdout).toBe([...writeArpa(await modelOf(TEXTS))].join(""));
    expect(stderr).toContain(`its text is read as ${encoding}`);
  });

  it("writes the model of a text file to standard output, and a summary beside it", async () => {
    const { code, stdout, stderr } = await pstar(["lm", "train", place("plain.txt")]);
    expect(code).toBe(0);
    expect(stdout).toBe([...writeArpa(await modelOf(TEXTS))].join(""));
    expect(stderr).toContain("3 texts, 24 tokens; 15 words\n");
    expect(stderr).toMatch(/order {2}n-grams +D1 +D2 +D3\+\n +1 +15 {2}0\.714/);
  });

  it("takes a field of packed JSONL, and packs the model", async () => {
    const file = place("model.arpa.gz");
    const field = ["--field", "out.text", "--order", "2", "--min-count", "2", "--tokenizer", "spaces"];
    const args = ["lm", "train", place("rows.jsonl.gz"), ...field, "--out", file, "--held-out", place("rows.jsonl.gz")];
    const { code, stdout, stderr } = await pstar([...args, "--format", "json"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const model = await modelOf(TEXTS, { order: 2, minCount: 2, tokenizer: "spaces" });
    expect(gunzipSync(readFileSync(file)).toString()).toBe([...writeArpa(model)].join(""));
    const summary = JSON.parse(stdout);
    expect(summary).toMatchObject({
      schema: "pstar/language-model@1",
      order: 2,
      tokenizer: "spaces",
      ...model.training,
      words: model.words.length,
      ngrams: model.ngrams,
      skipped: 0,
    });
    expect(summary.heldOut).toEqual(await model.evaluate(TEXTS));
    expect(readdirSync(folder).filter((name) => name.startsWith("model."))).toEqual(["model.arpa.gz"]);
  });

  it("passes over rows without a text and says so, or stops at the first", async () => {
    const stdin = `{"text": "a b"}\nnot json\n{"text": 3}\n{"text": "b a"}\n`;
    const loose = await pstar(["lm", "train", "-", "--field", "text"], { stdin });
    expect(loose.code).toBe(0);
    expect(loose.stderr).toContain("warning: 2 rows were skipped; the first: not JSON (standard input, line 2)");
    const strict = await pstar(["lm", "train", "-", "--field", "text", "--strict"], { stdin });
    expect(strict).toMatchObject({ code: 3, stdout: "", stderr: "error: not JSON (standard input, line 2)\n" });
    const wrong = await pstar(["lm", "train", "-", "--field", "txt"], { stdin });
    expect(wrong.code).toBe(3);
    expect(wrong.stderr).toContain(
      'there is no text to learn from: 4 rows were skipped; the first: no text in the field "txt"',
    );
    const bytes = await pstar(["lm", "train", place("latin.txt")]).catch(() => null);
    expect(bytes?.code).toBe(1);
  });

  it("is stopped by Ctrl-C with exit code 130, and leaves nothing", async () => {
    const file = place("stopped.arpa");
    const child = start(["lm", "train", "-", "--out", file]);
    const end = ending(child);
    child.stdin.on("error", () => {}); // it goes away
    // Larger than a pipe holds: once it is taken, the program is reading, and it waits for more.
    await new Promise<void>((resolve) => child.stdin.write("the cat sat on the mat\n".repeat(60_000), () => resolve()));
    child.kill("SIGINT");
    const { code, stdout, stderr } = await end;
    expect({ code, stdout, stderr }).toEqual({ code: 130, stdout: "", stderr: "interrupted: no model was written\n" });
    expect(readdirSync(folder).filter((name) => name.startsWith("stopped"))).toEqual([]);
  });

  it.each([
    ["no command", ["lm"], "Usage: pstar lm"],
    ["an order beyond its range", ["lm", "train", "-", "--order", "7"], "It must be a whole number from 1 to 6."],
    [
      "JSONL without a field",
      ["lm", "train", place("rows.jsonl.gz")],
      "name the field with the text, such as --field text",
    ],
    [
      "a prompt without a field",
      ["lm", "score", "-", "--lm", "x", "--prompt", "ask"],
      "name the one with the text with --field",
    ],
    ["standard input twice", ["lm", "train", "-", "--held-out", "-"], "--held-out needs a file"],
    ["standard input twice for a score", ["lm", "score", "-", "--lm", "-"], "--lm needs a file"],
    ["no model", ["lm", "score", "-"], "required option '--lm <file>' not specified"],
  ])("answers %s with exit code 2", async (_, args, message) => {
    const { code, stdout, stderr } = await pstar(args);
    expect(stderr).toContain(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });

  it("finds out before the training that the model cannot be written", async () => {
    const { code, stderr } = await pstar(["lm", "train", "-", "--out", place("no/where.arpa")]);
    expect(code).toBe(1);
    expect(stderr).toContain("error: cannot write");
  });

  it("explains itself", async () => {
    for (const [command, words] of [
      ["train", ["Kneser–Ney", "--field", "--min-count", "ARPA", "Examples:", "130"]],
      ["score", ["--prompt", "perplexity", "<unk>", "Examples:"]],
    ] as const) {
      const { code, stdout } = await pstar(["help", "lm", command]);
      expect(code).toBe(0);
      for (const word of words) expect(stdout).toContain(word);
    }
  });
});

describe("pstar lm score", () => {
  it("says the perplexity of each text, and of all together", async () => {
    const model = await modelOf(TEXTS);
    const file = place("score.arpa");
    writeFileSync(file, [...writeArpa(model)].join(""));
    const { code, stdout, stderr } = await pstar(["lm", "score", "-", "--lm", file], { stdin: PLAIN });
    expect(code).toBe(0);
    const scores = model.score(TEXTS);
    const want = [1, 2, 4].map((line, i) => ({
      line,
      perplexity: scores.perplexity[i],
      logProb: scores.logProb[i],
      tokens: scores.tokens[i],
      unknown: scores.unknown[i],
    }));
    expect(
      stdout
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toEqual(want);
    const { perplexity } = await model.evaluate(TEXTS);
    expect(stderr).toBe(`together: perplexity ${perplexity.toPrecision(4)} over 3 texts, 24 tokens (0.0 % unknown)\n`);

    const continued = ["--field", "out.text", "--prompt", "ask", "--quiet"];
    const prompted = await pstar(["lm", "score", place("rows.jsonl.gz"), "--lm", file, ...continued]);
    expect(prompted.stderr).toBe("");
    writeFileSync(place("named.jsonl"), TEXTS.map((text, i) => `${JSON.stringify({ id: `t${i}`, text })}\n`).join(""));
    const named = await pstar(["lm", "score", place("named.jsonl"), "--field", "text", "--lm", file, "--quiet"]);
    expect(named.stdout.match(/"id":"t\d"/g)).toEqual(['"id":"t0"', '"id":"t1"', '"id":"t2"']);
    const prompts = TEXTS.map((_, i) => TEXTS[(i + 1) % 3]);
    expect(
      prompted.stdout
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line).perplexity),
    ).toEqual([...model.perplexity(TEXTS, { prompts })]);
  });

  it("reads a field of any form of rows, of several files together, by either name of the flag", async () => {
    const file = place("forms.arpa");
    writeFileSync(file, [...writeArpa(await modelOf(TEXTS))].join(""));
    writeFileSync(place("a.csv"), `id;text\nx;${TEXTS[0]}\ny;"${TEXTS[1]}"\n`);
    writeFileSync(place("b.json"), JSON.stringify([{ text: TEXTS[2] }, { other: 1 }]));
    const paths = [place("a.csv"), place("b.json")];
    const { code, stdout, stderr } = await pstar(["lm", "score", ...paths, "--text", "text", "--lm", file]);
    expect(code).toBe(0);
    const lines = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.map(({ file: name, id }) => [name, id])).toEqual([
      [paths[0], "x"],
      [paths[0], "y"],
      [paths[1], undefined],
    ]);
    const model = await modelOf(TEXTS);
    expect(lines.map(({ perplexity }) => perplexity)).toEqual([...model.perplexity(TEXTS)]);
    expect(stderr).toContain('1 row was skipped; the first: no text in the field "text" (');
    const trained = await pstar(["lm", "train", ...paths, "--field", "text", "--quiet"]);
    expect(trained.stdout).toBe([...writeArpa(model)].join(""));
    const guessed = await pstar(["lm", "train", ...paths]);
    expect(guessed.stderr.split("\n")[0]).toBe(`note: ${paths.join(" ")}: read with --field text`);
    expect(guessed.stdout).toBe(trained.stdout);
    const nameless = place("nameless.csv");
    writeFileSync(nameless, "n,m\n1,2\n3,4\n");
    const refused = await pstar(["lm", "train", nameless]);
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.stderr).toContain("nameless.csv has rows: name the field with the text, such as --field text");
    const own = await pstar(["lm", "train", ...paths, "--field", "text", "--out", paths[1]]);
    expect(own.code).not.toBe(0);
    expect(readFileSync(paths[1], "utf8")).toContain(TEXTS[2]);
  });

  it("refuses what is no model, with the place", async () => {
    const { code, stdout, stderr } = await pstar(["lm", "score", "-", "--lm", place("plain.txt")], { stdin: "a" });
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toBe(`error: no \\data\\ was found: this is not an ARPA file (${place("plain.txt")}, line 4)\n`);
  });

  it("is no error where its reader goes away", async () => {
    const file = place("away.arpa");
    writeFileSync(file, [...writeArpa(await modelOf(TEXTS))].join(""));
    const child = start(["lm", "score", place("plain.txt"), "--lm", file, "--quiet"]);
    child.stdout.destroy();
    expect(await ending(child)).toMatchObject({ code: 0, stderr: "" });
  });
});
