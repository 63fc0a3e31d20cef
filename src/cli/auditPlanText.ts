import type { AuditPlan, PlannedLabels } from "../audit/plan.js";
import { formatNumber } from "../figure/labels.js";
import type { Pilot } from "./auditPlan.js";
import { confidenceText, percent, rate, sentence } from "./auditWords.js";
import { grid } from "./grid.js";
import { spelt, type Terminal } from "./terminal.js";
import { wrappedText } from "./wrap.js";

const WIDEST = 100;

/** A plan for people: what was assumed, how many labels, of which rows, and how to go about it. */
export function planText(plan: AuditPlan, pilot: Pilot | null, terminal: Terminal): string {
  const { bold, dim, yellow } = terminal.colors;
  const width = Math.min(terminal.columns, WIDEST);
  const set = (text: string) => wrappedText(spelt(text, terminal), width);
  const lines = [
    ...set(assumption(plan, pilot)).map((line) => dim(line)),
    "",
    ...set(answer(plan)).map((line) => bold(line)),
    "",
    ...goalLines(plan, terminal, width),
    "",
    ...set(advice(plan)),
    ...(plan.warnings.length > 0 ? [""] : []),
    ...plan.warnings.flatMap((warning) =>
      set(`note: ${sentence(warning)}`).map((line) => line.replace(/^note:/, yellow("note:"))),
    ),
    ...(pilot === null ? [] : ["", ...set(stillNeeded(plan, pilot))]),
  ];
  return lines.map((line) => `${spelt(line, terminal).trimEnd()}\n`).join("");
}

function assumption({ assumed, classes, confidence }: AuditPlan, pilot: Pilot | null): string {
  const { errorRate, phi, psi, breakdown, margin, keptPrecision, keepRate } = assumed;
  const said =
    pilot === null ? "If" : `${pilot.name} has ${formatNumber(pilot.kept + pilot.rejected)} labels. If, as they say,`;
  const rates =
    phi === null || psi === null
      ? `${percent(keptPrecision)} of the kept labels are correct`
      : `p = ${rate(errorRate)}, φ = ${rate(phi)} and ψ = ${rate(psi)} (so p⋆ = ${rate(breakdown)}, margin ${rate(margin)}, ${percent(keptPrecision)} of the kept labels correct)`;
  const kept = keepRate === null ? "" : `, ${percent(keepRate)} of the rows kept`;
  const many = classes === 2 ? "" : `, ${classes} classes`;
  return `${said} ${rates}${kept}${many}; intervals of ${confidenceText({ confidence })} confidence:`;
}

function answer({ labels, kept, rejected, design, power }: AuditPlan): string {
  const split =
    design === "stratified"
      ? `${formatNumber(kept)} of kept rows and ${formatNumber(rejected)} of rejected ones`
      : `of rows at random, some ${formatNumber(Math.round(kept))} of them kept`;
  return `${formatNumber(labels)} labels, ${split}, decide with a chance of ${percent(power)}.`;
}

function goalLines({ verdict, verification }: AuditPlan, terminal: Terminal, width: number): string[] {
  const rows: [string, PlannedLabels][] = [
    ...(verdict === null ? [] : [[`is p below p⋆? (${verdict.expected})`, verdict] as [string, PlannedLabels]]),
    ...(verification === null
      ? []
      : [[`does it help? (${verification.expected})`, verification] as [string, PlannedLabels]]),
  ];
  const column = (text: (labels: PlannedLabels) => string) => rows.map(([, labels]) => text(labels));
  return grid(
    [
      { head: "each question by itself", align: "left", cells: rows.map(([name]) => name) },
      { head: "labels", align: "right", cells: column(({ labels }) => formatNumber(labels)) },
      { head: "of kept", align: "right", cells: column(({ kept }) => formatNumber(Math.round(kept))) },
      { head: "of rejected", align: "right", cells: column(({ rejected }) => formatNumber(Math.round(rejected))) },
      { head: "chance", align: "right", leaves: 1, cells: column(({ power }) => percent(power)) },
    ],
    terminal,
    width,
  ).lines;
}

function advice({ design }: AuditPlan): string {
  return design === "stratified"
    ? "Draw the rows at random within the kept and within the rejected ones, label all of them, and audit once, with --design stratified."
    : "Draw the rows at random from the whole file, label all of them, and audit once.";
}

/** A random sample of all rows is one of the kept and one of the rejected rows too, so its labels count. */
function stillNeeded({ labels, kept, rejected, design }: AuditPlan, pilot: Pilot): string {
  const there = `There are ${formatNumber(pilot.kept)} of kept rows and ${formatNumber(pilot.rejected)} of rejected ones`;
  const [moreKept, moreRejected] = [Math.max(0, kept - pilot.kept), Math.max(0, rejected - pilot.rejected)];
  const more = design === "simple" ? Math.max(0, labels - pilot.kept - pilot.rejected) : moreKept + moreRejected;
  if (more === 0) return `${there}: if they do not decide, the rates are not what they seem.`;
  if (design === "simple") return `${there}: ${formatNumber(more)} more.`;
  return `${there}: ${formatNumber(moreKept)} and ${formatNumber(moreRejected)} more.`;
}
