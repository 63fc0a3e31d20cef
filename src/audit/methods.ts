import type { Cells } from "./cells.js";
import type { ResolvedOptions } from "./options.js";
import type { IntervalMethod } from "./result.js";
import { labelledTwice } from "./strata.js";

const NAMES: Record<IntervalMethod, string> = {
  "clopper-pearson": "Clopper–Pearson",
  wilson: "Wilson",
  jeffreys: "Jeffreys",
  "mid-p": "mid-p",
  betting: "a confidence sequence by betting (Waudby-Smith & Ramdas 2024)",
};
const MOVER = "MOVER (Zou & Donner 2008)";
/** Where the closed form would not do; see limitsOf in intervals.ts. */
const CURVED = "MOVER on the square-root scale (after Zou & Donner 2008, Newcombe 2011)";

/** How the interval of a share is made, in words. */
function shareMethod({ interval, finitePopulation }: MethodOptions, equalWeights: boolean, cells: Cells): string {
  const parts = [NAMES[interval]];
  if (cells.clusters.size > 0)
    parts.push(
      "of the effective number of rows in clusters (Korn & Graubard 1998, with the variance of Bell & McCaffrey 2002)",
    );
  else if (!equalWeights)
    parts.push("with Hájek's weighted share of the effective number of rows (Korn & Graubard 1998)");
  if (cells.strata.kept.predictions.audited.n > 0)
    parts.push("with predictions of all rows (PPI++, Angelopoulos et al. 2023)");
  if (labelledTwice(cells)) parts.push("widened to what two people's labels leave open (after Hui & Walter 1980)");
  if (finitePopulation) parts.push("of a finite population (hypergeometric, Buonaccorsi 1987)");
  return parts.join(", ");
}

type MethodOptions = Pick<ResolvedOptions, "interval" | "finitePopulation">;

/** How each interval of an audit is made, in words. */
export function auditMethods(options: MethodOptions, wholeSample: boolean, equalWeights: boolean, cells: Cells) {
  const share = shareMethod(options, equalWeights, cells);
  const limits = `from the ${share} limits of kept and rejected rows`;
  const rate = options.finitePopulation
    ? ""
    : ", and the Clopper–Pearson limits of the keep rate, as the rows of the file are a sample";
  const shared = {
    keptPrecision: share,
    keepRate: wholeSample && !equalWeights ? share : "counted over all rows, so it has no width",
    verdict: "below where all of the interval of kept precision is above 1/K, above where all of it is below",
    verification: `the difference of kept and rejected precision by ${MOVER} ${limits}: better if all of it is above 0`,
    youden: "as breakdown, of φ − ψ",
    gain: `the difference of kept and rejected precision, times 1 − the keep rate, by ${CURVED}${wholeSample ? "" : rate}`,
    worth: "n·((Ka − 1)/(K − 1))² clean rows for n rows of precision a: at the limits of a",
    adjusted: "the p-value at which the interval of kept precision excludes 1/K, by Holm or Benjamini and Hochberg",
    differs: "the difference from all other rows by MOVER excludes 0, Bonferroni over 3 rates × slices",
  };
  if (wholeSample) {
    return {
      errorRate: share,
      phi: share,
      psi: share,
      breakdown: `${CURVED} from the ${share} limits of φ and ψ`,
      ...shared,
      margin: `${CURVED} ${limits}, and of the audited rows' keep rate`,
    };
  }
  const derived = `stratified by the counted keep rate: ${CURVED} ${limits}${rate}; both at once (Bonferroni) if fewer than 2 of a stratum, or 6 of both, are audited`;
  return {
    errorRate: derived,
    phi: derived,
    psi: derived,
    breakdown: derived,
    ...shared,
    margin: derived,
  };
}

/** How the curve over thresholds is made, in words. */
export function thresholdMethods(classes: number, ...how: Parameters<typeof auditMethods>): Record<string, string> {
  const pair = classes === 2 ? "" : `, of one of the ${classes} classes against another`;
  const { phi, psi, breakdown, keptPrecision, margin } = auditMethods(...how);
  return {
    keepRate: "counted over all rows",
    ...{ phi, psi, breakdown, keptPrecision, margin },
    accuracy: `theory of ridge regression on two Gaussian classes${pair}, of N rows of error rate p, of which φ and ψ are kept`,
    recommended:
      "the largest accuracy by a third of the labels, drawn by lot, of equal ones the lowest threshold; limits are percentiles of 200 bootstrap replicates",
    heldOut: "the labels that did not choose, as an audit at this threshold",
  };
}
