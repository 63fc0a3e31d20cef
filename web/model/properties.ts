/** Where a control stands on the page. */
export type Group = "data" | "generator" | "verifier" | "learner" | "run";

interface Common {
  /** Dotted path of the setting; `data.covariance.exponent` is a part of one. */
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

export type Property = NumberProperty | OptionalProperty | ChoiceProperty | FlagProperty;
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
  choice("generator.kind", "generator", ["noise", "linear", "learned"]),
  share("generator.errorRate", "generator", 0.2),
  angle("generator.angle", "generator", 40),
  cleanRows("generator.samples", "generator"),
  penalty("generator.lambda", "generator"),

  choice("verifier.kind", "verifier", ["none", "random", "oracle", "bernoulli", "linear", "learned", "top"]),
  share("verifier.phi", "verifier", 0.8),
  share("verifier.psi", "verifier", 0.3),
  angle("verifier.angle", "verifier", 30),
  { ...angle("verifier.angleToGenerator", "verifier", 0), kind: "optional-angle", fallback: null, start: 50 },
  share("verifier.keep", "verifier", 0.5),
  cleanRows("verifier.samples", "verifier"),
  penalty("verifier.lambda", "verifier"),
  share("verifier.poison", "verifier", 0),
  { path: "verifier.relearn", group: "verifier", kind: "flag", fallback: false },

  choice("data.kind", "data", ["mixture", "isotropic"]),
  { path: "data.dim", group: "data", kind: "integer", fallback: 50, min: 1, max: 100_000, slider: log(3, 2_000) },
  { path: "data.meanNorm", group: "data", kind: "number", fallback: 1, min: 0, max: 100, slider: linear(0, 4, 0.05) },
  choice("data.covariance", "data", ["identity", "power-law"]),
  {
    path: "data.covariance.exponent",
    group: "data",
    kind: "number",
    fallback: 1,
    min: 0,
    max: 5,
    slider: linear(0, 3, 0.1),
  },

  choice("learner.kind", "learner", ["ridge", "mean", "sgd", "logistic"]),
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

/** The paths that a sweep can vary: the exponent is a part of a setting, more trials are no other cell. */
export const sweptPaths: readonly string[] = properties
  .map(({ path }) => path)
  .filter((path) => path !== "data.covariance.exponent" && path !== "trials");

/** A value as it stands at a property: clamped, rounded, or the fallback; `repaired` says that it was another. */
export function settle(property: Property, given: unknown): { value: Value; repaired: boolean } {
  const keep = (value: Value) => ({ value, repaired: !Object.is(value, given) });
  switch (property.kind) {
    case "choice":
      return keep(property.choices.includes(given as string) ? (given as string) : property.fallback);
    case "flag":
      return keep(typeof given === "boolean" ? given : property.fallback);
    default: {
      if (property.kind === "optional-angle" && given === null) return keep(null);
      if (typeof given !== "number" || Number.isNaN(given)) return keep(property.fallback);
      const whole = property.kind === "integer" && Number.isFinite(given) ? Math.round(given) : given;
      return keep(Math.min(property.max, Math.max(property.min, whole)) + 0);
    }
  }
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Reads a number as it is written in a field or a URL; NaN for everything else, `Infinity` and hexadecimals included. */
export function readNumber(text: string): number {
  const trimmed = text.trim();
  return trimmed.length <= 40 && NUMBER.test(trimmed) ? Number(trimmed) : Number.NaN;
}

/** Reads the text of a property, as a field or a URL has it. */
export function readText(property: Property, text: string): unknown {
  if (property.kind === "choice") return text;
  if (property.kind === "flag") return text === "true" ? true : text === "false" ? false : undefined;
  if (property.kind === "optional-angle" && text === "independent") return null;
  return readNumber(text);
}

/** The text of a value, for {@link readText}. */
export function writeText(property: Property, value: Value): string {
  return property.kind === "optional-angle" && value === null ? "independent" : String(value);
}
