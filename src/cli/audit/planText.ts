import { moreLabels, type Pilot } from "../../audit/next.js";
import type { AuditPlan, PlannedLabels } from "../../audit/result.js";
import { formatNumber } from "../../model/format.js";
import { paragraph } from "../terminal/format.js";
import { table } from "../terminal/table.js";
import type { Terminal } from "../terminal/terminal.js";
import { balance, confidenceText, percent, rate, sentence } from "./words.js";

/** The pilot of a file. */
export type NamedPilot = Pilot & { name: string };

const WIDEST = 100;

/** A plan for people: what was assumed, how many labels, of which rows, and how to go about it. */
export function planText(plan: AuditPlan, pilot: NamedPilot | null, terminal: Terminal): string {
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
  return `${said} ${rates}${kept}${many}; intervals of ${confidenceText({ confidence })} confidence:`;
}

function answer({ labels, kept, rejected, design, power }: AuditPlan): string {
  const split =
    design === "stratified"
      ? `${formatNumber(kept)} of kept rows and ${formatNumber(rejected)} of rejected ones`
      : `of rows at random, some ${formatNumber(Math.round(kept))} of them kept`;
  return `${formatNumber(labels)} labels, ${split}, decide with a chance of ${chance(power)}.`;
}

function goalLines({ verdict, verification }: AuditPlan, terminal: Terminal, width: number): string[] {
  const rows: [string, PlannedLabels][] = [
    ...(verdict === null ? [] : [[`is p below p⋆? (${verdict.expected})`, verdict] as [string, PlannedLabels]]),
    ...(verification === null
      ? []
      : [[`better than none? (${verification.expected})`, verification] as [string, PlannedLabels]]),
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

function advice({ design }: AuditPlan): string {
  return design === "stratified"
    ? "Draw the rows at random within the kept and within the rejected ones, label all of them, and audit once, with --design stratified."
    : "Draw the rows at random from the whole file, label all of them, and audit once.";
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
function ofPilot({ classes, confidence }: AuditPlan, { verdict, keptPrecision }: NamedPilot): string[] {
  const drawn =
    "The rates are those of the labels with one correct and one wrong row added to the kept and to the rejected ones: few labels that agree are no sign of a rate of 0 or 1.";
  if (verdict !== "inconclusive") return [drawn];
  const { low, high } = keptPrecision;
  const level = confidenceText({ confidence });
  return [
    drawn,
    `By these labels anything from ${(100 * low).toFixed(1)} to ${percent(high)} of the kept labels may be correct (${level} confidence); the nearer to ${percent(balance(classes))} it is, the more labels it takes.`,
  ];
}

/** A chance is never told as certain. */
function chance(power: number): string {
  return power > 0.999 ? "more than 99.9 %" : percent(power);
}
