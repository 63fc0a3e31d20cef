import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { curveData, figureAxes } from "../../src/figure/series.js";
import { breakdown, type CellResult, type Core, load, parseScenario, run } from "../../src/index.js";
import { dataKinds, generatorKinds, namesOf, verifierKinds } from "../../src/model/kinds.js";
import { bayesAccuracy, theoryLines } from "../../web/compute/lines.js";
import { curveQuestion } from "../../web/compute/session.js";
import { namedInput } from "../../web/model/command.js";
import { type Experiment, withSetting } from "../../web/model/experiment.js";
import { conflictOf } from "../../web/model/repair.js";
import { presetExperiment } from "../../web/model/state.js";
import { summarySentences } from "../../web/model/summary.js";
import { worldsClaims } from "../../web/model/worldsText.js";
import { curveNumbers } from "../../web/view/curveNumbers.js";
import { cellText } from "../../web/view/planeNumbers.js";
import { en } from "../../web/words/english.js";
import { shortOrLong } from "../support/edition.js";

const words = en;
const share = fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100);
const degrees = fc.integer({ min: 0, max: 180 });

/** A curve over p, the angle of the verifier, ψ or N, of any kinds of data, generator, verifier and learner. */
const anyCurve: fc.Arbitrary<Experiment> = fc
  .record({
    generator: fc.constantFrom("noise" as const, "noise" as const, ...namesOf(generatorKinds)),
    verifier: fc.constantFrom("bernoulli" as const, ...namesOf(verifierKinds)),
    // The theories of logistic regression and of a pass of SGD take thirty times as long as those of the others.
    learner: fc.oneof(
      { weight: 1, arbitrary: fc.constant("logistic" as const) },
      { weight: 1, arbitrary: fc.constant("sgd" as const) },
      { weight: 18, arbitrary: fc.constantFrom("ridge" as const, "mean" as const, "perceptron" as const) },
    ),
    data: fc.constantFrom(...namesOf(dataKinds)),
    x: fc.constantFrom(
      "generator.errorRate",
      "generator.errorRate",
      "verifier.angle",
      "verifier.psi",
      "generator.angle",
      "samples",
    ),
    phi: share,
    psi: share,
    p: share,
    poison: fc.constantFrom(0, 0, 0, 0.2, 0.6),
    keep: share,
    angle: degrees,
    generatorAngle: degrees,
    real: fc.constantFrom(0, 0, 0, 20, 20_000),
    generations: fc.constantFrom(1, 1, 1, 1, 3),
    samples: fc.constantFrom(50, 400, 10_000),
    steps: fc.integer({ min: 2, max: 9 }),
    meanNorm: fc.constantFrom(0, 0.3, 1, 2),
  })
  .map((given) => {
    const settings: Record<string, string | number> = {
      "generator.kind": given.generator,
      "verifier.kind": given.verifier,
      "learner.kind": given.learner,
      "data.kind": given.data,
      "data.dim": 12,
      "data.meanNorm": given.meanNorm,
      "generator.errorRate": given.p,
      "generator.errorRate0": given.p,
      "generator.errorRate1": given.psi,
      "generator.angle": given.generatorAngle,
      "verifier.phi": given.phi,
      "verifier.psi": given.psi,
      "verifier.phi0": given.phi,
      "verifier.phi1": given.keep,
      "verifier.psi01": given.psi,
      "verifier.psi10": given.p,
      "verifier.poison": given.poison,
      "verifier.keep": given.keep,
      "verifier.angle": given.angle,
      realSamples: given.real,
      generations: given.generations,
      samples: given.samples,
      trials: 4,
    };
    const based = Object.entries(settings).reduce(
      (made, [path, value]) => withSetting(made, path, value),
      presetExperiment("phase-transition"),
    );
    const wide: Record<string, number[]> = {
      "verifier.angle": [0, 180],
      "generator.angle": [0, 180],
      samples: [20, given.learner === "sgd" || given.learner === "perceptron" ? 200 : 20_000],
    };
    const ends = wide[given.x] ?? [0, 1];
    const [from = 0, to = 1] = ends;
    const x = {
      path: given.x,
      from,
      to,
      steps: given.learner === "logistic" || given.learner === "sgd" ? Math.min(4, given.steps) : given.steps,
      scale: given.x === "samples" ? "log" : "linear",
    } as const;
    return { ...based, x, series: null };
  })
  .filter((experiment) => conflictOf(experiment) === undefined);

const number = "(−?[\\d,.]+(?:e[+-]?\\d+)?)°?";
const value = (text = "") => Number(text.replace("−", "-").replaceAll(",", ""));

/** The side of chance that a sentence gives to a place: undefined if it says nothing of it. */
function sideBy(sentence: string): (x: number) => "better" | "worse" | undefined {
  const breakdownAt = sentence.match(
    new RegExp(`better than chance below p⋆ = ${number}, worse than chance above it\\.$`),
  );
  if (breakdownAt)
    return (x) => (x < value(breakdownAt[1]) ? "better" : x > value(breakdownAt[1]) ? "worse" : undefined);
  const undecided = sentence.match(
    new RegExp(`: (better|worse) than chance up to .* = ${number}, (better|worse) than chance from .* = ${number} on;`),
  );
  if (undecided) {
    const [, before, upTo, after, from] = undecided;
    return (x) => (x <= value(upTo) ? before : x >= value(from) ? after : undefined) as "better" | "worse" | undefined;
  }
  const turns = [...sentence.matchAll(new RegExp(`(better|worse) than chance up to [^=]* = ${number}(?:,|$)`, "g"))];
  const last = sentence.match(/(better|worse) than chance past it\.$/);
  if (turns.length > 0 && last) {
    return (x) => {
      const part = turns.find(([, , end]) => x < value(end));
      if (turns.some(([, , end]) => x === value(end))) return undefined;
      return (part?.[1] ?? last[1]) as "better" | "worse";
    };
  }
  return () => undefined;
}

/** Holds a sentence against the rows of the table below the figure, as a reader would: both are texts. */
function holdAgainst(sentence: string, rows: readonly (readonly string[])[], clear: number): string {
  const known = rows.map((row) => row.map(value)).filter(([, y]) => !Number.isNaN(y));
  const side = sideBy(sentence);
  for (const [x = 0, y = 0, se = 0] of known) {
    const says = side(x);
    // What is shown as 0.5000 may be on either side.
    const room = Math.max(5e-5, clear * (Number.isNaN(se) ? 0 : se));
    if (says === "better") expect(`${sentence} | ${x}: ${y > 0.5 - room}`).toBe(`${sentence} | ${x}: true`);
    if (says === "worse") expect(`${sentence} | ${x}: ${y < 0.5 + room}`).toBe(`${sentence} | ${x}: true`);
  }
  const range = sentence.match(new RegExp(`: ${number} at [^=]* = ${number}, ${number} at [^=]* = ${number}\\.`));
  if (range) {
    const [first, last] = [known[0] ?? [], known.at(-1) ?? []];
    expect(Math.abs(value(range[1]) - (first[1] ?? Number.NaN))).toBeLessThan(6e-4);
    expect(Math.abs(value(range[3]) - (last[1] ?? Number.NaN))).toBeLessThan(6e-4);
    expect(value(range[4])).toBeCloseTo(last[0] ?? Number.NaN, 2 - Math.floor(Math.log10(1 + Math.abs(last[0] ?? 0))));
    const best = sentence.match(new RegExp(`The best value is ${number}, at `));
    const highest = Math.max(...known.map(([, y]) => y ?? 0));
    if (best) expect(Math.abs(value(best[1]) - highest)).toBeLessThan(6e-4);
    else expect(highest).toBeLessThan(Math.max(first[1] ?? 0, last[1] ?? 0) + 0.0052);
    return "range";
  }
  const kind = sentence.includes("p⋆ =") ? "breakdown" : sentence.includes("does not decide") ? "undecided" : "turns";
  if (sentence.endsWith("nothing to learn from.")) {
    expect(known).toEqual([]);
    return "nothing";
  }
  // Every crossing lies on the axis, strictly between two points of the table that it tells apart.
  for (const [, end] of sentence.matchAll(new RegExp(`= ${number}`, "g"))) {
    const at = value(end);
    expect(at).toBeGreaterThanOrEqual(known[0]?.[0] ?? Number.NaN);
    expect(at).toBeLessThanOrEqual(known.at(-1)?.[0] ?? Number.NaN);
  }
  const said = new Set(known.map(([x = 0]) => side(x)));
  expect(said.has("better") && said.has("worse")).toBe(true);
  return kind;
}

/** The sentences of a curve and the rows of its table. */
function told(experiment: Experiment, lines: Awaited<ReturnType<typeof theoryLines>>["lines"], cells: CellResult[]) {
  const scenario = parseScenario(namedInput(experiment));
  const axes = figureAxes(scenario);
  if (!axes) throw new Error("no axes");
  const data = curveData(cells, scenario, axes, "accuracy", words.figureWords, lines);
  const { rows } = curveNumbers(data, axes, "accuracy", words);
  return { sentences: summarySentences(data, scenario, axes, words, "accuracy"), rows };
}

describe("explorer 1: the sentences of a curve", () => {
  let core: Core;
  beforeAll(async () => {
    core = await load();
  });

  it("agree with the table beside them, in scenarios of all kinds", async () => {
    const kinds = new Map<string, number>();
    let ofTheory = 0;
    await fc.assert(
      fc.asyncProperty(anyCurve, async (experiment) => {
        const question = curveQuestion(experiment, "accuracy", false).lines;
        const { lines } = await theoryLines(core, { ...question, input: namedInput(experiment) });
        const cells: CellResult[] = [];
        if (lines.length > 0) ofTheory++;
        else {
          const few = withSetting(withSetting(experiment, "samples", 50), "realSamples", 0);
          for await (const cell of run(core, namedInput(few))) cells.push(cell);
        }
        const { sentences, rows } = told(experiment, lines, cells);
        expect(sentences).toHaveLength(1);
        const kind = holdAgainst(sentences[0] as string, rows, 4);
        kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
        const { settings } = experiment;
        if (kind === "breakdown") {
          expect([settings["generator.kind"], settings.realSamples, settings.generations]).toEqual(["noise", 0, 1]);
          expect(["linear", "learned", "top"]).not.toContain(settings["verifier.kind"]);
        }
      }),
      { numRuns: shortOrLong(120, 2_000), seed: 1 },
    );
    console.log(`${ofTheory} with a theory: ${[...kinds].map(([kind, count]) => `${kind} ${count}`).join(", ")}`);
    for (const kind of ["breakdown", "turns", "range", "nothing"]) {
      expect(kinds.get(kind)).toBeGreaterThan(shortOrLong(0, 5));
    }
  });

  it("agree with the simulated points where there is no theory", async () => {
    const kinds = new Map<string, number>();
    const small = anyCurve.map((experiment) =>
      withSetting(withSetting(experiment, "samples", 200), "learner.kind", "perceptron"),
    );
    await fc.assert(
      fc.asyncProperty(small, async (given) => {
        const experiment = withSetting(given, "realSamples", Math.min(20, given.settings.realSamples as number));
        const x = experiment.x?.path === "samples" ? { ...experiment.x, to: 200 } : experiment.x;
        const cells: CellResult[] = [];
        for await (const cell of run(core, namedInput({ ...experiment, x }))) cells.push(cell);
        const { sentences, rows } = told({ ...experiment, x }, [], cells);
        const kind = holdAgainst(sentences[0] as string, rows, 4);
        kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      }),
      { numRuns: shortOrLong(60, 150), seed: 2 },
    );
    console.log(`sentences of points: ${[...kinds].map(([kind, count]) => `${kind} ${count}`).join(", ")}`);
    for (const kind of ["undecided", "range"]) expect(kinds.get(kind)).toBeGreaterThan(3);
  });
});

describe("explorer 2 and 3: what is said of a cell and of two directions", () => {
  it("gives the side of chance by the accuracy and that of p⋆ by the rates, which may differ", () => {
    fc.assert(
      fc.property(share, share, share, (accuracy, point, rate) => {
        const text = cellText({ accuracy, point, rate }, words);
        const skill = accuracy > 0.5 ? "better than chance" : accuracy < 0.5 ? "worse than chance" : "chance";
        expect(text).toBe(
          `Accuracy ${accuracy.toFixed(3)}: ${skill}. p⋆ = ${point.toFixed(3)}: p is ${rate < point ? "below" : "above"} p⋆.`,
        );
      }),
    );
    expect(cellText({ accuracy: Number.NaN, point: Number.NaN, rate: 0.5 }, words)).toBe(words.diagram.nothingHere);
  });

  it("names sides, help and harm that the limits beside them have, at many triples of angles", async () => {
    const core = await load();
    const kinds = { correctButWrong: 0, wrongButCorrect: 0, sooner: 0 };
    fc.assert(
      fc.property(
        degrees,
        degrees,
        share,
        fc.constantFrom(null, 0.3, 1.5),
        (generator, verifier, between, meanNorm) => {
          const [low, high] = [
            Math.abs(generator - verifier),
            Math.min(generator + verifier, 360 - generator - verifier),
          ];
          const angle = low + between * (high - low);
          const linear = breakdown(core, {
            angles: { generator: `${generator}deg`, verifier: `${verifier}deg`, between: `${angle}deg` },
            meanNorm,
          });
          const { phi, psi, errorRate } = linear;
          const independent = phi === null || psi === null ? null : breakdown(core, { phi, psi, errorRate });
          const claims = worldsClaims({
            linear,
            independent,
            bayes: meanNorm === null ? 1 : bayesAccuracy(core, meanNorm),
          });
          for (const one of [claims.linear, claims.independent]) {
            if (one === null) continue;
            const [verified, unverified] = [one.verified, one.unverified].map(value) as [number, number];
            if (one.side === "better") expect(verified).toBeGreaterThanOrEqual(0.5);
            if (one.side === "worse") expect(verified).toBeLessThanOrEqual(0.5);
            if (one.side === "none") expect(one.verified).toBe("—");
            if (one.verification === "higher") expect(verified).toBeGreaterThan(unverified);
            if (one.verification === "lower") expect(verified).toBeLessThan(unverified);
            if (one.verification === "sooner" || one.verification === "later") {
              expect(one.verified).toBe(one.unverified);
              kinds.sooner++;
            }
          }
          const precision = linear.keptPrecision ?? Number.NaN;
          if (claims.contradiction === "correctButWrong") {
            kinds.correctButWrong++;
            expect([precision > 0.5, value(claims.linear.verified) <= 0.5]).toEqual([true, true]);
          }
          if (claims.contradiction === "wrongButCorrect") {
            kinds.wrongButCorrect++;
            expect([precision < 0.5, value(claims.linear.verified) >= 0.5]).toEqual([true, true]);
          }
          const same = claims.independent?.side === claims.linear.side;
          if (claims.agreement === "both" || claims.agreement === "side") expect(same).toBe(true);
          if (claims.agreement === "neither" || claims.agreement === "verification") expect(same).toBe(false);
        },
      ),
      { numRuns: shortOrLong(700, 2_000), seed: 3 },
    );
    for (const count of Object.values(kinds)) expect(count).toBeGreaterThan(0);
  });

  it("calls the case of the report by its name: 65.8 % of the kept labels are right, and the model is worse than chance", async () => {
    const core = await load();
    const linear = breakdown(core, {
      angles: { generator: "138.8deg", verifier: "30deg", between: "141.4deg" },
      meanNorm: 1.5,
    });
    const { phi, psi, errorRate } = linear as { phi: number; psi: number; errorRate: number };
    const claims = worldsClaims({
      linear,
      independent: breakdown(core, { phi, psi, errorRate }),
      bayes: bayesAccuracy(core, 1.5),
    });
    expect(claims).toMatchObject({
      linear: { verified: "0.483", side: "worse" },
      independent: { verified: "0.933", side: "better" },
      contradiction: "correctButWrong",
      agreement: "verification",
    });
  });
});
