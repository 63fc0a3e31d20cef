import type { CoreModule } from "../../core/core.js";
import { rowHashes } from "../../core/text.js";
import { loadText, type TextCore } from "../../core/textCore.js";
import type { Block } from "../../rows/blocks.js";
import type { Row } from "../../rows/field.js";
import { isWideInteger } from "../../rows/jsonText.js";
import { Lines, Malformed, type MalformedRow, malformedRow } from "../../rows/lines.js";
import { signaturesOf } from "../../text/nearDuplicates.js";
import type { ResolvedSettings } from "../settings.js";
import { kindOf } from "../verifiers/kinds.js";
import { VerifierFault } from "../verifiers/module.js";
import {
  addNotes,
  groupField,
  labelField,
  type RequiredField,
  type ScoreNotes,
  type Scorer,
  type ScorerContext,
  WHOLE_VALUES,
} from "../verifiers/scorer.js";
import { ExampleWriter } from "../write/examples.js";

/** What is kept of the rows of a block: numbers, and no text but the names of slices. */
export interface BlockScores {
  /** Lines of the block, and how many of them are blank. */
  lines: number;
  blank: number;
  /** 1 for a row that is malformed. */
  malformed: Uint8Array;
  /** For each verifier the score of each row; NaN if it has none. `random` has an empty list. */
  scores: Float64Array[];
  /** 64 bits of the bytes of each row without its line end, the low word first. */
  hashes: Uint32Array;
  /** 64 bits of the value that groups the row. */
  groups: Uint32Array | null;
  /** The slice of each row, by its place in `names`; that of a malformed row means nothing. */
  slices: Uint32Array | null;
  /** The signature of each row's text; null unless near-duplicates are looked for. */
  signatures: Uint8Array | null;
  names: string[];
  /** What the verifiers say of rows beside their scores. */
  notes: ScoreNotes;
  /** The first malformed row, its line counted from the block's first. */
  firstMalformed: FirstMalformed | null;
}

/** A malformed row, and the code of its reason. */
export interface FirstMalformed extends MalformedRow {
  code: string;
}

/** Reads rows and scores them. Both passes read rows by it, so that what is malformed is so in both. */
export class RowScorer {
  readonly #core: TextCore;
  readonly #scorers: readonly (Scorer | undefined)[];
  readonly #group;
  /** A whole number with a point or an exponent in the field of the groups, as JSON writes it. */
  readonly #decimal;
  readonly #slice;
  readonly #near;
  readonly #nearField;
  readonly #examples;

  private constructor(core: TextCore, settings: ResolvedSettings, scorers: readonly (Scorer | undefined)[]) {
    this.#core = core;
    this.#scorers = scorers;
    this.#group = settings.bestOf === null ? null : groupField(settings.bestOf);
    const name = settings.bestOf === null ? "" : JSON.stringify(settings.bestOf.split(".").at(-1));
    this.#decimal = name === "" ? null : new RegExp(`${escaped(name)}\\s{0,9}:\\s{0,9}-?\\d{1,30}[.eE]`);
    this.#slice = settings.by === null ? null : labelField(settings.by);
    this.#near = settings.nearDuplicates !== null;
    const near = settings.nearDuplicates?.field ?? null;
    this.#nearField = near === null ? null : groupField(near);
    this.#examples = settings.export === null ? null : new ExampleWriter(settings.export);
  }

  static async create(
    settings: ResolvedSettings,
    module?: CoreModule,
    context: Omit<ScorerContext, "core" | "seed"> = {},
  ): Promise<RowScorer> {
    const core = await loadText({ module });
    const { seed } = settings;
    const scorers = await Promise.all(
      settings.verifiers.map((verifier) => kindOf(verifier).create(verifier, { ...context, core, seed })),
    );
    return new RowScorer(core, settings, scorers);
  }

  /** The row of the present line, or why it is not one. */
  row(lines: Lines): Row | Malformed {
    const row = lines.row();
    if (row instanceof Malformed) return row;
    const problem = this.#problem(row);
    return problem === undefined ? row : new Malformed({ code: "field", params: undefined, message: problem });
  }

  /** Scores the rows of a block. @param firstRow The number of its first row in the file. */
  async score(block: Block, firstRow: number): Promise<BlockScores> {
    const bounds = new Words();
    const malformed: number[] = [];
    const groups: string[] = [];
    const slices: number[] = [];
    const texts: string[] = [];
    const names = new Map<string, number>();
    const notes: ScoreNotes = {};
    let firstMalformed: FirstMalformed | null = null;
    const lines = new Lines(block);
    while (lines.next()) {
      bounds.push(lines.start);
      bounds.push(lines.end);
      const row = this.row(lines);
      if (row instanceof Malformed) {
        firstMalformed ??= malformedRow(lines.line, row, lines.excerpt());
        malformed.push(1);
        if (this.#group !== null) groups.push("");
        if (this.#slice !== null) slices.push(0);
        if (this.#near) texts.push("");
        continue;
      }
      const exact = () => lines.exactRow();
      const text = { exact, line: () => lines.text() ?? "" };
      for (const scorer of this.#scorers) scorer?.take(row, malformed.length, text);
      malformed.push(0);
      if (this.#group !== null) {
        groups.push(exactJson(this.#group, row, exact));
        const spelling = this.#spellingOf(this.#group.of(row), text.line);
        if (spelling !== undefined) addNotes(notes, { [spelling]: 1 });
      }
      if (this.#slice !== null) slices.push(numbered(names, exactWord(this.#slice, row, exact)));
      if (this.#near) texts.push(textsIn(this.#nearField === null ? row : this.#nearField.of(row)));
    }
    const scores: Float64Array[] = [];
    try {
      for (const scorer of this.#scorers) {
        scores.push(scorer === undefined ? new Float64Array(0) : spread(await scorer.scores(firstRow), malformed));
      }
    } catch (error) {
      if (error instanceof VerifierFault) error.line = lineOf(block, error.row);
      throw error;
    }
    for (const scorer of this.#scorers) addNotes(notes, scorer?.notes?.() ?? {});
    return {
      lines: lines.line,
      blank: lines.blank,
      malformed: Uint8Array.from(malformed),
      scores,
      hashes: rowHashes(this.#core, block.bytes, bounds.taken()),
      groups: this.#group === null ? null : this.#textHashes(groups),
      slices: this.#slice === null ? null : Uint32Array.from(slices),
      signatures: this.#near ? signaturesOf(this.#core, texts) : null,
      names: [...names.keys()],
      notes,
      firstMalformed,
    };
  }

  /** Ends what works for the verifiers outside. @throws DataError if scores that were given turn out to be wrong. */
  async close(): Promise<void> {
    for (const scorer of this.#scorers) await scorer?.close?.();
  }

  #problem(row: Row): string | undefined {
    for (const scorer of this.#scorers) {
      const problem = scorer?.problem(row);
      if (problem !== undefined) return problem;
    }
    const problem = this.#examples?.problem(row);
    if (problem !== undefined) return problem;
    return this.#group?.problem(row) ?? this.#slice?.problem(row) ?? this.#nearField?.problem(row);
  }

  /** How the whole number of a group is written: 7.0 beside 7 is worth a remark. */
  #spellingOf(value: unknown, line: () => string): keyof ScoreNotes | undefined {
    if (typeof value === "string") {
      const [, point] = /^[+-]?\d{1,30}(\.0+)?$/.exec(value) ?? [];
      return point !== undefined ? "decimal-texts" : /^[+-]?\d{1,30}$/.test(value) ? WHOLE_VALUES : undefined;
    }
    if (typeof value !== "number" || !Number.isInteger(value)) return undefined;
    return this.#decimal?.test(line()) ? "decimal-numbers" : WHOLE_VALUES;
  }

  #textHashes(texts: readonly string[]): Uint32Array {
    const bounds = new Uint32Array(2 * texts.length);
    let end = 0;
    for (const [i, text] of texts.entries()) {
      bounds[2 * i] = end;
      end += Buffer.byteLength(text);
      bounds[2 * i + 1] = end;
    }
    return rowHashes(this.#core, Buffer.from(texts.join("")), bounds);
  }
}

/** All texts in a value, in order, each on a line of its own; a value that is not a list or an object as its text. */
function textsIn(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  const texts: string[] = [];
  const left: unknown[] = [value];
  while (left.length > 0) {
    const one = left.pop();
    if (typeof one === "string") texts.push(one);
    else if (typeof one === "object" && one !== null)
      for (const inner of Object.values(one).reverse()) left.push(inner);
  }
  return texts.join("\n");
}

/** A text as a regular expression that finds it. */
function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

/** The value of a field as a word, with all digits of an integer. */
function exactWord(field: RequiredField<unknown>, row: Row, exact: () => Row): string {
  const value = field.of(row);
  return String(isWideInteger(value) ? field.of(exact()) : value);
}

/** The value of a field as JSON with all digits of its integers: equal for equal values only. */
function exactJson(field: RequiredField<unknown>, row: Row, exact: () => Row): string {
  const text = JSON.stringify(field.of(row));
  if (!/\d{16}|\de\+/.test(text)) return text;
  return JSON.stringify(field.of(exact()), (_, part) => (typeof part === "bigint" ? { integer: String(part) } : part));
}

/** The line of a row of a block, both counted from its first. */
function lineOf(block: Block, row: number): number {
  const lines = new Lines(block);
  for (let i = 0; i <= row; i++) lines.next();
  return lines.line;
}

function numbered(names: Map<string, number>, name: string): number {
  const known = names.get(name);
  if (known !== undefined) return known;
  names.set(name, names.size);
  return names.size - 1;
}

/** Scores of the good rows, with NaN in the places of the malformed ones. */
function spread(scores: ArrayLike<number>, malformed: readonly number[]): Float64Array {
  if (scores.length === malformed.length) return Float64Array.from(scores);
  let taken = 0;
  return Float64Array.from(malformed, (bad) => (bad === 1 ? Number.NaN : scores[taken++]));
}

/** Whole numbers that grow in number. */
class Words {
  #words = new Uint32Array(1024);
  #length = 0;

  push(word: number): void {
    if (this.#length === this.#words.length) {
      const more = new Uint32Array(2 * this.#length);
      more.set(this.#words);
      this.#words = more;
    }
    this.#words[this.#length++] = word;
  }

  taken(): Uint32Array {
    return this.#words.subarray(0, this.#length);
  }
}
