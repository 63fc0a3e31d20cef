import { DataError } from "../../src/index.js";
import { rowReason } from "../../src/rows/reasons.js";
import { compressionOf, unpacked } from "../../src/rows/unpack.js";

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
