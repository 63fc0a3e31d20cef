import { degrees } from "./angle.js";
import { covarianceFault } from "./covariance.js";
import { kindOf } from "./kinds.js";
import type { Problem } from "./problems.js";
import { modelReason } from "./reasons.js";
import type { CellScenario } from "./schema.js";

/** The settings that {@link conflicts} reads: over the others, a sweep cannot make a conflict. */
export const CONFLICTING: ReadonlySet<string> = new Set([
  "data.dim",
  "data.covariance",
  "generator.kind",
  "generator.angle",
  "generator.samples",
  "generator.lambda",
  "verifier.kind",
  "verifier.angle",
  "verifier.angleToGenerator",
  "verifier.samples",
  "verifier.lambda",
  "learner.kind",
  "learner.lambda",
  "learner.solver",
  "samples",
  "realSamples",
]);

/** The rules between settings that one cell breaks. */
export function conflicts(cell: CellScenario): Problem[] {
  return [covariance(cell), directions(cell), ...penalties(cell), solver(cell)].filter(
    (problem) => problem !== undefined,
  );
}

function covariance({ data }: CellScenario): Problem | undefined {
  const fault = covarianceFault(data.covariance, data.dim);
  return fault && { ...fault, path: ["data", "covariance", ...fault.path] };
}

/** The angles must be those of real directions, and the space must have room for them. */
function directions({ data, generator, verifier }: CellScenario): Problem | undefined {
  const labels = generator.kind === "linear";
  const judges = verifier.kind === "linear" || verifier.kind === "top";
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
  const expected = modelReason("allowed-by-the-angles", { low, high, degrees: [degrees(low), degrees(high)] });
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
