import { ArgumentError, DataError, outOfRange } from "../../core/errors.js";
import { placed, type Reason, rule } from "../../core/reasons.js";
import { RowUniforms } from "../../core/streams.js";
import type { TextCore } from "../../core/textCore.js";
import { fieldOf, type Row, SeenFields } from "../../rows/field.js";
import { guessableNames } from "../../rows/guess.js";
import { LabelReader } from "../../rows/labels.js";
import { rowReason } from "../../rows/reasons.js";
import { type FileAuditOptions, NAMED, type RowSource, type UnreadableRow } from "../file.js";
import { type SheetDesign, sheetDesigns } from "../options.js";
import { auditReason } from "../reasons.js";
import { type RowFields, RowReader, Unusable } from "../row.js";
import { Fingerprint, KeyNumbers, rowKey, stratumCode } from "./key.js";
import { sheetReason } from "./reasons.js";

/** Which rows are drawn for people to label, and what of them is shown. */
export interface DrawOptions {
  /** The verifier's decision, a field or a rule. Needed unless the design is simple. */
  kept?: string;
  /** The verifier's score, which is hidden; instead of `kept` in a simple design. */
  score?: string;
  /** Rows to draw; for a stratified design also as many of the kept and of the rejected ones, each at least 1. */
  labels: number | { kept: number; rejected: number };
  /** `stratified` (the default): of kept and of rejected rows; `simple`: of all rows; `slices`: of both in each slice of `by`. */
  design?: SheetDesign;
  /** The field that slices are made by. */
  by?: string;
  /** Of the draw, an integer in [0, 2^53) (0): the same seed draws the same rows, and of more labels these and others. */
  seed?: number;
  /** Fields to show, in this order; left out: all but those of the verifier, of its score, and of labels and weights. */
  show?: readonly string[];
  /** Values of the decision that mean that there is none. */
  missing?: readonly string[];
}

/** A row to label. */
export interface DrawnRow {
  key: string;
  /** Rows of the file that it stands for. */
  weight: number;
  /** A code that does not show what the verifier decided. */
  stratum: string;
  /** What is shown of it, under the names of {@link DrawnLabels.shown}. */
  values: Record<string, unknown>;
  /** What is known of it already. */
  label: boolean | "skip" | null;
}

/** Rows drawn to be labelled, in the random order in which they are shown. */
export interface DrawnLabels {
  schema: "pstar/label-draw@1";
  /** The name of the file. */
  source: string;
  design: SheetDesign;
  seed: number;
  /** Rows of the file that could be drawn. */
  rows: number;
  /** Rows drawn. */
  labels: number;
  strata: { code: string; rows: number; drawn: number }[];
  shown: string[];
  /** Fields that are not shown, as they are or may be the verifier's, or labels and weights. */
  hidden: string[];
  drawn: DrawnRow[];
  unreadable: { count: number; first: readonly UnreadableRow[] };
}

/** A sheet is for people. */
const MOST_LABELS = 1_000_000;
/** More fields than this are not read by anybody. */
const MOST_SHOWN = 200;
const LABEL_COLUMNS = ["key", "weight", "stratum", "label"];

/**
 * Draws rows for people to label, at random without replacement. Memory holds the rows that may be drawn.
 *
 * @param core Of `loadText()`, in whose random streams they are drawn.
 * @returns Null if the reading was aborted.
 * @throws UnknownValuesError if a decision is not understood, DataError if the file has too few rows, ArgumentError if an
 * option is out of its range.
 */
export async function drawRows(
  core: TextCore,
  source: RowSource,
  options: DrawOptions,
  { strict = false, signal, onProgress }: FileAuditOptions = {},
): Promise<DrawnLabels | null> {
  const { design, seed, labels } = checked(options);
  const most = typeof labels === "number" ? labels : Math.max(labels.kept, labels.rejected);
  const reader = new StratumReader(options, design);
  const strata = new Map<string, Stratum>();
  const fingerprint = new Fingerprint();
  const uniforms = new RowUniforms(core, seed, "labelDraw");
  const seen = new SeenFields(reader.names);
  const unreadable: { count: number; first: UnreadableRow[] } = { count: 0, first: [] };
  const names = new Set<string>();
  let usable = 0;
  let share: number | null = null;
  const told = (now: number | null) => {
    share = now;
  };
  const refuse = (line: number, reason: Reason) => {
    if (strict) throw new DataError(rowReason("row-unusable", { line, why: reason }), { line });
    unreadable.count++;
    if (unreadable.first.length < NAMED) unreadable.first.push({ line, reason });
  };
  for await (const rows of source.read(reader.names, { signal, whole: true, onProgress: told })) {
    if (signal?.aborted) return null;
    for (const { line, row, fault, exact } of rows) {
      if (row === undefined) {
        if (fault !== undefined) refuse(line, fault);
        continue;
      }
      seen.look(row);
      const key = rowKey(row);
      const place = fingerprint.rows;
      fingerprint.add(key);
      const name = fault === undefined ? reader.stratum(row, line, exact) : new Unusable(fault);
      if (name instanceof Unusable) {
        refuse(line, name.reason);
        continue;
      }
      usable++;
      for (const field of Object.keys(row)) if (names.size < MOST_SHOWN) names.add(field);
      const stratum = strata.get(name) ?? new Stratum(name, most);
      strata.set(name, stratum);
      stratum.take({ place, key, row, uniform: uniforms.at(place) });
    }
    onProgress?.(usable, share);
  }
  if (signal?.aborted) return null;
  reader.check(source, seen, usable, unreadable);
  const counts = allocation([...strata.values()], labels, design);
  const order = new RowUniforms(core, seed, "labelOrder");
  const { shown, hidden } = shownFields(options, [...names]);
  const numbers = new KeyNumbers();
  const codes = [...counts].map(([{ name, rows }, drawn]) => ({
    name,
    code: stratumCode({ design, drawn, seed, file: fingerprint.digits }, name),
    rows,
    drawn,
  }));
  const drawn = [...counts]
    .flatMap(([stratum, count], i) =>
      stratum.first(count).map((candidate) => ({ ...candidate, stratum: codes[i]?.code ?? "", of: stratum, count })),
    )
    .sort((a, b) => a.place - b.place)
    .map((candidate) => ({ ...candidate, key: numbers.next(candidate.key), order: order.at(candidate.place) }))
    .sort((a, b) => a.order - b.order)
    .map(
      ({ key, row, stratum, of, count }): DrawnRow => ({
        key,
        weight: of.rows / count,
        stratum,
        values: Object.fromEntries(shown.map(({ column, of: value }) => [column, value(row) ?? null])),
        label: null,
      }),
    );
  return {
    schema: "pstar/label-draw@1",
    source: source.source,
    design,
    seed,
    rows: usable,
    labels: drawn.length,
    strata: codes.map(({ code, rows, drawn }) => ({ code, rows, drawn })).sort((a, b) => (a.code < b.code ? -1 : 1)),
    shown: shown.map(({ column }) => column),
    hidden,
    drawn,
    unreadable,
  };
}

function checked(options: DrawOptions) {
  const { labels, kept, score, by, seed = 0, show } = options;
  const design = options.design ?? (kept === undefined ? "simple" : "stratified");
  if (!sheetDesigns.includes(design)) throw outOfRange("design", rule("one-of", { values: sheetDesigns }), design);
  const counts = typeof labels === "number" ? [labels] : [labels.kept, labels.rejected];
  for (const count of counts) {
    if (!Number.isInteger(count) || count < 1 || count > MOST_LABELS) {
      throw outOfRange("labels", rule("an-integer", { low: 1, high: MOST_LABELS }), count);
    }
  }
  if (typeof labels !== "number" && design !== "stratified") throw new ArgumentError(sheetReason("labels-of-strata"));
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw outOfRange("seed", rule("an-integer", { low: 0, high: Number.MAX_SAFE_INTEGER }), seed);
  if (kept === undefined && (design !== "simple" || score === undefined)) {
    throw new ArgumentError(sheetReason("draw-needs-decision", { design }), { field: "kept" });
  }
  if (design === "slices" && by === undefined) {
    throw new ArgumentError(sheetReason("slices-need-field"), { field: "by" });
  }
  const secret = secretFields(options);
  const told = show?.find((name) => secret.some((field) => reveals(name, field)));
  if (told !== undefined) {
    throw new ArgumentError(sheetReason("shows-decision", { field: JSON.stringify(told) }), { field: "show" });
  }
  return { design, seed, labels };
}

/** The fields from which the verifier's decision could be read. */
function secretFields({ kept, score }: DrawOptions): string[] {
  const decision = kept === undefined ? undefined : new LabelReader(kept).field;
  return [decision, score].filter((field) => field !== undefined);
}

/** Whether showing one field shows another: it is the same, or holds it, or is a part of it. */
function reveals(shown: string, field: string): boolean {
  return shown === field || field.startsWith(`${shown}.`) || shown.startsWith(`${field}.`);
}

/** What is shown under which column: those of a sheet have their names for themselves. */
function shownFields(options: DrawOptions, names: readonly string[]) {
  const secret = secretFields(options);
  const known = guessableNames(names);
  const isHidden = (name: string) => known.has(name) || secret.some((field) => reveals(name, field));
  const fields = options.show ?? names.filter((name) => !isHidden(name));
  const taken = new Set(LABEL_COLUMNS);
  const shown = fields.map((field) => {
    let column = field;
    while (taken.has(column)) column = `row.${column}`;
    taken.add(column);
    return { column, of: fieldOf(field) };
  });
  return { shown, hidden: names.filter((name) => isHidden(name) && !fields.includes(name)) };
}

/** Tells of which stratum a row is. */
class StratumReader {
  readonly names: string[];
  readonly #design: SheetDesign;
  readonly #reader: RowReader;

  constructor({ kept, score, by, missing }: DrawOptions, design: SheetDesign) {
    this.#design = design;
    const fields: RowFields = {
      ...(kept !== undefined && { kept }),
      ...(kept === undefined && score !== undefined && { score }),
      ...(design === "slices" && by !== undefined && { by }),
      ...(missing !== undefined && { missing }),
    };
    this.#reader = new RowReader(fields);
    this.names = this.#reader.names;
  }

  stratum(row: Row, line: number, exact?: () => Row): string | Unusable {
    const record = this.#reader.record(row, line, exact);
    if (record instanceof Unusable) return record;
    const decision = record.kept === true ? "kept" : "rejected";
    switch (this.#design) {
      case "simple":
        return "all";
      case "stratified":
        return decision;
      case "slices":
        return JSON.stringify([record.slice, decision]);
      default:
        return this.#design satisfies never;
    }
  }

  /** @throws DataError if nothing can be drawn from the file. */
  check(source: RowSource, seen: SeenFields, usable: number, { count, first: [first] }: DrawnLabels["unreadable"]) {
    const where = source.name === "" ? "" : `${source.name}: `;
    const fault = (reason: Reason) => new DataError(placed(reason, where));
    if (!seen.any && first === undefined) {
      throw new DataError(rowReason("no-rows", { file: source.name || source.source }));
    }
    const problem = seen.any ? seen.problem() : undefined;
    if (problem !== undefined) throw fault(problem);
    this.#reader.check(where);
    if (first !== undefined && usable < count) {
      const { line, reason } = first;
      throw fault(auditReason("rows-unusable", { bad: count, all: usable + count, line, why: reason }));
    }
  }
}

interface Candidate {
  /** Among all rows of the file, from 0. */
  place: number;
  key: string;
  row: Row;
  uniform: number;
}

/** The rows of a stratum with the smallest random numbers: a simple random sample of any size up to `most`. */
class Stratum {
  rows = 0;
  readonly name: string;
  readonly #most: number;
  /** A heap: each is at least as large as its two children. */
  readonly #heap: Candidate[] = [];

  constructor(name: string, most: number) {
    this.name = name;
    this.#most = most;
  }

  take(candidate: Candidate): void {
    this.rows++;
    const heap = this.#heap;
    if (heap.length < this.#most) {
      heap.push(candidate);
      this.#rise(heap.length - 1);
    } else if (candidate.uniform < (heap[0] as Candidate).uniform) {
      heap[0] = candidate;
      this.#sink();
    }
  }

  first(count: number): Candidate[] {
    return [...this.#heap].sort((a, b) => a.uniform - b.uniform).slice(0, count);
  }

  #rise(from: number): void {
    const heap = this.#heap;
    for (let i = from; i > 0; ) {
      const parent = (i - 1) >> 1;
      const [child, above] = [heap[i] as Candidate, heap[parent] as Candidate];
      if (above.uniform >= child.uniform) return;
      [heap[i], heap[parent]] = [above, child];
      i = parent;
    }
  }

  #sink(): void {
    const heap = this.#heap;
    for (let i = 0; ; ) {
      const [left, right] = [2 * i + 1, 2 * i + 2];
      let largest = i;
      for (const child of [left, right]) {
        if (child < heap.length && (heap[child] as Candidate).uniform > (heap[largest] as Candidate).uniform)
          largest = child;
      }
      if (largest === i) return;
      [heap[i], heap[largest]] = [heap[largest] as Candidate, heap[i] as Candidate];
      i = largest;
    }
  }
}

/** How many rows of each stratum are drawn: as many of each as of any other, unless it has no more. */
function allocation(
  strata: readonly Stratum[],
  labels: DrawOptions["labels"],
  design: SheetDesign,
): Map<Stratum, number> {
  const all = [...strata].sort((a, b) => (a.name < b.name ? -1 : 1));
  if (typeof labels !== "number") {
    const asked = new Map(all.map((stratum) => [stratum, stratum.name === "kept" ? labels.kept : labels.rejected]));
    for (const [{ rows, name }, count] of asked) {
      if (count > rows) throw new DataError(sheetReason("fewer-rows", { rows, labels: count, of: name }));
    }
    return asked;
  }
  const rows = all.reduce((sum, stratum) => sum + stratum.rows, 0);
  if (labels > rows) throw new DataError(sheetReason("fewer-rows", { rows, labels, of: null }));
  if (labels < all.length) throw new DataError(sheetReason("more-strata", { strata: all.length, labels, design }));
  const counts = new Map<Stratum, number>();
  let left = labels;
  // the smallest first: what they cannot give is shared by the others
  for (const [i, stratum] of [...all].sort((a, b) => a.rows - b.rows).entries()) {
    const count = Math.min(stratum.rows, Math.floor(left / (all.length - i)));
    counts.set(stratum, count);
    left -= count;
  }
  return new Map(all.map((stratum) => [stratum, counts.get(stratum) ?? 0]));
}
