import { DataError } from "../core/errors.js";
import { ofPath, type RowFiles } from "../rows/rowFiles.js";
import type { ShapeName } from "../rows/shapes.js";
import type { AuditFields } from "./row.js";

/** The fields of an audit that were named, and which of the others their file tells. */
export interface FoundFields {
  fields: Partial<AuditFields>;
  /** Those that were not named. */
  guessed: ("correct" | "kept" | "score" | "weight")[];
  /** The tool whose shape the file has. */
  shape: ShapeName | null;
  /** What of its rows to show to people; left out, all fields but those of the verifier. */
  show?: readonly string[];
  /** All fields of the file; some, if they are many. */
  names: string[];
}

interface Asked {
  /** Whether labels come from elsewhere: a sheet, or nowhere. */
  unlabelled?: boolean;
  /** Whether it is known how the labelled rows were chosen. */
  designed?: boolean;
}

/**
 * The fields that an audit needs and that are not named, by the shape of the file or their names in it. A weight is taken if nothing says
 * how the labelled rows were chosen.
 *
 * @throws DataError if a field is needed that the file's shape has, and this file lacks.
 */
export async function foundFields(
  files: RowFiles,
  named: Partial<AuditFields>,
  { unlabelled = false, designed = false }: Asked,
): Promise<FoundFields> {
  const { names, guess } = await files.look();
  const fields = { ...named };
  const guessed: FoundFields["guessed"] = [];
  const take = (role: FoundFields["guessed"][number]) => {
    const name = guess.fields[role];
    if (name === undefined) return;
    fields[role] = name;
    guessed.push(role);
  };
  const decided = named.kept !== undefined || named.score !== undefined || named.verifiers !== undefined;
  if (!decided && guess.fault !== null) throw ofPath(new DataError(guess.fault), files.name);
  if (named.correct === undefined && named.truth === undefined && !unlabelled) take("correct");
  if (!decided) {
    take("kept");
    if (fields.kept === undefined) take("score");
  }
  if (named.weight === undefined && !unlabelled && !designed) take("weight");
  const { shape, show } = guess;
  return { fields, guessed, shape, names, ...(show !== undefined && { show }) };
}
