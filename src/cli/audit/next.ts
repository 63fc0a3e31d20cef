import type { FileAudit } from "../../audit/file.js";
import { type MoreLabels, nextStep } from "../../audit/next.js";
import type { Core } from "../../index.js";
import { formatNumber, shellWord } from "../../model/format.js";
import type { AuditFlags } from "./options.js";
import { named, rate } from "./words.js";

/** What to do with the answer; a command stands on a line of its own, indented. */
export function nextText(core: Core, { source, result }: FileAudit, flags: AuditFlags): string | undefined {
  const next = nextStep(core, result, flags.design);
  if (next === undefined) return undefined;
  switch (next.kind) {
    case "more-labels": {
      const command = `  pstar audit ${source === "-" ? "FILE" : shellWord(source)} --plan ${planFlags(flags)}`;
      return `${moreText(next.more)} would decide, if the rates are about what they seem. The plan:\n${command}`;
    }
    case "leave-out": {
      const [is, it] = next.slices.length === 1 ? ["is", "it"] : ["are", "them"];
      return `The whole is below, but ${named(next.slices)} ${is} above: most of the labels kept there are wrong. Leave ${it} out, or judge ${it} by another verifier.`;
    }
    case "lower-psi":
      return `It takes fewer wrong labels, or a verifier that keeps fewer of them: ψ < ${rate(next.bound)} at this p and φ.`;
    case "drop-verifier":
      return "Rows taken at random would be better than those that this verifier keeps: leave the verifier out.";
    default:
      return next satisfies never;
  }
}

/** `12 more labels, 9 of kept rows and 3 of rejected ones,` */
function moreText({ labels, of }: MoreLabels): string {
  const many = (count: number) => formatNumber(count, 15);
  if (of === null) return `${many(labels)} more labels of rows at random`;
  return `${many(labels)} more labels, ${many(of.kept)} of kept rows and ${many(of.rejected)} of rejected ones,`;
}

/** The flags with which a plan rests on the same numbers as the audit. */
function planFlags(flags: AuditFlags): string {
  const { correct, labels, kept, score, threshold, weight, design, classes, confidence } = flags;
  const words = { true: flags.true, false: flags.false, missing: flags.missing };
  return Object.entries({ correct, labels, ...words, kept, score, threshold, weight, design, classes, confidence })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `--${name} ${shellWord(String(value))}`)
    .join(" ");
}
