import type { CellResult } from "../../engine/result.js";
import { sweptValues } from "../../model/cells.js";
import { hasClasses } from "../../model/classes.js";
import type { Scenario } from "../../model/scenario.js";
import { isAngle, sweepable } from "../../model/schema.js";
import { isWhole, numberOf, sweepAxes } from "../../model/sweep.js";
import { checkedCell } from "./cell.js";

/** What the name of a swept setting's column begins with. */
const PARAM = "param:";

/** What a column holds; every one may lack a value in some rows. */
export type ColumnType = "int32" | "int64" | "double" | "boolean" | "string";

/** A column of a table of rows. */
export interface Column<Row> {
  /** Nested values are named with dots, as in the JSON; a swept setting by its path behind `param:`. */
  name: string;
  type: ColumnType;
  /** Null or undefined if there is none; lists and mappings are written as JSON. */
  value(row: Row): unknown;
  /** What its values are measured in, if they are not numbers without a unit. */
  unit?: "rad";
  /** The keys that lead to the value in the JSON of the row; left out if it is computed. */
  place?: readonly string[];
}

/** A column of the results as a table, a row for each cell. */
export type ResultColumn = Column<CellResult>;

const MOMENTS = ["accuracy", "agreement", "cosine", "kept"] as const;
/** Those that results of earlier versions lack. */
const OF_WEIGHTS = ["norm", "risk", "calibration"] as const;

function momentColumns(name: (typeof MOMENTS)[number] | (typeof OF_WEIGHTS)[number]): ResultColumn[] {
  return (["mean", "sd", "se"] as const).map((part) => ({
    name: `${name}.${part}`,
    type: "double",
    value: (cell) => cell[name]?.[part],
  }));
}

/** The columns that every table of results has. */
export const NEEDED = ["index", "id", "status", "accuracy.mean"];

/** The columns after the swept settings in every table. */
export const measured: readonly ResultColumn[] = [
  { name: "engine", type: "string", value: (cell) => cell.engine },
  { name: "reason", type: "string", value: (cell) => cell.reason },
  { name: "status", type: "string", value: (cell) => cell.status },
  { name: "trials", type: "int32", value: (cell) => cell.trials },
  { name: "emptyTrials", type: "int32", value: (cell) => cell.emptyTrials },
  { name: "theory", type: "double", value: (cell) => cell.theory },
  { name: "band.low", type: "double", value: (cell) => cell.band?.low },
  { name: "band.high", type: "double", value: (cell) => cell.band?.high },
  { name: "band.sd", type: "double", value: (cell) => cell.band?.sd },
  { name: "band.trials", type: "int32", value: (cell) => cell.band?.trials },
  ...MOMENTS.flatMap(momentColumns),
  { name: "kept.share", type: "double", value: (cell) => cell.kept.share },
  ...OF_WEIGHTS.flatMap(momentColumns),
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

/** The columns of several classes, behind the others. */
export const ofClasses: readonly ResultColumn[] = [
  { name: "limit", type: "double", value: (cell) => cell.classes?.limit },
  { name: "surviving", type: "int32", value: (cell) => cell.classes?.survives.filter(Boolean).length },
  { name: "classes", type: "string", value: (cell) => cell.classes },
];

/** The columns of a scenario's results: position and id, the swept settings, what was measured. */
export function resultColumns(scenario: Scenario): ResultColumn[] {
  const swept = Object.keys(sweepAxes(scenario)).map((path) => sweptColumn(scenario, path));
  return [
    { name: "index", type: "int32", value: (cell) => cell.index, place: ["index"] },
    { name: "id", type: "string", value: (cell) => cell.id, place: ["id"] },
    ...swept,
    ...measured.map((column) => ({ ...column, place: column.name.split(".") })),
    ...(hasClasses(scenario) ? ofClasses : []),
  ];
}

function sweptColumn(scenario: Scenario, path: string): ResultColumn {
  return {
    name: `${PARAM}${path}`,
    type: typeOf(sweptValues(scenario, path), path),
    value: (cell) => cell.params[path],
    place: ["params", path],
    ...(isAngle(path) && { unit: "rad" }),
  };
}

/**
 * A column for every setting of a scenario, swept or fixed, but the number of trials. The unit of an angle is in its name:
 * `param:verifier.angle_rad`.
 */
export function settingColumns(scenario: Scenario): Column<{ params: CellResult["params"] }>[] {
  const swept = sweepAxes(scenario);
  const paths = [...sweepable.keys()].filter((path) => hasClasses(scenario) || !path.startsWith("classes."));
  return paths.map((path) => {
    const column = path in swept ? sweptColumn(scenario, path) : fixedColumn(scenario, path);
    return column.unit === undefined ? column : { ...column, name: `${column.name}_${column.unit}` };
  });
}

function fixedColumn(scenario: Scenario, path: string): ResultColumn {
  const [section, key] = path.split(".") as [keyof Scenario, string?];
  const value =
    key === undefined ? scenario[section] : (scenario[section] as Record<string, unknown> | undefined)?.[key];
  return {
    name: `${PARAM}${path}`,
    type: typeOf([value], path),
    value: () => value,
    ...(isAngle(path) && { unit: "rad" }),
  };
}

/** The type of a column that is not of a swept setting; undefined if there is no such column. */
export function measuredType(name: string): ColumnType | undefined {
  if (name === "index") return "int32";
  return name === "id" ? "string" : [...measured, ...ofClasses].find((column) => column.name === name)?.type;
}

/** Integers only if the setting takes nothing else: 0 and 1 among error rates are not integers by nature. */
function typeOf(values: readonly unknown[], path: string): ColumnType {
  const setting = sweepable.get(path);
  const present = values.filter((value) => value !== null && value !== undefined);
  if (present.length === 0)
    return isAngle(path) || (setting !== undefined && numberOf(setting) !== undefined) ? "double" : "string";
  const all = (type: string) => present.every((value) => typeof value === type);
  if (all("boolean")) return "boolean";
  if (!all("number")) return "string";
  if (!isWhole(setting)) return "double";
  return (present as number[]).every((value) => Math.abs(value) < 2 ** 31) ? "int32" : "int64";
}

/** The head of the table. */
export function csvHeader(columns: readonly { name: string }[]): string {
  return csvLine(columns.map(({ name }) => name));
}

/** One row; numbers have all their digits, missing values are empty, lists and mappings are JSON. */
export function csvRow<Row>(row: Row, columns: readonly Column<Row>[]): string {
  return csvLine(columns.map((column) => column.value(row)));
}

/** A line of CSV, quoted as RFC 4180 says. */
export function csvLine(values: readonly unknown[]): string {
  return `${values.map(field).join(",")}\n`;
}

const QUOTED = /[",\r\n]/;

function field(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  const inert = typeof value === "string" && FORMULA.test(text) ? `'${text}` : text;
  return QUOTED.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}

/** What a spreadsheet would take for a formula; text that looks like one made harmless is marked as well, so that each is read back. */
const FORMULA = /^'*[=+\-−@\t\r]/;

/** The text of a field in which a formula was made harmless; undefined if none was. */
export function unmarked(text: string): string | undefined {
  return text.startsWith("'") && FORMULA.test(text) ? text.slice(1) : undefined;
}

/**
 * Turns rows of a table back into cells.
 *
 * @param names The names of the columns, in their order. What it returns throws a StoreError if a row is not a cell.
 */
export function rowReader(names: readonly string[]): (values: readonly unknown[], where: string) => CellResult {
  const place = new Map(names.map((name, i) => [name, i]));
  const params = names.flatMap((name, i) => (name.startsWith(PARAM) ? [[name.slice(PARAM.length), i] as const] : []));
  return (values, where) => {
    const at = (name: string) => values[place.get(name) ?? -1] ?? null;
    const number = (name: string) => at(name) as number | null;
    const moments = (name: string) => ({
      mean: number(`${name}.mean`),
      sd: number(`${name}.sd`),
      se: number(`${name}.se`),
    });
    const generations = at("generations");
    const message = at("message");
    const classes = at("classes");
    const converged = number("convergence.converged");
    const cell = {
      index: number("index"),
      id: at("id"),
      params: Object.fromEntries(params.map(([path, i]) => [path, values[i] ?? null])),
      engine: at("engine"),
      reason: at("reason"),
      status: at("status"),
      trials: number("trials"),
      emptyTrials: number("emptyTrials"),
      accuracy: moments("accuracy"),
      agreement: moments("agreement"),
      cosine: moments("cosine"),
      ...Object.fromEntries(
        OF_WEIGHTS.filter((name) => place.has(`${name}.mean`)).map((name) => [name, moments(name)]),
      ),
      kept: { ...moments("kept"), share: number("kept.share") },
      errorRate: number("errorRate"),
      phi: number("phi"),
      psi: number("psi"),
      breakdown: number("breakdown"),
      verdict: at("verdict"),
      ...(generations !== null && {
        generations: typeof generations === "string" ? valueIn(generations) : generations,
      }),
      ...(classes !== null && { classes: typeof classes === "string" ? valueIn(classes) : classes }),
      ...(converged !== null && {
        convergence: {
          converged,
          iterations: number("convergence.iterations"),
          gradientNorm: number("convergence.gradientNorm"),
        },
      }),
      ...(message !== null && { message }),
      ...(at("theory") !== null && { theory: at("theory") }),
      ...(number("band.low") !== null && {
        band: {
          low: number("band.low"),
          high: number("band.high"),
          sd: number("band.sd"),
          trials: number("band.trials"),
        },
      }),
    };
    return checkedCell(cell, where);
  };
}

/** JSON in a field; a text that is not JSON is left as it is, and refused with its row. */
function valueIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
