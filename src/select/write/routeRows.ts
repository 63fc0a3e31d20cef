import type { Block } from "../../rows/blocks.js";
import type { Buffers } from "../../rows/buffers.js";
import { fieldOf, type Row } from "../../rows/field.js";
import { Lines, Malformed, malformedRow } from "../../rows/lines.js";
import { Decision, reasonOf } from "../decide/decision.js";
import { type ExportForm, exported } from "../exportForms.js";
import type { ExportSpec } from "../options.js";
import type { RowJudge } from "../score/scoreBlock.js";
import { ByteText } from "./byteText.js";

/** What was decided about the rows of a block. */
export interface BlockDecisions {
  /** The line number of the block's first line. */
  firstLine: number;
  /** A {@link Decision} for each row. */
  decisions: Uint8Array;
  /** What rejected rows are said to have scored. */
  scores: Float64Array;
  /** 1 for the rows of the random selection. */
  random: Uint8Array | null;
}

/** The bytes that a block gives to each file. */
export interface BlockFiles {
  kept: Uint8Array;
  rejected: Uint8Array;
  malformed: Uint8Array;
  random: Uint8Array;
  exported: Uint8Array;
}

/** Which files there are beside that of the kept rows. */
export interface CopyWants {
  rejected: boolean;
  export: ExportSpec | null;
}

/** Bytes that stand around a rejected row. */
const WRAPPING = 80;

/** Room for what a block gives to the two large files; more where this is too little. */
export interface CopyRoom {
  kept: Uint8Array;
  rejected: Uint8Array;
}

/** Finds such room. */
export function roomFor(block: Block, rows: number, wants: CopyWants, buffers: Buffers): CopyRoom {
  const { length } = block.bytes;
  return {
    kept: buffers.take(length + 1),
    rejected: wants.rejected ? buffers.take(length + WRAPPING * rows) : new Uint8Array(0),
  };
}

/** Sorts the rows of a block into the files, byte for byte. */
export function copyBlock(
  judge: RowJudge,
  block: Block,
  decided: BlockDecisions,
  wants: CopyWants,
  room: CopyRoom,
): BlockFiles {
  const { decisions, scores, random } = decided;
  const files = {
    kept: new ByteText(room.kept),
    rejected: new ByteText(room.rejected),
    malformed: new ByteText(),
    random: new ByteText(),
    exported: new ByteText(),
  };
  const asExample = wants.export === null ? null : exampleOf(wants.export);
  const lines = new Lines(block);
  for (let row = 0; lines.next(); row++) {
    const { bytes, start, end, after } = lines;
    const decision = decisions[row];
    const line = decided.firstLine + lines.line - 1;
    if (random?.[row] === 1) files.random.line(bytes, start, after);
    if (decision === Decision.kept) {
      files.kept.line(bytes, start, after);
      if (asExample !== null) files.exported.text(asExample(judge.row(lines) as Row));
    } else if (decision === Decision.malformed) {
      const found = judge.row(lines);
      const malformed =
        found instanceof Malformed ? found : new Malformed({ code: "", params: undefined, message: "" });
      files.malformed.text(`${JSON.stringify(malformedRow(line, malformed, lines.excerpt()))}\n`);
    } else if (wants.rejected) {
      const score = scores[row];
      const shown = Number.isFinite(score) ? score : null;
      const beginning = `{"line":${line},"reason":"${reasonOf(decision)}","score":${shown},"row":`;
      files.rejected.wrapped(beginning, bytes, start, end);
    }
  }
  return {
    kept: files.kept.taken(),
    rejected: files.rejected.taken(),
    malformed: files.malformed.taken(),
    random: files.random.taken(),
    exported: files.exported.taken(),
  };
}

function exampleOf({ form, prompt, completion, system }: ExportSpec): (row: Row) => string {
  const [promptOf, completionOf, systemOf] = [prompt, completion, system ?? ""].map(fieldOf);
  return (row) => {
    const example = { prompt: promptOf(row) as string, completion: completionOf(row) as string };
    return exported(
      form as ExportForm,
      system === undefined ? example : { ...example, system: systemOf(row) as string },
    );
  };
}
