import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { decompress } from "fzstd";
import { beforeAll, describe, expect, it } from "vitest";
import { zstdCompressor } from "../../src/rows/zstd.js";
import { contentsOf, plainRows } from "../select/rows.js";
import { shortOrLong } from "../support/edition.js";
import { scratchFolder } from "../support/folders.js";
import { pstar } from "../support/inProcess.js";
import { ending, pstar as pstarAlone, start } from "../support/pstar.js";
import { until } from "../support/until.js";

const folder = scratchFolder();
const rows = plainRows(3000, 3);
const input = join(folder, "rows.jsonl");
const whole = join(folder, "whole");
const BEST = ["--field", "score", "--keep", "12.5%"];

beforeAll(async () => {
  writeFileSync(input, `${rows}oops\n{"id":1}\n`);
  const { code } = await pstar(["select", input, ...BEST, "--by", "topic", "--baseline", "--out", whole]);
  expect(code).toBe(0);
});

describe("pstar select", () => {
  it("writes what is kept, what is not and a summary, and tells of it", async () => {
    const out = join(folder, "told");
    const { code, stdout, stderr } = await pstar([
      "select",
      input,
      ...BEST,
      "--by",
      "topic",
      "--baseline",
      "--out",
      out,
    ]);
    expect(code).toBe(0);
    expect(readdirSync(out).sort()).toEqual([
      "kept.jsonl",
      "malformed.jsonl",
      "random.jsonl",
      "rejected.jsonl",
      "summary.json",
    ]);
    expect(contentsOf(out)).toEqual(contentsOf(whole));
    const { counts, slices, schema, files } = JSON.parse(readFileSync(join(out, "summary.json"), "utf8"));
    expect(schema).toBe("pstar/select@1");
    expect(counts).toMatchObject({ read: 3002, malformed: 2 });
    expect(counts.kept + counts.rejected).toBe(3000);
    expect(slices).toHaveLength(5);
    expect(Math.abs(counts.kept - 375)).toBeLessThanOrEqual(3); // five roundings
    expect(files["kept.jsonl"]).toEqual({ rows: counts.kept, bytes: statSync(join(out, "kept.jsonl")).size });
    expect(stdout).toMatch(/^read {7}3,002\nkept {9}37\d {2}12\.5 %\nrejected {3}2,62\d {2}outside the share\n/);
    expect(stdout).toContain("malformed      2  line 3001: not JSON; line 3002: field topic is missing");
    expect(stdout).toMatch(/^t0 +\d+ +\d+ +\d+\.\d % +\d+\.\d %$/m);
    expect(stderr).toContain("warning: 2 rows are malformed");
    expect(stderr).toContain(`wrote ${out}/kept.jsonl`);
    const kept = readFileSync(join(out, "kept.jsonl"), "utf8").split("\n").slice(0, -1);
    expect(kept.every((line) => rows.includes(`${line}\n`))).toBe(true);
  });

  it("says so where that has been done, and as JSON the same", async () => {
    const again = ["select", input, ...BEST, "--by", "topic", "--baseline", "--out", whole];
    const { code, stderr } = await pstar(again);
    expect(code).toBe(0);
    expect(stderr).toContain(`${whole} already contains this selection; to do it again: pstar select`);
    const { stdout, stderr: silence } = await pstar([...again, "--format", "json", "--quiet"]);
    expect(stdout).toBe(readFileSync(join(whole, "summary.json"), "utf8"));
    expect(silence).toBe("");
    const other = await pstar([...again, "--seed", "2"]);
    expect(other.code).toBe(1);
    expect(other.stderr).toContain("holds another selection: --seed was 0, now 2. --restart begins again");
  });

  // files of both forms are read below
  it.each(shortOrLong(["plain", "zst"], ["plain", "gz", "zst"]))(
    "keeps the same rows of %s standard input, to standard output",
    async (form) => {
      const zstd = await zstdCompressor();
      const bytes = readFileSync(input);
      const packed = form === "gz" ? gzipSync(bytes) : form === "zst" ? Buffer.from(zstd(bytes)) : bytes;
      const args = ["select", "-", ...BEST, "--by", "topic"];
      // what of a stream is a process's own does not depend on the form
      const { code, stdout, stderr } =
        form === "plain" ? await pstarAlone(args, { stdin: packed }) : await pstar(args, { stdin: packed });
      expect(code).toBe(0);
      expect(stdout).toBe(readFileSync(join(whole, "kept.jsonl"), "utf8"));
      expect(stderr).toMatch(/^read 3,002: kept 37\d, rejected 2,62\d, malformed 2\n/);
    },
  );

  it.each(["gz", "zst"] as const)("packs all files as %s, from a packed file", async (form) => {
    const packed = join(folder, `rows.${form}`);
    const bytes = readFileSync(input);
    const zstd = await zstdCompressor();
    writeFileSync(packed, form === "gz" ? gzipSync(bytes) : zstd(bytes));
    const out = join(folder, `packed-${form}`);
    const flags = [...BEST, "--by", "topic", "--baseline", "--compress", form];
    expect((await pstar(["select", packed, ...flags, "--out", out], { cwd: folder })).code).toBe(0);
    for (const name of ["kept", "rejected", "malformed", "random"]) {
      const written = readFileSync(join(out, `${name}.jsonl.${form}`));
      const unpacked = form === "gz" ? gunzipSync(written) : Buffer.from(decompress(written));
      expect(unpacked.equals(readFileSync(join(whole, `${name}.jsonl`)))).toBe(true);
    }
  });

  it.each([
    [
      "messages",
      {
        messages: [
          { role: "user", content: "q" },
          { role: "assistant", content: "a" },
        ],
      },
    ],
    ["prompt-completion", { prompt: "q", completion: "a" }],
    ["alpaca", { instruction: "q", input: "", output: "a" }],
  ])("exports %s", async (form, row) => {
    const out = join(folder, `as-${form}`);
    const stdin = `{"q":"q","a":"a","s":1,"sys":"be kind"}\n{"q":"q","a":7,"s":1,"sys":"be kind"}\n`;
    const flags = ["--field", "s", "--keep", "1", "--export", form, "--prompt", "q", "--completion", "a"];
    const { code } = await pstar(["select", "-", ...flags, "--out", out], { stdin });
    expect(code).toBe(0);
    expect(JSON.parse(readFileSync(join(out, `kept.${form}.jsonl`), "utf8"))).toEqual(row);
    expect(readFileSync(join(out, "malformed.jsonl"), "utf8")).toContain("field a must be a text, got 7");
    expect(existsSync(join(out, "standard-input.spool"))).toBe(false);
    const system = await pstar(["select", "-", ...flags, "--system", "sys", "--out", out, "--restart"], { stdin });
    expect(system.code).toBe(form === "prompt-completion" ? 2 : 0);
    if (system.code === 0) expect(readFileSync(join(out, `kept.${form}.jsonl`), "utf8")).toContain("be kind");
  });

  it("that can judge no row says what was meant, and leaves the folder to the corrected command", async () => {
    const out = join(folder, "corrected");
    const flags = ["--keep", "50%", "--out", out];
    const empty = join(folder, "empty.jsonl");
    writeFileSync(empty, "\n");
    const listed = join(folder, "list.json");
    writeFileSync(listed, "[1]");
    const wrong = [
      [[input, "--field", "scor"], 'no row has a field "scor" (did you mean score?); its fields are id, score, topic'],
      [[input, "--field", "score", "--by", "topik"], 'no row has a field "topik" (did you mean topic?)'],
      [[empty, "--field", "score"], "empty.jsonl has no rows"],
      [[listed, "--field", "score"], "its only row cannot be judged; line 1: not a JSON object; JSONL is wanted"],
    ] as const;
    for (const [args, message] of wrong) {
      const { code, stdout, stderr } = await pstar(["select", ...args, ...flags]);
      expect(stderr).toMatch(/^error: /);
      expect(stderr).toContain(message);
      expect([code, stdout]).toEqual([3, ""]);
      expect(readdirSync(out)).toEqual([]);
    }
    // more slices than rows to keep: the settings are at fault here too
    expect((await pstar(["select", input, ...BEST, "--keep", "2", "--by", "topic", "--out", out])).code).toBe(3);
    expect((await pstar(["select", input, "--field", "score", ...flags])).code).toBe(0);
    const other = await pstar(["select", input, "--field", "id", "--lowest", ...flags]);
    expect(other.stderr).toContain("another selection: --field was score, now id; --lowest was not set, now set. --");
    const others = await pstar(["select", input, "--verifier", "random", "--verifier", "score:2", ...flags]);
    expect(others.stderr).toContain("another selection: --verifier was score, now random and score. --");
  });

  it("counts one blank line as one", async () => {
    const { stdout } = await pstar(["select", "-", "--field", "s", "--keep", "1", "--out", join(folder, "blank")], {
      stdin: '{"s":1}\n\n',
    });
    expect(stdout).toMatch(/^read +1 +and 1 line where no row begins$/m);
  });

  it("tells by its flags which verifier is meant", async () => {
    const stdin = `{"a":"x","b":"x","n":-3,"lp":[-1]}\n{"a":"x","b":"y","n":-4,"lp":[-2]}\n`;
    const [first, second] = stdin.split("\n");
    const keptBy = async (...flags: string[]) => {
      const { stdout, stderr, code } = await pstar(["select", "-", ...flags, "--quiet"], { stdin });
      expect(stderr).toBe("");
      expect(code).toBe(0);
      return stdout.trimEnd();
    };
    expect(await keptBy("--label", "a", "--against", "b")).toBe(first);
    expect(await keptBy("--candidate", "a", "--reference", "b", "--threshold", "1")).toBe(first);
    expect(await keptBy("--logprobs", "lp", "--threshold", "3")).toBe(first);
    expect(await keptBy("--field", "n", "--lowest", "--keep", "50%")).toBe(second);
    expect(
      await keptBy("--verifier", "score=n:0.2", "--verifier", "match", "--label", "b", "--against", "b", "--keep", "1"),
    ).toBe(first);
  });
});

describe("usual names of fields", () => {
  it("score is read from score", async () => {
    const named = await pstar(["select", input, ...BEST]);
    const unnamed = await pstar(["select", input, "--verifier", "score", ...BEST.slice(BEST.indexOf("--keep"))]);
    expect(unnamed.code).toBe(0);
    expect(unnamed.stdout).toBe(named.stdout);
  });

  it.each([
    ["rouge", "candidate"],
    ["perplexity", "logprobs"],
  ])("%s looks for %s", async (verifier, field) => {
    const { code, stderr } = await pstar(["select", input, "--verifier", verifier, "--keep", "1"]);
    expect(code).toBe(3);
    expect(stderr).toContain(field);
  });
});

describe("wrong usage", () => {
  it.each([
    ["no verifier", ["--keep", "1"], "name what to judge rows by"],
    ["no policy", ["--field", "s"], "one of --keep, --threshold and --best-of must say how much is kept"],
    ["a share above one", ["--field", "s", "--keep", "120%"], "a share such as 12.5%"],
    ["a share that is no number", ["--field", "s", "--keep", "much"], "a share such as 12.5%"],
    ["slices without a share", ["--field", "s", "--threshold", "1", "--by", "x"], "--by must come with --keep"],
    ["an unknown verifier", ["--verifier", "ruge", "--keep", "1"], "--verifier must be score, rouge"],
    ["a verifier without its fields", ["--verifier", "match", "--keep", "1"], "the verifier match needs --label FIELD"],
    ["a weight of nothing", ["--verifier", "random:0", "--keep", "1"], "weight of a verifier must be above 0"],
    ["flags of two verifiers", ["--field", "s", "--lm", "m", "--keep", "1"], "imply score and perplexity"],
    [
      "an unknown measure",
      ["--candidate", "a", "--reference", "b", "--measure", "bleu", "--keep", "1"],
      "measure must be one of rouge1",
    ],
    [
      "an export without its fields",
      ["--field", "s", "--keep", "1", "--export", "alpaca", "--out", "x"],
      "--export needs --prompt FIELD",
    ],
    ["a baseline without a folder", ["--field", "s", "--keep", "1", "--baseline"], "--baseline goes with --out"],
    ["JSON beside rows", ["--field", "s", "--keep", "1", "--format", "json"], "--format json goes with --out"],
  ])("%s is answered with exit code 2", async (_, flags, message) => {
    // names that tell nothing
    writeFileSync(join(folder, "names.jsonl"), '{"a": 1, "b": "x"}\n');
    const { code, stdout, stderr } = await pstar(["select", "names.jsonl", ...flags], { cwd: folder });
    expect(stderr).toContain(message);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(existsSync(join(folder, "x"))).toBe(false);
  });

  it("is explained", async () => {
    const { code, stdout } = await pstar(["help", "select"]);
    expect(code).toBe(0);
    for (const word of ["Examples:", "--best-of", "Exit codes", "./mine.js", "one row", "130"])
      expect(stdout).toContain(word);
  });
});

describe("what cannot be done", () => {
  it("has exit code 3 with --strict, and the line", async () => {
    const { code, stderr } = await pstar(["select", input, ...BEST, "--strict"]);
    expect(stderr).toBe(`error: line 3001 of ${input}: not JSON\n`);
    expect(code).toBe(3);
  });

  it("has exit code 1 where a file is not there, broken, or the folder a file", async () => {
    const bare = mkdtempSync(join(folder, "bare-"));
    for (const [file, message] of [
      [join(folder, "none.jsonl"), "there is no such file or folder"],
      [bare, "has no files of rows"],
    ]) {
      const { code, stderr } = await pstar(["select", file, ...BEST]);
      expect(stderr).toContain("error: ");
      expect(stderr).toContain(`${file}`);
      expect(stderr).toContain(message);
      expect(code).toBe(1);
    }
    const cut = join(folder, "cut.gz");
    writeFileSync(cut, gzipSync(rows).subarray(0, 20_000));
    const broken = await pstar(["select", cut, ...BEST]);
    expect(broken.stderr).toContain("its gzip data are broken: they are truncated");
    expect(broken.code).toBe(1);
    const { code, stderr } = await pstar(["select", input, ...BEST, "--out", cut]);
    expect(stderr).toContain(`cannot write to ${cut}: it is a file, not a folder`);
    expect(code).toBe(1);
  });

  it("has no exit code but 0 where the reader goes away", async () => {
    const child = start(["select", input, ...BEST]);
    child.stdout.destroy();
    const { code, stderr } = await ending(child);
    expect(stderr).not.toContain("Error");
    expect(code).toBe(0);
  });
});

describe("Ctrl-C", () => {
  it("keeps what is scored, and the same command goes on", async () => {
    const out = join(folder, "stopped");
    const slow = join(folder, "slow.js");
    mkdirSync(out);
    // waits for a file at the second block, so that the signal comes in between
    const gate = join(folder, "gate");
    writeFileSync(
      slow,
      `import { existsSync } from "node:fs";
       import { setTimeout } from "node:timers/promises";
       export default { fields: ["score"], async score(rows, { firstRow }) {
         while (firstRow > 0 && !existsSync(${JSON.stringify(gate)})) await setTimeout(5);
         return rows.map(({ score }) => score);
       } };`,
    );
    const args = ["select", input, "--verifier", slow, "--keep", "10%", "--out", out, "--workers", "2"];
    const child = start(args);
    const ended = ending(child);
    const journal = join(out, "select.journal");
    await until(() => existsSync(journal) && statSync(journal).size >= 10_000);
    child.kill("SIGINT");
    const { code, stderr } = await ended;
    expect(code).toBe(130);
    expect(stderr).toMatch(/interrupted: \d[\d,]* rows were scored; resume with: pstar select/);
    writeFileSync(gate, "");
    // as many threads as there are give the same bytes: test/select has that
    const alone = args.with(-1, "1");
    const second = await pstar(alone);
    expect(second.stderr).toMatch(/resuming: \d[\d,]* rows are already scored/);
    expect(second.code).toBe(0);
    const unbroken = join(folder, "unbroken");
    await pstar(alone.with(-3, unbroken));
    expect(contentsOf(out)).toEqual(contentsOf(unbroken));
  });

  it("ends a wait for standard input, and leaves nothing", async () => {
    const out = join(folder, "waiting");
    const child = start(["select", "-", ...BEST, "--out", out]);
    const ended = ending(child);
    child.stdin.on("error", () => {}).write(rows); // it goes away before it has read all
    await until(() => existsSync(join(out, "standard-input.spool.part")));
    child.kill("SIGINT");
    const { code, stderr } = await ended;
    expect(code).toBe(130);
    expect(stderr).toContain("nothing of it is kept");
    expect(readdirSync(out)).toEqual([]);
  });
});
