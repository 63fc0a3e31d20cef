import { Plan } from "./cells.js";
import { CONFLICTING, conflicts } from "./conflicts.js";
import { Draft, isMapping, type Path } from "./draft.js";
import { configError, type Problem, problemsOf } from "./problems.js";
import { type Scenario, scenarioSchema } from "./schema.js";
import type { Sweep } from "./sweep.js";
import { rememberWritten } from "./warnings.js";

export type { CellScenario, Scenario, ScenarioInput } from "./schema.js";

/**
 * Checks a scenario and resolves it: every default filled in, every angle in radians, every cell of its sweep valid.
 *
 * @param input Plain data, or a {@link Draft} that knows the lines they were written on.
 * @throws ConfigError naming the first problem, with all of them in `problems`.
 * @example parseScenario({ generator: { angle: "90deg" } }).generator.angle // 1.5707963267948966
 */
export function parseScenario(input: unknown): Scenario {
  const draft = Draft.of(input);
  const parsed = scenarioSchema.safeParse(draft.value);
  if (!parsed.success) throwAll(problemsOf(parsed.error, draft.value), draft);
  const { $schema, sweep = {}, ...settings } = parsed.data;
  const axes = inOrder(sweep, draft.value);
  const scenario: Scenario = Object.keys(axes).length > 0 ? { ...settings, sweep: axes } : settings;
  checkCells(scenario, draft);
  rememberWritten(scenario, draft.value);
  return scenario;
}

/** The axes in the order they were written, which is that of the grid; the schema has its own. */
function inOrder(sweep: Sweep, input: unknown): Sweep {
  const written = isMapping(input) && isMapping(input.sweep) ? Object.keys(input.sweep) : [];
  return Object.fromEntries(written.filter((path) => sweep[path] !== undefined).map((path) => [path, sweep[path]]));
}

/** Throws what the first cell with a conflict breaks; each value was checked already, on its own. */
function checkCells(scenario: Scenario, draft: Draft): void {
  const plan = new Plan(scenario, CONFLICTING);
  for (let index = 0; index < plan.length; index++) {
    const problems = conflicts(plan.scenario(index)).map((problem) => inCell(problem, plan, index));
    if (problems.length > 0) throwAll(problems, draft);
  }
}

/** Names the place in the sweep that a problem comes from, and the cell that shows it. */
function inCell(problem: Problem, plan: Plan, index: number): Problem {
  const params = Object.entries(plan.params(index));
  if (params.length === 0) return problem;
  const axis = params.findIndex(([swept]) => startsWith(problem.path, swept.split(".")));
  const path = axis < 0 ? problem.path : sweptPath(problem.path, params[axis][0], plan.position(index)[axis]);
  const cell = params.map(([name, value]) => `${name} = ${JSON.stringify(value)}`).join(", ");
  return { ...problem, path, cell };
}

function sweptPath(path: Path, swept: string, place: number): Path {
  return ["sweep", swept, place, ...path.slice(swept.split(".").length)];
}

function startsWith(path: Path, head: Path): boolean {
  return head.every((key, i) => path[i] === key);
}

function throwAll(problems: Problem[], draft: Draft): never {
  throw configError(problems as [Problem, ...Problem[]], draft);
}
