import type { TokenizerName } from "../text/tokenizer.js";

/** The forms of rows that tools for fine-tuning read. */
export const exportForms = ["messages", "prompt-completion", "alpaca"] as const;
export type ExportForm = (typeof exportForms)[number];

/** The forms in which kept rows are written. */
export const keptForms = ["jsonl", "csv", "parquet"] as const;
export type KeptForm = (typeof keptForms)[number];

/** What every verifier can be given. */
interface Weighted {
  /** Its weight beside other verifiers, above 0. @default 1 */
  weight?: number;
}

/** A number that each row carries: the judgement of a model, a reward, a length. */
export interface ScoreSpec extends Weighted {
  kind: "score";
  /** The field, or a dotted path to it. */
  field: string;
  /** Low numbers are good. @default false */
  lowest?: boolean;
}

/** How alike a candidate text is to a reference text: the F-measure of ROUGE. */
export interface RougeSpec extends Weighted {
  kind: "rouge";
  /** @default "rougeL" */
  measure?: "rouge1" | "rouge2" | "rougeL" | "rougeLsum";
  candidate: string;
  reference: string;
  /** Reduces English words to their stems. @default false */
  stemmer?: boolean;
  /** What a word is: of [a-z0-9], as the reference implementation has it, or of letters and digits of all scripts. @default "ascii" */
  tokenizer?: "ascii" | "unicode";
}

/** How surprising a text is to a language model, by the log-probabilities of its tokens; low is good. */
export interface LogprobsSpec extends Weighted {
  kind: "perplexity";
  /** The field of the natural logarithms: a list of numbers, or of objects with a `logprob`. */
  logprobs: string;
}

/** How surprising a text is to a language model of `pstar lm train`, KenLM or SRILM; low is good. */
export interface LanguageModelSpec extends Weighted {
  kind: "perplexity";
  /** The ARPA file, as it is or packed. */
  model: string;
  /** The field of the text. */
  text: string;
  /** The field of what goes before the text and is not scored itself. */
  prompt?: string;
  /** How text becomes tokens; left out, as the model says, or else what stands between spaces. */
  tokenizer?: TokenizerName;
}

/** Whether two labels of a row agree: 1 or 0. */
export interface MatchSpec extends Weighted {
  kind: "match";
  label: string;
  /** The field of the verifier's label. */
  against: string;
}

/** Chance, which any verifier should beat. */
export interface RandomSpec extends Weighted {
  kind: "random";
}

/** A verifier of your own: an ES module whose default export is a {@link Verifier}. */
export interface ModuleSpec extends Weighted {
  kind: "module";
  /** Its path. */
  file: string;
}

export type VerifierSpec =
  | ScoreSpec
  | RougeSpec
  | LogprobsSpec
  | LanguageModelSpec
  | MatchSpec
  | RandomSpec
  | ModuleSpec;

/** How a file of kept rows is written for the tools that fine-tune. */
export interface ExportSpec {
  form: ExportForm;
  /** The field that is asked. */
  prompt: string;
  /** The field that answers. */
  completion: string;
  /** The field of the system prompt. */
  system?: string;
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
  /** Writes a random selection of the same size as well, to compare with. @default false */
  baseline?: boolean;
  export?: ExportSpec;
  /**
   * The form of the kept rows, and of random ones. Left out, that of the input: JSONL byte for byte, CSV with its delimiter, and
   * Parquet with its schema and its values as they are stored; JSONL for files of several forms, and for JSON.
   */
  to?: KeptForm;
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
  /** Bytes that are read and handed over together. @internal */
  blockSize?: number;
  signal?: AbortSignal;
  onProgress?: (progress: SelectProgress) => void;
  /** Told where the folder holds this selection already: all of it, or the scores of so many rows. */
  onResume?: (earlier: { finished: boolean; rows: number }) => void;
}
