import { describe, expect, it } from "vitest";
import { pstar } from "../support/inProcess.js";

async function json(...args: string[]) {
  const { code, stdout, stderr } = await pstar(["breakdown", ...args, "--format", "json"]);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return JSON.parse(stdout);
}

const FIELDS = [
  "schema",
  "errorRate",
  "phi",
  "psi",
  "breakdown",
  "keepRate",
  "keptPrecision",
  "youden",
  "gain",
  "weight",
  "verdict",
  "verification",
  "limit",
  "labels",
  "learner",
  "atN",
];

const OPEN_AT_N = {
  samples: null,
  verification: null,
  accuracy: { selected: null, unselected: null },
  worth: { kept: null, unselected: null },
};

describe("pstar breakdown", () => {
  it("does not speak of a side beyond 1 if no wrong label is kept", async () => {
    const { code, stdout } = await pstar(["breakdown", "--phi", "0.8", "--psi", "0"]);
    expect(code).toBe(0);
    expect(stdout).toContain("No wrong label is kept");
    expect(stdout).not.toContain("above it wrong");
  });

  it("answers rates in words", async () => {
    const { code, stdout, stderr } = await pstar(["breakdown", "--phi", "0.8", "--psi", "0.3", "--p", "0.3"]);
    expect(code).toBe(0);
    expect(stderr).toBe("");
    expect(stdout).toContain("p = 0.300   φ = 0.800   ψ = 0.300   p⋆ = 0.727   J = 0.500\n");
    expect(stdout).toMatch(/^rows kept +65\.0 % +100\.0 %$/m);
    expect(stdout).toMatch(/^correct labels among them +86\.2 % +70\.0 %$/m);
    expect(stdout).toMatch(/^below +p = 0\.300 is below p⋆ = 0\.727: most of the kept labels are correct\.$/m);
    expect(stdout).toMatch(/^purer +86\.2 % of the kept labels are correct, 70\.0 % of all\.$/m);
    expect(stdout).toMatch(/^equal +With infinite data: the agreement with the Bayes rule is 1\.000 either way\.$/m);
    // 0.65·(2·0.8615 − 1)² and (2·0.7 − 1)²
    expect(stdout.replace(/\s+/g, " ")).toContain(
      "better To a learner of class means, at any N (to first order): of 1,000 rows the 650 kept rows are worth 340 clean ones, all 1,000 without verification 160.",
    );
    expect(stdout).toMatch(
      /^reward +Used as the rewards of a policy, the verdicts at first raise the share of correct\s+labels: J is above 0/m,
    );
    // 2·0.8615 − 1, and its square
    expect(stdout.replace(/\s+/g, " ")).toContain(
      "If there are clean rows too, the best weight of a kept row is 0.723, theirs being 1; it then adds as much as 0.523 of a clean row (class mean).",
    );
    expect(stdout).not.toMatch(/safe/i);
  });

  it("says of a learner without a theory what it knows: the labels, and the answer at N by trials", async () => {
    const settings = ["verifier.kind=bernoulli", "verifier.phi=0.8", "verifier.psi=0.1", "generator.errorRate=0.4"];
    const args = ["learner.kind=perceptron", "samples=1500", ...settings].flatMap((setting) => ["--set", setting]);
    const { code, stdout } = await pstar(["breakdown", "-", ...args, "--format", "json"], { stdin: "{}" });
    expect(code).toBe(0);
    const answer = JSON.parse(stdout);
    expect(answer.labels).toEqual({ verdict: "below", purity: "better" });
    expect(answer.learner).toMatchObject({ limit: null, unselected: null, verdict: null });
    expect(answer.learner.reason.message).toBe("learner.kind perceptron has no theory");
    expect(answer.breakdown).toBeCloseTo(8 / 9, 12);
    expect(answer).toMatchObject({ accuracy: null, sensitivity: null, limit: { selected: expect.any(Number) } });
    // 92 % of the kept labels are correct, 60 % of all: the trials tell
    expect(answer.atN).toMatchObject({
      samples: 1500,
      verification: "better",
      worth: { kept: null, unselected: null },
    });
    const text = await pstar(["breakdown", "-", ...args], { stdin: "{}" });
    expect(text.stdout).toMatch(/^limit +With infinite data: not known, as learner.kind perceptron has no/m);
  });

  it("says of a single pass the accuracy that constant steps end at, and the answer at N by trials", async () => {
    const settings = ["verifier.kind=bernoulli", "verifier.phi=0.8", "verifier.psi=0.1", "generator.errorRate=0.4"];
    const args = ["learner.kind=sgd", "samples=1500", ...settings].flatMap((setting) => ["--set", setting]);
    const { code, stdout } = await pstar(["breakdown", "-", ...args, "--format", "json"], { stdin: "{}" });
    expect(code).toBe(0);
    const answer = JSON.parse(stdout);
    // least squares comes to 0.841, and steps of 0.1 do not
    expect(answer.learner.limit).toBeGreaterThan(0.65);
    expect(answer.learner.limit).toBeLessThan(0.8);
    expect(answer.learner.limit).toBeGreaterThan(answer.learner.unselected);
    expect(answer.atN).toMatchObject({ verification: "better", worth: { kept: null, unselected: null } });
    expect(answer.atN.reason.message).toBe("more clean rows do not always help a learner of a single pass");
    // after 925 rows it is where it ends
    expect(Math.abs(answer.accuracy - answer.learner.limit)).toBeLessThan(0.01);
    expect(Math.abs(answer.atN.accuracy.selected - answer.accuracy)).toBeLessThan(0.02);
  });

  it("says of trials that they cannot tell, not of a theory that there is none of", async () => {
    const args = ["learner.kind=perceptron", "samples=20", "verifier.kind=random", "verifier.keep=0.9"];
    const { stdout } = await pstar(["breakdown", "-", ...args.flatMap((value) => ["--set", value])], { stdin: "{}" });
    expect(stdout.replace(/\s+/g, " ")).toMatch(/inconclusive At N = 20: .* closer than 200 trials can tell;/);
    const none = await pstar(["breakdown", "-", "--set", "verifier.kind=none"], { stdin: "{}" });
    expect(none.stdout.replace(/\s+/g, " ")).toMatch(/inconclusive At N = 10,000: .* without, the same;/);
  });

  it("shows as many digits as a verdict needs, one accuracy at N, and no sign of 0", async () => {
    const args = ["data.dim=3", "samples=2e6", "verifier.kind=random", "verifier.keep=0.5", "generator.errorRate=0.1"];
    const { stdout } = await pstar(["breakdown", "-", ...args.flatMap((value) => ["--set", value])], { stdin: "{}" });
    const [, selected, unselected] =
      /worse +At N = [\d,]+: accuracy (\S+) with verification and (\S+)/.exec(stdout) ?? [];
    expect(Number(selected)).toBeLessThan(Number(unselected));
    const few = await pstar(["breakdown", "-", "--set", "samples=3", "--set", "verifier.phi=0.5"], { stdin: "{}" });
    const [, above] = /accuracy at N = 3 +(\S+)/.exec(few.stdout) ?? [];
    expect(few.stdout).toContain(`accuracy ${Number(above).toFixed(4)} by the theory`);
    const level = await pstar(["breakdown", "--angles", "175.471deg", "90deg", "--mean-norm", "2"]);
    expect(level.stdout).toMatch(/J = 0\.000/);
  });

  it("says why the learner is better than chance where most kept labels are not correct", async () => {
    const args = ["verifier.kind=random", "generator.errorRate=0.5", "realSamples=10"];
    const { stdout } = await pstar(["breakdown", "-", ...args.flatMap((value) => ["--set", value])], { stdin: "{}" });
    expect(stdout.replace(/\s+/g, " ")).toMatch(
      /^Only half of the kept labels is correct, and yet the accuracy comes to 0\.841 with infinite data, better than chance: clean rows are added\. /,
    );
  });

  it("says above the point what it takes to come below", async () => {
    const { stdout } = await pstar(["breakdown", "--phi", "0.8", "--psi", "0.3", "--p", "0.75"], {
      env: { COLUMNS: "200" },
    });
    // ψ < φ (1 − p) / p
    expect(stdout.replace(/\s+/g, " ")).toContain(
      "p = 0.750 is above p⋆ = 0.727: most of the kept labels are wrong. To be below, p must be < 0.727, or ψ < 0.267 at",
    );
    const angles = await pstar(["breakdown", "--angles", "100deg", "120deg"]);
    expect(angles.stdout).toContain("To be below takes a verifier with θ_prune < 80°.");
  });

  it("tells numbers apart that look the same", async () => {
    const { stdout } = await pstar(["breakdown", "--phi", "0.8", "--psi", "0.3", "--p", "0.7272"]);
    expect(stdout).toContain("p = 0.7272 is below p⋆ = 0.7273");
    const on = await pstar(["breakdown", "--phi", "0.3", "--psi", "0.1", "--p", "0.75"]);
    expect(on.stdout).toContain("p = 0.750 is p⋆ itself: as many of the kept labels are wrong as correct.");
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
      youden: 0.5,
      gain: expect.closeTo(0.56 / 0.65 - 0.7, 15),
      weight: expect.closeTo((2 * 0.56) / 0.65 - 1, 14),
      schema: "pstar/breakdown@1",
      verdict: "below",
      verification: "better",
      limit: { selected: 1, unselected: 1 },
      labels: { verdict: "below", purity: "better" },
      learner: { limit: 1, unselected: 1, verdict: "better" },
      atN: { ...OPEN_AT_N, reason: { code: "samples-not-given", message: expect.any(String) } },
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
      schema: "pstar/breakdown@1",
      youden: 0.5,
      gain: null,
      weight: null,
      verdict: null,
      verification: null,
      limit: { selected: null, unselected: null },
      labels: { verdict: null, purity: null, reason: expect.objectContaining({ code: "error-rate-not-given" }) },
      learner: {
        limit: null,
        unselected: null,
        verdict: null,
        reason: expect.objectContaining({ code: "error-rate-not-given" }),
      },
      atN: { ...OPEN_AT_N, reason: expect.objectContaining({ code: "error-rate-not-given" }) },
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
    expect(stdout).toContain("θ_gen + θ_prune = 130° is less than 180°: most of\n");
    expect(stdout).toMatch(
      /^worse +With infinite data: verification lowers the limit of the accuracy from 0\.833 to 0\.678\.$/m,
    );
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

  it("says first that most kept labels are correct and the learner is wrong, and so does the JSON", async () => {
    const args = ["--angles", "20deg", "145deg", "--mean-norm", "2"];
    const answer = await json(...args);
    expect(answer).toMatchObject({
      verdict: "below",
      labels: { verdict: "below", purity: "worse" },
      learner: { limit: expect.closeTo(0.365, 3), unselected: expect.closeTo(0.9765, 4), verdict: "worse" },
      verification: "worse",
      youden: expect.closeTo(-0.409, 3),
      weight: null,
    });
    expect(answer.keptPrecision).toBeCloseTo(0.7176, 4);
    const { stdout } = await pstar(["breakdown", ...args], { env: { COLUMNS: "120" } });
    expect(stdout.split("\n")[0]).toBe(
      "Most kept labels are correct, and yet the accuracy comes to 0.365 with infinite data, worse than",
    );
    expect(stdout).toMatch(
      /^reward +Used as the rewards of a policy, the verdicts\s+at\s+first\s+lower\s+the\s+share\s+of\s+correct\s+labels:\s+J\s+is\s+below\s+0/m,
    );
    // the class mean of the same data is right
    const scenario = `data: {meanNorm: 2}\nlearner: {kind: mean}\ngenerator: {kind: linear, angle: 20deg}\nverifier: {kind: linear, angle: 145deg}`;
    const mean = await pstar(["breakdown", "-", "--format", "json"], { stdin: scenario });
    expect(JSON.parse(mean.stdout)).toMatchObject({
      labels: { verdict: "below" },
      learner: { limit: expect.closeTo(0.723, 3), verdict: "better" },
      limit: { selected: answer.limit.selected },
    });
    expect((await pstar(["breakdown", "-"], { stdin: scenario })).stdout).not.toContain("and yet");
  });

  it("says that purer labels are worse at a finite N, and what the rows are worth", async () => {
    const args = ["--phi", "0.6", "--psi", "0.4", "--p", "0.2", "--samples", "300", "--mean-norm", "1.5"];
    const answer = await json(...args);
    expect(answer).toMatchObject({
      verdict: "below",
      labels: { verdict: "below", purity: "better" },
      learner: { verdict: "better" },
      verification: "worse",
      atN: { samples: 300, verification: "worse" },
    });
    // n·q²/(1 + r²(1 − q²)), with what the penalty of 0.01 changes: less than 1 %
    const worth = (rows: number, q: number) => (rows * q * q) / (1 + 2.25 * (1 - q * q));
    expect(answer.atN.worth.kept / worth(168, 2 * (0.48 / 0.56) - 1)).toBeCloseTo(1, 2);
    expect(answer.atN.worth.unselected / worth(300, 0.6)).toBeCloseTo(1, 2);
    const { stdout } = await pstar(["breakdown", ...args], { env: { COLUMNS: "200" } });
    expect(stdout).toMatch(/^accuracy at N = 300 +0\.79\d\d +0\.81\d\d$/m);
    const line = stdout.replace(/\s+/g, " ");
    expect(line).toContain("worse At N = 300: accuracy 0.79");
    expect(line).toContain("the 168 kept rows are worth 41 clean ones, all 300 without verification 44.");
    expect(await json("--phi", "1", "--psi", "1", "--p", "0.2", "--samples", "300")).toMatchObject({
      atN: { verification: "inconclusive" },
    });
    const many = await json("--phi", "0.8", "--psi", "0.3", "--p", "0.85", "--classes", "10", "--samples", "1000");
    expect(many.atN).toMatchObject({ verification: null, reason: { code: "theory-of-two-classes" } });
    expect(many.atN.worth.kept).toBeCloseTo(375 * ((10 * 0.32 - 1) / 9) ** 2, 10);
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
    expect(stdout).toContain("p = 0.200   φ = 1.000   ψ = 0.000   p⋆ = 1.000   J = 1.000");
  });

  it("explains itself, with an example for every form", async () => {
    const { code, stdout } = await pstar(["help", "breakdown"]);
    expect(code).toBe(0);
    for (const example of ["--angles 30deg 100deg", "--phi 0.8 --psi 0.3 --p 0.6", "sample-size"]) {
      expect(stdout).toContain(`pstar breakdown ${example}`);
    }
    expect((await pstar(["--help"])).stdout).toContain("breakdown");
  });
});

describe("a question that is none", () => {
  it.each([
    ["empty", [], "there is nothing to compute: use one of\n  --phi φ --psi ψ"],
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
    [
      "a size beside a scenario",
      ["angles", "--samples", "9"],
      "--samples goes with rates or angles; of a scenario, --set",
    ],
    [
      "no rows",
      ["--phi", "1", "--psi", "0", "--p", "0", "--samples", "0"],
      "--samples must be in [1, 2^53 − 1], got 0",
    ],
    ["too few dimensions", ["--angles", "1", "1", "--dim", "2"], "--dim must be in [3, 100000], got 2"],
    ["no dimension", ["--angles", "1", "1", "--dim", "x"], '--dim must be an integer in [1, 100000], got "x"'],
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
    ["not valid", "generator: {errorRate: 1.2}", "error: generator.errorRate must be in [0, 1], got 1.2 (line 1"],
    [
      "without a theory",
      "{data: {covariance: {kind: power-law, exponent: 0.5}}, generator: {kind: learned, samples: 50}}",
      "error: there is no theory of this scenario: generator.kind learned",
    ],
  ])("may be a scenario that is %s: exit code 3", async (_, stdin, message) => {
    const { code, stdout, stderr } = await pstar(["breakdown", "-"], { stdin });
    expect(stderr).toContain(message);
    expect(code).toBe(3);
    expect(stdout).toBe("");
  });
});
