import { VERSION } from "../core/version.generated.js";
import type { MalformedRow } from "../rows/lines.js";
import { type Decided, Decision } from "./decide/decide.js";
import type { Quantiles } from "./decide/quickselect.js";
import type { FileIdentity, Fingerprint } from "./fingerprint.js";
import type { ColumnGatherer } from "./score/columns.js";
import type { ResolvedSettings } from "./settings.js";
import type { BlockFiles } from "./write/routeRows.js";

/** The selection: its settings and what they depend on; equal ones have equal results. */
export interface SelectConfig extends ResolvedSettings {
  /** The files; one alone as a text. */
  input: string | readonly string[];
}

/** How many rows there were; kept + rejected + malformed = read. */
export interface SelectCounts {
  /** Lines of the file, of which `blank` are blank. */
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
  /** Rows of the random selection, if there is one. */
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
  /** Null if the rows came from standard input or a pipe. */
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
  /** Empty without slices. */
  slices: SelectSlice[];
  /** The first malformed rows. */
  malformed: MalformedRow[];
  /** What was written, by name. */
  files: Record<string, { rows: number; bytes: number }>;
  warnings: string[];
}

/** What was written. */
export interface WrittenFiles {
  files: readonly { kind: keyof BlockFiles; name: string; bytes: number }[];
  /** The first malformed rows. */
  malformed: MalformedRow[];
}

/** Puts the result together. */
export function summarize(
  input: string | readonly string[],
  { settings, input: identity, sources }: Fingerprint,
  gatherer: ColumnGatherer,
  decided: Decided,
  written: WrittenFiles,
): SelectResult {
  const counts = countsOf(gatherer, decided);
  const { lowest, quantiles, ties } = decided;
  const reached = (lowest ? quantiles.kept?.max : quantiles.kept?.min) ?? null;
  const slices = settings.by === null ? [] : slicesOf(gatherer.names, decided, counts);
  const rowsOf = {
    kept: counts.kept,
    exported: counts.kept,
    rejected: counts.rejected,
    malformed: counts.malformed,
    random: decided.slices.reduce((sum, { random }) => sum + random, 0),
  };
  const files = Object.fromEntries(written.files.map(({ kind, name, bytes }) => [name, { rows: rowsOf[kind], bytes }]));
  const result: SelectResult = {
    schema: "pstar/select@1",
    version: VERSION,
    config: { input, ...settings },
    input: identity,
    sources,
    counts,
    score: { lowest, reached, ...quantiles, ties },
    slices,
    malformed: written.malformed,
    files,
    warnings: [],
  };
  result.warnings = warningsOf(result);
  if (gatherer.doubtful > 0) {
    result.warnings.push(
      `${rows(gatherer.doubtful)} mostly of letters that the tokenizer ascii drops, so that their ROUGE says little; the tokenizer unicode reads them.`,
    );
  }
  return result;
}

function countsOf({ lines, blank, rows }: ColumnGatherer, { decisions, duplicates }: Decided): SelectCounts {
  const by = new Array<number>(Decision.open + 1).fill(0);
  for (const decision of decisions) by[decision]++;
  const kept = by[Decision.kept];
  const malformed = by[Decision.malformed];
  return {
    lines,
    blank,
    read: rows,
    kept,
    rejected: rows - kept - malformed,
    malformed,
    rejectedBy: {
      noScore: by[Decision.noScore],
      duplicate: by[Decision.duplicate],
      notBest: by[Decision.notBest],
      threshold: by[Decision.threshold],
      share: by[Decision.share],
    },
    duplicates,
  };
}

function slicesOf(
  names: readonly string[],
  { slices, random }: Decided,
  { read, malformed, kept }: SelectCounts,
): SelectSlice[] {
  return names.map((slice, i) => ({
    slice,
    read: slices[i].read,
    kept: slices[i].kept,
    ...(random === null ? {} : { random: slices[i].random }),
    shareBefore: slices[i].read / (read - malformed),
    shareAfter: kept === 0 ? 0 : slices[i].kept / kept,
  }));
}

/** What a person should know who only looks at the kept rows. */
function warningsOf({ config, counts, score, slices }: SelectResult): string[] {
  const warnings: string[] = [];
  const { kept, malformed, duplicates, rejectedBy } = counts;
  if (kept === 0) warnings.push("No row was kept.");
  if (malformed > 0) warnings.push(`${rows(malformed)} malformed, and neither kept nor rejected.`);
  if (rejectedBy.noScore > 0) warnings.push(`${rows(rejectedBy.noScore)} without a score, and not kept.`);
  if (duplicates > 0 && !config.dedupe) {
    warnings.push(`${rows(duplicates)} an exact copy of an earlier one, and not left out.`);
  }
  if (score.ties.kept > kept / 10) {
    warnings.push(
      `${score.ties.rows} rows share the score at the edge, and ${score.ties.kept} of them were kept by lot: the verifier does not tell them apart.`,
    );
  }
  if (config.keep !== null && config.threshold !== null && rejectedBy.threshold > 0 && rejectedBy.share === 0) {
    warnings.push("The threshold decided alone: fewer rows reach it than were to be kept.");
  }
  const vanished = slices.filter((slice) => slice.read > 0 && slice.kept === 0).map(({ slice }) => slice);
  if (vanished.length > 0) {
    const named = vanished.slice(0, 5).map((slice) => JSON.stringify(slice));
    warnings.push(
      `Nothing is left of ${vanished.length} of ${slices.length} slices: ${named.join(", ")}${vanished.length > 5 ? ", …" : ""}.`,
    );
  }
  return warnings;
}

function rows(count: number): string {
  return count === 1 ? "1 row is" : `${count} rows are`;
}
