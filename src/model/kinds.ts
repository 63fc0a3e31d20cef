import { type ModelReason, modelReason } from "./reasons.js";
import type { CellScenario } from "./schema.js";

/** Which engines answer a kind. An engine that is not said to answer one does not. */
export interface EngineSupport {
  theory: boolean;
  reduced: boolean;
  direct: boolean;
}

const EVERY: EngineSupport = { theory: true, reduced: true, direct: true };

/** The engines of every kind, by the setting that names it. */
const ENGINES: { [Section in KindSection]: Record<CellScenario[Section]["kind"], EngineSupport> } = {
  data: { mixture: EVERY, isotropic: EVERY },
  generator: { noise: EVERY, linear: EVERY, learned: EVERY },
  verifier: { none: EVERY, random: EVERY, oracle: EVERY, bernoulli: EVERY, linear: EVERY, learned: EVERY, top: EVERY },
  learner: {
    ridge: EVERY,
    mean: EVERY,
    sgd: { theory: false, reduced: true, direct: true },
    logistic: { theory: true, reduced: false, direct: true },
  },
};

/** The sections of a scenario that have a kind. */
export type KindSection = "data" | "generator" | "verifier" | "learner";

/** Why an engine does not answer one of a cell's kinds; undefined if it answers all of them. */
export function kindFault(engine: keyof EngineSupport, cell: CellScenario): ModelReason | undefined {
  for (const [section, kinds] of Object.entries(ENGINES)) {
    const { kind } = cell[section as KindSection];
    const support = Object.hasOwn(kinds, kind) ? (kinds as Record<string, EngineSupport>)[kind] : undefined;
    const field = `${section}.kind`;
    if (support === undefined) return modelReason("unknown-kind", { field, value: kind });
    if (!support[engine]) return modelReason("kind-without-engine", { field, value: kind, engine });
  }
  return undefined;
}
