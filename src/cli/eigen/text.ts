import type { EigenArmResult, EigenGridResult, EigenResult } from "../../eigen/result.js";
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

/** A grid as text: the differences, where they cross zero, and what p⋆ says of it. */
export function gridText(result: EigenGridResult, terminal: Terminal): string {
  const { bold, dim } = terminal.colors;
  const lines = [
    ...paragraph(gridAbout(result), terminal).map(dim),
    "",
    bold("Accuracy − generator, by ψ (* by Student's t, at the level of 5 %)"),
    ...gridDifferences(result, terminal),
    "",
    bold("ψ at which models are as good as the generator"),
    ...gridCrossings(result, terminal),
    "",
    ...gridNotes(result).flatMap((note) => paragraph(note, terminal)),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function gridAbout({ config, seeds }: EigenGridResult): string {
  const { size, tolerance, pool, armRows, test } = config;
  const rows = `${armRows === null ? "" : `${wholeNumber(armRows)} rows, or `}as many as the oracle keeps${armRows === null ? "" : " if those are fewer"}`;
  return (
    `${size} × ${size} matrices, an answer is correct up to ${percent(tolerance, 1)}; every generator answers ` +
    `${wholeNumber(pool)}, verifiers keep all correct answers and a share ψ of the wrong ones; models learn from ${rows}; ` +
    `${config.stopping}; accuracy on ${wholeNumber(test)} new matrices, ${counted(seeds.length, "seed")}; ± is one standard error`
  );
}

function gridDifferences({ cells, config, crossings }: EigenGridResult, terminal: Terminal): string[] {
  const of = (rows: number, psi: number) => cells.find((cell) => cell.generatorRows === rows && cell.psi === psi);
  const rows = crossings.map(({ generatorRows }) => generatorRows);
  const shown = (psi: number) => (generatorRows: number) => {
    const { mean, verdict } = of(generatorRows, psi)?.difference ?? { mean: null, verdict: null };
    return mean === null ? "" : `${signed(mean, 3)}${verdict === "better" || verdict === "worse" ? "*" : " "}`;
  };
  const columns: Column[] = [
    { head: "learned from", align: "right", cells: rows.map(wholeNumber) },
    { head: "p", align: "right", cells: crossings.map(({ p }) => decimal(p.mean, 2)) },
    ...config.psi.map((psi, i) => ({
      head: `ψ=${formatNumber(psi)} `,
      align: "right" as const,
      cells: rows.map(shown(psi)),
      leaves: i,
    })),
  ];
  return table(columns, terminal).lines;
}

function gridCrossings({ crossings: rows, generators }: EigenGridResult, terminal: Terminal): string[] {
  const column = (head: string, text: (row: (typeof rows)[number]) => string, leaves?: number): Column => ({
    head,
    align: "right",
    cells: rows.map(text),
    leaves,
  });
  const ends = (from: number | null, to: number | null) =>
    `${from === null ? "none" : formatNumber(from)} – ${to === null ? "none" : formatNumber(to)}`;
  const single = (rowsOfGenerator: number) =>
    generators
      .filter(({ generatorRows }) => generatorRows === rowsOfGenerator)
      .map((one) => placeText(one))
      .join(" ");
  return table(
    [
      column("learned from", ({ generatorRows }) => wholeNumber(generatorRows)),
      column(
        "accuracy",
        ({ accuracy }) => `${decimal(accuracy.mean, 3)}${accuracy.se === null ? "" : ` ± ${accuracy.se.toFixed(3)}`}`,
        1,
      ),
      column("p", ({ p }) => decimal(p.mean, 2)),
      column("predicted", ({ predicted }) => (predicted === null ? "none" : predicted.toFixed(2))),
      column("seen", placeText),
      column("better – worse", ({ between }) => ends(between.better, between.worse), 2),
      column("seed by seed", ({ generatorRows }) => single(generatorRows), 3),
    ],
    terminal,
  ).lines;
}

/** A crossing, or the end that a curve without one stays beyond. */
function placeText({ crossing, side }: { crossing: number | null; side: "crosses" | "better" | "worse" }): string {
  if (crossing !== null) return crossing.toFixed(2);
  return side === "better" ? "> 1" : "< 0";
}

function gridNotes({ test, complete, seeds }: EigenGridResult): string[] {
  const correlation = test.rankCorrelation;
  return [
    complete ? "" : "Stopped: not all models are finished.",
    seeds.length < 2 ? "One seed is not enough to compare models; use --seeds 1..4." : "",
    `predicted: (1 − p)/p, the ψ at which p = p⋆ = 1/(1 + ψ). seen: where the falling curve nearest to the differences is 0, by ` +
      `straight lines; "> 1" is above the generator at every ψ, "< 0" below it at every ψ. better – worse: the last ψ that is ` +
      `better than the generator and the first that is worse, by Student's t.`,
    decidedNote(test),
    correlation === null
      ? ""
      : `Generator by generator (${test.generators}), the crossing seen and the one predicted have a rank correlation of ` +
        `${formatNumber(correlation, 2)}.`,
    "The theory is of endless rows and of labels that are right or wrong; here answers are numbers, and a wrong one may be close.",
  ].filter((note) => note !== "");
}

function decidedNote({ cells, decided, agree, fixed }: EigenGridResult["test"]): string {
  if (decided === 0) return `Of ${counted(cells, "cell")}, none differs from the generator by Student's t.`;
  return (
    `Of ${counted(cells, "cell")}, ${decided} ${decided === 1 ? "differs" : "differ"} from the generator, and ${agree} of these ` +
    `${agree === 1 ? "is" : "are"} on the side of p⋆ that p says. ${fixedRule(fixed.psi)}, the rule without a generator that ` +
    `fits best, has ${fixed.agree} right.`
  );
}

function fixedRule(psi: number | null): string {
  return psi === null ? '"Worse at every ψ"' : `"Better up to ψ = ${formatNumber(psi)}, worse above"`;
}

/** A grid as CSV: one line for each generator and ψ. */
export function gridCsv({ cells }: EigenGridResult): string {
  const lines = cells.map(({ generatorRows, psi, rows, labels, accuracy, difference, p, breakdown, prediction }) =>
    [
      ...[generatorRows, psi, rows, labels.mean, accuracy.mean, accuracy.se, difference.mean, difference.se],
      ...[difference.verdict, p, breakdown, prediction],
    ]
      .map((value) => value ?? "")
      .join(","),
  );
  const head =
    "generatorRows,psi,rows,labels,accuracy,accuracySe,difference,differenceSe,verdict,p,breakdown,prediction";
  return [head, ...lines].map((line) => `${line}\n`).join("");
}
