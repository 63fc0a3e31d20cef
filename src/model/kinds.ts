import type { CellScenario } from "./schema.js";

/** What an engine says of a kind: true if it answers, or in words why it does not. */
export type Applies = true | string;

/** Which engines answer a kind. An engine that is not said to answer one does not. */
export interface EngineSupport {
  theory: Applies;
  reduced: Applies;
  direct: Applies;
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
    sgd: { theory: "learner.kind sgd: one pass has no theory here", reduced: true, direct: true },
    logistic: { theory: true, reduced: "batch logistic regression has no reduction", direct: true },
  },
};

/** The sections of a scenario that have a kind. */
export type KindSection = "data" | "generator" | "verifier" | "learner";

/** Why an engine does not answer one of a cell's kinds, in words; undefined if it answers all of them. */
export function kindFault(engine: keyof EngineSupport, cell: CellScenario): string | undefined {
  for (const [section, kinds] of Object.entries(ENGINES)) {
    const { kind } = cell[section as KindSection];
    const support = Object.hasOwn(kinds, kind) ? (kinds as Record<string, EngineSupport>)[kind] : undefined;
    if (support === undefined) return `${section}.kind ${kind}: no engine knows it`;
    const applies = support[engine];
    if (applies !== true) return applies;
  }
  return undefined;
}
