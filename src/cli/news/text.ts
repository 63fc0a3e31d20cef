import { noiseText } from "../../figure/news.js";
import { counted, formatNumber } from "../../model/format.js";
import type { NewsExample } from "../../news/experiment/examples.js";
import type { NewsArmResult, NewsComparison, NewsResult } from "../../news/experiment/result.js";
import { chanceBeyond, type NewsMean } from "../../news/experiment/statistics.js";
import { spelt, type Terminal } from "../terminal/terminal.js";
import { wrappedText } from "../terminal/wrap.js";

interface Column {
  head: string;
  text: (arm: NewsArmResult) => string;
  /** Those of the highest number are the first to go where the terminal is narrow. */
  order: number;
}

const GAP = "  ";
const WIDEST = 100;

/** The result as text: a table of the arms, what the differences say, and summaries to read. */
export function newsText(result: NewsResult, examples: readonly NewsExample[], terminal: Terminal): string {
  const { bold, dim } = terminal.colors;
  const wrap = (sentence: string) => wrappedText(spelt(sentence, terminal), width);
  const width = Math.min(terminal.columns, WIDEST);
  const { data, settings, threshold } = result;
  const writer =
    settings.generator === null
      ? `the generator learns from ${formatNumber(data.generator)}`
      : `summaries by ${printable(settings.generator)}`;
  const about =
    `${data.source}: ${formatNumber(data.articles)} articles, ${formatNumber(data.train)} to train on (${writer}), ` +
    `${formatNumber(data.verifier)} for the verifiers, ${formatNumber(data.test)} held ` +
    `out; ${settings.model} model, ${counted(settings.seeds.length, "seed")}; ± is one standard error` +
    (settings.noise === 0 ? "" : `; ${noiseText(settings.noise)}`);
  const all = columnsOf(result, terminal);
  const columns = fitting(all, result.arms, terminal.columns);
  const shows = (head: string) => columns.some((column) => column.head === spelt(head, terminal));
  const widths = columns.map(({ head, text }) => Math.max(head.length, ...result.arms.map((arm) => text(arm).length)));
  const aligned = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
      .join(GAP)
      .trimEnd();
  const lines = [...wrap(about).map(dim), "", bold(aligned(columns.map(({ head }) => head)))];
  for (const arm of result.arms) lines.push(aligned(columns.map(({ text }) => text(arm))));
  const meanings = [
    shows("NLL") ? "NLL: −log p a token of the human summaries." : "",
    ["p", "φ", "ψ", "p⋆"].some(shows)
      ? `p, φ, ψ: a generated summary counts as correct from ROUGE-1 ${mean(threshold.value, 3)} on (${
          threshold.rule === "given" ? "as told" : "the original model's mean"
        }).`
      : "",
    chanceText(settings.seeds.length),
  ];
  const notes = [meanings.filter((text) => text !== "").join(" ")];
  const dropped = all.filter((column) => !columns.includes(column)).map(({ head }) => head);
  if (dropped.length > 0)
    notes.push(`Left out to fit ${terminal.columns} characters: ${dropped.join(", ")}. --format json shows them.`);
  if (!result.complete) notes.push("Stopped: not all arms are finished.");
  lines.push("", ...notes.flatMap(wrap).map(dim), "");
  for (const sentence of findings(result)) lines.push(...wrap(sentence));
  for (const example of examples) lines.push("", ...exampleLines(example, wrap, terminal));
  return lines.map((line) => `${line}\n`).join("");
}

function columnsOf({ comparisons }: NewsResult, terminal: Terminal): Column[] {
  const against = (rival: string) => (arm: NewsArmResult) =>
    comparisons.find((c) => c.arm === arm.name && c.against === rival && c.measure === "rouge1")?.verdict ?? "";
  const columns: Column[] = [
    { head: "arm", text: (arm) => arm.name, order: 0 },
    { head: "rows", text: (arm) => (arm.rows === 0 ? "" : formatNumber(arm.rows)), order: 1 },
    { head: "R1", text: (arm) => withError(arm.rouge1), order: 0 },
    { head: "R2", text: (arm) => mean(arm.rouge2, 4), order: 3 },
    { head: "RL", text: (arm) => mean(arm.rougeL, 4), order: 4 },
    { head: "NLL", text: (arm) => mean(arm.nll, 3), order: 2 },
    { head: "words", text: (arm) => mean(arm.words, 1), order: 9 },
    { head: "kept R1", text: (arm) => (arm.selected ? mean(arm.selected.rouge1, 3) : ""), order: 5 },
    { head: "p", text: (arm) => (arm.rates ? mean(arm.rates.errorRate, 2) : ""), order: 8 },
    { head: "φ", text: (arm) => (arm.rates ? mean(arm.rates.phi, 2) : ""), order: 11 },
    { head: "ψ", text: (arm) => (arm.rates ? mean(arm.rates.psi, 2) : ""), order: 11 },
    { head: "p⋆", text: (arm) => (arm.rates ? mean(arm.rates.breakdown, 2) : ""), order: 7 },
    { head: "predicted", text: (arm) => arm.prediction ?? "", order: 10 },
    { head: "R1 v. original", text: against("original"), order: 2 },
    { head: "v. unselected", text: against("unselected"), order: 6 },
  ];
  // what is spelt in ASCII is wider
  return columns.map(({ head, text, order }) => ({
    head: spelt(head, terminal),
    text: (arm) => spelt(text(arm), terminal),
    order,
  }));
}

function fitting(columns: Column[], arms: readonly NewsArmResult[], limit: number): Column[] {
  let shown = columns;
  const widthOf = ({ head, text }: Column) => Math.max(head.length, ...arms.map((arm) => text(arm).length));
  for (;;) {
    const total = shown.reduce((sum, column) => sum + GAP.length + widthOf(column), -GAP.length);
    const last = Math.max(...shown.map(({ order }) => order));
    if (total <= limit || last === 0) return shown;
    shown = shown.filter(({ order }) => order < last);
  }
}

/** What the differences say, in words. */
function findings({ arms, comparisons }: NewsResult): string[] {
  const find = (arm: string, against: string, measure: string) =>
    comparisons.find((c) => c.arm === arm && c.against === against && c.measure === measure);
  const best = arms.filter(({ kind, verifier }) => kind === "selected" && verifier === "oracle");
  return [
    phrase("Collapse: unselected against original, NLL", find("unselected", "original", "nll"), 3),
    phrase("and ROUGE-1", find("unselected", "original", "rouge1")),
    ...best.flatMap(({ name, fraction }) => [
      phrase(
        `${name} against random, ROUGE-1`,
        find(name, `random-${Number((100 * fraction).toPrecision(6))}`, "rouge1"),
      ),
      phrase(`${name} against original, ROUGE-1`, find(name, "original", "rouge1")),
    ]),
  ].filter((sentence) => sentence !== "");
}

function phrase(what: string, comparison: NewsComparison | undefined, digits = 4): string {
  if (comparison === undefined) return "";
  const { difference, se, verdict } = comparison;
  const sign = difference < 0 ? "−" : "+";
  const spread = se === null ? "" : ` ± ${se.toFixed(digits)}`;
  return `${what}: ${sign}${Math.abs(difference).toFixed(digits)}${spread}${verdict ? `, ${verdict}` : ""}.`;
}

function exampleLines(example: NewsExample, wrap: (text: string) => string[], { colors }: Terminal): string[] {
  const { verifier, kept, id, lead, reference, summary, rouge1 } = example;
  return [
    ...wrap(`${kept ? "Kept" : "Rejected"} by ${verifier}, ROUGE-1 ${rouge1.toFixed(3)} (${printable(id)})`).map(
      colors.bold,
    ),
    ...wrap(`article: ${printable(lead)}`).map(colors.dim),
    ...wrap(`human: ${printable(reference)}`),
    ...wrap(`generated: ${printable(summary)}`),
  ];
}

/** A text of a file may hold what takes over a terminal. */
function printable(text: string): string {
  return text.replace(/\p{Cc}+/gu, " ");
}

/** How far "beats" and "loses" can be trusted. */
function chanceText(seeds: number): string {
  if (seeds < 2) return "Of one seed nobody can say what beats what.";
  const chance = (100 * chanceBeyond(seeds)).toFixed(0);
  return `"beats" and "loses": by more than 2 standard errors, which of ${seeds} seeds chance alone exceeds in ${chance} % of cases.`;
}

function withError({ mean: value, se }: NewsMean): string {
  return value === null ? "" : `${value.toFixed(4)}${se === null ? "" : ` ±${se.toFixed(4).slice(1)}`}`;
}

function mean({ mean: value }: NewsMean, digits: number): string {
  return value === null ? "" : value.toFixed(digits);
}
