import { ArgumentError } from "../core/errors.js";
import { formatNumber } from "../figure/labels.js";
import type { Pstar } from "../index.js";
import type { Audited } from "./auditFile.js";
import type { AuditFlags } from "./auditFlags.js";
import { rate } from "./auditWords.js";

/** What to do with the answer; a command stands on a line of its own, indented. */
export function nextStep(pstar: Pstar, { source, result }: Audited, flags: AuditFlags): string | undefined {
  const { verdict, verification, slices } = result;
  if (verdict === "inconclusive") return moreLabels(pstar, source, result, flags);
  if (verdict === "above") return remedy(result);
  const others = slices.filter((slice) => slice.verdict === "above").map(({ slice }) => slice);
  if (others.length > 0) {
    const which = others.length === 1 ? "one slice is" : `${others.length} slices are`;
    return `The whole is below, but ${which} above: there, more data harm. Leave them out, or judge them by another verifier.`;
  }
  if (verification === "hurts") return "The data would teach the truth without this verifier as well, and better.";
  return undefined;
}

function moreLabels(pstar: Pstar, source: string, result: Audited["result"], flags: AuditFlags): string | undefined {
  const { errorRate, phi, psi, counts, classes, confidence } = result;
  if (errorRate.estimate === null || phi.estimate === null || psi.estimate === null) return undefined;
  const rates = { errorRate: errorRate.estimate, phi: phi.estimate, psi: psi.estimate };
  try {
    const { verdict } = pstar.planAudit({ ...rates, classes, confidence, goal: "verdict" });
    if (verdict === null) return undefined;
    const more = verdict.kept - counts.keptCorrect - counts.keptWrong;
    const command = `  pstar audit ${source === "-" ? "FILE" : quoted(source)} --plan ${fieldFlags(flags)}`;
    if (more <= 0) return `A few more labels of kept rows should decide. How many, and of which rows:\n${command}`;
    return `About ${formatNumber(rounded(more))} more labels of kept rows would decide, if the rates are what they seem. The plan:\n${command}`;
  } catch (error) {
    if (error instanceof ArgumentError) return undefined; // rates on which nothing can be planned, such as p = p⋆
    throw error;
  }
}

/** Two digits: the rates behind the number are no more certain. */
function rounded(labels: number): number {
  return labels < 100 ? Math.ceil(labels / 5) * 5 : Number(labels.toPrecision(2));
}

function fieldFlags({ correct, kept, score, threshold, weight, design }: AuditFlags): string {
  const flags = { correct, kept, score, threshold, weight, design };
  return Object.entries(flags)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `--${name} ${quoted(String(value))}`)
    .join(" ");
}

function quoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** What would bring p below p⋆: ψ under a bound. */
function remedy({ errorRate, phi, classes }: Audited["result"]): string | undefined {
  const p = errorRate.estimate;
  if (p === null || p === 0 || phi.estimate === null) return undefined;
  const bound = ((classes - 1) * phi.estimate * (1 - p)) / p;
  if (bound <= 0) return undefined;
  return `Below takes fewer wrong labels, or a verifier that keeps fewer of them: ψ < ${rate(bound)} at this p and φ.`;
}
