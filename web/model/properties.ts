import { isDecimal } from "../../src/core/errors.js";
import { dataKinds, generatorKinds, learnerKinds, namesOf, verifierKinds } from "../../src/model/kinds.js";

/** Reads a number as it is written in a field or a URL; NaN for everything else, `Infinity` and hexadecimals included. */
export function readNumber(text: string): number {
  const trimmed = text.trim();
  return trimmed.length <= 40 && isDecimal(trimmed) ? Number(trimmed) : Number.NaN;
}

/** What a link can carry, and a field can show. */
const LONGEST_TEXT = 16_000;
/** `1*100000` is short and its list is not: no more numbers than a scenario takes. */
const MOST_NUMBERS = 100_000;

/** Rows of numbers as they are typed: commas or blanks between numbers, `;` between rows, `0*3` for three zeros; undefined for other text. */
export function readRows(text: string): number[][] | undefined {
  if (text.length > LONGEST_TEXT) return undefined;
  const rows: number[][] = [];
  let count = 0;
  for (const line of text.split(/[;；\n]/)) {
    const row: number[] = [];
    for (const word of line.split(/[\s,，]+/)) {
      if (word === "") continue;
      const [number = "", times = "1", ...rest] = word.split("*");
      const [value, repeats] = [readNumber(number), /^\d{1,6}$/.test(times) ? Number(times) : 0];
      count += repeats;
      if (Number.isNaN(value) || !Number.isFinite(value) || repeats < 1 || rest.length > 0 || count > MOST_NUMBERS)
        return undefined;
      for (let i = 0; i < repeats; i++) row.push(value + 0);
    }
    if (row.length > 0) rows.push(row);
  }
  return rows;
}

/** The text of rows, as short as it gets, for {@link readRows}. */
export function writeRows(rows: readonly (readonly number[])[]): string {
  return rows.map(writeRow).join(";");
}

function writeRow(row: readonly number[]): string {
  const words: string[] = [];
  for (let start = 0; start < row.length; ) {
    let end = start + 1;
    while (end < row.length && row[end] === row[start]) end++;
    words.push(end - start > 1 ? `${row[start]}*${end - start}` : String(row[start]));
    start = end;
  }
  return words.join(",");
}

/**
 * Reads a number as a person types it: with °, with blanks, and with a comma for the decimal point (`1,5`) or, of whole
 * numbers, between thousands (`10,000`). NaN if a comma may mean either, and for everything else.
 */
export function readTyped(text: string, whole = false): number {
  const plain = text.replace(/[°\s]/g, "").replaceAll("，", ",").replace(/^−/, "-");
  if (!plain.includes(",")) return readNumber(plain);
  const grouped = /^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$/.test(plain);
  if (grouped)
    return whole || plain.includes(".") || plain.split(",").length > 2
      ? readNumber(plain.replaceAll(",", ""))
      : Number.NaN;
  return /^[^,.]*,[^,.]*$/.test(plain) ? readNumber(plain.replace(",", ".")) : Number.NaN;
}

/** Where a control stands on the page. */
export type Group = "data" | "generator" | "verifier" | "learner" | "run";

interface Common {
  /** Dotted path of the setting; `data.covariance.exponent` and its like are parts of one. */
  path: string;
  group: Group;
}

/** A number in [min, max]; its slider covers the part that people use, the field all of it. */
export interface NumberProperty extends Common {
  kind: "number" | "integer" | "angle";
  fallback: number;
  min: number;
  /** Of a setting without an upper end, and where the page stops short of the command line, the page's own. */
  max: number;
  slider: { from: number; to: number; step: number; scale: "linear" | "log" };
  /** Whether a scenario leaves it out unless one of its kinds reads it. */
  optional?: boolean;
}

/** An angle that may be left to follow from the others. */
export interface OptionalProperty extends Omit<NumberProperty, "kind" | "fallback"> {
  kind: "optional-angle";
  fallback: null;
  /** What it starts from when it is set. */
  start: number;
}

export interface ChoiceProperty extends Common {
  kind: "choice";
  fallback: string;
  choices: readonly string[];
}

export interface FlagProperty extends Common {
  kind: "flag";
  fallback: boolean;
}

/** Numbers in one row or in many, as a text of `readRows`; empty for those that change nothing: d ones, the identity. */
export interface NumbersProperty extends Common {
  kind: "numbers";
  fallback: "";
  /** Whether there is a row for each dimension. */
  square: boolean;
}

export type Property = NumberProperty | OptionalProperty | ChoiceProperty | FlagProperty | NumbersProperty;
export type Value = number | string | boolean | null;

const SAFE = Number.MAX_SAFE_INTEGER;
const linear = (from: number, to: number, step: number) => ({ from, to, step, scale: "linear" as const });
/** Equal ratios: `step` is in decades. */
const log = (from: number, to: number, step = 0.02) => ({ from, to, step, scale: "log" as const });

const share = (path: string, group: Group, fallback: number): NumberProperty => ({
  path,
  group,
  kind: "number",
  fallback,
  min: 0,
  max: 1,
  slider: linear(0, 1, 0.01),
});
const angle = (path: string, group: Group, fallback: number): NumberProperty => ({
  path,
  group,
  kind: "angle",
  fallback,
  min: 0,
  max: 180,
  slider: linear(0, 180, 1),
});
const margin = (path: string, fallback: number): NumberProperty => ({
  path,
  group: "verifier",
  kind: "number",
  fallback,
  min: -100,
  max: 100,
  slider: linear(-3, 3, 0.05),
});
const penalty = (path: string, group: Group): NumberProperty => ({
  path,
  group,
  kind: "number",
  fallback: 0.01,
  min: 0,
  max: 1e9,
  slider: log(1e-4, 10),
});
const cleanRows = (path: string, group: Group): NumberProperty => ({
  path,
  group,
  kind: "integer",
  fallback: 200,
  min: 1,
  max: 1_000_000,
  slider: log(10, 100_000),
});
const choice = (path: string, group: Group, choices: readonly [string, ...string[]], fallback = choices[0]) =>
  ({ path, group, kind: "choice", fallback, choices }) satisfies ChoiceProperty;

/**
 * Every setting of a scenario that the page can change: its control, its name in the URL, its default, what is valid and
 * where it is clamped all follow from this list. Angles are in degrees here.
 *
 * The order is that of the controls. test/web/model.test.ts holds the list equal to the schema.
 */
export const properties: readonly Property[] = [
  choice("generator.kind", "generator", namesOf(generatorKinds)),
  share("generator.errorRate", "generator", 0.2),
  { ...share("generator.errorRate0", "generator", 0.2), optional: true },
  { ...share("generator.errorRate1", "generator", 0.2), optional: true },
  angle("generator.angle", "generator", 40),
  cleanRows("generator.samples", "generator"),
  penalty("generator.lambda", "generator"),

  choice("verifier.kind", "verifier", namesOf(verifierKinds)),
  share("verifier.phi", "verifier", 0.8),
  share("verifier.psi", "verifier", 0.3),
  { ...share("verifier.phi0", "verifier", 0.8), optional: true },
  { ...share("verifier.phi1", "verifier", 0.8), optional: true },
  { ...share("verifier.psi01", "verifier", 0.3), optional: true },
  { ...share("verifier.psi10", "verifier", 0.3), optional: true },
  angle("verifier.angle", "verifier", 30),
  { ...angle("verifier.angleToGenerator", "verifier", 0), kind: "optional-angle", fallback: null, start: 50 },
  share("verifier.keep", "verifier", 0.5),
  { ...margin("verifier.low", 0), optional: true },
  { ...margin("verifier.high", 1), optional: true },
  cleanRows("verifier.samples", "verifier"),
  penalty("verifier.lambda", "verifier"),
  share("verifier.poison", "verifier", 0),
  { path: "verifier.relearn", group: "verifier", kind: "flag", fallback: false },

  choice("data.kind", "data", namesOf(dataKinds)),
  { path: "data.dim", group: "data", kind: "integer", fallback: 50, min: 1, max: 100_000, slider: log(3, 2_000) },
  { path: "data.meanNorm", group: "data", kind: "number", fallback: 1, min: 0, max: 100, slider: linear(0, 4, 0.05) },
  choice("data.covariance", "data", ["identity", "power-law", "diagonal", "matrix"]),
  {
    path: "data.covariance.exponent",
    group: "data",
    kind: "number",
    fallback: 1,
    min: 0,
    max: 5,
    slider: linear(0, 3, 0.1),
  },
  { path: "data.covariance.values", group: "data", kind: "numbers", fallback: "", square: false },
  { path: "data.covariance.rows", group: "data", kind: "numbers", fallback: "", square: true },

  choice("learner.kind", "learner", namesOf(learnerKinds)),
  penalty("learner.lambda", "learner"),
  choice("learner.loss", "learner", ["logistic", "squared"]),
  {
    path: "learner.learningRate",
    group: "learner",
    kind: "number",
    fallback: 0.1,
    min: 1e-9, // the schema says: above 0
    max: 1e9,
    slider: log(1e-3, 10),
  },
  choice("learner.solver", "learner", ["auto", "cholesky", "conjugate-gradients", "newton-cg"]),

  { path: "samples", group: "run", kind: "integer", fallback: 10_000, min: 1, max: SAFE, slider: log(100, 1_000_000) },
  { path: "realSamples", group: "run", kind: "integer", fallback: 0, min: 0, max: SAFE, slider: log(1, 100_000) },
  { path: "generations", group: "run", kind: "integer", fallback: 1, min: 1, max: 1_000, slider: linear(1, 60, 1) },
  choice("policy", "run", ["replace", "mix", "accumulate"]),
  { path: "trials", group: "run", kind: "integer", fallback: 10, min: 1, max: 10_000, slider: linear(1, 100, 1) },
  { path: "seed", group: "run", kind: "integer", fallback: 1, min: 0, max: SAFE, slider: linear(0, 100, 1) },
  choice("engine", "run", ["auto", "theory", "reduced", "direct"]),
  choice("precision", "run", ["f32", "f64"]),
];

const byPath: ReadonlyMap<string, Property> = new Map(properties.map((property) => [property.path, property]));

export function propertyOf(path: string): Property | undefined {
  return byPath.get(path);
}

/** What may run along a horizontal axis. */
export function isNumeric(property: Property | undefined): property is NumberProperty {
  return property?.kind === "number" || property?.kind === "integer" || property?.kind === "angle";
}

/** Which kind of covariance reads which of the parts that a scenario has within it. */
export const partsOfCovariance: readonly (readonly [kind: string, path: string])[] = [
  ["power-law", "data.covariance.exponent"],
  ["diagonal", "data.covariance.values"],
  ["matrix", "data.covariance.rows"],
];

/** Whether a property stands within another setting, whose value it makes up. */
export function isPart(path: string): boolean {
  return path.startsWith("data.covariance.");
}

/** The paths that a sweep can vary: the parts of a setting go with it, more trials are no other cell. */
export const sweptPaths: readonly string[] = properties
  .map(({ path }) => path)
  .filter((path) => !isPart(path) && path !== "trials");

/** A value as it stands at a property: clamped, rounded, or the fallback; `repaired` says that it was another. */
export function settle(property: Property, given: unknown): { value: Value; repaired: boolean } {
  const keep = (value: Value) => ({ value, repaired: !Object.is(value, given) });
  switch (property.kind) {
    case "choice":
      return keep(property.choices.includes(given as string) ? (given as string) : property.fallback);
    case "flag":
      return keep(typeof given === "boolean" ? given : property.fallback);
    case "numbers": {
      const rows = typeof given === "string" ? readRows(given) : undefined;
      if (rows && (property.square || rows.length <= 1)) return { value: writeRows(rows), repaired: false };
      return { value: property.fallback, repaired: true };
    }
    default: {
      if (property.kind === "optional-angle" && given === null) return keep(null);
      if (typeof given !== "number" || Number.isNaN(given)) return keep(property.fallback);
      const whole = property.kind === "integer" && Number.isFinite(given) ? Math.round(given) : given;
      return keep(Math.min(property.max, Math.max(property.min, whole)) + 0);
    }
  }
}

/** Reads what a person types into the field of a property. */
export function readField(property: Property, text: string): unknown {
  if (property.kind === "choice" || property.kind === "numbers" || property.kind === "flag")
    return readText(property, text);
  return readTyped(text, property.kind === "integer");
}

/** Reads the text of a property, as a URL has it. */
export function readText(property: Property, text: string): unknown {
  if (property.kind === "choice" || property.kind === "numbers") return text;
  if (property.kind === "flag") return text === "true" ? true : text === "false" ? false : undefined;
  if (property.kind === "optional-angle" && text === "independent") return null;
  return readNumber(text);
}

/** The text of a value, for {@link readText}. */
export function writeText(property: Property, value: Value): string {
  return property.kind === "optional-angle" && value === null ? "independent" : String(value);
}
