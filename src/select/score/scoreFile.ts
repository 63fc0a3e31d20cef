import { DataError } from "../../core/errors.js";
import { printable } from "../../core/printable.js";
import type { Block } from "../../rows/blocks.js";
import { SeenFields, withAdvice } from "../../rows/field.js";
import { Lines, type MalformedRow } from "../../rows/lines.js";
import { rowReason } from "../../rows/reasons.js";
import type { FileBlock, RowFiles } from "../../rows/rowFiles.js";
import { selectReason } from "../reasons.js";
import type { ResolvedSettings } from "../settings.js";
import { kindOf } from "../verifiers/kinds.js";
import { MixedUpError, VerifierFault } from "../verifiers/module.js";
import { noteReason } from "../verifiers/scorer.js";
import { type BlockWorkers, inOrder } from "../workers.js";
import type { ColumnGatherer } from "./columns.js";
import type { Journal } from "./journal.js";

/** How a file is scored. */
export interface ScoreOptions {
  files: RowFiles;
  /** What messages call each file. */
  names: readonly string[];
  blockSize: number;
  /** A verifier asks for the number of a row: the rows before a block must be counted before it is given away. */
  counts: boolean;
  strict: boolean;
  signal: AbortSignal | undefined;
  /** Bytes of all files, as `onProgress` counts them; 0 if that is not known. */
  bytesTotal: number;
  onProgress: (bytes: number, rows: number) => void;
}

/** The first pass: scores every row from where the columns end, and writes each block down in the journal. */
export async function scoreFile(
  workers: BlockWorkers,
  gatherer: ColumnGatherer,
  journal: Journal | undefined,
  options: ScoreOptions,
): Promise<void> {
  const { files, names, signal, strict } = options;
  const stopAtMalformed = () => {
    const first = gatherer.firstMalformed;
    if (strict && first !== null)
      throw new DataError(
        selectReason("malformed-row-in", { file: names[first.inFile], line: first.line, why: first.reason }),
        { line: first.line },
      );
  };
  stopAtMalformed();
  let bytes = 0;
  try {
    const blocks = files.blocks(gatherer.end, {
      size: options.blockSize,
      buffers: workers.buffers,
      signal,
      onProgress: (now) => {
        bytes = now;
      },
    });
    let firstRow = gatherer.rows;
    const score = async (block: FileBlock) => {
      const first = firstRow;
      if (options.counts) firstRow += rowsOf(block);
      try {
        return await workers.score(block, first);
      } catch (error) {
        if (error instanceof VerifierFault) error.file = block.file;
        throw error;
      }
    };
    for await (const { offset, end, file, fileBegin, done } of inOrder(blocks, workers.ahead, score)) {
      signal?.throwIfAborted();
      const block = { offset, end, file, fileBegin, scored: done };
      journal?.add(block);
      gatherer.add(block, options.bytesTotal > 0 ? bytes / options.bytesTotal : 0);
      stopAtMalformed();
      options.onProgress(bytes, gatherer.rows);
    }
  } catch (error) {
    if (!(error instanceof VerifierFault)) throw error;
    // blocks come in order: the gatherer ends before the one at fault
    const { file } = error;
    const line = gatherer.lineOf(file, error.line);
    const kind = error.isMixedUp ? MixedUpError : DataError;
    throw new kind(selectReason("verifier-failed", { file: names[file], line, what: error.message }), { line });
  }
}

function rowsOf(block: Block): number {
  let rows = 0;
  for (const lines = new Lines(block); lines.next(); ) rows++;
  return rows;
}

/**
 * If no row can be judged, the fault is in the question, such as a field that no row has.
 *
 * @param name What messages call the files.
 */
export async function whyNoneJudged(
  source: string,
  files: RowFiles,
  { rows, firstMalformed, notes }: ColumnGatherer,
  settings: ResolvedSettings,
): Promise<DataError> {
  if (rows === 0) return new DataError(rowReason("no-rows", { file: source }));
  const seen = await fieldsOf(files, settings);
  const field = seen.any ? seen.problem() : undefined;
  const line = firstMalformed?.line;
  const unscored = (["unclear", "abstained", "undecided"] as const).find((note) => (notes[note] ?? 0) > 0);
  const without =
    unscored === undefined ? "none has a score" : noteReason(unscored, notes[unscored] ?? 0, notes).message;
  const why = printable(field?.message ?? (firstMalformed === null ? without : fault(firstMalformed)));
  return new DataError(selectReason("no-row-judged", { source, rows, why }), { line });
}

function fault({ line, code, reason }: MalformedRow): string {
  return `line ${line}: ${withAdvice({ code, params: undefined, message: reason }).message}`;
}

/** The fields of the first rows. */
async function fieldsOf(files: RowFiles, settings: ResolvedSettings): Promise<SeenFields> {
  const seen = new SeenFields(fieldsRead(settings));
  for await (const rows of files.read()) {
    for (const { row } of rows) if (row !== undefined) seen.look(row);
    break;
  }
  return seen;
}

/** The fields that a selection reads; those of a module are not known. */
function fieldsRead({ verifiers, bestOf, by, nearDuplicates, export: form }: ResolvedSettings): string[] {
  const ofVerifiers = verifiers.flatMap((verifier) => kindOf(verifier).fields(verifier));
  const names = [
    ...ofVerifiers,
    form?.prompt,
    form?.completion,
    form?.system,
    form?.chat,
    bestOf,
    by,
    nearDuplicates?.field,
  ];
  return names.filter((name) => name !== undefined && name !== null);
}
