import { outOfRange } from "../core/errors.js";
import type { CovarianceSetting } from "../core/experiment.js";
import { rule } from "../core/reasons.js";
import { type ModelReason, modelReason } from "./reasons.js";

// The kinds of data, generators, verifiers and learners, each said once: what the schema tells of it, which settings it
// reads, which engines answer it, what the figure names of it, and what it is to the kernels. A kind that is added here
// is in the schema, the help, the warnings and the choice of an engine; its words in the page are in web/words.

/** Which engines answer a kind. An engine that is not said to answer one does not. */
export interface EngineSupport {
  theory: boolean;
  reduced: boolean;
  direct: boolean;
}

const EVERY: EngineSupport = { theory: true, reduced: true, direct: true };

interface Kind {
  /** What it does, for the schema: follows the kind and a colon. */
  text: string;
  /** The settings that it reads, by path. A setting that no kind reads is always read. */
  reads: readonly string[];
  engines: EngineSupport;
  /** The settings that describe it in a figure, by their last names. */
  shows: readonly string[];
  /** The number by which the kernels know it (assembly/experiment/experiment.ts). */
  code: number;
}

export interface DataSetting {
  kind: DataKind;
  dim: number;
  meanNorm: number;
  covariance: CovarianceSetting;
}

export interface GeneratorSetting {
  kind: GeneratorKind;
  errorRate: number;
  errorRate0?: number | undefined;
  errorRate1?: number | undefined;
  angle: number;
  samples: number;
  lambda: number;
}

export interface VerifierSetting {
  kind: VerifierKind;
  phi: number;
  psi: number;
  phi0?: number | undefined;
  phi1?: number | undefined;
  psi01?: number | undefined;
  psi10?: number | undefined;
  angle: number;
  angleToGenerator: number | null;
  keep: number;
  /** Margins that a slab keeps: above `low` (left out, 0), up to `high` (left out, any). */
  low?: number | undefined;
  high?: number | undefined;
  poison: number;
  samples: number;
  lambda: number;
  /** Whether a learned verifier is trained anew in every generation. */
  relearn: boolean;
}

export interface LearnerSetting {
  kind: LearnerKind;
  lambda: number;
  loss: "logistic" | "squared";
  learningRate: number;
  solver: "auto" | "cholesky" | "conjugate-gradients" | "newton-cg";
}

export const dataKinds = {
  mixture: {
    text: "two Gaussian classes at ±μ",
    reads: ["data.meanNorm"],
    engines: EVERY,
    shows: ["meanNorm"],
    code: 0,
  },
  isotropic: {
    text: "one centred Gaussian, labelled by the side of w⋆ it falls on",
    reads: [],
    engines: EVERY,
    shows: [],
    code: 1,
  },
} as const satisfies Record<string, Kind>;

export type DataKind = keyof typeof dataKinds;

/** A probability for rows of the true class 0 (y = −1), and one for those of class 1 (y = 1). */
export type ByClass = readonly [number, number];

interface KindOfGenerator extends Kind {
  /** Of labels that are turned at random: the probability that a label is wrong, for each true class. */
  errorRates?: (generator: GeneratorSetting) => ByClass;
}

export const generatorKinds = {
  noise: {
    text: "flips the true label at random",
    reads: ["generator.errorRate"],
    engines: EVERY,
    shows: ["errorRate"],
    code: 0,
    errorRates: ({ errorRate }) => [errorRate, errorRate],
  },
  "noise-by-class": {
    text: "the same with a probability for each true class, `errorRate0` and `errorRate1`",
    reads: ["generator.errorRate", "generator.errorRate0", "generator.errorRate1"],
    engines: EVERY,
    shows: ["errorRate0", "errorRate1"],
    code: 0,
    errorRates: ({ errorRate, errorRate0 = errorRate, errorRate1 = errorRate }) => [errorRate0, errorRate1],
  },
  linear: {
    text: "labels by a direction at `angle` to the truth",
    reads: ["generator.angle", "verifier.angleToGenerator"],
    engines: EVERY,
    shows: ["angle"],
    code: 1,
  },
  learned: {
    text: "a ridge classifier of `samples` clean rows",
    reads: ["generator.samples", "generator.lambda"],
    engines: EVERY,
    shows: ["samples"],
    code: 2,
  },
} as const satisfies Record<string, KindOfGenerator>;

export type GeneratorKind = keyof typeof generatorKinds;

/** The shapes of verifiers that the kernels know (assembly/verify/verifiers.ts). */
const BLIND = 0;
const SLAB = 1;
const TOP = 2;
const HARD = 3;

/** How often a verifier keeps a label that is right, and one that is wrong, for each true class. */
export interface ClassRates {
  phi: ByClass;
  psi: ByClass;
}

/** The same rates for both classes. */
function alike(phi: number, psi: number): ClassRates {
  return { phi: [phi, phi], psi: [psi, psi] };
}

interface KindOfVerifier extends Kind {
  /** Of a verifier that looks at the label alone. */
  rates?: (verifier: VerifierSetting) => ClassRates;
  /** Whether such a verdict takes a random draw even where it is certain; part of what "same bits" means. */
  draws?: boolean;
  /** Whether it has a direction that is trained on clean rows. */
  learns?: boolean;
  /** Of one that keeps margins between two bounds other than 0 and infinity. */
  margins?: (verifier: VerifierSetting) => readonly [low: number, high: number];
  /** Whether it keeps what its shape, with the share 1 − `keep`, does not. */
  isTurned?: boolean;
}

export const verifierKinds = {
  none: {
    text: "keeps all",
    reads: [],
    engines: EVERY,
    shows: [],
    code: BLIND,
    rates: () => alike(1, 1),
  },
  random: {
    text: "keeps the share `keep`",
    reads: ["verifier.keep"],
    engines: EVERY,
    shows: ["keep"],
    code: BLIND,
    rates: ({ keep }) => alike(keep, keep),
    draws: true,
  },
  oracle: {
    text: "keeps the correct labels",
    reads: [],
    engines: EVERY,
    shows: [],
    code: BLIND,
    rates: () => alike(1, 0),
  },
  bernoulli: {
    text: "keeps a correct label with probability `phi`, a wrong one with `psi`",
    reads: ["verifier.phi", "verifier.psi"],
    engines: EVERY,
    shows: ["phi", "psi"],
    code: BLIND,
    rates: ({ phi, psi }) => alike(phi, psi),
    draws: true,
  },
  classwise: {
    text: "the same by true class: `phi0` and `phi1`, `psi01` and `psi10`",
    reads: ["verifier.phi", "verifier.psi", "verifier.phi0", "verifier.phi1", "verifier.psi01", "verifier.psi10"],
    engines: EVERY,
    shows: ["phi0", "phi1", "psi01", "psi10"],
    code: BLIND,
    rates: ({ phi, psi, phi0 = phi, phi1 = phi, psi01 = psi, psi10 = psi }) => ({
      phi: [phi0, phi1],
      psi: [psi01, psi10],
    }),
    draws: true,
  },
  linear: {
    text: "keeps what its own direction agrees with",
    reads: ["verifier.angle", "verifier.angleToGenerator"],
    engines: EVERY,
    shows: ["angle"],
    code: SLAB,
  },
  learned: {
    text: "the same, with the direction of a ridge classifier of `samples` clean rows",
    reads: ["verifier.samples", "verifier.lambda", "verifier.relearn"],
    engines: EVERY,
    shows: ["samples"],
    code: SLAB,
    learns: true,
  },
  top: {
    text: "keeps the share `keep` of largest margin",
    reads: ["verifier.angle", "verifier.angleToGenerator", "verifier.keep"],
    engines: EVERY,
    shows: ["angle", "keep"],
    code: TOP,
  },
  "keep-hard": {
    text: "keeps the share `keep` of all rows nearest to its boundary, whatever their labels",
    reads: ["verifier.angle", "verifier.angleToGenerator", "verifier.keep"],
    engines: EVERY,
    shows: ["angle", "keep"],
    code: HARD,
  },
  "keep-easy": {
    text: "keeps the share `keep` farthest from it",
    reads: ["verifier.angle", "verifier.angleToGenerator", "verifier.keep"],
    engines: EVERY,
    shows: ["angle", "keep"],
    code: HARD,
    isTurned: true,
  },
  slab: {
    text: "keeps the rows whose margin (label times distance from its boundary) is above `low` and at most `high`",
    reads: ["verifier.angle", "verifier.angleToGenerator", "verifier.low", "verifier.high"],
    engines: EVERY,
    shows: ["angle", "low", "high"],
    code: SLAB,
    margins: ({ low = 0, high = Infinity }) => [low, high],
  },
} as const satisfies Record<string, KindOfVerifier>;

export type VerifierKind = keyof typeof verifierKinds;

interface KindOfLearner extends Kind {
  /** The solvers that it can use; any, if it has no choice of one. */
  solvers?: readonly LearnerSetting["solver"][];
}

export const learnerKinds = {
  ridge: {
    text: "least squares with an L2 penalty",
    reads: ["learner.lambda", "learner.solver"],
    engines: EVERY,
    shows: ["lambda"],
    code: 0,
    solvers: ["auto", "cholesky", "conjugate-gradients"],
  },
  mean: { text: "the class-mean rule", reads: [], engines: EVERY, shows: [], code: 1 },
  sgd: {
    text: "one pass of stochastic gradient descent",
    reads: ["learner.lambda", "learner.loss", "learner.learningRate"],
    engines: EVERY,
    shows: ["lambda"],
    code: 2,
  },
  logistic: {
    text: "batch logistic regression with an L2 penalty",
    reads: ["learner.lambda", "learner.solver"],
    engines: { theory: true, reduced: false, direct: true },
    shows: ["lambda"],
    code: 3,
    solvers: ["auto", "newton-cg"],
  },
  perceptron: {
    text: "one pass that adds each row on the wrong side of the weights so far",
    reads: [],
    engines: { theory: false, reduced: true, direct: true },
    shows: [],
    code: 4,
  },
} as const satisfies Record<string, KindOfLearner>;

export type LearnerKind = keyof typeof learnerKinds;

interface KindOf {
  data: Kind;
  generator: KindOfGenerator;
  verifier: KindOfVerifier;
  learner: KindOfLearner;
}

/** The sections of a scenario that have a kind. */
export type KindSection = keyof KindOf;

const tables: { [Section in KindSection]: ReadonlyMap<string, KindOf[Section]> } = {
  data: new Map(Object.entries(dataKinds)),
  generator: new Map<string, KindOfGenerator>(Object.entries(generatorKinds)),
  verifier: new Map<string, KindOfVerifier>(Object.entries(verifierKinds)),
  learner: new Map<string, KindOfLearner>(Object.entries(learnerKinds)),
};

export const kindSections = Object.keys(tables) as KindSection[];

/**
 * The entry of a kind.
 *
 * @throws ArgumentError if there is none, which types cannot rule out for a caller without them.
 */
export function kindOf<Section extends KindSection>(section: Section, kind: string): KindOf[Section] {
  const entry = tables[section].get(kind);
  if (entry === undefined) throw outOfRange(`${section}.kind`, oneOf(tables[section]), kind);
  return entry;
}

/** The number of a word, such as that of a policy. */
export function codeOf(field: string, codes: ReadonlyMap<string, number>, word: string): number {
  const code = codes.get(word);
  if (code === undefined) throw outOfRange(field, oneOf(codes), word);
  return code;
}

function oneOf(table: ReadonlyMap<string, unknown>) {
  return rule("one-of", { values: [...table.keys()] });
}

/** The names of a section's kinds, and what the schema says of them. */
export function namesOf<Name extends string>(table: Record<Name, Kind>): [Name, ...Name[]] {
  return Object.keys(table) as [Name, ...Name[]];
}
export function textOf(table: Record<string, Kind>): string {
  return Object.entries(table)
    .map(([name, { text }]) => `${name}: ${text}.`)
    .join(" ");
}

/** Why an engine does not answer one of a cell's kinds, in words; undefined if it answers all of them. */
export function kindFault(
  engine: keyof EngineSupport,
  cell: Record<KindSection, { kind: string }>,
): ModelReason | undefined {
  for (const section of kindSections) {
    const { kind } = cell[section];
    const entry = tables[section].get(kind);
    if (entry === undefined) return modelReason("unknown-kind", { field: `${section}.kind`, value: kind });
    if (!entry.engines[engine])
      return modelReason("kind-without-engine", { field: `${section}.kind`, value: kind, engine });
  }
  return undefined;
}

/** For each setting that only some kinds read, the kinds of each section that must be there for it to be read. */
export const readUnder: ReadonlyMap<string, ReadonlyMap<KindSection, readonly string[]>> = readers();

function readers(): Map<string, Map<KindSection, string[]>> {
  const paths = new Map<string, Map<KindSection, string[]>>();
  for (const section of kindSections) {
    for (const [kind, { reads }] of tables[section]) {
      for (const path of reads) {
        // the section that the setting is in comes first
        const own = path.split(".")[0] as KindSection;
        const under = paths.get(path) ?? new Map([[own, []]]);
        under.set(section, [...(under.get(section) ?? []), kind]);
        paths.set(path, under);
      }
    }
  }
  return paths;
}
