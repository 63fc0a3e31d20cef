import fc from "fast-check";
import { expect, it } from "vitest";
import { normalCdfSlow, normalQuantileSlow } from "../oracle/special.js";
import { chiSquareLimit, chiSquareOfEqual } from "../oracle/statistics.js";
import { binomialMasses, gammaCdf, kolmogorovStatistic, pearson } from "../oracle/variates.js";
import { buildsOfEdition } from "./builds.js";

/** Seeds are fixed, so a test that passes always passes; its limit is what chance exceeds once in 10^5 or rarer. */
const KOLMOGOROV = 2.47;
const STANDARD_ERRORS = 4.5;

function sample(n: number, draw: () => number): number[] {
  return Array.from({ length: n }, draw);
}

/** Mean of x^power over the sample, in standard errors from its expectation. */
function momentError(values: readonly number[], power: number, expected: number, sd: number): number {
  const mean = values.reduce((sum, x) => sum + x ** power, 0) / values.length;
  return (Math.abs(mean - expected) * Math.sqrt(values.length)) / sd;
}

/** The first four moments against those of a standard normal; sd of x^k is √(E x^2k − (E x^k)²). */
function expectNormalMoments(values: readonly number[]): void {
  expect(momentError(values, 1, 0, 1)).toBeLessThan(STANDARD_ERRORS);
  expect(momentError(values, 2, 1, Math.sqrt(2))).toBeLessThan(STANDARD_ERRORS);
  expect(momentError(values, 3, 0, Math.sqrt(15))).toBeLessThan(STANDARD_ERRORS);
  expect(momentError(values, 4, 3, Math.sqrt(96))).toBeLessThan(STANDARD_ERRORS);
}

buildsOfEdition("variates", (core) => {
  const { seedStreams, normal, gamma, chi, chiSquare, binomial } = core.exports;
  const seed = (cell: number) => seedStreams(2406, 7515, cell, 0, 0);

  it("normals have the normal law: moments, 400 equal cells, tails", () => {
    seed(1);
    const values = sample(500_000, normal);
    expectNormalMoments(values);
    const edges = Array.from({ length: 399 }, (_, i) => normalQuantileSlow((i + 1) / 400));
    const counts = new Array<number>(400).fill(0);
    for (const x of values) {
      let low = 0;
      let high = 399;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (x < edges[middle]) high = middle;
        else low = middle + 1;
      }
      counts[low]++;
    }
    expect(chiSquareOfEqual(counts)).toBeLessThan(chiSquareLimit(399));
    // the ziggurat's tail begins at 3.654; counts beyond t are Poisson
    for (const t of [3, 3.6541528853610088, 4, 4.5]) {
      const expected = 2 * values.length * normalCdfSlow(-t);
      const beyond = values.filter((x) => Math.abs(x) > t).length;
      expect(Math.abs(beyond - expected), `${t}`).toBeLessThan(STANDARD_ERRORS * Math.sqrt(expected));
    }
  });

  it("gamma has the gamma law for shapes on either side of 1", () => {
    for (const [i, shape] of [0.1, 0.5, 1, 1.7, 8, 120, 3e4].entries()) {
      seed(10 + i);
      const values = sample(30_000, () => gamma(shape));
      const statistic = kolmogorovStatistic(values, (x) => gammaCdf(shape, x));
      expect(statistic, `shape ${shape}`).toBeLessThan(KOLMOGOROV);
      // mean and variance are the shape, fourth central moment 3 shape² + 6 shape
      expect(momentError(values, 1, shape, Math.sqrt(shape))).toBeLessThan(STANDARD_ERRORS);
      const sd = Math.sqrt(2 * shape ** 2 + 6 * shape);
      const centred = values.map((x) => x - shape);
      expect(momentError(centred, 2, shape, sd)).toBeLessThan(2 * STANDARD_ERRORS); // heavy tail at shape 0.1
    }
  });

  it("chi is the length of k normals, for k real too", () => {
    for (const [i, k] of [1, 2, 5, 199, 2.5].entries()) {
      seed(20 + i);
      const values = sample(30_000, () => chi(k));
      expect(
        kolmogorovStatistic(values, (x) => gammaCdf(k / 2, (x * x) / 2)),
        `k ${k}`,
      ).toBeLessThan(KOLMOGOROV);
    }
    expect(chi(0)).toBe(0);
    expect(chiSquare(0)).toBe(0);
  });

  it("chi-square keeps its law where its standard deviation is a millionth of its mean", () => {
    for (const k of [1e12, 3.3e10]) {
      seed(30);
      const values = sample(100_000, () => (chiSquare(k) - k) / Math.sqrt(2 * k));
      // skewness √(8/k) = 3e-6 is far below what 10^5 draws can see
      expectNormalMoments(values);
      expect(kolmogorovStatistic(values, normalCdfSlow)).toBeLessThan(KOLMOGOROV);
      // what an acceptance evaluated with lost digits would show: draws bunched on a coarse lattice
      expect(new Set(values).size).toBeGreaterThan(99_900);
    }
  });

  it("binomial has the binomial masses, by search and by rejection", () => {
    const cases: [number, number][] = [
      [1, 0.5],
      [20, 0.3],
      [50, 0.1],
      [50, 0.4],
      [25, 0.41],
      [25, 0.6],
      [1000, 0.97],
      [300, 0.5],
      [1e12, 1e-12],
      [1e12, 3e-11],
    ];
    const draws = 200_000;
    for (const [i, [n, p]] of cases.entries()) {
      seed(40 + i);
      // failures where they are the rarer: the oracle multiplies as many factors as it counts
      const rare = Math.min(p, 1 - p);
      const from = Math.max(0, Math.round(n * rare) - 60);
      const masses = binomialMasses(n, rare, from, Math.min(n, from + 120));
      const counts = new Array<number>(masses.length).fill(0);
      for (let l = 0; l < draws; l++) {
        const k = binomial(n, p);
        const cell = (p > 0.5 ? n - k : k) - from;
        if (cell >= 0 && cell < counts.length) counts[cell]++;
      }
      const { value, degrees } = pearson(counts, masses, draws);
      expect(value, `n ${n}, p ${p}`).toBeLessThan(chiSquareLimit(Math.max(1, degrees)));
    }
  });

  it("binomial keeps its law at 10^12 trials, down to the last digit", () => {
    for (const [i, [n, p]] of (
      [
        [1e12, 0.3],
        [1e12, 0.97],
        [1e12, 1e-6],
        [2 ** 53, 0.5],
      ] as const
    ).entries()) {
      seed(60 + i);
      const draws = sample(100_000, () => binomial(n, p));
      const sd = Math.sqrt(n * p * (1 - p));
      const values = draws.map((x) => (x - n * p) / sd);
      // skewness (1 − 2p)/sd and the lattice step 1/sd are below 1e-3, what 10^5 draws see is 8e-3
      expectNormalMoments(values);
      expect(kolmogorovStatistic(values, (x) => normalCdfSlow(x + 0.5 / sd))).toBeLessThan(KOLMOGOROV);
      if (n > 2 ** 52) continue;
      const residues = new Array<number>(16).fill(0);
      for (const x of draws) residues[x % 16]++;
      expect(chiSquareOfEqual(residues)).toBeLessThan(chiSquareLimit(15));
    }
  });

  it("binomial is a count between 0 and n, exact at the ends", () => {
    seed(70);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 53 - 1 }), fc.double({ min: 0, max: 1, noNaN: true }), (n, p) => {
        const x = binomial(n, p);
        expect(Number.isInteger(x)).toBe(true);
        expect(x).toBeGreaterThanOrEqual(0);
        expect(x).toBeLessThanOrEqual(n);
        expect(binomial(n, 0)).toBe(0);
        expect(binomial(n, 1)).toBe(n);
      }),
      { seed: 7515, numRuns: 1000 },
    );
    expect(binomial(0, 0.5)).toBe(0);
  });

  it("answers NaN outside the domain", () => {
    for (const shape of [0, -1, Number.NaN]) expect(gamma(shape)).toBeNaN();
    for (const k of [-1, Number.NaN]) expect(chi(k)).toBeNaN();
    for (const [n, p] of [
      [-1, 0.5],
      [2.5, 0.5],
      [Number.NaN, 0.5],
      [10, -0.1],
      [10, 1.1],
      [10, Number.NaN],
      [2 ** 54, 0.5],
    ]) {
      expect(binomial(n, p)).toBeNaN();
    }
  });

  it("seeding again gives the same variates", () => {
    const draw = () => [normal(), gamma(0.3), gamma(7), chi(12), binomial(40, 0.2), binomial(1e9, 0.7)];
    seed(80);
    const first = draw();
    seed(80);
    expect(draw()).toEqual(first);
  });
});
