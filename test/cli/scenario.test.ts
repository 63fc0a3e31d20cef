import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { scratchFolder } from "../support/folders.js";
import { pstar } from "../support/inProcess.js";
import { SMALL } from "../support/pstar.js";

const folder = scratchFolder();

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe("a scenario that is not valid", () => {
  it("is answered with every problem and its line, and exit code 3", async () => {
    const path = file("bad.yaml", "generator:\n  errorRate: 1.2\nverifier:\n  kind: oracel\nsampels: 5\n");
    const { code, stdout, stderr } = await pstar(["run", path]);
    expect(code).toBe(3);
    expect(stdout).toBe("");
    expect(stderr).toContain(`error: generator.errorRate must be in [0, 1], got 1.2 (line 2 of ${path})`);
    expect(stderr).toMatch(/verifier\.kind must be one of .*, got "oracel" \(line 4/);
    expect(stderr).toMatch(/sampels is not a setting; did you mean samples\? \(line 5/);
  });

  it.each([
    ["broken YAML", "data: [1,\nb: }", "is not valid YAML or JSON"],
    ["a number that is none", "generator: {errorRate: .nan}", "generator.errorRate must be"],
    ["a list", "- 1\n- 2\n", "must be a mapping"],
  ])("may be %s", async (_, text, message) => {
    const { code, stderr } = await pstar(["run", "-"], { stdin: text });
    expect(stderr).toContain(message);
    expect(code).toBe(3);
  });

  it("may come from --set, which is named", async () => {
    const { code, stderr } = await pstar(["run", "angles", "--set", "verifier.phy=0.4"]);
    expect(code).toBe(3);
    expect(stderr).toContain("did you mean verifier.phi? (--set verifier.phy=0.4)");
  });

  it("leaves no file behind", async () => {
    const out = join(folder, "never");
    const { code } = await pstar([
      "run",
      file("bad2.yaml", "samples: -1"),
      "--out",
      out,
      "--plot",
      join(folder, "x.png"),
    ]);
    expect(code).toBe(3);
    expect(readdirSync(folder).filter((name) => name === "never" || name === "x.png")).toEqual([]);
  });
});

describe("a scenario that cannot be read", () => {
  it.each([
    ["a missing file", () => join(folder, "missing.yaml"), "there is no such file"],
    ["a folder", () => folder, "it is a folder"],
    ["a file under a file", () => join(file("plain", ""), "x.yaml"), "a part of its path is a file"],
  ])("may be %s: exit code 1", async (_, path, message) => {
    const { code, stderr } = await pstar(["run", path()]);
    expect(stderr).toContain("error: cannot read");
    expect(stderr).toContain(message);
    expect(code).toBe(1);
  });
});

describe("a scenario", () => {
  it("may come from standard input, a YAML file or a JSON file", async () => {
    const args = ["--format", "json"];
    const fromInput = await pstar(["run", "-", ...args], { stdin: SMALL });
    const fromYaml = await pstar(["run", file("small.yaml", SMALL), ...args]);
    const { config } = JSON.parse(fromInput.stdout);
    const fromJson = await pstar(["run", file("small.json", JSON.stringify(config)), ...args]);
    expect(fromInput.code).toBe(0);
    expect(fromYaml.stdout).toBe(fromInput.stdout);
    expect(fromJson.stdout).toBe(fromInput.stdout);
  });

  it("is called a preset before a file, and a file with its folder", async () => {
    mkdirSync(join(folder, "cwd"));
    writeFileSync(join(folder, "cwd", "angles"), "samples: 50\ntrials: 1\ndata: {dim: 2}\n");
    const { stdout } = await pstar(["run", "./angles", "--format", "json"], { cwd: join(folder, "cwd") });
    expect(JSON.parse(stdout).cells).toHaveLength(1);
  });

  it("is changed by --set, --seed and --trials, in that order", async () => {
    const args = ["--set", "samples=77", "--set", "seed=5", "--seed", "9", "--trials", "2", "--format", "json"];
    const { stdout, stderr } = await pstar(["run", "-", ...args, "--set", "verifier.kind=none"], { stdin: SMALL });
    const { config, cells } = JSON.parse(stdout);
    expect(config).toMatchObject({ samples: 77, seed: 9, trials: 2, verifier: { kind: "none" } });
    expect(cells).toHaveLength(3);
    expect(stderr).toContain("warning: --set verifier.kind=none fixes verifier.kind, which is no longer swept");
  });

  it("with a setting that nothing reads runs with a warning, which --quiet leaves out", async () => {
    const stdin = "samples: 50\ndata: {dim: 2}\nverifier: {phi: 0.5}\n";
    const { code, stderr } = await pstar(["run", "-"], { stdin });
    expect(code).toBe(0);
    expect(stderr).toContain("warning: verifier.phi has no effect");
    expect((await pstar(["run", "-", "--quiet"], { stdin })).stderr).toBe("");
  });
});

describe("a cell without weights", () => {
  it("is reported by name where the system is singular, and ends with exit code 1", async () => {
    const stdin =
      "data: {dim: 5}\nsamples: 6\nlearner: {lambda: 0}\nverifier: {kind: random}\nsweep: {verifier.keep: [0.2, 1]}\n";
    const { code, stdout, stderr } = await pstar(["run", "-", "--format", "json"], { stdin });
    expect(stderr).toContain("error: 1 of 2 cells: ");
    expect(code).toBe(1);
    expect(JSON.parse(stdout).cells.map((cell: { status: string }) => cell.status)).toEqual(["singular", "ok"]);
  });

  it("is reported in words where no row was kept, and fails nothing", async () => {
    const { code, stdout, stderr } = await pstar(["run", "-"], { stdin: SMALL });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^oracle +1\.0 +no row kept/m);
    expect(stderr).toBe("");
  });
});
