import { readBlocks } from "../rows/blocks.js";
import { Lines, Malformed } from "../rows/lines.js";
import { openRows, type RowFiles } from "../rows/rowFiles.js";
import { openRaw } from "../rows/source.js";
import { FileWriter } from "../rows/write.js";
import { type AuditFields, RowReader, Unusable } from "./row.js";

/** What decides that a row is kept: a decision, or a score of at least a threshold. */
export interface KeptBy extends Pick<AuditFields, "kept" | "score" | "missing"> {
  threshold?: number;
}

const NEWLINE = Uint8Array.of(10);

/**
 * Writes the kept rows of files as JSONL: those of JSONL byte for byte, those of other forms as JSON. The file is there whole, or
 * not at all.
 *
 * @returns How many rows were kept; null if it was aborted, and nothing is written.
 */
export async function writeKept(
  files: RowFiles,
  { threshold, ...fields }: KeptBy,
  out: string,
  signal?: AbortSignal,
): Promise<number | null> {
  const reader = new RowReader(fields);
  const writer = await FileWriter.open(out);
  let kept = 0;
  try {
    for (const path of await files.files()) {
      const raw = await openRaw(path);
      try {
        const rows = await openRows(raw);
        for await (const block of readBlocks(rows.lines())) {
          if (signal?.aborted) return null;
          const lines = new Lines(block);
          while (lines.next()) {
            const row = lines.row();
            const record = row instanceof Malformed ? null : reader.record(row, lines.line);
            if (record === null || record instanceof Unusable) continue;
            const { kept: decision, score } = record;
            if (!(decision ?? (score !== undefined && threshold !== undefined && score >= threshold))) continue;
            kept++;
            await writer.write(lines.bytes.subarray(lines.start, lines.end));
            await writer.write(NEWLINE);
          }
        }
      } finally {
        await raw.close();
      }
    }
    await writer.close();
    writer.publish();
    return kept;
  } finally {
    writer.discard();
  }
}
