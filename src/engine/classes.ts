import { type ClassTrial, ClassTrialRun, classTheory, type KernelClasses } from "../core/classes.js";
import { type ClassesCore, loadClassesCore } from "../core/classesCore.js";
import type { CoreModule } from "../core/core.js";
import type { Trial } from "../core/trials.js";
import { breakdownPoint } from "../model/breakdown.js";
import { type Cell, idWords } from "../model/cells.js";
import { type Classes, classesOf, hasUniformErrors, survivors } from "../model/classes.js";
import { kindOf } from "../model/kinds.js";
import type { CellScenario } from "../model/scenario.js";
import { type Moments, moments } from "../model/statistics.js";
import { hasModel, summarize } from "./cell.js";
import { chooseEngine } from "./choose.js";
import type { CellResult } from "./result.js";
import type { ClassesEngine } from "./run.js";

/** Points of the sequence on which a trial's share of right answers is computed; its shift is drawn, so that the mean has no bias. */
const TRIAL_POINTS = 256;
/** Of the theory, whose sequence has no shift: the error is below 2e-5 with ten classes, and below 5e-4 with 32. */
const THEORY_POINTS = 16_384;

const NONE: Moments = { mean: null, sd: null, se: null };

/**
 * Starts the core of several classes, which `run` needs for scenarios with a section `classes`.
 *
 * @param options `module`: the core compiled before, for instance one posted to a worker.
 * @throws CoreError if the engine lacks SIMD, or a page's policy forbids WebAssembly.
 * @example run(await load(), { classes: { count: 3 } }, { classes: await loadClasses() })
 */
export async function loadClasses(options: { module?: CoreModule } = {}): Promise<ClassesEngine> {
  return new Engine(await loadClassesCore(options));
}

class Engine implements ClassesEngine {
  readonly #core: ClassesCore;

  constructor(core: ClassesCore) {
    this.#core = core;
  }

  async another(): Promise<ClassesEngine> {
    return new Engine(await this.#core.another());
  }

  trials({ id, scenario }: Pick<Cell, "id" | "scenario">) {
    const engine = chooseEngine(scenario).engine === "reduced" ? "reduced" : "direct";
    const run = new ClassTrialRun(this.#core, kernelClasses(scenario, TRIAL_POINTS), engine);
    const key = { seed: scenario.seed, cell: idWords(id) };
    return {
      run: (first: number, count: number): Trial[] => run.run(key, first, count),
      close: () => run.close(),
    };
  }

  theory(cell: Cell): CellResult {
    const { scenario } = cell;
    const answer = classTheory(this.#core, kernelClasses(scenario, THEORY_POINTS));
    const { status, generated, wrong, kept, keptWrong } = answer;
    const known = status === "ok";
    const exactly = (value: number): Moments => ({ ...NONE, mean: known ? value : null });
    const ratio = (part: number, whole: number) => (whole > 0 ? Math.min(1, part / whole) : null);
    const phi = ratio(kept - keptWrong, generated - wrong);
    const psi = ratio(keptWrong, wrong);
    const { classes } = several(scenario);
    return {
      ...{ index: cell.index, id: cell.id, params: cell.params, ...chooseEngine(scenario) },
      ...{ status: status === "empty" || status === "singular" ? status : "ok", trials: 0, emptyTrials: 0 },
      ...{ accuracy: exactly(answer.accuracy), risk: NONE, calibration: NONE },
      kept: { ...NONE, mean: kept, share: ratio(kept, generated) ?? 0 },
      ...{ errorRate: ratio(wrong, generated), phi, psi },
      ...ofClasses(scenario, { phi, psi }),
      classes: { ...survival(classes), recall: answer.recall.map(exactly) },
      ...(status === "empty" && { message: "less than one row is kept, so there is nothing to learn from" }),
      ...(status === "singular" && {
        message: `no more rows are kept than data.dim = ${scenario.data.dim}: learner.lambda must be above 0, got 0`,
      }),
    };
  }

  summarize(cell: Cell, trials: readonly Trial[]): CellResult {
    const { convergence, ...result } = summarize(cell, trials);
    const judged = trials.filter(hasModel) as ClassTrial[];
    const { classes } = several(cell.scenario);
    return {
      ...result,
      ...(cell.scenario.learner.kind === "logistic" && convergence && { convergence }),
      ...ofClasses(cell.scenario, result),
      classes: {
        ...survival(classes),
        recall: classes.weights.map((_, c) => moments(judged.map(({ recall }) => recall[c] as number))),
      },
    };
  }
}

/** A cell's classes. @throws Error if it has none, which the caller has ruled out */
function several(scenario: CellScenario): { classes: Classes; section: NonNullable<CellScenario["classes"]> } {
  const { classes: section } = scenario;
  if (section === undefined) throw new Error("the cell has no classes");
  return { classes: classesOf({ ...scenario, classes: section }), section };
}

/** A cell as the kernels take it. */
function kernelClasses(scenario: CellScenario, points: number): KernelClasses {
  const { count, ...classes } = several(scenario).classes;
  const { data, learner, samples, realSamples, precision } = scenario;
  return {
    ...classes,
    ...{ dim: data.dim, samples, realSamples, lambda: learner.lambda },
    learner: kindOf("learner", learner.kind).code,
    precision: precision === "f32" ? 4 : 8,
    points,
  };
}

/** Which classes survive, and the accuracy to which that comes where the classes are far apart. */
function survival(classes: Classes): { survives: boolean[]; limit: number } {
  const survives = survivors(classes);
  const limit = classes.weights.reduce((sum, weight, c) => sum + (survives[c] ? weight : 0), 0);
  return { survives, limit: Math.min(1, limit) };
}

/** What of the measures is another of several classes: p⋆, the verdict, and what is said of two classes only. */
function ofClasses(scenario: CellScenario, { phi, psi }: Pick<CellResult, "phi" | "psi">) {
  const { classes, section } = several(scenario);
  const uniform = hasUniformErrors({ classes: section });
  const known = uniform && phi !== null && psi !== null;
  const { survives } = survival(classes);
  const all = survives.every(Boolean);
  return {
    ...{ agreement: NONE, cosine: NONE, norm: NONE },
    breakdown: known ? breakdownPoint({ phi, psi, classes: classes.count }) : null,
    verdict: all ? ("below" as const) : survives.some(Boolean) ? null : ("above" as const),
  };
}
