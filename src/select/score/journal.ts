import { rmSync } from "node:fs";
import { MIN_HASHES } from "../../core/text.js";
import { Log } from "../../rows/log.js";
import type { ScoredBlock } from "./columns.js";
import type { BlockScores } from "./scoreBlock.js";

/** The JSON of a block's record; its data are the arrays in the order of {@link arraysOf}. */
interface BlockHead extends Pick<BlockScores, "lines" | "blank" | "names" | "notes" | "firstMalformed"> {
  offset: number;
  end: number;
  file: number;
  fileBegin: number;
  rows: number;
  /** Scores of each verifier: the number of rows, or none. */
  scores: number[];
  groups: boolean;
  slices: boolean;
  signatures: boolean;
}

/** The scores of a file so far, block by block, so that a process that is killed loses at most its last block. */
export class Journal {
  readonly #log: Log;

  private constructor(log: Log) {
    this.#log = log;
  }

  /**
   * Opens a journal to go on with, or begins one.
   *
   * @param about What must be the same for it to be gone on with: its first record.
   * @param accept Judges the first record of one that is there, before anything of it is used.
   * @param onBlock Takes the blocks that are there, in order.
   */
  static open(
    file: string,
    about: object,
    accept: (about: unknown) => void,
    onBlock: (block: ScoredBlock) => void,
  ): Journal {
    const log = new Log(file);
    try {
      let end = -1;
      for (const { offset, json, data } of log.records()) {
        const head: unknown = JSON.parse(json.toString("utf8"));
        if (end < 0) {
          if (offset > 0) break; // what it is about is damaged
          accept(head);
          end = 0;
          continue;
        }
        const block = blockOf(head as BlockHead, data);
        if (block.offset !== end) break; // one before it is damaged
        end = block.end;
        onBlock(block);
      }
      log.cut();
      if (end < 0) log.append(JSON.stringify(about));
      return new Journal(log);
    } catch (error) {
      log.close();
      throw error;
    }
  }

  /** Adds a block, safe from the death of this process. */
  add({ offset, end, file, fileBegin, scored }: ScoredBlock): void {
    const { lines, blank, names, notes, firstMalformed, malformed, scores, groups, slices, signatures } = scored;
    const head: BlockHead = {
      offset,
      end,
      file,
      fileBegin,
      rows: malformed.length,
      lines,
      blank,
      names,
      notes,
      firstMalformed,
      scores: scores.map(({ length }) => length),
      groups: groups !== null,
      slices: slices !== null,
      signatures: signatures !== null,
    };
    this.#log.append(JSON.stringify(head), arraysOf(scored));
  }

  close(): void {
    this.#log.close();
  }

  /** Closes the journal and removes it. */
  remove(): void {
    this.close();
    const { file } = this.#log;
    try {
      rmSync(file, { force: true });
    } catch {
      rmSync(file, { force: true }); // a system that fails once may not twice, and it would stand in the way of the next selection
    }
  }
}

function arraysOf({ malformed, scores, hashes, groups, slices, signatures }: BlockScores): Uint8Array[] {
  const arrays = [...scores, hashes, groups, slices, signatures].filter((array) => array !== null);
  return [...arrays.map((array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength)), malformed];
}

function blockOf(head: BlockHead, data: Buffer): ScoredBlock {
  let place = 0;
  const bytes = (length: number) => {
    const part = new ArrayBuffer(length);
    new Uint8Array(part).set(data.subarray(place, place + length));
    place += length;
    return part;
  };
  const words = (perRow: number) => new Uint32Array(bytes(4 * perRow * head.rows));
  const scores = head.scores.map((length) => new Float64Array(bytes(8 * length)));
  const hashes = words(2);
  const groups = head.groups ? words(2) : null;
  const slices = head.slices ? words(1) : null;
  const signatures = head.signatures ? new Uint8Array(bytes(MIN_HASHES * head.rows)) : null;
  const malformed = new Uint8Array(bytes(head.rows));
  const { offset, end, file, fileBegin, lines, blank, names, notes, firstMalformed } = head;
  const about = { lines, blank, names, notes, firstMalformed };
  return { offset, end, file, fileBegin, scored: { ...about, malformed, scores, hashes, groups, slices, signatures } };
}
