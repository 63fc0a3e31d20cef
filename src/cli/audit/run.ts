import { verifierCard } from "../../audit/card.js";
import { auditJson, type FileAudit } from "../../audit/file.js";
import { type MoreLabels, nextStep, slicesAbove } from "../../audit/next.js";
import { inertJson } from "../../core/printable.js";
import { type Core, load } from "../../index.js";
import { formatNumber, shellWord } from "../../model/format.js";
import { checkWritable } from "../../rows/files.js";
import { writeWhole } from "../../rows/write.js";
import type { Context } from "../context.js";
import { ExitCode } from "../failure.js";
import { Interrupt } from "../interrupt.js";
import { figureFormat } from "../options.js";
import { jsonText } from "../terminal/terminal.js";
import { auditFile, auditVerifiersFile } from "./file.js";
import { auditHtml } from "./html.js";
import { auditMarkdown, cardMarkdown, dateOf } from "./markdown.js";
import { type AuditFlags, checkForm, type GateCondition, gateOf, verifiersOf, withFiles } from "./options.js";
import { planLabels } from "./plan.js";
import { auditText } from "./text.js";
import { named, rate } from "./words.js";

/** `pstar audit`: judges a file, or says how many labels that takes. */
export async function runAudit(paths: readonly string[], asked: AuditFlags, context: Context): Promise<void> {
  const [files, flags] = withFiles(paths, asked);
  checkForm(files, flags);
  dateOf(flags.date);
  const gate = gateOf(flags);
  const verifiers = verifiersOf(flags);
  if (verifiers.length > 1) return judgeVerifiers(files, flags, verifiers, context);
  if (flags.plan || files.length === 0) return planLabels(files, flags, context);
  if (flags.plot !== undefined) await checkWritable(flags.plot, files);
  const interrupt = new Interrupt();
  try {
    const core = await load();
    const audited = await auditFile(core, files, flags, interrupt.signal, context);
    if (audited === null) return interrupted(interrupt, context);
    await tell(core, audited, flags, context);
    holdGate(audited, gate, flags, context);
  } finally {
    interrupt.dispose();
  }
}

/** Several verifiers of one file. */
async function judgeVerifiers(
  files: readonly string[],
  flags: AuditFlags,
  verifiers: readonly string[],
  context: Context,
): Promise<void> {
  const { verifiersAnswer } = await import("./verifiers.js");
  const interrupt = new Interrupt();
  try {
    const audited = await auditVerifiersFile(await load(), files, flags, verifiers, interrupt.signal, context);
    if (audited === null) return interrupted(interrupt, context);
    const { out } = context.streams;
    const put = flags.format === "table" ? out.print : out.write;
    put(verifiersAnswer(audited, flags.format, out));
  } finally {
    interrupt.dispose();
  }
}

function interrupted(interrupt: Interrupt, context: Context): void {
  context.streams.err.print("interrupted: nothing is said of a file that was read in part\n");
  context.exitCode = interrupt.exitCode ?? ExitCode.interrupted;
}

/** Writes the answer in its form, and the picture. */
async function tell(core: Core, audited: FileAudit, flags: AuditFlags, context: Context): Promise<void> {
  const { out, err } = context.streams;
  const next = nextText(core, audited, flags);
  const put = flags.format === "table" ? out.print : out.write;
  put(await answer(audited, next, flags, context));
  const written = await plot(audited, flags);
  if (written !== undefined && !flags.quiet) err.print(`${err.colors.dim(`wrote ${written}`)}\n`);
}

/** Sets the exit code, and says why, unless all conditions of the gate hold. */
function holdGate(
  { result }: FileAudit,
  gate: readonly GateCondition[],
  { quiet }: AuditFlags,
  context: Context,
): void {
  const { verdict, verification, counts, classes } = result;
  const { err } = context.streams;
  const above = slicesAbove(result);
  const faults = gate.flatMap((condition) => {
    switch (condition) {
      case "below":
        if (verdict !== "below" || counts.audited === 0) return [`the verdict is ${verdict}, not below`];
        return classes > 2 ? classFaults(result) : [];
      case "better":
        return verification === "better" ? [] : [`the verifier's effect is ${verification}, not better`];
      case "slices":
        return above.length === 0 ? [] : [`${named(above)} ${above.length === 1 ? "is" : "are"} above`];
      default:
        return condition satisfies never;
    }
  });
  if (faults.length === 0) return;
  context.exitCode = ExitCode.failed;
  if (!quiet) for (const fault of faults) err.print(`${err.colors.red(`gate: ${fault}`)}\n`);
}

/** Of K > 2 classes the verdict of the whole rests on uniform errors, so that each class must be below by itself. */
function classFaults({ confusion, classes }: FileAudit["result"]): string[] {
  if (confusion === null) {
    return [
      `below with ${classes} classes rests on the assumption that wrong labels are uniform, which nothing here tests: give --truth and --label, or use 2 classes`,
    ];
  }
  const others = confusion.classes.filter(({ verdict }) => verdict !== "below").map((one) => one.class);
  return others.length === 0
    ? []
    : [`of the classes, ${named(others)} ${others.length === 1 ? "is" : "are"} not below`];
}

async function answer(
  audited: FileAudit,
  next: string | undefined,
  { format, date }: AuditFlags,
  { streams }: Context,
): Promise<string> {
  if (format === "json") return inertJson(auditJson(audited));
  if (format === "card-json") return jsonText(verifierCard(audited, dateOf(date)));
  if (format === "card") return cardMarkdown(verifierCard(audited, dateOf(date)));
  if (format === "md") return auditMarkdown(audited, next);
  if (format === "html") return auditHtml(audited, next, await pictures(audited));
  return auditText(audited, next, streams.out);
}

async function pictures({ thresholds }: FileAudit): Promise<{ light: string; dark: string } | undefined> {
  if (thresholds === null) return undefined;
  const { pageFigures } = await import("./thresholdFile.js");
  return pageFigures(thresholds);
}

async function plot({ thresholds }: FileAudit, { plot: file }: AuditFlags): Promise<string | undefined> {
  if (file === undefined || thresholds === null) return undefined;
  const { drawThresholds } = await import("./thresholdFile.js");
  writeWhole(file, drawThresholds(thresholds, figureFormat(file) ?? "png"));
  return file;
}

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
      return "Rows taken at random would be correct more often than those that this verifier keeps: leave the verifier out.";
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
  const { correct, labels, kept, score, threshold, weight, design, confidence } = flags;
  const classes = flags.classes === "open" ? undefined : flags.classes;
  const words = { true: flags.true, false: flags.false, missing: flags.missing };
  const { cluster, second, predictions, truth, label, interval, sequential, finitePopulation } = flags;
  const fields = {
    correct,
    labels,
    truth,
    label,
    ...words,
    kept,
    score,
    threshold,
    weight,
    cluster,
    second,
    predictions,
  };
  return Object.entries({
    ...fields,
    ...{ design, interval, sequential, "finite-population": finitePopulation, classes, confidence },
  })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => (value === true ? `--${name}` : `--${name} ${shellWord(String(value))}`))
    .join(" ");
}
