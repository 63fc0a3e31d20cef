import type { FileAudit } from "../../src/audit.js";
import { csvLine } from "../../src/sweep/results/table.js";

const COUNTS = [
  "rows",
  "kept",
  "rejected",
  "audited",
  "keptCorrect",
  "keptWrong",
  "rejectedCorrect",
  "rejectedWrong",
] as const;
/** The rates of an audit in the order in which they are read. */
export const RATES = [
  "errorRate",
  "breakdown",
  "margin",
  "phi",
  "psi",
  "keptPrecision",
  "keepRate",
  "youden",
  "gain",
] as const;

/** A row for the whole file, whose slice is empty, and one for each slice; each rate with its interval. */
export function auditCsv({ result }: FileAudit): string {
  const heads = [
    "slice",
    "verdict",
    "adjusted",
    "verification",
    ...COUNTS,
    ...RATES.flatMap((name) => [name, `${name}Low`, `${name}High`]),
  ];
  const rows = [{ slice: "", ...result }, ...result.slices].map((one) =>
    csvLine([
      one.slice,
      one.verdict,
      "adjusted" in one ? one.adjusted : "",
      one.verification,
      ...COUNTS.map((name) => one.counts[name]),
      ...RATES.flatMap((name) => [one[name].estimate, one[name].low, one[name].high]),
    ]),
  );
  return [csvLine(heads), ...rows].join("");
}
