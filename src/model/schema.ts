import * as z from "zod/mini";
import { classesSection } from "./classSection.js";
import { covariance } from "./covariance.js";
import {
  angle,
  angleField,
  choice,
  described,
  flag,
  integer,
  mapping,
  number,
  optionalNumber,
  section,
  words,
} from "./fields.js";
import { dataKinds, generatorKinds, learnerKinds, namesOf, textOf, verifierKinds } from "./kinds.js";
import { modelReason, must } from "./reasons.js";
import { type Sweep, type SweepInput, sweepSchema } from "./sweep.js";

const SAFE = Number.MAX_SAFE_INTEGER;
const CLEAN_ROWS = { low: 1, high: 1_000_000 };

const data = section(
  {
    kind: choice(namesOf(dataKinds), "mixture", textOf(dataKinds)),
    dim: integer({ low: 1, high: 100_000 }, 50, "Dimension d of the inputs."),
    // Far past 38, where Φ(meanNorm) is 1 to the last bit, the noise would drown in the rounding of f32.
    meanNorm: number(
      { low: 0, high: 100 },
      1,
      "Signal-to-noise r = √(μᵀΣ⁻¹μ), which is ‖μ‖ where Σ is the identity; the Bayes rule has accuracy Φ(r). Mixture only.",
    ),
    covariance: described(
      z.prefault(covariance, "identity"),
      "Covariance Σ of the inputs; the angles and r are measured after whitening, so only the learner sees Σ.",
    ),
  },
  "The inputs x and their true labels y = ±1.",
);

const generator = section(
  {
    kind: choice(namesOf(generatorKinds), "noise", textOf(generatorKinds)),
    errorRate: number({ low: 0, high: 1 }, 0.2, "Probability p that a label is wrong (noise)."),
    errorRate0: optionalNumber(
      { low: 0, high: 1 },
      "Probability that a label of class 0, y = −1, is wrong; left out, `errorRate` (noise-by-class).",
    ),
    errorRate1: optionalNumber(
      { low: 0, high: 1 },
      "Probability that a label of class 1, y = 1, is wrong; left out, `errorRate` (noise-by-class).",
    ),
    angle: angleField("40deg", "Angle between the generator's direction and the truth (linear)."),
    samples: integer(CLEAN_ROWS, 200, "Clean rows that the generator learns from (learned)."),
    lambda: number({ low: 0 }, 0.01, "Ridge penalty of the generator (learned)."),
  },
  "Who labels the synthetic rows.",
);

const verifier = section(
  {
    kind: choice(namesOf(verifierKinds), "none", textOf(verifierKinds)),
    phi: number({ low: 0, high: 1 }, 0.8, "Probability φ of keeping a correct label (bernoulli)."),
    psi: number({ low: 0, high: 1 }, 0.3, "Probability ψ of keeping a wrong label (bernoulli)."),
    phi0: optionalNumber(
      { low: 0, high: 1 },
      "Probability of keeping a correct label of class 0, y = −1; left out, `phi` (classwise).",
    ),
    phi1: optionalNumber(
      { low: 0, high: 1 },
      "Probability of keeping a correct label of class 1, y = 1; left out, `phi` (classwise).",
    ),
    psi01: optionalNumber(
      { low: 0, high: 1 },
      "Probability of keeping a row of class 0 that is labelled 1; left out, `psi` (classwise).",
    ),
    psi10: optionalNumber(
      { low: 0, high: 1 },
      "Probability of keeping a row of class 1 that is labelled 0; left out, `psi` (classwise).",
    ),
    angle: angleField(
      "30deg",
      "Angle between the verifier's direction and the truth (linear, top, keep-hard, keep-easy, slab).",
    ),
    angleToGenerator: described(
      z._default(z.nullable(angle), null),
      "Angle between the directions of verifier and generator, where both have one; null is independent: cos θ = cos θ_gen · cos θ_prune.",
    ),
    keep: number(
      { low: 0, high: 1 },
      0.5,
      "Share of the rows that is kept (random, top; on average: keep-hard, keep-easy).",
    ),
    low: optionalNumber(
      { low: -100, high: 100 },
      "Margin above which a row is kept, in standard deviations of a class along the direction; left out, `0` (slab).",
    ),
    high: optionalNumber({ low: -100, high: 100 }, "Largest margin that is kept; left out, `Infinity` (slab)."),
    poison: number(
      { low: 0, high: 1 },
      0,
      "Share of the rows, chosen at random, on which the verdict (for top, the margin) is turned over: φ becomes (1 − poison)·φ + poison·(1 − φ), and ψ likewise.",
    ),
    samples: integer(CLEAN_ROWS, 200, "Clean rows that the verifier learns from (learned)."),
    lambda: number({ low: 0 }, 0.01, "Ridge penalty of the verifier (learned)."),
    relearn: flag(false, "Whether the verifier is trained anew in every generation (learned)."),
  },
  "Who decides which synthetic rows are kept.",
);

const learner = section(
  {
    kind: choice(namesOf(learnerKinds), "ridge", textOf(learnerKinds)),
    lambda: number(
      { low: 0 },
      0.01,
      "Penalty λ on ‖w‖², per row (ridge, sgd, logistic); a formula such as 1/rows follows other settings, rows being samples + realSamples.",
    ),
    loss: choice(["logistic", "squared"], "logistic", "Loss of the pass (sgd)."),
    learningRate: number({ above: 0 }, 0.1, "Step length of the pass (sgd)."),
    solver: choice(
      ["auto", "cholesky", "conjugate-gradients", "newton-cg"],
      "auto",
      "How the weights are found: cholesky or conjugate-gradients (ridge), newton-cg (logistic).",
    ),
  },
  "Who is trained on what is kept.",
);

const top = {
  samples: integer({ low: 1, high: SAFE }, 10_000, "Synthetic rows N that are generated, before verification."),
  realSamples: integer(
    { low: 0, high: SAFE },
    0,
    "Clean rows that are mixed into the training set; a learner of a single pass sees them last.",
  ),
  trials: integer({ low: 1, high: 1_000_000_000 }, 10, "Independent repetitions of every cell."),
  seed: integer({ low: 0, high: SAFE }, 1, "Seed of all randomness: the same seed gives the same bits."),
  generations: integer(
    { low: 1, high: 10_000 },
    1,
    "Rounds: the model trained in one labels the rows of the next; 1 is a single training.",
  ),
  policy: choice(
    ["replace", "mix", "accumulate"],
    "replace",
    "What a later round is trained on. replace: its own synthetic rows. mix: those, and realSamples fresh clean rows. accumulate: all rows of all rounds so far.",
  ),
  engine: choice(
    ["auto", "theory", "reduced", "direct"],
    "auto",
    "How a cell is computed. direct: every row is really drawn. reduced: the same law, without the coordinates that no label looks at. theory: the limit of many dimensions, in closed form. auto: reduced where it applies, else direct.",
  ),
  precision: choice(["f32", "f64"], "f32", "Arithmetic of the drawn rows: f32 is fast, f64 is for validation."),
};

const classes = described(
  z.optional(classesSection),
  "Several Gaussian classes, or unbalanced ones; left out, two at ±μ, equally likely. Learners: ridge (one against the rest), mean, logistic (softmax).",
);

const sections = { data, generator, verifier, learner };

/** The schema of every setting that a sweep can run over, by its dotted path; defaults taken off. */
export const sweepable: ReadonlyMap<string, z.ZodMiniType> = new Map([
  ...Object.entries(sections).flatMap(([name, { def }]) =>
    Object.entries(def.innerType.shape).map(([key, field]) => [`${name}.${key}`, field.def.innerType] as const),
  ),
  ...Object.entries(classesSection.shape).map(([key, field]) => [`classes.${key}`, field.def.innerType] as const),
  // Not the trials: they are no part of what a cell is, so two cells could not be told apart.
  ...Object.entries(top).flatMap(([key, field]) => (key === "trials" ? [] : [[key, field.def.innerType] as const])),
]);

/** Whether a setting is an angle: in radians wherever it is a number. */
export function isAngle(path: string): boolean {
  const setting = sweepable.get(path);
  return setting === angle || (setting instanceof z.ZodMiniNullable && setting.def.innerType === angle);
}

const sweptPath = (text: string) =>
  described(z.optional(z.enum([...sweepable.keys()], { error: must(modelReason("a-path")) })), text);

/** The one schema of a scenario: every key, its range, its default and what it means. */
export const scenarioSchema = mapping(
  {
    $schema: words("Address of the JSON Schema, for editors; not part of the scenario."),
    name: words("Short name, shown in titles."),
    description: words("What the scenario shows, in a sentence."),
    ...sections,
    classes,
    ...top,
    sweep: described(
      // made when a scenario is read that has one: it takes as long as all the rest
      z.optional(z.lazy(() => sweepSchema(sweepable) as unknown as z.ZodMiniType<Sweep, SweepInput>)),
      "Settings to vary, by dotted path: a list of values, or a range. Several paths make a grid; the last varies fastest. Text among the values of a number is a formula of other settings, such as 180deg - generator.angle or 10 * data.dim, or of rows, which is samples + realSamples; on a whole-number setting it is rounded. The axes in a group of zip vary together.",
    ),
    plot: described(
      z.optional(
        mapping({
          x: sweptPath("Swept setting along the x axis; by default the numeric one with most points."),
          series: sweptPath("Swept setting that tells the curves apart; by default the others."),
        }),
      ),
      "Hint for the figure; a path that is not swept is ignored.",
    ),
  },
  modelReason("a-mapping-of-settings"),
);

type Parsed = Omit<z.output<typeof scenarioSchema>, "$schema">;

/** A scenario as it may be written: what is left out takes its default, angles may be text. */
export type ScenarioInput = z.input<typeof scenarioSchema>;

/** A scenario with every setting resolved, and its sweep if it has one. */
export interface Scenario extends Parsed {}

/** The settings of one cell: no sweep, and nothing that does not bear on what is computed. */
export interface CellScenario extends Omit<Parsed, "name" | "description" | "plot" | "sweep"> {}
