import fc from "fast-check";
import { expect, it } from "vitest";
import { resample } from "../../src/core/streams.js";
import { betaCdfSlow } from "../oracle/special.js";
import { BETA_CDF, BETA_QUANTILE } from "../oracle/specialValues.js";
import { eachBuild } from "./builds.js";

const SETTINGS = { seed: 2406_07515, numRuns: 300 };
const real = (min: number, max: number) => fc.double({ min, max, noNaN: true });
/** Shapes from 0.01 to 1e9, evenly by their logarithm. */
const shape = real(-2, 9).map((exponent) => 10 ** exponent);
const moderate = real(-1.3, 2.3).map((exponent) => 10 ** exponent);

eachBuild("the incomplete beta function", (core) => {
  const { betaCdf, betaQuantile } = core.exports;

  it("equals 40-digit values", () => {
    for (const [x, a, b, want] of BETA_CDF) {
      // a last bit of (a + b) x moves the exponent by 2^-53 times its distance from a, some 4 √(a + b)
      const tolerance = 3e-14 + 3e-15 * Math.sqrt(a + b);
      expect(Math.abs(betaCdf(x, a, b) / want - 1), `I_${x}(${a}, ${b})`).toBeLessThan(tolerance);
    }
  });

  it("has the quantiles of 40-digit roots", () => {
    for (const [p, a, b, want] of BETA_QUANTILE) {
      expect(Math.abs(betaQuantile(p, a, b) / want - 1), `${p}: ${a}, ${b}`).toBeLessThan(1e-12);
    }
  });

  it("agrees with quadrature", () => {
    fc.assert(
      fc.property(real(1e-6, 1 - 1e-6), moderate, moderate, (x, a, b) => {
        // the oracle's log Γ of some 1000 has lost three digits
        expect(Math.abs(betaCdf(x, a, b) - betaCdfSlow(x, a, b))).toBeLessThan(2e-12);
      }),
      { ...SETTINGS, numRuns: 100 },
    );
  });

  it("is symmetric, grows with x, and falls with a", () => {
    fc.assert(
      fc.property(real(0, 1), real(0, 1), shape, shape, real(1, 2), (x, other, a, b, factor) => {
        const value = betaCdf(x, a, b);
        const slack = 1e-12 + 2e-15 * Math.sqrt(a + b);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
        expect(betaCdf(Math.max(x, other), a, b)).toBeGreaterThanOrEqual(value - slack);
        expect(betaCdf(x, a * factor, b)).toBeLessThanOrEqual(value + slack);
        const y = 1 - x;
        if (1 - y === x) expect(Math.abs(value + betaCdf(y, b, a) - 1)).toBeLessThan(slack);
      }),
      SETTINGS,
    );
  });

  it("comes back from its quantile", () => {
    fc.assert(
      fc.property(real(1e-9, 1 - 1e-9), shape, shape, (p, a, b) => {
        const x = betaQuantile(p, a, b);
        expect(x).toBeGreaterThanOrEqual(0);
        expect(x).toBeLessThanOrEqual(1);
        // the share between the neighbours of x, where these are numbers apart
        const [below, above] = [betaCdf(x * (1 - 4e-16), a, b), betaCdf(Math.min(1, x + 2e-16), a, b)];
        const slack = 1e-12 + 4e-15 * Math.sqrt(a + b);
        expect(below).toBeLessThanOrEqual(p + slack);
        if (x > 0) expect(above).toBeGreaterThanOrEqual(p - slack);
      }),
      SETTINGS,
    );
  });

  it("has closed forms for a shape of 1, and for whole shapes the tail of a binomial", () => {
    for (const x of [1e-9, 0.1, 0.37, 0.5, 0.9]) {
      for (const n of [1, 2, 7, 60]) {
        expect(betaCdf(x, n, 1)).toBeCloseTo(x ** n, 14);
        expect(betaCdf(x, 1, n)).toBeCloseTo(1 - (1 - x) ** n, 14);
        let term = (1 - x) ** n; // P(X = 0), then on to P(X ≥ k) = I_x(k, n − k + 1)
        let tail = 1;
        for (let k = 1; k <= n; k++) {
          tail -= term;
          expect(betaCdf(x, k, n - k + 1)).toBeCloseTo(tail, 12);
          term *= ((n - k + 1) / k) * (x / (1 - x));
        }
      }
    }
  });

  it("knows its ends, and answers NaN outside the domain", () => {
    expect(betaCdf(0, 2, 3)).toBe(0);
    expect(betaCdf(1, 2, 3)).toBe(1);
    expect(betaQuantile(0, 2, 3)).toBe(0);
    expect(betaQuantile(1, 2, 3)).toBe(1);
    expect(betaQuantile(1e-5, 0.01, 1)).toBe(0); // 1e-500
    const nan = [Number.NaN, 0, -1, Number.POSITIVE_INFINITY];
    for (const bad of nan) {
      for (const f of [betaCdf, betaQuantile]) {
        expect(f(0.5, bad, 1)).toBeNaN();
        expect(f(0.5, 1, bad)).toBeNaN();
      }
    }
    for (const bad of [-1e-9, 1.001, Number.NaN]) {
      expect(betaCdf(bad, 1, 1)).toBeNaN();
      expect(betaQuantile(bad, 1, 1)).toBeNaN();
    }
  });
});

eachBuild("the bootstrap's draws", (core) => {
  it("are the upper halves of products with the stream's words", () => {
    const drawn = resample(core, 2 ** 40 + 7, 3, [1000, 0, 37]);
    const { seedStreams, nextU32 } = core.exports;
    seedStreams(7, 2 ** 8, 0x626f6f74, 0, 3);
    for (const [stratum, rows] of [1000, 0, 37].entries()) {
      const counts = new Array<number>(rows).fill(0);
      for (let i = 0; i < rows; i++) counts[Number((BigInt(nextU32() >>> 0) * BigInt(rows)) >> 32n)]++;
      expect([...drawn[stratum]]).toEqual(counts);
    }
  });
});

eachBuild("the lower limit of a betting confidence sequence", (core) => {
  it("is where the wealth of the mixture of bets is 1/α, by quadrature", () => {
    for (const [x, n, tail] of [
      [7, 10, 0.025],
      [60, 65, 0.025],
      [3, 40, 0.1],
      [250, 500, 0.025],
    ] as const) {
      const low = core.exports.bettingLower(x, n, tail);
      expect(logWealthSlow(x, n, low)).toBeCloseTo(-Math.log(tail), 5);
      expect(logWealthSlow(x, n, low * 0.95)).toBeGreaterThan(-Math.log(tail));
    }
  });

  it("is 0 without a success, and comes near the share with many labels", () => {
    expect(core.exports.bettingLower(0, 50, 0.025)).toBe(0);
    expect(core.exports.bettingLower(700_000, 1_000_000, 0.025)).toBeGreaterThan(0.695);
    expect(core.exports.bettingLower(700_000, 1_000_000, 0.025)).toBeLessThan(0.7);
  });
});

/** log of the mean of (θ/m)^x ((1 − θ)/(1 − m))^(n − x) over θ = sin² in (m, 1), where sin is uniform in angle: Beta(½, ½). */
function logWealthSlow(x: number, n: number, m: number): number {
  const from = Math.asin(Math.sqrt(m));
  const steps = 40_000;
  const width = (Math.PI / 2 - from) / steps;
  const logs = Array.from({ length: steps }, (_, i) => {
    const theta = Math.sin(from + (i + 0.5) * width) ** 2;
    return x * Math.log(theta / m) + (n - x) * Math.log((1 - theta) / (1 - m));
  });
  const most = logs.reduce((a, b) => Math.max(a, b));
  return most + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - most), 0) / steps);
}
