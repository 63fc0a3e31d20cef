import { preset } from "../../src/index.js";
import { type Experiment, experimentOf, withSetting } from "./experiment.js";

export const languages = ["en", "zh"] as const;
export type Language = (typeof languages)[number];

/** The tabs, in order. */
export const views = [
  "story",
  "transition",
  "diagram",
  "geometry",
  "generations",
  "news",
  "transformer",
  "data",
] as const;
export type View = (typeof views)[number];
/** A view that computes from a scenario has an experiment of its own. */
export type ExperimentView = Exclude<View, "story" | "data" | "news" | "transformer">;

export function hasExperiment(view: View): view is ExperimentView {
  return view !== "story" && view !== "data" && view !== "news" && view !== "transformer";
}

export const measures = ["accuracy", "agreement", "cosine"] as const;
export type Measure = (typeof measures)[number];

/**
 * What a phase diagram spans: error rate × ψ/φ; the angles of generator and verifier; or N/d and the angle of the generator, where the
 * accuracy of keeping the hardest rows is compared with that of keeping the easiest.
 */
export const planes = ["rates", "angles", "difficulty"] as const;
export type Plane = (typeof planes)[number];

/** The steps of the story. */
export const STEPS = 6;

/** All that the page shows, and all that its URL says. */
export interface State {
  language: Language;
  view: View;
  /** Of the story, from 1. */
  step: number;
  measure: Measure;
  plane: Plane;
  /** The cell of the diagram whose curve is open, by its place on the axes as a share in [0, 1]. */
  cell: { x: number; y: number } | null;
  experiments: Readonly<Record<ExperimentView, Experiment>>;
}

/** The presets that a view can begin from, its own first. */
export const presetsOf: Readonly<Record<ExperimentView, readonly string[]>> = {
  transition: [
    "phase-transition",
    "oracle-vs-weak",
    "sample-size",
    "angles",
    "real-and-synthetic",
    "poisoned-verifier",
    "keep-fraction",
  ],
  diagram: ["phase-transition"],
  geometry: ["angles"],
  generations: ["generations", "accumulate-vs-replace"],
};

/** A preset as the page opens it: by the engine that is quickest, rows are really drawn when that is asked for. */
export function presetExperiment(name: string): Experiment {
  return withSetting(experimentOf(preset(name)), "engine", "auto");
}

/** What a view shows first. */
export function initialExperiment(view: ExperimentView): Experiment {
  const first = presetExperiment(presetsOf[view][0] as string);
  if (view === "transition" || view === "generations") return first;
  if (view === "diagram") {
    const bernoulli = withSetting(first, "verifier.kind", "bernoulli");
    return { ...withSetting(bernoulli, "samples", 2_000), x: null, series: null };
  }
  const settings = { ...first.settings, "generator.kind": "linear", "verifier.kind": "linear" };
  return { ...first, settings: { ...settings, "data.kind": "mixture", "data.meanNorm": 1.5 }, x: null, series: null };
}

export function initialState(): State {
  return {
    language: "en",
    view: "story",
    step: 1,
    measure: "accuracy",
    plane: "rates",
    cell: null,
    experiments: {
      transition: initialExperiment("transition"),
      diagram: initialExperiment("diagram"),
      geometry: initialExperiment("geometry"),
      generations: initialExperiment("generations"),
    },
  };
}

/** The state with another experiment in one view. */
export function withExperiment(state: State, view: ExperimentView, experiment: Experiment): State {
  return { ...state, experiments: { ...state.experiments, [view]: experiment } };
}

/** Changes that follow one another faster than this are one: a slider that is dragged, a number that is typed. */
const ONE_CHANGE = 700;
const MOST = 100;

/** The experiments that a view showed before, the latest last. */
export class Undo {
  readonly #before = new Map<ExperimentView, Experiment[]>();
  #last = { view: "" as string, at: Number.NEGATIVE_INFINITY };

  /** @param now Milliseconds, of a clock that only runs forward. */
  note(view: ExperimentView, before: Experiment, after: Experiment, now = performance.now()): void {
    if (before === after) return;
    const goesOn = view === this.#last.view && now - this.#last.at < ONE_CHANGE;
    this.#last = { view, at: now };
    if (goesOn && this.has(view)) return;
    const stack = [...(this.#before.get(view) ?? []), before];
    this.#before.set(view, stack.slice(-MOST));
  }

  has(view: ExperimentView): boolean {
    return (this.#before.get(view)?.length ?? 0) > 0;
  }

  /** Takes back the last change; undefined if there is none. */
  take(view: ExperimentView): Experiment | undefined {
    this.#last = { view: "", at: Number.NEGATIVE_INFINITY };
    return this.#before.get(view)?.pop();
  }
}
