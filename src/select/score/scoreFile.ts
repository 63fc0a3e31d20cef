import { DataError } from "../../core/errors.js";
import { type Block, readBlocks } from "../../rows/blocks.js";
import { Lines } from "../../rows/lines.js";
import { type ByteSource, openSource } from "../../rows/source.js";
import { VerifierFault } from "../verifiers/module.js";
import { type Crew, inOrder } from "../workers.js";
import type { ColumnGatherer } from "./columns.js";
import type { Journal } from "./journal.js";

/** What the scoring of a file is told. */
export interface ScanOptions {
  file: string;
  blockSize: number;
  /** A verifier asks for the number of a row: the rows before a block must be counted before it is given away. */
  counts: boolean;
  strict: boolean;
  signal: AbortSignal | undefined;
  onProgress: (source: ByteSource, rows: number) => void;
}

/** The first pass: scores every row from where the columns end, and writes each block down in the journal. */
export async function scan(
  crew: Crew,
  gatherer: ColumnGatherer,
  journal: Journal | undefined,
  options: ScanOptions,
): Promise<void> {
  const { file, signal, strict } = options;
  const stopAtMalformed = () => {
    const first = gatherer.firstMalformed;
    if (strict && first !== null)
      throw new DataError(`line ${first.line} of ${file}: ${first.reason}`, { line: first.line });
  };
  stopAtMalformed();
  const source = await openSource(file, gatherer.end);
  try {
    const blocks = readBlocks(source, { size: options.blockSize, offset: gatherer.end, buffers: crew.buffers });
    let firstRow = gatherer.rows;
    const score = (block: Block) => {
      const first = firstRow;
      if (options.counts) firstRow += rowsOf(block);
      return crew.score(block, first);
    };
    for await (const { offset, end, done } of inOrder(blocks, crew.ahead, score)) {
      signal?.throwIfAborted();
      const block = { offset, end, scored: done };
      journal?.add(block);
      gatherer.add(block);
      stopAtMalformed();
      options.onProgress(source, gatherer.rows);
    }
  } catch (error) {
    if (!(error instanceof VerifierFault)) throw error;
    // blocks come in order: the gatherer ends before the one at fault
    const line = gatherer.lines + error.line;
    throw new DataError(`${error.message} (line ${line} of ${file})`, { line });
  } finally {
    await source.close();
  }
}

function rowsOf(block: Block): number {
  let rows = 0;
  for (const lines = new Lines(block); lines.next(); ) rows++;
  return rows;
}
