import { describe, expect, it } from "vitest";
import { accuracyAtN } from "../../src/engine/atN.js";
import { breakdown, load, type ScenarioInput, theory } from "../../src/index.js";
import { uniforms } from "../oracle/random.js";
import { shortOrLong } from "../support/edition.js";
import { cellOf, compare, GRID, scenarioOf, simulator, unverified } from "./atN.js";

const core = await load();

/** Every seventh setting, or every twenty-first. */
const STEP = shortOrLong(21, 7);

describe("the verdict at N", () => {
  it("is that of the theory with and without the verifier in 99 % of 345 settings, and purity is not", () => {
    expect(GRID).toHaveLength(345);
    let [right, inconclusive, purityWrong] = [0, 0, 0];
    for (const setting of GRID) {
      const scenario = scenarioOf(setting);
      const [selected] = theory(core, scenario);
      const [unselected] = theory(core, unverified(scenario));
      const truth = (selected?.accuracy ?? 0) > (unselected?.accuracy ?? 0) ? "better" : "worse";
      const { atN, labels } = breakdown(core, { scenario });
      if (atN.verification === truth) right++;
      if (atN.verification === "inconclusive") inconclusive++;
      if (labels.purity !== truth) purityWrong++;
    }
    expect(right + inconclusive).toBe(345);
    expect(right).toBeGreaterThanOrEqual(0.99 * 345); // 342

    expect(purityWrong).toBeGreaterThan(50);
  });

  it("is that of the reduced engine in some of these settings", () => {
    const found = compare(
      core,
      GRID.filter((_, i) => i % STEP === 0).map(scenarioOf),
      simulator(core, "reduced", 1000),
    );
    expect(found.wrong).toEqual([]);
    expect(found.told).toBeGreaterThan(245 / STEP);
    expect(found.right).toBeGreaterThanOrEqual(0.97 * found.told);
  });

  it("is that of the direct engine in a few", () => {
    const found = compare(
      core,
      GRID.filter(({ samples }, i) => samples < 2500 && i % 31 === 0).map(scenarioOf),
      simulator(core, "direct", 200),
    );
    expect(found.wrong).toEqual([]);
    expect(found.told).toBeGreaterThan(5);
  });

  it("is that of the reduced engine for other learners, and verifiers and generators that look at the inputs", () => {
    const inputs: ScenarioInput[] = [];
    for (const kind of ["ridge", "mean"] as const)
      for (const [generator, verifier] of [
        [20, 145],
        [60, 30],
        [60, 60],
        [40, 75],
        [80, 20],
      ])
        for (const samples of [150, 1000])
          inputs.push({
            data: { dim: 40, meanNorm: 1.5 },
            learner: { kind, lambda: 0.05 },
            generator: { kind: "linear", angle: `${generator}deg` },
            verifier: { kind: "linear", angle: `${verifier}deg` },
            samples,
          });
    inputs.push(
      { generator: { errorRate: 0.4 }, verifier: { kind: "top", keep: 0.3, angle: "40deg" }, samples: 500 },
      { generator: { errorRate: 0.1 }, verifier: { kind: "top", keep: 0.3, angle: "60deg" }, samples: 500 },
      { data: { kind: "isotropic" }, verifier: { kind: "oracle" }, samples: 400, realSamples: 200 },
      { generator: { errorRate: 0.3 }, verifier: { kind: "learned", samples: 300 }, samples: 400 },
    );
    const some = inputs.filter((_, i) => i % shortOrLong(3, 1) === 0);
    const found = compare(core, some.map(cellOf), simulator(core, "reduced", 1000));
    expect(found.wrong).toEqual([]);
    expect(found.told).toBeGreaterThan(shortOrLong(5, 18));
    expect(found.right).toBeGreaterThanOrEqual(0.9 * found.told);
  });

  it("is inconclusive where nothing is verified away, or the theory cannot tell", () => {
    const at = (input: ScenarioInput) => breakdown(core, { scenario: input }).atN;
    expect(at({ verifier: { kind: "none" } }).verification).toBe("inconclusive");
    expect(at({ verifier: { kind: "bernoulli", phi: 1, psi: 1 } }).verification).toBe("inconclusive");
    expect(at({ generator: { errorRate: 0.5 }, verifier: { kind: "random" } }).verification).toBe("inconclusive");
    // k·ω(a) = ω(1 − p) with k = ½: (2a − 1)² = 2(1 − 2p)² at p = .4, a = .6414: φ = .5345, ψ = .4483 for r → 0
    const even = { generator: { errorRate: 0.4 }, verifier: { kind: "bernoulli", phi: 0.5345, psi: 0.4483 } } as const;
    expect(at({ ...even, learner: { kind: "mean" }, samples: 5000 }).verification).toBe("inconclusive");
  });

  it("is open, with the reason, if nothing is kept or several generations follow", () => {
    const none = breakdown(core, { scenario: { verifier: { kind: "bernoulli", phi: 0, psi: 0 } } });
    expect(none.atN).toMatchObject({ verification: null, worth: { kept: null }, reason: { code: "nothing-is-kept" } });
    expect(none.labels).toMatchObject({ verdict: null, purity: null, reason: { code: "nothing-is-kept" } });
    expect(none.learner).toMatchObject({ limit: null, verdict: null, reason: { code: "nothing-is-kept" } });
    const long = breakdown(core, { scenario: { generations: 100 } });
    expect(long.atN).toMatchObject({ verification: null, reason: { code: "too-many-rows-to-simulate" } });
    const accumulated = breakdown(core, { scenario: { generations: 3, policy: "accumulate" } });
    expect(accumulated.atN).toMatchObject({ verification: null, reason: { code: "accumulate-without-reduction" } });
    const chance = breakdown(core, { phi: 0.5, psi: 0.5, errorRate: 0.5 });
    expect(chance.learner).toMatchObject({ limit: 0.5, verdict: null, reason: { code: "limit-is-chance" } });
  });
});

describe("the verdict at N after several generations", () => {
  // close to 90° the chance of the first round decides which way the later ones go: docs/theory.md, section 9
  const basin: ScenarioInput = {
    data: { dim: 40, meanNorm: 1.85 },
    generator: { kind: "linear", angle: "88.8deg" },
    verifier: { kind: "linear", angle: "60deg" },
    learner: { kind: "mean" },
    samples: 600,
    generations: 4,
  };

  it("is of trials, where the theory of the mean is far off", () => {
    const scenario = cellOf(basin);
    const { atN } = breakdown(core, { scenario });
    const simulate = simulator(core, "reduced", 4000);
    const [selected, unselected] = [simulate(scenario), simulate(unverified(scenario))];
    // 200 trials of an accuracy that is spread over [0, 1]: its mean is known to 0.035 at most
    expect(Math.abs((atN.accuracy.selected ?? 0) - selected.mean)).toBeLessThan(4 * 0.035);
    expect(Math.abs((atN.accuracy.unselected ?? 0) - unselected.mean)).toBeLessThan(4 * 0.035);
    // the theory: .9652 with the verifier, .9663 without, which simulations have at .777
    const accuracy = (cell: ScenarioInput) => theory(core, cell)[0]?.accuracy ?? Number.NaN;
    expect(accuracy(unverified(scenario))).toBeGreaterThan(accuracy(scenario));
    expect(accuracy(unverified(scenario)) - unselected.mean).toBeGreaterThan(0.15);
    expect(selected.mean - unselected.mean).toBeGreaterThan(0.15);
    expect(atN.verification).toBe("better");
    expect(breakdown(core, { scenario }).atN).toEqual(atN); // the same seed, the same answer
  });

  it("is inconclusive where both arms are the same", () => {
    const same = breakdown(core, { scenario: { ...basin, verifier: { kind: "none" } } });
    expect(same.atN.verification).toBe("inconclusive");
  });
});

describe("the accuracy near M = d, averaged over the kept rows", () => {
  // M = d on average, λ → 0: plain theory is off by 0.4/√d, the average by less than a quarter of that; 4000 trials know the mean to
  // 0.0010 (d = 50), 0.0006 (200) and 0.0003 (800)
  it.each([50, 200, 800])("is off by less than a quarter of what the plain theory is, d = %i", (dim) => {
    const scenario = cellOf({
      data: { dim, meanNorm: 1.5 },
      generator: { errorRate: 0.1 },
      verifier: { kind: "random", keep: 0.5 },
      samples: 2 * dim,
      learner: { lambda: 1e-9 },
    });
    const { mean, se } = simulator(core, "reduced", 4000)(scenario);
    const plain = theory(core, scenario)[0]?.accuracy ?? Number.NaN;
    const averaged = accuracyAtN(core, scenario).accuracy ?? Number.NaN;
    expect(Math.abs(plain - mean)).toBeGreaterThan(0.03);
    expect(Math.abs(averaged - mean)).toBeLessThan(0.25 * Math.abs(plain - mean) + 3 * se);
  });

  it("is the binomial mean of the theory, by hand", () => {
    const [n, k] = [12, 0.3];
    const input = { data: { dim: 5 }, generator: { errorRate: 0.2 }, verifier: { kind: "random", keep: k } } as const;
    let [weights, sum, chance] = [0, 0, (1 - k) ** n];
    for (let kept = 1; kept <= n; kept++) {
      chance *= ((n - kept + 1) / kept) * (k / (1 - k));
      weights += chance;
      // as many rows without a verifier have the same law
      sum +=
        chance * (theory(core, { ...input, verifier: { kind: "none" }, samples: kept })[0]?.accuracy ?? Number.NaN);
    }
    expect(accuracyAtN(core, cellOf({ ...input, samples: n })).accuracy).toBeCloseTo(sum / weights, 9);
  });
});

describe("the learner's limit", () => {
  const SETTINGS = shortOrLong(20, 60);

  it("is what a simulation of very many rows comes to, and on the same side of chance, in random settings", () => {
    const uniform = uniforms(20261127);
    const simulate = simulator(core, "reduced", 1);
    const pick = <T>(...values: T[]) => values[Math.floor(values.length * uniform())] as T;
    let [sides, differ] = [0, 0];
    for (let i = 0; i < SETTINGS; i++) {
      const scenario = cellOf({
        data: { kind: pick("mixture", "mixture", "isotropic"), dim: 6, meanNorm: 0.5 + 2 * uniform() },
        generator: { kind: pick("noise", "linear", "linear"), errorRate: 0.7 * uniform(), angle: 2.5 * uniform() },
        verifier: {
          kind: pick("bernoulli", "linear", "linear", "top"),
          phi: uniform(),
          psi: uniform(),
          angle: 3 * uniform(),
          keep: 0.1 + 0.8 * uniform(),
          poison: pick(0, 0.2 * uniform()),
        },
        learner: { kind: pick("ridge", "ridge", "mean"), lambda: pick(0, 0.01, 1) },
        samples: 100_000,
      });
      const { learner, labels } = breakdown(core, { scenario });
      const { mean } = simulate(scenario);
      const limit = learner.limit ?? Number.NaN;
      // a direction of little signal is slow: the cosine is within 4/√(signal² · kept) of its limit, and 0.03 covers the rest
      expect(Math.abs(mean - limit), JSON.stringify(scenario)).toBeLessThan(0.03);
      if (Math.abs(mean - 0.5) <= 0.03) continue;
      sides++;
      expect(learner.verdict, JSON.stringify(scenario)).toBe(mean > 0.5 ? "better" : "worse");
      if ((labels.verdict === "below") !== (learner.verdict === "better")) differ++;
    }
    expect(sides).toBeGreaterThan(0.75 * SETTINGS);
    expect(differ).toBeGreaterThan(0);
  });
});
