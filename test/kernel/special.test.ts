import fc from "fast-check";
import { expect, it } from "vitest";
import { bivariateNormalCdfSlow, logGammaSlow, normalCdfSlow, normalQuantileSlow } from "../oracle/special.js";
import { BIVARIATE_NORMAL_CDF, LOG_GAMMA, NORMAL_CDF, NORMAL_QUANTILE } from "../oracle/specialValues.js";
import { eachBuild } from "./builds.js";

const SETTINGS = { seed: 2406_07515, numRuns: 300 };
const UNIT = 2 ** -53;

const real = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const correlation = fc.oneof(
  real(-1, 1),
  real(0, 40).map((k) => 1 - 2 ** -k),
  real(0, 40).map((k) => 2 ** -k - 1),
);

/** |got/want − 1| in units of 2^−53. */
function ulps(got: number, want: number): number {
  return Math.abs((got - want) / want) / UNIT;
}

eachBuild("special functions", (core) => {
  const { logGamma, normalCdf, normalPdf, normalQuantile, bivariateNormalCdf } = core.exports;

  it("log Γ equals 50-digit values, relative at its zeros too", () => {
    // a logarithm, a Horner sum and two additions of one sign: at most ten roundings
    for (const [x, want] of LOG_GAMMA) expect(ulps(logGamma(x), want), `x = ${x}`).toBeLessThan(10);
    expect(logGamma(1)).toBe(0);
    expect(logGamma(2)).toBe(0);
  });

  it("log Γ agrees with the shifted Stirling sum", () => {
    // the oracle adds 60 logarithms of size 4 and subtracts numbers of size 250: 1e-12 absolute
    fc.assert(
      fc.property(real(1e-6, 170), (x) => {
        expect(Math.abs(logGamma(x) - logGammaSlow(x))).toBeLessThan(1e-12);
      }),
      SETTINGS,
    );
  });

  it("Φ and Φ⁻¹ equal 50-digit values in both tails", () => {
    for (const [x, want] of NORMAL_CDF) expect(ulps(normalCdf(x), want), `x = ${x}`).toBeLessThan(10);
    for (const [p, want] of NORMAL_QUANTILE) expect(ulps(normalQuantile(p), want), `p = ${p}`).toBeLessThan(10);
  });

  it("Φ and Φ⁻¹ agree with series, continued fraction and bisection", () => {
    fc.assert(
      fc.property(real(-37, 8), (x) => {
        // the oracle's density loses x² units in the last place
        expect(ulps(normalCdf(x), normalCdfSlow(x))).toBeLessThan(x * x + 50);
        expect(ulps(normalPdf(x), Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI))).toBeLessThan(x * x + 10);
      }),
      SETTINGS,
    );
    fc.assert(
      fc.property(real(1e-12, 1 - 1e-6), (p) => {
        expect(Math.abs(normalQuantile(p) - normalQuantileSlow(p))).toBeLessThan(1e-9);
      }),
      SETTINGS,
    );
  });

  it("Φ is symmetric, and Φ⁻¹ inverts it", () => {
    fc.assert(
      fc.property(real(-40, 40), (x) => {
        expect(normalCdf(x) + normalCdf(-x)).toBeCloseTo(1, 15);
      }),
      SETTINGS,
    );
    fc.assert(
      fc.property(real(-37, 0), (x) => {
        // a relative error of Φ moves x by it / |x| (Mills), a relative error of Φ⁻¹ moves it by |x|·UNIT
        expect(Math.abs(normalQuantile(normalCdf(x)) - x)).toBeLessThan(40 * UNIT * Math.max(1, -x));
      }),
      SETTINGS,
    );
  });

  it("Φ₂ equals 30-digit values", () => {
    for (const [a, b, rho, want] of BIVARIATE_NORMAL_CDF) {
      expect(Math.abs(bivariateNormalCdf(a, b, rho) - want), `${a}, ${b}; ${rho}`).toBeLessThan(1e-15);
    }
  });

  it("Φ₂ agrees with tanh–sinh quadrature of the conditional form", () => {
    fc.assert(
      fc.property(real(-6, 6), real(-6, 6), real(-0.999, 0.999), (a, b, rho) => {
        expect(Math.abs(bivariateNormalCdf(a, b, rho) - bivariateNormalCdfSlow(a, b, rho))).toBeLessThan(1e-13);
      }),
      { ...SETTINGS, numRuns: 60 },
    );
  });

  it("Φ₂ is symmetric, has Φ as its margins, and grows in each argument and in ρ", () => {
    fc.assert(
      fc.property(real(-9, 9), real(-9, 9), correlation, correlation, real(0, 1), (a, b, rho, other, step) => {
        const value = bivariateNormalCdf(a, b, rho);
        const slack = 4e-16; // two roundings of a number below one on each side
        expect(Math.abs(value - bivariateNormalCdf(b, a, rho))).toBeLessThan(slack);
        expect(bivariateNormalCdf(a + step, b, rho)).toBeGreaterThan(value - slack);
        expect(bivariateNormalCdf(a, b, Math.max(rho, other))).toBeGreaterThan(value - slack);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(Math.min(normalCdf(a), normalCdf(b)) + slack);
        // P(X ≤ a) = P(X ≤ a, Y ≤ b) + P(X ≤ a, −Y ≤ −b)
        expect(Math.abs(value + bivariateNormalCdf(a, -b, -rho) - normalCdf(a))).toBeLessThan(slack);
      }),
      SETTINGS,
    );
  });

  it("Φ₂ is exact where it has a closed form", () => {
    for (const a of [-3, -0.5, 0, 1, 4]) {
      expect(bivariateNormalCdf(a, Number.POSITIVE_INFINITY, 0.7)).toBe(normalCdf(a));
      expect(bivariateNormalCdf(Number.POSITIVE_INFINITY, a, -0.97)).toBe(normalCdf(a));
      expect(bivariateNormalCdf(a, Number.NEGATIVE_INFINITY, 0.7)).toBe(0);
      for (const b of [-2, 0.25, 4]) {
        expect(bivariateNormalCdf(a, b, 0)).toBe(normalCdf(a) * normalCdf(b));
        expect(bivariateNormalCdf(a, b, 1)).toBe(normalCdf(Math.min(a, b)));
        expect(bivariateNormalCdf(a, b, -1)).toBeCloseTo(Math.max(0, normalCdf(a) - normalCdf(-b)), 15);
      }
    }
    // Sheppard: Φ₂(0, 0; ρ) = ¼ + asin ρ / 2π
    for (let i = -50; i <= 50; i++) {
      const want = 0.25 + Math.asin(i / 50) / (2 * Math.PI);
      expect(Math.abs(bivariateNormalCdf(0, 0, i / 50) - want)).toBeLessThan(3e-16);
    }
    expect(bivariateNormalCdf(1e200, 1e200, 0.5)).toBe(1);
    expect(bivariateNormalCdf(1e200, -1e200, 0.5)).toBe(0);
  });

  it("answers NaN outside the domain", () => {
    for (const x of [0, -1, Number.NaN, Number.NEGATIVE_INFINITY]) expect(logGamma(x)).toBeNaN();
    expect(logGamma(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
    expect(normalCdf(Number.NaN)).toBeNaN();
    expect(normalPdf(Number.NaN)).toBeNaN();
    expect(normalCdf(Number.POSITIVE_INFINITY)).toBe(1);
    expect(normalCdf(Number.NEGATIVE_INFINITY)).toBe(0);
    for (const p of [-1e-9, 1.0001, Number.NaN]) expect(normalQuantile(p)).toBeNaN();
    expect(normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(normalQuantile(1)).toBe(Number.POSITIVE_INFINITY);
    for (const [a, b, rho] of [
      [Number.NaN, 0, 0],
      [0, Number.NaN, 0],
      [0, 0, Number.NaN],
      [0, 0, 1.0000001],
      [0, 0, -2],
    ] as const) {
      expect(bivariateNormalCdf(a, b, rho)).toBeNaN();
    }
  });
});
