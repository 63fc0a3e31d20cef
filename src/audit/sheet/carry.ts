import { DataError } from "../../core/errors.js";
import { placed } from "../../core/reasons.js";
import { isMissing } from "../../rows/field.js";
import { RowReader, Unusable } from "../row.js";
import type { DrawnLabels } from "./draw.js";
import { readSheet } from "./read.js";
import { sheetReason } from "./reasons.js";
import { LABEL } from "./sheet.js";

/**
 * Takes the labels of an earlier sheet over to a draw that has all of its labelled rows: one of the same file and seed, and of
 * at least as many labels.
 *
 * @returns How many labels.
 * @throws DataError if a row that has a label was not drawn again; UnknownValuesError if a label is not understood.
 */
export async function carryLabels(drawn: DrawnLabels, sheetFile: string): Promise<number> {
  const sheet = await readSheet(sheetFile);
  const reader = new RowReader({ correct: LABEL });
  const labels = new Map<string, boolean | "skip">();
  for (const { key, row, line, skipped } of sheet.rows) {
    if (skipped) labels.set(key, "skip");
    const record = reader.record(row, line);
    if (!(record instanceof Unusable) && record.correct !== null) labels.set(key, record.correct);
  }
  reader.check(`${sheetFile}: `);
  const all = labels.size;
  for (const row of drawn.drawn) {
    row.label = labels.get(row.key) ?? null;
    labels.delete(row.key);
  }
  const [key] = labels.keys();
  if (key !== undefined) {
    const reason = sheetReason("sheet-not-drawn-again", { keys: labels.size, all, key });
    throw new DataError(placed(reason, `${sheetFile}: `));
  }
  // those that are done come first, so that what is still open can be labelled from the top
  drawn.drawn.sort((a, b) => Number(a.label === null) - Number(b.label === null));
  return all;
}

/** How many rows of a sheet have a label, understood or not; null if the file is not a sheet. */
export async function labelsIn(file: string): Promise<number | null> {
  try {
    const { rows } = await readSheet(file);
    return rows.filter(({ row, skipped }) => skipped || !isMissing(row[LABEL])).length;
  } catch (error) {
    if (error instanceof DataError) return null;
    throw error;
  }
}
