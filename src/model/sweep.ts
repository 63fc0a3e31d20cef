import * as z from "zod/mini";
import { type Reason, rule } from "../core/reasons.js";
import { choice, described, mapping } from "./fields.js";
import { type Formula, type FormulaFault, looksLikeFormula, readFormula } from "./formula.js";
import { modelReason, must } from "./reasons.js";

/** The largest grid, and the longest axis of one. */
export const CELL_LIMIT = 1_000_000;

/** Evenly spaced points, both ends included; on a log scale, evenly spaced in their ratio. */
export interface SweepRange {
  from: number;
  to: number;
  steps: number;
  scale: "linear" | "log";
}

/** One axis of a grid: the values themselves, or a range. Text among the values of a number is a {@link Formula}. */
export type Axis = readonly unknown[] | SweepRange;

/** Axes by the dotted path of their setting. */
export type Axes = Record<string, Axis>;

/** The key of a sweep under which axes go together. */
export const ZIP = "zip";

/**
 * The axes of a grid by the dotted path of the setting; the last varies fastest. `zip` holds groups of equally long axes: the
 * axes of a group vary together, as one. {@link sweepAxes} lists all axes, {@link sweepGroups} what varies by itself.
 */
export interface Sweep {
  zip?: readonly Axes[];
  [path: string]: Axis | readonly Axes[] | undefined;
}

type AxisInput =
  | readonly unknown[]
  | { from: number | string; to: number | string; steps: number; scale?: "linear" | "log" | undefined };

/** A sweep as it may be written: angles as text, the scale left out. */
export interface SweepInput {
  zip?: readonly Record<string, AxisInput>[] | undefined;
  [path: string]: AxisInput | readonly Record<string, AxisInput>[] | undefined;
}

/** The axes that vary by themselves, each a group of one, and the groups of zipped ones, in the order of the sweep. */
export function sweepGroups({ sweep = {} }: { sweep?: Sweep | undefined }): Axes[] {
  return Object.entries(sweep).flatMap(([key, axis]) =>
    key === ZIP ? ((axis as readonly Axes[] | undefined) ?? []) : [{ [key]: axis as Axis }],
  );
}

/** Every axis of a sweep, zipped or not. */
export function sweepAxes(scenario: { sweep?: Sweep | undefined }): Axes {
  return Object.assign({}, ...sweepGroups(scenario));
}

/** The schema of `sweep` over the given settings. Its output lists the axes in the order of `settings`. */
export function sweepSchema(settings: ReadonlyMap<string, z.ZodMiniType>) {
  const axes = (zipped: boolean) =>
    Object.fromEntries(
      [...settings].map(([path, setting]) => [path, z.optional(axisSchema(setting, zipped, settings))]),
    );
  const group = mapping(axes(true), modelReason("a-mapping-of-zipped-paths"));
  const zip = described(
    z.optional(
      z
        .array(group, { error: must(modelReason("a-list-of-groups")) })
        .check(z.superRefine((groups, context) => checkGroups(groups as Axes[], context, settings))),
    ),
    "Groups of settings that vary together: mappings of two or more paths to axes of equal length. Several mappings of one path each are one group.",
  );
  return mapping({ ...axes(false), zip }, modelReason("a-mapping-of-paths"));
}

/** Several mappings of one path each are one group: `[{a: …}, {b: …}]` says what `[{a: …, b: …}]` says. */
export function joinedGroups(groups: readonly Axes[]): Axes[] {
  const single = groups.length > 1 && groups.every((group) => Object.keys(group).length === 1);
  return single ? [Object.assign({}, ...groups)] : [...groups];
}

function checkGroups(
  written: Axes[],
  context: z.core.$RefinementCtx,
  settings: ReadonlyMap<string, z.ZodMiniType>,
): void {
  const fault = (path: (string | number)[], expected: Reason, input: unknown) =>
    context.addIssue({ code: "custom", path, message: must(expected), input });
  const seen = new Set<string>();
  for (const [i, group] of written.entries()) {
    for (const path of Object.keys(group)) {
      if (seen.has(path)) fault([i, path], modelReason("zipped-once"), group[path]);
      seen.add(path);
    }
  }
  for (const [i, group] of joinedGroups(written).entries()) {
    const [first, ...others] = Object.keys(group);
    if (first === undefined || others.length === 0) {
      fault([i], modelReason("a-mapping-of-zipped-paths"), group);
      continue;
    }
    const length = axisLength(group[first]);
    const place = (path: string) => written.findIndex((one) => path in one);
    const unequal = others.find((path) => axisLength(group[path]) !== length);
    if (unequal !== undefined) {
      const expected = modelReason("as-long-as", { path: first, length, has: axisLength(group[unequal]) });
      fault([place(unequal), unequal], expected, group[unequal]);
      continue;
    }
    const columns = Object.entries(group).map(([path, axis]) => axisValues(axis, isWhole(settings.get(path)), true));
    const points = Array.from({ length }, (_, k) => columns.map((values) => values[k]));
    const known = new Set<string>();
    for (const point of points) {
      const text = JSON.stringify(point);
      if (known.has(text)) fault([i], modelReason("unlike-points-before"), point);
      if (known.has(text)) break;
      known.add(text);
    }
  }
}

function axisSchema(setting: z.ZodMiniType, zipped: boolean, settings: ReadonlyMap<string, z.ZodMiniType>) {
  const numeric = numberOf(setting);
  if (numeric === undefined) return listOf(setting, must(modelReason("a-list-of-values")), zipped);
  const error = must(modelReason("a-list-or-range"));
  return z.union([listOf(orFormula(setting, settings), error, zipped), rangeOf(numeric)], { error });
}

/** The setting's own values, or a formula of others. */
function orFormula(setting: z.ZodMiniType, settings: ReadonlyMap<string, z.ZodMiniType>): z.ZodMiniType {
  const check = (text: string) => !("code" in formulaOf(text, settings));
  const error = ({ input }: { input?: unknown }) => {
    if (typeof input === "string" && looksLikeFormula(input)) {
      const fault = formulaOf(input, settings);
      if ("code" in fault) return must(modelReason("a-formula", { fault }));
    }
    return setting.safeParse(input).error?.issues[0]?.message;
  };
  const formula = described(
    z.string().check(z.refine(check, { error })),
    "A formula of other settings, such as 1/rows.",
  );
  return z.union([setting, formula], { error });
}

/** Reads a formula of the given settings. */
export function formulaOf(text: string, settings: ReadonlyMap<string, z.ZodMiniType>): Formula | FormulaFault {
  return readFormula(text, (path) => {
    const setting = settings.get(path);
    return setting !== undefined && numberOf(setting) !== undefined;
  });
}

function listOf(setting: z.ZodMiniType, error: string, zipped: boolean) {
  return z.array(setting, { error }).check(
    z.minLength(1, { error: must(modelReason("at-least-one-value")) }),
    z.maxLength(CELL_LIMIT, { error: must(modelReason("at-most-values", { most: CELL_LIMIT })) }),
    z.superRefine((values: unknown[], context) => {
      if (zipped) return; // a value may stand in two places, beside different others
      const seen = new Set<string>();
      for (const [i, input] of values.entries()) {
        const text = JSON.stringify(input);
        if (seen.has(text))
          context.addIssue({ code: "custom", path: [i], message: must(modelReason("unlike-those-before")), input });
        seen.add(text);
      }
    }),
  );
}

function rangeOf(setting: z.ZodMiniType<number>) {
  const steps = must(rule("an-integer", { low: 2, high: CELL_LIMIT }));
  return mapping({
    from: described(z.clone(setting), "First point."),
    to: described(z.clone(setting), "Last point."),
    steps: described(
      z.int({ error: steps }).check(z.minimum(2, { error: steps }), z.maximum(CELL_LIMIT, { error: steps })),
      "Number of points; on a whole-number setting they are rounded, and equal ones merged.",
    ),
    scale: choice(["linear", "log"], "linear", "Spacing of the points."),
  }).check(
    z.superRefine(({ from, to, scale }: { from: number; to: number; scale: "linear" | "log" }, context) => {
      const fault = (path: string, expected: Reason, input: number) =>
        context.addIssue({ code: "custom", path: [path], message: must(expected), input });
      if (from === to) fault("to", modelReason("other-than-from"), to);
      if (scale === "linear") return;
      if (from <= 0) fault("from", modelReason("above-0-on-a-log-scale"), from);
      if (to <= 0) fault("to", modelReason("above-0-on-a-log-scale"), to);
      if (!Number.isFinite(Math.max(to / from, from / to))) {
        fault("to", modelReason("within-decades-of-from", { decades: 300 }), to);
      }
    }),
  );
}

/** The setting without its null, where it is a number or an angle: 1 is in the range of every one of them. */
export function numberOf(setting: z.ZodMiniType): z.ZodMiniType<number> | undefined {
  const bare = setting instanceof z.ZodMiniNullable ? (setting.def.innerType as z.ZodMiniType) : setting;
  return bare.safeParse(1).success ? (bare as z.ZodMiniType<number>) : undefined;
}

/** Says whether a setting takes whole numbers only. */
export function isWhole(setting: z.ZodMiniType | undefined): boolean {
  return setting instanceof z.ZodMiniNumberFormat && setting.def.format === "safeint";
}

/** How many values an axis asks for. */
export function axisLength(axis: Axis): number {
  return isList(axis) ? axis.length : axis.steps;
}

/**
 * The values of an axis, in order; whole numbers only, where the setting takes no others.
 *
 * @param zipped Keeps equal points, so that the axis stays as long as those beside it.
 */
export function axisValues(axis: Axis, whole: boolean, zipped = false): readonly unknown[] {
  if (isList(axis)) return axis;
  const { from, to, steps, scale } = axis;
  const key = [from, to, steps, scale, whole, zipped].join();
  const before = pointsOf.get(axis);
  if (before?.key === key) return before.points;
  const all = whole ? rangePoints(axis).map(Math.round) : rangePoints(axis);
  const points = zipped ? all : [...new Set(all)];
  pointsOf.set(axis, { key, points });
  return points;
}

/** The points of ranges: a scenario is planned many times, and a range may have a million of them. */
const pointsOf = new WeakMap<SweepRange, { key: string; points: readonly number[] }>();

function isList(axis: Axis): axis is readonly unknown[] {
  return Array.isArray(axis);
}

function rangePoints({ from, to, steps, scale }: SweepRange): number[] {
  const last = steps - 1;
  const low = Math.min(from, to);
  const high = Math.max(from, to);
  return Array.from({ length: steps }, (_, i) => {
    if (i === 0) return from;
    if (i === last) return to; // (to · last) / last may miss `to` by a rounding
    const point = scale === "log" ? geometricPoint(from, to, i, last) : tidy((from * (last - i) + to * i) / last);
    return Math.min(Math.max(point, low), high);
  });
}

/** A point within rounding error of a short decimal is that decimal: 0.1, 0.2, 0.3 and not 0.30000000000000004. */
function tidy(value: number): number {
  const short = Number(value.toPrecision(12));
  return Math.abs(short - value) <= 4 * Number.EPSILON * Math.abs(value) ? short : value;
}

/**
 * `from · (to / from)^(i / n)` by + − × ÷ alone: Math.pow, Math.exp and Math.log differ in the last bits between
 * engines, and a grid must not. Twelve digits are kept, so that decades come out whole.
 */
function geometricPoint(from: number, to: number, i: number, n: number): number {
  const common = greatestCommonDivisor(i, n);
  const step = root(to / from, n / common);
  return Number((from * power(step, i / common)).toPrecision(12));
}

/** The positive n-th root, by bisection down to neighbouring numbers. */
function root(value: number, n: number): number {
  let low = Math.min(1, value);
  let high = Math.max(1, value);
  for (;;) {
    const middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) return nearer(low, high, value, n);
    if (power(middle, n) < value) low = middle;
    else high = middle;
  }
}

function nearer(low: number, high: number, value: number, n: number): number {
  return value - power(low, n) < power(high, n) - value ? low : high;
}

function power(base: number, exponent: number): number {
  let result = 1;
  for (let square = base, rest = exponent; rest > 0; rest = Math.floor(rest / 2), square *= square) {
    if (rest % 2 === 1) result *= square;
  }
  return result;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
