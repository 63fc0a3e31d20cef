import { type Experiment, withSetting } from "./experiment.js";
import { type ExperimentView, presetExperiment } from "./state.js";

/** A step of the story: the figure that tells it, and the view in which it can be changed. */
export interface Step {
  view: ExperimentView;
  experiment: Experiment;
}

/** The paper's finding in six figures, each a preset; the words are in the messages. */
export function storySteps(): Step[] {
  const transition = presetExperiment("phase-transition");
  const unverified: Experiment = { ...withSetting(transition, "verifier.kind", "none"), series: null };
  return [
    { view: "transition", experiment: unverified },
    { view: "transition", experiment: transition },
    { view: "transition", experiment: presetExperiment("sample-size") },
    { view: "transition", experiment: presetExperiment("oracle-vs-weak") },
    { view: "transition", experiment: presetExperiment("angles") },
    { view: "generations", experiment: presetExperiment("generations") },
  ];
}
