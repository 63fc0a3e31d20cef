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

/** The two axes of a plane; ψ/φ ends where ψ would be above 1. */
export function placesOf(plane: Plane, { settings }: Experiment): Places {
  if (plane === "angles") return { x: spread(180), y: spread(180) };
  const phi = settings["verifier.phi"] as number;
  return { x: spread(1), y: spread(phi > 0.5 ? 1 / phi : 2) };
}

function spread(to: number): number[] {
  return Array.from({ length: CELLS }, (_, i) => Number(((to * i) / (CELLS - 1)).toPrecision(12)));
}

/** The experiment with the kinds of generator and verifier that a plane is about. */
export function planeExperiment(plane: Plane, experiment: Experiment): Experiment {
  const kind = plane === "angles" ? "linear" : null;
  return {
    ...experiment,
    x: null,
    series: null,
    settings: {
      ...experiment.settings,
      "generator.kind": kind ?? "noise",
      "verifier.kind": kind ?? "bernoulli",
      "verifier.angleToGenerator": null,
      engine: "auto",
      generations: 1,
    },
  };
}

/** What the theory is asked for a whole plane: the rows from below, each from left to right. */
export function planeInput(plane: Plane, experiment: Experiment): ScenarioInput {
  const [x, y] = plane === "angles" ? ["generator.angle", "verifier.angle"] : ["generator.errorRate", "verifier.psi"];
  const phi = experiment.settings["verifier.phi"] as number;
  const axis = (from: number | string, to: number | string) => ({ from, to, steps: CELLS });
  const sweep: ScenarioInput["sweep"] =
    plane === "angles"
      ? { "verifier.angle": axis("0deg", "180deg"), "generator.angle": axis("0deg", "180deg") }
      : // Where φ is 0 all rows have one ψ.
        { "verifier.psi": phi === 0 ? [0] : axis(0, psiOf(2, phi)), "generator.errorRate": axis(0, 1) };
  const named = namedInput(planeExperiment(plane, experiment));
  return { ...named, engine: "theory", sweep, plot: { x, series: y } } as ScenarioInput;
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

/** The line on which the model is as good as a coin. */
export function halfLine({ x, y }: Places, accuracy: ArrayLike<number>): PlaneData["half"] {
  return zeroContour(x, y, (i, j) => (accuracy[j * x.length + i] ?? Number.NaN) - 0.5);
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
  const phi = experiment.settings["verifier.phi"] as number;
  const settings = { ...based.settings, "verifier.psi": Number(psiOf(height, phi).toPrecision(6)) };
  return { ...based, settings, x: { path: "generator.errorRate", from: 0, to: 1, steps: 21, scale: "linear" } };
}
