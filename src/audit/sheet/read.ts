import { openRows } from "../../rows/rowFiles.js";
import type { SheetShapeName } from "../../rows/shapes.js";
import { openRaw } from "../../rows/source.js";
import { type ReadSheet, sheetLines, sheetOf } from "./sheet.js";

/**
 * Reads a label sheet: CSV (with `,`, `;` or tabs), JSONL, a list in JSON; Label Studio's JSON, JSON-MIN and CSV exports, and
 * the records of Argilla, nested or flat, of rows drawn by `drawLabels`.
 *
 * @param as Whose export it must be; left out, told by its content.
 * @throws DataError if it is not one, or if a key is there twice; FileError if it cannot be read.
 */
export async function readSheet(file: string, as?: SheetShapeName): Promise<ReadSheet> {
  const raw = await openRaw(file);
  try {
    return sheetOf(file, await sheetLines(file, openRows(raw)), as);
  } finally {
    await raw.close();
  }
}
