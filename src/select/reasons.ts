import { quote } from "../core/printable.js";
import { type Reason, type ReasonOf, reasonsOf } from "../core/reasons.js";

/** A setting in which two selections differ, as texts; `verifier` counts from 1, if there are several. */
export interface SettingChange {
  setting: string;
  verifier?: number;
  was: string;
  now: string;
}

/** In what a selection differs from the one that a folder holds. */
export type SelectionChange =
  | { kind: "setting"; change: SettingChange }
  | { kind: "file"; file: string }
  | { kind: "version"; was: string; now: string }
  | { kind: "input" };

/** Why a selection cannot be made. The command line words those that name an option in terms of its flags. */
export const selectSentences = {
  "by-without-keep": () => "by must come with keep: it is the share, or the number, that is kept within each slice",
  "pairs-without-groups": () => "the export dpo must come with bestOf: a pair is the best and the worst row of a group",
  "nothing-decides": () => "one of keep, threshold and bestOf must say how much is kept",
  "no-destination": () => "out or write must say where the kept rows go",
  "two-destinations": () => "out and write exclude each other",
  "fewer-rows-than-slices": ({ slices, rows }: { slices: number; rows: number }) =>
    `keep must be at least as many rows as there are slices, ${slices}, so that none vanishes, got ${rows}`,
  "too-many-slices": ({ limit }: { limit: number }) =>
    `the field of the slices has more than ${limit} values: it tells rows apart, not slices`,
  "malformed-row-in": ({ file, line, why }: { file: string; line: number; why: string }) =>
    `line ${line} of ${file}: ${why}`,
  "verifier-failed": ({ file, line, what }: { file: string; line: number; what: string }) =>
    `${what} (line ${line} of ${file})`,
  "module-cannot-load": ({ file, cause }: { file: string; cause: string }) =>
    `${file} cannot be loaded as an ES module: ${cause}`,
  "not-a-verifier": ({ file, why }: { file: string; why: Reason }) => `${file}: ${why.message}`,
  "an-object-that-scores": () => "an object with a function score(rows, context)",
  "a-list-of-names": () => "a list of names",
  "no-row-judged": ({ source, rows, why }: { source: string; rows: number; why: string }) =>
    `${source}: ${rows === 1 ? "its only row cannot be judged" : `none of its ${rows} rows can be judged`}; ${why}`,
  "decisions-not-understood": ({ source, field, unknown, understood }: DecisionValues) => {
    const rows = unknown.reduce((sum, one) => sum + one.rows, 0);
    const listed = (values: readonly { value: string; rows: number; means?: boolean }[]) =>
      values.map(
        ({ value, rows, means }) =>
          `\n  ${value}: ${rows === 1 ? "1 row" : `${rows} rows`}${means === undefined ? "" : `, read as ${means ? "1" : "0"}`}`,
      );
    return `${source}: ${rows === 1 ? "1 row has a value" : `${rows} rows have values`} in ${JSON.stringify(field)} that must be a number or a decision and cannot be understood, so nothing is selected${[...listed(unknown.slice(0, 12)), ...listed(understood.slice(0, 12))].join("")}`;
  },
  "answers-too-many": ({ command, extra }: { command: string; extra: number }) =>
    `the command ${quote(command)} wrote ${extra === 1 ? "a line" : `${extra} lines`} more than it was asked for, so that its answers cannot be told apart by their order: it must give back _row with each`,
  "input-has-changed": ({ file }: { file: string }) => `${file} has changed meanwhile`,
  "file-is-there": ({ file }: { file: string }) =>
    `${file} is there already; restart: true replaces it, another folder keeps it`,
  "not-a-selection": ({ file }: { file: string }) =>
    `${file} is not the summary of a selection; restart: true replaces it, another folder keeps it`,
  "selection-of-a-stream": ({ folder }: { folder: string }) =>
    `${folder} holds a selection from standard input, which cannot be compared; restart: true begins again, another folder keeps it`,
  "other-selection": ({ folder, changes }: { folder: string; changes: readonly SelectionChange[] }) =>
    `${folder} holds another selection: ${changesText(changes)}. restart: true begins again, another folder keeps both`,

  // What a person should know who only looks at the kept rows.
  "none-kept": () => "no row was kept",
  "rows-malformed": ({ rows }: Count) => `${rowsAre(rows)} malformed, and neither kept nor rejected`,
  "rows-without-score": ({ rows }: Count) => `${rowsAre(rows)} without a score, and not kept`,
  "copies-kept": ({ rows }: Count) => `${rowsAre(rows)} an exact copy of an earlier one, and not left out`,
  "near-duplicates-kept": ({ rows }: Count) => `${rowsAre(rows)} nearly alike to an earlier one, and not left out`,
  "kept-by-lot": ({ rows, kept }: Count & { kept: number }) =>
    `${rows} rows tie at the lowest score that is kept, and ${kept} of them were chosen at random: the verifier does not tell them apart`,
  "threshold-alone": () => "the threshold decided alone: fewer rows reach it than were to be kept",
  "slices-vanished": ({ slices, all, some }: { slices: number; all: number; some: readonly string[] }) =>
    `nothing is left of ${slices} of ${all} slices: ${some.map((slice) => JSON.stringify(slice)).join(", ")}${slices > some.length ? ", …" : ""}`,
  "decision-words": ({ field, yes, no }: { field: string; yes: readonly string[]; no: readonly string[] }) =>
    `${JSON.stringify(field)} is read as a decision: ${[...(yes.length > 0 ? [`1 for ${yes.join(", ")}`] : []), ...(no.length > 0 ? [`0 for ${no.join(", ")}`] : [])].join("; ")}`,
  "mostly-unread": ({ rows }: Count) =>
    `${rowsAre(rows)} mostly of letters that the tokenizer ascii drops, so that their ROUGE says little; the tokenizer unicode reads them`,
  undecided: ({ rows }: Count) =>
    `${rowsAre(rows)} without an answer that could be read and compared for certain: without a score, neither right nor wrong`,
  unclear: ({ rows, example }: Count & { example?: string }) =>
    `${rowsAre(rows)} without a score as the judge's answer was not one of its scale, or not clearly${example === undefined ? "" : `: ${example}`}`,
  abstained: ({ rows }: Count) => `${rowsAre(rows)} without a score as the command gave none (null)`,
  unpaired: ({ rows }: Count) => `${rowsAre(rows)} kept without a worse one in its group, and in no pair`,
  "unlike-prompts": ({ rows }: Count) =>
    `${rowsAre(rows)} kept whose worst rival answers another prompt, and in no pair: the groups should be those of the prompt`,
  "decimal-numbers": ({ rows }: Count) =>
    `${rows === 1 ? "1 row writes" : `${rows} rows write`} a whole number with a point or an exponent (7.0) in the field of the groups, and others without (7): equal numbers are one group`,
  "decimal-texts": ({ rows }: Count) =>
    `${rows === 1 ? "1 row has" : `${rows} rows have`} a text such as 7.0 in the field of the groups, and others one such as 7: texts are compared as they are written, so that these are different groups`,
  restarts: ({ rows: times }: Count) =>
    `the command ended before it had answered, and was started again, ${times === 1 ? "once" : `${times} times`}`,
  "note-of-file": ({ file, note }: { file: string; note: Reason }) => `${file}: ${note.message}`,
};

export type SelectReason = ReasonOf<typeof selectSentences>;

export const selectReason = reasonsOf(selectSentences);

/** `keep was 30%, now 40%; the input was another file, or has changed`. @param nameOf How a setting is called. */
export function changesText(
  changes: readonly SelectionChange[],
  nameOf: (change: SettingChange) => string = ({ setting, verifier }) =>
    verifier === undefined ? setting : `${setting} of verifier ${verifier}`,
): string {
  const texts = changes.map((difference) => {
    switch (difference.kind) {
      case "setting": {
        const { was, now } = difference.change;
        return `${nameOf(difference.change)} was ${was}, now ${now}`;
      }
      case "file":
        return `${difference.file} has changed`;
      case "version":
        return `pstar was ${difference.was}, now ${difference.now}`;
      case "input":
        return "the input was another file, or has changed";
      default:
        return difference satisfies never;
    }
  });
  return texts.join("; ");
}

/** The codes of what a result says of some of its rows, by the number of them. */
export const scoreNotes = [
  "mostly-unread",
  "undecided",
  "unclear",
  "abstained",
  "unpaired",
  "unlike-prompts",
  "decimal-numbers",
  "decimal-texts",
  "restarts",
] as const;
export type ScoreNote = (typeof scoreNotes)[number];

type Count = { rows: number };

/** Values of a decision: those that are not understood, and what the others mean. */
export interface DecisionValues {
  source: string;
  field: string;
  unknown: readonly { value: string; rows: number }[];
  understood: readonly { value: string; rows: number; means: boolean }[];
}

/** `1 row is`, `2 rows are`. */
function rowsAre(count: number): string {
  return count === 1 ? "1 row is" : `${count} rows are`;
}
