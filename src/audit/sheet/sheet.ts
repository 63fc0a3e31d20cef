import { DataError } from "../../core/errors.js";
import { quote } from "../../core/printable.js";
import { placed, type Reason } from "../../core/reasons.js";
import { numberIn, type Row, shownValue } from "../../rows/field.js";
import { rowReason } from "../../rows/reasons.js";
import type { RowFile } from "../../rows/rowFile.js";
import { type SheetShapeName, sheetShapes } from "../../rows/shapes.js";
import { baseKey, readStratumCode, type StratumCode } from "./key.js";
import { sheetReason } from "./reasons.js";

/** A row of a label sheet. */
export interface SheetRow {
  /** Where it begins in the sheet, 1-based; in a list of JSON its number. */
  line: number;
  key: string;
  weight: number;
  stratum: string;
  /** All its columns, the label among them. */
  row: Row;
  /** Whether whoever labelled has passed it over. */
  skipped: boolean;
}

/** A sheet as it was read: its own, or the export of Label Studio or of Argilla. */
export interface ReadSheet {
  /** The file. */
  name: string;
  /** Who wrote it, if it is not the sheet itself. */
  program: SheetShapeName | null;
  columns: readonly string[];
  rows: readonly SheetRow[];
}

/** The column that holds the label unless another is asked for. */
export const LABEL = "label";
const NEEDED = ["key", "weight", "stratum"];
/** A sheet is for people. */
const MOST_ROWS = 1_000_000;
const SKIPPED = /^\s*skip(ped)?\s*$/i;

/** A row of the file, and where it begins. */
export type SheetLine = readonly [line: number, row: Row];

/** Errors that name the sheet. */
type Fault = (reason: Reason, line?: number) => DataError;

function sheetFault(file: string): Fault {
  return (reason, line) => new DataError(placed(reason, `${file}: `), { line });
}

interface FlatRow {
  line: number;
  row: Row;
  skipped?: boolean;
}

/**
 * A label sheet, from its rows as they are in its file.
 *
 * @param file Its name, for messages. @param rows Each with its line, and plain cells.
 * @param as Whose export it must be; left out, told by its content.
 * @throws DataError if it is not one, or if a key is there twice.
 */
export function sheetOf(file: string, rows: readonly SheetLine[], as?: SheetShapeName): ReadSheet {
  const fault = sheetFault(file);
  const { flat, program } = flattened(rows, as, fault);
  if (flat.length === 0) throw fault(sheetReason("sheet-empty"));
  const columns = [...new Set(flat.flatMap(({ row }) => Object.keys(row)))];
  const missing = NEEDED.find((column) => !columns.includes(column));
  if (missing !== undefined) {
    const title = sheetShapes.find(({ id }) => id === program)?.title;
    throw fault(sheetReason("sheet-lacks-column", { column: missing, columns, ...(title !== undefined && { title }) }));
  }
  const checked = flat.map(({ line, row, skipped = false }): SheetRow => {
    const label = row[LABEL];
    const passed = skipped || (typeof label === "string" && SKIPPED.test(label));
    return {
      line,
      key: String(row.key ?? "").trim(),
      weight: numberIn(row.weight) ?? Number.NaN,
      stratum: String(row.stratum ?? "").trim(),
      row: passed ? { ...row, [LABEL]: null } : row,
      skipped: passed,
    };
  });
  const refuse = (column: string, bad: readonly SheetRow[]) => {
    const [first] = bad;
    if (first === undefined) return;
    const value = shownValue(first.row[column]);
    throw fault(sheetReason("sheet-bad-cells", { column, rows: bad.length, line: first.line, value }), first.line);
  };
  refuse(
    "key",
    checked.filter(({ key }) => baseKey(key) === undefined),
  );
  refuse(
    "stratum",
    checked.filter(({ stratum }) => readStratumCode(stratum) === undefined),
  );
  refuse(
    "weight",
    checked.filter(({ weight }) => !(weight >= 1 - 1e-9 && weight <= 1e15)),
  );
  const seen = new Set<string>();
  const twice = checked.filter(({ key }) => seen.has(key) || !seen.add(key));
  const [double] = twice;
  if (double !== undefined) {
    const keys = new Set(twice.map(({ key }) => key)).size;
    throw fault(sheetReason("sheet-doubles", { keys, line: double.line, key: double.key }), double.line);
  }
  return { name: file, program, columns, rows: checked };
}

/** Where a row of a sheet belongs: its code, which {@link sheetOf} has checked. */
export function codeOf({ stratum }: SheetRow): StratumCode {
  return readStratumCode(stratum) as StratumCode;
}

/**
 * The rows of a sheet as they are in its file, which is being opened.
 *
 * @throws DataError if it cannot be read as one.
 */
export async function sheetLines(file: string, opening: Promise<RowFile>): Promise<SheetLine[]> {
  const fault = sheetFault(file);
  try {
    const opened = await opening;
    const rows: SheetLine[] = [];
    for await (const piece of opened.rows()) {
      for (const { line, row, fault: broken } of piece) {
        if (row === undefined) {
          throw fault(sheetReason("sheet-unreadable", { why: `line ${line}: ${broken?.message ?? ""}` }), line);
        }
        if (rows.length === MOST_ROWS) {
          throw fault(sheetReason("sheet-unreadable", { why: `it has more than ${MOST_ROWS} rows` }));
        }
        const cells = Object.entries(row);
        if (opened.form !== "csv") rows.push([line, row]);
        else if (cells.some(([, cell]) => String(cell).trim() !== "")) {
          rows.push([line, Object.fromEntries(cells.map((cell) => cell.map((text) => plainCell(String(text)))))]);
        }
      }
    }
    return rows;
  } catch (error) {
    if (!(error instanceof DataError) || error.code === "" || error.code.startsWith("sheet-")) throw error;
    throw fault(sheetReason("sheet-unreadable", { why: error.message }), error.line);
  }
}

/** The text of a cell: an apostrophe before it keeps a spreadsheet from taking it for a formula. */
function plainCell(cell: string): string {
  return cell.startsWith("'") ? cell.slice(1) : cell;
}

/** The rows that are meant, and the program that has written them so. */
function flattened(
  rows: readonly SheetLine[],
  as: SheetShapeName | undefined,
  fault: Fault,
): { flat: FlatRow[]; program: SheetShapeName | null } {
  const differing: string[] = [];
  let program: SheetShapeName | null = null;
  const flat = rows.map(([line, row]) => {
    for (const { id, title, labelled, needs } of sheetShapes) {
      if (as !== undefined && id !== as) continue;
      const found = labelled(row, LABEL);
      if (found === undefined && as !== undefined)
        throw fault(rowReason("shape-lacks", { title, lacks: [needs] }), line);
      if (found === undefined) continue;
      program = id;
      if (found.labels === null) break;
      const values = new Set(found.labels.map((label) => JSON.stringify(label)));
      if (values.size > 1) differing.push(String(found.row.key));
      return { line, row: { ...found.row, [LABEL]: found.labels[0] ?? null }, skipped: found.skipped };
    }
    return { line, row };
  });
  const [key] = differing;
  if (key !== undefined) throw fault(sheetReason("sheet-disagrees", { keys: differing.length, key: quote(key) }));
  return { flat: merged(flat), program };
}

/** Label Studio's JSON-MIN has an object for each annotation: equal ones are one row. */
function merged(rows: readonly FlatRow[]): FlatRow[] {
  const known = new Map<string, FlatRow>();
  return rows.filter((one) => {
    const { row } = one;
    if (!("annotation_id" in row) && !("annotator" in row)) return true;
    const key = String(row.key);
    const before = known.get(key);
    known.set(key, before ?? one);
    return before === undefined || JSON.stringify(before.row[LABEL]) !== JSON.stringify(row[LABEL]);
  });
}
