import { convertRows, type KeptForm, targetOf } from "../rows/keptForm.js";
import { Lines, Malformed } from "../rows/lines.js";
import type { RowFiles } from "../rows/rowFiles.js";
import type { Compression } from "../rows/unpack.js";
import { FileWriter } from "../rows/write.js";
import { type AuditFields, isKept, RowReader, Unusable } from "./row.js";

/** What decides that a row is kept: a decision, or a score of at least a threshold. */
export interface KeptBy extends Pick<AuditFields, "kept" | "score" | "missing"> {
  threshold?: number;
}

const NEWLINE = Uint8Array.of(10);

interface HowKept {
  /** The form; left out, that of the files. */
  to?: KeptForm;
  compression?: Compression;
  signal?: AbortSignal;
}

/**
 * Writes the kept rows of files in their form: JSONL byte for byte, CSV in its dialect, Parquet with its schema and values; of other
 * forms as JSONL. The file is there whole, or not at all.
 *
 * @returns How many rows were kept; null if it was aborted, and nothing is written.
 */
export async function writeKept(
  files: RowFiles,
  { threshold, ...fields }: KeptBy,
  out: string,
  { to, compression = "none", signal }: HowKept = {},
): Promise<number | null> {
  const target = await targetOf(files, to ?? null);
  const reader = new RowReader(fields);
  const isLines = target.form === "jsonl";
  const writer = await FileWriter.open(out, target.form === "parquet" ? "none" : compression);
  // rows that are converted when all are known
  const spool = isLines ? writer : await FileWriter.open(`${out}.rows`);
  /** By their number among all rows. */
  const areKept: boolean[] = [];
  let kept = 0;
  try {
    for await (const block of files.blocks(undefined, {})) {
      if (signal?.aborted) return null;
      const lines = new Lines(block);
      while (lines.next()) {
        const row = lines.row();
        const record = row instanceof Malformed ? null : reader.record(row, lines.line);
        const keeps = record !== null && !(record instanceof Unusable) && isKept(record, threshold);
        if (!isLines) areKept.push(keeps);
        if (!keeps) continue;
        kept++;
        await spool.write(lines.bytes.subarray(lines.start, lines.end));
        await spool.write(NEWLINE);
      }
    }
    if (target.form !== "jsonl") {
      await spool.close();
      await convertRows(
        target,
        spool.file,
        files,
        (row) => areKept[row] === true,
        (bytes) => writer.write(bytes),
      );
    }
    await writer.close();
    writer.publish();
    return kept;
  } finally {
    spool.discard();
    writer.discard();
  }
}
