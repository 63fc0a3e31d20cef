import { noiseText } from "../../figure/arms.js";
import { counted, formatNumber } from "../../model/format.js";
import type { MeanWithError } from "../../model/statistics.js";
import { armName } from "../../news/experiment/options.js";
import type { NewsArmResult, NewsComparison, NewsExample, NewsResult } from "../../news/experiment/result.js";
import { oneLine, paragraph, signed } from "../terminal/format.js";
import { type Column, droppedNote, table } from "../terminal/table.js";
import type { Terminal } from "../terminal/terminal.js";

/** The result as text: a table of the arms, what the differences say, and summaries to read. */
export function newsText(result: NewsResult, examples: readonly NewsExample[], terminal: Terminal): string {
  const { dim } = terminal.colors;
  const { data, settings } = result;
  const writer =
    settings.generator === null
      ? `the generator learns from ${formatNumber(data.generator)}`
      : `summaries by ${settings.generator}`;
  const about =
    `${data.source}: ${formatNumber(data.articles)} articles, ${formatNumber(data.train)} to train on (${writer}), ` +
    `${formatNumber(data.verifier)} for the verifiers, ${formatNumber(data.test)} held ` +
    `out; ${settings.model} model, ${counted(settings.seeds.length, "seed")}; ± is one standard error` +
    (settings.noise === 0 ? "" : `; ${noiseText(settings.noise)}`);
  const { lines: rows, dropped } = table(columnsOf(result), terminal);
  const notes = [
    meanings(result, dropped),
    droppedNote(dropped, terminal.columns, "--format json shows them."),
    result.complete ? "" : "Stopped: not all arms are finished.",
  ].filter((note) => note !== "");
  const lines = [
    ...paragraph(about, terminal).map(dim),
    "",
    ...rows,
    "",
    ...notes.flatMap((note) => paragraph(note, terminal)).map(dim),
    "",
    ...findings(result).flatMap((sentence) => paragraph(sentence, terminal)),
    ...examples.flatMap((example) => ["", ...exampleLines(example, terminal)]),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

/** What the columns that are shown mean. */
function meanings({ threshold, settings }: NewsResult, dropped: readonly string[]): string {
  const shows = (head: string) => !dropped.includes(head);
  return [
    shows("NLL") ? "NLL: −log p per token of the human summaries." : "",
    ["p", "φ", "ψ", "p⋆"].some(shows)
      ? `p, φ, ψ: a generated summary counts as correct from ROUGE-1 ${mean(threshold.value, 3)} on (${
          threshold.rule === "given" ? "as set" : "the original model's mean"
        }).`
      : "",
    chanceText(settings.seeds.length),
  ]
    .filter((sentence) => sentence !== "")
    .join(" ");
}

function columnsOf({ arms, comparisons }: NewsResult): Column[] {
  const against = (rival: string) => (arm: NewsArmResult) =>
    comparisons.find((c) => c.arm === arm.name && c.against === rival && c.measure === "rouge1")?.verdict ?? "";
  const column = (head: string, text: (arm: NewsArmResult) => string, leaves?: number): Column => ({
    head,
    align: "right",
    cells: arms.map(text),
    leaves,
  });
  return [
    { ...column("arm", ({ name }) => name), align: "left" },
    column("rows", ({ rows }) => (rows === 0 ? "" : formatNumber(rows)), 1),
    column("R1", (arm) => withError(arm.rouge1)),
    column("R2", (arm) => mean(arm.rouge2, 4), 3),
    column("RL", (arm) => mean(arm.rougeL, 4), 4),
    column("NLL", (arm) => mean(arm.nll, 3), 2),
    column("words", (arm) => mean(arm.words, 1), 9),
    column("kept R1", (arm) => (arm.selected ? mean(arm.selected.rouge1, 3) : ""), 5),
    column("p", (arm) => (arm.rates ? mean(arm.rates.errorRate, 2) : ""), 8),
    column("φ", (arm) => (arm.rates ? mean(arm.rates.phi, 2) : ""), 11),
    column("ψ", (arm) => (arm.rates ? mean(arm.rates.psi, 2) : ""), 11),
    column("p⋆", (arm) => (arm.rates ? mean(arm.rates.breakdown, 2) : ""), 7),
    column("predicted", (arm) => arm.prediction ?? "", 10),
    column("R1 v. original", against("original"), 2),
    column("v. unselected", against("unselected"), 6),
  ];
}

/** What the differences say, in words. */
function findings({ arms, comparisons, correlation }: NewsResult): string[] {
  const find = (arm: string, against: string, measure: string) =>
    comparisons.find((c) => c.arm === arm && c.against === against && c.measure === measure);
  const best = arms.filter(({ kind, verifier }) => kind === "selected" && verifier === "oracle");
  return [
    phrase("Collapse: unselected against original, NLL", find("unselected", "original", "nll"), 3),
    phrase("and ROUGE-1", find("unselected", "original", "rouge1")),
    ...best.flatMap(({ name, fraction }) => [
      phrase(`${name} against random, ROUGE-1`, find(name, armName("random", fraction), "rouge1")),
      phrase(`${name} against original, ROUGE-1`, find(name, "original", "rouge1")),
    ]),
    correlationText(correlation),
    ...arms.map(({ name, thresholds }) => sidesText(name, thresholds)),
  ].filter((sentence) => sentence !== "");
}

function phrase(what: string, comparison: NewsComparison | undefined, digits = 4): string {
  if (comparison === undefined) return "";
  const { difference, se, verdict } = comparison;
  const spread = se === null ? "" : ` ± ${se.toFixed(digits)}`;
  return `${what}: ${signed(difference, digits)}${spread}${verdict ? `, ${verdict}` : ""}.`;
}

/** How p⋆ ranks the arms; nothing if it is not known of enough of them. */
export function correlationText(correlation: NewsResult["correlation"]): string {
  if (correlation === null) return "";
  const { estimate, low, high, arms } = correlation;
  const limits = `${signed(low, 2)} to ${signed(high, 2)}, bootstrap of the arms`;
  return `Rank correlation of p⋆ and ROUGE-1 over ${arms} arms: ${signed(estimate, 2)} (${limits}).`;
}

/** On which side of p⋆ an arm is as a summary counts as correct from one ROUGE-1 or another on; nothing if no side is known. */
export function sidesText(
  name: string,
  thresholds: readonly { threshold: number; prediction: "below" | "above" | null }[],
): string {
  const parts = (["below", "above"] as const).flatMap((side) => {
    const places = thresholds.flatMap(({ prediction }, i) => (prediction === side ? [i] : []));
    const [first, last] = [places[0], places.at(-1)];
    if (first === undefined || last === undefined) return [];
    const values = places.map((place) => thresholds[place]?.threshold);
    const inOneRun = places.length > 2 && last - first === places.length - 1;
    return [`${side} p⋆ with ${inOneRun ? `${values[0]} to ${values.at(-1)}` : values.join(", ")}`];
  });
  return parts.length === 0 ? "" : `${name}, by the ROUGE-1 from which a summary is correct: p is ${parts.join(", ")}.`;
}

function exampleLines(example: NewsExample, terminal: Terminal): string[] {
  const { verifier, kept, id, lead, reference, summary, rouge1 } = example;
  const { bold, dim } = terminal.colors;
  const lines = (text: string) => paragraph(oneLine(text), terminal);
  return [
    ...lines(`${kept ? "Kept" : "Rejected"} by ${verifier}, ROUGE-1 ${rouge1.toFixed(3)} (${id})`).map(bold),
    ...lines(`article: ${lead}`).map(dim),
    ...lines(`human: ${reference}`),
    ...lines(`generated: ${summary}`),
  ];
}

/** How far "better" and "worse" can be trusted. */
function chanceText(seeds: number): string {
  if (seeds < 2) return "One seed is not enough to compare arms; use --seeds 1..5.";
  return `"better" and "worse": by Student's t on ${seeds} paired seeds, which chance alone passes in 5 % of comparisons.`;
}

function withError({ mean: value, se }: MeanWithError): string {
  return value === null ? "" : `${value.toFixed(4)}${se === null ? "" : ` ±${se.toFixed(4).slice(1)}`}`;
}

function mean({ mean: value }: MeanWithError, digits: number): string {
  return value === null ? "" : value.toFixed(digits);
}
