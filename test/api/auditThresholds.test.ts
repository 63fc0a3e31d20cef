import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { bootstrapBest } from "../../src/audit/thresholdModel.js";
import { type AuditRecord, audit, auditThresholds, type ThresholdOptions, ThresholdTally } from "../../src/audit.js";
import { ArgumentError, type Core, load, theory } from "../../src/index.js";
import { thrown } from "./auditRecords.js";

let core: Core;

beforeAll(async () => {
  core = await load();
});

/** Rows whose scores tell right labels from wrong ones, some of them audited; from a linear congruence. */
function scored(rows: number, every: number, seed = 1): AuditRecord[] {
  let state = seed;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return Array.from({ length: rows }, (_, i) => {
    const correct = uniform() < 0.6;
    const score = (correct ? 0.6 : 0.3) + 0.5 * (uniform() + uniform() - 1);
    return { correct: i % every === 0 ? correct : null, score };
  });
}

describe("the curve over thresholds", () => {
  it("has at each threshold what an audit there has", () => {
    const rows = scored(900, 3);
    const { points, audited: labels } = auditThresholds(core, rows);
    expect(labels).toBe(300);
    expect(points.length).toBe(101);
    for (const point of points.filter((_, i) => i % 20 === 0)) {
      const { threshold, accuracy, keepRate, ...judged } = point;
      const audited = audit(core, rows, { threshold });
      expect(keepRate).toBe(audited.keepRate.estimate);
      for (const [name, value] of Object.entries(judged)) expect(audited[name as keyof typeof audited]).toEqual(value);
    }
  });

  it("begins where every row is kept, and keeps less and less", () => {
    const check = (scores: number[]) => {
      const rows = scores.map((score, i): AuditRecord => ({ score, correct: i % 3 === 0 ? i % 2 === 0 : null }));
      const { points } = auditThresholds(core, rows);
      expect(points[0].keepRate).toBe(1);
      expect(points.length).toBeLessThanOrEqual(101);
      for (const [i, { threshold, keepRate, phi, psi }] of points.entries()) {
        expect(keepRate).toBeCloseTo(scores.filter((score) => score >= threshold).length / scores.length, 14);
        // as many correct and wrong rows are kept as are counted
        const { errorRate } = audit(core, rows, { threshold });
        const p = errorRate.estimate;
        if (p !== null && phi.estimate !== null && psi.estimate !== null) {
          expect((1 - p) * phi.estimate + p * psi.estimate).toBeCloseTo(keepRate, 12);
        }
        if (i > 0) expect(threshold).toBeGreaterThan(points[i - 1].threshold);
      }
    };
    const scores = fc.array(
      fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true, noDefaultInfinity: true })),
      {
        minLength: 1,
        maxLength: 40,
      },
    );
    fc.assert(fc.property(scores, check), { seed: 20240607, numRuns: 6 });
  });

  it("has the theory's accuracy at the estimates", () => {
    const rows = scored(3000, 10);
    const { points } = auditThresholds(core, rows, { dim: 80, meanNorm: 1.2 });
    for (const { threshold, phi, psi, accuracy } of [points[0], points[40], points[70]]) {
      const { errorRate } = audit(core, rows, { threshold });
      const [answer] = theory(core, {
        data: { dim: 80, meanNorm: 1.2 },
        generator: { kind: "noise", errorRate: errorRate.estimate ?? 0 },
        verifier: { kind: "bernoulli", phi: phi.estimate ?? 0, psi: psi.estimate ?? 0 },
        samples: 3000,
      });
      expect(accuracy).toBeCloseTo(answer.accuracy ?? Number.NaN, 12);
    }
  });

  it("of several classes is of one against another, on the same side of p⋆", () => {
    // K 3: p 0.6 is below p⋆ of no verifier, 2/3, and 0.7 above
    const all = (wrong: number) =>
      Array.from({ length: 100 }, (_, i): AuditRecord => ({ score: 1, correct: i >= wrong }));
    const accuracy = (wrong: number) =>
      auditThresholds(core, all(wrong), { classes: 3, samples: 100_000 }).points[0].accuracy;
    expect(accuracy(60)).toBeGreaterThan(0.8);
    expect(accuracy(70)).toBeLessThan(0.2);
  });

  it("is weighted back to the file where the audit was stratified", () => {
    const rows = scored(20_000, 1);
    // 200 of the kept and 200 of the rejected are audited
    const left = { kept: 200, rejected: 200 };
    const audited = rows.map((row): AuditRecord => {
      const side = (row.score ?? 0) >= 0.7 ? "kept" : "rejected";
      return left[side]-- > 0 ? row : { ...row, correct: null };
    });
    const { errorRate, points } = auditThresholds(core, audited, { design: "stratified", threshold: 0.7 });
    const truth = rows.filter(({ correct }) => correct === false).length / rows.length;
    // 400 rows of unequal weights: a standard error of some 0.03
    expect(Math.abs((errorRate.estimate ?? 0) - truth)).toBeLessThan(0.1);
    expect(Math.abs((auditThresholds(core, audited).errorRate.estimate ?? 0) - truth)).toBeGreaterThan(0.1);
    const near = points.find(({ threshold }) => threshold >= 0.7);
    const exact = audit(core, audited, { design: "stratified", threshold: near?.threshold ?? 0 });
    expect(near?.phi.estimate).toBeCloseTo(exact.phi.estimate ?? 0, 1);
  });
});

describe("the recommended threshold", () => {
  it("has the largest accuracy by the labels that choose, of equal ones the lowest, within its limits", () => {
    const rows = scored(2000, 10);
    const tally = new ThresholdTally({ seed: 5 });
    for (const row of rows) tally.add(row);
    const { recommended } = auditThresholds(core, tally);
    const chooses = tally.chooses(core);
    expect(chooses.reduce((sum, one) => sum + one, 0)).toBe(67); // a third of 200, upwards
    let label = 0;
    const only = rows.map((row) => (row.correct === null || chooses[label++] === 1 ? row : { ...row, correct: null }));
    const { points } = auditThresholds(core, only);
    const near = points.map(({ accuracy }) => accuracy ?? 0);
    const found = points.find(({ accuracy }) => accuracy === Math.max(...near));
    // fewer scores are cuts among fewer labels: the same cut, or the next one, which keeps a little more
    expect(recommended?.keepRate.estimate).toBeLessThanOrEqual((found?.keepRate ?? 0) + 0.02);
    for (const { estimate, low, high } of [recommended?.threshold, recommended?.keepRate].flatMap((x) => x ?? [])) {
      expect(low).toBeLessThanOrEqual(estimate as number);
      expect(high).toBeGreaterThanOrEqual(estimate as number);
      expect(high).toBeGreaterThan(low);
    }
  });

  it("is judged by the other labels, as an audit of them", () => {
    const rows = scored(2000, 10);
    const tally = new ThresholdTally({ seed: 5 });
    for (const row of rows) tally.add(row);
    const { recommended } = auditThresholds(core, tally);
    const chooses = tally.chooses(core);
    let label = 0;
    const rest = rows.map((row) => (row.correct === null || chooses[label++] === 0 ? row : { ...row, correct: null }));
    const threshold = recommended?.threshold.estimate as number;
    const { errorRate, phi, psi, keptPrecision, verdict, counts } = audit(core, rest, { threshold });
    expect(counts.audited).toBe(133);
    expect(recommended?.heldOut).toEqual({ n: 133, chosenBy: 67, errorRate, phi, psi, keptPrecision, verdict });
  });

  it("is chosen by whole clusters, of which none judges as well", () => {
    const tally = new ThresholdTally({ seed: 2 });
    const clusters: string[] = [];
    for (const [i, row] of scored(300, 1).entries()) {
      clusters.push(String(i % 30));
      tally.add({ ...row, cluster: String(i % 30) });
    }
    const chooses = tally.chooses(core);
    const of = (side: number) => new Set(clusters.filter((_, i) => chooses[i] === side));
    expect([of(1).size, of(0).size]).toEqual([10, 20]);
    expect([...of(1)].filter((name) => of(0).has(name))).toEqual([]);
  });

  it("keeps everything where the score knows nothing, and rows are few", () => {
    const rows = Array.from({ length: 400 }, (_, i): AuditRecord => ({ correct: i % 5 !== 0, score: i % 2 }));
    const { recommended } = auditThresholds(core, rows);
    expect(recommended?.keepRate.estimate).toBe(1);
    expect(recommended?.threshold).toEqual({ estimate: 0, low: 0, high: 0 });
  });

  it("is the same for the same seed, and its limits are others for another", () => {
    const rows = scored(800, 8);
    const first = auditThresholds(core, rows, { seed: 1 });
    expect(auditThresholds(core, rows, { seed: 1 })).toEqual(first);
    const other = auditThresholds(core, rows, { seed: 4 }); // few thresholds are ever best, so that many seeds agree
    expect(other.recommended).not.toEqual(first.recommended);
    expect(other.points).toEqual(first.points);
    const tally = new ThresholdTally({ seed: 1 });
    for (const row of rows) tally.add(row);
    expect(auditThresholds(core, tally)).toEqual(first);
  });

  it("says that it is of a model, and which labels judge it", () => {
    const { warnings, methods } = auditThresholds(core, scored(100, 3));
    expect(warnings.map(({ message }) => message).join()).toContain("a Gaussian model, not a forecast");
    expect(warnings.map(({ message }) => message).join()).toContain(
      "12 of the 34 labels, taken at random, chose the threshold, and the other 22 judge it",
    );
    expect(methods.accuracy).toContain("theory of ridge regression");
  });
});

describe("constants of the choice", () => {
  it.each([
    [29, true],
    [30, false],
  ])("%i labels are few: %s", (labels, few) => {
    const { warnings } = auditThresholds(core, scored(labels, 1));
    expect(warnings.some(({ code }) => code === "few-audited")).toBe(few);
  });

  it("fewer than twenty labels that chose are few, whatever the seed gives them", () => {
    const seen = new Set<boolean>();
    for (const labels of [45, 75]) {
      const { warnings } = auditThresholds(core, scored(labels, 1));
      const held = warnings.find(({ code }) => code === "threshold-held-out")?.params as { chose: number } | undefined;
      const chose = held?.chose ?? Number.NaN;
      expect([chose, warnings.some(({ code }) => code === "few-choose")]).toEqual([chose, chose < 20]);
      seen.add(chose >= 10 && chose < 20);
    }
    expect(seen).toEqual(new Set([true, false]));
  });

  it("are limits from two hundred replicates, so that five lie beyond each of 95 %", () => {
    const rows = Array.from({ length: 40 }, (_, i) => {
      return { correct: i % 3 !== 0, weight: 1, cluster: null, second: null, reached: 1 + (i % 2), stratum: 0 };
    });
    const model = { dim: 50, meanNorm: 1.5, samples: 1000, learner: "ridge", lambda: 0.01 } as const;
    const best = bootstrapBest(core, rows, [1, 0.5], { seed: 1, classes: 2, model });
    expect(best).toHaveLength(200);
    expect(best).toEqual(best.toSorted((a, b) => a - b));
  });
});

describe("hostile files", () => {
  it("of nothing, one row, one score, or no label have an answer", () => {
    const none = auditThresholds(core, []);
    expect([none.points, none.recommended, none.model]).toEqual([[], null, null]);
    const unaudited = auditThresholds(core, [{ correct: null, score: 3 }]);
    expect(unaudited.points).toHaveLength(1);
    expect([unaudited.recommended, unaudited.points[0].accuracy]).toEqual([null, null]);
    const one = auditThresholds(core, [{ correct: false, score: 3 }]);
    expect(one.points).toHaveLength(1);
    expect(one.warnings.map(({ message }) => message).join()).toContain("only 1 row is audited");
    const equal = auditThresholds(
      core,
      scored(50, 1).map(({ correct }) => ({ correct, score: -0 })),
    );
    expect(equal.points.map(({ threshold }) => threshold)).toEqual([0]);
    expect(equal.warnings.map(({ message }) => message).join()).toContain("all audited rows have one score");
    const wrong = auditThresholds(
      core,
      [1, 2, 3].map((score) => ({ correct: false, score })),
    );
    expect(wrong.recommended?.accuracy).toBeLessThan(0.5);
    for (const found of [none, unaudited, one, equal, wrong]) expect(JSON.parse(JSON.stringify(found))).toEqual(found);
  });

  it("are refused with the row", () => {
    const good: AuditRecord = { correct: true, score: 1 };
    for (const [record, options, message] of [
      [{ correct: true, score: Number.NaN }, {}, "score must be a finite number, got NaN (row 2)"],
      [{ correct: true, kept: true }, {}, "score must be a finite number, got undefined (row 2)"],
      [{ correct: true, score: "7" }, {}, 'score must be a finite number, got "7" (row 2)'],
      [
        good,
        { design: "stratified" },
        "kept must be true or false, or score a number and a threshold given, got undefined (row 1)",
      ],
      [good, { seed: -1 }, "seed must be an integer in [0, 2^53 − 1], got -1"],
      [good, { dim: 0 }, "dim must be an integer in [1, 100000], got 0"],
      [good, { meanNorm: 101 }, "meanNorm must be in [0, 100], got 101"],
      [good, { samples: 0.5 }, "samples must be an integer of at least 1, got 0.5"],
    ] as const) {
      const error = thrown(() => auditThresholds(core, [good, record as AuditRecord], options as ThresholdOptions));
      expect(error).toBeInstanceOf(ArgumentError);
      expect(error.message).toBe(message);
    }
  });
});
