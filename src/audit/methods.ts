const EXACT = "Clopper–Pearson";
const MOVER = "MOVER (Zou & Donner 2008)";
/** Where the closed form would not do; see limitsOf in intervals.ts. */
const CURVED = "MOVER on the square-root scale (after Zou & Donner 2008, Newcombe 2011)";

/** How each interval of an audit is made, in words. */
export function auditMethods(wholeSample: boolean, equalWeights: boolean) {
  const share = equalWeights
    ? EXACT
    : `${EXACT} with Hájek's weighted share of the effective number of rows (Korn & Graubard 1998)`;
  const limits = `from the ${share} limits of kept and rejected rows`;
  const shared = {
    keptPrecision: share,
    keepRate: wholeSample && !equalWeights ? share : "counted over all rows, so it has no width",
    verdict: "below where all of the interval of kept precision is above 1/K, above where all of it is below",
    verification: `the difference of kept and rejected precision by ${MOVER} ${limits}: better if all of it is above 0`,
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
  const derived = `stratified by the counted keep rate: ${CURVED} ${limits}; both at once (Bonferroni) where fewer than 2 of a stratum, or 6 of both, are audited`;
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
export function thresholdMethods(classes: number, wholeSample: boolean, equalWeights: boolean): Record<string, string> {
  const pair = classes === 2 ? "" : `, of one of the ${classes} classes against another`;
  const { phi, psi, breakdown, keptPrecision, margin } = auditMethods(wholeSample, equalWeights);
  return {
    keepRate: "counted over all rows",
    ...{ phi, psi, breakdown, keptPrecision, margin },
    accuracy: `theory of ridge regression on two Gaussian classes${pair}, of N rows of error rate p, of which φ and ψ are kept`,
    recommended:
      "the largest accuracy by a third of the labels, drawn by lot, of equal ones the lowest threshold; limits are percentiles of 200 bootstrap replicates",
    heldOut: "the labels that did not choose, as an audit at this threshold",
  };
}
