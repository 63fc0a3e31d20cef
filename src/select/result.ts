import type { MalformedRow } from "../rows/lines.js";
import type { Quantiles } from "./decide/quantiles.js";
import type { FileIdentity } from "./fingerprint.js";
import type { ResolvedSettings } from "./settings.js";

/** The selection: its settings and what they depend on; equal ones have equal results. */
export interface SelectConfig extends ResolvedSettings {
  input: string;
}

/** How many rows there were; kept + rejected + malformed = read. */
export interface SelectCounts {
  /** Lines of the file, of which `blank` are no rows. */
  lines: number;
  blank: number;
  read: number;
  kept: number;
  rejected: number;
  malformed: number;
  /** Rejected rows by their reason. */
  rejectedBy: { noScore: number; duplicate: number; notBest: number; threshold: number; share: number };
  /** Rows whose bytes an earlier row has, left out or not. */
  duplicates: number;
}

/** What a slice was and what it is. */
export interface SelectSlice {
  slice: string;
  /** Well-formed rows. */
  read: number;
  kept: number;
  /** Rows of the random selection, where there is one. */
  random?: number;
  /** Shares of the whole, before and after. */
  shareBefore: number;
  shareAfter: number;
}

/** The result of a selection, as summary.json has it. */
export interface SelectResult {
  schema: "pstar/select@1";
  version: string;
  config: SelectConfig;
  /** Null where the rows came from standard input or a pipe. */
  input: FileIdentity | null;
  /** SHA-256 of the modules and models that verify. */
  sources: Record<string, string>;
  counts: SelectCounts;
  score: {
    /** Low scores are good. */
    lowest: boolean;
    /** The worst score that was kept: what a threshold would have to be. */
    reached: number | null;
    all: Quantiles | null;
    kept: Quantiles | null;
    /** Of each verifier's own scores, in the order of the settings. */
    verifiers: (Quantiles | null)[];
    /** Rows that share the score at the edge of the selection, and how many of them chance has kept. */
    ties: { rows: number; kept: number };
  };
  /** Empty where nothing was sliced. */
  slices: SelectSlice[];
  /** The first malformed rows. */
  malformed: MalformedRow[];
  /** What was written, by name. */
  files: Record<string, { rows: number; bytes: number }>;
  warnings: string[];
}
