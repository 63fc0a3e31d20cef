import { zeroContour } from "../../src/figure/grid.js";
import type { PlaneData } from "../../src/figure/plane.js";
import type { ScenarioInput } from "../../src/index.js";
import { command, namedInput } from "./command.js";
import { type Experiment, withSetting } from "./experiment.js";
import type { Plane } from "./state.js";

/** Cells along each axis. */
export const CELLS = 51;

/** The places of a plane's cells, in the unit that it shows. */
export interface Places {
  x: number[];
  y: number[];
}

/** The two axes of a plane; ψ/φ ends where ψ would be above 1, and that of difficulty is log₂ N/d. */
export function placesOf(plane: Plane, { settings }: Experiment): Places {
  if (plane === "angles") return { x: spread(0, 180), y: spread(0, 180) };
  if (plane === "difficulty") return { x: spread(-1, 8), y: spread(0, 60) };
  const phi = settings["verifier.phi"] as number;
  return { x: spread(0, 1), y: spread(0, phi > 0.5 ? 1 / phi : 2) };
}

function spread(from: number, to: number): number[] {
  return Array.from({ length: CELLS }, (_, i) => Number((from + ((to - from) * i) / (CELLS - 1)).toPrecision(12)));
}

/** Whole numbers of rows along the axis of difficulty, each larger than the one before. */
export function rowsAlong({ settings }: Experiment): number[] {
  let before = 0;
  return spread(-1, 8).map((power) => {
    before = Math.max(before + 1, Math.round((settings["data.dim"] as number) * 2 ** power));
    return before;
  });
}

const KINDS: Readonly<Record<Plane, readonly [generator: string, verifier: string]>> = {
  rates: ["noise", "bernoulli"],
  angles: ["linear", "linear"],
  difficulty: ["linear", "keep-hard"],
};

/** The experiment with the kinds of generator and verifier that a plane is about. */
export function planeExperiment(plane: Plane, experiment: Experiment): Experiment {
  const [generator, verifier] = KINDS[plane];
  return {
    ...experiment,
    x: null,
    series: null,
    settings: {
      ...experiment.settings,
      "generator.kind": generator,
      "verifier.kind": verifier,
      "verifier.angleToGenerator": null,
      engine: "auto",
      generations: 1,
    },
  };
}

/** The two that are compared, the better one of a good generator first. */
const BY_DIFFICULTY = ["keep-hard", "keep-easy"];

/** What the theory is asked for a whole plane: the rows from below, each from left to right; of difficulty one plane after the other. */
export function planeInput(plane: Plane, experiment: Experiment): ScenarioInput {
  const phi = experiment.settings["verifier.phi"] as number;
  const axis = (from: number | string, to: number | string) => ({ from, to, steps: CELLS });
  const asked: Record<Plane, Pick<ScenarioInput, "sweep" | "plot">> = {
    angles: {
      sweep: { "verifier.angle": axis("0deg", "180deg"), "generator.angle": axis("0deg", "180deg") },
      plot: { x: "generator.angle", series: "verifier.angle" },
    },
    // Where φ is 0 all rows have one ψ.
    rates: {
      sweep: { "verifier.psi": phi === 0 ? [0] : axis(0, psiOf(2, phi)), "generator.errorRate": axis(0, 1) },
      plot: { x: "generator.errorRate", series: "verifier.psi" },
    },
    difficulty: {
      sweep: {
        "verifier.kind": BY_DIFFICULTY,
        "generator.angle": axis("0deg", "60deg"),
        samples: rowsAlong(experiment),
      },
      plot: { x: "samples", series: "verifier.kind" },
    },
  };
  const named = namedInput(planeExperiment(plane, experiment));
  return { ...named, engine: "theory", ...asked[plane] } as ScenarioInput;
}

/** What a plane shows of the theory's answers: of difficulty how much more accurate keep-hard is than keep-easy. */
export function shownOf<T extends Record<"accuracy" | "breakdown" | "errorRate", Float64Array>>(
  plane: Plane,
  answer: T,
) {
  if (plane !== "difficulty") return answer;
  const cells = answer.accuracy.length / 2;
  const accuracy = Float64Array.from(
    { length: cells },
    (_, i) => (answer.accuracy[i] as number) - (answer.accuracy[cells + i] as number),
  );
  const none = new Float64Array(cells).fill(Number.NaN);
  return { ...answer, accuracy, breakdown: none, errorRate: none };
}

/** The value at which neither side is better, and the largest that the colours tell apart. */
export function scaleOf(plane: Plane, values: ArrayLike<number>): { middle: number; max: number } {
  if (plane !== "difficulty") return { middle: 0.5, max: 1 };
  const sizes = Array.from(values, (value) => (Number.isNaN(value) ? 0 : Math.abs(value)));
  return { middle: 0, max: Math.max(1, Math.ceil(100 * Math.max(...sizes))) / 100 };
}

/** The command line that computes a whole plane, to the last bit. */
export function planeCommand(plane: Plane, experiment: Experiment): string {
  const settled = withSetting(planeExperiment(plane, experiment), "engine", "theory");
  return command(settled, planeInput(plane, experiment));
}

function psiOf(ratio: number, phi: number): number {
  return Number(Math.min(1, ratio * phi).toPrecision(12));
}

/** The line on which p = p⋆. */
export function breakdownLine(
  { x, y }: Places,
  errorRate: ArrayLike<number>,
  breakdown: ArrayLike<number>,
): PlaneData["breakdown"] {
  const at = (column: number, row: number) => row * x.length + column;
  return zeroContour(x, y, (i, j) => (breakdown[at(i, j)] ?? Number.NaN) - (errorRate[at(i, j)] ?? Number.NaN));
}

/** The line on which the model is as good as a coin, or one way to keep rows as the other. */
export function middleLine(plane: Plane, { x, y }: Places, values: ArrayLike<number>): PlaneData["half"] {
  const { middle } = scaleOf(plane, values);
  return zeroContour(x, y, (i, j) => (values[j * x.length + i] ?? Number.NaN) - middle);
}

/** Where the curve through a column has it, in the unit of its own axis. */
export function placeOnCurve(plane: Plane, experiment: Experiment, column: number): number {
  const places = plane === "difficulty" ? rowsAlong(experiment) : placesOf(plane, experiment).x;
  return places[column] as number;
}

/** The curve through a cell along the horizontal axis. */
export function cellExperiment(plane: Plane, experiment: Experiment, row: number): Experiment {
  const { y } = placesOf(plane, experiment);
  const height = y[row] as number;
  const based = planeExperiment(plane, experiment);
  if (plane === "angles") {
    const settings = { ...based.settings, "verifier.angle": height };
    return { ...based, settings, x: { path: "generator.angle", from: 0, to: 180, steps: 19, scale: "linear" } };
  }
  if (plane === "difficulty") {
    const rows = rowsAlong(experiment);
    const [from, to] = [rows[0] as number, rows.at(-1) as number];
    return {
      ...based,
      settings: { ...based.settings, "generator.angle": height },
      x: { path: "samples", from, to, steps: 19, scale: "log" },
      series: { path: "verifier.kind", values: ["none", ...BY_DIFFICULTY] },
    };
  }
  const phi = experiment.settings["verifier.phi"] as number;
  const settings = { ...based.settings, "verifier.psi": Number(psiOf(height, phi).toPrecision(6)) };
  return { ...based, settings, x: { path: "generator.errorRate", from: 0, to: 1, steps: 21, scale: "linear" } };
}
