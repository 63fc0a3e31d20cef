/** Numbers from outside: formulas as papers state them, coded here from the papers and not from the core. */
import { regressionTheory } from "../../src/core/regression.js";
import type { TestCore } from "../kernel/builds.js";
import { experiment, type Overrides, theoryAnswers } from "../kernel/experiment.js";
import { convexRule, orthant, penalty } from "../kernel/theoryCalls.js";
import { normalCdfSlow } from "../oracle/special.js";

export interface Anchor {
  id: string;
  reference: string;
  /** The value that the reference states, or its formula gives. */
  published: number;
  computed(core: TestCore): number;
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

export const ANCHORS: readonly Anchor[] = [
  ...breakdowns,
  ...sheppard,
  david,
  ...marchenkoPastur,
  ...ridgeless,
  ...optimalRidge,
  ...discriminant,
  ...classMean,
  ...efron,
  accumulated,
];
