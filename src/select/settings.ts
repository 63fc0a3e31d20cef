import { ArgumentError, outOfRange } from "../core/errors.js";
import { tokenizers } from "../text/tokenizer.js";
import {
  type ExportSpec,
  exportForms,
  type KeptForm,
  keptForms,
  type SelectionSettings,
  type VerifierSpec,
} from "./options.js";
import { selectReason } from "./reasons.js";

/** A verifier with every default filled in. */
export type ResolvedVerifier = VerifierSpec & { weight: number };

/** The settings of a selection with every default filled in; null for what is not set. Plain JSON. */
export interface ResolvedSettings {
  verifiers: ResolvedVerifier[];
  keep: { share: number } | { rows: number } | null;
  threshold: number | null;
  bestOf: string | null;
  by: string | null;
  dedupe: boolean;
  baseline: boolean;
  export: ExportSpec | null;
  compress: "none" | "gz" | "zst";
  /** Null for the form of the input. */
  to: KeptForm | null;
  seed: number;
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
  if (keep !== null) {
    const fine =
      "share" in keep ? keep.share > 0 && keep.share <= 1 : Number.isSafeInteger(keep.rows) && keep.rows >= 1;
    must(fine, "keep", SHARE, keep);
  }
  if (threshold !== null) must(Number.isFinite(threshold), "threshold", "a finite number", threshold);
  for (const [name, field] of Object.entries({ bestOf, by })) if (field !== null) mustBeField(name, field);
  must(Number.isSafeInteger(seed) && seed >= 0, "seed", "a whole number of at least 0", seed);
  must(["none", "gz", "zst"].includes(compress), "compress", '"none", "gz" or "zst"', compress);
  must(to === null || keptForms.includes(to), "to", `one of ${keptForms.join(", ")}`, to);
  if (by !== null && keep === null) {
    throw new ArgumentError(selectReason("by-without-keep"));
  }
  if (keep === null && threshold === null && bestOf === null) {
    // that labels agree is a decision already
    if (resolved.length === 1 && resolved[0].kind === "match") threshold = 1;
    else throw new ArgumentError(selectReason("nothing-decides"));
  }
  return {
    verifiers: resolved,
    keep: keep === null ? null : "share" in keep ? { share: keep.share } : { rows: keep.rows },
    threshold,
    bestOf,
    by,
    dedupe,
    baseline,
    export: given.export === undefined ? null : resolveExport(given.export),
    compress,
    to,
    seed,
  };
}

function resolveVerifier(spec: VerifierSpec): ResolvedVerifier {
  const weight = spec.weight ?? 1;
  must(weight > 0 && Number.isFinite(weight), "weight", "a number above 0", weight);
  switch (spec.kind) {
    case "score":
      mustBeField("field", spec.field);
      return { kind: "score", field: spec.field, lowest: spec.lowest ?? false, weight };
    case "rouge": {
      const { measure = "rougeL", candidate, reference, stemmer = false, tokenizer = "ascii" } = spec;
      const measures = ["rouge1", "rouge2", "rougeL", "rougeLsum"];
      must(measures.includes(measure), "measure", `one of ${measures.join(", ")}`, measure);
      must(["ascii", "unicode"].includes(tokenizer), "tokenizer", '"ascii" or "unicode"', tokenizer);
      mustBeField("candidate", candidate);
      mustBeField("reference", reference);
      return { kind: "rouge", measure, candidate, reference, stemmer, tokenizer, weight };
    }
    case "perplexity": {
      if ("logprobs" in spec) {
        mustBeField("logprobs", spec.logprobs);
        return { kind: "perplexity", logprobs: spec.logprobs, weight };
      }
      const { model, text, prompt, tokenizer } = spec;
      must(typeof model === "string" && model !== "", "model", "the path of an ARPA file, or logprobs a field", model);
      mustBeField("text", text);
      if (prompt !== undefined) mustBeField("prompt", prompt);
      const known = tokenizer === undefined || tokenizers.includes(tokenizer);
      must(known, "tokenizer", `one of ${tokenizers.join(", ")}`, tokenizer);
      const given = { ...(prompt === undefined ? {} : { prompt }), ...(tokenizer === undefined ? {} : { tokenizer }) };
      return { kind: "perplexity", model, text, ...given, weight };
    }
    case "match":
      mustBeField("label", spec.label);
      mustBeField("against", spec.against);
      return { kind: "match", label: spec.label, against: spec.against, weight };
    case "random":
      return { kind: "random", weight };
    case "module":
      must(typeof spec.file === "string" && spec.file !== "", "file", "the path of an ES module", spec.file);
      return { kind: "module", file: spec.file, weight };
    default:
      spec satisfies never;
      throw outOfRange("kind", "score, rouge, perplexity, match, random or module", (spec as VerifierSpec).kind);
  }
}

function resolveExport({ form, prompt, completion, system }: ExportSpec): ExportSpec {
  must(exportForms.includes(form), "export.form", `one of ${exportForms.join(", ")}`, form);
  mustBeField("export.prompt", prompt);
  mustBeField("export.completion", completion);
  if (system === undefined) return { form, prompt, completion };
  must(
    form !== "prompt-completion",
    "export.system",
    "left out for prompt-completion, which has no place for it",
    system,
  );
  mustBeField("export.system", system);
  return { form, prompt, completion, system };
}

function mustBeField(name: string, field: unknown): void {
  must(typeof field === "string" && field !== "", name, "the name of a field", field);
}

function must(fine: boolean, field: string, expected: string, got: unknown): void {
  if (!fine) throw outOfRange(field, expected, got);
}
