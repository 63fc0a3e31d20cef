import { ArgumentError } from "../core/errors.js";
import { type RowForm, rowForms } from "../rows/form.js";
import { type KeptForm, keptForms } from "../rows/keptForm.js";
import { type ShapeName, shapeNames } from "../rows/shapes.js";
import {
  type ExportSpec,
  exportForms,
  type NearDuplicateSpec,
  nearActions,
  type SelectionSettings,
} from "./options.js";
import { selectReason } from "./reasons.js";
import { fieldNamed, kindOf, must, type ResolvedVerifier, resolveVerifier } from "./verifiers/kinds.js";

/** The settings of a selection with every default filled in; null for what is not set. Plain JSON. */
export interface ResolvedSettings {
  verifiers: ResolvedVerifier[];
  keep: { share: number } | { rows: number } | null;
  threshold: number | null;
  bestOf: string | null;
  by: string | null;
  dedupe: boolean;
  nearDuplicates: { action: NearDuplicateSpec["action"]; field: string | null; similarity: number } | null;
  baseline: boolean;
  export: ExportSpec | null;
  compress: "none" | "gz" | "zst";
  /** Null for the form of the input. */
  to: KeptForm | null;
  seed: number;
  /** Left out, the form of the input is told by its content. */
  as?: RowForm | ShapeName;
}

const SHARE = "a share in (0, 1], as { share }, or a whole number of at least 1, as { rows }";

/**
 * Checks the settings of a selection and fills in their defaults.
 *
 * @throws ArgumentError if one is out of its range, or nothing says how much to keep.
 */
export function resolveSettings(given: SelectionSettings): ResolvedSettings {
  const verifiers = given.verifiers ?? [];
  must(verifiers.length > 0, "verifiers", "a list of at least one verifier", given.verifiers);
  const resolved = verifiers.map(resolveVerifier);
  const {
    keep = null,
    bestOf = null,
    by = null,
    dedupe = false,
    baseline = false,
    compress = "none",
    to = null,
    seed = 0,
  } = given;
  let { threshold = null } = given;
  const { as } = given;
  if (keep !== null) {
    const fine =
      "share" in keep ? keep.share > 0 && keep.share <= 1 : Number.isSafeInteger(keep.rows) && keep.rows >= 1;
    must(fine, "keep", SHARE, keep);
  }
  if (threshold !== null) must(Number.isFinite(threshold), "threshold", "a finite number", threshold);
  for (const [name, field] of Object.entries({ bestOf, by })) if (field !== null) fieldNamed(name, field);
  must(Number.isSafeInteger(seed) && seed >= 0, "seed", "a whole number of at least 0", seed);
  must(["none", "gz", "zst"].includes(compress), "compress", '"none", "gz" or "zst"', compress);
  const forms: readonly string[] = [...rowForms, ...shapeNames];
  must(as === undefined || forms.includes(as), "as", `one of ${forms.join(", ")}`, as);
  must(to === null || keptForms.includes(to), "to", `one of ${keptForms.join(", ")}`, to);
  if (by !== null && keep === null) {
    throw new ArgumentError(selectReason("by-without-keep"));
  }
  if (keep === null && threshold === null && bestOf === null) {
    // that labels agree is a decision already
    if (resolved.length === 1 && kindOf(resolved[0]).decides?.(resolved[0])) threshold = 1;
    else throw new ArgumentError(selectReason("nothing-decides"));
  }
  return {
    verifiers: resolved,
    keep: keep === null ? null : "share" in keep ? { share: keep.share } : { rows: keep.rows },
    threshold,
    bestOf,
    by,
    dedupe,
    nearDuplicates: given.nearDuplicates === undefined ? null : resolveNear(given.nearDuplicates),
    baseline,
    export: given.export === undefined ? null : resolveExport(given.export, bestOf),
    compress,
    to,
    seed,
    ...(as !== undefined && { as }),
  };
}

function resolveNear({ action, field, similarity = 0.8 }: NearDuplicateSpec): ResolvedSettings["nearDuplicates"] {
  must(nearActions.includes(action), "nearDuplicates.action", `one of ${nearActions.join(", ")}`, action);
  must(similarity >= 0.5 && similarity <= 1, "nearDuplicates.similarity", "a share in [0.5, 1]", similarity);
  return { action, field: field === undefined ? null : fieldNamed("nearDuplicates.field", field), similarity };
}

function resolveExport({ form, prompt, completion, system, chat }: ExportSpec, bestOf: string | null): ExportSpec {
  must(exportForms.includes(form), "export.form", `one of ${exportForms.join(", ")}`, form);
  if (form === "dpo" && bestOf === null) throw new ArgumentError(selectReason("pairs-without-groups"));
  if (chat !== undefined) {
    must(
      prompt === undefined && completion === undefined && system === undefined,
      "export.chat",
      "left out beside prompt, completion or system",
      chat,
    );
    return { form, chat: fieldNamed("export.chat", chat) };
  }
  const named = {
    prompt: fieldNamed("export.prompt", prompt as string),
    completion: fieldNamed("export.completion", completion as string),
  };
  if (system === undefined) return { form, ...named };
  must(
    form !== "prompt-completion",
    "export.system",
    "left out for prompt-completion, which has no place for it",
    system,
  );
  return { form, ...named, system: fieldNamed("export.system", system) };
}
