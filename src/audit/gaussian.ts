import type { Core } from "../core/core.js";
import { theories } from "../engine/theory.js";
import { type CellScenario, parseScenario } from "../model/scenario.js";

/** The Gaussian model in which the theory judges a verifier. */
export interface GaussianModel {
  dim: number;
  meanNorm: number;
  /** Rows of synthetic data N. */
  samples: number;
  learner: "ridge";
  lambda: number;
}

/** p, φ and ψ of a verifier; null where no audited row tells. */
export interface Verifier {
  errorRate: number | null;
  phi: number | null;
  psi: number | null;
}

const LAMBDA = 0.01;

export function gaussianModel(dim: number, meanNorm: number, samples: number): GaussianModel {
  return { dim, meanNorm, samples, learner: "ridge", lambda: LAMBDA };
}

/**
 * The accuracies that the theory gives a learner of what each verifier keeps; null where it has none. Of K > 2 classes the
 * model is one class against another: rows of these two classes that are labelled as one of them.
 */
export function accuracies(
  core: Core,
  { dim, meanNorm, samples, lambda }: GaussianModel,
  classes: number,
  verifiers: readonly Verifier[],
): (number | null)[] {
  const base: CellScenario = parseScenario({
    data: { kind: "mixture", dim, meanNorm },
    generator: { kind: "noise" },
    verifier: { kind: "bernoulli" },
    learner: { kind: "ridge", lambda },
    samples,
  });
  const asked: number[] = [];
  const scenarios: CellScenario[] = [];
  for (const [i, { errorRate: p, phi, psi }] of verifiers.entries()) {
    // without a wrong row ψ does not matter, without a correct one φ does not
    const [right, wrong] = [phi ?? (p === 1 ? 0 : null), psi ?? (p === 0 ? 0 : null)];
    if (p === null || right === null || wrong === null) continue;
    const ofTwo = 1 - p + p / (classes - 1);
    asked.push(i);
    scenarios.push({
      ...base,
      samples: Math.max(1, Math.round((samples * 2 * ofTwo) / classes)),
      generator: { ...base.generator, errorRate: p / (classes - 1) / ofTwo },
      verifier: { ...base.verifier, phi: right, psi: wrong },
    });
  }
  const found = new Array<number | null>(verifiers.length).fill(null);
  for (const [j, { status, accuracy }] of theories(core, scenarios).entries()) {
    if (status === "ok") found[asked[j]] = accuracy;
  }
  return found;
}
