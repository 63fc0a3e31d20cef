import type { RowForm } from "../rows/form.js";
import type { KeptForm } from "../rows/keptForm.js";
import type { ShapeName } from "../rows/shapes.js";
import type { VerifierSpec } from "./verifiers/kinds.js";

/** The forms of rows that tools for fine-tuning read. */
export const exportForms = ["messages", "openai", "prompt-completion", "alpaca", "sharegpt", "dpo"] as const;
export type ExportForm = (typeof exportForms)[number];

/** How a file of kept rows is written for the tools that fine-tune. */
export interface ExportSpec {
  form: ExportForm;
  /** The field that is asked; with `completion`, or `chat` in their place. */
  prompt?: string;
  /** The field that answers. */
  completion?: string;
  /** The field of a chat: a list of messages with role and content, or from and value. It passes through as it is. */
  chat?: string;
  /** The field of the system prompt. */
  system?: string;
}

/** What is done about rows that are nearly alike. */
export const nearActions = ["report", "drop"] as const;

/** Which rows are near-duplicates, and what is done about them. */
export interface NearDuplicateSpec {
  action: (typeof nearActions)[number];
  /** The field of the text, a chat among others; left out, all texts of a row. */
  field?: string;
  /** The least share of eight-byte pieces that texts have in common, in [0.5, 1]. @default 0.8 */
  similarity?: number;
}

/** What decides about rows; a result echoes it. */
export interface SelectionSettings {
  /** Several are combined: each row gets, from each verifier, the share of rows that it beats, and the weighted mean of these. */
  verifiers: VerifierSpec[];
  /** The share of the candidates to keep, such as 0.125, or with `rows` their number. */
  keep?: { share: number } | { rows: number };
  /** Only rows of at least this score are kept; where low is good, of at most. */
  threshold?: number;
  /** The best row of each group of equal value in this field is a candidate, the others are not. */
  bestOf?: string;
  /** The share is kept within each slice of equal value in this field, at least one row of each. */
  by?: string;
  /** Leaves out later copies of a row before anything is selected. @default false */
  dedupe?: boolean;
  /**
   * Looks for rows whose texts are nearly alike, and reports them; with `drop`, all of them but the first row of each cluster that has a
   * score are rejected, before anything is selected. Takes about 150 bytes of memory a row.
   */
  nearDuplicates?: NearDuplicateSpec;
  /** Writes a random selection of the same size as well, to compare with. @default false */
  baseline?: boolean;
  export?: ExportSpec;
  /**
   * The form of the kept rows, and of random ones. Left out, that of the input: JSONL byte for byte, CSV with its delimiter, and
   * Parquet with its schema and its values as they are stored; JSONL for files of several forms, and for JSON.
   * `"parquet"` is the form of the export as well, in which a chat is a list of messages, or JSON if these hold more than texts.
   */
  to?: KeptForm;
  /** The form of the input, or the shape that a tool gives it; left out, told by its content. */
  as?: RowForm | ShapeName;
  /** How the files are packed, but for Parquet, which has a codec of its own. @default "none" */
  compress?: "none" | "gz" | "zst";
  /** Stops at the first malformed row. @default false */
  strict?: boolean;
  /** Decides between equal scores, and about random ones. @default 0 */
  seed?: number;
}

/** How far a selection is. */
export interface SelectProgress {
  /** Scoring the rows, or writing them. */
  stage: "scoring" | "writing";
  /** Bytes of the file that were read in this stage, and of how many. */
  bytes: number;
  bytesTotal: number;
  rows: number;
}

/** All that {@link select} is told. */
export interface SelectOptions extends SelectionSettings {
  /**
   * Files of rows in any form that `rowsOf` reads, folders, patterns, and `-` for standard input. Rows that are not JSON are
   * scored and written as JSON.
   */
  input: string | readonly string[];
  /** The folder for the results. */
  out?: string;
  /** Takes the kept rows where there is no folder; comes back when more may be written. */
  write?: (bytes: Uint8Array) => Promise<void> | void;
  /** Forgets what is in the folder of an earlier selection, and begins again. @default false */
  restart?: boolean;
  /** Worker threads; left out, as many as are of use. The result does not depend on it. */
  workers?: number;
  /** The file that keeps the answers of a judge, so that none is asked for twice; left out, `judge.answers` in the folder. */
  answers?: string;
  /** Requests to a judge at the same time, in [1, 1000]. @default 8 */
  concurrency?: number;
  /** Bytes that are read and handed over together. @internal */
  blockSize?: number;
  signal?: AbortSignal;
  onProgress?: (progress: SelectProgress) => void;
  /** Told of each request to a judge that failed and is tried again. */
  onRetry?: (problem: string) => void;
  /** Told where the folder holds this selection already: all of it, or the scores of so many rows. */
  onResume?: (earlier: { finished: boolean; rows: number }) => void;
  /** Told which process seems to write into the folder, if it is on another machine: some seconds pass until that is known. */
  onWait?: (whom: string) => void;
}
