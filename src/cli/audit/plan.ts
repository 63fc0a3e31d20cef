import { moreLabels, type Pilot, pilotOf, planFor } from "../../audit/next.js";
import type { AuditPlanQuestion } from "../../audit/plan.js";
import type { AuditPlan, AuditPlanDocument, PlannedLabels } from "../../audit/result.js";
import { DataError } from "../../core/errors.js";
import { load } from "../../core/simulationCore.js";
import type { Core } from "../../index.js";
import { formatNumber, percent, shortPercent } from "../../model/format.js";
import { nameOf } from "../../rows/rowFiles.js";
import type { Context } from "../context.js";
import { ExitCode, UsageError } from "../failure.js";
import { Interrupt } from "../interrupt.js";
import { shareOf, withFlagNames } from "../options.js";
import { paragraph } from "../terminal/format.js";
import { table } from "../terminal/table.js";
import { jsonText, type Terminal } from "../terminal/terminal.js";
import { auditFile } from "./file.js";
import { type AuditFlags, auditOptions, FLAG_OF } from "./options.js";
import { balance, rate, sentence } from "./words.js";

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

const KEPT_CORRECT = "the share of correct labels among the kept rows";

/** A fault in rates that come from a file is not reported as a fault of the flags. */
function planOf(core: Core, question: AuditPlanQuestion, pilot: NamedPilot | null): AuditPlan {
  try {
    // it follows from the rates, and was not given as a flag
    const isRate = question.keptPrecision === undefined;
    const names = isRate ? { ...FLAG_OF, keptPrecision: KEPT_CORRECT } : FLAG_OF;
    return withFlagNames(names, () => planFor(core, question));
  } catch (error) {
    const field = error instanceof UsageError ? error.field : undefined;
    if (
      pilot === null ||
      field === undefined ||
      !["--p", "--phi", "--psi", "--kept-precision", KEPT_CORRECT].includes(field)
    )
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

const FORMS = [
  "  --p p --phi φ --psi ψ        the rates, guessed",
  "  --margin m --phi φ --psi ψ   or the smallest p⋆ − p to detect",
  "  --kept-precision x           the share of correct labels among the kept rows, guessed",
  "  a file that is partly audited, with --correct and --kept or --score (see: pstar help audit)",
];

function checkEnough({ keptPrecision, phi, psi, errorRate, margin }: AuditPlanQuestion): void {
  if (keptPrecision !== undefined) return;
  if (phi === undefined || psi === undefined || (errorRate === undefined && margin === undefined)) {
    throw new UsageError("a plan needs to know what to expect; use one of", { lines: FORMS });
  }
}

/** The rates of a file that was audited in part; null if reading it was interrupted. */
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

/** The pilot of a file. */
type NamedPilot = Pilot & { name: string };

const WIDEST = 100;

/** A plan for people: what was assumed, how many labels, of which rows, and how to go about it. */
function planText(plan: AuditPlan, pilot: NamedPilot | null, terminal: Terminal): string {
  const { bold, dim, yellow } = terminal.colors;
  const width = Math.min(terminal.columns, WIDEST);
  const set = (text: string) => paragraph(text, terminal, width);
  const lines = [
    ...set(assumption(plan, pilot)).map((line) => dim(line)),
    "",
    ...set(answer(plan)).map((line) => bold(line)),
    "",
    ...goalLines(plan, terminal, width),
    "",
    ...(plan.sequential === null ? [] : [...set(priceText(plan, plan.sequential)), ""]),
    ...set(advice(plan)),
    "",
    ...[...plan.warnings.map(({ message }) => message), ...(pilot === null ? [] : ofPilot(plan, pilot))].flatMap(
      (warning) => set(`note: ${sentence(warning)}`).map((line) => line.replace(/^note:/, yellow("note:"))),
    ),
    ...(pilot === null ? [] : ["", ...set(stillNeeded(plan, pilot))]),
  ];
  return lines.map((line) => `${line.trimEnd()}\n`).join("");
}

function assumption({ assumed, classes, confidence }: AuditPlan, pilot: NamedPilot | null): string {
  const { errorRate, phi, psi, breakdown, margin, keptPrecision, keepRate } = assumed;
  const said =
    pilot === null ? "If" : `${pilot.name} has ${formatNumber(pilot.kept + pilot.rejected)} labels. If, as they say,`;
  const rates =
    phi === null || psi === null
      ? `${percent(keptPrecision)} of the kept labels are correct`
      : `p = ${rate(errorRate)}, φ = ${rate(phi)} and ψ = ${rate(psi)} (so p⋆ = ${rate(breakdown)}, margin ${rate(margin)}, ${percent(keptPrecision)} of the kept labels correct)`;
  const kept = keepRate === null ? "" : `, ${percent(keepRate)} of the rows kept`;
  const many = classes === 2 ? "" : `, ${classes} classes`;
  return `${said} ${rates}${kept}${many}; intervals of ${shortPercent(confidence)} confidence:`;
}

function answer({ labels, kept, rejected, design, power, verdict, verification }: AuditPlan): string {
  const what =
    verdict === null
      ? " whether the verifier is better than rows at random"
      : verification === null
        ? " whether p is below p⋆"
        : " both questions";
  const split =
    design === "stratified"
      ? `${formatNumber(kept)} of kept rows and ${formatNumber(rejected)} of rejected ones`
      : `of rows at random, some ${formatNumber(Math.round(kept))} of them kept`;
  return `${formatNumber(labels)} labels, ${split}, decide${what} with a chance of ${chance(power)}.`;
}

function goalLines({ verdict, verification }: AuditPlan, terminal: Terminal, width: number): string[] {
  const rows: [string, PlannedLabels][] = [
    ...(verdict === null ? [] : [[`is p below p⋆? (${verdict.expected})`, verdict] as [string, PlannedLabels]]),
    ...(verification === null
      ? []
      : [[`better than random rows? (${verification.expected})`, verification] as [string, PlannedLabels]]),
  ];
  const column = (text: (labels: PlannedLabels) => string) => rows.map(([, labels]) => text(labels));
  return table(
    [
      { head: "each question by itself", align: "left", cells: rows.map(([name]) => name) },
      { head: "labels", align: "right", cells: column(({ labels }) => formatNumber(labels)) },
      { head: "of kept", align: "right", cells: column(({ kept }) => formatNumber(Math.round(kept))) },
      { head: "of rejected", align: "right", cells: column(({ rejected }) => formatNumber(Math.round(rejected))) },
      {
        head: "chance",
        align: "right",
        leaves: 1,
        cells: column(({ power }) => (power > 0.999 ? "> 99.9 %" : percent(power))),
      },
    ],
    terminal,
    width,
  ).lines;
}

/** What it costs that the labels may be looked at after each of them. */
function priceText({ verdict }: AuditPlan, { labels, expected, power }: NonNullable<AuditPlan["sequential"]>): string {
  const once = verdict === null ? "" : `, instead of ${formatNumber(verdict.kept)} for one look`;
  return `Looked at after each label, it takes ${formatNumber(Math.ceil(expected))} labels of kept rows on average and ${formatNumber(labels)} at most${once}, to say ${verdict?.expected ?? "on which side p is"} with a chance of ${chance(power)}.`;
}

function advice({ design, sequential }: AuditPlan): string {
  const audit = sequential === null ? "audit once" : "audit with --sequential, as often as you like";
  const labelling = sequential === null ? "label all of them" : "label them in that order";
  return design === "stratified"
    ? `Draw the rows at random within the kept and within the rejected ones, ${labelling}, and ${audit}, with --design stratified.`
    : `Draw the rows at random from the whole file, ${labelling}, and ${audit}.`;
}

/** How far the labels that there are have come, and what is still needed. */
function stillNeeded(plan: AuditPlan, pilot: NamedPilot): string {
  const { verdict, verification } = pilot;
  const there = `There are ${formatNumber(pilot.kept)} of kept rows and ${formatNumber(pilot.rejected)} of rejected ones`;
  const said = [
    ...(verdict === "inconclusive" ? [] : [`p is ${verdict} p⋆`]),
    ...(verification === "inconclusive" ? [] : [`the verifier is ${verification} than none`]),
  ];
  if (said.length === 2) return `${there}, and they decide already: ${said.join(", and ")}.`;
  const half = said.length === 0 ? "" : `, and they say already that ${said[0]}`;
  const { labels, of } = moreLabels(plan, pilot);
  if (labels === 0) return `${there}${half}: as many as planned, and they do not decide. Plan with more --power.`;
  if (of === null) return `${there}${half}: ${formatNumber(labels)} more.`;
  return `${there}${half}: ${formatNumber(of.kept)} and ${formatNumber(of.rejected)} more.`;
}

/** How far the rates of a file are to be trusted. */
function ofPilot({ classes, confidence }: AuditPlan, { verdict, keptPrecision, alike, twice }: NamedPilot): string[] {
  const doubts = [
    ...(alike > 1.05
      ? [
          `The plan counts labels of rows in different clusters: it takes about ${formatNumber(alike, 2)} of rows that are as alike as these for each of them.`,
        ]
      : []),
    ...(twice
      ? ["The plan takes labels to be without error: what two people differ on, labels by one of them do not decide."]
      : []),
  ];
  const drawn =
    "The rates are those of the labels with one correct and one wrong row added to the kept and to the rejected ones: few labels that agree are no sign of a rate of 0 or 1.";
  if (verdict !== "inconclusive") return [...doubts, drawn];
  const { low, high } = keptPrecision;
  const level = shortPercent(confidence);
  return [
    ...doubts,
    drawn,
    `By these labels anything from ${(100 * low).toFixed(1)} to ${percent(high)} of the kept labels may be correct (${level} confidence); the nearer to ${percent(balance(classes))} it is, the more labels it takes.`,
  ];
}

/** A chance is never told as certain. */
function chance(power: number): string {
  return power > 0.999 ? "more than 99.9 %" : percent(power);
}
