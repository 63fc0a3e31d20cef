import { beforeAll, describe, expect, it } from "vitest";
import { calibratedEstimates, calibratedPrecision } from "../../src/audit/calibrated.js";
import { Cells } from "../../src/audit/cells.js";
import { countedShare, KEPT, kornGraubard } from "../../src/audit/clusters.js";
import type { IntervalMethod } from "../../src/audit/result.js";
import { shareInterval, studentT } from "../../src/audit/share.js";
import { adjustedChances } from "../../src/audit/slices.js";
import { keptPrecisionAt, predictionPoweredMean } from "../../src/audit/strata.js";
import { type AuditRecord, audit } from "../../src/audit.js";
import { ArgumentError, type Core, load } from "../../src/index.js";
import { clusteredMean, quantities } from "../oracle/audit.js";
import { uniforms } from "../oracle/random.js";
import { shortOrLong } from "../support/edition.js";
import { thrown } from "./auditRecords.js";

let core: Core;

beforeAll(async () => {
  core = await load();
});

describe("labels that all say the same", () => {
  it("are those of a sample unless the kept shares differ by more than chance once in 100", () => {
    const isSample = (keptLabels: number) => {
      const rows = Array.from({ length: 1000 }, (_, i): AuditRecord => ({ kept: i % 2 === 0, correct: null }));
      const labelled = [
        ...rows.filter(({ kept }) => kept).slice(0, keptLabels),
        ...rows.filter(({ kept }) => !kept).slice(0, 50 - keptLabels),
      ];
      for (const row of labelled) row.correct = true;
      const warnings = audit(core, rows).warnings as unknown as { code: string; params: { isSample?: boolean } }[];
      return warnings.find(({ params }) => params?.isSample !== undefined)?.params.isSample;
    };
    // 18 of 50 against a half: exact intervals of 90 % end at 0.49, of 99 % at 0.55; 14 of 50: of 99 % at 0.47
    expect(isSample(18)).toBe(true);
    expect(isSample(14)).toBe(false);
  });
});

describe("the interval of a share", () => {
  // statsmodels 0.14 proportion_confint (methods beta, wilson, jeffreys); mid-p by roots of SciPy's binomial tails
  const published: Record<Exclude<IntervalMethod, "betting">, [number, number, number, number][]> = {
    "clopper-pearson": [
      [15, 148, 0.05784401008344857, 0.161650490349479],
      [81, 263, 0.25273674558527126, 0.3676219226013514],
      [60, 65, 0.829543709511075, 0.974551532980957],
    ],
    wilson: [
      [15, 148, 0.06238639953073628, 0.16048724172330803],
      [7, 10, 0.39677814746114537, 0.8922087325936989],
      [1, 29, 0.006113214292762667, 0.17175521879320294],
    ],
    jeffreys: [
      [15, 148, 0.060448517009296425, 0.15764314347874112],
      [7, 10, 0.3941816818513287, 0.9073054060618468],
      [1, 29, 0.003746173649057073, 0.15007768600223176],
    ],
    "mid-p": [
      [15, 148, 0.06006360266553197, 0.15812173305061186],
      [7, 10, 0.38008143407361067, 0.917399783021497],
      [1, 29, 0.0017247701147051256, 0.1585373836814658],
    ],
  };

  it.each(Object.entries(published))("%s is that of statsmodels and SciPy", (method, cases) => {
    for (const [successes, n, low, high] of cases) {
      const found = shareInterval(core, { successes, n }, 0.95, method as IntervalMethod);
      expect(found.estimate).toBe(successes / n);
      expect(found.low).toBeCloseTo(low, 10);
      expect(found.high).toBeCloseTo(high, 10);
    }
  });

  it.each(["clopper-pearson", "wilson", "jeffreys", "mid-p", "betting"] as const)(
    "%s holds 0 of n and n of n, is its own mirror image, and is wider the surer it is",
    (method) => {
      for (const [successes, n] of [
        [0, 20],
        [20, 20],
        [7, 33],
      ] as const) {
        const found = shareInterval(core, { successes, n }, 0.95, method);
        const mirror = shareInterval(core, { successes: n - successes, n }, 0.95, method);
        expect(found.low).toBeCloseTo(1 - mirror.high, 12);
        if (successes === 0) expect(found.low).toBe(0);
        if (successes === n) expect(found.high).toBe(1);
        const surer = shareInterval(core, { successes, n }, 0.99, method);
        expect(surer.high - surer.low).toBeGreaterThan(found.high - found.low);
      }
      expect(shareInterval(core, { successes: 0, n: 0 }, 0.95, method)).toEqual({ estimate: null, low: 0, high: 1 });
    },
  );

  it("of a finite population has the shares whose hypergeometric tails are above the level", () => {
    // SciPy's hypergeom.sf and cdf at every number of marked rows
    for (const [successes, n, rows, low, high] of [
      [7, 20, 100, 0.18, 0.56],
      [0, 50, 100, 0, 0.05],
      [30, 60, 200, 0.39, 0.61],
    ] as const) {
      const found = shareInterval(core, { successes, n }, 0.95, "clopper-pearson", rows);
      expect([found.low, found.high]).toEqual([expect.closeTo(low, 12), expect.closeTo(high, 12)]);
    }
    const all = shareInterval(core, { successes: 7, n: 20 }, 0.95, "clopper-pearson", 20);
    expect(all).toEqual({ estimate: 0.35, low: 0.35, high: 0.35 });
    const wilson = shareInterval(core, { successes: 30, n: 60 }, 0.95, "wilson", 200);
    expect(wilson.high - wilson.low).toBeLessThan(
      shareInterval(core, { successes: 30, n: 60 }, 0.95, "wilson").high - wilson.low,
    );
  });

  it("has the quantiles of Student's t", () => {
    for (const [freedom, t] of [
      [1, 12.706204736174694],
      [2, 4.302652729749462],
      [4.5, 2.6589123472044034],
      [9, 2.262157162798205],
      [30, 2.0422724563012378],
    ] as const) {
      expect(studentT(core, 0.95, freedom)).toBeCloseTo(t, 9);
    }
    expect(studentT(core, 0.95, 0)).toBe(Infinity);
  });
});

describe("labels that are not independent", () => {
  // twelve clusters
  const unequal = [
    [6, 7],
    [7, 7],
    [1, 3],
    [4, 7],
    [4, 5],
    [4, 6],
    [5, 6],
    [1, 4],
    [7, 8],
    [3, 3],
    [4, 4],
    [3, 5],
  ] as const;
  const recordsOf = (clusters: readonly (readonly [number, number])[]) =>
    clusters.flatMap(([correct, rows], i) =>
      Array.from({ length: rows }, (_, row): AuditRecord => ({ kept: true, correct: row < correct, cluster: `${i}` })),
    );
  const cellsOf = (clusters: readonly (readonly [number, number])[]) => {
    const cells = new Cells();
    for (const { correct, cluster = null } of recordsOf(clusters)) {
      cells.add({ kept: true, correct, weight: 1, cluster });
    }
    return cells;
  };

  it("are too few to tell how alike their rows are below 20, and a warning says so", () => {
    const codes = (count: number) =>
      audit(core, recordsOf(Array.from({ length: count }, (_, i) => [1 + (i % 2), 3]))).warnings.map(
        ({ code }) => code,
      );
    expect(codes(19)).toContain("few-clusters");
    expect(codes(20)).not.toContain("few-clusters");
  });

  it("have Korn and Graubard's effective number, to compare with other programs", () => {
    // the same in NumPy: linearized variance between clusters, and quantiles of t
    const { successes, n } = kornGraubard(core, cellsOf(unequal), KEPT, 0.95);
    expect(n).toBeCloseTo(41.18441787182351, 9);
    expect(successes / n).toBeCloseTo(0.7538461538461538, 12);
    const kept = audit(core, recordsOf(unequal)).clusters?.kept;
    expect(kept?.labels).toBe(65);
    expect(kept?.kornGraubard.low).toBeCloseTo(0.5949054559333108, 9);
    expect(kept?.kornGraubard.high).toBeCloseTo(0.8744398736687624, 9);
  });

  it("have the correction for few clusters that Korn and Graubard print: Survey Methodology 24 (1998), table 7", () => {
    // cocaine in HHANES: 123 persons, 8 degrees of freedom and 90 % make the second factor of their equation (2.2) 0.794
    const nine = [9, 2, 12, 6, 13, 4, 8, 1, 10].map((correct, i) => [correct, i < 6 ? 14 : 13] as const);
    const [n, m] = [123, 9];
    const share = nine.reduce((sum, [correct]) => sum + correct, 0) / n;
    expect(nine.reduce((sum, [, rows]) => sum + rows, 0)).toBe(n);
    const squares = nine.reduce((sum, [correct, rows]) => sum + (correct - share * rows) ** 2, 0);
    const variance = ((m / (m - 1)) * squares) / n ** 2;
    const effective = (share * (1 - share)) / variance;
    expect(effective).toBeLessThan(n);
    expect(kornGraubard(core, cellsOf(nine), KEPT, 0.9).n / effective).toBeCloseTo(0.794, 3); // three digits are printed
  });

  it("have the effective number of Bell and McCaffrey's variance, as a regression with all its matrices has it", () => {
    // SciPy's quantiles of t at these degrees of freedom make 28.162567816352794 of the twelve
    expect(countedShare(core, cellsOf(unequal), KEPT, 0.95).n).toBeCloseTo(28.162567816352794, 9);
    for (const [clusters, confidence] of [
      [unequal, 0.95],
      [
        [
          [12, 12],
          [0, 3],
          [2, 3],
          [1, 1],
          [9, 12],
          [0, 5],
        ],
        0.99,
      ],
      [
        [
          [5, 6],
          [1, 6],
          [3, 6],
          [6, 6],
          [0, 6],
        ],
        0.9,
      ],
      [
        [
          [1, 2],
          [0, 2],
          [2, 2],
          [1, 2],
          [2, 2],
          [2, 2],
          [1, 2],
          [2, 2],
        ],
        0.95,
      ],
      [
        [
          [9, 10],
          [10, 10],
        ],
        0.95,
      ],
    ] as [[number, number][], number][]) {
      const { variance, freedom } = clusteredMean(clusters);
      const rows = clusters.reduce((sum, [, n]) => sum + n, 0);
      const rate = clusters.reduce((sum, [correct]) => sum + correct, 0) / rows;
      const spread = rate * (1 - rate);
      const ones = clusters.reduce((sum, [, n]) => sum + (n / rows) ** 2, 0);
      const missed = spread / rows + (rate ** 2 + (1 - rate) ** 2) / 2 / clusters.length ** 2;
      const least = Math.min(missed, spread * ones);
      const t = studentT(core, confidence, rows - 1) / studentT(core, confidence, freedom);
      const expected = Math.min(rows, (spread / Math.max(variance, least)) * t * t);
      expect(countedShare(core, cellsOf(clusters), KEPT, confidence).n).toBeCloseTo(expected, 9);
    }
  });

  it("say at each level as much as Student's t at that level: slices of few clusters need more", () => {
    const share = keptPrecisionAt(core, cellsOf(unequal.slice(0, 5)), { confidence: 0.95 });
    const counted = countedShare(core, cellsOf(unequal.slice(0, 5)), KEPT, 0.999);
    expect(share(0.999)).toEqual(shareInterval(core, counted, 0.999));
  });

  it("are judged in slices, too", () => {
    const slices = ["a", "b", "c"].flatMap((slice) => recordsOf(unequal).map((row) => ({ ...row, slice })));
    const own = audit(core, recordsOf(unequal));
    for (const { pValue, adjusted, keptPrecision } of audit(core, slices).slices ?? []) {
      expect(keptPrecision).toEqual(own.keptPrecision);
      // of three slices that are alike Holm's procedure takes three times the p-value of each
      const alone = pValue / 3;
      const at = (confidence: number) =>
        shareInterval(core, countedShare(core, cellsOf(unequal), KEPT, confidence), confidence);
      const excludes = ({ low, high }: { low: number; high: number }) => low > 0.5 || high < 0.5;
      expect([excludes(at(1 - alone * 1.001)), excludes(at(1 - alone * 0.999))]).toEqual([true, false]);
      expect(adjusted).toBe(pValue <= 0.05 ? "below" : "inconclusive");
    }
  });

  it("are one each if a cluster says the same throughout, and one in all if there is one cluster", () => {
    const rows = (clusters: number) =>
      Array.from({ length: 60 }, (_, i): AuditRecord => ({ kept: true, correct: true, cluster: `${i % clusters}` }));
    const low = (clusters: number) => audit(core, rows(clusters)).keptPrecision.low;
    expect(low(20)).toBeLessThan(shareInterval(core, { successes: 20, n: 20 }, 0.95).low);
    expect(low(1)).toBeLessThan(0.03);
    expect(low(60)).toBeCloseTo(
      audit(
        core,
        rows(60).map(({ cluster: _, ...row }) => row),
      ).keptPrecision.low,
      12,
    );
  });

  it("need a method that knows them", () => {
    const clustered: AuditRecord[] = [{ kept: true, correct: true, cluster: "a" }];
    const predicted: AuditRecord[] = [{ kept: true, correct: true, cluster: "a", predicted: 1 }];
    const betting = thrown(() => audit(core, clustered, { interval: "betting" }));
    expect(betting).toBeInstanceOf(ArgumentError);
    expect(betting.message).toContain("single labels of equal weight");
    expect(thrown(() => audit(core, predicted)).message).toContain("left out if labels have clusters");
  });
});

describe("predictions of all rows", () => {
  it("have the estimate, variance and weight of PPI++", () => {
    // the formulas of ppi_mean_ci in NumPy: λ from the covariance with divisor n, and the pooled variance with n + N − 1
    const y = [1, 0, 1, 1, 0, 1, 0, 1, 1, 0];
    const f = [0.6, 0.5, 0.4, 0.8, 0.6, 0.5, 0.3, 0.4, 0.7, 0.5];
    const others = [0.8, 0.7, 0.3, 0.9, 0.2, 0.6, 0.5, 0.4, 0.9, 0.7, 0.8, 0.6, 0.1, 0.3, 0.7, 0.9, 0.5, 0.6, 0.8, 0.4];
    const cells = new Cells();
    for (const [i, predicted] of f.entries()) cells.add({ kept: true, correct: y[i] === 1, weight: 1, predicted });
    for (const predicted of others) cells.add({ kept: true, correct: null, weight: 1, predicted });
    const found = predictionPoweredMean(cells.strata.kept.predictions);
    expect(found?.lambda).toBeCloseTo(0.3206030150753769, 12);
    expect(found?.estimate).toBeCloseTo(0.6176331658291457, 12);
    expect(found?.variance).toBeCloseTo(0.023080022801191882, 12);
  });

  it("make intervals narrower if they are good, and never much wider", () => {
    const rows = (noise: number) =>
      Array.from({ length: 4000 }, (_, i): AuditRecord => {
        const correct = (i * 7919) % 100 < 70;
        const predicted = (correct ? 1 : 0) + noise * (((i * 104729) % 1000) / 1000 - 0.5);
        return { kept: true, correct: i < 200 ? correct : null, predicted };
      });
    const width = (records: AuditRecord[]) => {
      const { low, high } = audit(core, records).keptPrecision;
      return high - low;
    };
    const plain = width(rows(1).map(({ predicted: _, ...row }) => row));
    expect(width(rows(0.5))).toBeLessThan(0.5 * plain);
    expect(width(rows(1000))).toBeLessThan(1.05 * plain);
  });
});

describe("verdicts of many slices", () => {
  it("have the adjusted p-values of statsmodels' multipletests", () => {
    const chances = [0.01, 0.04, 0.03, 0.005, 0.2, 0.6];
    const close = (values: number[]) => values.map((value) => expect.closeTo(value, 12));
    expect(adjustedChances(chances, "holm")).toEqual(close([0.05, 0.12, 0.12, 0.03, 0.4, 0.6]));
    expect(adjustedChances(chances, "benjamini-hochberg")).toEqual(close([0.03, 0.06, 0.06, 0.03, 0.24, 0.6]));
    expect(adjustedChances([0.01, null, 0.03], "holm")).toEqual(close([0.02, 1, 0.03]));
  });

  it("are the plain ones of a single slice, and need more evidence the more slices there are", () => {
    const slice = (name: string, correct: number, wrong: number): AuditRecord[] =>
      Array.from({ length: correct + wrong }, (_, i) => ({ kept: true, correct: i < correct, slice: name }));
    const one = audit(core, slice("a", 15, 5));
    expect(one.slices[0]).toMatchObject({ verdict: "below", adjusted: "below" });
    expect(one.slices[0].pValue).toBeCloseTo(2 * 0.020694732666015625, 9); // P(X ≥ 15), X binomial(20, ½)
    const open = Array.from({ length: 9 }, (_, i) => slice(`other ${i}`, 10, 10)).flat();
    const many = audit(core, [...slice("a", 15, 5), ...open]);
    expect(many.slices[0]).toMatchObject({ slice: "a", verdict: "below", adjusted: "inconclusive" });
    expect(many.adjustment).toBe("holm");
    expect(
      audit(
        core,
        slice("a", 15, 5).map(({ slice: _, ...row }) => row),
      ).adjustment,
    ).toBeNull();
  });
});

describe("people who err", () => {
  it("leave open what their labels do not say", () => {
    // q = 0.7 of first labels; 4 of 5 that the second calls correct are, and 4 of 5 that he calls wrong
    const rows: AuditRecord[] = [];
    const add = (count: number, correct: boolean, second?: boolean) => {
      for (let i = 0; i < count; i++) rows.push({ kept: true, correct, ...(second !== undefined && { second }) });
    };
    add(24_000, true, true);
    add(6000, false, true);
    add(16_000, false, false);
    add(4000, true, false);
    add(42_000, true);
    add(8000, false);
    const { keptPrecision, annotators } = audit(core, rows);
    // many labels: the limits are those of the model, 1 − (1 − q)/B₀ and q/B₁
    expect(keptPrecision.low).toBeCloseTo(1 - 0.3 / 0.8, 1);
    expect(keptPrecision.high).toBeCloseTo(0.7 / 0.8, 1);
    const errors = (1 - Math.sqrt(1 - 0.4)) / 2;
    expect(keptPrecision.estimate).toBeCloseTo((0.7 - errors) / (1 - 2 * errors), 12);
    expect(annotators).toMatchObject({ rows: 50_000, errorRate: expect.closeTo(errors, 12) });
    expect(annotators?.disagreement.estimate).toBe(0.2);
  });

  it("have two kinds of errors, if kept and rejected rows differ", () => {
    // ε₊ = .05 of wrong rows are called correct, ε₋ = .2 of correct ones wrong; .8 and .3 are correct
    const [plus, minus] = [0.05, 0.2];
    const rows: AuditRecord[] = [];
    for (const [kept, right] of [
      [true, 0.8],
      [false, 0.3],
    ] as const) {
      for (const correct of [true, false]) {
        for (const second of [true, false]) {
          const chance = (isRight: boolean) => {
            const says = isRight ? 1 - minus : plus;
            return (correct ? says : 1 - says) * (second ? says : 1 - says);
          };
          const many = Math.round(10_000 * (right * chance(true) + (1 - right) * chance(false)));
          for (let i = 0; i < many; i++) rows.push({ kept, correct, second });
        }
      }
    }
    const errors = audit(core, rows).annotators?.errors;
    expect(errors?.plus).toBeCloseTo(plus, 3);
    expect(errors?.minus).toBeCloseTo(minus, 3);
    const alike = rows.map((row, i): AuditRecord => ({ ...row, kept: i % 2 === 0 }));
    expect(audit(core, alike).annotators?.errors).toBeNull();
  });

  it("are not known by none of the kept rows", () => {
    const rows: AuditRecord[] = Array.from({ length: 100 }, (_, i) => ({ kept: i < 60, correct: i % 10 > 0 }));
    const [last] = rows.slice(-1);
    const { keptPrecision, verdict } = audit(core, [...rows, { ...last, kept: false, correct: true, second: true }]);
    expect([keptPrecision.low, keptPrecision.high, verdict]).toEqual([0, 1, "inconclusive"]);
  });
});

describe("K classes", () => {
  it("say from how many equally likely wrong answers on an answer above at two classes is below", () => {
    const rows = (correct: number) =>
      Array.from({ length: 100 }, (_, i): AuditRecord => ({ kept: true, correct: i < correct }));
    const { verdict, keptPrecision, fewestWrongAnswers: fewest } = audit(core, rows(30));
    expect(verdict).toBe("above");
    expect(audit(core, rows(30), { classes: (fewest ?? 0) + 1 }).verdict).toBe("below");
    expect(audit(core, rows(30), { classes: fewest ?? 0 }).verdict).not.toBe("below");
    expect(1 / ((fewest ?? 0) + 1)).toBeLessThan(keptPrecision.low);
    expect(audit(core, rows(70)).fewestWrongAnswers).toBeNull();
    expect(audit(core, rows(0)).fewestWrongAnswers).toBeNull();
  });

  it("have verdicts by class from true classes and labels, and a test of uniform errors", () => {
    // all errors of class 0 go to class 1: it is lost, whatever the uniform formula says
    const rows: AuditRecord[] = [];
    const add = (count: number, truth: string, label: string) => {
      for (let i = 0; i < count; i++) rows.push({ kept: true, correct: truth === label, truth, label });
    };
    for (let c = 0; c < 10; c++) {
      add(40, `${c}`, `${c}`);
      if (c === 0) add(80, "0", "1");
      else for (let other = 0; other < 10; other++) if (other !== c) add(6, `${c}`, `${other}`);
    }
    const { confusion, verdict } = audit(core, rows, { classes: 10 });
    expect(verdict).toBe("below");
    const [first, second] = confusion?.classes ?? [];
    expect(first).toMatchObject({ class: "0", verdict: "above", labels: { 0: 40, 1: 80 }, rival: { label: "1" } });
    expect(second).toMatchObject({ class: "1", verdict: "below" });
    expect(confusion?.accuracyLimit).toEqual({ low: expect.closeTo(846 / 966), high: expect.closeTo(846 / 966) });
    expect(confusion?.uniform?.pValue).toBe(1 / 1000);
    const even = rows.filter(({ truth }) => truth !== "0");
    // every other class is exactly even but for the missing rows of class 0
    expect(audit(core, even, { classes: 10 }).confusion?.uniform?.pValue).toBeGreaterThan(0.5);
    expect(
      audit(
        core,
        rows.map(({ truth: _, label: __, ...row }) => row),
      ).confusion,
    ).toBeNull();
  });
});

describe("a calibration set elsewhere", () => {
  it("gives the share of correct labels of a file without any: Lang and Reiczigel's interval", () => {
    // p = .4, q₀ = .7, q₁ = .9, n = 1000, m = 200 and 200
    const calibration = {
      file: { kept: 400, of: 1000 },
      correct: { kept: 180, of: 200 },
      wrong: { kept: 60, of: 200 },
    };
    const found = calibratedPrecision(core, calibration, 0.95);
    expect(found.estimate).toBeCloseTo(1 / 6, 12);
    expect(found.low).toBeCloseTo(0.05635072484160894, 12);
    expect(found.high).toBeCloseTo(0.2627330257859588, 12);
  });

  it("says nothing if the verifier does not tell, and refuses what are no counts", () => {
    const file = { kept: 400, of: 1000 };
    const same = { kept: 60, of: 200 };
    expect(calibratedPrecision(core, { file, correct: same, wrong: same }, 0.95)).toEqual({
      estimate: null,
      low: 0,
      high: 1,
    });
    const error = thrown(() => calibratedPrecision(core, { file, correct: { kept: 3, of: 2 }, wrong: same }, 0.95));
    expect(error.message).toContain("correct must be a count of kept rows, and of at least as many");
  });

  it("gives all rates of that file, which hold their truth in 95 % of files at least", () => {
    const FILES = shortOrLong(50, 200);
    const uniform = uniforms(20261127);
    const drawn = (of: number, share: number) => {
      let kept = 0;
      for (let i = 0; i < of; i++) if (uniform() < share) kept++;
      return { kept, of };
    };
    const [p, phi, psi] = [0.3, 0.8, 0.35];
    const k = (1 - p) * phi + p * psi;
    const truth = quantities(k, ((1 - p) * phi) / k, ((1 - p) * (1 - phi)) / (1 - k), 2);
    const names = ["errorRate", "phi", "psi", "breakdown", "keptPrecision", "margin", "youden", "gain"] as const;
    const missed = Object.fromEntries(names.map((name) => [name, 0]));
    for (let i = 0; i < FILES; i++) {
      const file = drawn(1500, k);
      const plain = audit(
        core,
        Array.from({ length: file.of }, (_, row): AuditRecord => ({ correct: null, kept: row < file.kept })),
      );
      const set = { correct: drawn(300, phi), wrong: drawn(200, psi) };
      const found = calibratedEstimates(core, plain, set, { classes: 2, confidence: 0.95 });
      for (const name of names) {
        const { estimate, low, high } = found[name];
        expect(estimate).toBeGreaterThanOrEqual(low);
        expect(estimate).toBeLessThanOrEqual(high);
        if (low > truth[name] || high < truth[name]) missed[name] = (missed[name] ?? 0) + 1;
      }
      expect(found.verdict).not.toBe("above");
      expect(found.verification).toBe("better");
    }
    // three standard errors above 5 %
    const most = 0.05 * FILES + 3 * Math.sqrt(0.05 * 0.95 * FILES);
    for (const [name, count] of Object.entries(missed)) expect(count, name).toBeLessThanOrEqual(most);
  });
});
