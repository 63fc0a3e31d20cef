import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { seedList } from "../../src/cli/options.js";
import { createProgram } from "../../src/cli/program.js";
import { capturedContext } from "../support/captured.js";
import { scratchFolder } from "../support/folders.js";
import { pstar } from "../support/inProcess.js";
import { pstar as pstarAlone } from "../support/pstar.js";

describe("a list of seeds", () => {
  it("is read as ranges and single numbers, a thousand at most", () => {
    expect(seedList("1..3,7, 5..6")).toEqual([1, 2, 3, 7, 5, 6]);
    expect(seedList("9007199254740991")).toEqual([Number.MAX_SAFE_INTEGER]);
    expect(seedList("1..999,2000")).toHaveLength(1000);
  });

  it.each([
    [
      "1..1001",
      "It names 1,001 seeds, and a run takes at most 1,000: name fewer, or compute the others in further runs.",
    ],
    ["1..999,2000,2001", "It names 1,001 seeds, and a run takes at most 1,000: name fewer"],
    [Array.from({ length: 2000 }, (_, i) => i).join(), "It names 2,000 seeds"],
    ["9007199254740992", "A seed is at most 9007199254740991."],
    ["1..99999999999999999999", "A seed is at most 9007199254740991."],
    ["1-2000", "It must be a range such as 1..6 or a list such as 1,2,5, without repetitions."],
    ["6..1", "It must be a range such as 1..6"],
    ["1,2,1", "It must be a range such as 1..6"],
  ])("is told what is wrong with it: %s", (list, message) => {
    expect(() => seedList(list)).toThrow(message);
  });

  it("that is long is quoted by its beginning", async () => {
    const list = Array.from({ length: 2000 }, (_, i) => i).join();
    for (const args of [
      ["news", "--seeds", list],
      ["eigen", `--seeds=${list}`],
    ]) {
      const { code, stderr } = await pstar(args);
      expect(code).toBe(2);
      expect(stderr).toContain(`${list.slice(0, 140)}`);
      expect(stderr).toContain("…' is invalid. It names 2,000 seeds, and a run takes at most 1,000");
      expect(stderr.length).toBeLessThan(500);
    }
  });

  it("is as a list of verifiers, which has a bound as well", async () => {
    const kept = Array.from({ length: 21 }, (_, i) => `k${i}`).join();
    const { code, stderr } = await pstar(["audit", "rows.jsonl", "--kept", kept, "--correct", "human"]);
    expect(stderr).toContain("--kept takes at most 20 verifiers, got 21: judge the others by a further command\n");
    expect(code).toBe(2);
  });
});

describe("the command line", () => {
  it("explains itself", async () => {
    const { code, stdout } = await pstar(["--help"]);
    expect(code).toBe(0);
    for (const word of ["run", "presets", "schema", "pstar run phase-transition"]) expect(stdout).toContain(word);
  });

  it("explains running, with examples and exit codes", async () => {
    const { code, stdout } = await pstar(["help", "run"]);
    expect(code).toBe(0);
    for (const word of ["Examples:", "--set", "--seed", "--trials", "--format", "--out", "--plot", "--quiet", "130"]) {
      expect(stdout).toContain(word);
    }
  });

  it("loads only what it uses", async () => {
    const folder = scratchFolder();
    const packagesLoadedBy = async (name: string, ...args: string[]) => {
      const env = { NODE_V8_COVERAGE: join(folder, name) };
      expect((await pstarAlone(args, { env })).code).toBe(0);
      const files = readdirSync(env.NODE_V8_COVERAGE).map((file) =>
        readFileSync(join(env.NODE_V8_COVERAGE, file), "utf8"),
      );
      const outside = files.flatMap((text) =>
        [...text.matchAll(/\/node_modules\/((?:@[^/"]+\/)?[^/"]+)/g)].map(([, name]) => name as string),
      );
      // what is bundled is known by a text that only it has
      const pieces = files.flatMap((text) => [...text.matchAll(/"url":"(file:[^"]+\/dist\/cli\/[^"]+)"/g)]);
      const texts = new Set(pieces.map(([, url]) => readFileSync(new URL(url as string), "utf8")));
      const bundled = Object.entries(MARKS).filter(([, mark]) => [...texts].some((text) => text.includes(mark)));
      return new Set([...outside, ...bundled.map(([name]) => name)]);
    };
    const MARKS = {
      "@noble/hashes": "Hash instance has been destroyed",
      "cli-progress": "barCompleteChar",
      commander: "commander.unknownOption",
      picocolors: "FORCE_COLOR",
      yaml: "tag:yaml.org,2002",
      zod: "_zod",
    };
    expect(await packagesLoadedBy("help", "--help")).toEqual(new Set(["commander", "picocolors"]));
    expect(await packagesLoadedBy("audit", "audit", "--help")).toEqual(new Set(["commander", "picocolors"]));
    expect(await packagesLoadedBy("breakdown", "breakdown", "--phi", ".8", "--psi", ".3")).toEqual(
      new Set(["commander", "picocolors", "zod"]),
    );
  });

  it("prints its version", async () => {
    const { code, stdout } = await pstarAlone(["--version"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each([
    ["no command", [], "Usage: pstar"],
    ["an unknown command", ["rum"], "unknown command 'rum'"],
    ["an unknown option", ["run", "angles", "--trails", "3"], "Did you mean --trials?"],
    ["no scenario", ["run"], "missing required argument 'scenario'"],
    ["two scenarios", ["run", "angles", "angles"], "too many arguments"],
    ["an unknown format", ["run", "angles", "--format", "xml"], "Allowed choices are table, json, csv"],
    ["a format misspelt", ["run", "angles", "--format", "jsn"], "Did you mean json?"],
    ["a verifier misspelt", ["select", "-", "--verifier", "scroe", "--keep", "1"], "did you mean score?"],
    ["a seed that is no number", ["run", "angles", "--seed", "x"], "whole number of at least 0"],
    ["a negative seed", ["run", "angles", "--seed", "-1"], "whole number of at least 0"],
    ["no trials", ["run", "angles", "--trials", "0"], "whole number of at least 1"],
    ["a figure of an unknown kind", ["run", "angles", "--plot", "x.gif"], "must end in .png, .svg or .pdf"],
    ["a figure without a sweep", ["run", "-", "--plot", "x.png"], "--plot draws the curve of a sweep"],
    ["a preset misspelt", ["run", "phase-transiton"], "did you mean phase-transition?"],
    ["a preset to print that is none", ["presets", "no-such"], "presets: phase-transition, oracle-vs-weak"],
  ])("answers %s with exit code 2", async (_, args, message) => {
    const { code, stdout, stderr } = await pstar(args, { stdin: "samples: 100" });
    expect(stderr).toContain(message);
    expect(code).toBe(2);
    expect(stdout).toBe("");
  });
});

describe("an empty path", () => {
  it("is told to be empty, by every option that takes a path", async () => {
    const refused: string[] = [];
    const visit = (command: Command) => {
      for (const option of command.options) {
        const [, kind] = /<(file|folder)>/.exec(option.flags) ?? [];
        if (kind === undefined) continue;
        expect(() => option.parseArg?.("", undefined), option.flags).toThrow(`It is empty: name a ${kind}.`);
        refused.push(`${command.name()} ${option.long}`);
      }
      for (const below of command.commands) visit(below);
    };
    visit(await createProgram(capturedContext().context));
    expect(refused.filter((flag) => flag.endsWith(" --out"))).toHaveLength(14);
  });

  it.each([["paper", "sharp-transition"], ["eigen"], ["news"], ["export", "results.csv"], ["example"]])(
    "is wrong usage, not a fault of the disk: %s",
    async (...command) => {
      const { code, stdout, stderr } = await pstar([...command, "--out", ""]);
      expect(stderr).toMatch(
        /^error: option '--out <(file|folder)>' argument '' is invalid. It is empty: name a \1\.\n/,
      );
      expect([code, stdout]).toEqual([2, ""]);
    },
  );
});

describe("pstar presets", () => {
  it("lists the presets and what they show", async () => {
    const { code, stdout } = await pstar(["presets"]);
    expect(code).toBe(0);
    for (const name of ["phase-transition", "oracle-vs-weak", "angles", "sample-size", "real-and-synthetic"]) {
      expect(stdout).toContain(`${name}\n  `);
    }
  });

  it("lists them as JSON", async () => {
    const { stdout } = await pstar(["presets", "--format", "json"]);
    const list: { name: string; description: string }[] = JSON.parse(stdout).presets;
    expect(list.map(({ name }) => name)).toContain("poisoned-verifier");
    expect(list.every(({ description }) => description.length > 20)).toBe(true);
  });

  it("prints one that runs as a file", async () => {
    const { stdout } = await pstar(["presets", "angles"]);
    expect(stdout).toContain("verifier.angle:");
    const few = ["--set", "samples=50", "--set", "data.dim=5", "--trials", "1", "--format", "csv"];
    const fromPreset = await pstar(["run", "angles", ...few]);
    const fromFile = await pstar(["run", "-", ...few], { stdin: stdout });
    expect(fromFile.code).toBe(0);
    expect(fromFile.stdout).toBe(fromPreset.stdout);
  });
});

describe("pstar schema", () => {
  it("prints a JSON Schema", async () => {
    const { code, stdout } = await pstar(["schema"]);
    expect(code).toBe(0);
    const schema = JSON.parse(stdout);
    expect(schema.$schema).toBe("https://json-schema.org/draft/2020-12/schema");
    expect(Object.keys(schema.properties)).toEqual(
      expect.arrayContaining(["data", "generator", "verifier", "learner"]),
    );
  });
});
