// In a process of its own: it starts servers and workers.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { scratchFolder } from "../support/folders.js";
import { printed, pstar } from "../support/inProcess.js";
import { SMALL } from "../support/pstar.js";
import { RedisServer } from "../support/redis.js";
import { describeWith } from "../support/tools.js";

// One text with all that could steer a terminal or reorder what it shows: an escape sequence, C1, a direction override, a
// direction mark, zero width, a line separator, a tag character. It stands wherever a text from outside may stand.
const EVIL = "e\u001b[31mv\u009bi\u202el\u200f\u200b\u2028\u{e0041}x";
const RAW = /(?![\t\n])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

const folder = scratchFolder();
const place = (name: string) => join(folder, name);
const rows = Array.from({ length: 24 }, (_, i) => ({
  id: `${EVIL}${i}`,
  [EVIL]: `${EVIL} ${i % 3}`,
  text: `the ${EVIL} cat ${i}`,
  correct: i % 4 === 0 ? null : i % 3 > 0,
  kept: i % 2 > 0,
  score: i / 60,
}));
const file = place(`rows ${EVIL}.jsonl`);
const missing = place(`none ${EVIL}.jsonl`);
const config = place(`grid ${EVIL}.yaml`);
const results = place(`results ${EVIL}.json`);
const run = place("run");
const out = (name: string) => place(`${name} ${EVIL}`);

beforeAll(async () => {
  writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  writeFileSync(config, SMALL.replace("small", JSON.stringify(EVIL)));
  await printed(["run", "-", "--out", run], { stdin: SMALL });
  const [line] = readFileSync(join(run, "results.jsonl"), "utf8").split("\n");
  const cell = { ...JSON.parse(line as string), params: { [EVIL]: EVIL } };
  writeFileSync(results, JSON.stringify({ schema: "pstar/result@1", config: {}, cells: [cell] }));
  mkdirSync(place("folder"));
  writeFileSync(join(folder, "folder", `a ${EVIL}.jsonl`), "not json\n");
  await pstar(["lm", "train", file, "--field", "text", "--out", place("model.arpa")]);
  writeFileSync(place("evil.arpa"), `\\data\\\nngram 1=${EVIL}\n`);
  writeFileSync(place("evil.csv"), `id,${EVIL},correct,kept\n1,2\n${EVIL},1,yes,no\n2,1,${EVIL},no\n`);
  writeFileSync(place("evil.sgm"), `<REUTERS ${EVIL}></REUTERS>`);
});

const fields = ["--correct", "correct", "--kept", "kept"];
const commands: [string, () => string[]][] = [
  ["an unknown command", () => [EVIL]],
  ["an unknown option", () => ["audit", file, `--${EVIL}`]],
  ["an option's value", () => ["run", config, "--trials", EVIL]],
  ["a choice", () => ["run", config, "--format", EVIL]],
  ["one argument too many", () => ["explore", run, EVIL]],
  ["help of what is not there", () => ["help", EVIL]],
  ["run: name, and folder", () => ["run", config, "--out", out("run"), "--workers", "1"]],
  ["run: a setting", () => ["run", config, "--set", `${EVIL}=${EVIL}`]],
  ["run: a value", () => ["run", config, "--set", `verifier.kind=${EVIL}`]],
  ["run: a file that is not there", () => ["run", missing]],
  ["run: JSON", () => ["run", config, "--format", "json", "--workers", "1"]],
  ["sweep: a preset", () => ["run", `${EVIL}`]],
  ["breakdown", () => ["breakdown", config]],
  ["plot: parameters", () => ["plot", results, "--out", out("plot.png")]],
  ["plot: a format", () => ["plot", run, "--out", out("plot")]],
  ["export: parameters", () => ["export", results, "--to", "csv"]],
  ["export: a file", () => ["export", missing, "--to", "csv"]],
  ["explore: a folder", () => ["explore", missing]],
  ["merge: folders", () => ["merge", missing, place("folder"), "--out", out("merged")]],
  ["audit: slices", () => ["audit", file, ...fields, "--by", EVIL]],
  ["audit: a field", () => ["audit", file, "--correct", EVIL, "--kept", EVIL]],
  ["audit: CSV", () => ["audit", place("evil.csv"), ...fields]],
  ["audit: JSON", () => ["audit", file, ...fields, "--by", EVIL, "--format", "json"]],
  ["audit: Markdown", () => ["audit", file, ...fields, "--by", EVIL, "--format", "markdown"]],
  ["audit: a folder", () => ["audit", place("folder")]],
  ["audit: no file", () => ["audit", missing]],
  ["check", () => ["check", file, ...fields]],
  ["check: a field", () => ["check", file, "--kept", EVIL]],
  ["label draw", () => ["label", "draw", file, "--labels", "10", "--out", out("sheet.csv")]],
  ["label draw: fields", () => ["label", "draw", file, "--labels", "10", "--show", EVIL, "--out", place("sheet.csv")]],
  ["label join", () => ["label", "join", place("evil.csv"), "--out", out("joined.jsonl")]],
  ["select", () => ["select", file, "--field", "score", "--keep", "50%", "--out", out("selected")]],
  ["select: slices", () => ["select", file, "--field", "score", "--keep", "50%", "--by", EVIL, "--out", place("sel2")]],
  ["select: a field", () => ["select", file, "--field", EVIL, "--keep", "50%", "--out", place("sel3")]],
  ["select: a module", () => ["select", file, "--verifier", `./${EVIL}.js`, "--keep", "50%", "--out", place("sel4")]],
  [
    "select: a command",
    () => ["select", file, "--verifier", `cmd: echo '${EVIL}' >&2; exit 3`, "--keep", "50%", "--out", place("sel5")],
  ],
  ["lm train", () => ["lm", "train", file, "--field", EVIL, "--out", out("model.arpa")]],
  ["lm train: a field", () => ["lm", "train", file, "--field", `${EVIL}.${EVIL}`]],
  ["lm score: a model", () => ["lm", "score", file, "--field", "text", "--lm", place("evil.arpa")]],
  ["lm score: ids", () => ["lm", "score", file, "--field", "text", "--lm", place("model.arpa")]],
  ["news: a file", () => ["news", missing]],
  ["news: articles", () => ["news", file]],
  ["news convert", () => ["news", "convert", "reuters", place("evil.sgm")]],
  ["news convert: a form", () => ["news", "convert", EVIL, file]],
  ["news convert: columns", () => ["news", "convert", "csv", place("evil.csv"), "--text", EVIL]],
  ["news evaluate", () => ["news", "evaluate", missing]],
  ["eigen", () => ["eigen", EVIL]],
  ["paper", () => ["paper", EVIL]],
  ["schema", () => ["schema", EVIL]],
  ["queue: an address", () => ["queue", "status", "--queue", EVIL]],
  ["worker: a plan", () => ["worker", "--queue", "redis://127.0.0.1:1", "--plan", EVIL]],
];

describe("a hostile text", () => {
  it.each(commands)("does not reach the terminal by %s", async (_, args) => {
    const { stdout, stderr, code } = await pstar(args());
    expect(stderr + stdout).not.toBe("");
    expect(code).toBeLessThan(4);
    const [raw] = RAW.exec(stderr) ?? RAW.exec(stdout) ?? [];
    expect(raw && JSON.stringify(raw)).toBeUndefined();
  });

  it("is what these commands were given, and would be found", () => {
    expect([...EVIL].filter((sign) => RAW.test(sign)).length).toBeGreaterThan(6);
    expect(JSON.stringify(commands.flatMap(([, args]) => args()))).toContain("e\\u001b[31m");
  });
});

describe("a line end in a text", () => {
  const FORGED = "a\nforged: all is well\nb";
  const more: [string, () => string[]][] = [
    ["merge: twice the same", () => ["merge", EVIL, EVIL, "--out", place("merged")]],
    ["run: two outputs", () => ["run", "-", "--plot", EVIL, "--trials-out", EVIL]],
    ["run: a shard", () => ["run", "-", "--shard", EVIL, "--out", place("shard")]],
    ["audit: verifiers", () => ["audit", rowsFile, "--correct", "correct", "--kept", `${EVIL},${EVIL}`]],
    ["audit: fields of the file", () => ["audit", rowsFile, "--correct", "correct"]],
    ["audit: fields that are not there", () => ["audit", rowsFile, "--correct", "none", "--kept", "none"]],
    ["check: fields of the file", () => ["check", rowsFile, "--correct", "none"]],
    ["lm train: fields of the file", () => ["lm", "train", rowsFile]],
    [
      "select: fields of the file",
      () => ["select", rowsFile, "--field", "none", "--keep", "50%", "--out", place("sel6")],
    ],
    ["plot: a setting", () => ["plot", run, "--out", place("plot.png"), "--x", EVIL]],
    ["plot: a cell", () => ["plot", run, "--out", place("plot.png"), "--at", EVIL]],
    ["plot: a cell of a setting", () => ["plot", run, "--out", place("plot.png"), "--at", `verifier.kind=${EVIL}`]],
  ];
  const rowsFile = place("line ends.jsonl");
  beforeAll(() => {
    const withForged = rows.map((row) =>
      JSON.stringify({ [FORGED]: FORGED, [`${FORGED}2`]: "t", correct: row.correct }),
    );
    writeFileSync(rowsFile, withForged.join("\n"));
  });

  it.each([...commands, ...more])("is no line of its own of an error by %s", async (_, args) => {
    const { stderr } = await pstar(
      args().map((word) => word.replaceAll(EVIL, FORGED)),
      { stdin: SMALL },
    );
    expect(stderr.split("\n").filter((line) => line.startsWith("forged"))).toEqual([]);
  });
});

describeWith("redis-server", "a hostile text in Redis", () => {
  it("does not reach the terminal by names of workers, plans and jobs", async () => {
    const redis = await RedisServer.start(folder);
    const client = redis.client();
    const plan = "0123456789abcdef";
    await client.sadd("pstar:plans", plan, EVIL);
    await client.set(`pstar:plan:${plan}`, JSON.stringify({ schema: EVIL, [EVIL]: EVIL }));
    await client.sadd("pstar:workers", EVIL, "w:1:a");
    const worker = {
      name: EVIL,
      host: EVIL,
      pid: 1,
      version: EVIL,
      coreHash: EVIL,
      threads: 1,
      busy: 0,
      refused: [EVIL],
    };
    for (const name of [EVIL, "w:1:a"]) await client.set(`pstar:worker:${name}`, JSON.stringify(worker));
    await client.set(`pstar:plan:${plan}:coordinator`, JSON.stringify({ host: EVIL, pid: 1, folder: EVIL }));
    await client.zadd(`pstar:queue:${plan}:failed`, 1, EVIL, 2, `${"0".repeat(16)}-0-0`);
    await client.hset(`pstar:queue:${plan}:${"0".repeat(16)}-0-0`, "failedReason", EVIL);
    for (const args of [
      ["queue", "status"],
      ["queue", "status", "--format", "json"],
      ["queue", "retry"],
      ["worker", "--workers", "1", "--exit-when-done", "1"],
    ]) {
      const { stdout, stderr } = await pstar([...args, "--queue", redis.url]);
      expect(stdout + stderr).not.toBe("");
      const [raw] = RAW.exec(stderr) ?? RAW.exec(stdout) ?? [];
      expect(raw && `${args.join(" ")}: ${JSON.stringify(raw)}`).toBeUndefined();
    }
    client.disconnect();
  });
});
