import { describe, expect, it } from "vitest";
import { pstar } from "../support/inProcess.js";

async function json(...args: string[]) {
  const { code, stdout, stderr } = await pstar(["breakdown", ...args, "--format", "json"]);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return JSON.parse(stdout);
}

const FIELDS = [
  "errorRate",
  "phi",
  "psi",
  "breakdown",
  "keepRate",
  "keptPrecision",
  "verdict",
  "verification",
  "limit",
];

describe("pstar breakdown", () => {
  it("answers rates in words", async () => {
    const { code, stdout, stderr } = await pstar(["breakdown", "--phi", "0.8", "--psi", "0.3", "--p", "0.3"]);
    expect(code).toBe(0);
    expect(stderr).toBe("");
    expect(stdout).toContain("p = 0.300   φ = 0.800   ψ = 0.300   p⋆ = 0.727\n");
    expect(stdout).toMatch(/^rows kept +65\.0 % +100\.0 %$/m);
    expect(stdout).toMatch(/^correct labels among them +86\.2 % +70\.0 %$/m);
    expect(stdout).toMatch(/^below +p = 0\.300 is below p⋆ = 0\.727: more data help\.$/m);
    expect(stdout).toMatch(/^better /m);
    expect(stdout).not.toMatch(/safe/i);
  });

  it("says above the point what it takes to come below", async () => {
    const { stdout } = await pstar(["breakdown", "--phi", "0.8", "--psi", "0.3", "--p", "0.75"], {
      env: { COLUMNS: "200" },
    });
    // ψ < φ (1 − p) / p
    expect(stdout).toContain(
      "p = 0.750 is above p⋆ = 0.727: more data harm. Below takes p < 0.727, or ψ < 0.267 at this",
    );
    const angles = await pstar(["breakdown", "--angles", "100deg", "120deg"]);
    expect(angles.stdout).toContain("Below takes a verifier with θ_prune < 80°.");
  });

  it("tells numbers apart that look the same", async () => {
    const { stdout } = await pstar(["breakdown", "--phi", "0.8", "--psi", "0.3", "--p", "0.7272"]);
    expect(stdout).toContain("p = 0.7272 is below p⋆ = 0.7273");
    const on = await pstar(["breakdown", "--phi", "0.3", "--psi", "0.1", "--p", "0.75"]);
    expect(on.stdout).toContain("p = 0.750 is p⋆ itself: more data teach nothing.");
  });

  it("spells for a terminal that shows ASCII alone, and keeps to its width", async () => {
    const env = { LC_ALL: "C", COLUMNS: "60" };
    const { stdout } = await pstar(["breakdown", "sample-size", "--quiet"], { env });
    expect(stdout).toMatch(/^[\x20-\x7e\n]+$/);
    expect(stdout).toContain("phi = 0.800   psi = 0.300   p* = 0.727");
    const symbols = [..."p phi psi".split(" ")].map((s) =>
      stdout.split("\n").find((line) => line.includes(`  ${s} `) && line.startsWith("  one")),
    );
    expect(new Set(symbols.map((line) => line?.indexOf("+"))).size).toBe(1);
  });

  it("is an object of these fields as JSON", async () => {
    const answer = await json("--phi", "0.8", "--psi", "0.3", "--p", "0.3");
    expect(Object.keys(answer)).toEqual(FIELDS);
    expect(answer).toEqual({
      errorRate: 0.3,
      phi: 0.8,
      psi: 0.3,
      breakdown: 0.8 / 1.1,
      keepRate: expect.closeTo(0.65, 15),
      keptPrecision: expect.closeTo(0.56 / 0.65, 15),
      verdict: "below",
      verification: "better",
      limit: { selected: 1, unselected: 1 },
    });
  });

  it("leaves open what needs p", async () => {
    expect(await json("--phi", "0.8", "--psi", "0.3", "--classes", "10")).toEqual({
      errorRate: null,
      phi: 0.8,
      psi: 0.3,
      breakdown: 7.2 / 7.5,
      keepRate: null,
      keptPrecision: null,
      verdict: null,
      verification: null,
      limit: { selected: null, unselected: null },
    });
    const { stdout } = await pstar(["breakdown", "--phi", "0.8", "--psi", "0.3"]);
    expect(stdout).toContain("wrong in up to 72.7 % of its labels, 50.0 % without verification");
  });

  it("has two answers to 30° and 100°: below the breakdown point, and worse than without verification", async () => {
    const answer = await json("--angles", "30deg", "100deg");
    expect(answer).toMatchObject({ verdict: "below", verification: "worse" });
    expect(answer.limit.unselected).toBeCloseTo(5 / 6, 12);
    expect(answer.limit.selected).toBeLessThan(answer.limit.unselected);
    expect(await json("--angles", String(Math.PI / 6), "100°")).toEqual(answer);
    const { stdout } = await pstar(["breakdown", "--angles", "30deg", "100deg"]);
    expect(stdout).toContain("θ_gen + θ_prune = 130° is less than 180°: more data help.");
    expect(stdout).toContain("worse    Verification lowers the limit of the accuracy from 0.833 to 0.678.");
  });

  it("takes the angle between the directions, and classes at a distance", async () => {
    const answer = await json("--angles", "30deg", "100deg", "80deg", "--mean-norm", "1.5");
    expect(answer).toMatchObject({ verdict: "below", verification: "worse" });
  });

  it("says what a point of quality brings to a scenario", async () => {
    const { code, stdout, stderr } = await pstar(["breakdown", "-"], {
      stdin: "name: mine\nsamples: 1000\nverifier: {kind: bernoulli, phi: 1, psi: 0.5}\ngenerator: {errorRate: 0.4}\n",
    });
    expect(code).toBe(0);
    expect(stderr).toBe("");
    expect(stdout).toContain("mine: d = 50, N = 1,000, r = 1, p = 0.4, verifier: bernoulli");
    expect(stdout).toMatch(/one point less error +p {2}\+\d\.\d+ points/);
    expect(stdout).toMatch(/one point more correct kept +φ {2}nothing left to improve/);
    expect(stdout).toMatch(/A better (generator|verifier) brings most: /);
    const rich = await pstar(["breakdown", "phase-transition", "--quiet"]);
    expect(rich.stdout).toMatch(/one point fewer wrong kept +ψ {2}\+0\.00/);
    expect(rich.stdout).toContain("No point of quality brings as much as 0.05 points of accuracy here.");
  });

  it("takes shares as percents too", async () => {
    const percents = await json("--phi", "80%", "--psi", "30%", "--p", "0.1 %");
    expect(percents).toEqual(await json("--phi", "0.8", "--psi", "0.3", "--p", "0.001"));
    const { code, stderr } = await pstar(["breakdown", "--phi", "%", "--psi", "0"]);
    expect(stderr).toContain('--phi must be a number in [0, 1], or percents such as 80%, got "%"');
    expect(code).toBe(2);
  });

  it("gives a scenario's accuracy and its derivatives as JSON", async () => {
    const set = ["samples=2000", "generator.errorRate=0.3"].flatMap((value) => ["--set", value]);
    const answer = await json("sample-size", ...set, "--quiet");
    expect(Object.keys(answer)).toEqual([...FIELDS, "accuracy", "sensitivity"]);
    expect(Object.keys(answer.sensitivity)).toEqual(["errorRate", "phi", "psi"]);
    expect(answer.sensitivity.errorRate).toBeLessThan(0);
  });

  it("answers for the settings outside a sweep, and says so", async () => {
    const { code, stdout, stderr } = await pstar(["breakdown", "phase-transition", "--set", "verifier.kind=oracle"]);
    expect(code).toBe(0);
    expect(stderr).toContain("the sweep is ignored, and the answer is for the settings outside it");
    expect(stderr).toContain(
      "pstar breakdown phase-transition --set verifier.kind=oracle --set generator.errorRate=VALUE",
    );
    expect(stdout).toContain("p = 0.200   φ = 1.000   ψ = 0.000   p⋆ = 1.000");
  });

  it("explains itself, with an example for every form", async () => {
    const { code, stdout } = await pstar(["breakdown", "--help"]);
    expect(code).toBe(0);
    for (const example of ["--angles 30deg 100deg", "--phi 0.8 --psi 0.3 --p 0.6", "sample-size"]) {
      expect(stdout).toContain(`pstar breakdown ${example}`);
    }
    expect((await pstar(["--help"])).stdout).toContain("breakdown");
  });
});

describe("a question that is none", () => {
  it.each([
    ["empty", [], "there is nothing to compute: use one of"],
    ["two forms", ["angles", "--phi", "1"], "a scenario and --phi do not go together"],
    ["rates and angles", ["--p", "0.5", "--angles", "1", "1"], "--p and --angles do not go together"],
    ["p alone", ["--p", "0.5"], "--phi is missing"],
    ["φ alone", ["--phi", "0.5"], "--psi is missing"],
    ["a rate out of range", ["--phi", "1.2", "--psi", "0"], "--phi must be in [0, 1], got 1.2"],
    ["a negative rate", ["--phi", "1", "--psi", "0", "--p", "-0.1"], "--p must be in [0, 1], got -0.1"],
    [
      "a rate that is no number",
      ["--phi", "x", "--psi", "0"],
      '--phi must be a number in [0, 1], or percents such as 80%, got "x"',
    ],
    ["one class", ["--phi", "1", "--psi", "0", "--classes", "1"], "--classes must be an integer of at least 2, got 1"],
    ["one angle", ["--angles", "1"], '--angles must be two or three angles, θ_gen θ_prune [θ], got "1"'],
    [
      "degrees without a unit",
      ["--angles", "30", "100"],
      'θ_gen of --angles must be in [0, π] radians (a number, or text such as "30deg"), got "30"',
    ],
    [
      "angles of no triangle",
      ["--angles", "30deg", "100deg", "20deg"],
      'θ of --angles must be in [70°, 130°], what the other two angles allow, got "20°"',
    ],
    [
      "a mean norm out of range",
      ["--angles", "1", "1", "--mean-norm", "-1"],
      "--mean-norm must be in [0, 100], got -1",
    ],
    ["a mean norm alone", ["--mean-norm", "1"], '--angles must be two or three angles, θ_gen θ_prune [θ], got "none"'],
    ["--set alone", ["--phi", "1", "--psi", "0", "--set", "samples=1"], "--set changes a scenario"],
    ["a preset misspelt", ["angels"], "did you mean angles?"],
    ["an unknown format", ["angles", "--format", "csv"], "Allowed choices are table, json"],
  ])("may be %s: exit code 2", async (_, args, message) => {
    const { code, stdout, stderr } = await pstar(["breakdown", ...args]);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
    expect(stdout).toBe("");
  });

  it.each([
    ["not valid", "generator: {errorRate: 1.2}", "ConfigError: generator.errorRate must be in [0, 1], got 1.2 (line 1"],
    ["without a theory", "learner: {kind: sgd}", "ConfigError: there is no theory of this scenario: learner.kind sgd"],
  ])("may be a scenario that is %s: exit code 3", async (_, stdin, message) => {
    const { code, stdout, stderr } = await pstar(["breakdown", "-"], { stdin });
    expect(stderr).toContain(message);
    expect(code).toBe(3);
    expect(stdout).toBe("");
  });
});
