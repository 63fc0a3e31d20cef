import { DataError } from "../core/errors.js";
import { printable } from "../core/printable.js";
import { readBlocks } from "../rows/blocks.js";
import { Lines, Malformed, type MalformedRow } from "../rows/lines.js";
import { SeenFields, withAdvice } from "../rows/seenFields.js";
import { openSource } from "../rows/source.js";
import type { ColumnGatherer } from "./score/columns.js";
import type { ResolvedSettings } from "./settings.js";

/**
 * Where no row can be judged the fault is that of the question, such as a field that no row has.
 *
 * @param input What messages call the file.
 * @param file Where its rows are read from.
 */
export async function unusable(
  input: string,
  file: string,
  { rows, firstMalformed }: ColumnGatherer,
  settings: ResolvedSettings,
): Promise<DataError> {
  const where = input === "-" ? "standard input" : input;
  if (rows === 0) return new DataError(`${where} has no rows`);
  const seen = await fieldsOf(file, settings);
  const field = seen.any ? seen.problem() : undefined;
  const line = firstMalformed?.line;
  const why = printable(field?.message ?? (firstMalformed === null ? "none has a score" : fault(firstMalformed)));
  return new DataError(
    `${where}: ${rows === 1 ? "its only row cannot be judged" : `none of its ${rows} rows can be judged`}; ${why}`,
    { line },
  );
}

function fault({ line, code, reason }: MalformedRow): string {
  return `line ${line}: ${withAdvice({ code, params: undefined, message: reason }).message}`;
}

/** The fields of the first rows. */
async function fieldsOf(file: string, settings: ResolvedSettings): Promise<SeenFields> {
  const seen = new SeenFields(asked(settings));
  const source = await openSource(file);
  try {
    for await (const block of readBlocks(source)) {
      for (const lines = new Lines(block); lines.next(); ) {
        const row = lines.row();
        if (!(row instanceof Malformed)) seen.look(row);
      }
      break;
    }
  } finally {
    await source.close();
  }
  return seen;
}

/** The fields that a selection reads; those of a user's own verifier are its own affair. */
function asked({ verifiers, bestOf, by, export: form }: ResolvedSettings): string[] {
  const ofVerifiers = verifiers.flatMap((verifier) => {
    switch (verifier.kind) {
      case "score":
        return [verifier.field];
      case "rouge":
        return [verifier.candidate, verifier.reference];
      case "perplexity":
        return "logprobs" in verifier ? [verifier.logprobs] : [verifier.text, verifier.prompt];
      case "match":
        return [verifier.label, verifier.against];
      default:
        return [];
    }
  });
  const names = [...ofVerifiers, form?.prompt, form?.completion, form?.system, bestOf, by];
  return names.filter((name) => name !== undefined && name !== null);
}
