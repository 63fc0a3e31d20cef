import { DataError } from "../../src/core/errors.js";

/** A small file may say that it unpacks to anything: here reading ends. */
export const MOST_UNPACKED = 4_000_000_000;

type Packing = "gzip" | "zstd";

/** The text of a file piece by piece, unpacked where its first bytes say that it is packed, whatever its name. */
export async function* textOf(file: File, onProgress: (share: number) => void): AsyncGenerator<string> {
  const packing = packingOf(new Uint8Array(await file.slice(0, 4).arrayBuffer()));
  const packed = bytesOf(file, onProgress);
  const decoder = new TextDecoder("utf-8");
  let size = 0;
  for await (const piece of packing === undefined ? packed : unpacked(packed, packing)) {
    size += piece.byteLength;
    if (packing !== undefined && size > MOST_UNPACKED) {
      throw new DataError(`it unpacks to more than ${MOST_UNPACKED / 1e9} GB`);
    }
    yield decoder.decode(piece, { stream: true });
  }
  yield decoder.decode();
}

function packingOf([a, b, c, d]: Uint8Array): Packing | undefined {
  if (a === 0x1f && b === 0x8b) return "gzip";
  const frame = a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd;
  const skippable = a !== undefined && a >= 0x50 && a <= 0x5f && b === 0x2a && c === 0x4d && d === 0x18;
  return frame || skippable ? "zstd" : undefined;
}

async function* bytesOf(file: File, onProgress: (share: number) => void): AsyncGenerator<Uint8Array> {
  const reader = file.stream().getReader();
  let done = 0;
  try {
    for (;;) {
      const { value } = await reader.read();
      if (value === undefined) break;
      done += value.byteLength;
      yield value;
      onProgress(done / file.size);
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

async function* unpacked(packed: AsyncGenerator<Uint8Array>, packing: Packing): AsyncGenerator<Uint8Array> {
  try {
    if (packing === "gzip") yield* gunzipped(packed);
    // Few files are packed so: its code is loaded for them alone.
    else yield* (await import("../../src/rows/unzstd.js")).decompressedZstd(packed);
  } catch (error) {
    throw new DataError(`its ${packing} data are broken: ${reasonOf(error)}`, {}, { cause: error });
  }
}

/** By the browser itself. */
async function* gunzipped(packed: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const source = new ReadableStream<BufferSource>({
    async pull(controller) {
      const { value, done } = await packed.next();
      if (done) controller.close();
      else controller.enqueue(value as Uint8Array<ArrayBuffer>);
    },
    async cancel() {
      await packed.return(undefined);
    },
  });
  const reader = source.pipeThrough(new DecompressionStream("gzip")).getReader();
  try {
    for (;;) {
      const { value } = await reader.read();
      if (value === undefined) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

/** Of what browsers and the decompressor say, what a reader can make use of. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  if (/unexpected (end of file|EOF)|incomplete|input was truncated|ended without/i.test(text))
    return "they end too early";
  if (/junk|trailing|additional|after the end/i.test(text)) return "something follows their end; unpack the file first";
  return "they are not what they say";
}
