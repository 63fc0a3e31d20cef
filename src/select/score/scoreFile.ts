import { DataError } from "../../core/errors.js";
import { printable } from "../../core/printable.js";
import { type Block, readBlocks } from "../../rows/blocks.js";
import { Lines, Malformed, type MalformedRow } from "../../rows/lines.js";
import { SeenFields, withAdvice } from "../../rows/seenFields.js";
import { type ByteSource, openSource } from "../../rows/source.js";
import { selectReason } from "../reasons.js";
import type { ResolvedSettings } from "../settings.js";
import { VerifierFault } from "../verifiers/module.js";
import { type BlockWorkers, inOrder } from "../workers.js";
import type { ColumnGatherer } from "./columns.js";
import type { Journal } from "./journal.js";

/** How a file is scored. */
export interface ScoreOptions {
  file: string;
  blockSize: number;
  /** A verifier asks for the number of a row: the rows before a block must be counted before it is given away. */
  counts: boolean;
  strict: boolean;
  signal: AbortSignal | undefined;
  onProgress: (source: ByteSource, rows: number) => void;
}

/** The first pass: scores every row from where the columns end, and writes each block down in the journal. */
export async function scoreFile(
  workers: BlockWorkers,
  gatherer: ColumnGatherer,
  journal: Journal | undefined,
  options: ScoreOptions,
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
    const blocks = readBlocks(source, { size: options.blockSize, offset: gatherer.end, buffers: workers.buffers });
    let firstRow = gatherer.rows;
    const score = (block: Block) => {
      const first = firstRow;
      if (options.counts) firstRow += rowsOf(block);
      return workers.score(block, first);
    };
    for await (const { offset, end, done } of inOrder(blocks, workers.ahead, score)) {
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

/**
 * If no row can be judged, the fault is in the question, such as a field that no row has.
 *
 * @param input What messages call the file.
 * @param file Where its rows are read from.
 */
export async function whyNoneJudged(
  input: string,
  file: string,
  { rows, firstMalformed }: ColumnGatherer,
  settings: ResolvedSettings,
): Promise<DataError> {
  const source = input === "-" ? "standard input" : input;
  if (rows === 0) return new DataError(selectReason("no-rows", { source }));
  const seen = await fieldsOf(file, settings);
  const field = seen.any ? seen.problem() : undefined;
  const line = firstMalformed?.line;
  const why = printable(field?.message ?? (firstMalformed === null ? "none has a score" : fault(firstMalformed)));
  return new DataError(selectReason("no-row-judged", { source, rows, why }), { line });
}

function fault({ line, code, reason }: MalformedRow): string {
  return `line ${line}: ${withAdvice({ code, params: undefined, message: reason }).message}`;
}

/** The fields of the first rows. */
async function fieldsOf(file: string, settings: ResolvedSettings): Promise<SeenFields> {
  const seen = new SeenFields(fieldsRead(settings));
  const source = await openSource(file);
  try {
    for await (const block of readBlocks(source)) {
      for (const lines = new Lines(block); lines.next(); ) {
        const row = lines.row();
        if (!(row instanceof Malformed)) seen.look(row);
      }
      break;
    }
  } finally {
    await source.close();
  }
  return seen;
}

/** The fields that a selection reads; those of a module are not known. */
function fieldsRead({ verifiers, bestOf, by, export: form }: ResolvedSettings): string[] {
  const ofVerifiers = verifiers.flatMap((verifier) => {
    switch (verifier.kind) {
      case "score":
        return [verifier.field];
      case "rouge":
        return [verifier.candidate, verifier.reference];
      case "perplexity":
        return "logprobs" in verifier ? [verifier.logprobs] : [verifier.text, verifier.prompt];
      case "match":
        return [verifier.label, verifier.against];
      default:
        return [];
    }
  });
  const names = [...ofVerifiers, form?.prompt, form?.completion, form?.system, bestOf, by];
  return names.filter((name) => name !== undefined && name !== null);
}
