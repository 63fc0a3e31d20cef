import type * as z from "zod/mini";
import { rule } from "../core/reasons.js";
import { axisFormulas, Plan } from "./cells.js";
import { CLASSES_CONFLICTING, classesFaults } from "./classes.js";
import { covarianceFault } from "./covariance.js";
import { angleText } from "./format.js";
import { looksLikeFormula } from "./formula.js";
import { kindOf } from "./kinds.js";
import { configError, Draft, isMapping, type Path, type Problem, problemsOf } from "./problems.js";
import { modelReason, ruleOf } from "./reasons.js";
import { type CellScenario, type Scenario, scenarioSchema, sweepable } from "./schema.js";
import { axisLength, formulaOf, joinedGroups, type Sweep, sweepAxes, ZIP } from "./sweep.js";
import { rememberWritten } from "./warnings.js";

export type { CellScenario, Scenario, ScenarioInput } from "./schema.js";

/**
 * Checks a scenario and resolves it: every default filled in, every angle in radians, every cell of its sweep valid.
 *
 * @param input Plain data, or a `Draft` that knows the lines they were written on.
 * @throws ConfigError naming the first problem, with all of them in `problems`.
 * @example parseScenario({ generator: { angle: "90deg" } }).generator.angle // 1.5707963267948966
 */
export function parseScenario(input: unknown): Scenario {
  const draft = withFormulas(Draft.of(input));
  const parsed = scenarioSchema.safeParse(draft.value);
  if (!parsed.success) throwAll(problemsOf(parsed.error, draft.value), draft);
  const { $schema, sweep = {}, ...settings } = parsed.data;
  const axes = inOrder(sweep, draft);
  const scenario: Scenario = Object.keys(axes).length > 0 ? { ...settings, sweep: axes } : settings;
  checkCells(scenario, draft);
  rememberWritten(scenario, draft.value);
  return scenario;
}

/** The setting that may be a formula in its own place, which is short for a sweep of that one value. */
const FOLLOWING = ["learner", "lambda"] as const;

/** `learner: {lambda: 1/rows}` as `sweep: {learner.lambda: [1/rows]}`. */
function withFormulas(draft: Draft): Draft {
  const { value } = draft;
  const [section, key] = FOLLOWING;
  const path = FOLLOWING.join(".");
  if (!isMapping(value) || !isMapping(value[section])) return draft;
  const { [key]: text, ...rest } = value[section];
  if (typeof text !== "string" || !(isMapping(value.sweep) || value.sweep === undefined)) return draft;
  const formula = formulaOf(text, sweepable);
  if ("code" in formula) {
    if (!looksLikeFormula(text)) return draft; // the schema says what it must be
    throwAll([{ path: FOLLOWING, expected: modelReason("a-formula", { fault: formula }), got: text }], draft);
  }
  const swept = value.sweep !== undefined && path in sweepAxes({ sweep: value.sweep as Sweep });
  return new Draft(
    { ...value, [section]: rest, sweep: swept ? value.sweep : { ...value.sweep, [path]: [text] } },
    (place) => draft.origin(!swept && place[0] === "sweep" && place[1] === path ? FOLLOWING : place),
    [...draft.warnings],
  );
}

/** The axes in the order they were written, which is that of the grid; the schema has its own. */
function inOrder(sweep: Sweep, draft: Draft): Sweep {
  const input = draft.value;
  const written = isMapping(input) && isMapping(input.sweep) ? input.sweep : {};
  const axes: Sweep = {};
  for (const key of Object.keys(written)) {
    if (sweep[key] === undefined) continue;
    if (key !== ZIP) axes[key] = sweep[key];
    else {
      const groups = (sweep[ZIP] ?? []).map((group, i) => {
        const order = Object.keys((written[ZIP] as unknown[])[i] as object).filter((path) => group[path] !== undefined);
        return Object.fromEntries(order.map((path) => [path, group[path]] as const));
      });
      for (const [i, group] of groups.entries()) {
        const twice = Object.keys(group).find((path) => sweep[path] !== undefined);
        if (twice === undefined) continue;
        const problem = { path: ["sweep", ZIP, i, twice], expected: modelReason("swept-once"), got: group[twice] };
        throwAll([problem], draft);
      }
      if (groups.length > 0) axes[ZIP] = joinedGroups(groups);
    }
  }
  return axes;
}

/** Throws what the first cell with a conflict breaks; each value was checked already, on its own, except for formulas. */
function checkCells(scenario: Scenario, draft: Draft): void {
  const following = Object.entries(sweepAxes(scenario)).filter(
    ([path, axis]) => axisFormulas(path, axis) !== undefined,
  );
  const several = following.some(([, axis]) => axisLength(axis) > 1);
  const plan = new Plan(scenario, several ? undefined : new Set([...CONFLICTING, ...following.map(([path]) => path)]));
  const seen = new Set<string>();
  for (let index = 0; index < plan.length; index++) {
    const params = plan.params(index);
    const broken = following.flatMap(([path]): Problem[] => {
      const result = (sweepable.get(path) as z.ZodMiniType).safeParse(params[path]);
      if (result.success) return [];
      return [{ path: path.split("."), expected: ruleOf(result.error.issues[0].message), got: params[path] }];
    });
    const found = broken.length > 0 ? broken : conflicts(plan.scenario(index));
    const key = several ? JSON.stringify(params) : "";
    if (several && found.length === 0 && seen.has(key)) {
      const [path] = following[0];
      found.push({ path: path.split("."), expected: modelReason("unlike-those-before"), got: params[path] });
    }
    seen.add(key);
    if (found.length > 0)
      throwAll(
        found.map((problem) => inCell(problem, plan, index, scenario)),
        draft,
      );
  }
}

/** Names the place in the sweep that a problem comes from, and the cell that shows it. */
function inCell(problem: Problem, plan: Plan, index: number, scenario: Scenario): Problem {
  const params = Object.entries(plan.params(index));
  if (params.length === 0) return problem;
  const axis = params.findIndex(([swept]) => startsWith(problem.path, swept.split(".")));
  const path = axis < 0 ? problem.path : sweptPath(problem.path, params[axis][0], plan.position(index)[axis], scenario);
  const cell = params.map(([name, value]) => `${name} = ${JSON.stringify(value)}`).join(", ");
  return { ...problem, path, cell };
}

function sweptPath(path: Path, swept: string, place: number, { sweep }: Scenario): Path {
  const group = sweep?.[swept] === undefined ? (sweep?.zip ?? []).findIndex((one) => swept in one) : -1;
  const zip = group < 0 ? [] : [ZIP, group];
  return ["sweep", ...zip, swept, place, ...path.slice(swept.split(".").length)];
}

function startsWith(path: Path, head: Path): boolean {
  return head.every((key, i) => path[i] === key);
}

function throwAll(problems: Problem[], draft: Draft): never {
  throw configError(problems as [Problem, ...Problem[]], draft);
}

/** The settings that {@link conflicts} reads: over the others, a sweep cannot make a conflict. */
const CONFLICTING: ReadonlySet<string> = new Set([
  "data.dim",
  "data.covariance",
  "generator.kind",
  "generator.angle",
  "generator.samples",
  "generator.lambda",
  "verifier.kind",
  "verifier.angle",
  "verifier.angleToGenerator",
  "verifier.low",
  "verifier.high",
  "verifier.samples",
  "verifier.lambda",
  "learner.kind",
  "learner.lambda",
  "learner.solver",
  "samples",
  "realSamples",
  ...CLASSES_CONFLICTING,
]);

/** The rules between settings that one cell breaks. */
export function conflicts(cell: CellScenario): Problem[] {
  return [
    ...classesFaults(cell),
    covariance(cell),
    directions(cell),
    slab(cell),
    ...penalties(cell),
    solver(cell),
  ].filter((problem) => problem !== undefined);
}

function covariance({ data }: CellScenario): Problem | undefined {
  const fault = covarianceFault(data.covariance, data.dim);
  return fault && { ...fault, path: ["data", "covariance", ...fault.path] };
}

/** The angles must be those of real directions, and the space must have room for them. */
function directions({ data, generator, verifier }: CellScenario): Problem | undefined {
  const labels = generator.kind === "linear";
  const judges = kindOf("verifier", verifier.kind).reads.includes("verifier.angle");
  const first = labels ? generator.angle : 0;
  const second = judges ? verifier.angle : 0;
  const between = labels && judges ? verifier.angleToGenerator : null;
  return triangle(first, second, between) ?? room(data.dim, first, second, between);
}

// Degrees turned into radians are off by a rounding; a triangle that misses by so little is a flat one.
export const SLACK = 1e-12;

/** The least and the largest angle between two directions at these angles to a third. */
export function angleRange(first: number, second: number): [low: number, high: number] {
  return [Math.abs(first - second), Math.min(first + second, 2 * Math.PI - first - second)];
}

/** Angles between three directions obey the triangle inequality on the sphere. */
function triangle(first: number, second: number, between: number | null): Problem | undefined {
  if (between === null) return undefined;
  const [low, high] = angleRange(first, second);
  if (between >= low - SLACK && between <= high + SLACK) return undefined;
  const expected = modelReason("allowed-by-the-angles", { low, high, degrees: [angleText(low), angleText(high)] });
  return { path: ["verifier", "angleToGenerator"], expected, got: between };
}

/** The truth takes one dimension, a direction off its line a second, one off their plane a third. */
function room(dim: number, first: number, second: number, between: number | null): Problem | undefined {
  const oblique = (angle: number) => angle > 0 && angle < Math.PI;
  const flat = (angle: number) =>
    [Math.abs(first - second), first + second, 2 * Math.PI - first - second].some(
      (edge) => Math.abs(angle - edge) <= SLACK,
    );
  const both = oblique(first) && oblique(second);
  const needed = both && (between === null || !flat(between)) ? 3 : oblique(first) || oblique(second) ? 2 : 1;
  if (dim >= needed) return undefined;
  return { path: ["data", "dim"], expected: modelReason("enough-for-the-angles", { least: needed }), got: dim };
}

/** Between the bounds of a slab there must be margins. */
function slab({ verifier }: CellScenario): Problem | undefined {
  const { kind, low = 0, high } = verifier;
  if (kind !== "slab" || high === undefined || high > low) return undefined;
  return { path: ["verifier", "high"], expected: rule("in-interval", { above: low }), got: high };
}

/** A penalty must not be zero where there is no solution, or none that is finite, without one. */
function penalties({ data, generator, verifier, learner, samples, realSamples }: CellScenario): Problem[] {
  const few = (rows: number) => modelReason("above-0-for-few-rows", { rows, weights: data.dim });
  const zero = (owner: string, expected: Problem["expected"]): Problem => ({
    path: [owner, "lambda"],
    expected,
    got: 0,
  });
  const problems: Problem[] = [];
  const trained = { generator, verifier };
  for (const [owner, { kind, lambda, samples: rows }] of Object.entries(trained)) {
    if (kind === "learned" && lambda === 0 && rows < data.dim) problems.push(zero(owner, few(rows)));
  }
  if (learner.lambda > 0) return problems;
  const rows = samples + realSamples;
  if (learner.kind === "ridge" && rows < data.dim) problems.push(zero("learner", few(rows)));
  if (learner.kind === "logistic") problems.push(zero("learner", modelReason("above-0-for-separable-rows")));
  return problems;
}

function solver({ learner }: CellScenario): Problem | undefined {
  const able = kindOf("learner", learner.kind).solvers;
  if (able === undefined || able.includes(learner.solver)) return undefined;
  return {
    path: ["learner", "solver"],
    expected: modelReason("one-of-for", { values: able, owner: learner.kind }),
    got: learner.solver,
  };
}
