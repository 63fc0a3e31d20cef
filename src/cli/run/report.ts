import { stringify } from "yaml";
import type { CellResult } from "../../engine/result.js";
import { runResult } from "../../engine/run.js";
import { describeScenario, formatValue, pathLabel } from "../../figure/labels.js";
import { inTable, type Measure, unfoldedCells, unfoldedScenario } from "../../figure/series.js";
import { type Part, Plan, sweptValues, wholePart } from "../../model/cells.js";
import { hasClasses } from "../../model/classes.js";
import { isBlind, labelRates } from "../../model/experiment.js";
import { counted, formatNumber, percent } from "../../model/format.js";
import type { CellScenario, Scenario } from "../../model/scenario.js";
import { sweepAxes } from "../../model/sweep.js";
import { csvHeader, csvRow, resultColumns } from "../../sweep/results/table.js";
import { incompleteCsv } from "../../sweep/results/write.js";
import type { ReportFormat } from "../options.js";
import { decimal, oneLine, type Paint, paragraph, unbroken, WIDEST } from "../terminal/format.js";
import { sketch } from "../terminal/sketch.js";
import { type Column, droppedNote, TableLayout } from "../terminal/table.js";
import type { Terminal } from "../terminal/terminal.js";
import type { CellReader } from "./figure.js";

/** The text of a run in one form, bit by bit as it comes. */
interface Report {
  begin(): string;
  cell(cell: CellResult): string;
  end(outcome: Outcome): Iterable<string>;
}

/** Cells of a table, which is for reading; beyond that it breaks off and there is no sketch. */
export const TABLE_CELLS = 1000;

/** Makes the report of a run of so many cells, or of a part of them. */
export function reportOf(
  format: ReportFormat,
  scenario: Scenario,
  terminal: Terminal,
  measure: Measure,
  planned: number,
  part: Part = wholePart(planned),
): Report {
  if (format === "json") return { begin: () => "", cell: () => "", end: resultText };
  if (format === "csv") {
    const columns = resultColumns(scenario);
    return { begin: () => csvHeader(columns), cell: (cell) => csvRow(cell, columns), end: csvEnd };
  }
  const shown = unfoldedScenario(scenario);
  const table = new ResultTable(shown, terminal, (path) => valuesInTable(scenario, part, path));
  let count = 0;
  return {
    begin: () => table.header(),
    cell: (cell) => {
      if (++count > TABLE_CELLS) return "";
      return unfoldedCells([cell])
        .filter((one) => inTable(one, scenario))
        .map((one) => table.row(one))
        .join("");
    },
    *end(outcome) {
      const { finished } = outcome;
      if (count > TABLE_CELLS)
        yield `… and ${formatNumber(count - TABLE_CELLS)} more cells: --format csv prints all of them\n`;
      yield table.footer();
      if (!isComplete(outcome)) {
        const whose = outcome.shard === undefined ? "Stopped:" : `Shard ${outcome.shard}:`;
        yield `\n${whose} ${formatNumber(finished)} of ${formatNumber(planned)} cells.\n`;
      }
      if (planned > TABLE_CELLS) return;
      const curve = sketch(unfoldedCells([...outcome.cells()]), shown, terminal, measure);
      if (curve !== "") yield `\n${curve}`;
    },
  };
}

/** A result, or what there was of one when the run was stopped. */
export interface Outcome {
  scenario: Scenario;
  /** Cells of the whole plan. */
  planned: number;
  /** Cells that are finished. */
  finished: number;
  /** The part of the plan that was to be computed, `2/7`; undefined for all of it. */
  shard?: string;
  /** The finished cells in the order of the plan, as often as they are asked for. */
  cells: CellReader;
}

/** Says whether all cells of the plan are there. */
export function isComplete({ finished, planned }: Outcome): boolean {
  return finished === planned;
}

function csvEnd(outcome: Outcome): string[] {
  return isComplete(outcome) ? [] : [incompleteCsv({ cells: outcome.finished, cellsPlanned: outcome.planned })];
}

/** The whole result as JSON, piece by piece; what is not the whole says so before anything else. */
function* resultText(outcome: Outcome): Generator<string> {
  const engines = new Map<string, CellResult>();
  const { planned, shard } = outcome;
  const partial = isComplete(outcome) ? {} : { complete: false, cellsPlanned: planned, ...(shard && { shard }) };
  const { schema, config } = runResult(outcome.scenario, []);
  const head = JSON.stringify({ schema, ...partial, config }, null, 2);
  yield `${head.slice(0, -2)},\n  "cells": [`;
  let separator = "\n    ";
  for (const cell of outcome.cells()) {
    engines.set(cell.engine, cell);
    yield separator + JSON.stringify(cell, null, 2).replaceAll("\n", "\n    ");
    separator = ",\n    ";
  }
  const { provenance } = runResult(outcome.scenario, [...engines.values()]);
  const tail = JSON.stringify({ provenance }, null, 2).slice(1);
  yield `${engines.size > 0 ? "\n  " : ""}],${tail}\n`;
}

/** The scenario with every setting, to run again. */
export function configText(scenario: Scenario): string {
  return `# Every setting of this run. Again: pstar run config.yaml\n${stringify(scenario, { lineWidth: 100 })}`;
}

/** A column of the table. Its `cells` are the widest texts that may come. */
interface ResultColumn extends Column {
  text: (cell: CellResult) => string;
  paint?: (cell: CellResult, colors: Terminal["colors"]) => Paint | undefined;
}

const LONGEST_PARAMETER = 24;

/** What a cell without an accuracy says instead. */
const WITHOUT_ACCURACY = { empty: "no row kept", singular: "singular", diverged: "diverged" } as const;

/** What was measured. What a reader misses least leaves first: what the settings say already, then the kept share and so on. */
const MEASURED: readonly ResultColumn[] = [
  {
    head: "accuracy ± se",
    align: "left",
    cells: ["0.0000 ± 0.0000"],
    text: ({ status, accuracy: { mean, se } }) =>
      status === "ok" ? `${decimal(mean, 4)}${se === null ? "" : ` ± ${standardError(se)}`}` : WITHOUT_ACCURACY[status],
    paint: ({ status }, { bold, yellow }) => (status === "ok" ? bold : yellow),
  },
  {
    head: "95 % of trials",
    align: "left",
    cells: ["0.0000 to 0.0000"],
    leaves: 7,
    text: ({ band }) => (band === undefined ? "" : `${decimal(band.low, 4)} to ${decimal(band.high, 4)}`),
  },
  {
    head: "agreement",
    align: "right",
    cells: ["0.0000"],
    leaves: 2,
    text: ({ agreement }) => decimal(agreement.mean, 4),
  },
  { head: "kept", align: "right", cells: ["00.0 %"], leaves: 3, text: ({ kept }) => keptShare(kept.share) },
  { head: "p", align: "right", cells: ["0.000"], leaves: 6, text: ({ errorRate }) => decimal(errorRate, 3) },
  { head: "φ", align: "right", cells: ["0.000"], leaves: 4, text: ({ phi }) => decimal(phi, 3) },
  { head: "ψ", align: "right", cells: ["0.000"], leaves: 5, text: ({ psi }) => decimal(psi, 3) },
  { head: "p⋆", align: "right", cells: ["0.000"], leaves: 1, text: ({ breakdown }) => decimal(breakdown, 3) },
  {
    head: "p is",
    align: "left",
    cells: ["below"],
    // on the point itself nothing can be learned either, so the verdict is above; but p is not
    text: ({ verdict, errorRate, breakdown }) => (verdict === null ? "–" : errorRate === breakdown ? "p⋆" : verdict),
    paint: ({ verdict }, { green, red }) => (verdict === null ? undefined : verdict === "below" ? green : red),
  },
];

/** Of several classes, in place of the agreement. */
const OF_CLASSES: readonly ResultColumn[] = [
  { head: "limit", align: "right", cells: ["0.0000"], text: ({ classes }) => decimal(classes?.limit ?? null, 4) },
  {
    head: "survive",
    align: "right",
    cells: ["00 of 00"],
    text: ({ classes }) =>
      classes === undefined ? "–" : `${classes.survives.filter(Boolean).length} of ${classes.survives.length}`,
  },
];

/** The results as aligned text, row by row: what a row looks like is known before the first one comes. */
class ResultTable {
  readonly #scenario: Scenario;
  readonly #terminal: Terminal;
  readonly #columns: readonly ResultColumn[];
  readonly #layout: TableLayout;
  readonly #slowest: string | undefined;
  #group: unknown;
  #thinned = 0;

  constructor(scenario: Scenario, terminal: Terminal, valuesOf: (path: string) => readonly unknown[] | undefined) {
    this.#scenario = scenario;
    this.#terminal = terminal;
    const exact = scenario.engine === "theory"; // no trials, and no standard error
    const [accuracy, band, agreement, ...rest] = MEASURED as [ResultColumn, ResultColumn, ...ResultColumn[]];
    const others = hasClasses(scenario) ? [...OF_CLASSES, ...rest] : [agreement as ResultColumn, ...rest];
    this.#columns = [
      ...parameterColumns(scenario, valuesOf),
      exact ? { ...accuracy, head: "accuracy", cells: Object.values(WITHOUT_ACCURACY) } : accuracy,
      ...(mayHaveGenerations(scenario) ? [band] : []),
      ...others,
    ];
    this.#layout = new TableLayout(this.#columns, terminal);
    const swept = Object.keys(sweepAxes(scenario));
    this.#slowest = swept.length > 1 ? swept[0] : undefined;
  }

  /** What holds for all rows, and the headings. */
  header(): string {
    const { bold, dim } = this.#terminal.colors;
    const { name = "scenario", seed } = this.#scenario;
    const about = [...describeScenario(this.#scenario, Object.keys(sweepAxes(this.#scenario))), `seed ${seed}`]
      .map(unbroken)
      .join(", ");
    const title = `${oneLine(name)}:`;
    const [first = "", ...rest] = paragraph(`${unbroken(title)} ${about}`, this.#terminal, this.#width);
    const lines = [bold(first.slice(0, title.length)) + dim(first.slice(title.length)), ...rest.map(dim)];
    return text([...lines, "", ...this.#layout.heads(), dim("─".repeat(this.#layout.width))]);
  }

  /** One cell; a blank line goes before it when the slowest setting of the sweep moves on. */
  row(cell: CellResult): string {
    const { colors } = this.#terminal;
    const cells = this.#columns.map((column) => ({ text: column.text(cell), paint: column.paint?.(cell, colors) }));
    const group = this.#slowest === undefined ? undefined : JSON.stringify(cell.params[this.#slowest]);
    const moved = this.#group !== undefined && group !== this.#group;
    this.#group = group;
    if (cell.status === "ok") this.#thinned += cell.emptyTrials;
    return text([...(moved ? [""] : []), ...this.#layout.row(cells)]);
  }

  /** What the rows left unsaid. */
  footer(): string {
    const notes = [
      droppedNote(this.#layout.dropped, this.#terminal.columns, "A wider terminal or --format csv shows them."),
      this.#thinned > 0 ? `In ${counted(this.#thinned, "trial")} no row was kept; the means are over the others.` : "",
      ...verdictNotes(this.#scenario),
    ].filter((note) => note !== "");
    if (notes.length === 0) return "";
    const lines = notes.flatMap((note) => paragraph(note, this.#terminal, this.#width));
    return text(["", ...lines.map(this.#terminal.colors.dim)]);
  }

  /** Prose may be as wide as the table. */
  get #width(): number {
    return Math.min(this.#terminal.columns, Math.max(WIDEST, this.#layout.width));
  }
}

/** Whether any cell has several generations, over which the accuracy spreads. */
function mayHaveGenerations(scenario: Scenario): boolean {
  return scenario.generations > 1 || "generations" in sweepAxes(scenario);
}

/** The values of a swept setting in the rows of a table that breaks off; undefined if they are all its values. */
function valuesInTable(scenario: Scenario, part: Part, path: string): unknown[] | undefined {
  const plan = new Plan(scenario);
  if (plan.length <= TABLE_CELLS || !(path in sweepAxes(scenario))) return undefined;
  const values = new Set<unknown>();
  for (let index = 0, rows = 0; index < plan.length && rows < TABLE_CELLS; index++) {
    if (!part.has(index)) continue;
    rows++;
    values.add(plan.params(index)[path]);
  }
  return [...values];
}

/** The columns of the swept settings. */
function parameterColumns(
  scenario: Scenario,
  valuesOf: (path: string) => readonly unknown[] | undefined,
): ResultColumn[] {
  return Object.keys(sweepAxes(scenario)).map((path) => {
    const values = valuesOf(path) ?? sweptValues(scenario, path);
    const shown = valueText(path, values);
    return {
      head: parameterHead(path),
      align: values.every((value) => typeof value === "number") ? "right" : "left",
      widest: LONGEST_PARAMETER,
      cells: values.map(shown),
      text: (cell) => shown(cell.params[path]),
    };
  });
}

/** A swept p stands beside the p that was realised: it is called `p set`. */
function parameterHead(path: string): string {
  const { symbol } = pathLabel(path);
  return MEASURED.some(({ head }) => head === symbol) ? `${symbol} set` : symbol;
}

/** How a swept value is written: 0.05 and 0.10 under each other, unless they would need many digits for it. */
function valueText(path: string, values: readonly unknown[]): (value: unknown) => string {
  const plain = (value: unknown) => formatValue(path, value);
  if (pathLabel(path).angle || !values.every((value) => typeof value === "number")) return plain;
  const texts = values.map(plain);
  const decimals = Math.max(...texts.map((value) => value.split(".")[1]?.length ?? 0));
  if (decimals === 0 || decimals > 3 || !texts.every((value) => /^-?\d+(\.\d+)?$/.test(value))) return plain;
  return (value) => (value as number).toFixed(decimals);
}

/** As wide as four decimals; what they would show as zero is a power of ten, and below 10⁻⁹ only that. */
function standardError(se: number): string {
  if (se > 0 && se < 5e-10) return "<1e-9";
  return se > 0 && se < 5e-5 ? se.toExponential(0) : se.toFixed(4);
}

/** As wide as `99.9 %`. */
function keptShare(share: number): string {
  return percent(share, share === 1 ? 0 : 1);
}

function text(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}

const CELL_KINDS = new Set(["verifier.kind", "generator.kind", "realSamples"]);

/** When p⋆ is not the whole story: it is exact for a verifier that sees nothing but whether a label is right. */
function verdictNotes(scenario: Scenario): string[] {
  const plan = new Plan(scenario, CELL_KINDS);
  const cells = Array.from({ length: plan.length }, (_, index) => plan.scenario(index));
  const looks = (cell: CellScenario) => labelRates(cell).errorRate === null || !isBlind(cell.verifier);
  const notes: string[] = [];
  if (cells.some(looks)) {
    notes.push(
      "Errors or verdicts depend on the inputs here: p⋆ says only whether most kept labels are correct; the accuracy says what is learned from them.",
    );
  }
  if (hasClasses(scenario)) {
    notes.push(
      "limit: the share of rows whose class survives, to which the accuracy tends with ever more rows if the classes are far apart.",
    );
  }
  if (cells.some(({ realSamples }) => realSamples > 0)) {
    notes.push("p and p⋆ are of the synthetic rows; the clean rows mixed in are not counted.");
  }
  return notes;
}
