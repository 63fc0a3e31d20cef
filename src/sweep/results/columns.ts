import type { CellResult } from "../../engine/result.js";
import type { Scenario } from "../../model/scenario.js";
import { sweepable } from "../../model/schema.js";
import { axisValues, isWhole } from "../../model/sweep.js";

/** What a column holds; every one may lack a value in some rows. */
export type ColumnType = "int32" | "int64" | "double" | "boolean" | "string";

/** A column of the results as a table. */
export interface ResultColumn {
  /** Nested values are named with dots, as in the JSON; a swept setting by its path behind `param:`. */
  name: string;
  type: ColumnType;
  /** Null or undefined where there is none; what is a list or a mapping is written as JSON. */
  value(cell: CellResult): unknown;
}

const MOMENTS = ["accuracy", "agreement", "cosine", "kept"] as const;

/** What stands behind the swept settings in every table. */
const measured: readonly ResultColumn[] = [
  { name: "engine", type: "string", value: (cell) => cell.engine },
  { name: "reason", type: "string", value: (cell) => cell.reason },
  { name: "status", type: "string", value: (cell) => cell.status },
  { name: "trials", type: "int32", value: (cell) => cell.trials },
  { name: "emptyTrials", type: "int32", value: (cell) => cell.emptyTrials },
  { name: "theory", type: "double", value: (cell) => cell.theory },
  ...MOMENTS.flatMap((name): ResultColumn[] => [
    { name: `${name}.mean`, type: "double", value: (cell) => cell[name].mean },
    { name: `${name}.sd`, type: "double", value: (cell) => cell[name].sd },
    { name: `${name}.se`, type: "double", value: (cell) => cell[name].se },
  ]),
  { name: "kept.share", type: "double", value: (cell) => cell.kept.share },
  { name: "errorRate", type: "double", value: (cell) => cell.errorRate },
  { name: "phi", type: "double", value: (cell) => cell.phi },
  { name: "psi", type: "double", value: (cell) => cell.psi },
  { name: "breakdown", type: "double", value: (cell) => cell.breakdown },
  { name: "verdict", type: "string", value: (cell) => cell.verdict },
  { name: "convergence.converged", type: "int32", value: (cell) => cell.convergence?.converged },
  { name: "convergence.iterations", type: "double", value: (cell) => cell.convergence?.iterations },
  { name: "convergence.gradientNorm", type: "double", value: (cell) => cell.convergence?.gradientNorm },
  { name: "generations", type: "string", value: (cell) => cell.generations },
  { name: "message", type: "string", value: (cell) => cell.message },
];

/** The columns of a scenario's results: position and id, the swept settings, what was measured. */
export function resultColumns(scenario: Scenario): ResultColumn[] {
  const swept = Object.entries(scenario.sweep ?? {}).map(([path, axis]): ResultColumn => {
    const whole = isWhole(sweepable.get(path));
    return {
      name: `param:${path}`,
      type: typeOf(axisValues(axis, whole), whole),
      value: (cell) => cell.params[path],
    };
  });
  return [
    { name: "index", type: "int32", value: (cell) => cell.index },
    { name: "id", type: "string", value: (cell) => cell.id },
    ...swept,
    ...measured,
  ];
}

/** What a column that is not of a swept setting holds; undefined where there is no such column. */
export function measuredType(name: string): ColumnType | undefined {
  if (name === "index") return "int32";
  return name === "id" ? "string" : measured.find((column) => column.name === name)?.type;
}

/** Whole numbers only where the setting takes no others: 0 and 1 among error rates are not whole by nature. */
function typeOf(values: readonly unknown[], whole: boolean): ColumnType {
  const present = values.filter((value) => value !== null);
  const all = (type: string) => present.every((value) => typeof value === type);
  if (all("boolean")) return "boolean";
  if (!all("number")) return "string";
  if (!whole) return "double";
  return (present as number[]).every((value) => Math.abs(value) < 2 ** 31) ? "int32" : "int64";
}
