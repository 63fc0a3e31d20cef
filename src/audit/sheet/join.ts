import type { Core } from "../../core/core.js";
import { ArgumentError, DataError } from "../../core/errors.js";
import { placed, type Reason } from "../../core/reasons.js";
import { percent } from "../../model/format.js";
import type { FileRow } from "../../rows/field.js";
import { LabelReader } from "../../rows/labels.js";
import {
  type AuditQuestion,
  auditRows,
  type FileAudit,
  type FileAuditOptions,
  type ReadingOptions,
  type RowSource,
} from "../file.js";
import { type AuditReason, auditReason } from "../reasons.js";
import type { AuditRecord, SheetAccount } from "../result.js";
import { type AuditFields, RowReader, Unusable } from "../row.js";
import { auditVerifierRows, type FileVerifiers, type VerifiersOptions } from "../verifiers.js";
import { baseKey, Fingerprint, rowKey } from "./key.js";
import { sheetReason } from "./reasons.js";
import { codeOf, LABEL, type ReadSheet, type SheetRow } from "./sheet.js";

/** What is audited by a sheet of labels: as {@link AuditQuestion}, but the label is a column of the sheet. */
export interface LabelledQuestion extends Omit<AuditQuestion, "fields"> {
  /** `correct` is a column of the sheet, or a rule about one (`label`). */
  fields: Omit<AuditFields, "correct"> & { correct?: string };
}

/** Under which the rows of a file have what a sheet says of them: names that a path with dots does not take apart. */
const JOINED = { correct: "label of the sheet", weight: "weight of the sheet" } as const;

/**
 * Audits a file by a sheet of labels of some of its rows, which are joined by their keys; the sheet knows the design.
 *
 * @returns Null if the reading was aborted.
 * @throws UnknownValuesError if a label is not understood; DataError if the sheet has keys twice or keys of no row, or if the
 * file or the decision is not that from which it was drawn; and what {@link auditRows} throws.
 */
export async function auditLabelled(
  core: Core,
  source: RowSource,
  sheet: ReadSheet,
  question: LabelledQuestion,
  how: FileAuditOptions = {},
): Promise<(FileAudit & { labels: SheetAccount }) | null> {
  const { fields, options, model } = question;
  const labelled = labelledRows(source, sheet, question);
  const { account, weighted } = labelled.labels;
  const open = fields.score !== undefined && options.threshold === undefined;
  // a threshold is judged by weights: it makes strata of its own
  const byWeight = weighted || (open && account.design !== "simple");
  const audited = await auditRows(
    core,
    labelled,
    {
      fields: { ...fields, correct: JOINED.correct, ...(byWeight && { weight: JOINED.weight }) },
      options: { ...options, design: account.design === "simple" || open ? "simple" : "stratified" },
      ...(model !== undefined && { model }),
    },
    how,
  );
  return audited && { ...audited, ...labelled.labels.report(audited.result, fields) };
}

/**
 * The same for several verifiers of a file (`fields.verifiers`). Rows that were drawn by one verifier's decision are weighted: for the
 * others they are not a sample of the kept and of the rejected rows.
 */
export async function auditVerifiersLabelled(
  core: Core,
  source: RowSource,
  sheet: ReadSheet,
  question: Pick<LabelledQuestion, "fields"> & { options: VerifiersOptions },
  how: FileAuditOptions = {},
): Promise<FileVerifiers | null> {
  const { fields, options } = question;
  const labelled = labelledRows(source, sheet, question);
  const { account } = labelled.labels;
  const weight = account.design === "simple" ? {} : { weight: JOINED.weight };
  const asked = { fields: { ...fields, correct: JOINED.correct, ...weight }, options };
  const audited = await auditVerifierRows(core, labelled, asked, how);
  return audited && { ...audited, ...labelled.labels.report(audited.result, fields) };
}

function labelledRows(source: RowSource, sheet: ReadSheet, question: LabelledQuestion): LabelledRows {
  const { fields, options } = question;
  if (options.design !== undefined || fields.weight !== undefined)
    throw new ArgumentError(sheetReason("sheet-knows-design"));
  return new LabelledRows(source, new Labels(sheet, fields), question);
}

/** The labels of a sheet, understood. */
class Labels {
  readonly account: SheetAccount;
  /** Whether rows of one decision have different weights. */
  readonly weighted: boolean;
  readonly remarks: AuditReason[] = [];
  /** The column, or the rule about one. */
  readonly correct: string;
  readonly sheet: ReadSheet;
  readonly label = new Map<SheetRow, boolean | null>();
  readonly weight = new Map<SheetRow, number>();
  readonly strata: ReadonlyMap<string, readonly SheetRow[]>;
  readonly fault: (reason: Reason, line?: number) => DataError;

  constructor(sheet: ReadSheet, { correct: asked = LABEL, true: yes, false: no, missing }: LabelledQuestion["fields"]) {
    this.sheet = sheet;
    this.fault = (reason, line) => new DataError(placed(reason, `${sheet.name}: `), { line });
    const { columns } = sheet;
    const { field } = new LabelReader(asked);
    const known = columns.includes(asked) || columns.includes(field);
    const isRule = field !== asked;
    if (!known && (isRule || !columns.includes(LABEL))) {
      throw this.fault(sheetReason("sheet-lacks-column", { column: field, columns }));
    }
    this.correct = known ? asked : LABEL;
    if (!known) this.remarks.push(auditReason("sheet-label-column", { asked, column: LABEL }));
    const words = { ...(yes && { true: yes }), ...(no && { false: no }), ...(missing && { missing }) };
    const reader = new RowReader({ correct: this.correct, ...words });
    for (const one of sheet.rows) {
      const record = one.skipped ? null : reader.record(one.row, one.line);
      if (!(record instanceof Unusable)) this.label.set(one, record?.correct ?? null);
    }
    reader.check(`${sheet.name}: `);
    const strata = new Map<string, SheetRow[]>();
    for (const row of sheet.rows) {
      const members = strata.get(row.stratum);
      if (members === undefined) strata.set(row.stratum, [row]);
      else members.push(row);
    }
    this.strata = strata;
    this.account = this.#checked();
    const drawn = this.account.drawn;
    const { labelled, skipped, leftOut } = this.account;

    if (labelled === 0) throw this.fault(sheetReason("sheet-unlabelled", { rows: sheet.rows.length }));
    if (labelled > 0 && labelled < drawn) {
      this.remarks.push(auditReason("sheet-part-labelled", { labelled, drawn, skipped, leftOut }));
    }
    this.weighted = this.account.design === "slices";
    for (const rows of this.strata.values()) {
      const count = rows.filter((row) => this.label.get(row) != null).length;
      // those with a label stand for the others of their stratum
      for (const row of rows) this.weight.set(row, (row.weight * codeOf(row).drawn) / count);
    }
  }

  /** What an audit by these labels says of them beside its result. */
  report<R extends { warnings: readonly AuditReason[] }, F extends object>(result: R, fields: F) {
    return {
      fields: { ...fields, correct: this.correct },
      labels: this.account,
      result: { ...result, warnings: [...result.warnings, ...this.remarks] },
    };
  }

  /** How many rows of the sheet have a label; after its codes have been checked against one another. */
  #checked(): SheetAccount {
    const { rows } = this.sheet;
    const codes = [...this.strata.values()].map(([first]) => codeOf(first as SheetRow));
    const [first] = codes;
    const draws = new Set(codes.map(({ design, seed, file }) => `${design} ${seed} ${file}`)).size;
    if (draws > 1 || first === undefined) throw this.fault(sheetReason("sheet-mixed", { codes: draws }));
    for (const [code, members] of this.strata) {
      const [one] = members as [SheetRow];
      const { drawn } = codeOf(one);
      const uneven = members.find(({ weight }) => Math.abs(weight - one.weight) > 1e-6 * one.weight);
      // so many rows are what the stratum had: a whole number of them
      const size = one.weight * drawn;
      const broken = Math.abs(size - Math.round(size)) > 1e-6 * size + 1e-9 ? one : uneven;
      if (broken !== undefined || members.length > drawn) {
        const column = broken === undefined ? "stratum" : "weight";
        const { line } = broken ?? one;
        const value = broken === undefined ? code : String(broken.weight);
        throw this.fault(sheetReason("sheet-bad-cells", { column, rows: members.length, line, value }), line);
      }
    }
    const strata = [...this.strata.values()];
    const hasLabel = (row: SheetRow) => this.label.get(row) != null;
    const bare = strata.filter((members) => !members.some(hasLabel));
    const labelled = rows.filter(hasLabel).length;
    if (first.design === "slices" && labelled > 0 && bare.length > 0) {
      const share = percent(sizeOf(bare) / sizeOf(strata));
      throw this.fault(sheetReason("sheet-strata-unlabelled", { strata: bare.length, of: strata.length, share }));
    }
    const drawn = codes.reduce((sum, code) => sum + code.drawn, 0);
    const skipped = rows.filter(({ skipped }) => skipped).length;

    const { name, program } = this.sheet;
    const by = program === null ? {} : { program };
    const leftOut = program === null ? drawn - rows.length + this.#passedOver(hasLabel) : 0;
    return { sheet: name, design: first.design, seed: first.seed, drawn, labelled, skipped, leftOut, ...by };
  }

  /**
   * Rows that nothing is written of, though a later one has a label. The order of a sheet is random, so those after the last label
   * are like the others; one that was passed over may have been too hard. Other programs have an order of their own.
   */
  #passedOver(hasLabel: (row: SheetRow) => boolean): number {
    const { rows } = this.sheet;
    const last = rows.findLastIndex(hasLabel);
    return rows.filter((row, i) => i < last && !row.skipped && !hasLabel(row)).length;
  }

  /** Rows that the file had when the sheet was drawn. */
  get fileRows(): number {
    return Math.round(sizeOf([...this.strata.values()]));
  }
}

function sizeOf(strata: readonly (readonly SheetRow[])[]): number {
  return strata.reduce((sum, [first]) => sum + (first === undefined ? 0 : first.weight * codeOf(first).drawn), 0);
}

/** The rows of a file, with the labels of a sheet. */
class LabelledRows implements RowSource {
  readonly source: string;
  readonly name: string;
  readonly labels: Labels;
  readonly #rows: RowSource;
  readonly #question: LabelledQuestion;

  constructor(rows: RowSource, labels: Labels, question: LabelledQuestion) {
    this.source = rows.source;
    this.name = rows.name;
    this.labels = labels;
    this.#rows = rows;
    this.#question = question;
  }

  async *read(fields: readonly string[], how: ReadingOptions): AsyncGenerator<Iterable<FileRow>> {
    const joined: readonly string[] = Object.values(JOINED);
    const join = new Join(this.labels, this.#question, this.name);
    for await (const rows of this.#rows.read(
      fields.filter((field) => !joined.includes(field)),
      { ...how, whole: true },
    )) {
      yield join.rows(rows);
    }
    if (!how.signal?.aborted) join.check();
  }
}

/** One pass over the file. */
class Join {
  readonly #labels: Labels;
  readonly #reader: RowReader;
  readonly #threshold: number | undefined;
  readonly #where: string;
  readonly #fingerprint = new Fingerprint();
  /** Rows of the sheet by the key that equal rows share, in the order of the sheet; those that were met are taken out. */
  readonly #open = new Map<string, SheetRow[]>();
  /** Decisions on the rows of the sheet that were met; null if a threshold is still open. */
  readonly #decided = new Map<SheetRow, boolean | null>();
  #usable = 0;
  #kept = 0;

  constructor(labels: Labels, { fields, options }: LabelledQuestion, name: string) {
    const { kept, score, missing } = fields;
    this.#labels = labels;
    this.#where = name === "" ? "" : `${name}: `;
    this.#threshold = options.threshold;
    this.#reader = new RowReader({
      ...(kept !== undefined && { kept }),
      ...(kept === undefined && score !== undefined && { score }),
      ...(missing !== undefined && { missing }),
    });
    for (const row of labels.sheet.rows) {
      const base = baseKey(row.key) as string;
      const same = this.#open.get(base);
      if (same === undefined) this.#open.set(base, [row]);
      else same.push(row);
    }
  }

  *rows(rows: Iterable<FileRow>): Generator<FileRow> {
    for (const one of rows) {
      if (one.row === undefined) {
        yield one;
        continue;
      }
      const key = rowKey(one.row);
      this.#fingerprint.add(key);
      const record = one.fault === undefined ? this.#reader.record(one.row, one.line) : new Unusable(one.fault);
      const row = record instanceof Unusable ? undefined : this.#met(key, record);
      if (row === undefined) yield one;
      else {
        const { label, weight } = this.#labels;
        const added = { [JOINED.correct]: label.get(row) ?? null, [JOINED.weight]: weight.get(row) };
        yield { ...one, row: { ...one.row, ...added } };
      }
    }
  }

  /** The row of the sheet that a row of the file is. */
  #met(key: string, { kept, score }: AuditRecord): SheetRow | undefined {
    const byScore = score === undefined || this.#threshold === undefined ? null : score >= this.#threshold;
    const decision = kept ?? byScore;
    this.#usable++;
    if (decision === true) this.#kept++;
    const row = this.#open.get(key)?.shift();
    if (row !== undefined) this.#decided.set(row, decision);
    return row;
  }

  /** @throws DataError if the sheet is of another file, or of another decision. */
  check(): void {
    this.#reader.check(this.#where);
    if (this.#usable === 0) return; // the audit says why
    const { sheet, fault, strata, account, fileRows } = this.#labels;
    const strangers = sheet.rows.filter((row) => !this.#decided.has(row));
    const first = sheet.rows[0] as SheetRow;
    const same = codeOf(first).file === this.#fingerprint.digits;
    const [stranger] = strangers;
    if (stranger !== undefined && (same || strangers.length === sheet.rows.length)) {
      const { line, key } = stranger;
      const all = sheet.rows.length;
      throw fault(sheetReason("sheet-strangers", { keys: strangers.length, all, line, key }), line);
    }
    if (!same) {
      const changed = sheetReason("sheet-other-file", { before: fileRows, now: this.#usable });
      if (stranger === undefined) throw fault(changed);
      const { line, key } = stranger;
      const keys = { keys: strangers.length, all: sheet.rows.length, line, key };
      const also = sheetReason("sheet-strangers", keys);
      throw fault({ ...changed, message: `${changed.message}; ${also.message}` });
    }
    const isOpen = [...this.#decided.values()].includes(null);
    if (account.design === "simple" || isOpen) return;
    // the file is the same: each stratum must still be of one decision, and have as many rows
    let astray = 0;
    let kept = 0;
    for (const members of strata.values()) {
      const ofKept = members.filter((row) => this.#decided.get(row) === true).length;
      astray += Math.min(ofKept, members.length - ofKept);
      if (2 * ofKept > members.length) kept += sizeOf([members]);
    }
    if (astray > 0 || (fileRows === this.#usable && Math.abs(kept - this.#kept) > 0.5)) {
      throw fault(sheetReason("sheet-other-decision", { rows: astray, of: sheet.rows.length }));
    }
  }
}
