import type { FileAudit } from "../../audit/file.js";
import { ArgumentError } from "../../core/errors.js";
import type { Pstar } from "../../index.js";
import { formatNumber } from "../../model/format.js";
import type { AuditFlags } from "./options.js";
import { type MoreLabels, moreLabels, pilotOf, planFor } from "./pilot.js";
import { named, rate, slicesAbove } from "./words.js";

/** What to do with the answer; a command stands on a line of its own, indented. */
export function nextStep(pstar: Pstar, audited: FileAudit, flags: AuditFlags): string | undefined {
  const { result } = audited;
  const { verdict, verification } = result;
  if (verdict === "inconclusive") return labelsToDecide(pstar, audited, flags);
  if (verdict === "above") return remedy(result);
  const others = slicesAbove(result);
  if (others.length > 0) {
    const one = others.length === 1;
    const it = one ? "it" : "them";
    return `The whole is below, but ${named(others)} ${one ? "is" : "are"} above: there, more data harm. Leave ${it} out, or judge ${it} by another verifier.`;
  }
  if (verification === "hurts") return "The data would teach the truth without this verifier as well, and better.";
  return undefined;
}

function labelsToDecide(pstar: Pstar, { source, result }: FileAudit, flags: AuditFlags): string | undefined {
  const { classes, confidence } = result;
  const { design } = flags;
  const pilot = pilotOf(result);
  if (typeof pilot === "string") return undefined; // a warning says of which rows there is no label
  const command = `  pstar audit ${source === "-" ? "FILE" : quoted(source)} --plan ${planFlags(flags)}`;
  try {
    const plan = planFor(pstar, { ...pilot.rates, classes, confidence, ...(design !== undefined && { design }) });
    if (plan.verdict === null) return undefined;
    const more = moreLabels(plan, pilot);
    if (more.labels === 0) return undefined;
    return `${moreText(more)} would decide, if the rates are about what they seem. The plan:\n${command}`;
  } catch (error) {
    if (error instanceof ArgumentError) return undefined; // rates on which nothing can be planned, such as p = p⋆
    throw error;
  }
}

/** `12 more labels, 9 of kept rows and 3 of rejected ones,` */
function moreText({ labels, of }: MoreLabels): string {
  const many = (count: number) => formatNumber(count, 15);
  if (of === null) return `${many(labels)} more labels of rows at random`;
  return `${many(labels)} more labels, ${many(of.kept)} of kept rows and ${many(of.rejected)} of rejected ones,`;
}

/** The flags with which a plan rests on the same numbers as the audit. */
function planFlags({ correct, kept, score, threshold, weight, design, classes, confidence }: AuditFlags): string {
  const flags = { correct, kept, score, threshold, weight, design, classes, confidence };
  return Object.entries(flags)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `--${name} ${quoted(String(value))}`)
    .join(" ");
}

function quoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** What would bring p below p⋆: ψ under a bound. */
function remedy({ errorRate, phi, classes }: FileAudit["result"]): string | undefined {
  const p = errorRate.estimate;
  if (p === null || p === 0 || phi.estimate === null) return undefined;
  const bound = ((classes - 1) * phi.estimate * (1 - p)) / p;
  if (bound <= 0) return undefined;
  return `Below takes fewer wrong labels, or a verifier that keeps fewer of them: ψ < ${rate(bound)} at this p and φ.`;
}
