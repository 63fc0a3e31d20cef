import { type Part, Plan, wholePart } from "../model/cells.js";
import type { LearnerKind } from "../model/kinds.js";
import type { CellScenario, Scenario } from "../model/scenario.js";
import { ridgeSolver } from "./cell.js";
import { chooseEngine } from "./choose.js";

/** Cells whose costs are computed; of a larger plan as many, evenly spaced. */
const LOOKED_AT = 1000;

/**
 * Nanoseconds that the parts of a trial take on the machine of bench/RESULTS.md: what it takes whatever its sizes (bench/MAP.md,
 * d = 10), a drawn number, a multiplication of a Gram matrix or a factorization, a number in a pass of a learner.
 */
const TRIAL = 5000;
const DRAWN = 1.65;
const MULTIPLIED = 0.022;
const FACTORED = 0.1;
const LEARNED = 0.6;
/** Of the reduced engine, a generation and each of its dimensions. */
const REDUCED = { generation: 5000, dimension: 50 };
const THEORY = 40_000;
/** Passes over the rows that a learner takes, about; ridge by conjugate gradients. */
const PASSES: Record<LearnerKind, number> = { ridge: 6, mean: 0, sgd: 3, logistic: 12, perceptron: 3 };

/** Seconds that the cells of a part take on one thread, about, from their sizes alone. */
export function expectedSeconds(scenario: Scenario, part?: Part): number {
  const plan = new Plan(scenario);
  const cells = part ?? wholePart(plan.length);
  let nanoseconds = 0;
  let looked = 0;
  for (let i = 0; i < plan.length; i += Math.max(1, Math.floor(plan.length / LOOKED_AT))) {
    if (!cells.has(i)) continue;
    nanoseconds += cellCost(plan.scenario(i));
    looked++;
  }
  return looked === 0 ? 0 : (nanoseconds / looked) * cells.size * 1e-9;
}

/** Nanoseconds of all trials of a cell. */
function cellCost(cell: CellScenario): number {
  const { data, trials, generations, samples, realSamples, learner } = cell;
  const { engine } = chooseEngine(cell);
  const { dim } = data;
  switch (engine) {
    case "theory":
      return THEORY;
    case "reduced":
      return trials * generations * (REDUCED.generation + REDUCED.dimension * dim);
    case "direct": {
      const numbers = (samples + realSamples) * dim;
      const isFactored = learner.kind === "ridge" && ridgeSolver(cell) === "cholesky";
      // softmax regression passes once for each class
      const outputs = learner.kind === "logistic" ? (cell.classes?.count ?? cell.classes?.means?.length ?? 1) : 1;
      const learning = isFactored
        ? numbers * dim * MULTIPLIED + dim ** 3 * FACTORED
        : numbers * outputs * PASSES[learner.kind] * LEARNED;
      return trials * generations * (TRIAL + numbers * DRAWN + learning);
    }
    default:
      throw new Error(`unknown engine ${engine satisfies never}`);
  }
}
