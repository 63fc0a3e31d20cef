import type { RoleFields } from "../../rows/shapes.js";
import type { Context } from "../context.js";
import { noteGuess, rowFiles } from "../rows.js";
import type { SelectFlags } from "./options.js";

type FieldFlag = "field" | "candidate" | "reference" | "answer" | "text" | "prompt" | "completion" | "chat";

/** The flags of a selection, with the fields that nobody named and its files tell; it says which. */
export async function guessedFlags(
  paths: readonly string[],
  flags: SelectFlags,
  context: Context,
): Promise<SelectFlags> {
  const wanted = wantedFields(flags);
  if (wanted.length === 0) return flags;
  const files = rowFiles(paths, { ...(flags.as !== undefined && { as: flags.as }), quiet: true }, context);
  if (files.isStream) return flags;
  const { names, guess } = await files.look();
  const found: (readonly [FieldFlag, string])[] = [];
  for (const [flag, role, usual] of wanted) {
    const name = guess.fields[role];
    if (name !== undefined && (usual === undefined || !names.includes(usual))) found.push([flag, name]);
  }
  const use = complete(found);
  noteGuess(files.source, { shape: guess.shape, flags: use }, flags, context);
  return { ...flags, ...Object.fromEntries(use) };
}

/** The flags that a verifier or an export needs and nobody gave: what such a field is for, and the name that it has if it is there. */
function wantedFields(flags: SelectFlags): [flag: FieldFlag, role: keyof RoleFields, usual?: string][] {
  const wanted: [flag: FieldFlag, role: keyof RoleFields, usual?: string][] = [];
  const want = (flag: FieldFlag, role: keyof RoleFields, usual?: string) => {
    if (flags[flag] === undefined) wanted.push([flag, role, usual]);
  };
  const { verifier, candidate, reference, logprobs, lm, label, against, pattern } = flags;
  const verifiers = (verifier ?? []).map((text) => text.replace(/[:=].*$/s, ""));
  const implied = [flags.field, candidate, reference, logprobs, lm, label, against, pattern];
  const none = verifier === undefined && implied.every((flag) => flag === undefined);
  if (none || verifier?.includes("score")) want("field", "number", none ? undefined : "score");
  if (verifiers.includes("rouge") || candidate !== undefined) want("candidate", "text", "candidate");
  if (verifiers.some((name) => ["exact", "numeric", "math"].includes(name))) {
    want("answer", "answer", "answer");
    want("reference", "reference", "reference");
  }
  if (lm !== undefined || ((verifiers.includes("regex") || pattern !== undefined) && flags.answer === undefined)) {
    want("text", "text", lm === undefined ? "text" : undefined);
  }
  const { export: form, chat, prompt, completion, system } = flags;
  if (form !== undefined && chat === undefined) {
    if (prompt === undefined && completion === undefined && system === undefined) want("chat", "chat");
    want("prompt", "prompt");
    want("completion", "completion");
  }
  return wanted;
}

/** A chat has prompt and completion in it. */
function complete(found: readonly (readonly [FieldFlag, string])[]): typeof found {
  if (!found.some(([flag]) => flag === "chat")) return found;
  return found.filter(([flag]) => flag !== "prompt" && flag !== "completion");
}
