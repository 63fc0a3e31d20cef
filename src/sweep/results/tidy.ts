import * as z from "zod/mini";
import { TRIAL_STATUS, type Trial } from "../../core/trials.js";
import type { CellResult } from "../../engine/result.js";
import type { Cell } from "../../model/cells.js";
import { hasClasses } from "../../model/classes.js";
import { count, fieldsOf, orNull, real, share, text } from "../../model/document.js";
import { described } from "../../model/fields.js";
import type { SchemaNode } from "../../model/jsonSchema.js";
import type { Scenario } from "../../model/scenario.js";
import { type Column, measured, ofClasses, settingColumns } from "./table.js";

/** What a row of trials holds beside the settings. */
const trialSchema = fieldsOf(
  {
    index: count("Position of the cell in the plan, from 0."),
    id: text("Hash of the cell's own parameters and seed."),
    trial: count("Number of the trial in its cell, from 0."),
    generation: described(z.int().check(z.minimum(1)), "Round, from 1; of a single training 1."),
    status: described(z.enum(TRIAL_STATUS), "How the trial ended."),
    accuracy: orNull(share("Test accuracy against the true labels."), "if the learner has no weights"),
    agreement: orNull(share("Probability of agreeing with the Bayes rule."), "if the learner has no weights"),
    cosine: orNull(
      real("Cosine with the Bayes direction, in the inner product of the covariance, in [−1, 1]."),
      "if the learner has no weights",
    ),
    norm: orNull(real("Length of the weights, √(wᵀΣw)."), "if the learner has no weights"),
    risk: orNull(real("Mean loss of a fresh row with its true label."), "if the learner has no weights, or no loss"),
    calibration: orNull(
      real("By how much the log-odds of the true label rise with the score wᵀx, at the boundary."),
      "if the learner has no weights",
    ),
    generated: count("Synthetic rows of the round, before verification."),
    wrong: count("Those with a wrong label."),
    kept: count("Those that the verifier kept."),
    keptWrong: count("Those that it kept and whose label is wrong."),
  },
  "A trial of a cell after one of its generations.",
);

// Tables for analysis: every setting is a column, swept or not, and no field holds a list.

/** The columns that only these tables have; a file with one of them is not a table of cells, and cannot be read back as one. */
export const TIDY_COLUMNS = ["generation", "trial"] as const;

/** A cell after one of its generations; of a single training it is the first. */
export interface GenerationRow extends CellResult {
  generation: number;
}

/** A row for each generation of a cell, the first first. */
export function generationRows(cell: CellResult): GenerationRow[] {
  const { generations, ...rest } = cell;
  return generations?.map((one) => ({ ...rest, ...one })) ?? [{ ...rest, generation: 1 }];
}

/** Position and id of the cell, every setting, the generation, and what was measured after it. */
export function generationColumns(scenario: Scenario): Column<GenerationRow>[] {
  return [
    ...cellColumns,
    ...settingColumns(scenario),
    { name: "generation", type: "int32", value: (row) => row.generation },
    ...measured.filter(({ name }) => name !== "generations"),
    ...(hasClasses(scenario) ? ofClasses.filter(({ name }) => name !== "classes") : []),
  ];
}

/** What one trial of a cell gave after one of its generations. */
export interface TrialRow {
  cell: Cell;
  /** The number of the trial in its cell, from 0: it names the random streams. */
  trial: number;
  generation: number;
  values: Trial;
}

/** A row for each trial and generation, by trial. */
export function* trialRows(cell: Cell, trials: readonly Trial[]): Generator<TrialRow> {
  for (const [trial, last] of trials.entries()) {
    for (const [i, values] of (last.generations ?? [last]).entries()) yield { cell, trial, generation: i + 1, values };
  }
}

/** Position and id of the cell, every setting, the trial, and what it gave; null if the learner has no weights. */
export function trialColumns(scenario: Scenario): Column<TrialRow>[] {
  const ofCell = <T>({ value, ...column }: Column<T>, read: (row: TrialRow) => T): Column<TrialRow> => ({
    ...column,
    value: (row) => value(read(row)),
  });
  const judged = (name: "accuracy" | "agreement" | "cosine" | "norm" | "risk" | "calibration"): Column<TrialRow> => ({
    name,
    type: "double",
    value: ({ values }) =>
      (values.status === "ok" || values.status === "not-converged") && Number.isFinite(values[name])
        ? values[name]
        : null,
  });
  const counted = (name: "generated" | "wrong" | "kept" | "keptWrong"): Column<TrialRow> => ({
    name,
    type: "int64",
    value: ({ values }) => values[name],
  });
  return [
    ...cellColumns.map((column) => ofCell(column, ({ cell }) => cell)),
    ...settingColumns(scenario).map((column) => ofCell(column, ({ cell }) => cell)),
    { name: "trial", type: "int32", value: ({ trial }) => trial },
    { name: "generation", type: "int32", value: ({ generation }) => generation },
    { name: "status", type: "string", value: ({ values }) => values.status },
    judged("accuracy"),
    judged("agreement"),
    judged("cosine"),
    judged("norm"),
    judged("risk"),
    judged("calibration"),
    counted("generated"),
    counted("wrong"),
    counted("kept"),
    counted("keptWrong"),
  ];
}

const cellColumns: readonly Column<Pick<CellResult, "index" | "id">>[] = [
  { name: "index", type: "int32", value: ({ index }) => index },
  { name: "id", type: "string", value: ({ id }) => id },
];

/** The JSON Schema of a row of trials. */
export function trialJsonSchema(): SchemaNode {
  return z.toJSONSchema(trialSchema, { io: "input" }) as SchemaNode;
}
