import { type Answer, answerOf, firstLabels, labelsToDraw } from "../../src/audit/answer.js";
import { type NextStep, nextStep } from "../../src/audit/next.js";
import { type DrawnLabels, drawRows } from "../../src/audit/sheet/draw.js";
import { auditLabelled } from "../../src/audit/sheet/join.js";
import { sheetLines, sheetOf } from "../../src/audit/sheet/sheet.js";
import {
  type AuditQuestion,
  auditCalibrated,
  auditRows,
  type FileAudit,
  type FileRow,
  type ReadingOptions,
  type RowSource,
} from "../../src/audit.js";
import { type Core, DataError, type Reason } from "../../src/index.js";
import type { Row } from "../../src/rows/field.js";
import type { RowForm } from "../../src/rows/form.js";
import { guessFields } from "../../src/rows/guess.js";
import { rowReason } from "../../src/rows/reasons.js";
import { openRowFile, type RowFile } from "../../src/rows/rowFile.js";
import { guessOf, type RoleFields } from "../../src/rows/shapes.js";
import { type Compression, peek, unpacked } from "../../src/rows/unpack.js";
import { loadText } from "../../src/text.js";
import type { DrawQuestion } from "../model/auditForm.js";
import type { SheetRows } from "../model/labelSheet.js";

/** Names of fields are looked for in so many rows. */
const LOOKED_AT = 200;
/** So many names are offered: a row may have any number of fields. */
const MOST_NAMES = 1000;
/** A longer line is not a row: a file without line ends would fill the memory. */
export const LONGEST = 10_000_000;
/** Small enough that the page tells often how far it is. */
export const BLOCK = 1 << 18;

/** What a file looks like before it is judged. */
export interface FileLook {
  names: string[];
  /** The first rows, each value as short text. */
  preview: Record<string, string>[];
  /** Which of them is which, as far as the shape of the file or their names tell. */
  guess: RoleFields;
  form: RowForm;
  /** Of its encoding, and of what stands around its rows. */
  notes: Reason[];
}

/** Rows of the preview, and signs of a value in it. */
const PREVIEWED = 4;
const SHORT = 80;

/** Looks into the first rows of a file, for which it may have to read all of it: there may be nothing but empty lines. */
export async function lookAt(file: File, onProgress: Progress = () => {}): Promise<FileLook> {
  const opened = await open(file, onProgress);
  const names = new Set<string>();
  const preview: FileLook["preview"] = [];
  const some: Row[] = [];
  let looked = 0;
  let fault: FileRow | undefined;
  // the label of a few rows may stand beyond the first ones, of which a table has all fields
  const isTable = opened.form !== "jsonl" && opened.form !== "json";
  const isEnough = () => looked >= LOOKED_AT && (isTable || guessFields([...names]).correct !== undefined);
  for await (const rows of opened.rows()) {
    for (const one of rows) {
      const known = names.size;
      for (const name of Object.keys(one.row ?? {})) if (names.size < MOST_NAMES) names.add(name);
      if (one.row && looked < LOOKED_AT) some.push(one.row);
      if (one.row && preview.length < PREVIEWED) preview.push(shortened(one.row));
      if (one.fault !== undefined) fault ??= one;
      looked++;
      if ((looked === LOOKED_AT || names.size > known) && isEnough()) break;
    }
    if (isEnough()) break;
  }
  if (names.size === 0) {
    throw new DataError(
      fault?.fault === undefined
        ? rowReason("no-rows", { file: file.name })
        : rowReason("row-unusable", { line: fault.line, why: fault.fault }),
    );
  }
  const {
    shape,
    title,
    fields: first,
    fault: lacks,
  } = guessOf(some, opened.shape === undefined ? {} : { at: opened.shape });
  const { correct } = guessFields([...names]);
  const fields = first.correct === undefined && shape === null && correct !== undefined ? { ...first, correct } : first;
  // a path into a row is no name of it, and can be chosen all the same
  for (const name of [fields.correct, fields.kept, fields.score, fields.weight])
    if (name !== undefined) names.add(name);
  const told =
    lacks !== null ? [lacks] : shape === null || title === null ? [] : [rowReason("shape-of", { shape, title })];
  return { names: [...names], preview, guess: fields, form: opened.form, notes: [...told, ...opened.notes] };
}

/** Integers of 64 bits, which JSON.stringify refuses, as they are. */
function exactly(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}

function shortened(row: Row): Record<string, string> {
  return Object.fromEntries(
    Object.entries(row)
      .slice(0, MOST_NAMES)
      .map(([name, value]) => {
        const text = typeof value === "string" ? value : (JSON.stringify(value, exactly) ?? "");
        return [name, text.length > SHORT ? `${text.slice(0, SHORT)}…` : text];
      }),
  );
}

/** An audit, and what follows from it. */
export interface PageAudit {
  audited: FileAudit;
  next: NextStep | undefined;
  /** Whether it is safe; null without labels of the file itself. */
  answer: Answer | null;
  /** Labels beyond those that there are, which would probably decide; null if none would, 0 if it is decided. */
  labelsNeeded: number | null;
}

export type Progress = (share: number) => void;

/**
 * Reads and judges a file, as `pstar audit` does, by its own labels, by those of a sheet, or by a set of other rows. The file is read
 * piece by piece, here, and goes nowhere.
 */
export async function auditFile(
  core: Core,
  file: File,
  question: AuditQuestion,
  onProgress: Progress,
  labels: SheetRows | File | null = null,
): Promise<PageAudit> {
  const audited = await judged(core, file, question, onProgress, labels);
  if (audited === null) throw new Error("an audit on the page cannot be aborted");
  const answer = audited.calibration === undefined ? answerOf(core, audited) : null;
  const labelsNeeded = answer?.answer === "undecided" ? labelsToDraw(core, audited) : 0;
  return { audited, next: nextStep(core, audited.result), answer, labelsNeeded };
}

function judged(
  core: Core,
  file: File,
  question: AuditQuestion,
  onProgress: Progress,
  labels: SheetRows | File | null,
): Promise<FileAudit | null> {
  if (labels === null) return auditRows(core, sourceOf(file, onProgress), question);
  if (!(labels instanceof File)) {
    return auditLabelled(core, sourceOf(file, onProgress), sheetOf(labels.name, labels.lines), question);
  }
  const { fields, options } = question;
  const { correct } = fields;
  if (correct === undefined) throw new Error("a calibration set without a label");
  // of two files, messages name the one that they are about
  return auditCalibrated(
    core,
    sourceOf(file, onProgress, file.name),
    sourceOf(labels, () => {}, labels.name),
    { fields: { ...fields, correct }, options },
  );
}

/** The rows of a label sheet that somebody has filled in, in any form that `--labels` takes. */
export async function readSheetFile(file: File): Promise<SheetRows> {
  const lines = await sheetLines(
    file.name,
    open(file, () => {}),
  );
  sheetOf(file.name, lines);
  return { name: file.name, lines };
}

/** Draws rows to be labelled, as `pstar label draw` does. */
export async function drawSheet(
  core: Core,
  file: File,
  { labels, ...question }: DrawQuestion,
  onProgress: Progress,
): Promise<DrawnLabels> {
  const text = await loadText();
  const draw = async (count: number) => {
    const drawn = await drawRows(text, sourceOf(file, onProgress), { ...question, labels: count });
    if (drawn === null) throw new Error("a draw on the page cannot be aborted");
    return drawn;
  };
  if (labels !== null) return draw(labels);
  try {
    return await draw(firstLabels(core, question.kept === undefined));
  } catch (error) {
    const { code, params } = error as { code?: unknown; params?: { rows?: unknown; of?: unknown } };
    if (code !== "fewer-rows" || typeof params?.rows !== "number" || params.of !== null) throw error;
    return draw(params.rows);
  }
}

function sourceOf(file: File, onProgress: Progress, name = ""): RowSource {
  async function* read(fields: readonly string[], { whole }: ReadingOptions): AsyncGenerator<Iterable<FileRow>> {
    yield* (await open(file, onProgress)).rows(fields, whole);
  }
  return { source: file.name, name, read };
}

/** Opens a file by the reader of the command line: whatever its name, its content says what it is. */
export function open(file: File, onProgress: Progress): Promise<RowFile> {
  const bytes = {
    name: file.name,
    peek: (length: number) => peek(countedBytes(file, onProgress), length),
    random: {
      size: file.size,
      async slice(start: number, end: number) {
        onProgress(Math.min(1, end / file.size));
        return new Uint8Array(await file.slice(start, end).arrayBuffer());
      },
    },
    unpack: limited,
  };
  return openRowFile(bytes, { size: BLOCK, limit: LONGEST });
}

/** A small file may say that it unpacks to anything: here reading ends. */
const MOST_UNPACKED = 4_000_000_000;

function countedBytes(file: File, onProgress: Progress): AsyncGenerator<Uint8Array> {
  let done = 0;
  return read(file.stream(), (bytes) => {
    done += bytes;
    onProgress(done / file.size);
  });
}

/** What is packed, unpacked, up to a size. */
async function* limited(packed: AsyncIterable<Uint8Array>, compression: Compression): AsyncGenerator<Uint8Array> {
  if (compression === "none") return yield* packed;
  let size = 0;
  for await (const piece of unpacked(packed, compression, gunzipped)) {
    size += piece.byteLength;
    if (size > MOST_UNPACKED)
      throw new DataError(rowReason("packed-too-large", { limit: `${MOST_UNPACKED / 1e9} GB` }));
    yield piece;
  }
}

/** By hand, as not every browser iterates over streams. */
async function* read(
  stream: ReadableStream<Uint8Array>,
  onBytes: (bytes: number) => void = () => {},
): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { value } = await reader.read();
      if (value === undefined) return;
      yield value;
      onBytes(value.byteLength);
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

/** By the browser itself. */
function gunzipped(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const chunks = packed[Symbol.asyncIterator]();
  const source = new ReadableStream<BufferSource>({
    async pull(controller) {
      const { value, done } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value as Uint8Array<ArrayBuffer>);
    },
    async cancel() {
      await chunks.return?.();
    },
  });
  return read(source.pipeThrough(new DecompressionStream("gzip")));
}
