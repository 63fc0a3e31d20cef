import type { TestCore } from "./builds.js";
import { type ExperimentSetting, place } from "./experiment.js";

/** Hands an experiment to the core and runs `body` with what the theory needs in place, and an f64[13] to write to. */
function prepared<R>(core: TestCore, setting: ExperimentSetting, body: (experiment: number, out: number) => R): R {
  return core.scoped(() => {
    const experiment = place(core, setting);
    core.exports.theoryPrepare(experiment, core.reserve(core.exports.theoryBytes(experiment)));
    return body(experiment, core.reserve(8 * 13));
  });
}

export interface Population {
  status: number;
  rows: number;
  mean: number[];
  /** E[ηηᵀ | kept] − I. */
  excess: number[][];
}

export function population(core: TestCore, setting: ExperimentSetting): Population {
  return prepared(core, setting, (experiment, out) => {
    const status = core.exports.theoryPopulation(experiment, out);
    const [rows, ...rest] = core.f64(out, 13);
    const excess = [0, 3, 6].map((i) => rest.slice(3 + i, 6 + i));
    return { status, rows: rows as number, mean: rest.slice(0, 3), excess };
  });
}

export function convexRule(core: TestCore, setting: ExperimentSetting, loss: "logistic" | "squared") {
  return prepared(core, setting, (experiment, out) => {
    const kind = loss === "logistic" ? 0 : 1;
    const status = core.exports.theoryConvex(experiment, kind, out);
    const [x, y, z, beta, tau] = core.f64(out, 5);
    return { status, a: [x, y, z] as [number, number, number], beta: beta as number, tau: tau as number };
  });
}

export function penalty(core: TestCore, setting: ExperimentSetting, rows: number, lambda: number): number {
  return prepared(core, setting, (experiment) => core.exports.effectivePenalty(experiment, rows, lambda));
}

export function orthant(core: TestCore, directions: readonly number[][], h: number): number {
  return core.scoped(() => {
    const [a, b, c] = directions.map((direction) => core.place(Float64Array.from(direction)));
    return core.exports.orthant(a as number, b as number, c as number, h);
  });
}
