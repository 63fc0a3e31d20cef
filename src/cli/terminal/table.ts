import type { CellResult } from "../../engine/result.js";
import { describeScenario } from "../../figure/labels.js";
import { Plan } from "../../model/cells.js";
import { formatNumber } from "../../model/format.js";
import type { CellScenario, Scenario } from "../../model/scenario.js";
import { type Column, fittingColumns, GAP, resultColumns, totalWidth } from "./columns.js";
import { spelt, type Terminal } from "./terminal.js";
import { wrapped } from "./wrap.js";

/** What a cell without an accuracy says instead. */
const inWords = { empty: "no row kept", singular: "singular", diverged: "diverged" } as const;

/** The results as aligned text, row by row: what a row looks like is known before the first one comes. */
export class Table {
  readonly #scenario: Scenario;
  readonly #terminal: Terminal;
  readonly #shown: Column[];
  readonly #dropped: Column[];
  readonly #slowest: string | undefined;
  #group: unknown;
  #thinned = 0;

  constructor(scenario: Scenario, terminal: Terminal) {
    this.#scenario = scenario;
    this.#terminal = terminal;
    const { shown, dropped } = fittingColumns(scenario, terminal);
    this.#shown = shown;
    this.#dropped = dropped;
    const swept = Object.keys(scenario.sweep ?? {});
    this.#slowest = swept.length > 1 ? swept[0] : undefined;
  }

  /** What holds for all rows, and the headings. */
  header(): string {
    const { bold, dim } = this.#terminal.colors;
    const { name = "scenario", seed } = this.#scenario;
    const about = [...describeScenario(this.#scenario, Object.keys(this.#scenario.sweep ?? {})), `seed ${seed}`];
    const [first = "", ...others] = wrapped(
      [`${name}:`, ...about.map((part, i) => this.#spelt(i < about.length - 1 ? `${part},` : part))],
      this.#width(),
    );
    const title = bold(first.slice(0, name.length + 1)) + dim(first.slice(name.length + 1));
    const heads = this.#shown.map((column) => this.#padded(column, column.head)).join(GAP);
    const rule = "─".repeat(totalWidth(this.#shown));
    return this.#lines([title, ...others.map(dim), "", bold(heads.trimEnd()), dim(rule)]);
  }

  /** One cell; a blank line goes before it where the slowest setting of the sweep moves on. */
  row(cell: CellResult): string {
    const fields = this.#shown.map((column) => this.#field(column, cell));
    const group = this.#slowest === undefined ? undefined : JSON.stringify(cell.params[this.#slowest]);
    const moved = this.#group !== undefined && group !== this.#group;
    this.#group = group;
    if (cell.status === "ok") this.#thinned += cell.emptyTrials;
    return this.#lines([...(moved ? [""] : []), fields.join(GAP).trimEnd()]);
  }

  /** What the rows left unsaid. */
  footer(): string {
    const notes: string[] = [];
    if (this.#dropped.length > 0) {
      const names = this.#dropped.map(({ name }) => name).join(", ");
      notes.push(
        `Left out to fit ${this.#terminal.columns} characters: ${names}. A wider terminal or --format csv shows them.`,
      );
    }
    if (this.#thinned > 0) {
      const trials = this.#thinned === 1 ? "1 trial" : `${formatNumber(this.#thinned)} trials`;
      notes.push(`In ${trials} no row was kept; the means are over the others.`);
    }
    notes.push(...verdictNotes(this.#scenario));
    const { dim } = this.#terminal.colors;
    return this.#lines(
      (notes.length > 0 ? [""] : []).concat(
        notes.flatMap((note) => wrapped(this.#spelt(note).split(" "), this.#width()).map(dim)),
      ),
    );
  }

  #field(column: Column, cell: CellResult): string {
    const { colors } = this.#terminal;
    if (column.name === resultColumns.accuracy.name) {
      if (cell.status !== "ok") return colors.yellow(this.#padded(column, inWords[cell.status]));
      return colors.bold(this.#padded(column, column.text(cell)));
    }
    const text = this.#padded(column, column.text(cell));
    if (column.name !== resultColumns.verdict.name || cell.verdict === null) return text;
    return cell.verdict === "below" ? colors.green(text) : colors.red(text);
  }

  #padded({ width, align }: Column, text: string): string {
    const spelling = this.#spelt(text);
    return align === "left" ? spelling.padEnd(width) : spelling.padStart(width);
  }

  #spelt(text: string): string {
    return spelt(text, this.#terminal);
  }

  #width(): number {
    return Math.min(this.#terminal.columns, Math.max(80, totalWidth(this.#shown)));
  }

  #lines(lines: readonly string[]): string {
    return lines.map((line) => `${this.#spelt(line)}\n`).join("");
  }
}

const CELL_KINDS = new Set(["verifier.kind", "generator.kind", "realSamples"]);

/** Where p⋆ is not the whole story: it is exact for a verifier that sees nothing but whether a label is right. */
function verdictNotes(scenario: Scenario): string[] {
  const plan = new Plan(scenario, CELL_KINDS);
  const cells = Array.from({ length: plan.length }, (_, index) => plan.scenario(index));
  const looks = ({ verifier, generator }: CellScenario) =>
    generator.kind !== "noise" || ["linear", "learned", "top"].includes(verifier.kind);
  const notes: string[] = [];
  if (cells.some(looks)) {
    notes.push(
      "Generator or verifier look at the inputs here: p⋆ says whether most kept labels are right, and the accuracy what is learned from them.",
    );
  }
  if (cells.some(({ realSamples }) => realSamples > 0)) {
    notes.push("p and p⋆ speak of the synthetic rows; the clean rows mixed in are not counted.");
  }
  return notes;
}
