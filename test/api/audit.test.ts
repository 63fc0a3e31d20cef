import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { type AuditRecord, audit } from "../../src/audit.js";
import { type Core, load } from "../../src/index.js";
import { exactInterval, extremesSlow, quantities } from "../oracle/audit.js";
import { shortOrLong } from "../support/edition.js";
import { type Counts, records } from "./auditRecords.js";

let core: Core;

beforeAll(async () => {
  core = await load();
});

const SETTINGS = { seed: 20240607, numRuns: 60 };
const INTERVALS = ["errorRate", "phi", "psi", "breakdown", "keptPrecision", "keepRate", "margin"] as const;

const counts = fc.tuple(fc.nat(25), fc.nat(25), fc.nat(25), fc.nat(25));
const unknown = fc.tuple(fc.nat(200), fc.nat(200));
const design = fc.constantFrom<"simple" | "stratified">("simple", "stratified");

describe("an audit of a simple random sample", () => {
  it("has exact binomial intervals of p, φ, ψ and the precision, given their denominators", () => {
    const check = ([a, b, c, d]: Counts) => {
      const found = audit(core, records([a, b, c, d]));
      for (const [name, x, n] of [
        ["errorRate", b + d, a + b + c + d],
        ["phi", a, a + c],
        ["psi", b, b + d],
        ["keptPrecision", a, a + b],
      ] as const) {
        const want = exactInterval(x, n, 0.95);
        expect(found[name].estimate ?? Number.NaN).toBeCloseTo(want.estimate, 14);
        expect(found[name].low).toBeCloseTo(want.low, 10);
        expect(found[name].high).toBeCloseTo(want.high, 10);
      }
    };
    fc.assert(fc.property(counts, check), { ...SETTINGS, numRuns: 20 });
  });

  it("counts the keep rate over all rows", () => {
    const { keepRate, counts } = audit(core, records([3, 1, 2, 2], [5, 27]));
    expect(keepRate).toEqual({ estimate: 9 / 40, low: 9 / 40, high: 9 / 40 });
    expect(counts).toEqual({
      rows: 40,
      kept: 9,
      rejected: 31,
      audited: 8,
      keptCorrect: 3,
      keptWrong: 1,
      rejectedCorrect: 2,
      rejectedWrong: 2,
    });
  });
});

describe("a stratified audit", () => {
  it("weighs kept and rejected rows by the keep rate of the file, with the limits of a dense walk and those of the rate", () => {
    const check = ([a, b, c, d]: Counts, [kept, rejected]: readonly [number, number], classes: number) => {
      fc.pre(a + b > 0 && c + d > 0 && a + b + c + d > 2);
      const found = audit(core, records([a, b, c, d], [kept, rejected]), { design: "stratified", classes });
      const k = (a + b + kept) / (a + b + c + d + kept + rejected);
      const [x, y] = [exactInterval(a, a + b, 0.95), exactInterval(c, c + d, 0.95)];
      const want = quantities(k, x.estimate, y.estimate, classes);
      const rate = exactInterval(a + b + kept, a + b + c + d + kept + rejected, 0.95);
      for (const name of ["errorRate", "phi", "psi", "breakdown", "margin", "youden", "gain"] as const) {
        if (Number.isNaN(want[name])) continue;
        expect(found[name].estimate, name).toBeCloseTo(want[name], 12);
        const walk = (at: number) => extremesSlow((u, v) => quantities(at, u, v, classes)[name], x, y);
        const [least, most] = walk(k);
        const moved = [rate.low, rate.high].map((at) => quantities(at, x.estimate, y.estimate, classes)[name]);
        let low = want[name] - Math.hypot(want[name] - least, want[name] - Math.min(want[name], ...moved));
        let high = want[name] + Math.hypot(most - want[name], Math.max(want[name], ...moved) - want[name]);
        const signed = ["margin", "youden", "gain"].includes(name);
        const [from, to] = signed ? [least > 0 ? 0 : -1, most < 0 ? 0 : 1] : [0, 1];
        if (low <= from || high >= to) {
          const ends = [rate.low, rate.high].map(walk);
          low = Math.max(low, Math.min(least, ...ends.map(([end]) => end)));
          high = Math.min(high, Math.max(most, ...ends.map(([, end]) => end)));
        }
        // an extreme that 400 steps of the circle miss by up to (π / 1600)² of the range; more near 0 / 0, where limits are wider
        expect(found[name].low, name).toBeLessThan(low + 1e-9);
        expect(found[name].high, name).toBeGreaterThan(high - 1e-9);
        if (Math.min(a, b, c, d) < 2) continue;
        expect(found[name].low, name).toBeGreaterThan(low - 2e-4);
        expect(found[name].high, name).toBeLessThan(high + 2e-4);
      }
    };
    fc.assert(fc.property(counts, unknown, fc.integer({ min: 2, max: 12 }), check), {
      ...SETTINGS,
      numRuns: shortOrLong(3, 25),
      endOnFailure: true,
    });
  });

  it("takes the counted keep rate as that of more rows with what a sample of so many leaves open, or for what it is", () => {
    const [counts, rest] = [[45, 5, 20, 30] as Counts, [50, 50] as const];
    const sample = audit(core, records(counts, rest), { design: "stratified" });
    const larger = audit(core, records(counts, [4_950, 4_950]), { design: "stratified" });
    const file = audit(core, records(counts, rest), { design: "stratified", finitePopulation: true });
    const width = ({ phi }: typeof sample) => phi.high - phi.low;
    // 45/65 of the correct rows; k = 1/2 of 200 rows may be 0.43 to 0.57
    expect(width(sample)).toBeGreaterThan(1.2 * width(larger));
    expect(width(file)).toBeLessThan(width(larger));
    for (const { keepRate } of [sample, larger, file]) expect(keepRate).toEqual({ estimate: 0.5, low: 0.5, high: 0.5 });
    for (const { verdict, keptPrecision } of [sample, larger]) {
      expect(verdict).toBe("below");
      expect(keptPrecision).toEqual(sample.keptPrecision);
    }
  });

  it("has p = 1 − ka − (1 − k)b, φ and ψ by Bayes", () => {
    // k 0.25, a 0.9, b 0.4: p 0.475, φ 0.225 / 0.525, ψ 0.025 / 0.475
    const found = audit(core, records([45, 5, 20, 30], [200, 700]), { design: "stratified" });
    expect(found.errorRate.estimate).toBeCloseTo(0.475, 12);
    expect(found.phi.estimate).toBeCloseTo(0.225 / 0.525, 12);
    expect(found.psi.estimate).toBeCloseTo(0.025 / 0.475, 12);
    expect(found.breakdown.estimate).toBeCloseTo(0.225 / 0.525 / (0.225 / 0.525 + 0.025 / 0.475), 12);
    expect([found.verdict, found.verification]).toEqual(["below", "better"]);
  });
});

describe("every audit", () => {
  it("has its estimates within their limits, and these within the quantity's range", () => {
    const check = (
      cells: Counts,
      others: readonly [number, number],
      design: "simple" | "stratified",
      classes: number,
    ) => {
      const found = audit(core, records(cells, others), { design, classes });
      for (const name of INTERVALS) {
        const { estimate, low, high } = found[name];
        expect(low).toBeGreaterThanOrEqual(name === "margin" ? -1 : 0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(estimate ?? high);
        expect(high).toBeGreaterThanOrEqual(estimate ?? low);
      }
    };
    fc.assert(fc.property(counts, unknown, design, fc.integer({ min: 2, max: 50 }), check), SETTINGS);
  });

  it("is wider at more confidence", () => {
    const check = (cells: Counts, others: readonly [number, number], design: "simple" | "stratified") => {
      const [some, more] = [0.8, 0.99].map((confidence) => audit(core, records(cells, others), { design, confidence }));
      for (const name of INTERVALS) {
        // the extremes of a search are good to 1e-9
        expect(more[name].low).toBeLessThanOrEqual(some[name].low + 1e-9);
        expect(more[name].high).toBeGreaterThanOrEqual(some[name].high - 1e-9);
      }
    };
    fc.assert(fc.property(counts, unknown, design, check), SETTINGS);
  });

  it("turns over with its labels, and with the verifier's decisions", () => {
    const check = (
      [a, b, c, d]: Counts,
      [kept, rejected]: readonly [number, number],
      design: "simple" | "stratified",
    ) => {
      const found = audit(core, records([a, b, c, d], [kept, rejected]), { design });
      const labels = audit(core, records([b, a, d, c], [kept, rejected]), { design });
      const decisions = audit(core, records([c, d, a, b], [rejected, kept]), { design });
      const same = (x: { low: number; high: number }, y: { low: number; high: number }) => {
        expect(x.low).toBeCloseTo(1 - y.high, 8);
        expect(x.high).toBeCloseTo(1 - y.low, 8);
      };
      same(found.errorRate, labels.errorRate);
      same(found.keptPrecision, labels.keptPrecision);
      expect(found.phi.low).toBeCloseTo(labels.psi.low, 8);
      expect(found.phi.high).toBeCloseTo(labels.psi.high, 8);
      same(found.phi, decisions.phi);
      same(found.psi, decisions.psi);
      expect(found.errorRate.low).toBeCloseTo(decisions.errorRate.low, 8);
      const opposite = { better: "worse", worse: "better", inconclusive: "inconclusive" };
      expect(labels.verification).toBe(opposite[found.verification]);
      expect(decisions.verification).toBe(opposite[found.verification]);
      const other = { below: "above", above: "below", inconclusive: "inconclusive" };
      expect(labels.verdict).toBe(other[found.verdict]);
    };
    fc.assert(fc.property(counts, unknown, design, check), SETTINGS);
  });

  it("says below or above just where the margin's interval excludes 0", () => {
    const check = (
      cells: Counts,
      others: readonly [number, number],
      design: "simple" | "stratified",
      classes: number,
    ) => {
      fc.pre(cells[0] + cells[1] > 1 && cells[2] + cells[3] > 1);
      const { margin, verdict, keptPrecision } = audit(core, records(cells, others), { design, classes });
      // at no wrong or no correct row at all the margin tends to 0 as well
      if (verdict === "below") expect(margin.low).toBeGreaterThan(0);
      else if (verdict === "above") expect(margin.high).toBeLessThan(0);
      else {
        expect(margin.low).toBeLessThanOrEqual(1e-12);
        expect(margin.high).toBeGreaterThanOrEqual(-1e-12);
      }
      const side =
        keptPrecision.low > 1 / classes ? "below" : keptPrecision.high < 1 / classes ? "above" : "inconclusive";
      expect(verdict).toBe(side);
    };
    fc.assert(fc.property(counts, unknown, design, fc.integer({ min: 2, max: 12 }), check), {
      ...SETTINGS,
      numRuns: 200,
    });
  });

  it("does not look at the order of rows, nor at the unit of weights", () => {
    const weights = fc.array(fc.double({ min: 0.1, max: 20, noNaN: true }), { minLength: 8, maxLength: 60 });
    const check = (weights: number[], scale: number, design: "simple" | "stratified") => {
      const rows = weights.map(
        (weight, i): AuditRecord => ({ kept: i % 2 === 0, correct: i % 7 === 3 ? null : i % 3 !== 0, weight }),
      );
      const found = audit(core, rows, { design });
      const turned = audit(core, rows.toReversed(), { design });
      const scaled = audit(
        core,
        rows.map(({ weight = 1, ...row }) => ({ ...row, weight: weight * scale })),
        { design },
      );
      for (const name of INTERVALS) {
        for (const side of ["low", "high"] as const) {
          expect(turned[name][side]).toBeCloseTo(found[name][side], 9);
          expect(scaled[name][side]).toBeCloseTo(found[name][side], 9);
        }
      }
    };
    fc.assert(fc.property(weights, fc.double({ min: 1e-3, max: 1e3, noNaN: true }), design, check), SETTINGS);
  });

  it("counts rows of one weight exactly as rows without one", () => {
    const rows = records([9, 3, 4, 7], [10, 20]);
    const weighted = rows.map((row) => ({ ...row, weight: 0.3 }));
    expect(audit(core, weighted)).toEqual(audit(core, rows));
  });

  it("is honest where nothing is known", () => {
    const none = audit(core, []);
    expect(none.margin).toEqual({ estimate: null, low: -1, high: 1 });
    for (const name of ["errorRate", "phi", "psi", "breakdown", "keptPrecision", "keepRate"] as const) {
      expect(none[name]).toEqual({ estimate: null, low: 0, high: 1 });
    }
    expect([none.verdict, none.verification]).toEqual(["inconclusive", "inconclusive"]);
    expect(none.warnings.map(({ message }) => message)).toEqual(["there is no row"]);
    const unaudited = audit(core, records([0, 0, 0, 0], [3, 4]), { design: "stratified" });
    expect(unaudited.errorRate).toEqual({ estimate: null, low: 0, high: 1 });
    expect(unaudited.warnings[0]?.message).toMatch(/^no row is audited/);
    // only kept rows audited: p is at least the wrong ones among them
    const half = audit(core, records([0, 60, 0, 0], [40, 100]), { design: "stratified" });
    expect(half.errorRate.estimate).toBeNull();
    expect(half.errorRate.low).toBeCloseTo(exactInterval(100, 200, 0.95).low * exactInterval(60, 60, 0.95).low, 9);
    expect(half.errorRate.high).toBe(1);
    expect(half.verdict).toBe("above");
    expect(half.verification).toBe("inconclusive");
  });

  it("leaves the rejected rows all room where none of them is audited", () => {
    const { margin, keptPrecision } = audit(core, records([80, 20, 0, 0], [200, 700]), { design: "stratified" });
    const rate = exactInterval(300, 1000, 0.95);
    let [low, high] = [1, -1];
    for (const a of [keptPrecision.low, keptPrecision.high]) {
      for (const k of [rate.low, 0.3, rate.high]) {
        for (let i = 1; i < 2000; i++) {
          const value = quantities(k, a, i / 2000, 2).margin;
          [low, high] = [Math.min(low, value), Math.max(high, value)];
        }
      }
    }
    expect(margin.estimate).toBeNull();
    expect(margin.low).toBeLessThanOrEqual(low);
    expect(margin.low).toBeGreaterThan(low - 0.002);
    // the largest margin is at a p between the two ends
    expect(margin.high).toBeCloseTo(high, 6);
  });

  it("knows p⋆ of a verifier that keeps every row, and nothing of one that keeps none", () => {
    const all = audit(core, records([30, 10, 0, 0], [50, 0]), { design: "stratified", classes: 4 });
    expect(all.phi).toEqual({ estimate: 1, low: 1, high: 1 });
    expect(all.psi).toEqual({ estimate: 1, low: 1, high: 1 });
    expect(all.breakdown).toEqual({ estimate: 0.75, low: 0.75, high: 0.75 });
    expect(all.verification).toBe("inconclusive");
    expect(all.warnings.map(({ message }) => message).join()).toContain("every row is kept");
    const none = audit(core, records([0, 0, 30, 10], [0, 50]), { design: "stratified" });
    expect(none.phi).toEqual({ estimate: 0, low: 0, high: 0 });
    expect(none.breakdown).toEqual({ estimate: null, low: 0, high: 1 });
    expect([none.verdict, none.keptPrecision.estimate]).toEqual(["inconclusive", null]);
    expect(none.warnings.map(({ message }) => message).join()).toContain("no row is kept");
  });
});
