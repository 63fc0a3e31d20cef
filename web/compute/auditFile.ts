import { auditReason } from "../../src/audit/reasons.js";
import { type AuditQuestion, auditRows, type FileAudit, type FileRow, type RowSource } from "../../src/audit.js";
import { type Core, DataError } from "../../src/index.js";
import { csvRows } from "../../src/rows/csv.js";
import { jsonlRows } from "../../src/rows/lines.js";
import { rowReason } from "../../src/rows/reasons.js";
import { compressionOf, unpacked } from "../../src/rows/unpack.js";

/** Names of fields are looked for in so many rows. */
const LOOKED_AT = 200;
/** A longer line is not a row: a file without line ends would fill the memory. */
const LONGEST = 10_000_000;
/** Small enough that the page tells often how far it is. */
const BLOCK = 1 << 18;

/** The names of the fields in the first rows of a file. */
export async function fieldNames(file: File): Promise<string[]> {
  const names = new Set<string>();
  let looked = 0;
  let fault: FileRow | undefined;
  for await (const rows of rowsOf(file, [], () => {})) {
    for (const one of rows) {
      for (const name of Object.keys(one.row ?? {})) names.add(name);
      if (one.fault !== undefined) fault ??= one;
      looked++;
    }
    if (looked >= LOOKED_AT) break;
  }
  if (names.size === 0) {
    throw new DataError(
      fault?.fault === undefined
        ? auditReason("no-rows", { file: file.name })
        : auditReason("row-unusable", { line: fault.line, why: fault.fault }),
    );
  }
  return [...names];
}

/** Reads and judges a file, as `pstar audit` does. The file is read piece by piece, here, and goes nowhere. */
export async function auditFile(
  core: Core,
  file: File,
  question: AuditQuestion,
  onProgress: (share: number) => void,
): Promise<FileAudit> {
  const source: RowSource = { source: file.name, name: "", read: (fields) => rowsOf(file, fields, onProgress) };
  const audited = await auditRows(core, source, question);
  if (audited === null) throw new Error("an audit on the page cannot be aborted");
  return audited;
}

function rowsOf(
  file: File,
  fields: readonly string[],
  onProgress: (share: number) => void,
): AsyncIterable<Iterable<FileRow>> {
  const isCsv = /\.csv(\.gz|\.zst)?$/i.test(file.name) || file.type === "text/csv";
  const bytes = bytesOf(file, onProgress);
  return isCsv ? csvRows(bytes, { limit: LONGEST }) : jsonlRows(bytes, fields, { size: BLOCK, limit: LONGEST });
}

/** A small file may say that it unpacks to anything: here reading ends. */
const MOST_UNPACKED = 4_000_000_000;

/** The bytes of a file, unpacked if its first bytes say that it is packed, whatever its name. */
export async function* bytesOf(file: File, onProgress: (share: number) => void): AsyncGenerator<Uint8Array> {
  const compression = compressionOf(new Uint8Array(await file.slice(0, 4).arrayBuffer()));
  let done = 0;
  const counted = read(file.stream(), (bytes) => {
    done += bytes;
    onProgress(done / file.size);
  });
  if (compression === "none") return yield* counted;
  let size = 0;
  for await (const piece of unpacked(counted, compression, gunzipped)) {
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
