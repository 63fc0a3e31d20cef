/** How a setting is called in figures and tables. */
export interface PathWords {
  /** For a legend or a table: `p`, `φ`, `N`; a word where the field has no letter. */
  symbol: string;
  /** Where the symbol has an index, which only a page or a terminal can show: the same in words, for figures and sentences. */
  plain?: string;
  /** For the title of an axis. */
  title: string;
}

/** Everything that a figure says, in one language. */
export interface FigureWords {
  /** By dotted path; a path without words is called by its own name. */
  paths: Readonly<Record<string, PathWords>>;
  /** Values that are words, such as the kinds; one that is not here stands as it is. */
  values: Readonly<Record<string, string>>;
  measures: { accuracy: string; agreement: string; cosine: string };
  chance: string;
  noDirection: string;
  bayes(accuracy: string): string;
  /** The title of a figure without a name of its own. */
  against(measure: string, setting: string): string;
  /** The title of an axis in degrees. */
  inDegrees(title: string): string;
  noVerifier: string;
  /** Where a direction stands, by its angle with its unit. */
  fromTruth(angle: string): string;
  verifier(described: string): string;
  learner(kind: string): string;
  generations(policy: string): string;
  theory: string;
  trials(count: string, one: boolean): string;
  bars(standardErrors: number): string;
  gap: string;
  lineIsTheory: string;
  listSeparator: string;
}

/** The words of the command line's figures. */
export const english: FigureWords = {
  paths: {
    "data.kind": { symbol: "data", title: "kind of data" },
    "data.dim": { symbol: "d", title: "dimension, d" },
    "data.meanNorm": { symbol: "r", title: "norm of the class mean, r" },
    "data.covariance": { symbol: "Σ", title: "covariance, Σ" },
    "generator.kind": { symbol: "generator", title: "generator" },
    "generator.errorRate": { symbol: "p", title: "error rate of the generator, p" },
    "generator.angle": {
      symbol: "θ_gen",
      plain: "θ of the generator",
      title: "angle of the generator to the Bayes rule, θ",
    },
    "generator.samples": { symbol: "n₀", title: "clean rows behind the generator, n₀" },
    "generator.lambda": { symbol: "λ_gen", plain: "λ of the generator", title: "ridge penalty of the generator, λ" },
    "verifier.kind": { symbol: "verifier", title: "verifier" },
    "verifier.phi": { symbol: "φ", title: "share of correct labels kept, φ" },
    "verifier.psi": { symbol: "ψ", title: "share of wrong labels kept, ψ" },
    "verifier.angle": {
      symbol: "θ_prune",
      plain: "θ of the verifier",
      title: "angle of the verifier to the Bayes rule, θ",
    },
    "verifier.angleToGenerator": {
      symbol: "θ",
      plain: "θ between them",
      title: "angle of the verifier to the generator, θ",
    },
    "verifier.keep": { symbol: "keep", title: "share of the rows to keep" },
    "verifier.poison": { symbol: "π", title: "share of poisoned judgements, π" },
    "verifier.samples": { symbol: "n_prune", plain: "n of the verifier", title: "clean rows behind the verifier, n" },
    "verifier.lambda": { symbol: "λ_prune", plain: "λ of the verifier", title: "ridge penalty of the verifier, λ" },
    "learner.kind": { symbol: "learner", title: "learner" },
    "learner.lambda": { symbol: "λ", title: "penalty of the learner, λ" },
    "learner.learningRate": { symbol: "η", title: "learning rate, η" },
    "learner.loss": { symbol: "loss", title: "loss of the learner" },
    samples: { symbol: "N", title: "rows generated, N" },
    realSamples: { symbol: "real", title: "clean rows mixed in" },
    "verifier.relearn": { symbol: "relearn", title: "verifier trained anew in every generation" },
    generation: { symbol: "generation", title: "generation" },
    generations: { symbol: "generations", title: "generations" },
    policy: { symbol: "policy", title: "what later generations are trained on" },
    engine: { symbol: "engine", title: "engine" },
    trials: { symbol: "trials", title: "trials" },
    seed: { symbol: "seed", title: "seed" },
    precision: { symbol: "precision", title: "precision" },
  },
  values: {},
  measures: {
    accuracy: "test accuracy",
    agreement: "agreement with the Bayes rule",
    cosine: "cosine with the Bayes direction",
  },
  chance: "chance",
  noDirection: "no direction",
  bayes: (accuracy) => `Bayes ${accuracy}`,
  against: (measure, setting) => `${measure} vs. ${setting}`,
  inDegrees: (title) => `${title} (degrees)`,
  noVerifier: "no verifier",
  fromTruth: (angle) => `${angle} from the truth`,
  verifier: (described) => `verifier: ${described}`,
  learner: (kind) => (kind === "mean" ? "class-mean learner" : `${kind} learner`),
  generations: (policy) => `generations ${policy}`,
  theory: "theory",
  trials: (count, one) => `${count} ${one ? "trial" : "trials"}`,
  bars: (standardErrors) => (standardErrors === 1 ? "bars: ± 1 standard error" : "bars: ± 2 standard errors"),
  gap: "gap: no row kept",
  lineIsTheory: "line: theory",
  listSeparator: ", ",
};
