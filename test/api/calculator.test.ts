import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import {
  ArgumentError,
  breakdown,
  ConfigError,
  type Core,
  collect,
  load,
  type ScenarioInput,
  theory,
} from "../../src/index.js";
import { bivariateNormalCdfSlow, normalCdfSlow } from "../oracle/special.js";

let core: Core;

beforeAll(async () => {
  core = await load();
});

const seed = 20240607;
const share = fc.double({ min: 0, max: 1, noNaN: true });
const oblique = fc.double({ min: 0.02, max: Math.PI - 0.02, noNaN: true });
const { PI, acos, asin, cos } = Math;

/** P(a > 0, b > 0, c > 0) of three centred normals with these correlations, a spherical triangle's share of the sphere. */
const octant = (ab: number, ac: number, bc: number) => 1 / 8 + (asin(ab) + asin(ac) + asin(bc)) / (4 * PI);

describe("the breakdown of rates", () => {
  it("has p⋆ = (K − 1)φ / ((K − 1)φ + ψ)", () => {
    const check = (phi: number, psi: number, classes: number) => {
      fc.pre(phi + psi > 1e-3);
      const { breakdown: point } = breakdown(core, { phi, psi, classes });
      expect(point).toBeCloseTo(((classes - 1) * phi) / ((classes - 1) * phi + psi), 14);
    };
    fc.assert(fc.property(share, share, fc.integer({ min: 2, max: 1000 }), check), { seed });
  });

  it("is below where the true class is the likeliest of the kept labels", () => {
    const check = (phi: number, psi: number, errorRate: number, classes: number) => {
      const [right, wrong] = [(1 - errorRate) * phi, (errorRate * psi) / (classes - 1)];
      fc.pre(Math.abs(right - wrong) > 1e-9);
      const { verdict, limit } = breakdown(core, { phi, psi, errorRate, classes });
      expect([verdict, limit.selected]).toEqual(right > wrong ? ["below", 1] : ["above", 0]);
    };
    fc.assert(fc.property(share, share, share, fc.integer({ min: 2, max: 20 }), check), { seed });
  });

  it("counts a point that rounding moves as the point itself, where the learner is left to chance", () => {
    expect(0.3 / (0.3 + 0.1)).not.toBe(0.75);
    for (const [phi, psi, errorRate, classes] of [
      [0.3, 0.1, 0.75, 2],
      [0.5, 0.5, 0.9, 10],
    ] as const) {
      const { verdict, limit } = breakdown(core, { phi, psi, errorRate, classes });
      expect(verdict).toBe("above");
      expect(limit.selected).toBe(1 / classes);
    }
  });

  it("is better with a verifier if the limit rises or, at equal limits, if what is kept is worth more", () => {
    const verification = (phi: number, psi: number, errorRate: number) =>
      breakdown(core, { phi, psi, errorRate }).verification;
    expect(verification(0.8, 0.3, 0.6)).toBe("better"); // the limit: 0 → 1
    expect(verification(0.3, 0.8, 0.4)).toBe("worse"); // the limit: 1 → 0
    expect(verification(0.8, 0.3, 0.2)).toBe("better"); // 1 → 1, worth more
    expect(verification(0.6, 0.4, 0.2)).toBe("worse"); // 1 → 1, purer, and worth less
    expect(verification(0.3, 0.8, 0.1)).toBe("worse"); // 1 → 1, less pure
    expect(verification(0.6, 0.6, 0.2)).toBe("worse"); // the same labels, fewer rows
    expect(verification(0.8, 0.3, 0)).toBe("worse"); // nothing to sort out
    expect(verification(1, 1, 0.2)).toBe("equal");
  });

  it("has nothing to say of a verifier that keeps nothing", () => {
    const nothing = { keptPrecision: null, verification: null, limit: { selected: null, unselected: 1 } };
    expect(breakdown(core, { phi: 0, psi: 0, errorRate: 0.2 })).toMatchObject({
      ...nothing,
      breakdown: null,
      keepRate: 0,
      verdict: null,
    });
    expect(breakdown(core, { phi: 0, psi: 0.5, errorRate: 0 })).toMatchObject({ ...nothing, breakdown: 0 });
  });
});

describe("the breakdown of angles", () => {
  it("has p, φ and ψ by spherical triangles for isotropic inputs, and the limit along the bisector", () => {
    const check = (generator: number, verifier: number, place: number) => {
      const [low, high] = [
        Math.abs(generator - verifier),
        Math.min(generator + verifier, 2 * PI - generator - verifier),
      ];
      const between = low + (0.05 + 0.9 * place) * (high - low);
      fc.pre(between < PI - 0.05);
      const answer = breakdown(core, { angles: { generator, verifier, between } });
      const correct = 1 - generator / PI;
      // doubled: the truth may be on either side of its plane
      const phi = (2 * octant(cos(generator), cos(verifier), cos(between))) / correct;
      const psi = (2 * octant(-cos(generator), -cos(verifier), cos(between))) / (1 - correct);
      expect(answer.errorRate).toBeCloseTo(generator / PI, 13);
      // divided by a p or 1 − p of at least 0.006, the 1e-15 of the areas is 2e-13
      expect(answer.phi).toBeCloseTo(phi, 11);
      expect(answer.psi).toBeCloseTo(psi, 11);
      expect(answer.keepRate).toBeCloseTo(1 - between / PI, 12);
      // rows that two directions agree on are symmetric in them: least squares finds their bisector
      const cosine = (cos(generator) + cos(verifier)) / Math.sqrt(2 + 2 * cos(between));
      expect(answer.limit.selected).toBeCloseTo(1 - acos(Math.max(-1, Math.min(1, cosine))) / PI, 7);
      expect(answer.limit.unselected).toBeCloseTo(correct, 7);
    };
    fc.assert(fc.property(oblique, oblique, share, check), { seed });
  });

  it("has them by the bivariate normal for two classes, the directions independent unless told", () => {
    for (const [r, generator, verifier] of [
      [1.5, 0.6, 0.9],
      [0.7, 1.2, 2.5],
      [2, 2, 0.3],
    ] as const) {
      const [a, b] = [r * cos(generator), r * cos(verifier)];
      const rho = cos(generator) * cos(verifier);
      const answer = breakdown(core, { angles: { generator, verifier }, meanNorm: r });
      expect(answer.errorRate).toBeCloseTo(normalCdfSlow(-a), 12);
      expect(answer.phi).toBeCloseTo(bivariateNormalCdfSlow(a, b, rho) / normalCdfSlow(a), 10);
      expect(answer.psi).toBeCloseTo(bivariateNormalCdfSlow(-a, -b, rho) / normalCdfSlow(-a), 10);
      expect(breakdown(core, { angles: { generator, verifier, between: acos(rho) }, meanNorm: r }).phi).toBeCloseTo(
        answer.phi as number,
        12,
      );
    }
  });

  it("is below exactly where the two angles to the truth make less than a half turn, and (1−p)φ − pψ = 1 − p − e_v", () => {
    const check = (generator: number, verifier: number, place: number, meanNorm: number | null) => {
      fc.pre(Math.abs(generator + verifier - PI) > 1e-6);
      const [low, high] = [
        Math.abs(generator - verifier),
        Math.min(generator + verifier, 2 * PI - generator - verifier),
      ];
      const between = low + place * (high - low);
      fc.pre(between < PI - 1e-3);
      const answer = breakdown(core, { angles: { generator, verifier, between }, meanNorm });
      expect(answer.verdict).toBe(generator + verifier < PI ? "below" : "above");
      const wrong = meanNorm === null ? verifier / PI : normalCdfSlow(-meanNorm * cos(verifier));
      const { errorRate, phi, psi } = answer as { errorRate: number; phi: number; psi: number };
      expect((1 - errorRate) * phi - errorRate * psi).toBeCloseTo(1 - errorRate - wrong, 11);
    };
    const norm = fc.option(fc.double({ min: 0.3, max: 3, noNaN: true }));
    fc.assert(fc.property(oblique, oblique, share, norm, check), { seed });
  });

  it("tells the two verdicts apart: 30° and 100°", () => {
    const answer = breakdown(core, { angles: { generator: "30deg", verifier: "100deg" } });
    expect(answer).toMatchObject({ verdict: "below", verification: "worse" });
    expect(answer.limit.unselected).toBeCloseTo(5 / 6, 12);
  });

  it("has an answer at the ends", () => {
    const at = (generator: string, verifier: string, between?: string) =>
      breakdown(core, { angles: { generator, verifier, between } });
    expect(at("0deg", "100deg")).toMatchObject({ errorRate: 0, psi: null, breakdown: null, verdict: "below" });
    expect(at("180deg", "60deg")).toMatchObject({ errorRate: 1, phi: null, keptPrecision: 0, verdict: "above" });
    expect(at("40deg", "40deg", "0deg")).toMatchObject({ phi: 1, psi: 1, verification: "equal" });
    expect(at("90deg", "90deg")).toMatchObject({ errorRate: 0.5, verdict: "above" });
    const opposite = { keepRate: 0, keptPrecision: null, verdict: null, verification: null };
    expect(at("40deg", "140deg", "180deg")).toMatchObject(opposite);
  });
});

describe("the breakdown of a scenario", () => {
  it("is that of its rates, with the accuracy of least squares as limit", () => {
    const scenario = { generator: { errorRate: 0.6 }, verifier: { kind: "bernoulli", phi: 0.8, psi: 0.3 } } as const;
    const answer = breakdown(core, { scenario });
    const rates = breakdown(core, { phi: 0.8, psi: 0.3, errorRate: 0.6 });
    for (const name of ["errorRate", "phi", "psi", "breakdown", "verdict", "verification"] as const) {
      expect(answer[name]).toBe(rates[name]);
    }
    expect(answer.keepRate).toBeCloseTo(0.5, 14);
    expect(answer.keptPrecision).toBeCloseTo(0.64, 14);
    expect(answer.limit.selected).toBeCloseTo(normalCdfSlow(1), 13);
    expect(answer.limit.unselected).toBeCloseTo(normalCdfSlow(-1), 13);
    expect(answer.accuracy).toBeGreaterThan(0.5);
    expect(answer.accuracy).toBeLessThan(normalCdfSlow(1));
  });

  it("knows the slope of its accuracy", () => {
    const accuracy = (errorRate: number, phi: number, psi: number) =>
      breakdown(core, {
        scenario: { samples: 500, generator: { errorRate }, verifier: { kind: "bernoulli", phi, psi } },
      });
    const { sensitivity } = accuracy(0.3, 0.7, 0.4);
    const slope = (from: ReturnType<typeof accuracy>, to: ReturnType<typeof accuracy>) =>
      ((to.accuracy ?? Number.NaN) - (from.accuracy ?? Number.NaN)) / 2e-3;
    // central differences of step 1e-3: off by a third derivative times 1e-6
    expect(sensitivity?.errorRate).toBeCloseTo(slope(accuracy(0.299, 0.7, 0.4), accuracy(0.301, 0.7, 0.4)), 4);
    expect(sensitivity?.phi).toBeCloseTo(slope(accuracy(0.3, 0.699, 0.4), accuracy(0.3, 0.701, 0.4)), 4);
    expect(sensitivity?.psi).toBeCloseTo(slope(accuracy(0.3, 0.7, 0.399), accuracy(0.3, 0.7, 0.401)), 4);
  });

  it("takes the settings outside a sweep, and has no slopes where directions decide", () => {
    const scenario = { verifier: { kind: "linear" }, sweep: { "generator.errorRate": [0.9] } } as const;
    expect(breakdown(core, { scenario })).toMatchObject({ errorRate: 0.2, sensitivity: null });
  });

  it("counts clean rows in the limits, not in p⋆", () => {
    const scenario = { generator: { errorRate: 1 }, verifier: { kind: "oracle" }, realSamples: 100 } as const;
    const answer = breakdown(core, { scenario });
    expect(answer).toMatchObject({ breakdown: 1, verdict: "above", keepRate: 0, verification: "better" });
    expect(answer.limit.selected).toBeCloseTo(normalCdfSlow(1), 13);
    expect(breakdown(core, { scenario: { ...scenario, realSamples: 0 } })).toMatchObject({
      accuracy: null,
      sensitivity: null,
      verification: null,
    });
  });
});

describe("clean rows beside synthetic ones", () => {
  // with 10 % of clean rows least squares comes to .957 of endless rows, without them to .365: any small penalty near to that
  it("keep their share of infinite data, with a penalty and without", () => {
    const scenario = {
      data: { dim: 10, meanNorm: 2 },
      generator: { kind: "linear", angle: "20deg" },
      verifier: { kind: "linear", angle: "145deg" },
      samples: 3000,
      realSamples: 300,
    } as const;
    const limitWith = (lambda: number) => breakdown(core, { scenario: { ...scenario, learner: { lambda } } }).learner;
    expect(limitWith(0).limit).toBeCloseTo(0.957, 3);
    expect(limitWith(1e-9).limit).toBeCloseTo(limitWith(0).limit ?? 0, 9);
    expect(limitWith(1e-9).unselected).toBeCloseTo(limitWith(0).unselected ?? 0, 9);
    expect(limitWith(0.01)).toMatchObject({ limit: expect.closeTo(0.957, 3), verdict: "better" });
  });

  it("are left out of what the synthetic rows are worth, in one way for both numbers", () => {
    // everything is kept: the same rows, though only one of the two verifiers is known to be blind to the inputs
    const { atN } = breakdown(core, {
      scenario: {
        data: { kind: "isotropic", dim: 3 },
        generator: { errorRate: 0.429 },
        verifier: { kind: "top", keep: 1, angle: "10deg" },
        learner: { lambda: 0 },
        samples: 300,
        realSamples: 10,
      },
    });
    expect(atN.worth.kept).toBeCloseTo(atN.worth.unselected ?? 0, 6);
  });
});

describe("few rows", () => {
  // one row of a tenth of the files, and a far better one: where it is there. All files together have .1·.535 + .9·.5 = .5035
  it("are not called better because files without a row are left out", () => {
    const { atN } = breakdown(core, {
      scenario: {
        data: { dim: 5, meanNorm: 0.3 },
        generator: { errorRate: 0.022 },
        verifier: { kind: "keep-easy", keep: 0.1, angle: 0 },
        samples: 1,
      },
    });
    expect(atN.accuracy.selected).toBeGreaterThan((atN.accuracy.unselected ?? 1) + 0.02);
    expect(atN.verification).toBe("inconclusive");
    expect(atN.reason?.code).toBe("files-without-a-row-decide");
    expect(atN.worth.kept).toBeLessThan(atN.worth.unselected ?? 0);
    expect(atN.worth.kept).toBeGreaterThan(0);
  });

  it("of which most keep a row have the same verdict either way", () => {
    const { atN } = breakdown(core, { phi: 0.6, psi: 0.4, errorRate: 0.2, samples: 300 });
    expect(atN).toMatchObject({ verification: "worse" });
    expect(atN.reason).toBeUndefined();
  });

  it("leave the slopes open in which less than one row would be kept", () => {
    const scenario = { generator: { errorRate: 0.4 }, verifier: { kind: "none" }, samples: 1 } as const;
    const { sensitivity } = breakdown(core, { scenario });
    expect(sensitivity).toMatchObject({ errorRate: expect.any(Number), phi: null, psi: null });
  });
});

describe("a learner without a theory", () => {
  it("is the same with no verifier as without one: the same trials", () => {
    for (const verifier of [{ kind: "none" }, { kind: "bernoulli", phi: 1, psi: 1 }] as const) {
      const scenario = { generator: { errorRate: 0.4 }, verifier, learner: { kind: "sgd" }, samples: 200 } as const;
      const { atN } = breakdown(core, { scenario });
      expect(atN).toMatchObject({ verification: "inconclusive", trials: 200 });
      expect(atN.accuracy.selected).toBe(atN.accuracy.unselected);
    }
  });
});

describe("a question out of range", () => {
  it("is an error that names the field, the rule and what was given", () => {
    const refused = (ask: () => unknown, details: object) => {
      let caught: unknown;
      try {
        ask();
      } catch (error) {
        caught = error;
      }
      expect(caught).toBeInstanceOf(ArgumentError);
      expect(caught).toMatchObject(details);
    };
    refused(() => breakdown(core, { phi: 2, psi: 0 }), { field: "phi", expected: "in [0, 1]", got: 2 });
    refused(() => breakdown(core, { phi: 1, psi: 0, errorRate: Number.NaN }), { field: "errorRate" });
    refused(() => breakdown(core, { phi: 1, psi: 0, classes: 2.5 }), { field: "classes" });
    refused(() => breakdown(core, { angles: { generator: 4, verifier: 0 } }), { field: "angles.generator", got: 4 });
    refused(() => breakdown(core, { angles: { generator: "x", verifier: 0 } }), { field: "angles.generator" });
    refused(() => breakdown(core, { angles: { generator: 1, verifier: 1, between: 3 } }), { field: "angles.between" });
    refused(() => breakdown(core, { angles: { generator: 1, verifier: 1 }, meanNorm: 101 }), { field: "meanNorm" });
  });

  it("is a ConfigError where a scenario has no theory", () => {
    const scenario = {
      data: { covariance: { kind: "power-law", exponent: 0.5 } },
      generator: { kind: "learned", samples: 50 },
    } as const;
    expect(() => breakdown(core, { scenario })).toThrow(ConfigError);
    expect(() => breakdown(core, { scenario })).toThrow("there is no theory of this scenario: generator.kind learned");
  });
});

describe("the theory of a scenario", () => {
  it("is that of a run by the theory, cell by cell", async () => {
    const core = await load();
    const scenario = {
      samples: 2000,
      sweep: { "generator.errorRate": [0.1, 0.3], "verifier.kind": ["none", "oracle"] },
    };
    const { cells } = await collect(core, { ...scenario, engine: "theory" } as ScenarioInput);
    const answers = theory(core, scenario as ScenarioInput);
    expect(answers.map(({ accuracy }) => accuracy)).toEqual(cells.map(({ accuracy }) => accuracy.mean));
    expect(answers.map(({ breakdown }) => breakdown)).toEqual(cells.map(({ breakdown }) => breakdown));
    expect(() => theory(core, { learner: { kind: "perceptron" } })).toThrow(/perceptron/);
  });
});
