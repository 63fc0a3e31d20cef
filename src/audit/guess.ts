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
