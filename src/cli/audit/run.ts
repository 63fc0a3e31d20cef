import { auditJson } from "../../audit/json.js";
import { load, type Pstar } from "../../index.js";
import type { Context } from "../context.js";
import { ExitCode } from "../failure.js";
import { checkWritable, writeWhole } from "../files.js";
import { Interrupt } from "../interrupt.js";
import { figureFormat } from "../options.js";
import { type Audited, auditFile } from "./file.js";
import { auditHtml } from "./html.js";
import { auditMarkdown } from "./markdown.js";
import { nextStep } from "./next.js";
import { type AuditFlags, checkForm } from "./options.js";
import { planLabels } from "./plan.js";
import { auditText } from "./text.js";

/** `pstar audit`: judges a file, or says how many labels that takes. */
export async function runAudit(source: string | undefined, flags: AuditFlags, context: Context): Promise<void> {
  checkForm(source, flags);
  if (flags.plan || source === undefined) return planLabels(source, flags, context);
  if (flags.plot !== undefined) await checkWritable(flags.plot);
  const interrupt = new Interrupt(() => {});
  try {
    const pstar = await load();
    const audited = await auditFile(pstar, source, flags, interrupt.signal, context);
    if (audited === null) {
      context.streams.err.write("interrupted: nothing is said of a file that was read in part\n");
      context.exitCode = interrupt.exitCode ?? ExitCode.interrupted;
      return;
    }
    await tell(pstar, audited, flags, context);
  } finally {
    interrupt.dispose();
  }
}

/** Writes the answer in its form, and the picture. */
async function tell(pstar: Pstar, audited: Audited, flags: AuditFlags, context: Context): Promise<void> {
  const { out, err } = context.streams;
  const { result } = audited;
  const next = nextStep(pstar, audited, flags);
  out.write(await answer(audited, next, flags, context));
  const written = await plot(audited, flags);
  if (written !== undefined && !flags.quiet) err.write(`${err.colors.dim(`wrote ${written}`)}\n`);
  if (!flags.gate || result.verdict === "below") return;
  context.exitCode = ExitCode.failed;
  if (!flags.quiet) err.write(`${err.colors.red(`gate: the verdict is ${result.verdict}, not below`)}\n`);
}

async function answer(
  audited: Audited,
  next: string | undefined,
  { format }: AuditFlags,
  { streams }: Context,
): Promise<string> {
  if (format === "json") return auditJson({ ...audited, unreadable: audited.reading.unreadable });
  if (format === "md") return auditMarkdown(audited, next);
  if (format === "html") return auditHtml(audited, next, await pictures(audited));
  return auditText(audited, next, streams.out);
}

async function pictures({ thresholds }: Audited): Promise<{ light: string; dark: string } | undefined> {
  if (thresholds === null) return undefined;
  const { pageFigures } = await import("./thresholdFile.js");
  return pageFigures(thresholds);
}

async function plot({ thresholds }: Audited, { plot: file }: AuditFlags): Promise<string | undefined> {
  if (file === undefined || thresholds === null) return undefined;
  const { drawThresholds } = await import("./thresholdFile.js");
  await writeWhole(file, drawThresholds(thresholds, figureFormat(file) ?? "png"));
  return file;
}
