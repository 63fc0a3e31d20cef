import { crc32 } from "node:zlib";

/** Bytes before the JSON of a line of the journal: eight hexadecimal digits of its CRC-32, and a space. */
export const LINE_HEAD = 9;

const NEWLINE = 10;
const SPACE = 32;

/** Longest head of a cell's JSON, `{"index":999999,"id":"0123456789abcdef"`. */
const CELL_HEAD = 48;

/** Writes a line of the journal into a buffer that has room for it, and gives the place behind it. */
export function putLine(buffer: Buffer, start: number, json: string): number {
  const body = start + LINE_HEAD;
  const end = body + buffer.write(json, body, "utf8");
  const sum = crc32(buffer.subarray(body, end));
  buffer.write(sum.toString(16).padStart(8, "0"), start, "latin1");
  buffer[start + 8] = SPACE;
  buffer[end] = NEWLINE;
  return end + 1;
}

/** The JSON of a line (without its newline), or undefined where the line is damaged or not whole. */
export function bodyOf(line: Buffer): Buffer | undefined {
  if (line.length <= LINE_HEAD || line[8] !== SPACE) return undefined;
  const body = line.subarray(LINE_HEAD);
  const sum = line.toString("latin1", 0, 8);
  return sum === crc32(body).toString(16).padStart(8, "0") ? body : undefined;
}

/** The position and the id that a cell's JSON begins with, or undefined where it is no cell. */
export function cellHead(json: Buffer): { index: number; id: string } | undefined {
  const found = /^\{"index":(\d{1,7}),"id":"([0-9a-f]{16})"/.exec(json.toString("latin1", 0, CELL_HEAD));
  return found ? { index: Number(found[1]), id: found[2] } : undefined;
}
