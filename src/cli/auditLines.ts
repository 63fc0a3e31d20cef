import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { Decompress } from "fzstd";
import { FileError } from "../core/errors.js";

/** One line of a file, or why it is none. */
export interface Line {
  /** 1-based. */
  line: number;
  /** Null where the bytes are no text. */
  text: string | null;
  reason: string;
}

/** A line that is longer than this is not read into memory. */
const LONGEST_LINE = 64 * 2 ** 20;
const NEWLINE = 0x0a;

/** The lines of a file or of standard input (`-`), decompressed, in batches; blank ones are passed over. */
export async function* readLines(source: string): AsyncGenerator<Line[]> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let parts: Uint8Array[] = [];
  let length = 0;
  let line = 0;
  const lineOf = (bytes: Uint8Array): Line | null => {
    line++;
    const whole = length === 0 ? bytes : Buffer.concat([...parts, bytes]);
    const tooLong = length + bytes.length > LONGEST_LINE;
    parts = [];
    length = 0;
    if (tooLong) return { line, text: null, reason: `it is longer than ${LONGEST_LINE / 2 ** 20} MiB` };
    try {
      const text = decoder.decode(whole).trim();
      return text === "" ? null : { line, text, reason: "" };
    } catch {
      return { line, text: null, reason: "it is not UTF-8" };
    }
  };
  for await (const chunk of bytesOf(source)) {
    const batch: Line[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      const found = lineOf(chunk.subarray(start, end));
      if (found) batch.push(found);
      start = end + 1;
    }
    const rest = chunk.subarray(start);
    if (rest.length > 0) {
      if (length <= LONGEST_LINE) parts.push(Buffer.from(rest));
      else parts = [];
      length += rest.length;
    }
    yield batch;
  }
  if (length > 0) {
    const last = lineOf(new Uint8Array());
    if (last) yield [last];
  }
}

async function* bytesOf(source: string): AsyncGenerator<Uint8Array> {
  const stream: Readable = source === "-" ? process.stdin : createReadStream(source, { highWaterMark: 2 ** 20 });
  try {
    let first = true;
    const raw = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    const head = await raw.next();
    if (head.done) return;
    const all = (async function* () {
      yield head.value;
      for (let next = await raw.next(); !next.done; next = await raw.next()) yield next.value;
    })();
    const [a, b, c, d] = head.value;
    if (a === 0x1f && b === 0x8b) yield* Readable.from(all).pipe(createGunzip());
    else if (a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd) yield* unpackZstd(all);
    else yield* all;
    first = false;
    void first;
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const reason =
      code === "ENOENT" ? "there is no such file or folder" : code === "EISDIR" ? "it is a folder" : message;
    throw new FileError(
      `cannot read ${source === "-" ? "standard input" : source}: ${reason}`,
      { got: source },
      { cause },
    );
  }
}

async function* unpackZstd(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let ready: Uint8Array[] = [];
  const unpack = new Decompress((data) => void ready.push(data));
  for await (const chunk of packed) {
    unpack.push(chunk);
    yield* ready;
    ready = [];
  }
}
