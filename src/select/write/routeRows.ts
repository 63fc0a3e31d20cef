import type { Block, Buffers } from "../../rows/blocks.js";
import type { Row } from "../../rows/field.js";
import { Lines, Malformed, malformedRow } from "../../rows/lines.js";
import { Decision, reasonOf } from "../decide/decide.js";
import type { ExportSpec } from "../options.js";
import type { RowScorer } from "../score/scoreBlock.js";
import { ExampleWriter } from "./examples.js";

/** What was decided about the rows of a block. */
export interface BlockDecisions {
  /** The file, if there are several. */
  file?: string;
  /** The line number of the block's first line. */
  firstLine: number;
  /** A {@link Decision} for each row. */
  decisions: Uint8Array;
  /** What rejected rows are said to have scored. */
  scores: Float64Array;
  /** 1 for the rows of the random selection. */
  random: Uint8Array | null;
  /** The number of the pair that a row is in, 0 for none. */
  pairs: Uint32Array | null;
  /** The cluster of near-duplicates that a row is in, 0 for none, and how alike it is to the first row there. */
  near: { clusters: Uint32Array; similarity: Float64Array } | null;
}

/** The bytes that a block gives to each file. */
export interface BlockFiles {
  kept: Uint8Array;
  rejected: Uint8Array;
  malformed: Uint8Array;
  random: Uint8Array;
  exported: Uint8Array;
  near: Uint8Array;
}

/** Which files there are beside that of the kept rows. */
export interface CopyWants {
  rejected: boolean;
  export: ExportSpec | null;
}

/** Bytes around a rejected row, mostly. */
const WRAPPING = 64;
/** Room comes in pieces of so many bytes. */
const ROOM = 1 << 18;
const NEWLINE = 10;
const BRACE = 125;

/** Room for what a block gives to the two large files; they grow if this is too little. */
export interface CopyRoom {
  kept: Uint8Array;
  rejected: Uint8Array;
}

/** Finds such room, by how many rows go where; rounded up, so that it serves the next block as well. */
export function roomFor(block: Block, decided: BlockDecisions, wants: CopyWants, buffers: Buffers): CopyRoom {
  const { length } = block.bytes;
  const { decisions, file = "" } = decided;
  let kept = 0;
  for (const decision of decisions) if (decision === Decision.kept) kept++;
  const room = (rows: number, around: number) => {
    const bytes = Math.min(1, (1.1 * rows) / Math.max(1, decisions.length)) * length + around * rows + 1;
    return buffers.take(Math.ceil(bytes / ROOM) * ROOM);
  };
  return {
    kept: room(kept, 1),
    rejected: wants.rejected ? room(decisions.length - kept, WRAPPING + file.length) : new Uint8Array(0),
  };
}

/** Copies each row of a block to the files that it belongs to, byte for byte. */
export function routeRows(
  scorer: RowScorer,
  block: Block,
  decided: BlockDecisions,
  wants: CopyWants,
  room: CopyRoom,
): BlockFiles {
  const { decisions, scores, random, file } = decided;
  const ofFile = file === undefined ? "" : `"file":${asciiJson(file)},`;
  const files = {
    kept: new ByteText(room.kept),
    rejected: new ByteText(room.rejected),
    malformed: new ByteText(),
    random: new ByteText(),
    exported: new ByteText(),
    near: new ByteText(),
  };
  const examples = wants.export === null ? null : new ExampleWriter(wants.export);
  const lines = new Lines(block);
  for (let row = 0; lines.next(); row++) {
    const { bytes, start, end, after } = lines;
    const decision = decisions[row];
    const line = decided.firstLine + lines.line - 1;
    const cluster = decided.near?.clusters[row] ?? 0;
    if (cluster > 0) {
      const similarity = Number(decided.near?.similarity[row].toFixed(3));
      files.near.text(`{${ofFile}"line":${line},"cluster":${cluster},"similarity":${similarity}}\n`);
    }
    const pair = decided.pairs?.[row] ?? 0;
    if (pair > 0) files.exported.text(examples?.half(scorer.row(lines) as Row, pair, decision === Decision.kept) ?? "");
    if (random?.[row] === 1) files.random.line(bytes, start, after);
    if (decision === Decision.kept) {
      files.kept.line(bytes, start, after);
      if (examples !== null && wants.export?.form !== "dpo")
        files.exported.text(examples.line(scorer.row(lines) as Row));
    } else if (decision === Decision.malformed) {
      const found = scorer.row(lines);
      const malformed =
        found instanceof Malformed ? found : new Malformed({ code: "", params: undefined, message: "" });
      const shown = malformedRow(line, malformed, lines.excerpt());
      files.malformed.text(`${JSON.stringify(file === undefined ? shown : { file, ...shown })}\n`);
    } else if (wants.rejected) {
      const score = scores[row];
      const shown = Number.isFinite(score) ? score : null;
      const beginning = `{${ofFile}"line":${line},"reason":"${reasonOf(decision)}","score":${shown},"row":`;
      files.rejected.wrapped(beginning, bytes, start, end);
    }
  }
  return {
    kept: files.kept.taken(),
    rejected: files.rejected.taken(),
    malformed: files.malformed.taken(),
    random: files.random.taken(),
    exported: files.exported.taken(),
    near: files.near.taken(),
  };
}

/** A text as JSON in ASCII. */
function asciiJson(text: string): string {
  return JSON.stringify(text).replace(/[^ -~]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Bytes that grow at their end. */
class ByteText {
  #buffer: Buffer;
  #length = 0;

  /** @param room To write into, until it is full. */
  constructor({ buffer, byteOffset, byteLength }: Uint8Array = new Uint8Array(0)) {
    this.#buffer = Buffer.from(buffer, byteOffset, byteLength);
  }

  /** Adds a line with its line end, and gives one to the last line of a file that has none. */
  line(from: Uint8Array, start: number, after: number): void {
    this.#reserve(after - start + 1);
    this.#copy(from, start, after);
    if (from[after - 1] !== NEWLINE) this.#buffer[this.#length++] = NEWLINE;
  }

  /** Adds a line of JSON: the beginning of an object up to its last value, in ASCII, and that value. */
  wrapped(beginning: string, from: Uint8Array, start: number, end: number): void {
    this.#reserve(beginning.length + end - start + 2);
    this.#length += this.#buffer.write(beginning, this.#length, "latin1");
    this.#copy(from, start, end);
    this.#buffer[this.#length++] = BRACE;
    this.#buffer[this.#length++] = NEWLINE;
  }

  text(text: string): void {
    this.#reserve(3 * text.length);
    this.#length += this.#buffer.write(text, this.#length, "utf8");
  }

  /** Gives the bytes away. */
  taken(): Uint8Array {
    const bytes = this.#buffer.subarray(0, this.#length);
    this.#buffer = Buffer.alloc(0);
    this.#length = 0;
    return bytes;
  }

  #copy(from: Uint8Array, start: number, end: number): void {
    this.#buffer.set(from.subarray(start, end), this.#length);
    this.#length += end - start;
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#buffer.length) return;
    const longer = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#buffer.length));
    longer.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = longer;
  }
}
