import type { Core } from "../core/core.js";
import type { Cells, SlicedCells } from "./cells.js";
import { type EstimateOptions, estimates, rates, verdictOf } from "./estimates.js";
import { difference } from "./intervals.js";
import type { Adjustment, AuditEstimates, AuditSlice } from "./result.js";
import { keptPrecisionAt } from "./strata.js";

const RATES = ["errorRate", "phi", "psi"] as const;

/**
 * The slices by name, each with its own estimates. A rate differs where the interval of its distance from that of all other
 * rows excludes 0, at a confidence that all these looks together share (Bonferroni).
 */
export function sliceResults(
  core: Core,
  { all, slices }: SlicedCells,
  options: EstimateOptions & { adjust: Adjustment },
): AuditSlice[] {
  const looks = { ...options, confidence: 1 - (1 - options.confidence) / (RATES.length * slices.size) };
  const named = [...slices].sort(([a], [b]) => (a < b ? -1 : 1));
  const judged = adjustedEstimates(
    core,
    named.map(([, cells]) => cells),
    options,
  );
  return named.map(([slice, cells], i) => {
    const differs = slices.size < 2 ? [] : different(core, cells, all.without(cells), looks);
    return { slice, ...(judged[i] as AdjustedEstimates), differs };
  });
}

/** Estimates of one of several parts, with the verdict that the number of parts leaves. */
export type AdjustedEstimates = AuditEstimates & Pick<AuditSlice, "adjusted" | "pValue">;

/** The estimates of several parts, whose verdicts are adjusted for their number. */
export function adjustedEstimates(
  core: Core,
  parts: readonly Cells[],
  options: EstimateOptions & { adjust: Adjustment },
): AdjustedEstimates[] {
  const adjusted = adjustedChances(
    parts.map((cells) => chanceOfVerdict(core, cells, options)),
    options.adjust,
  );
  return parts.map((cells, i) => {
    const found = estimates(core, cells, options);
    const pValue = adjusted[i] ?? 1;
    const side = found.keptPrecision.estimate ?? 0;
    const told = side > 1 / options.classes ? "below" : "above";
    return { ...found, adjusted: pValue <= 1 - options.confidence ? told : "inconclusive", pValue };
  });
}

const HALVINGS = 40;
/** The least confidence at which a verdict is looked for: at none at all intervals are points, and Student's quantiles 0. */
const LEAST_CONFIDENCE = 1e-3;

/** The smallest 1 − confidence at which a slice has a verdict; null if no kept row of it is audited. */
function chanceOfVerdict(core: Core, cells: Cells, options: EstimateOptions): number | null {
  if (cells.keptCorrect.count + cells.keptWrong.count === 0) return null;
  const share = keptPrecisionAt(core, cells, options);
  const decides = (chance: number) => verdictOf(share(1 - chance), options.classes) !== "inconclusive";
  if (!decides(1 - LEAST_CONFIDENCE)) return 1;
  let [low, high] = [0, 1];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (decides(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/**
 * P-values of several tests, adjusted for their number; those without one are no tests.
 *
 * @see Holm, A simple sequentially rejective multiple test procedure, Scand. J. Statist. 6 (1979)
 * @see Benjamini, Hochberg, Controlling the false discovery rate, J. R. Statist. Soc. B 57 (1995)
 */
export function adjustedChances(chances: readonly (number | null)[], method: Adjustment): number[] {
  const adjusted = chances.map(() => 1);
  const order = chances
    .flatMap((chance, i) => (chance === null ? [] : [{ chance, i }]))
    .sort((a, b) => a.chance - b.chance);
  const tests = order.length;
  switch (method) {
    case "holm": {
      let most = 0;
      for (const [rank, { chance, i }] of order.entries()) {
        most = Math.max(most, Math.min(1, (tests - rank) * chance));
        adjusted[i] = most;
      }
      return adjusted;
    }
    case "benjamini-hochberg": {
      let least = 1;
      for (const [rank, { chance, i }] of [...order.entries()].reverse()) {
        least = Math.min(least, (tests * chance) / (rank + 1));
        adjusted[i] = least;
      }
      return adjusted;
    }
    default:
      return method satisfies never;
  }
}

function different(core: Core, cells: Cells, others: Cells, options: EstimateOptions): AuditSlice["differs"] {
  const here = rates(core, cells, options);
  const there = rates(core, others, options);
  return RATES.filter((name) => {
    const { low, high } = difference(here[name], there[name]);
    return low > 0 || high < 0;
  });
}
