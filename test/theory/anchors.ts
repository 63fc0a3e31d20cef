/** Numbers from outside: formulas as papers state them, coded here from the papers and not from the core. */
import { loadClasses } from "../../src/classes.js";
import { augmentTheory } from "../../src/core/augment.js";
import { regressionTheory } from "../../src/core/regression.js";
import { rewards } from "../../src/engine/rewards.js";
import { collect, load } from "../../src/index.js";
import { survivors } from "../../src/model/classes.js";
import type { TestCore } from "../kernel/builds.js";
import { experiment, type Overrides, theoryAnswers } from "../kernel/experiment.js";
import { convexRule, orthant, penalty } from "../kernel/theoryCalls.js";
import { normalCdfSlow } from "../oracle/special.js";

export interface Anchor {
  id: string;
  reference: string;
  /** The value that the reference states, or its formula gives. */
  published: number;
  computed(core: TestCore): number | Promise<number>;
  /** Largest absolute difference, and why no less. */
  tolerance: number;
}

const answer = (core: TestCore, overrides: Overrides) => theoryAnswers(core, [experiment(overrides)])[0];

/** Midpoint sum of f over [low, high]. */
function integral(f: (x: number) => number, low: number, high: number, n = 200_000): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += f(low + ((i + 0.5) / n) * (high - low));
  return (sum * (high - low)) / n;
}

/** Where the limit on endless label noise turns from right to wrong. */
function turningPoint(core: TestCore, phi: number, psi: number): number {
  let [low, high] = [0, 1];
  for (let i = 0; i < 45; i++) {
    const errorRate = (low + high) / 2;
    const { limitSelected } = answer(core, { generator: { errorRate }, verifier: { kind: "bernoulli", phi, psi } });
    if (limitSelected > 0.5) low = errorRate;
    else high = errorRate;
  }
  return low;
}

const breakdowns = [
  [0.8, 0.3],
  [1, 0],
  [0.2, 0.7],
].map(
  ([phi, psi]): Anchor => ({
    id: `breakdown at φ = ${phi}, ψ = ${psi}`,
    reference: "Feng, Dohmatob, Yang, Charton & Kempe 2024, arXiv 2406.07515: p⋆ = 1/(1 + ψ/φ)",
    published: 1 / (1 + psi / phi),
    computed: (core) => turningPoint(core, phi, psi),
    tolerance: 1e-12, // 45 halvings
  }),
);

const sheppard = [-0.95, -0.3, 0.5, 0.99].map(
  (rho): Anchor => ({
    id: `quadrant at ρ = ${rho}`,
    reference: "Sheppard 1899, Phil. Trans. R. Soc. A 192: 1/4 + asin ρ / 2π",
    published: 0.25 + Math.asin(rho) / (2 * Math.PI),
    computed: (core) => core.exports.bivariateNormalCdf(0, 0, rho),
    tolerance: 1e-15,
  }),
);

const half = Math.sqrt(0.5);
const david: Anchor = {
  id: "octant of three normals with correlation 1/2",
  reference: "David 1953, Biometrika 40: 1/(n + 1) for n normals with correlation 1/2",
  published: 1 / 4,
  computed: (core) =>
    orthant(
      core,
      [
        [half, half, 0],
        [half, 0, half],
        [0, half, half],
      ],
      0,
    ),
  tolerance: 1e-15,
};

/** m(−λ) = ∫ dF(x)/(x + λ) under the law of Marchenko and Pastur with ratio γ. */
function stieltjes(gamma: number, lambda: number): number {
  const [low, high] = [(1 - Math.sqrt(gamma)) ** 2, (1 + Math.sqrt(gamma)) ** 2];
  // x = middle − half-width·cos t takes the roots at both ends away
  const x = (t: number) => (low + high) / 2 - ((high - low) / 2) * Math.cos(t);
  const weight = (t: number) => (((high - low) / 2) * Math.sin(t)) ** 2 / (2 * Math.PI * gamma * x(t));
  const bulk = integral((t) => weight(t) / (x(t) + lambda), 0, Math.PI, 2000);
  return bulk + (gamma > 1 ? (1 - 1 / gamma) / lambda : 0);
}

const marchenkoPastur = [
  [0.25, 0.1],
  [0.9, 0.01],
  [3, 0.5],
].map(
  ([gamma, lambda]): Anchor => ({
    id: `Stieltjes transform at γ = ${gamma}, λ = ${lambda}`,
    reference: "Marchenko & Pastur 1967, Math. USSR Sbornik 1: the law's density, integrated; κ = γ m(−λ)",
    published: gamma * stieltjes(gamma, lambda),
    computed: (core) => penalty(core, experiment({ data: { dim: 360 } }), 360 / gamma, lambda) / lambda - 1,
    tolerance: 1e-10, // the sum converges geometrically; λ + ρ is divided by λ
  }),
);

// isotropic inputs with label noise: y = βuᵀx + ε with E[εx] = 0, β = (1 − 2p)√(2/π), E[ε²] = 1 − β²
const SLOPE = (1 - 2 * 0.1) * Math.sqrt(2 / Math.PI);
const NOISE = 1 - SLOPE ** 2;
const regression: Overrides = { data: { kind: "isotropic", dim: 400 }, generator: { errorRate: 0.1 } };

const ridgeless = [0.2, 0.8, 1.25, 5].map((gamma): Anchor => {
  const risk = gamma < 1 ? (NOISE * gamma) / (1 - gamma) : SLOPE ** 2 * (1 - 1 / gamma) + NOISE / (gamma - 1);
  // risk = E‖w − βu‖², and E uᵀw = β/max(1, γ)
  const along = SLOPE / Math.max(1, gamma);
  return {
    id: `ridgeless risk at γ = ${gamma}`,
    reference: "Hastie, Montanari, Rosset & Tibshirani 2022, Ann. Statist. 50, theorem 1 (isotropic features)",
    published: along / Math.sqrt(risk + 2 * SLOPE * along - SLOPE ** 2),
    computed: (core) => answer(core, { ...regression, samples: 400 / gamma, learner: { lambda: 0 } }).cosine,
    tolerance: 1e-12,
  };
});

const optimalRidge = [0.5, 2].map((gamma): Anchor => {
  const lambda = (gamma * NOISE) / SLOPE ** 2;
  return {
    id: `risk of the best ridge at γ = ${gamma}`,
    reference: "Dicker 2016, Bernoulli 22; Dobriban & Wager 2018, Ann. Statist. 46: σ²(1 + γ m(−λ⋆)) at λ⋆ = γσ²/β²",
    published: NOISE * (1 + gamma * stieltjes(gamma, lambda)),
    computed: (core) => {
      const setting = experiment({ ...regression, samples: 400 / gamma, learner: { lambda } });
      const { a, beta } = convexRule(core, setting, "squared");
      return 1 - 2 * SLOPE * a[0] + a[0] ** 2 + beta ** 2;
    },
    tolerance: 1e-8, // the solver's 1e-9 in a and β
  };
});

const discriminant = [
  [1, 0.1],
  [1.5, 0.5],
  [2.5, 0.9],
].map(
  ([r, gamma]): Anchor => ({
    id: `Fisher's rule at δ = ${2 * r}, γ = ${gamma}`,
    reference: "Deev 1970; Raudys & Young 2004, J. Multivar. Anal. 89: Φ((δ/2)√(1 − γ) δ/√(δ² + 4γ))",
    published: normalCdfSlow((r * Math.sqrt(1 - gamma) * 2 * r) / Math.sqrt(4 * r * r + 4 * gamma)),
    computed: (core) =>
      answer(core, {
        data: { dim: 90, meanNorm: r },
        generator: { errorRate: 0 },
        samples: 90 / gamma,
        learner: { lambda: 0 },
      }).accuracy,
    tolerance: 1e-12,
  }),
);

const classMean = [
  [1, 0.5],
  [0.7, 4],
].map(
  ([r, gamma]): Anchor => ({
    id: `class mean at r = ${r}, γ = ${gamma}`,
    reference: "Raudys & Young 2004, J. Multivar. Anal. 89 (Euclidean distance rule): Φ(r²/√(r² + γ))",
    published: normalCdfSlow((r * r) / Math.sqrt(r * r + gamma)),
    computed: (core) =>
      answer(core, {
        data: { dim: 90, meanNorm: r },
        generator: { errorRate: 0 },
        samples: 90 / gamma,
        learner: { kind: "mean" },
      }).accuracy,
    tolerance: 1e-12,
  }),
);

const efron = [
  [1, 0.995],
  [2, 0.899],
  [3, 0.641],
  [4, 0.343],
].map(
  ([delta, published]): Anchor => ({
    id: `logistic regression against Fisher's rule at Δ = ${delta}`,
    reference: "Efron 1975, JASA 70, table 1: asymptotic relative efficiency in many dimensions, equal classes",
    published,
    computed: (core) => {
      const loss = (kind: "ridge" | "logistic") => {
        const setting = { data: { dim: 100, meanNorm: delta / 2 }, generator: { errorRate: 0 }, samples: 1e8 } as const;
        return 1 - answer(core, { ...setting, learner: { kind, lambda: 0 } }).cosine;
      };
      return loss("ridge") / loss("logistic");
    },
    tolerance: 6e-4, // three digits are printed
  }),
);

const accumulated: Anchor = {
  id: "least squares on rows that accumulate, 1000 rounds, over the error of the first",
  reference: "Gerstgrasser et al. 2024, arXiv 2404.01413: at most π²/6, the limit of many rounds",
  published: Math.PI ** 2 / 6,
  computed: (core) => {
    const setting = { dim: 1, realRows: 1e9, samples: 1e9, realSamples: 0, noise: 1, centre: 0, rounds: 1000 };
    const rounds = regressionTheory(core, { ...setting, ball: Number.POSITIVE_INFINITY, policy: 2 });
    return (rounds[1000] as { error: number }).error / (rounds[0] as { error: number }).error;
  },
  tolerance: 1e-3, // what the rounds after these would add, Σ 1/j² from 1002 on
};

const contracted: Anchor = {
  id: "distance to the verifier's centre after a round over that before, b = 1.5",
  reference: "Yi et al. 2025, arXiv 2510.16657: Var(Y | accepted)/σ², of a normal cut off at ±b 1 − 2bφ(b)/(2Φ(b) − 1)",
  published: 1 - (3 * density(1.5)) / (2 * normalCdfSlow(1.5) - 1),
  computed: (core) => {
    const setting = { dim: 1, realRows: 1e15, samples: 1e15, realSamples: 0, noise: 1, centre: 0.01, rounds: 6 };
    const rounds = regressionTheory(core, { ...setting, ball: 1.5, policy: 0 });
    return Math.sqrt(
      (rounds[6] as { fromCentre: number }).fromCentre / (rounds[5] as { fromCentre: number }).fromCentre,
    );
  },
  tolerance: 1e-6, // the square of the distance, 0.01·v⁵
};

function density(x: number): number {
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
}

// K classes at the corners of a simplex, as orthogonal signals of the same distances: E = r²K/(K − 1)
const simplex = [3, 6].map((count): Anchor => {
  const r = 1.5;
  const signal = r * Math.sqrt(count / (count - 1));
  return {
    id: `Bayes accuracy of ${count} classes at the corners of a simplex, r = ${r}`,
    reference:
      "Proakis & Salehi 2008, Digital Communications, section 4.4: ∫ φ(x − √E) Φ(x)^(K−1) dx of orthogonal signals",
    published: integral((x) => density(x - signal) * normalCdfSlow(x) ** (count - 1), -9, 12, 4000),
    computed: async () => {
      const { cells } = await collect(
        await load(),
        {
          data: { dim: count, meanNorm: r },
          classes: { count },
          generator: { errorRate: 0 },
          learner: { lambda: 0 },
          samples: 60_000,
          trials: 2,
        },
        { classes: await loadClasses() },
      );
      return cells[0]?.accuracy.mean ?? Number.NaN;
    },
    tolerance: 1e-3, // what 60,000 rows miss, and the points of its quadrature
  };
});

const breakdownOfMany: Anchor = {
  id: "breakdown of ten classes with uniform errors at φ = 0.8, ψ = 0.3",
  reference: "Feng et al. 2024, arXiv 2406.07515, appendix: T_cc > T_cj, so p⋆ = (K − 1)φ/((K − 1)φ + ψ)",
  published: (9 * 0.8) / (9 * 0.8 + 0.3),
  computed: () => {
    const matrix = (own: number, other: number) =>
      Array.from({ length: 10 }, (_, c) => Array.from({ length: 10 }, (__, j) => (c === j ? own : other)));
    const of = (p: number) => ({
      count: 10,
      intercept: true,
      means: matrix(1, 0),
      weights: new Array<number>(10).fill(0.1),
      confusion: matrix(1 - p, p / 9),
      retention: matrix(0.8, 0.3),
    });
    let [low, high] = [0, 1];
    for (let i = 0; i < 45; i++) {
      const p = (low + high) / 2;
      if (survivors(of(p)).every(Boolean)) low = p;
      else high = p;
    }
    return low;
  },
  tolerance: 1e-11, // numbers that differ by 1e-12 of themselves are equal
};

// isotropic inputs, a verifier that knows the truth and keeps |x₁| ≤ h, labels by sign(x₁ cos θ + x₂ sin θ): least squares goes to
// (E[tx₁]/E[x₁²], E[tx₂]) of the kept rows, which are integrals over a cut-off normal
const hard = [0.3, 0.9].map((theta): Anchor => {
  const h = 0.6;
  const slope = 1 / Math.tan(theta);
  const kept = 2 * normalCdfSlow(h) - 1;
  const wide = Math.sqrt(1 + slope * slope);
  const bulk = (2 * normalCdfSlow(h * wide) - 1) / (Math.sqrt(2 * Math.PI) * wide);
  const first = (-2 * density(h) * (2 * normalCdfSlow(slope * h) - 1) + 2 * slope * bulk) / kept;
  const variance = 1 - (2 * h * density(h)) / kept;
  const [along, across] = [first / variance, (2 * bulk) / kept];
  return {
    id: `limit of keep-hard, labels by a direction at ${theta}`,
    reference:
      "Johnson, Kotz & Balakrishnan 1994, Continuous Univariate Distributions 1, ch. 13, in the setting of arXiv 2511.03492 with a perfect oracle",
    published: 1 - Math.atan2(across, along) / Math.PI,
    computed: (core) =>
      answer(core, {
        data: { kind: "isotropic", dim: 60 },
        generator: { kind: "linear", angle: theta },
        verifier: { kind: "keep-hard", angle: 0, keep: kept },
      }).limitSelected,
    tolerance: 1e-9, // 1e-10 of the quadrature, and of h
  };
});

// The authors' own code (rmt_results.py and phase_transition.py) at p/m = 1; the corrected numbers are held to trials in
// test/kernel/augment.test.ts.
const published = [
  [0, 0.73084],
  [0.3, 0.66097],
  [0.9, 0.40157],
].map(
  ([errorRate, value]): Anchor => ({
    id: `generated rows with their published α, ε = ${errorRate}`,
    reference:
      "El Firdoussi et al. 2024, arXiv 2410.08942: phase transition at ‖μ‖ = 1, φ = 0.8, ρ = 0.3, γ = 1, p = m",
    published: value,
    computed: (core) =>
      augmentTheory(core, {
        ...{ dim: 1000, meanNorm: 1, realRows: 0, realErrorRate: 0, samples: 1000, errorRate, phi: 0.8, psi: 0.3 },
        ...{
          meanScale: 1,
          meanAngle: 0,
          variance: 1,
          exponent: 0,
          estimate: 0,
          estimateRows: 0,
          lambda: 1,
          countsAll: 1,
        },
      }).published,
    tolerance: 5e-6, // five digits are given
  }),
);

const RATES = { phi: 0.7, psi: 0.3, group: 1000, trials: 1, questions: 1 } as const;
const normalized: Anchor = {
  id: "flow of the share of wrong answers at p = 1/2, normalized rewards",
  reference: "arXiv 2601.04411: dp/dt = −J p(1 − p)/√(q(1 − q)), J = 0.4 and q = 1/2",
  published: -0.4 * 0.5,
  computed: (core) => {
    const { steps } = rewards(core, { ...RATES, errorRate: 0.5, rate: 1e-4, steps: 1 });
    return ((steps[1] as { flow: number }).flow - 0.5) / 1e-4;
  },
  tolerance: 2e-4, // 1/G of groups of 1000
};
const corrected: Anchor = {
  id: "share of wrong answers after 200 steps of corrected rewards",
  reference: "arXiv 2510.00915: an unbiased reward learns as a perfect verifier does, p/(1 − p) ∝ e^(−ηt)",
  published: 1 / (1 + (0.4 / 0.6) * Math.exp(0.01 * 200)),
  computed: (core) => {
    const { steps } = rewards(core, { ...RATES, errorRate: 0.6, reward: "corrected", rate: 0.01, steps: 200 });
    return (steps.at(-1) as { flow: number }).flow;
  },
  tolerance: 5e-4, // η·200/G of groups of 1000
};

const testRisk = [0.5, 2].map((gamma): Anchor => {
  const lambda = (gamma * NOISE) / SLOPE ** 2;
  return {
    id: `test risk of the best ridge at γ = ${gamma}`,
    reference: "Dobriban & Wager 2018, Ann. Statist. 46: σ²(1 + γ m(−λ⋆)), here on labels of which a tenth is wrong",
    published: NOISE * (1 + gamma * stieltjes(gamma, lambda)),
    computed: (core) => {
      const one = answer(core, { ...regression, samples: 400 / gamma, learner: { lambda } });
      // that is the risk of true labels y; of labels t it is 1 − 2E[t wᵀx] + ‖w‖², and E[t wᵀx] = 0.8 E[y wᵀx]
      return one.risk + 0.2 * (1 + one.norm ** 2 - one.risk);
    },
    tolerance: 1e-8,
  };
});

const pass: Anchor = {
  id: "mean weight of one pass of SGD along the truth, squared loss, ηN = 1.5",
  reference: "Widrow & Hoff 1960: the mean of LMS relaxes as 1 − e^(−ηt) in small steps; isotropic inputs",
  published: SLOPE * (1 - Math.exp(-1.5)),
  computed: (core) => {
    const learner = { kind: "sgd", loss: "squared", lambda: 0, learningRate: 1.5e-4 } as const;
    const one = answer(core, { ...regression, samples: 10_000, learner });
    return one.norm * one.cosine;
  },
  tolerance: 5e-5, // steps of 1.5e-4 are not endlessly small: (1 − η)^N in place of e^(−ηN) is 2e-5 off
};

const efronOfPowerLaw: Anchor = {
  id: "logistic regression against Fisher's rule at Δ = 2, inputs of another covariance",
  reference: "Efron 1975, JASA 70, table 1; without a penalty both are equivariant, so Σ is of no account",
  published: 0.899,
  computed: (core) => {
    const loss = (kind: "ridge" | "logistic") => {
      const data = { dim: 100, meanNorm: 1, covariance: { kind: "power-law", exponent: 0.7 } } as const;
      return 1 - answer(core, { data, generator: { errorRate: 0 }, samples: 1e8, learner: { kind, lambda: 0 } }).cosine;
    };
    return loss("ridge") / loss("logistic");
  },
  tolerance: 6e-4,
};

/** By the world whose number it is. */
export const ANCHORS: Readonly<Record<string, readonly Anchor[]>> = {
  "two classes": [
    ...[...breakdowns, ...sheppard, david, ...marchenkoPastur, ...ridgeless, ...optimalRidge],
    ...[...discriminant, ...classMean, ...efron],
  ],
  "several classes": [breakdownOfMany, ...simplex],
  "curation by difficulty": hard,
  "generated inputs": published,
  regression: [accumulated, contracted],
  rewards: [normalized, corrected],
  fluctuations: [...testRisk, pass, efronOfPowerLaw],
};
