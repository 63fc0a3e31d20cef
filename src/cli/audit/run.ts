import { verifierCard } from "../../audit/card.js";
import { auditJson, type FileAudit } from "../../audit/file.js";
import { type AuditLines, auditLines, named } from "../../audit/lines.js";
import { nextStep, slicesAbove } from "../../audit/next.js";
import { inertJson } from "../../core/printable.js";
import { load } from "../../core/simulationCore.js";
import type { Core } from "../../index.js";
import { shellWord } from "../../model/format.js";
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
  const lines = auditLines(audited, nextStep(core, audited.result, flags.design));
  const put = flags.format === "table" ? out.print : out.write;
  put(await answer(audited, lines, flags, context));
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

/** Of K > 2 classes the overall verdict rests on uniform errors, so that each class must be below by itself. */
function classFaults({ confusion, classes }: FileAudit["result"]): string[] {
  if (confusion === null) {
    return [
      `below with ${classes} classes rests on the assumption that wrong labels are uniform, which nothing here tests: give --truth and --label, or use 2 classes`,
    ];
  }
  const others = confusion.classes.filter(({ verdict }) => verdict !== "below").map((one) => one.class);
  return others.length === 0
    ? []
    : [`of the classes, ${named(others, "classes")} ${others.length === 1 ? "is" : "are"} not below`];
}

async function answer(audited: FileAudit, lines: AuditLines, flags: AuditFlags, { streams }: Context): Promise<string> {
  const { format, date } = flags;
  const next = nextText(audited, lines, flags);
  if (format === "json") return inertJson(auditJson(audited));
  if (format === "card-json") return jsonText(verifierCard(audited, dateOf(date)));
  if (format === "card") return cardMarkdown(verifierCard(audited, dateOf(date)));
  if (format === "md") return auditMarkdown(audited, lines, next);
  if (format === "html") return auditHtml(audited, lines, next, await pictures(audited));
  return auditText(audited, lines, next, streams.out);
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
function nextText({ source }: FileAudit, { next }: AuditLines, flags: AuditFlags): string | undefined {
  if (next?.code !== "more-labels") return next?.message;
  const command = `  pstar audit ${source === "-" ? "FILE" : shellWord(source)} --plan ${planFlags(flags)}`;
  return `${next.message} The plan:\n${command}`;
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
