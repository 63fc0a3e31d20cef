import type { Core } from "../core/core.js";
import type { Cells } from "./cells.js";
import { type EstimateOptions, estimates, rates } from "./estimates.js";
import { difference } from "./intervals.js";
import type { AuditSlice } from "./result.js";
import type { SlicedCells } from "./tally.js";

const RATES = ["errorRate", "phi", "psi"] as const;

/**
 * The slices by name, each with its own estimates. A rate differs where the interval of its distance from that of all other
 * rows excludes 0, at a confidence that all these looks together share (Bonferroni).
 */
export function sliceResults(core: Core, { all, slices }: SlicedCells, options: EstimateOptions): AuditSlice[] {
  const looks = { ...options, confidence: 1 - (1 - options.confidence) / (RATES.length * slices.size) };
  const names = [...slices.keys()].sort((a, b) => (a < b ? -1 : 1));
  return names.map((slice) => {
    const cells = slices.get(slice) as Cells;
    const differs = slices.size < 2 ? [] : different(core, cells, all.without(cells), looks);
    return { slice, ...estimates(core, cells, options), differs };
  });
}

function different(core: Core, cells: Cells, others: Cells, options: EstimateOptions): AuditSlice["differs"] {
  const here = rates(core, cells, options);
  const there = rates(core, others, options);
  return RATES.filter((name) => {
    const { low, high } = difference(here[name], there[name]);
    return low > 0 || high < 0;
  });
}
