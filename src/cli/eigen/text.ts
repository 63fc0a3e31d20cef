import type { EigenArmResult, EigenResult } from "../../eigen/result.js";
import { counted, formatNumber, percent, wholeNumber } from "../../model/format.js";
import type { MeanWithError } from "../../model/statistics.js";
import { decimal, paragraph, signed } from "../terminal/format.js";
import { type Column, droppedNote, table } from "../terminal/table.js";
import type { Terminal } from "../terminal/terminal.js";

/**
 * What the paper reports in Table 1, for 5 × 5 matrices at a tolerance of 1 %; of 10 and 25 beams no figure is held here.
 *
 * @see Feng, Dohmatob, Yang, Charton, Kempe, Beyond Model Collapse, arXiv 2406.07515
 */
const PAPER = { greedy: 0.202, oracle: { "50": 0.604 } as Record<string, number>, perplexity: 0.192 };

/** The result as text: Table 1 and Figure 4 as the paper has them, beside its figures. */
export function eigenText(result: EigenResult, terminal: Terminal): string {
  const { bold, dim } = terminal.colors;
  const lines = [
    ...paragraph(aboutText(result), terminal).map(dim),
    ...(result.generator.beams === null
      ? []
      : ["", bold("Table 1: answers of the generator"), ...tableOne(result, terminal)]),
    "",
    bold("Figure 4: models that learned from kept answers"),
    ...tableFour(result, terminal),
    "",
    ...notes(result).flatMap((note) => paragraph(note, terminal)),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function aboutText({ config, seeds, generator }: EigenResult): string {
  const { size, tolerance, test, pool } = config;
  return (
    `${size} × ${size} matrices, an answer is correct up to ${percent(tolerance, 1)}; the generator learns from ` +
    `${wholeNumber(generator.rows)} and answers ${wholeNumber(pool)}; ${config.stopping}; accuracy on ${wholeNumber(test)} ` +
    `new matrices, ${counted(seeds.length, "seed")}; ± is one standard error`
  );
}

function tableOne({ generator, config }: EigenResult, terminal: Terminal): string[] {
  const { beams } = generator;
  if (beams === null) return [];
  const rows: [string, MeanWithError, number | undefined][] = [
    ["greedy", generator.greedy, PAPER.greedy],
    ...Object.entries(beams.oracle).map(([most, share]): [string, MeanWithError, number | undefined] => [
      `best of ${most} beams, by an oracle`,
      share,
      PAPER.oracle[most],
    ]),
    [`lowest perplexity of ${config.beams}`, beams.perplexity, PAPER.perplexity],
  ];
  const columns: Column[] = [
    { head: "answer", align: "left", cells: rows.map(([name]) => name) },
    { head: "correct", align: "right", cells: rows.map(([, share]) => withError(share)) },
    {
      head: "paper, 5 × 5 at 1 %",
      align: "right",
      cells: rows.map(([, , paper]) => (paper === undefined ? "–" : paper.toFixed(3))),
    },
  ];
  return table(columns, terminal).lines;
}

function tableFour({ arms }: EigenResult, terminal: Terminal): string[] {
  const column = (head: string, text: (arm: EigenArmResult) => string, leaves?: number): Column => ({
    head,
    align: "right",
    cells: arms.map(text),
    leaves,
  });
  const { lines, dropped } = table(
    [
      { ...column("learned from", ({ name }) => name), align: "left" },
      column("rows", ({ rows }) => wholeNumber(rows), 3),
      column("correct", ({ labels }) => decimal(labels.mean, 3), 4),
      column("accuracy", ({ accuracy }) => withError(accuracy)),
      column("− generator", ({ difference }) => differenceText(difference)),
      column("verdict", ({ difference }) => difference.verdict ?? ""),
      column("p", ({ p }) => share(p), 5),
      column("φ", ({ phi }) => share(phi), 8),
      column("ψ", ({ psi }) => share(psi), 7),
      column("p⋆", ({ breakdown }) => share(breakdown), 6),
      column("p is", ({ prediction }) => (prediction === null ? "" : `${prediction} p⋆`), 9),
    ],
    terminal,
  );
  const note = droppedNote(dropped, terminal.columns, "--format json shows them.");
  return note === "" ? lines : [...lines, ...paragraph(note, terminal)];
}

/** What the tables mean, what is scaled down, and what the paper reports. */
function notes({ config, seeds, generator, complete, arms }: EigenResult): string[] {
  const { size, tolerance, pool, layers, width } = config;
  const multiple = formatNumber(pool / generator.rows, 3);
  return [
    complete ? "" : "Stopped: not all arms are finished.",
    seeds.length < 2
      ? "One seed is not enough to compare arms; use --seeds 1..5."
      : `"better" and "worse": by Student's t at the level of 5 %, over ${seeds.length} seeds.`,
    `Scaled down: the paper has 5 × 5 matrices, a tolerance of 1 % and a generator that learned from 200,000 examples; here they ` +
      `are ${size} × ${size}, ${percent(tolerance, 1)} and ${wholeNumber(generator.rows)}, with an encoding and a transformer of ` +
      `our own (${counted(layers, "layer")} of width ${width}). The accuracies are not comparable.`,
    arms.some(({ verifier }) => verifier === "none" || verifier === "oracle")
      ? `The paper's Figure 4: the oracle nearly doubles the generator's accuracy, 10 million unverified answers (50 times the ` +
        `generator's rows; here ${multiple}) stay below it, and noisy oracles cross it near p⋆ = 1/(1 + ψ) = .65.`
      : "",
    crossingNote(arms),
  ].filter((note) => note !== "");
}

/** Where the theory puts the crossing of noisy oracles, and what the arms did. */
function crossingNote(arms: readonly EigenArmResult[]): string {
  const noisy = arms.filter(({ verifier, prediction }) => verifier?.startsWith("noisy:") && prediction !== null);
  const [first] = noisy;
  if (first?.p == null || first.p === 0) return "";
  const decided = noisy.filter(({ difference }) => difference.verdict === "better" || difference.verdict === "worse");
  const agreeing = decided.filter(
    ({ difference, prediction }) => (difference.verdict === "better") === (prediction === "below"),
  );
  const limit = Math.min(1, (1 - first.p) / first.p);
  return (
    `With p = ${first.p.toFixed(2)}, p⋆ = 1/(1 + ψ) is above p up to ψ = ${limit.toFixed(2)}. Of ` +
    `${counted(noisy.length, "noisy oracle")}, ${decided.length} ${decided.length === 1 ? "differs" : "differ"} from the ` +
    `generator, and ${agreeing.length} of these on the side that p⋆ says. All models are trained equally long.`
  );
}

function differenceText({ mean, se }: EigenArmResult["difference"]): string {
  if (mean === null) return "";
  return `${signed(mean, 3)}${se === null ? "" : ` ± ${se.toFixed(3)}`}`;
}

function share(value: number | null): string {
  return value === null ? "" : value.toFixed(2);
}

function withError({ mean, se }: MeanWithError): string {
  return `${decimal(mean, 3)}${se === null ? "" : ` ± ${se.toFixed(3)}`}`;
}

/** The result as CSV: one line for each arm of each seed. */
export function eigenCsv({ arms }: EigenResult): string {
  const lines = arms.flatMap(({ name, verifier, perSeed }) =>
    perSeed.map(({ seed, rows, labels, accuracy }) => [name, verifier ?? "", seed, rows, labels, accuracy].join(",")),
  );
  return ["arm,verifier,seed,rows,labels,accuracy", ...lines].map((line) => `${line}\n`).join("");
}
