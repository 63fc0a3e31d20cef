import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { createProgram } from "../../src/cli/program.js";
import { schemaNames } from "../../src/cli/schema.js";
import { terminalOf } from "../../src/cli/terminal/terminal.js";
import { scratchFolder } from "../support/folders.js";
import { pstar } from "../support/inProcess.js";
import { SMALL } from "../support/pstar.js";
import { RedisServer } from "../support/redis.js";
import { itWith } from "../support/tools.js";

const folder = scratchFolder();

function file(name: string, text: string): string {
  const place = join(folder, name);
  writeFileSync(place, text);
  return place;
}

const jsonl = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");

const small = file("small.yaml", SMALL);
const audited = file(
  "audited.jsonl",
  `not a row\n${jsonl(
    Array.from({ length: 200 }, (_, i) => ({
      task: i % 2 === 0 ? "sum" : "product",
      correct: i % 3 === 0 ? null : i % 5 !== 0,
      kept: i % 4 !== 0,
      score: (i % 17) / 17 + (i % 5 === 0 ? 0 : 0.4),
    })),
  )}`,
);
const texts = file("texts.jsonl", jsonl(["a cat sat", "a dog sat", "the bird flew"].map((text, id) => ({ id, text }))));
const references = file("references.jsonl", jsonl(["a", "b", "c"].map((id) => ({ id, summary: `the cat ${id}` }))));
const [first, second] = ["first", "second"].map((name, i) =>
  file(`${name}.jsonl`, jsonl(["a", "b", "c"].slice(i).map((id) => ({ id, prediction: `the ${name} ${id}` })))),
);
const articles = file(
  "articles.jsonl",
  jsonl(
    Array.from({ length: 60 }, (_, i) => ({
      id: `${i}`,
      text: `The council of town ${i} met on Monday. It voted for the new bridge over river ${i}. Nobody was against it.`,
      summary: `Town ${i} votes for a bridge`,
    })),
  ),
);
const select = ["select", audited, "--field", "score"];
const audit = ["audit", audited, "--correct", "correct"];

const TINY_EIGEN = [
  ...["--pool", "200", "--steps", "40", "--tolerance", "100%", "--seeds", "1", "--verifiers", "oracle,none"],
];

/** Runs of every command that prints JSON, and the schema that each must fit. */
const runs: Record<string, [schema: string, args: string[]][]> = {
  run: [
    ["result", ["run", small]],
    [
      "result",
      ["run", small, "--set", "generator.kind=learned", "--set", "generations=2", "--set", "learner.kind=logistic"],
    ],
    ["result", ["run", small, "--shard", "1/2", "--out", join(folder, "shard")]],
  ],
  breakdown: [
    ["breakdown", ["breakdown", "--phi", "0.8", "--psi", "0.3"]],
    ["breakdown", ["breakdown", "--phi", "0.8", "--psi", "0.3", "--p", "0.4", "--classes", "5"]],
    ["breakdown", ["breakdown", "--angles", "30deg", "100deg"]],
    ["breakdown", ["breakdown", small]],
  ],
  rewards: [
    ["rewards", ["rewards", "--phi", "0.8", "--psi", "0.3", "--p", "60%", "--trials", "3", "--steps", "5"]],
    ["rewards", [..."rewards --phi 0.4 --psi 0.6 --p 0.3 --reward corrected --trials 1 --steps 20".split(" ")]],
  ],
  augment: [
    ["augment", ["augment", "--trials", "3", "--dim", "10", "--samples", "5,50"]],
    [
      "augment",
      ["augment", "--trials", "3", "--dim", "5", "--samples", "20", "--estimate", "both", "--engine", "direct"],
    ],
    ["augment", ["augment", "--engine", "theory", "--mean-angle", "30deg", "--penalty", "all"]],
  ],
  weights: [
    ["weights", ["weights", "--trials", "3", "--dim", "5", "--samples", "5,50"]],
    ["weights", ["weights", "--trials", "2", "--samples", "30", "--rule", "by-label", "--generator-angle", "20deg"]],
    ["weights", ["weights", "--engine", "theory", "--rule", "soft-hard"]],
  ],
  regression: [
    ["regression", ["regression", "--trials", "3", "--rounds", "2"]],
    ["regression", ["regression", "--trials", "3", "--policy", "mix", "--ball", "1.5", "--real-samples", "20"]],
  ],
  audit: [
    ["audit", [...audit, "--kept", "kept", "--by", "task", "--true", "sure", "--missing", "n/a"]],
    ["audit", [...audit, "--score", "score"]],
    ["audit-verifiers", [...audit, "--kept", "kept,score >= 0.5", "--missing", "n/a"]],
    ["audit", [...audit, "--score", "score", "--threshold", "0.7", "--design", "stratified"]],
    ["verifier-card", [...audit, "--kept", "kept", "--by", "task", "--format", "card-json"]],
    ["verifier-card", [...audit, "--score", "score", "--true", "sure", "--format", "card-json"]],
    ["audit-plan", [...audit, "--kept", "kept", "--plan"]],
    ["audit-plan", ["audit", "--plan", "--p", "0.33", "--phi", "0.8", "--psi", "0.3"]],
    ["audit-plan", ["audit", "--plan", "--kept-precision", "0.7"]],
  ],
  check: [
    ["check", ["check", audited, "--kept", "kept", "--correct", "correct"]],
    ["check", ["check", audited, "--score", "score", "--out", join(folder, "kept.jsonl")]],
    ["check", ["check", texts, "--score", "id"]],
  ],
  "label draw": [
    ["label-draw", ["label", "draw", audited, "--kept", "kept", "--labels", "20", "--out", join(folder, "sheet.csv")]],
  ],
  select: [
    ["select", [...select, "--verifier", "score", "--keep", "50%", "--out", join(folder, "selected")]],
    [
      "select",
      [
        ...select,
        "--verifier",
        "score",
        "--keep",
        "0.3",
        "--by",
        "task",
        "--baseline",
        "--dedupe",
        "--out",
        join(folder, "sliced"),
      ],
    ],
    [
      "select",
      [
        "select",
        texts,
        "--verifier",
        "rouge",
        "--verifier",
        "random:0.5",
        "--candidate",
        "text",
        "--reference",
        "text",
      ].concat([
        "--keep",
        "2",
        "--export",
        "alpaca",
        "--prompt",
        "text",
        "--completion",
        "text",
        "--out",
        join(folder, "alike"),
      ]),
    ],
  ],
  "lm train": [
    ["language-model", ["lm", "train", texts, "--field", "text", "--held-out", texts, "--out", join(folder, "a.arpa")]],
  ],
  news: [
    [
      "news",
      [
        "news",
        articles,
        "--seeds",
        "1,2",
        "--fractions",
        "0.5,1",
        "--verifiers",
        "oracle,random",
        "--model",
        "extractive",
      ],
    ],
  ],
  eigen: [
    ["eigen", ["eigen", ...TINY_EIGEN, "--rows", "20", "--beams", "2"]],
    ["eigen-grid", ["eigen", ...TINY_EIGEN, "--grid", "20"]],
  ],
  "news evaluate": [["news-evaluation", ["news", "evaluate", first, second, "--references", references]]],
  paper: [
    ["paper", ["paper", "transformer-settings"]],
    ["paper", ["paper", "angle-plane"]],
  ],
  presets: [
    ["presets", ["presets"]],
    ["scenario", ["presets", "angles"]],
  ],
};

/** Those that need a server: tested below. */
const served = ["queue status"];

describe("what commands print as JSON", () => {
  it("is tested for every command that can", async () => {
    expect([...Object.keys(runs), ...served].sort()).toEqual([...(await commandsWithJson())].sort());
  });

  it("has no schema that nothing prints", () => {
    const used = Object.values(runs).flatMap((all) => all.map(([name]) => name));
    expect([...new Set([...used, "queue-status"])].sort()).toEqual([...schemaNames].sort());
  });

  it.each(schemaNames)("has a published schema without a hole: %s", async (name) => {
    const schema = JSON.parse((await pstar(["schema", name])).stdout);
    expect(schema).toMatchObject({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      $id: `urn:pstar:${name}:1`,
      type: "object",
      additionalProperties: false,
    });
    expect(name === "scenario" || schema.required.includes("schema")).toBe(true);
    expect([...openObjects(schema)]).toEqual([]);
  });

  for (const [command, all] of Object.entries(runs)) {
    it.each(all)(`fits it: ${command}, %s %#`, async (name, args) => {
      const { code, stdout, stderr } = await pstar(args.includes("--format") ? args : [...args, "--format", "json"]);
      // a check that does not find rows safe ends with 1
      expect({ ended: code === 0 || code === 1, stderr: code === 0 ? "" : stderr }).toEqual({
        ended: true,
        stderr: "",
      });
      await fits(name, stdout);
    });
  }

  it("fits it: audit, with the labels of a sheet", async () => {
    const sheet = join(folder, "labelled.csv");
    await pstar(["label", "draw", audited, "--kept", "kept", "--labels", "20", "--show", "task", "--out", sheet]);
    writeFileSync(sheet, readFileSync(sheet, "utf8").replace(/,(sum|product),\r?$/gm, ",$1,yes"));
    const { stdout } = await pstar(["audit", audited, "--kept", "kept", "--labels", sheet, "--format", "json"]);
    expect(JSON.parse(stdout).labels.labelled).toBe(20);
    await fits("audit", stdout);
  });

  itWith("redis-server", "fits it: queue status", async () => {
    const redis = await RedisServer.start(folder);
    await fits("queue-status", (await pstar(["queue", "status", "--queue", redis.url, "--format", "json"])).stdout);
  });

  it("does not fit it with a field more, a field less or another type, at any depth", async () => {
    const { stdout } = await pstar(["audit", audited, "--correct", "correct", "--kept", "kept", "--format", "json"]);
    const { schema } = await published("audit");
    const changed = (change: (document: Record<string, never>) => void) => {
      const document = JSON.parse(stdout);
      change(document);
      return schema.safeParse(document).success;
    };
    expect(changed(() => {})).toBe(true);
    expect(changed((document) => Object.assign(document, { more: 1 }))).toBe(false);
    expect(changed((document) => Object.assign(document.counts, { more: 1 }))).toBe(false);
    expect(changed((document) => Object.assign(document.margin, { low: "0" }))).toBe(false);
    expect(changed((document) => Object.assign(document, { schema: "pstar/audit@2" }))).toBe(false);
    expect(changed((document) => delete document.verdict)).toBe(false);
    expect(changed((document) => delete document.unreadable["first"])).toBe(false);
  });

  it("of an unknown name is refused, and the nearest named", async () => {
    const { code, stderr } = await pstar(["schema", "audits"]);
    expect(code).toBe(2);
    expect(stderr).toContain('no schema is named "audits"; did you mean audit?');
  });
});

const schemas = new Map<string, { $id: string; schema: z.ZodType }>();

/** The schema as a user has it: from the text that the command prints. */
async function published(name: string): Promise<{ $id: string; schema: z.ZodType }> {
  const found = schemas.get(name);
  if (found !== undefined) return found;
  const text = JSON.parse((await pstar(["schema", name])).stdout);
  const one = { $id: text.$id, schema: z.fromJSONSchema(text) };
  schemas.set(name, one);
  return one;
}

async function fits(name: string, text: string): Promise<void> {
  const document = JSON.parse(text);
  const { $id, schema } = await published(name);
  const tag = document.schema?.replace(/^pstar\/(.+)@/, "urn:pstar:$1:") ?? document.$schema;
  expect(tag).toBe($id);
  const { error } = schema.safeParse(document);
  expect(error?.issues ?? []).toEqual([]);
}

/** Every object of a schema that takes fields which it does not name, apart from maps, which have a schema for their values. */
function* openObjects(node: unknown, path = ""): Generator<string> {
  if (typeof node !== "object" || node === null) return;
  if ("properties" in node && !("additionalProperties" in node && node.additionalProperties === false)) yield path;
  for (const [key, child] of Object.entries(node)) yield* openObjects(child, `${path}/${key}`);
}

/** Every command that has a --format of which json is one. */
async function commandsWithJson(): Promise<string[]> {
  const streams = { out: silent(), err: silent(), writeRows: () => {}, onOutClosed: () => {} };
  const found: string[] = [];
  const look = (command: Command, names: readonly string[]) => {
    const format = command.options.find(({ long }) => long === "--format");
    if (format !== undefined && /json/.test(`${format.argChoices ?? format.description}`)) found.push(names.join(" "));
    for (const below of command.commands) look(below, [...names, below.name()]);
  };
  look(await createProgram({ streams, args: [], exitCode: 0 }), []);
  return found;
}

function silent() {
  return terminalOf({ write: () => true, isTTY: false, columns: 80 }, {});
}
