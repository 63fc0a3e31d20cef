import { reasonOf } from "../../src/core/errors.js";
import type { TheoryLine } from "../../src/figure/series.js";
import {
  ConfigError,
  type Core,
  evaluate,
  type Moments,
  parseScenario,
  type Reason,
  run,
  type ScenarioInput,
  theory,
} from "../../src/index.js";
import { axisValues, type SweepRange } from "../../src/model/sweep.js";

/** The curves that the theory is asked for: one for each value of `series`, over the range of `x` or the generations. */
export interface LinesQuestion {
  input: ScenarioInput;
  /** Swept path along the horizontal axis; null for the generations. */
  x: string | null;
  series: string | null;
  whole: boolean;
  measure: "accuracy" | "agreement" | "cosine";
  /** r, where the accuracy of the Bayes rule is wanted. */
  meanNorm: number | null;
}

/** The curves, and why some are missing. */
export interface Answer {
  lines: TheoryLine[];
  missing: Reason[];
  /** Φ(r). */
  bayes: number | null;
}

/** Asks the theory curve by curve: one without an answer leaves the others theirs. */
export async function theoryLines(core: Core, question: LinesQuestion): Promise<Answer> {
  const { input, x, series, measure } = question;
  const scenario = parseScenario(input);
  const { sweep = {}, ...base } = scenario;
  const values = series === null ? [undefined] : axisValues(sweep[series] as readonly unknown[], false);
  const places = x === null ? [] : (axisValues(sweep[x] as SweepRange, question.whole) as number[]);
  const { meanNorm } = question;
  const bayes = meanNorm === null ? null : bayesAccuracy(core, meanNorm);
  const answer: Answer = { lines: [], missing: [], bayes };
  for (const value of values) {
    const one = series === null ? base : withValue(base, series, value);
    const params = series === null ? {} : { [series]: value };
    try {
      const line =
        x === null || base.generations > 1
          ? await repeated(core, one, x, places, measure)
          : { x: places, y: theory(core, swept(one, x, places)).map((answer) => answer[measure]) };
      answer.lines.push({ params, ...line });
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      answer.missing.push(reasonOf(error));
    }
  }
  return answer;
}

/** Φ(r): the accuracy of the best rule there is. */
export function bayesAccuracy(core: Core, meanNorm: number): number {
  return evaluate(core, [1], { data: { dim: 1, meanNorm } }).accuracy;
}

/** Of several generations: the trajectory, or along another axis the last of them. */
async function repeated(
  core: Core,
  base: object,
  x: string | null,
  places: readonly number[],
  measure: LinesQuestion["measure"],
): Promise<Pick<TheoryLine, "x" | "y">> {
  const ys: (number | null)[] = [];
  for await (const cell of run(core, { ...swept(base, x, places), engine: "theory" }, { bands: false })) {
    const rounds: { [name in typeof measure]: Moments }[] = x === null ? (cell.generations ?? [cell]) : [cell];
    ys.push(...rounds.map((round) => round[measure].mean));
  }
  return { x: x === null ? ys.map((_, i) => i + 1) : places, y: ys };
}

function swept(base: object, x: string | null, places: readonly number[]): ScenarioInput {
  return { ...base, ...(x === null ? {} : { sweep: { [x]: places } }) };
}

function withValue<S extends object>(base: S, path: string, value: unknown): S {
  const [section, key] = path.split(".") as [keyof S, string?];
  if (key === undefined) return { ...base, [section]: value };
  return { ...base, [section]: { ...(base[section] as object), [key]: value } };
}
