import * as z from "zod/mini";
import { VERSION } from "../core/version.generated.js";
import { count, documentOf, fieldsOf, orNull, real, reasonIn, share, text } from "../model/document.js";
import { described } from "../model/fields.js";
import { rowForms } from "../rows/form.js";
import { keptForms } from "../rows/keptForm.js";
import type { MalformedRow } from "../rows/lines.js";
import { shapeNames } from "../rows/shapes.js";
import { type Decided, Decision } from "./decide/decide.js";
import type { Fingerprint } from "./fingerprint.js";
import { exportForms, nearActions } from "./options.js";
import { type SelectReason, scoreNotes, selectReason, selectSentences } from "./reasons.js";
import type { ColumnGatherer } from "./score/columns.js";
import { kinds, type ResolvedVerifier } from "./verifiers/kinds.js";
import { noteReason, type ScoreNotes, WHOLE_VALUES } from "./verifiers/scorer.js";
import type { BlockFiles } from "./write/routeRows.js";

const weight = real("Weight beside other verifiers.");

const verifier = described(
  z.union(
    Object.entries(kinds).flatMap(([kind, { forms }]) =>
      forms(z).map((form) => fieldsOf({ kind: z.literal(kind), ...form, weight })),
    ) as unknown as [z.ZodMiniType<ResolvedVerifier, ResolvedVerifier>],
  ),
  "What scores the rows.",
);

const config = fieldsOf(
  {
    input: described(z.union([z.string(), z.readonly(z.array(z.string()))]), "The files; one alone as a text."),
    verifiers: z.array(verifier),
    keep: orNull(
      z.union([
        fieldsOf({ share: share("Share of the candidates that is kept.") }),
        fieldsOf({ rows: count("Number of rows that are kept.") }),
      ]),
    ),
    threshold: orNull(real("Only rows of at least this score are kept; where low is good, of at most.")),
    bestOf: orNull(text("The best row of each group of equal value in this field is a candidate.")),
    by: orNull(text("The share is kept within each slice of equal value in this field.")),
    dedupe: described(z.boolean(), "Whether later copies of a row are left out."),
    nearDuplicates: orNull(
      fieldsOf({
        action: z.enum(nearActions),
        field: orNull(text("The field of the text."), "for all texts of a row"),
        similarity: share("The least share of eight-byte pieces that texts have in common."),
      }),
    ),
    baseline: described(z.boolean(), "Whether a random selection of the same size was written as well."),
    export: orNull(
      fieldsOf({
        form: z.enum(exportForms),
        prompt: z.optional(z.string()),
        completion: z.optional(z.string()),
        system: z.optional(z.string()),
        chat: z.optional(z.string()),
      }),
    ),
    compress: z.enum(["none", "gz", "zst"]),
    to: orNull(described(z.enum(keptForms), "The form of the kept rows."), "for the form of the input"),
    seed: count("Decides between equal scores, and about random ones."),
    as: z.optional(described(z.enum([...rowForms, ...shapeNames]), "What the input had to be, if that was said.")),
  },
  "The settings of the selection with every default; null for what is not set. Equal ones of equal inputs have equal results.",
);

const counts = fieldsOf(
  {
    lines: count("Lines of the file."),
    blank: count(
      "Of these, those at which no row begins: blank ones, the headings of CSV, and further lines of a row of several lines.",
    ),
    read: count("Rows, malformed ones among them."),
    kept: count(),
    rejected: count(),
    malformed: count(),
    rejectedBy: fieldsOf(
      {
        noScore: count(),
        duplicate: count(),
        nearDuplicate: z.optional(count()),
        notBest: count(),
        threshold: count(),
        share: count(),
      },
      "Rejected rows by their reason.",
    ),
    duplicates: count("Rows whose bytes an earlier row has, left out or not."),
  },
  "How many rows there were; kept + rejected + malformed = read.",
);

const near = fieldsOf(
  {
    rows: count("Rows in a cluster of at least two."),
    clusters: count(),
    later: count("Of these rows, those that are not the first of their cluster."),
    largest: count("Rows of the largest cluster."),
    empty: count("Rows without a letter or digit, which are like none."),
    similarities: described(
      z.array(fieldsOf({ from: share("At least."), to: share("Less than, or 1."), rows: count() })),
      "The later rows by how alike they are to the first of their cluster, from the most alike: from ≤ similarity < to, or to = 1. Estimated with a standard error of at most 0.045; as clusters are joined by pairs, some may be below the setting.",
    ),
  },
  "Rows whose texts are nearly alike.",
);

const slice = fieldsOf({
  slice: text("The value of the field."),
  read: count("Well-formed rows."),
  kept: count(),
  random: z.optional(count("Rows of the random selection, if there is one.")),
  shareBefore: share("Share of all rows."),
  shareAfter: share("Share of the kept rows."),
});

const quantiles = fieldsOf({
  rows: count(),
  min: z.number(),
  p05: z.number(),
  p25: z.number(),
  median: z.number(),
  p75: z.number(),
  p95: z.number(),
  max: z.number(),
});

/** What `pstar select --format json` prints, and summary.json has. */
export const selectSchema = documentOf(
  "pstar/select@1",
  {
    version: text("Version of pstar."),
    config,
    input: orNull(
      fieldsOf(
        {
          size: count("In bytes."),
          modified: real("When it was written, in milliseconds since 1970."),
          ends: text("SHA-256 of its first and last 64 kB."),
        },
        "The file that was read, or several as if they were one.",
      ),
      "if the rows came from standard input or a pipe",
    ),
    sources: described(z.record(z.string(), z.string()), "SHA-256 of the modules and models that verify."),
    counts,
    nearDuplicates: orNull(near, "unless they were looked for"),
    score: fieldsOf(
      {
        lowest: described(z.boolean(), "Whether low scores are good."),
        reached: orNull(real("The worst score that was kept: what a threshold would have to be."), "if none was kept"),
        all: orNull(quantiles),
        kept: orNull(quantiles),
        verifiers: described(
          z.array(z.nullable(quantiles)),
          "Of each verifier's own scores, in the order of the settings.",
        ),
        ties: fieldsOf(
          { rows: count(), kept: count("Those that chance has kept.") },
          "Rows that share the score at the edge of the selection.",
        ),
      },
      "Quantiles of the scores.",
    ),
    slices: described(z.array(slice), "Empty without slices."),
    malformed: described(
      z.array(
        fieldsOf({
          file: z.optional(text("The file, if there are several.")),
          line: count("From 1."),
          code: text("Names the reason."),
          reason: text("In words."),
          text: text("How the row begins; what is not UTF-8 is replaced."),
        }),
      ),
      "The first malformed rows.",
    ),
    files: described(z.record(z.string(), fieldsOf({ rows: count(), bytes: count() })), "What was written, by name."),
    warnings: described(
      z.array(reasonIn(selectSentences)),
      "What a person should know who only looks at the kept rows; each has its sentence in `message`.",
    ),
  },
  "The result of a selection.",
);

/** The selection: its settings and what they depend on; equal ones have equal results. */
export interface SelectConfig extends z.output<typeof config> {}

/** How many rows there were; kept + rejected + malformed = read. */
export interface SelectCounts extends z.output<typeof counts> {}

/** What a slice was and what it is. */
export interface SelectSlice extends z.output<typeof slice> {}

/** The result of a selection, as summary.json has it. */
export interface SelectResult extends z.output<typeof selectSchema> {}

/** What was written. */
export interface WrittenFiles {
  files: readonly { kind: keyof BlockFiles | "info"; name: string; bytes: number }[];
  /** The first malformed rows. */
  malformed: MalformedRow[];
  /** Lines of the export. */
  exported: number;
  /** What there is to say of the export. */
  notes: ScoreNotes;
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
  const near = nearCounts(decided);
  const rowsOf = {
    kept: counts.kept,
    exported: written.exported,
    info: written.exported,
    rejected: counts.rejected,
    malformed: counts.malformed,
    near: near?.rows ?? 0,
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
    nearDuplicates: near,
    score: { lowest, reached, ...quantiles, ties },
    slices,
    malformed: written.malformed,
    files,
    warnings: [],
  };
  result.warnings = warningsOf(result);
  for (const note of scoreNotes) {
    const rows = gatherer.notes[note] ?? written.notes[note] ?? 0;
    // of numbers that are all written in one way there is nothing to say
    if (note.startsWith("decimal-") && (gatherer.notes[WHOLE_VALUES] ?? 0) === 0) continue;
    if (rows > 0) result.warnings.push(noteReason(note, rows, gatherer.notes));
  }
  return result;
}

function countsOf({ lines, blank, rows }: ColumnGatherer, { decisions, duplicates, near }: Decided): SelectCounts {
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
      ...(near === null ? {} : { nearDuplicate: by[Decision.nearDuplicate] }),
      notBest: by[Decision.notBest],
      threshold: by[Decision.threshold],
      share: by[Decision.share],
    },
    duplicates,
  };
}

/** Between these the similarities are counted. */
const SIMILARITIES = [1, 0.95, 0.9, 0.85, 0.8, 0.7, 0.6, 0.5, 0];

function nearCounts({ near }: Decided): SelectResult["nearDuplicates"] {
  if (near === null) return null;
  const { clusters, similarity, count, empty } = near;
  const sizes = new Uint32Array(count + 1);
  const counts = SIMILARITIES.slice(1).map((from, i) => ({ from, to: SIMILARITIES[i] as number, rows: 0 }));
  for (const [row, cluster] of clusters.entries()) {
    if (cluster === 0 || sizes[cluster]++ === 0) continue;
    const bin = counts.find(({ from }) => similarity[row] >= from);
    if (bin !== undefined) bin.rows++;
  }
  const rows = sizes.reduce((sum, size) => sum + size, 0);
  const largest = sizes.reduce((most, size) => Math.max(most, size), 0);
  return { rows, clusters: count, later: rows - count, largest, empty, similarities: counts };
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
function warningsOf({ config, counts, nearDuplicates, score, slices }: SelectResult): SelectReason[] {
  const warnings: SelectReason[] = [];
  const { kept, malformed, duplicates, rejectedBy } = counts;
  if (kept === 0) warnings.push(selectReason("none-kept"));
  if (malformed > 0) warnings.push(selectReason("rows-malformed", { rows: malformed }));
  if (rejectedBy.noScore > 0) warnings.push(selectReason("rows-without-score", { rows: rejectedBy.noScore }));
  if (duplicates > 0 && !config.dedupe) {
    warnings.push(selectReason("copies-kept", { rows: duplicates }));
  }
  if (nearDuplicates !== null && nearDuplicates.later > 0 && config.nearDuplicates?.action === "report") {
    warnings.push(selectReason("near-duplicates-kept", { rows: nearDuplicates.later }));
  }
  if (score.ties.kept > kept / 10) {
    warnings.push(selectReason("kept-by-lot", { rows: score.ties.rows, kept: score.ties.kept }));
  }
  if (config.keep !== null && config.threshold !== null && rejectedBy.threshold > 0 && rejectedBy.share === 0) {
    warnings.push(selectReason("threshold-alone"));
  }
  const vanished = slices.filter((slice) => slice.read > 0 && slice.kept === 0).map(({ slice }) => slice);
  if (vanished.length > 0) {
    const some = vanished.slice(0, 5);
    warnings.push(selectReason("slices-vanished", { slices: vanished.length, all: slices.length, some }));
  }
  return warnings;
}
