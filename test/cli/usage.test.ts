import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { createProgram } from "../../src/cli/program.js";
import { capturedContext } from "../support/captured.js";
import { scratchFolder } from "../support/folders.js";
import { pstar } from "../support/inProcess.js";
import { pstar as pstarAlone } from "../support/pstar.js";

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
