import * as z from "zod/mini";
import type { CovarianceSetting } from "../core/experiment.js";
import { type Reason, rule } from "../core/reasons.js";
import { described } from "./fields.js";
import { modelReason, must } from "./reasons.js";

/** The largest dimension for which a covariance is given as a whole matrix. */
export const MATRIX_DIM_LIMIT = 256;

const EXPECTED = must(modelReason("a-covariance"));
const NUMBERS = must(modelReason("a-list-of-numbers"));
const EXPONENT = must(rule("in-interval", { low: 0, high: 5 }));
const entry = z.number({ error: must(rule("a-finite-number")) });

const powerLaw = z.strictObject(
  {
    kind: z.literal("power-law"),
    // At d = 100 000 an exponent of 5 already spans 25 decades; f32 has 38.
    exponent: described(
      entry.check(z.minimum(0, { error: EXPONENT }), z.maximum(5, { error: EXPONENT })),
      "Eigenvalues proportional to i^−exponent, scaled to mean 1.",
    ),
  },
  { error: EXPECTED },
);

const diagonal = z.strictObject(
  {
    kind: z.literal("diagonal"),
    values: described(
      z.array(entry.check(z.gt(0, { error: must(rule("in-interval", { above: 0 })) })), { error: NUMBERS }),
      "The d variances.",
    ),
  },
  { error: EXPECTED },
);

const matrix = z.strictObject(
  {
    kind: z.literal("matrix"),
    rows: described(
      z
        .array(z.array(entry, { error: NUMBERS }), { error: must(modelReason("a-list-of-rows")) })
        .check(z.maxLength(MATRIX_DIM_LIMIT, { error: must(modelReason("at-most-rows", { most: MATRIX_DIM_LIMIT })) })),
      "The d rows of a symmetric positive definite matrix.",
    ),
  },
  { error: EXPECTED },
);

/** The covariance of the inputs, as it is written. */
export const covariance = z.union(
  [
    z.literal("identity", { error: EXPECTED }),
    z.discriminatedUnion("kind", [powerLaw, diagonal, matrix], { error: EXPECTED }),
  ],
  { error: EXPECTED },
);

export type Covariance = z.output<typeof covariance>;

/** (tr Σ)²/tr Σ², as many dimensions as spread alike: d for the identity, and less where a few eigenvalues are large. */
export function effectiveDimension({ dim, covariance }: { dim: number; covariance: CovarianceSetting }): number {
  if (covariance === "identity") return dim;
  let [trace, squares] = [0, 0];
  const add = (variance: number, square: number) => {
    trace += variance;
    squares += square;
  };
  switch (covariance.kind) {
    case "power-law":
      for (let i = 1; i <= dim; i++) add(i ** -covariance.exponent, i ** (-2 * covariance.exponent));
      break;
    case "diagonal":
      for (const value of covariance.values) add(value, value * value);
      break;
    case "matrix":
      for (const [i, row] of covariance.rows.entries()) {
        add(
          row[i],
          row.reduce((sum, value) => sum + value * value, 0),
        );
      }
      break;
    default:
      covariance satisfies never;
  }
  return (trace * trace) / squares;
}

/** What is wrong with a covariance in `dim` dimensions: where, below `data.covariance`, and the rule. */
export interface CovarianceFault {
  path: (string | number)[];
  expected: Reason;
  got: unknown;
}

const judged = new WeakMap<object, { dim: number; fault: CovarianceFault | undefined }>();

/** Judges the shape of a covariance, and that it is symmetric positive definite. */
export function covarianceFault(given: Covariance, dim: number): CovarianceFault | undefined {
  if (given === "identity" || given.kind === "power-law") return undefined;
  // The cells of a sweep share one covariance: it is factorized once.
  const known = judged.get(given);
  if (known?.dim === dim) return known.fault;
  const fault = given.kind === "diagonal" ? lengthFault(["values"], given.values, dim) : matrixFault(given.rows, dim);
  judged.set(given, { dim, fault });
  return fault;
}

function matrixFault(rows: number[][], dim: number): CovarianceFault | undefined {
  const short = lengthFault(["rows"], rows, dim) ?? first(rows, (row, i) => lengthFault(["rows", i], row, dim));
  if (short) return short;
  const skew = first(rows, (row, i) => {
    const j = row.findIndex((value, column) => column < i && value !== rows[column][i]);
    return j < 0
      ? undefined
      : { path: ["rows", i, j], expected: modelReason("symmetric", { twin: rows[j][i] }), got: row[j] };
  });
  if (skew) return skew;
  const pivot = badPivot(rows);
  if (pivot < 0) return undefined;
  return { path: ["rows"], expected: modelReason("positive-definite", { row: pivot }), got: rows };
}

function lengthFault(path: (string | number)[], list: unknown[], dim: number): CovarianceFault | undefined {
  if (list.length === dim) return undefined;
  return { path, expected: modelReason("as-long-as-dim", { dim, has: list.length }), got: list };
}

function first<T, R>(list: T[], judge: (item: T, index: number) => R | undefined): R | undefined {
  for (let i = 0; i < list.length; i++) {
    const found = judge(list[i], i);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The first pivot of the Cholesky factorization that is not positive, or −1: the matrix is positive definite. */
function badPivot(rows: number[][]): number {
  const factor: Float64Array[] = [];
  for (const [i, row] of rows.entries()) {
    const current = Float64Array.from(row);
    factor.push(current);
    for (let j = 0; j <= i; j++) {
      const above = factor[j];
      let sum = current[j];
      for (let k = 0; k < j; k++) sum -= current[k] * above[k];
      if (j < i) current[j] = sum / above[j];
      else if (sum > 0) current[j] = Math.sqrt(sum);
      else return i;
    }
  }
  return -1;
}
