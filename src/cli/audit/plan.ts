import { pilotOf, planFor } from "../../audit/next.js";
import type { AuditPlanQuestion } from "../../audit/plan.js";
import type { AuditPlan, AuditPlanDocument } from "../../audit/result.js";
import { DataError } from "../../core/errors.js";
import { type Core, load } from "../../index.js";
import { nameOf } from "../../rows/rowFiles.js";
import type { Context } from "../context.js";
import { ExitCode, UsageError } from "../failure.js";
import { Interrupt } from "../interrupt.js";
import { shareOf, withFlagNames } from "../options.js";
import { jsonText } from "../terminal/terminal.js";
import { auditFile } from "./file.js";
import { type AuditFlags, auditOptions, FLAG_OF } from "./options.js";
import { type NamedPilot, planText } from "./planText.js";

/** `pstar audit --plan`: how many labels an audit needs, and of which rows. */
export async function planLabels(files: readonly string[], flags: AuditFlags, context: Context): Promise<void> {
  const { out } = context.streams;
  if (flags.format !== "table" && flags.format !== "json") {
    throw new UsageError(`--plan comes as table or json, not as ${flags.format}`);
  }
  const asked = questionOf(flags);
  const core = await load();
  const pilot = files.length === 0 ? null : await pilotFrom(core, files, flags, context);
  if (files.length > 0 && pilot === null) return;
  const question = { ...(asked.keptPrecision === undefined ? pilot?.rates : undefined), ...asked };
  if (asked.margin !== undefined) delete question.errorRate;
  if (pilot === null) checkEnough(asked);
  const plan = planOf(core, question, pilot);
  if (flags.format === "json") out.write(jsonText(documentOf(plan, pilot)));
  else out.print(planText(plan, pilot, out));
}

/** What is wrong with rates that a file gave is no fault of the flags. */
function planOf(core: Core, question: AuditPlanQuestion, pilot: NamedPilot | null): AuditPlan {
  try {
    return withFlagNames(FLAG_OF, () => planFor(core, question));
  } catch (error) {
    const field = error instanceof UsageError ? error.field : undefined;
    if (pilot === null || field === undefined || !["--p", "--phi", "--psi", "--kept-precision"].includes(field))
      throw error;
    throw new DataError(`${pilot.name}: its labels allow no plan: ${(error as UsageError).message}`);
  }
}

function questionOf(flags: AuditFlags): AuditPlanQuestion {
  const { phi, psi, p, margin, keepRate, power } = flags;
  const precision = flags.keptPrecision ?? flags.precision;
  const { threshold: _, ...options } = auditOptions(flags);
  if (p !== undefined && margin !== undefined) {
    throw new UsageError("--p and --margin do not go together: the margin is p⋆ − p");
  }
  const rates = { "--phi": phi, "--psi": psi, "--margin": margin };
  const [rate] = Object.entries(rates).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (precision !== undefined && rate !== undefined) {
    throw new UsageError(`--kept-precision and ${rate} do not go together: the precision follows from p, φ and ψ`);
  }
  return {
    ...options,
    ...(phi !== undefined && { phi: shareOf("--phi", phi) }),
    ...(psi !== undefined && { psi: shareOf("--psi", psi) }),
    ...(p !== undefined && { errorRate: shareOf("--p", p) }),
    ...(margin !== undefined && { margin: shareOf("--margin", margin, "a number in [-1, 1], or percents") }),
    ...(precision !== undefined && { keptPrecision: shareOf("--kept-precision", precision) }),
    ...(keepRate !== undefined && { keepRate: shareOf("--keep-rate", keepRate) }),
    ...(power !== undefined && { power: shareOf("--power", power, "a number such as 0.8, or percents") }),
  };
}

const FORMS = `a plan needs to know what to expect; use one of
  --p p --phi φ --psi ψ        the rates, guessed
  --margin m --phi φ --psi ψ   or the smallest p⋆ − p that must not be missed
  --kept-precision x           the share of correct labels among the kept rows, guessed
  a file that is partly audited, with --correct and --kept or --score (see --help)`;

function checkEnough({ keptPrecision, phi, psi, errorRate, margin }: AuditPlanQuestion): void {
  if (keptPrecision !== undefined) return;
  if (phi === undefined || psi === undefined || (errorRate === undefined && margin === undefined)) {
    throw new UsageError(FORMS);
  }
}

/** The rates of a file that was audited in part; null where reading it was interrupted. */
async function pilotFrom(
  core: Core,
  files: readonly string[],
  flags: AuditFlags,
  context: Context,
): Promise<NamedPilot | null> {
  const name = nameOf(files.join(" "));
  const interrupt = new Interrupt();
  try {
    const audited = await auditFile(core, files, flags, interrupt.signal, context);
    if (audited === null) {
      context.exitCode = interrupt.exitCode ?? ExitCode.interrupted;
      return null;
    }
    const pilot = pilotOf(audited.result);
    if (typeof pilot !== "string") return { name, ...pilot };
    const { kept, audited: labels } = audited.result.counts;
    const why = kept === 0 ? "no row is kept" : `none of its ${labels} labels is of a ${pilot} row; label a few`;
    throw new DataError(`${name}: no plan can be made of it: ${why}`);
  } finally {
    interrupt.dispose();
  }
}

function documentOf({ schema, ...plan }: AuditPlan, pilot: NamedPilot | null): AuditPlanDocument {
  return { schema, source: pilot === null ? null : sourceOf(pilot), ...plan };
}

function sourceOf({ name, kept, rejected, verdict, verification }: NamedPilot) {
  return { name, kept, rejected, verdict, verification };
}
