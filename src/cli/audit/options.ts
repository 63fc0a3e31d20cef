import type { CalibratedQuestion } from "../../audit/calibrated.js";
import type { AuditOptions } from "../../audit/options.js";
import type { Adjustment, AuditDesign, IntervalMethod } from "../../audit/result.js";
import type { LabelledQuestion } from "../../audit/sheet/join.js";
import { listOf } from "../../rows/labels.js";
import { UsageError } from "../failure.js";
import { flagNamed, numberOf, shareOf, wrongFlag } from "../options.js";
import type { AsFlag } from "../rows.js";

/** The forms in which an audit goes to standard output. */
export const auditFormats = ["table", "json", "html", "md", "card", "card-json"] as const;
export type AuditFormat = (typeof auditFormats)[number];

/** The options of `pstar audit`, as they were written. */
export interface AuditFlags {
  correct?: string;
  /** A label sheet. */
  labels?: string;
  kept?: string;
  score?: string;
  threshold?: string;
  weight?: string;
  design?: AuditDesign;
  by?: string;
  cluster?: string;
  second?: string;
  /** A file with labels, of the verifier elsewhere. */
  calibration?: string;
  predictions?: string;
  truth?: string;
  label?: string;
  answer?: string;
  interval?: IntervalMethod;
  sequential?: boolean;
  finitePopulation?: boolean;
  adjust?: Adjustment;
  probability?: boolean;
  classes?: string;
  confidence?: string;
  /** True without conditions of its own. */
  gate?: true | string;
  true?: string;
  false?: string;
  missing?: string;
  as?: AsFlag;
  format: AuditFormat;
  plot?: string;
  dim?: string;
  meanNorm?: string;
  seed?: number;
  strict?: boolean;
  quiet?: boolean;
  /** Of a card. */
  date?: string;
  plan?: boolean;
  phi?: string;
  psi?: string;
  p?: string;
  keptPrecision?: string;
  /** The old name of `keptPrecision`. */
  precision?: string;
  keepRate?: string;
  margin?: string;
  power?: string;
}

type Refinement = "interval" | "sequential" | "finitePopulation" | "adjust" | "probability";

/** The flags behind the fields of the library's functions. */
export const FLAG_OF: Record<string, string> = {
  classes: "--classes",
  confidence: "--confidence",
  threshold: "--threshold",
  design: "--design",
  dim: "--dim",
  meanNorm: "--mean-norm",
  seed: "--seed",
  interval: "--interval",
  adjust: "--adjust",
  predicted: "--predictions",
  kept: "--kept",
  verifiers: "--kept",
  score: "--score",
  second: "--second",
  label: "--label",
  phi: "--phi",
  psi: "--psi",
  errorRate: "--p",
  keptPrecision: "--kept-precision",
  keepRate: "--keep-rate",
  margin: "--margin",
  power: "--power",
};

/** Flags that speak of a file, and flags that speak of a plan; those in neither list go with both. */
const OF_FILES = [
  "correct",
  "labels",
  "kept",
  "score",
  "threshold",
  "weight",
  "by",
  "cluster",
  "second",
  "calibration",
  "predictions",
  "truth",
  "label",
  "answer",
  "finitePopulation",
  "adjust",
  "probability",
  "true",
  "false",
  "missing",
  "gate",
  "plot",
  "dim",
  "meanNorm",
  "strict",
] as const;
const OF_PLANS = ["phi", "psi", "p", "keptPrecision", "precision", "keepRate", "margin", "power"] as const;

/** The verifiers that `--kept a,b,c` names; commas within brackets or quotation marks are part of a rule or a name. */
export function verifiersOf({ kept = "" }: Pick<AuditFlags, "kept">): string[] {
  const names = [""];
  let [depth, quoted] = [0, false];
  for (const sign of kept) {
    if (sign === '"') quoted = !quoted;
    else if (!quoted && sign === "[") depth++;
    else if (!quoted && sign === "]") depth--;
    if (sign === "," && depth <= 0 && !quoted) names.push("");
    else names[names.length - 1] += sign;
  }
  return names.map((name) => name.trim()).filter((name) => name !== "");
}

/** Flags that are about one verifier. */
const OF_ONE_VERIFIER = [
  ...([
    "score",
    "threshold",
    "by",
    "answer",
    "predictions",
    "second",
    "calibration",
    "truth",
    "label",
    "probability",
  ] as const),
  ...(["gate", "plot", "plan", "date", "dim", "meanNorm", "seed"] as const),
];

/** Flags that ask for labels of the file itself. */
const OF_OWN_LABELS = [
  ...(["labels", "by", "cluster", "second", "predictions", "truth", "label", "answer", "weight", "design"] as const),
  ...(["interval", "sequential", "finitePopulation", "probability", "adjust", "gate", "plot", "plan", "date"] as const),
];

/** @throws UsageError if a flag asks for labels of the file itself, or a flag is missing. */
export function calibratedQuestion(flags: AuditFlags): CalibratedQuestion {
  const own = OF_OWN_LABELS.find((name) => flags[name] !== undefined);
  if (own !== undefined || flags.classes === "open" || flags.format.startsWith("card")) {
    const flag = own !== undefined ? flagNamed(own) : flags.classes === "open" ? "--classes open" : "--format card";
    throw new UsageError(`${flag} needs labels of the file itself, and --calibration is for a file without them`);
  }
  if (flags.score !== undefined && flags.threshold === undefined)
    throw new UsageError("--calibration with --score needs a --threshold");
  const { fields, options } = auditQuestion(flags);
  if (fields.correct === undefined)
    throw new UsageError("--correct is missing: the field of the human's label in the calibration set");
  return { fields: { ...fields, correct: fields.correct }, options };
}

/** @throws UsageError if a flag is about one verifier, if one verifier is named twice, or if a flag is missing. */
export function verifiersQuestion(flags: AuditFlags, verifiers: readonly string[]) {
  const alone = OF_ONE_VERIFIER.find((name) => flags[name] !== undefined);
  if (alone !== undefined) {
    throw new UsageError(`${flagNamed(alone)} is about one verifier, and --kept names ${verifiers.length}`);
  }
  if (flags.format.startsWith("card")) {
    throw new UsageError(`a card is of one verifier, and --kept names ${verifiers.length}: give one of them`);
  }
  if (flags.design === "stratified") {
    throw new UsageError(
      "--design stratified and several verifiers do not go together: the labels are a sample of one verifier's kept and rejected rows only; give --weight, or the sheet by --labels",
    );
  }
  const twice = verifiers.find((name, i) => verifiers.indexOf(name) < i);
  if (twice !== undefined) throw new UsageError(`--kept names ${twice} twice`);
  if (verifiers.length > MOST_VERIFIERS) {
    throw new UsageError(
      `--kept takes at most ${MOST_VERIFIERS} verifiers, got ${verifiers.length}: judge the others by a further command`,
    );
  }
  const { fields, options } = auditQuestion(flags);
  const { kept: _, ...rest } = fields;
  const { design: __, threshold: ___, probability: ____, ...judged } = options;
  return { fields: { ...rest, verifiers }, options: judged };
}

const MOST_VERIFIERS = 20;

/** @throws UsageError if a flag is missing, or if two do not go together. */
export function auditQuestion(flags: AuditFlags): LabelledQuestion {
  const { correct, labels, kept, score, threshold, weight, design, by, truth, label } = flags;
  if (labels !== undefined && (weight ?? design) !== undefined) {
    throw new UsageError(
      `--labels and --${weight === undefined ? "design" : "weight"} do not go together: the sheet knows how its rows were drawn`,
    );
  }
  if (correct === undefined && labels === undefined && (truth === undefined || label === undefined)) {
    throw new UsageError(
      "--correct is missing: the field that says whether a human found the label correct (true, false, or nothing); or --labels, a sheet of labels from pstar label draw; or --truth and --label, the class that a human found and the one in the data",
    );
  }
  if ((truth === undefined) !== (label === undefined)) {
    throw new UsageError("--truth and --label go together: the class that a human found, and the one in the data");
  }
  if (kept === undefined && score === undefined) {
    throw new UsageError("--kept or --score is missing: the field of the verifier's decision, or of its score");
  }
  if (kept !== undefined && score !== undefined) {
    throw new UsageError("--kept and --score do not go together: either the file says what is kept, or the score does");
  }
  const open = flags.classes === "open";
  if (open !== (flags.answer !== undefined)) {
    throw new UsageError("--classes open and --answer go together: the field of the answer itself");
  }
  if (open && flags.cluster === undefined) {
    throw new UsageError(
      "--classes open needs --cluster: the field of the question, as only answers to the same one can agree",
    );
  }
  if (threshold !== undefined && score === undefined) throw new UsageError("--threshold needs --score");
  if (weight !== undefined && design !== undefined) {
    throw new UsageError("--weight and --design do not go together: weights say how the audited rows were chosen");
  }
  if (flags.date !== undefined && !flags.format.startsWith("card")) {
    throw new UsageError("--date goes with --format card and card-json");
  }
  for (const name of ["plot", "dim", "meanNorm"] as const) {
    if (flags[name] !== undefined && score === undefined) {
      throw new UsageError(`${flagNamed(name)} needs --score: it is about the choice of a threshold`);
    }
  }
  return {
    fields: {
      ...given({ correct, kept, score, weight, by, truth, label }),
      ...given({ cluster: flags.cluster, second: flags.second, predicted: flags.predictions, answer: flags.answer }),
      ...(flags.true !== undefined && { true: listOf(flags.true) }),
      ...(flags.false !== undefined && { false: listOf(flags.false) }),
      ...(flags.missing !== undefined && { missing: listOf(flags.missing) }),
    },
    options: auditOptions(flags),
    model: {
      curve: flags.plot !== undefined || flags.format === "html",
      ...(flags.seed !== undefined && { seed: flags.seed }),
      ...(flags.dim !== undefined && { dim: numberOf("--dim", flags.dim, "a whole number of at least 1") }),
      ...(flags.meanNorm !== undefined && {
        meanNorm: numberOf("--mean-norm", flags.meanNorm, "a number in [0, 100]"),
      }),
    },
  };
}

function given<T extends object>(all: T): Partial<T> {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/** What decides whether `--gate` lets a file pass. */
const gateConditions = ["below", "better", "slices"] as const;
export type GateCondition = (typeof gateConditions)[number];

/** The conditions of a gate; left out, the whole must be below, and no slice above. */
export function gateOf({ gate }: AuditFlags): readonly GateCondition[] {
  if (gate === undefined) return [];
  if (gate === true) return ["below", "slices"];
  return listOf(gate).map((word) => {
    // the verifier helps if what it keeps is better than rows at random
    const condition = gateConditions.find((name) => name === (word === "helps" ? "better" : word));
    if (condition === undefined) throw wrongFlag("--gate", `some of ${gateConditions.join(", ")}, with commas`, word);
    return condition;
  });
}

/** `--gate` takes its conditions or nothing: what follows it may be the file. */
export function withFiles(files: readonly string[], flags: AuditFlags): [files: readonly string[], flags: AuditFlags] {
  const { gate } = flags;
  if (files.length > 0 || typeof gate !== "string" || /^\w+(,\s*\w+)+$/.test(gate)) return [files, flags];
  if (gate === "helps" || gateConditions.some((name) => name === gate)) return [files, flags];
  return [[gate], { ...flags, gate: true }];
}

/** @throws UsageError if a number is not valid. */
export function auditOptions(
  flags: Pick<AuditFlags, "design" | "classes" | "confidence" | "threshold" | Refinement>,
): AuditOptions {
  const { design, classes, confidence, threshold, interval, sequential, finitePopulation, adjust, probability } = flags;
  if (sequential && interval !== undefined && interval !== "betting") {
    throw new UsageError(
      `--sequential and --interval ${interval} do not go together: it holds for one look at the labels`,
    );
  }
  return {
    ...given({ interval: sequential ? "betting" : interval, finitePopulation, adjust, probability }),
    ...(design !== undefined && { design }),
    ...(classes !== undefined &&
      classes !== "open" && { classes: numberOf("--classes", classes, "an integer of at least 2") }),
    ...(confidence !== undefined && {
      confidence: shareOf("--confidence", confidence, "a number such as 0.95, or percents"),
    }),
    ...(threshold !== undefined && { threshold: numberOf("--threshold", threshold, "a finite number") }),
  };
}

/** Refuses flags of a plan without --plan, and flags that only a file can answer without one. */
export function checkForm(files: readonly string[], flags: AuditFlags): void {
  const given = (names: readonly (keyof AuditFlags)[]) =>
    names.filter((name) => flags[name] !== undefined).map(flagNamed);
  const [ofPlan] = given(OF_PLANS);
  const [ofFile] = given(OF_FILES);
  if (!flags.plan && ofPlan !== undefined) throw new UsageError(`${ofPlan} goes with --plan`);
  if (!flags.plan && files.length === 0) {
    throw new UsageError(
      "no file was given: give one of JSONL, JSON, CSV, Parquet or Arrow, or - for standard input, or ask for a --plan",
    );
  }
  if (flags.plan && files.length === 0 && ofFile !== undefined) {
    throw new UsageError(`${ofFile} needs a file, and none is given: --plan takes rates, or a partly audited file`);
  }
  if (flags.plan && (flags.gate || flags.plot !== undefined)) {
    throw new UsageError(`--plan and ${flags.gate ? "--gate" : "--plot"} do not go together`);
  }
}
