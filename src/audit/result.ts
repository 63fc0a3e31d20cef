import * as z from "zod/mini";
import { count, documentOf, fieldsOf, orNull, real, reasonIn, share, text } from "../model/document.js";
import { described } from "../model/fields.js";
import { shapeNames, sheetShapeNames } from "../rows/shapes.js";
import {
  type Adjustment,
  type AuditDesign,
  adjustments,
  auditDesigns,
  type IntervalMethod,
  intervalMethods,
  joinedRules,
  sheetDesigns,
} from "./options.js";
import { auditSentences } from "./reasons.js";

const interval = fieldsOf({
  estimate: orNull(real("The estimate."), "if no audited row could tell, as φ without a correct row"),
  low: real("Lower limit; with no row that could tell, the whole range of the quantity."),
  high: real("Upper limit."),
});

const design = described(
  z.enum(auditDesigns),
  "How the audited rows were chosen: at random from all rows, or at random within the kept and within the rejected ones.",
);
const verdict = described(
  z.enum(["below", "above", "inconclusive"]),
  "Whether p is below p⋆: whether more than 1/K of the kept labels are correct, so that they outweigh each wrong class.",
);
const verification = described(
  z.enum(["better", "worse", "inconclusive"]),
  "Whether what the verifier keeps is correct more often than rows taken at random.",
);
const classes = described(
  z.int().check(z.minimum(2)),
  "Number of classes K; wrong labels are taken as uniform over the K − 1 others.",
);
const confidence = real("Of each interval, such as 0.95.");
const methods = described(z.record(z.string(), z.string()), "How each interval was made, in words.");
const warnings = described(
  z.array(reasonIn(auditSentences)),
  "What a reader should know; each has its sentence in `message`.",
);

const worthSchema = fieldsOf(
  {
    kept: described(interval, "Of the kept rows."),
    unselected: described(interval, "Of all rows."),
  },
  "How many rows with correct labels only would leave a learner (the class mean) as far from the truth: n·((Ka − 1)/(K − 1))² for n rows of which a share a is correct; below 0 if they teach the opposite. It holds if errors depend on nothing but chance.",
);

const estimates = {
  errorRate: described(interval, "p, the share of wrong labels before verification."),
  phi: described(interval, "φ, the share of correct labels that the verifier keeps."),
  psi: described(interval, "ψ, the share of wrong labels that it keeps."),
  breakdown: described(interval, "p⋆."),
  keptPrecision: described(interval, "The share of correct labels among the kept rows."),
  keepRate: described(interval, "The share of the rows that is kept."),
  margin: described(interval, "p⋆ − p: above 0 if most of the kept labels are correct (of K classes, more than 1/K)."),
  youden: described(
    interval,
    "Youden's J = φ − ψ, in [−1, 1]: above 0 if the verifier keeps correct labels more often than wrong ones.",
  ),
  gain: described(
    interval,
    "The verifier's gain: the share of correct labels among the kept rows less that among all rows.",
  ),
  worth: worthSchema,
  verdict,
  verification,
  counts: fieldsOf(
    {
      rows: count("Rows read."),
      kept: count("Rows that the verifier keeps, audited or not."),
      rejected: count(),
      audited: count("Rows with a human's label."),
      keptCorrect: count(),
      keptWrong: count(),
      rejectedCorrect: count(),
      rejectedWrong: count(),
    },
    "Rows read, and the audited ones by decision and label.",
  ),
};

const estimatesSchema = fieldsOf(estimates);

const slice = fieldsOf({
  slice: text("The value of the field that slices are made by."),
  adjusted: described(
    z.enum(["below", "above", "inconclusive"]),
    "The verdict, adjusted for the number of slices; the one to act on.",
  ),
  pValue: share("What is adjusted: the smallest level at which this slice, one of many, has a verdict."),
  differs: described(
    z.array(z.enum(["errorRate", "phi", "psi"])),
    "The rates that differ from those of the other slices beyond chance.",
  ),
  ...estimates,
});

const rival = fieldsOf(
  { label: z.string(), correct: described(interval, "The share of correct ones among the rows of either.") },
  "The wrong label that is most frequent.",
);

const ofClass = fieldsOf({
  class: text("The class."),
  share: share("Its share among all rows with a human's class."),
  labels: described(
    z.record(z.string(), z.number()),
    "Labelled kept rows that are truly of this class, by the label that the data give them.",
  ),
  verdict: described(
    z.enum(["below", "above", "inconclusive"]),
    "`below`: each wrong label of this class is rarer than the correct one, so that a learner of enough rows gets it right; `above`: some wrong label is more frequent.",
  ),
  rival: orNull(rival, "without any"),
});

const confusion = fieldsOf(
  {
    classes: z.array(ofClass),
    accuracyLimit: fieldsOf(
      { low: share("Share of rows whose class is below."), high: share("Of those whose class is not above.") },
      "Share of rows whose class survives.",
    ),
    uniform: orNull(
      fieldsOf(
        { statistic: real("Pearson's X²."), pValue: share("By random draws."), draws: count() },
        "Whether wrong labels are uniform over the other classes.",
      ),
      "with fewer than three classes, or without a wrong label",
    ),
  },
  "What true classes and labels say of the kept rows.",
);

const wrongAnswers = fieldsOf(
  {
    questions: count("Clusters with at least two answers that are labelled wrong; one pair of each is compared."),
    agree: described(interval, "The share of these pairs that agree."),
    number: described(
      fieldsOf({
        estimate: orNull(real("1/agree."), "if no pair agrees"),
        low: real("At least 1."),
        high: orNull(real("Upper limit."), "without one"),
      }),
      "As if so many wrong answers were equally likely.",
    ),
  },
  "How much wrong answers to one question agree. The verdict does not rest on it: it is that of two classes, the worst case.",
);

const settings = {
  intervals: fieldsOf({
    method: described(z.enum(intervalMethods), "How the interval of a share is made; all others are made from those."),
    finitePopulation: described(z.boolean(), "Whether the rows of the file are all that is asked about."),
  }),
  clusters: orNull(
    fieldsOf(
      {
        count: count("Clusters with audited rows."),
        kept: fieldsOf(
          {
            labels: count(),
            effective: real("Rows of different clusters that tell as much, by which the intervals are made."),
            kornGraubard: described(
              interval,
              "The share of correct ones by Korn and Graubard's effective number, to compare with other programs: too narrow if clusters are few or unequal.",
            ),
          },
          "The labels of kept rows.",
        ),
      },
      "Rows that are not independent.",
    ),
    "if there are none",
  ),
  annotators: orNull(
    fieldsOf(
      {
        rows: count(),
        disagreement: described(interval, "The share on which they differ."),
        errorRate: orNull(share("How often one errs if both err alike.")),
        errors: orNull(
          fieldsOf(
            {
              plus: share("ε₊: of the wrong rows, those that one calls correct."),
              minus: share("ε₋: of the correct rows, those that one calls wrong."),
            },
            "The two kinds of errors, from how the two agree among kept and among rejected rows: an estimate without limits, on which no interval rests.",
          ),
          "if the kept and the rejected rows that two people labelled are too much alike, or do not tell",
        ),
      },
      "Rows that two people labelled.",
    ),
    "if there are none",
  ),
  probabilityBelow: orNull(share("The chance of below by Jeffreys' prior."), "if it was not asked for"),
  fewestWrongAnswers: orNull(
    count("Of an audit that is above at two classes: from so many equally likely wrong answers on it would be below."),
  ),
  wrongAnswers: orNull(wrongAnswers, "if no answers were read, or no question has two that are labelled wrong"),
  confusion: orNull(confusion, "unless true classes and labels are known"),
  adjustment: orNull(described(z.enum(adjustments), "How the verdicts of slices were adjusted."), "without slices"),
};

/** What `audit` returns: a whole audit; its settings are enough to run it again. */
const audit = documentOf(
  "pstar/audit@1",
  { design, classes, confidence, ...settings, methods, ...estimates, slices: z.array(slice), warnings },
  "An audit of a file.",
);

const point = fieldsOf({
  threshold: real("Rows of at least this score are kept."),
  keepRate: share("Share of all rows that it keeps: counted, not estimated."),
  phi: interval,
  psi: interval,
  breakdown: interval,
  keptPrecision: interval,
  margin: interval,
  verdict,
  accuracy: orNull(share("Of the Gaussian model at the estimates."), "if it has none"),
});

const model = fieldsOf(
  {
    dim: count("Dimension d."),
    meanNorm: real("Signal-to-noise r."),
    samples: count("Rows of synthetic data N."),
    learner: z.literal("ridge"),
    lambda: real("Its penalty."),
  },
  "The Gaussian model in which the theory judges a verifier.",
);

const heldOut = fieldsOf(
  {
    n: count("Labels that judge."),
    chosenBy: count("Labels that chose, drawn by lot; none of them judges."),
    errorRate: estimates.errorRate,
    phi: estimates.phi,
    psi: estimates.psi,
    keptPrecision: estimates.keptPrecision,
    verdict,
  },
  "The threshold, judged by labels that did not choose it.",
);

const thresholds = documentOf(
  "pstar/audit-thresholds@1",
  {
    design,
    classes,
    confidence,
    seed: count("Of the bootstrap."),
    model: orNull(model, "if there is no row"),
    rows: count(),
    audited: count(),
    errorRate: interval,
    points: described(z.array(point), "Of all labels: what is best among them looks better than it is."),
    recommended: orNull(
      fieldsOf(
        {
          threshold: interval,
          keepRate: interval,
          accuracy: orNull(
            share("That of the model at the rates of the held-out labels."),
            "if there are too few of them",
          ),
          heldOut,
        },
        "The threshold of the largest accuracy by a third of the labels, with bootstrap intervals, and what the others say of it.",
      ),
      "if no label tells",
    ),
    methods,
    warnings,
  },
  "The thresholds of a score, from the lowest score (keeps every row that has one) upwards, and the best one of the model.",
);

const fields = fieldsOf(
  {
    correct: z.optional(text("The human's label.")),
    kept: z.optional(text("The verifier's decision.")),
    verifiers: z.optional(described(z.readonly(z.array(z.string())), "Or the decisions of several verifiers.")),
    score: z.optional(text("Or its score.")),
    weight: z.optional(text("Design weight of an audited row.")),
    by: z.optional(text("What slices are made by.")),
    cluster: z.optional(text("What rows have in common that are not independent, such as their prompt.")),
    second: z.optional(text("The label of a second person, who did not know the first one.")),
    predicted: z.optional(text("A prediction of the label, a number of every row.")),
    truth: z.optional(text("The class that a human found.")),
    label: z.optional(text("The class that the data say.")),
    answer: z.optional(text("The answer itself, to see how much wrong ones agree.")),
    true: z.optional(described(z.readonly(z.array(z.string())), "Further words that mean yes.")),
    false: z.optional(described(z.readonly(z.array(z.string())), "Further words that mean no.")),
    missing: z.optional(described(z.readonly(z.array(z.string())), "Further words that mean that there is no value.")),
  },
  "The fields of the file that were read, and the words of their values.",
);

const sheet = fieldsOf(
  {
    sheet: text("The file."),
    design: described(z.enum(sheetDesigns), "How its rows were drawn."),
    seed: count("Of the draw."),
    drawn: count("Rows that were drawn."),
    labelled: count(),
    skipped: count("Rows that were skipped while labelling."),
    leftOut: count(
      "Rows with neither a label nor `skip` before one with a label, and rows taken out of the sheet; 0 of another program's export.",
    ),
    program: z.optional(
      described(z.enum(sheetShapeNames), "Whose export it is, if it is not the sheet as it was drawn."),
    ),
  },
  "What a sheet of labels added to the audit.",
);

const unreadableSchema = fieldsOf(
  {
    count: count("How many."),
    first: described(
      z.array(fieldsOf({ line: count("From 1."), code: text("Tells reasons apart."), reason: text("In words.") })),
      "The first of them.",
    ),
  },
  "Lines that are not rows, and rows without a decision.",
);

const guesses = {
  guessed: z.optional(
    described(z.array(z.string()), "The fields that nobody named: the file's shape or their names in it tell them."),
  ),
  shape: z.optional(described(z.enum(shapeNames), "The tool whose shape the file has.")),
};

/** What `pstar audit --format json` prints. */
const countedOf = fieldsOf({ kept: count(), of: count("Labelled rows.") });

const calibration = fieldsOf(
  {
    source: text("The name of the set."),
    correct: described(countedOf, "Correct rows of the set, and how many of them the verifier keeps: φ."),
    wrong: described(countedOf, "Wrong rows, and how many of them it keeps: ψ."),
  },
  "Labelled rows elsewhere by whose φ and ψ a file without labels is judged.",
);

/** Labelled rows elsewhere by whose rates a file is judged. */
export interface CalibrationAccount extends z.output<typeof calibration> {}

export const auditSchema = fieldsOf(
  {
    ...audit.shape,
    source: text("The file's name."),
    fields,
    ...guesses,
    threshold: z.optional(
      fieldsOf(
        {
          value: real("Rows of at least this score are kept."),
          recommended: described(z.boolean(), "Whether it is the recommended one, as none was given."),
          heldOut: orNull(heldOut, "if it was given"),
        },
        "Left out if a decision says what is kept.",
      ),
    ),
    labels: z.optional(sheet),
    calibration: z.optional(calibration),
    unreadable: unreadableSchema,
    thresholds: z.optional(thresholds),
  },
  "An audit of a file.",
);

const pairTable = fieldsOf(
  {
    both: count("Labelled rows that both keep."),
    first: count("That only the first keeps."),
    second: count("That only the second keeps."),
    neither: count(),
    correlation: orNull(
      real("Between the two decisions (the φ coefficient), in [−1, 1]; 0 if they are independent."),
      "if one of them keeps all of these rows or none",
    ),
    pValue: orNull(
      share("Fisher's exact test, two-sided: the chance of a table at least as unlikely if they are independent."),
      "with clusters or unequal weights, for which it does not hold",
    ),
  },
  "Two verifiers' decisions on rows of one label.",
);

const joinedRule = fieldsOf({
  rule: described(
    z.enum(joinedRules),
    "Which rows are kept: those that all keep, that any keeps, or that more than half of the verifiers keep.",
  ),
  adjusted: verdict,
  pValue: share("What is adjusted."),
  ...estimates,
  independent: fieldsOf(
    {
      phi: orNull(share("φ.")),
      psi: orNull(share("ψ.")),
      breakdown: orNull(share("p⋆.")),
      youden: orNull(real("J = φ − ψ.")),
    },
    "What the rule would be, at the verifiers' estimated φ and ψ, if they decided independently of each other given the label; null if one of these is not known.",
  ),
});

/** What `pstar audit --kept a,b,c --format json` prints. */
export const verifiersSchema = documentOf(
  "pstar/audit-verifiers@1",
  {
    source: text("The file's name."),
    fields,
    labels: z.optional(sheet),
    classes,
    confidence,
    intervals: settings.intervals,
    clusters: orNull(count("Clusters with audited rows."), "if there are none"),
    rows: count(),
    audited: count("Rows with a human's label."),
    verifiers: z.array(
      fieldsOf({
        verifier: text("The field of its decision, or the rule about one."),
        adjusted: verdict,
        pValue: share("What is adjusted: the smallest level at which this verifier, one of many, has a verdict."),
        ...estimates,
      }),
    ),
    joined: z.array(joinedRule),
    dependence: z.array(
      fieldsOf(
        {
          verifiers: described(z.array(z.string()), "The two of them."),
          correct: described(pairTable, "On rows whose label is correct."),
          wrong: described(pairTable, "On rows whose label is wrong."),
        },
        "Whether two verifiers decide independently of each other, given the label.",
      ),
    ),
    adjustment: described(z.enum(adjustments), "How the verdicts were adjusted for their number."),
    methods,
    warnings,
    unreadable: unreadableSchema,
  },
  "Several verifiers of one file, each alone and joined.",
);

const check = documentOf(
  "pstar/check@1",
  {
    source: text("The name of the file."),
    answer: described(
      z.enum(["safe", "unsafe", "undecided"]),
      "`safe`: more than half of the kept labels are right, at the confidence of the audit, whatever the wrong ones are; `unsafe`: fewer, or in a slice; `undecided`: the labels do not tell.",
    ),
    code: text("The reason as data."),
    why: text("And in words."),
    fields: described(z.partial(fields), "The fields of the file."),
    guessed: described(
      z.array(z.string()),
      "Those of them that were guessed from the names in the file, or by its shape.",
    ),
    shape: guesses.shape,
    audit: orNull(audit, "if no row has a label"),
    threshold: orNull(
      fieldsOf(
        {
          field: text("The score."),
          value: real("Rows of at least this score are kept."),
          recommended: described(z.boolean(), "Whether it was recommended, not given."),
          low: orNull(real("Lower limit of the recommended one.")),
          high: orNull(real("Upper limit.")),
          heldOut: orNull(heldOut, "if it was given"),
        },
        "What score is kept.",
      ),
      "if a decision says what is kept",
    ),
    rows: count(),
    kept: orNull(count("Rows that would be kept."), "if no row has a label"),
    labelsNeeded: orNull(
      count("Labels to draw, beyond those that there are; 0 if they decide."),
      "if no number of them would",
    ),
    next: described(z.array(z.string()), "Whole commands that go on from here."),
  },
  "Whether to train on what a verifier keeps of a file.",
);

/** What `pstar check --format json` prints. */
export const checkSchema = fieldsOf(
  {
    ...check.shape,
    out: z.optional(
      orNull(
        fieldsOf(
          { file: z.string(), rows: count() },
          "The kept rows, as they were written; left out if none were asked for.",
        ),
        "if they are not safe",
      ),
    ),
  },
  "Whether to train on what a verifier keeps of a file.",
);

const cardSlice = fieldsOf({
  slice: text("The value of the field that slices are made by."),
  rows: count(),
  labels: count("Audited rows."),
  errorRate: interval,
  phi: interval,
  psi: interval,
  keptPrecision: interval,
  verdict,
});

/** What `pstar audit --format card-json` prints. */
export const verifierCardSchema = documentOf(
  "pstar/verifier-card@1",
  {
    date: orNull(text("When it was audited, such as 2026-11-27."), "if not given"),
    source: text("What was judged."),
    rule: described(
      z.union([
        fieldsOf({ kept: z.string() }),
        fieldsOf({ score: z.string(), threshold: z.number(), recommended: z.boolean() }),
      ]),
      "By which rule a row is kept.",
    ),
    label: fieldsOf(
      {
        correct: fields.shape.correct,
        true: fields.shape.true,
        false: fields.shape.false,
        missing: fields.shape.missing,
      },
      "What the human's label is.",
    ),
    design: described(
      z.enum(["simple", "stratified", "slices", "weighted"]),
      "How the labelled rows were drawn; `weighted` if their weights say so.",
    ),
    verdict,
    verification,
    counts: estimates.counts,
    errorRate: estimates.errorRate,
    phi: estimates.phi,
    psi: estimates.psi,
    youden: described(interval, "J = φ − ψ, as in the audit."),
    breakdown: estimates.breakdown,
    keptPrecision: estimates.keptPrecision,
    keepRate: estimates.keepRate,
    slices: z.array(cardSlice),
    classes,
    confidence,
    methods,
    notes: described(z.array(z.string()), "What a reader should know."),
  },
  "What is known of a verifier by an audit, for whoever uses it or its rows.",
);

const planned = {
  labels: count(),
  kept: count("Of kept rows; an expectation in a simple design."),
  rejected: count("Of rejected rows."),
  power: share("Chance of the verdict with exactly these labels."),
};

const goal = described(z.enum(["verdict", "verification", "both"]), "What the labels are to decide.");

const plan = documentOf(
  "pstar/audit-plan@1",
  {
    design,
    classes,
    confidence,
    goal,
    ...planned,
    assumed: fieldsOf(
      {
        errorRate: orNull(share("p.")),
        phi: orNull(share("φ.")),
        psi: orNull(share("ψ.")),
        breakdown: orNull(share("p⋆.")),
        margin: orNull(real("p⋆ − p.")),
        keptPrecision: share("Share of correct labels among the kept rows."),
        rejectedPrecision: orNull(share("Share of correct labels among the rejected rows.")),
        keepRate: orNull(share("Share of the rows that is kept.")),
        power: share("Chance that the labels decide."),
      },
      "What was asked for, or follows from it; null if it does not.",
    ),
    verdict: orNull(
      fieldsOf({ expected: z.enum(["below", "above"]), ...planned }, "The labels for below or above alone."),
      "if it is not a goal",
    ),
    verification: orNull(
      fieldsOf({ expected: z.enum(["better", "worse"]), ...planned }, "The labels for better or worse alone."),
      "if it is not a goal",
    ),
    sequential: orNull(
      fieldsOf(
        {
          labels: count("Labels of kept rows at most."),
          expected: real("On average, as one stops when they decide."),
          power: share("Chance that they decide by then."),
        },
        "The labels for below or above if one looks after each of them, by a confidence sequence.",
      ),
      "unless it was asked for, or beyond 5000 labels",
    ),
    precisionInterval: described(interval, "The interval of kept precision that such an audit leads one to expect."),
    warnings,
  },
  "How many labels an audit needs.",
);

/** What `pstar label draw --format json` prints. */
export const labelDrawSchema = documentOf(
  "pstar/label-draw@1",
  {
    source: text("The name of the file."),
    design: described(
      z.enum(sheetDesigns),
      "Rows drawn of kept and of rejected ones, of all, or of both in each slice.",
    ),
    seed: count("Of the draw."),
    rows: count("Rows of the file that could be drawn."),
    labels: count("Rows drawn."),
    strata: z.array(
      fieldsOf({ code: text("Does not show what the verifier decided."), rows: count(), drawn: count() }),
    ),
    shown: described(z.array(z.string()), "Fields that are shown."),
    hidden: described(
      z.array(z.string()),
      "Fields that are not shown, as they are or may be the verifier's, or labels and weights.",
    ),
    unreadable: count("Rows that could not be used."),
    out: text("The sheet."),
  },
  "Rows drawn to be labelled.",
);

/** What `pstar audit --plan --format json` prints. */
export const auditPlanSchema = fieldsOf(
  {
    ...plan.shape,
    source: orNull(
      fieldsOf(
        {
          name: z.string(),
          kept: count("Labels of kept rows."),
          rejected: count("Of rejected rows."),
          verdict,
          verification,
        },
        "The file that was audited in part, and what it says already.",
      ),
      "if the plan rests on guesses alone",
    ),
  },
  "How many labels an audit needs.",
);

/** An estimate and its confidence interval; the estimate is null if no audited row could tell, as φ without a correct row. */
export interface Interval extends z.output<typeof interval> {}

export type { Adjustment, AuditDesign, IntervalMethod };

/** Whether p is below p⋆: whether more than 1/K of the kept labels are correct, so that they outweigh each wrong class. */
export type AuditVerdict = z.output<typeof verdict>;

/** Whether what the verifier keeps is correct more often than rows taken at random. */
export type AuditVerification = z.output<typeof verification>;

/** Rows read, and the audited ones by decision and label. */
export interface AuditCounts extends z.output<typeof estimates.counts> {}

/** What an audit says of a file, or of a slice of it. */
export interface AuditEstimates extends z.output<typeof estimatesSchema> {}

/** What the rows are worth in clean ones. */
export interface AuditWorth extends z.output<typeof worthSchema> {}

/** One class of the kept rows. */
export interface ClassResult extends z.output<typeof ofClass> {}

/** How much wrong answers to one question agree. */
export interface WrongAnswersResult extends z.output<typeof wrongAnswers> {}

/** What true classes and labels say of the kept rows. */
export interface ClassResults extends z.output<typeof confusion> {}

/** One value of the field that an audit is sliced by. */
export interface AuditSlice extends z.output<typeof slice> {}

/** A whole audit; its settings are enough to run it again. */
export interface AuditResult extends z.output<typeof audit> {}

/** The Gaussian model in which the theory judges a verifier. */
export interface GaussianModel extends z.output<typeof model> {}

/** One threshold: rows of at least this score are kept. */
export interface ThresholdPoint extends z.output<typeof point> {}

/** A threshold, judged by labels that did not choose it. */
export interface HeldOut extends z.output<typeof heldOut> {}

/** The thresholds of a score, from the lowest score (keeps every row that has one) upwards, and the best one of the model. */
export interface AuditThresholds extends z.output<typeof thresholds> {}

const plannedSchema = fieldsOf(planned);

/** Labels that reach one verdict with the power asked for; `kept` and `rejected` are expectations in a simple design. */
export interface PlannedLabels extends z.output<typeof plannedSchema> {}

/** How many labels an audit needs. */
export interface AuditPlan extends z.output<typeof plan> {}

/** What a sheet of labels added to an audit. */
export interface SheetAccount extends z.output<typeof sheet> {}

/** Whether to train on what a verifier keeps of a file. */
export interface CheckResult extends z.output<typeof check> {}

/** A check as JSON. */
export interface CheckDocument extends z.output<typeof checkSchema> {}

/** A slice of a verifier card. */
export interface CardSlice extends z.output<typeof cardSlice> {}

/** What is known of a verifier by an audit, for whoever uses it or its rows. */
export interface VerifierCard extends z.output<typeof verifierCardSchema> {}

/** An audit as JSON. */
export interface AuditDocument extends z.output<typeof auditSchema> {}

/** A draw as JSON. */
export interface LabelDrawDocument extends z.output<typeof labelDrawSchema> {}

/** A plan as JSON. */
export interface AuditPlanDocument extends z.output<typeof auditPlanSchema> {}

/** Several verifiers, each alone and joined, without the account of their file. */
export interface VerifiersResult
  extends Omit<z.output<typeof verifiersSchema>, "source" | "fields" | "labels" | "unreadable"> {}

/** Several verifiers as JSON. */
export interface VerifiersDocument extends z.output<typeof verifiersSchema> {}

/** Two verifiers' decisions on labelled rows of one label. */
export interface PairTable extends z.output<typeof pairTable> {}

/** One row of a file as an audit sees it. */
export interface AuditRecord {
  /** The human's label, or null if the row was not audited. */
  correct: boolean | null;
  /** The verifier's decision; or left out, where `score` decides. */
  kept?: boolean;
  /** The decisions of several verifiers, in the order of their names. */
  decisions?: readonly boolean[];
  score?: number;
  /** Design weight, the inverse of the chance to be audited; above 0. Left out: 1. */
  weight?: number;
  slice?: string;
  /** What rows that are not independent of one another have in common, such as their prompt. Left out: nothing. */
  cluster?: string;
  /** The label that a second person gave to an audited row, without knowing the first one. */
  second?: boolean | null;
  /** A prediction of whether the label is correct, on any scale; best on rows without a label too. */
  predicted?: number;
  /** The class that a human found, and the one that the data say. */
  truth?: string;
  label?: string;
  /** The answer, to see how much wrong ones agree. */
  answer?: string;
}
