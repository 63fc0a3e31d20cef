import { isMissing } from "./field.js";

/** Which field is which, as far as their names tell. */
export interface GuessedFields {
  correct?: string;
  kept?: string;
  score?: string;
  weight?: string;
}

/** Names under which people keep these things, likeliest first. */
const NAMES = {
  correct: ["correct", "is_correct", "human", "human_label", "label_ok", "gold", "right", "audited_correct", "audit"],
  kept: ["kept", "keep", "accepted", "accept", "selected", "passed", "decision", "verdict"],
  score: ["score", "rating", "reward", "margin", "confidence"],
  weight: ["weight", "design_weight", "sampling_weight"],
} as const;

/**
 * Guesses the fields of an audit from the names that a file has. Upper and lower case, spaces, dashes and underscores are one.
 *
 * @example guessFields(["id", "Is-Correct", "score"]) // { correct: "Is-Correct", score: "score" }
 */
export function guessFields(names: readonly string[]): GuessedFields {
  const tidy = new Map(names.map((name) => [tidied(name), name]));
  const guessed: GuessedFields = {};
  for (const role of Object.keys(NAMES) as (keyof typeof NAMES)[]) {
    const name = NAMES[role].map((known) => tidy.get(known)).find((found) => found !== undefined);
    if (name !== undefined) guessed[role] = name;
  }
  return guessed;
}

/** The names that {@link guessFields} might take for a label, a weight, or what a verifier says. */
export function guessableNames(names: readonly string[]): ReadonlySet<string> {
  const known = new Set<string>(Object.values(NAMES).flat());
  return new Set(names.filter((name) => known.has(tidied(name))));
}

function tidied(name: string): string {
  return name.toLowerCase().replaceAll(/[\s-]/g, "_");
}

/** Names of what rows are made from: rows of one such value are alike. */
const PROMPTS = [
  ...["prompt", "question", "instruction", "problem", "query", "input", "source", "article", "passage", "document"],
  ...["prompt_id", "question_id", "problem_id", "query_id", "doc_id", "task_id", "example_id", "group_id"],
];
/** Labelled rows beyond this are not looked at: they have shown by then whether values repeat. */
const LOOKED_AT = 100_000;
/** Fewer rows, or fewer repetitions, are not worth a warning. */
const LEAST = { rows: 10, repeated: 3 };

/** Looks for a field of prompts whose values repeat. */
export class RepeatedPrompts {
  readonly #values = new Map<string, Map<string, number>>();
  #rows = 0;

  /** @param row A labelled one. */
  look(row: Record<string, unknown>): void {
    if (this.#rows++ >= LOOKED_AT) return;
    for (const name of Object.keys(row)) {
      if (!PROMPTS.includes(tidied(name))) continue;
      const value = row[name];
      if (isMissing(value)) continue;
      const text = typeof value === "object" ? JSON.stringify(value) : String(value);
      const counts = this.#values.get(name) ?? new Map<string, number>();
      this.#values.set(name, counts);
      counts.set(text, (counts.get(text) ?? 0) + 1);
    }
  }

  /** The field in which values repeat the most; null if none does. */
  found(): { field: string; rows: number; values: number } | null {
    let most: { field: string; rows: number; values: number } | null = null;
    for (const [field, counts] of this.#values) {
      const rows = [...counts.values()].reduce((sum, count) => sum + count, 0);
      const repeated = rows - counts.size;
      if (rows < LEAST.rows || repeated < LEAST.repeated) continue;
      if (most === null || repeated > most.rows - most.values) most = { field, rows, values: counts.size };
    }
    return most;
  }
}

/** A field that rows might be told apart by, and a value of it of which most kept labels are wrong; null if there is none. */
export interface FoundSlices {
  field: string;
  worst: { field: string; value: string; kept: number; wrong: number } | null;
}

/** A field is of kinds if its values are texts no longer, and no more of them; fewer fields than these are looked at. */
const OF_KINDS = { length: 40, values: 20, fields: 50, rows: 30 };
/** More wrong than right by so many standard deviations (5·10⁻⁴ by chance), of so many kept rows at least. */
const CLEARLY = { deviations: 3.3, kept: 10 };

/** Looks among labelled rows for text fields of few values, which tell kinds of rows apart. */
export class SliceFields {
  readonly #known: ReadonlySet<string>;
  /** By field and value; null if the field is none of kinds. */
  readonly #fields = new Map<string, Map<string, { rows: number; kept: number; wrong: number }> | null>();

  /** @param known Fields that mean something else. */
  constructor(known: readonly string[]) {
    this.#known = new Set(known);
  }

  /** A row that has a label. */
  look(row: Record<string, unknown>, label: { correct: boolean; kept: boolean }): void {
    for (const name of Object.keys(row)) {
      if (this.#known.has(name)) continue;
      if (!this.#fields.has(name) && this.#fields.size < OF_KINDS.fields) this.#fields.set(name, new Map());
      const values = this.#fields.get(name);
      if (values === null || values === undefined) continue;
      const value = row[name];
      if (value === null || value === undefined || value === "") continue;
      const isKind = typeof value === "string" && value.length <= OF_KINDS.length;
      if (!isKind || (!values.has(value) && values.size === OF_KINDS.values)) {
        this.#fields.set(name, null);
        continue;
      }
      const counts = values.get(value) ?? { rows: 0, kept: 0, wrong: 0 };
      values.set(value, counts);
      counts.rows++;
      if (!label.kept) continue;
      counts.kept++;
      if (!label.correct) counts.wrong++;
    }
  }

  /** The field with the worst value or, if none is clearly bad, the one with the fewest. */
  found(): FoundSlices | null {
    let worst: FoundSlices["worst"] = null;
    let fewest: { field: string; values: number } | null = null;
    let surest = CLEARLY.deviations;
    for (const [field, values] of this.#fields) {
      const counts = [...(values ?? [])];
      const rows = counts.reduce((sum, [, one]) => sum + one.rows, 0);
      // values that hardly repeat are names
      if (counts.length < 2 || rows < OF_KINDS.rows || rows < 5 * counts.length) continue;
      if (fewest === null || counts.length < fewest.values) fewest = { field, values: counts.length };
      for (const [value, { kept, wrong }] of counts) {
        const deviations = (2 * wrong - kept) / Math.sqrt(kept);
        if (kept < CLEARLY.kept || !(deviations > surest)) continue;
        surest = deviations;
        worst = { field, value, kept, wrong };
      }
    }
    return fewest === null ? null : { field: worst?.field ?? fewest.field, worst };
  }
}
