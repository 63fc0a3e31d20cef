import type { AnglesQuestion, Breakdown } from "../../src/index.js";
import { csvLine } from "../../src/sweep/results/table.js";
import type { Worlds } from "../compute/calculator.js";

/** Agreement with the best rule, as an accuracy: the two worlds are read on one scale. */
export function accuracyOf(agreement: number | null | undefined, bayes: number): number | null {
  return agreement === null || agreement === undefined ? null : agreement * bayes + (1 - agreement) * (1 - bayes);
}

/** What `pstar breakdown --format json` prints of the directions. */
export function worldsJson({ linear }: Worlds): string {
  return `${JSON.stringify(linear, null, 2)}\n`;
}

const RATES = ["errorRate", "phi", "psi", "breakdown", "keepRate", "keptPrecision", "verdict", "verification"] as const;

/** A row for each world, with every digit; both limits are accuracies. */
export function worldsCsv({ linear, independent, bayes }: Worlds, { angles, meanNorm }: AnglesQuestion): string {
  const heads = ["errors", "generator", "verifier", "between", "meanNorm", ...RATES, "selected", "unselected"];
  const row = (errors: string, answer: Breakdown, limit: (share: number | null) => number | null) =>
    csvLine([
      errors,
      ...[angles.generator, angles.verifier, angles.between, meanNorm],
      ...RATES.map((name) => answer[name]),
      limit(answer.limit.selected),
      limit(answer.limit.unselected),
    ]);
  return [
    csvLine(heads),
    row("directions", linear, (share) => share),
    ...(independent ? [row("independent", independent, (share) => accuracyOf(share, bayes))] : []),
  ].join("");
}
