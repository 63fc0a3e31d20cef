import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { select } from "../../dist/node.js";
import { jaccard } from "../oracle/minHash.js";
import { shortOrLong } from "../support/edition.js";
import { scratchFolder } from "../support/folders.js";
import { pstar } from "../support/inProcess.js";
import { dice } from "./rows.js";

const folder = scratchFolder();
const roll = dice(11);
const word = () => roll(100_000).toString(36).padStart(4, "q");

/** Texts of 80 words; one in five has a word changed in an earlier one, one in ten is an earlier one in capitals. */
const ROWS = shortOrLong(300, 900);
const texts: string[] = [];
for (let i = 0; i < ROWS; i++) {
  const words = (texts[roll(Math.max(1, i))] ?? "").split(" ");
  const kind = i < 20 ? 9 : roll(10);
  if (kind < 2) words[roll(80)] = word();
  texts.push(
    kind < 2
      ? words.join(" ")
      : kind === 2
        ? words.join(" ").toUpperCase()
        : Array.from({ length: 80 }, word).join(" "),
  );
}
const input = join(folder, "rows.jsonl");
writeFileSync(input, texts.map((text, i) => `${JSON.stringify({ id: i, text, score: (i * 37) % 100 })}\n`).join(""));

/** The first text of each cluster of texts that have at least 0.8 of their pieces in common, by every pair's exact share. */
const first = clustersSlowly(0.8);

function clustersSlowly(least: number): number[] {
  const bytes = texts.map((text) => new TextEncoder().encode(text.toLowerCase()));
  const words = texts.map((text) => text.toLowerCase().split(" ").slice(0, 12));
  const first = texts.map((_, i) => i);
  for (let i = 0; i < texts.length; i++) {
    const same = texts.findIndex(
      (_, j) =>
        j < i &&
        sharesWords(words[j] as string[], words[i] as string[]) &&
        jaccard(bytes[j] as Uint8Array, bytes[i] as Uint8Array) >= least,
    );
    if (same < 0) continue;
    first[i] = first[same] as number;
  }
  return first;
}

/** Texts without a common word have next to no common piece: a shortcut. */
function sharesWords(a: readonly string[], b: readonly string[]): boolean {
  return b.some((one) => a.includes(one));
}

const lines = (file: string) =>
  readFileSync(file, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
const rules = { input, verifiers: [{ kind: "score" as const, field: "score" }], keep: { share: 1 } };

it("reports the near-duplicates that all pairs show, and drops nothing", async () => {
  const out = join(folder, "report");
  const { counts, nearDuplicates, warnings } = await select({
    ...rules,
    out,
    nearDuplicates: { action: "report", field: "text" },
  });
  const later = first.filter((one, i) => one !== i).length;
  expect(counts.kept).toBe(ROWS);
  expect(nearDuplicates).toMatchObject({
    later,
    clusters: new Set(first.filter((one, i) => one !== i)).size,
    empty: 0,
  });
  expect(nearDuplicates?.similarities.reduce((sum, { rows }) => sum + rows, 0)).toBe(later);
  expect(warnings.map(({ code }) => code)).toContain("near-duplicates-kept");
  const listed = lines(join(out, "near-duplicates.jsonl"));
  const byCluster = new Map<number, number>();
  for (const { line, cluster, similarity } of listed) {
    if (!byCluster.has(cluster)) byCluster.set(cluster, line - 1);
    expect(first[line - 1]).toBe(byCluster.get(cluster));
    expect(similarity).toBeGreaterThan(0.6);
  }
  expect(listed).toHaveLength(nearDuplicates?.rows ?? -1);
});

it("drops all but the first of each cluster, on one thread and on two, and accounts for all", async () => {
  for (const workers of [1, 2]) {
    const out = join(folder, `drop${workers}`);
    const near = { action: "drop" as const, field: "text" };
    const options = { ...rules, out, nearDuplicates: near, workers, blockSize: 40_000 };
    const { counts } = await select(options);
    expect(lines(join(out, "kept.jsonl")).map(({ id }) => id)).toEqual(
      first.flatMap((one, i) => (one === i ? [i] : [])),
    );
    const rejected = lines(join(out, "rejected.jsonl"));
    expect(new Set(rejected.map(({ reason }) => reason))).toEqual(new Set(["near-duplicate"]));
    expect(counts.rejectedBy.nearDuplicate).toBe(rejected.length);
    expect(counts.kept + counts.rejected + counts.malformed).toBe(counts.read);
  }
});

it("keeps of a cluster the first row that has a score", async () => {
  const file = join(folder, "unscored.jsonl");
  writeFileSync(
    file,
    ["null", "1", "2"].map((score) => `{"text":"one and the same text","score":${score}}\n`).join(""),
  );
  const out = join(folder, "unscored");
  await select({ ...rules, input: file, out, nearDuplicates: { action: "drop", field: "text" } });
  expect(lines(join(out, "kept.jsonl")).map(({ score }) => score)).toEqual([1]);
});

it("takes all texts of a row, chats among them, and rows without any are like none", async () => {
  const file = join(folder, "chats.jsonl");
  const chat = (answer: string) => ({
    id: roll(1e9),
    messages: [
      { role: "user", content: "Why?" },
      { role: "assistant", content: answer },
    ],
  });
  const said = "Because the verifier keeps more of the right answers than of the wrong ones.";
  const rows = [chat(said), chat(said.toUpperCase()), chat("No."), { id: 1 }, { id: 2, empty: ["!"] }];
  writeFileSync(file, rows.map((row) => `${JSON.stringify({ ...row, score: 1 })}\n`).join(""));
  const args = ["select", file, "--field", "score", "--keep", "100%", "--out", join(folder, "chats")];
  const { code, stdout } = await pstar([...args, "--near-duplicates", "report", "--format", "json"]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout).nearDuplicates).toMatchObject({ rows: 2, clusters: 1, later: 1, largest: 2, empty: 2 });
});

it.each([
  [["--near-text", "text"], "--near-text and --near-similarity go with --near-duplicates"],
  [
    ["--near-duplicates", "report", "--near-similarity", "0.3"],
    "--near-similarity must be a share in [0.5, 1], got 0.3",
  ],
  [["--near-duplicates", "report", "--near-text", "txt"], 'no row has a field "txt"'],
])("refuses %s", async (flags, message) => {
  const { code, stderr } = await pstar([
    "select",
    input,
    "--field",
    "score",
    "--keep",
    "1",
    "--out",
    join(folder, "none"),
    ...flags,
  ]);
  expect(code).toBeGreaterThan(1);
  expect(stderr).toContain(message);
});

it.each([
  ["numbers", ["7", "7.0", "8"], 2, "decimal-numbers"],
  ["texts", ['"7"', '"7.0"', '"8"'], 3, "decimal-texts"],
  ["numbers that are all decimal", ["7.0", "7.0", "8.0"], 2, undefined],
  ["numbers that are all whole", ["7", "7", "8"], 2, undefined],
])("of ids that are %s, the groups are those that a remark states", async (name, ids, kept, remark) => {
  const file = join(folder, "ids.jsonl");
  writeFileSync(file, ids.map((id, i) => `{"id": ${id}, "score": ${i}, "other": 7.5}\n`).join(""));
  const { counts, warnings } = await select({
    input: file,
    out: join(folder, `ids of ${name}`),
    verifiers: rules.verifiers,
    bestOf: "id",
  });
  expect(counts.kept).toBe(kept);
  expect(warnings.map(({ code }) => code).filter((code) => code.startsWith("decimal-"))).toEqual(
    remark === undefined ? [] : [remark],
  );
});
