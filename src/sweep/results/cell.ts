import * as z from "zod";
import { StoreError } from "../../core/errors.js";
import { inLine } from "../../core/printable.js";
import type { CellResult } from "../../engine/result.js";
import { sweepReason } from "../reasons.js";

// A file of its own: the page writes tables and reads none, and need not load all of zod for it.

const number = z.number().nullable();
const count = z.int().min(0);
const moments = z.looseObject({ mean: number, sd: number, se: number });
const measures = {
  band: z.looseObject({ low: z.number(), high: z.number(), sd: z.number(), trials: count }).optional(),
  theory: number.optional(),
  accuracy: moments,
  agreement: moments,
  cosine: moments,
  norm: moments.optional(),
  risk: moments.optional(),
  calibration: moments.optional(),
  kept: z.looseObject({ ...moments.shape, share: number }),
  errorRate: number,
  phi: number,
  psi: number,
  breakdown: number,
  verdict: z.enum(["below", "above"]).nullable(),
};
/** A name that is shown in tables and figures, and is a key of objects. */
const path = z
  .string()
  .max(200)
  .refine((name) => !/[\p{Cc}\p{Cf}]/u.test(name) && !(name in Object.prototype));

/** What a file of results may hold for a cell; tables lack what no cell of theirs has. */
const cellSchema = z.looseObject({
  ...measures,
  index: count,
  id: z.string().max(200),
  params: z.record(path, z.unknown()),
  engine: z.string().nullable(),
  reason: z.string().nullable(),
  status: z.enum(["ok", "empty", "singular", "diverged"]),
  trials: count.nullable(),
  emptyTrials: count.nullable(),
  generations: z.array(z.looseObject({ ...measures, generation: z.int().min(1) })).optional(),
  convergence: z.looseObject({ converged: count, iterations: number, gradientNorm: number }).optional(),
  message: z.string().optional(),
});

/**
 * What a file holds as the result of a cell.
 *
 * @param where The file and the line, for errors.
 * @throws StoreError naming what is wrong.
 */
export function checkedCell(value: unknown, where: string): CellResult {
  const { error } = cellSchema.safeParse(value);
  if (error === undefined) return value as CellResult;
  const [{ path = [], message = "" } = {}] = error.issues;
  throw new StoreError(
    sweepReason("not-a-cell", { where, field: inLine(path.join(".")), problem: message.toLowerCase() }),
  );
}
