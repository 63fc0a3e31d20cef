import { DataError } from "../core/errors.js";
import { rowReason } from "./reasons.js";

/** How the text of a file is written as bytes. */
export type Encoding = "utf-8" | "utf-16le" | "utf-16be" | "windows-1252";

/** So many bytes of a file tell its encoding and its form. */
export const HEAD = 1 << 16;

/**
 * The encoding of a text by its first bytes: a byte order mark; zeros in every second place; or, if a text is not UTF-8,
 * Windows-1252 if it looks like text of a Western language. What is neither is called UTF-8, and its lines are refused one by one.
 */
export function encodingOf(head: Uint8Array): Encoding {
  const begins = (...bytes: number[]) => bytes.every((byte, i) => head[i] === byte);
  if (begins(0xff, 0xfe, 0, 0) || begins(0, 0, 0xfe, 0xff)) {
    throw new DataError(rowReason("encoding-not-read", { encoding: "UTF-32" }));
  }
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  if (head[0] === 0xfe && head[1] === 0xff) return "utf-16be";
  const zeros = [0, 0];
  const pairs = Math.min(head.length, 4096) >> 1;
  for (let i = 0; i < 2 * pairs; i++) if (head[i] === 0) zeros[i & 1]++;
  if (pairs > 1 && zeros[1] > 0.6 * pairs && zeros[0] === 0) return "utf-16le";
  if (pairs > 1 && zeros[0] > 0.6 * pairs && zeros[1] === 0) return "utf-16be";
  return isWestern(head) ? "windows-1252" : "utf-8";
}

/** Bytes of Windows-1252 that stand in Western texts: letters, and the signs of writers. ÿ, þ, × and ÷ are more often rubbish. */
const WRITTEN = new Set([
  ...[0x80, 0x85, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x99, 0x8a, 0x8c, 0x8e, 0x9a, 0x9c, 0x9e, 0x9f],
  ...[0xa0, 0xa1, 0xa3, 0xa7, 0xa9, 0xaa, 0xab, 0xae, 0xb0, 0xb1, 0xb2, 0xb3, 0xb4, 0xb5, 0xb7, 0xba, 0xbb, 0xbc, 0xbd],
  ...[0xbe, 0xbf],
  ...Array.from({ length: 0x3e }, (_, i) => 0xc0 + i).filter((byte) => byte !== 0xd7 && byte !== 0xf7),
]);

/** Whether bytes are not UTF-8, and such signs stand singly among ASCII letters: other one-byte encodings have runs of them. */
function isWestern(bytes: Uint8Array): boolean {
  let [high, run, pairs, letters] = [0, 0, 0, 0];
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte < 0x80) {
      run = 0;
      if ((byte | 32) >= 97 && (byte | 32) <= 122) letters++;
      continue;
    }
    // characters of UTF-8 have at least two such bytes: one whole one, and the file is UTF-8 with rubbish in it
    if (++run > 2 || !WRITTEN.has(byte) || isCharacter(bytes, i)) return false;
    if (run === 2) pairs++;
    high++;
  }
  // of encodings with characters of two such bytes, text has pairs
  return high > 0 && (pairs > 0 ? 4 : 2) * high <= letters;
}

/** Whether a character of UTF-8 with several bytes begins here. */
function isCharacter(bytes: Uint8Array, at: number): boolean {
  const first = bytes[at];
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
  if (length === 0 || first > 0xf4 || at + length > bytes.length) return false;
  for (let i = 1; i < length; i++) if ((bytes[at + i] & 0xc0) !== 0x80) return false;
  return true;
}

/** The text in UTF-8, without its byte order mark. @throws DataError if it is not in its encoding. */
export async function* inUtf8(chunks: AsyncIterable<Uint8Array>, encoding: Encoding): AsyncGenerator<Uint8Array> {
  if (encoding === "utf-8") return yield* withoutMark(chunks);
  if (encoding === "windows-1252") return yield* fromWestern(chunks);
  const decoder = new TextDecoder(encoding, { fatal: true });
  const encoder = new TextEncoder();
  try {
    for await (const chunk of chunks) yield encoder.encode(decoder.decode(chunk, { stream: true }));
    yield encoder.encode(decoder.decode());
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new DataError(rowReason("not-in-encoding", { encoding: encoding.toUpperCase() }), {}, { cause });
  }
}

/** What the bytes 0x80 to 0x9f are in Windows-1252; five of them are nothing, and stay control characters. */
const WESTERN = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ";

/** The text of bytes in Windows-1252. By hand: some releases of Node decode it as Latin-1, at least in one piece. */
export function westernText(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += byte < 0x80 || byte > 0x9f ? String.fromCharCode(byte) : WESTERN[byte - 0x80];
  return text;
}

async function* fromWestern(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const chunk of chunks) yield encoder.encode(westernText(chunk));
}

async function* withoutMark(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let begun = false;
  for await (const chunk of chunks) {
    const marked = !begun && chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf;
    begun = true;
    yield marked ? chunk.subarray(3) : chunk;
  }
}
