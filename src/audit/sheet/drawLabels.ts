import { loadText } from "../../core/textCore.js";
import { RowFiles } from "../../rows/rowFiles.js";
import type { FileAuditOptions } from "../file.js";
import { type DrawnLabels, type DrawOptions, drawRows } from "./draw.js";

/**
 * Draws rows of a file for people to label, as `pstar label draw` does: at random, in the core's streams, without showing what the
 * verifier decided. {@link sheetText} writes them as a sheet, by which `auditFile` and `check` audit the file.
 *
 * @param paths Files of rows in any form that `rowsOf` reads, folders, patterns; `-` for standard input.
 * @param options `labels` rows in all; of a stratified design (the default with `kept`) half of them kept ones.
 * @throws UnknownValuesError if a decision is not understood, DataError if there are too few rows, FileError if a file cannot be
 * read, ArgumentError if an option is out of its range; the signal's reason if it was aborted.
 * @example
 * const drawn = await drawLabels("answers.jsonl", { kept: "kept", labels: 36, seed: 1 });
 * await writeFile("sheet.csv", sheetText(drawn, "csv", "sheet"));
 */
export async function drawLabels(
  paths: string | readonly string[],
  options: DrawOptions & FileAuditOptions,
): Promise<DrawnLabels> {
  const { strict, signal, onProgress, ...asked } = options;
  const drawn = await drawRows(await loadText(), new RowFiles(paths), asked, { strict, signal, onProgress });
  if (drawn === null) throw signal?.reason;
  return drawn;
}
