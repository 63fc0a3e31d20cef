import type { LinesQuestion } from "../compute/lines.js";
import type { Question } from "../compute/session.js";
import { namedInput } from "./command.js";
import type { Experiment } from "./experiment.js";
import { propertyOf } from "./properties.js";

/** Points of a theory's line: a multiple of the usual 20 steps, so that it meets the simulated points. */
const FINE = 121;
/** Of a line each of whose points is a whole trajectory. */
const COARSE = 41;

/** What is asked of the workers for the curve of an experiment. */
export function curveQuestion(experiment: Experiment, measure: LinesQuestion["measure"], simulate: boolean): Question {
  const { settings, x, series } = experiment;
  const steps = settings.generations === 1 ? FINE : COARSE;
  const input = namedInput(experiment);
  const fine = x === null ? input : namedInput({ ...experiment, x: { ...x, steps: Math.max(x.steps, steps) } });
  const swept = [x?.path, series?.path];
  const hasBayes =
    settings["data.kind"] === "mixture" && !swept.includes("data.meanNorm") && !swept.includes("data.kind");
  return {
    input,
    lines: {
      input: fine,
      x: x?.path ?? null,
      series: series?.path ?? null,
      whole: x !== null && propertyOf(x.path)?.kind === "integer",
      measure,
      meanNorm: hasBayes ? (settings["data.meanNorm"] as number) : null,
    },
    simulate,
  };
}
