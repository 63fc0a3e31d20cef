import { rule } from "../core/reasons.js";
import type { Problem } from "./problems.js";
import { modelReason } from "./reasons.js";
import type { CellScenario } from "./schema.js";
import { type Sweep, sweepAxes } from "./sweep.js";

/** Several classes as the kernels take them. */
export interface Classes {
  /** K. */
  count: number;
  /** π_c. */
  weights: readonly number[];
  /** P(label j | class c), row by row. */
  confusion: readonly (readonly number[])[];
  /** Probability of keeping a row of class c with label j. */
  retention: readonly (readonly number[])[];
  /** K rows of as many coordinates. */
  means: readonly (readonly number[])[];
  intercept: boolean;
}

type Cell = Pick<CellScenario, "data" | "generator" | "verifier"> & { classes: NonNullable<CellScenario["classes"]> };

/** Whether the cells of a scenario have a section of classes, of their own or by a sweep. */
export function hasClasses(scenario: { classes?: unknown; sweep?: Sweep | undefined }): boolean {
  return scenario.classes !== undefined || Object.keys(sweepAxes(scenario)).some((path) => path.startsWith("classes."));
}

/** How many classes a cell has; undefined if it does not say. */
function countOf({ count, means }: Cell["classes"]): number | undefined {
  return count ?? means?.length;
}

/** The probabilities and means of a cell that {@link classesFaults} finds nothing wrong with. */
export function classesOf({ data, generator, verifier, classes }: Cell): Classes {
  const count = countOf(classes) ?? 2;
  const { errors = "uniform", intercept = true } = classes;
  const every = <T>(of: (c: number) => T) => Array.from({ length: count }, (_, c) => of(c));
  const { errorRate } = generator;
  const wrong = (c: number, j: number) =>
    errors === "next" ? ((c + 1) % count === j ? errorRate : 0) : errorRate / (count - 1);
  const kept = { none: [1, 1], random: [verifier.keep, verifier.keep], oracle: [1, 0] }[verifier.kind as string] ?? [
    verifier.phi,
    verifier.psi,
  ];
  const poisoned = (rate: number) => (1 - verifier.poison) * rate + verifier.poison * (1 - rate);
  return {
    count,
    weights: classes.weights ?? every(() => 1 / count),
    confusion: classes.confusion ?? every((c) => every((j) => (c === j ? 1 - errorRate : wrong(c, j)))),
    retention: every((c) => every((j) => poisoned(classes.retention?.[c]?.[j] ?? (kept[c === j ? 0 : 1] as number)))),
    means: (classes.means ?? simplex(count)).map((row) => row.map((value) => value * data.meanNorm)),
    intercept,
  };
}

/** Whether labels and verdicts depend on nothing but whether the label is right, and wrong ones are uniform. */
export function hasUniformErrors({ classes }: Pick<Cell, "classes">): boolean {
  return (
    classes.confusion === undefined && classes.retention === undefined && (classes.errors ?? "uniform") === "uniform"
  );
}

/** The corners of the regular simplex of K points at the distance 1 from 0, in K − 1 coordinates; −1 and 1 for two. */
function simplex(count: number): number[][] {
  return Array.from({ length: count }, (_, c) =>
    Array.from({ length: count - 1 }, (_, i) => {
      const side = c <= i ? -1 : c === i + 1 ? i + 1 : 0;
      return (side / Math.sqrt((i + 1) * (i + 2))) * Math.sqrt(count / (count - 1));
    }),
  );
}

/**
 * Which classes survive: class c does if its correct kept labels outnumber each kind of wrong ones, T_cc > T_cj for all j ≠ c with
 * T_cj = π_c P(j | c) κ_cj. Numbers that differ by rounding alone are equal.
 */
export function survivors({ weights, confusion, retention }: Classes): boolean[] {
  return weights.map((weight, c) => {
    const kept = (j: number) => weight * (confusion[c]?.[j] ?? 0) * (retention[c]?.[j] ?? 0);
    const own = kept(c);
    return weights.every((_, j) => j === c || own - kept(j) > 1e-12 * own);
  });
}

/** The settings that {@link classesFaults} reads beside its own. */
export const CLASSES_CONFLICTING = [
  "classes.count",
  "classes.means",
  "classes.weights",
  "classes.confusion",
  "classes.retention",
  "data.kind",
  "data.dim",
  "data.covariance",
  "generator.kind",
  "verifier.kind",
  "learner.kind",
  "generations",
] as const;

/** Kinds that several classes know. */
const KINDS = {
  data: ["mixture"],
  generator: ["noise"],
  verifier: ["none", "random", "oracle", "bernoulli"],
  learner: ["ridge", "mean", "logistic"],
} as const;

/** How far the probabilities of a row may miss 1. */
const SUM_SLACK = 1e-9;

/** What is wrong with the classes of a cell, or with settings that several classes do not know. */
export function classesFaults(cell: CellScenario): Problem[] {
  const { classes, data, generations, learner, verifier } = cell;
  if (classes === undefined) return [];
  const problems: Problem[] = [];
  const fault = (path: (string | number)[], expected: Problem["expected"], got: unknown) =>
    problems.push({ path, expected, got });
  const allow = (path: string[], values: readonly string[], got: unknown, owner = "classes") => {
    if (!values.includes(String(got))) fault(path, modelReason("one-of-for", { values, owner }), got);
  };
  for (const section of ["data", "generator", "verifier", "learner"] as const)
    allow([section, "kind"], KINDS[section], cell[section].kind);
  allow(["data", "covariance"], ["identity"], data.covariance);
  allow(["generations"], ["1"], generations);
  const { means, weights, confusion, retention } = classes;
  if (learner.kind === "ridge") allow(["learner", "solver"], ["auto", "cholesky"], learner.solver);
  if (retention !== undefined) allow(["verifier", "kind"], ["none"], verifier.kind, "classes.retention");
  const count = countOf(classes);
  if (count === undefined) {
    fault(["classes", "count"], modelReason("given-without-means"), undefined);
    return problems;
  }
  if (count < 2) fault(["classes", "count"], rule("in-interval", { low: 2 }), count);
  const asMany = (
    path: (string | number)[],
    list: readonly unknown[],
    of: "rows" | "numbers" | "coordinates",
    n: number,
  ) => {
    if (list.length === n) return true;
    fault(path, modelReason("as-many-as", { count: n, of, has: list.length }), list.length);
    return false;
  };
  const sumsTo1 = (path: (string | number)[], row: readonly number[]) => {
    const sum = row.reduce((total, value) => total + value, 0);
    if (Math.abs(sum - 1) <= SUM_SLACK) return;
    fault(path, modelReason("probabilities-that-sum-to-1", { sum: Number(sum.toPrecision(12)) }), row);
  };
  const coordinates = means === undefined ? count - 1 : Math.max(1, means[0]?.length ?? 1);
  if (coordinates > data.dim) fault(["data", "dim"], rule("in-interval", { low: coordinates }), data.dim);
  if (weights !== undefined && asMany(["classes", "weights"], weights, "numbers", count)) {
    sumsTo1(["classes", "weights"], weights);
    const none = weights.indexOf(0);
    if (none >= 0) fault(["classes", "weights", none], rule("in-interval", { above: 0, high: 1 }), 0);
  }
  for (const [name, rows] of Object.entries({ means, confusion, retention })) {
    if (rows === undefined || !asMany(["classes", name], rows, "rows", count)) continue;
    for (const [c, row] of rows.entries()) {
      const path = ["classes", name, c];
      if (name === "means") asMany(path, row, "coordinates", coordinates);
      else if (asMany(path, row, "numbers", count) && name === "confusion") sumsTo1(path, row);
    }
  }
  return problems;
}
