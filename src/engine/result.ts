import * as z from "zod/mini";
import {
  count,
  documentOf,
  fieldsOf,
  momentsSchema,
  orNull,
  real,
  reasonSchema,
  share,
  text,
} from "../model/document.js";
import { described } from "../model/fields.js";
import { type Scenario, scenarioSchema } from "../model/schema.js";

const convergence = fieldsOf({
  converged: count(
    "Trials that reached the tolerance: 1e-5 in f32, 1e-10 in f64 (logistic); 1e-6 and 1e-12 (conjugate gradients).",
  ),
  iterations: orNull(real("Mean number of iterations: Newton steps and conjugate-gradient steps together.")),
  gradientNorm: real("The largest gradient norm at the end, relative to that at the start."),
});

const band = fieldsOf(
  {
    low: share("The lower end."),
    high: share("The upper end."),
    sd: real("Standard deviation over these trials."),
    trials: count("Trials: of the cell or, of the theory, of the reduced engine behind its line."),
  },
  "Between what 95 % of trials come to: 2.5 % of them are below it, and 2.5 % above.",
);

const measures = {
  band: z.optional(
    described(
      band,
      "The spread of the accuracy over repetitions of several generations. Left out of a single generation, or if fewer than two trials have a model; of the theory also if the reduced engine does not apply, or would draw more than 2e7 rows.",
    ),
  ),
  theory: z.optional(
    orNull(real("Of a generation that was drawn: the accuracy that the theory gives it."), "if it has no answer"),
  ),
  accuracy: fieldsOf(
    momentsSchema.shape,
    "Test accuracy against the true labels, signed: below one half past the breakdown.",
  ),
  agreement: fieldsOf(momentsSchema.shape, "Probability of agreeing with the Bayes rule."),
  cosine: fieldsOf(momentsSchema.shape, "Cosine with the Bayes direction, in the inner product of the covariance."),
  norm: z.optional(
    fieldsOf(
      momentsSchema.shape,
      "Length of the weights, √(wᵀΣw). Left out of results of earlier versions, as the next two are.",
    ),
  ),
  risk: z.optional(
    fieldsOf(
      momentsSchema.shape,
      "Mean loss of a fresh row with its true label: (y − wᵀx)² of ridge and of sgd with the squared loss, log(1 + exp(−y wᵀx)) of logistic and of sgd with the logistic loss. Null for learners without a loss.",
    ),
  ),
  calibration: z.optional(
    fieldsOf(
      momentsSchema.shape,
      "By how much the log-odds of the true label rise with wᵀx, at the boundary: 1 if a score that is a log-odds is calibrated, below 1 if it says too much.",
    ),
  ),
  kept: fieldsOf(
    { ...momentsSchema.shape, share: share("The kept fraction of all generated rows.") },
    "Kept synthetic rows per trial.",
  ),
  errorRate: orNull(share("Realised error rate of the generator, p.")),
  phi: orNull(share("Realised share of correct labels that the verifier keeps, φ.")),
  psi: orNull(share("Realised share of wrong labels that the verifier keeps, ψ.")),
  breakdown: orNull(share("The breakdown point p⋆ = φ / (φ + ψ).")),
  verdict: described(
    z.nullable(z.enum(["below", "above"])),
    "`below` the breakdown point (p < p⋆) or `above` it; null if either is not known. Of several classes: `below` if all survive, `above` if none does, null otherwise.",
  ),
};

const measuresSchema = fieldsOf(measures);

const generation = fieldsOf({ generation: described(z.int().check(z.minimum(1)), "From 1."), ...measures });

const cell = fieldsOf({
  index: count("Position in the plan, from 0."),
  id: text("Hash of the cell's own parameters and seed."),
  params: described(z.record(z.string(), z.unknown()), "The swept paths and their values here."),
  engine: described(z.enum(["theory", "reduced", "direct"]), "The engine that computed the cell."),
  reason: text("Why that engine."),
  status: described(
    z.enum(["ok", "empty", "singular", "diverged"]),
    "How the cell ended: `empty` kept no row in any trial; `singular` and `diverged` name a learner that gave no weights.",
  ),
  trials: count("Trials computed; 0 for the theory."),
  emptyTrials: count("Trials in which the verifier kept no row."),
  ...measures,
  generations: z.optional(
    described(
      z.array(generation),
      "The rounds of repeated generations, the first first; the measures of the cell are those of the last. Left out if there is one.",
    ),
  ),
  classes: z.optional(
    fieldsOf(
      {
        survives: described(
          z.array(z.boolean()),
          "Of each class: whether its correct kept labels outnumber each kind of wrong ones.",
        ),
        limit: share(
          "Probability of a class that survives: the accuracy to which infinite data come if the classes are far apart.",
        ),
        recall: described(
          z.array(fieldsOf(momentsSchema.shape)),
          "Of each class: the share of its fresh rows that is answered rightly.",
        ),
      },
      "Of a scenario with a section `classes`; left out of all others.",
    ),
  ),
  convergence: z.optional(described(convergence, "How far an iterative learner came; left out for the others.")),
  message: z.optional(text("In words, what went wrong where `status` is not `ok`.")),
});

const provenance = fieldsOf(
  {
    version: text("Version of pstar."),
    coreHash: text("SHA-256 of the WebAssembly core."),
    engine: text("The engine that computed the cells; several with commas."),
    seed: count("Seed of all randomness."),
  },
  "Where a result comes from.",
);

/** What `pstar run --format json` prints. */
export const resultSchema = documentOf(
  "pstar/result@1",
  {
    complete: z.optional(described(z.literal(false), "Only in a result that lacks cells of its plan.")),
    cellsPlanned: z.optional(count("Cells of the plan, of a result that lacks some.")),
    shard: z.optional(text("The part of the plan that was to be computed, such as 2/7.")),
    config: described(
      scenarioSchema as unknown as z.ZodMiniType<Scenario, Scenario>,
      "The scenario with every setting: enough to run it again.",
    ),
    cells: z.array(cell),
    provenance,
  },
  "The result of a run.",
);

const better = z.enum(["better", "worse", "equal"]);
const reason = z.optional(described(reasonSchema, "Why a value is null; left out if none is."));
const bothLimits = (of: string) =>
  fieldsOf(
    {
      selected: orNull(share("With verification."), "if there is nothing to learn from"),
      unselected: orNull(share("Without it."), "if there is nothing to learn from"),
    },
    of,
  );

const labels = fieldsOf(
  {
    verdict: described(
      z.nullable(z.enum(["below", "above"])),
      "Side of the breakdown point that p is on: `below`, most kept labels are correct (of K classes: the correct one is the most frequent). The point itself is `above`.",
    ),
    purity: described(z.nullable(better), "Whether more of the kept labels are correct than of all."),
    reason,
  },
  "What is said of the labels that are kept, which alone decides nothing about a learner if errors or verdicts depend on the inputs.",
);

const learner = fieldsOf(
  {
    limit: orNull(
      share(
        "Of rates: agreement with the Bayes rule. Of angles: accuracy of least squares. Of a scenario: accuracy of its own learner.",
      ),
    ),
    unselected: orNull(share("The same on all rows, without a verifier.")),
    verdict: described(
      z.nullable(z.enum(["better", "worse"])),
      "Whether the limit is better than chance, 1/2 or 1/K; null on chance itself.",
    ),
    reason,
  },
  "What is said of the learner on infinite data, of which clean rows keep their share.",
);

const limitsOfDraws = fieldsOf({ low: real("In clean rows."), high: real("In clean rows.") });

const atN = fieldsOf(
  {
    samples: orNull(count("N, the rows that are generated, before verification."), "if the question does not say"),
    verification: described(
      z.nullable(z.enum(["better", "worse", "inconclusive"])),
      "Whether the learner is better with the verifier than on all rows; `inconclusive` if the two accuracies are closer than the error of the theory or of the trials, or if files without a kept row decide. Null if it cannot be computed, for the `reason`.",
    ),
    accuracy: bothLimits(
      "Of files of which a row is kept: by the theory, averaged over the number of kept rows; of several generations, or of a learner without a theory, the mean of `trials` of the reduced engine.",
    ),
    trials: z.optional(
      count("Trials with the verifier, and as many without it; left out if the accuracy is that of the theory."),
    ),
    worth: fieldsOf(
      {
        kept: orNull(real("Of the kept rows.")),
        unselected: orNull(real("Of all N rows without a verifier.")),
      },
      "How many clean rows would buy the same. Below 0 they teach the opposite, as so many clean rows teach the truth. Null if the question does not say enough.",
    ),
    worthLimits: z.optional(
      fieldsOf(
        { kept: limitsOfDraws, unselected: limitsOfDraws },
        "What such rows are worth in 95 % of files, as chance says how many are kept and right. Left out if errors or verdicts depend on the inputs.",
      ),
    ),
    generations: z.optional(
      described(
        z.array(
          fieldsOf({
            generation: described(z.int().check(z.minimum(1)), "From 1."),
            selected: orNull(band, "if fewer than two trials have a model"),
            unselected: orNull(band, "if fewer than two trials have a model"),
          }),
        ),
        "Of several generations: between what 95 % of the trials come to after each of them, with the verifier and without it.",
      ),
    ),
    reason,
  },
  "What verification does at a finite number of rows.",
);

const breakdown = documentOf(
  "pstar/breakdown@1",
  {
    errorRate: orNull(share("p: share of the generated labels that is wrong."), "if the question leaves it open"),
    phi: orNull(share("φ: share of the correct labels that is kept."), "if no label is correct"),
    psi: orNull(share("ψ: share of the wrong labels that is kept."), "if no label is wrong"),
    breakdown: orNull(share("p⋆."), "where nothing is kept, no label is wrong (ψ is then no number), or none correct"),
    keepRate: orNull(share("Share of the generated rows that is kept.")),
    keptPrecision: orNull(share("Share of the kept labels that is correct.")),
    youden: orNull(
      real("J = φ − ψ: verdicts that are used as rewards teach if it is above 0, and unteach if it is below."),
    ),
    gain: orNull(real("The share of correct labels among the kept rows less that among all.")),
    weight: orNull(
      real("The best weight of a kept row beside a clean row of weight 1, for the class mean."),
      "if errors or verdicts depend on the inputs",
    ),
    verdict: described(z.nullable(z.enum(["below", "above"])), "The verdict about labels, as `labels.verdict`."),
    verification: described(
      z.nullable(better),
      "Whether verification is better for the learner on infinite data: raises its limit or, at an equal limit, brings it there sooner.",
    ),
    limit: bothLimits(
      "Of rates: agreement with the Bayes rule of a consistent learner of infinite data. Of angles and scenarios: accuracy of least squares on infinite data.",
    ),
    labels,
    learner,
    atN,
  },
  "What can be said of a generator and its verifier without a run; null if the question leaves it open.",
);

const ofScenario = fieldsOf({
  ...breakdown.shape,
  accuracy: orNull(
    share(
      "The theory's accuracy at the scenario's N and d, after its last generation, at the expected number of kept rows (`atN.accuracy` averages over that number).",
    ),
    "if nothing is kept, or it has none",
  ),
  sensitivity: orNull(
    fieldsOf(
      {
        errorRate: orNull(real("In p."), "if too few rows are kept"),
        phi: orNull(real("In φ."), "if too few rows are kept"),
        psi: orNull(real("In ψ."), "if too few rows are kept"),
      },
      "Derivatives of the accuracy in p, φ and ψ.",
    ),
    "if these follow from directions, and are no settings of their own",
  ),
});

/** What `pstar breakdown --format json` prints; `accuracy` and `sensitivity` only of a scenario. */
export const breakdownSchema = fieldsOf(
  {
    ...ofScenario.shape,
    accuracy: z.optional(ofScenario.shape.accuracy),
    sensitivity: z.optional(ofScenario.shape.sensitivity),
  },
  "What can be said of a generator and its verifier without a run; of a scenario also an accuracy and its derivatives.",
);

/** What verification does at a finite number of rows. */
export interface AtN extends z.output<typeof atN> {}

/** What can be said of a generator and its verifier without a run; null if the question leaves it open. */
export interface Breakdown extends z.output<typeof breakdown> {}

/** What can be said of a scenario without a run. */
export interface ScenarioBreakdown extends z.output<typeof ofScenario> {}

/** How a cell ended: `empty` kept no row in any trial; `singular` and `diverged` name a learner that gave no weights. */
export type CellStatus = CellResult["status"];

/** How far an iterative learner came, over the trials of a cell. */
export interface Convergence extends z.output<typeof convergence> {}

/** What the trials of a cell, or of one of its generations, say together. */
export interface Measures extends z.output<typeof measuresSchema> {}

/** What one cell of a sweep (or the only cell of a run) gave. */
export interface CellResult extends z.output<typeof cell> {}

/** The whole of a run: enough, by its `config`, to run again. */
export interface RunResult extends z.output<typeof resultSchema> {}

/** Where a result comes from. */
export interface Provenance extends z.output<typeof provenance> {}
