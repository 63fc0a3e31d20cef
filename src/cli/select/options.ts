import { quote } from "../../core/printable.js";
import { nearest } from "../../model/suggest.js";
import type { LanguageModelSpec, RougeSpec, SelectionSettings, VerifierSpec } from "../../node.js";
import type { ExportForm } from "../../select/options.js";
import type { judgeScales } from "../../select/verifiers/kinds.js";
import type { Tolerance } from "../../text/answers.js";
import { UsageError } from "../failure.js";
import { shareOf, wrongFlag } from "../options.js";
import type { AsFlag } from "../rows.js";

/** The options of `pstar select`. */
export interface SelectFlags {
  verifier?: string[];
  field?: string;
  lowest?: boolean;
  candidate?: string;
  reference?: string;
  measure?: string;
  stemmer?: boolean;
  tokenizer?: string;
  logprobs?: string;
  lm?: string;
  text?: string;
  prompt?: string;
  label?: string;
  against?: string;
  answer?: string;
  pattern?: string;
  ignoreCase?: boolean;
  tolerance?: string;
  timeout?: number;
  restarts?: number;
  rubric?: string;
  scale?: (typeof judgeScales)[number];
  maxTokens?: number;
  concurrency?: number;
  answers?: string;
  keep?: { share: number } | { rows: number };
  threshold?: number;
  bestOf?: string;
  by?: string;
  dedupe?: boolean;
  nearDuplicates?: "report" | "drop";
  nearText?: string;
  nearSimilarity?: string;
  baseline?: boolean;
  out?: string;
  compress?: "gz" | "zst";
  to?: "jsonl" | "csv" | "parquet";
  export?: ExportForm;
  completion?: string;
  system?: string;
  chat?: string;
  strict?: boolean;
  restart?: boolean;
  seed: number;
  workers?: number;
  as?: AsFlag;
  format: "table" | "json";
  quiet?: boolean;
}

const NAMES = ["score", "rouge", "perplexity", "match", "exact", "regex", "numeric", "math", "random"] as const;
type Name = (typeof NAMES)[number];

/** The verifier that a flag implies if none is named. */
const TELLING: Partial<Record<keyof SelectFlags, Name>> = {
  field: "score",
  candidate: "rouge",
  reference: "rouge",
  logprobs: "perplexity",
  lm: "perplexity",
  label: "match",
  against: "match",
  pattern: "regex",
};

/** What the command line asks for, as the library takes it. */
export function settingsOf(flags: SelectFlags): SelectionSettings {
  const { keep, threshold, bestOf, by, dedupe, baseline, compress, to, strict, seed } = flags;
  return {
    verifiers: verifiersOf(flags),
    keep,
    threshold,
    bestOf,
    by,
    dedupe,
    nearDuplicates: nearOf(flags),
    baseline,
    compress,
    to,
    strict,
    seed,
    export: exportOf(flags),
    ...(flags.as?.rows !== undefined && { as: flags.as.rows }),
  };
}

function verifiersOf(flags: SelectFlags): VerifierSpec[] {
  if (flags.verifier !== undefined) return flags.verifier.map((text) => verifierOf(text, flags));
  const told = new Set(
    Object.entries(TELLING).flatMap(([flag, name]) => (flags[flag as keyof SelectFlags] === undefined ? [] : [name])),
  );
  const [name, ...others] = told;
  if (name === undefined) {
    throw new UsageError(
      "name what to judge rows by: --field FIELD for a number in them, or --verifier (see: pstar select --help)",
    );
  }
  if (others.length > 0) {
    throw new UsageError(
      `these flags imply ${[...told].join(" and ")}: name them, as in --verifier ${name} --verifier ${others[0]}`,
    );
  }
  return [verifierOf(name, flags)];
}

function verifierOf(text: string, flags: SelectFlags): VerifierSpec {
  const outside = outsideOf(text, flags);
  if (outside !== undefined) return outside;
  const [, named, digits] = /^(.*?)(?::(-?\d+(?:\.\d*)?|-?\.\d+))?$/s.exec(text) ?? [];
  const weight = digits === undefined ? {} : { weight: Number(digits) };
  if (Number(digits) <= 0) throw new UsageError(`the weight of a verifier must be above 0, got ${text}`);
  const [, ownField] = /^score=(.+)$/s.exec(named) ?? [];
  const [, ownPattern] = /^regex=(.+)$/s.exec(named) ?? [];
  const name = ownField !== undefined ? "score" : ownPattern !== undefined ? "regex" : named;
  const needed = (flag: keyof SelectFlags, what: string): string => {
    const value = flags[flag];
    if (typeof value === "string") return value;
    throw new UsageError(`the verifier ${name} needs --${flag} ${what}`);
  };
  switch (name) {
    case "score":
      return { kind: "score", field: ownField ?? flags.field ?? "score", lowest: flags.lowest, ...weight };
    case "rouge":
      return {
        kind: "rouge",
        candidate: flags.candidate ?? "candidate",
        reference: flags.reference ?? "reference",
        measure: flags.measure as RougeSpec["measure"], // the library checks it
        stemmer: flags.stemmer,
        tokenizer: isOfModels(flags.tokenizer) ? undefined : (flags.tokenizer as RougeSpec["tokenizer"]),
        ...weight,
      };
    case "perplexity":
      if (flags.lm === undefined) return { kind: "perplexity", logprobs: flags.logprobs ?? "logprobs", ...weight };
      if (flags.logprobs !== undefined)
        throw new UsageError("--logprobs and --lm are two ways to a perplexity: choose one");
      return {
        kind: "perplexity",
        model: flags.lm,
        text: needed("text", "FIELD"),
        // with --export the prompt is that of the exported rows, and the model scores the text alone
        prompt: flags.export === undefined ? flags.prompt : undefined,
        tokenizer: isOfModels(flags.tokenizer) ? (flags.tokenizer as LanguageModelSpec["tokenizer"]) : undefined,
        ...weight,
      };
    case "match":
      return { kind: "match", label: needed("label", "FIELD"), against: needed("against", "FIELD"), ...weight };
    case "exact":
      return { kind: "exact", ...compared(flags), ignoreCase: flags.ignoreCase, ...weight };
    case "numeric":
    case "math":
      return { kind: name, ...compared(flags), tolerance: toleranceOf(flags), ...weight };
    case "regex":
      return {
        kind: "regex",
        text: flags.text ?? flags.answer ?? "text",
        pattern: ownPattern ?? needed("pattern", "'EXPRESSION'"),
        ignoreCase: flags.ignoreCase,
        ...weight,
      };
    case "random":
      return { kind: "random", ...weight };
    default:
      if (/[\\/.]/.test(name)) return { kind: "module", file: name, ...weight };
      throw unknownVerifier(name, text);
  }
}

/** `cmd: COMMAND` and `judge:URL#MODEL`, in which a colon is part of the command or the model. */
function outsideOf(text: string, flags: SelectFlags): VerifierSpec | undefined {
  const patience = flags.timeout === undefined ? {} : { timeout: 1000 * flags.timeout };
  if (text.startsWith("cmd:")) {
    return { kind: "command", command: text.slice(4).trim(), restarts: flags.restarts, ...patience };
  }
  if (!text.startsWith("judge:")) return undefined;
  const [, url, model] = /^judge:([^#]+)#(.+)$/s.exec(text) ?? [];
  if (url === undefined)
    throw new UsageError(
      `--verifier judge must be judge:URL#MODEL, such as judge:http://localhost:8000/v1#qwen, got ${quote(text)}`,
    );
  const { rubric, scale, maxTokens } = flags;
  return { kind: "judge", url, model, rubric, scale, maxTokens, ...patience };
}

function nearOf({
  nearDuplicates: action,
  nearText,
  nearSimilarity,
}: SelectFlags): SelectionSettings["nearDuplicates"] {
  if (action === undefined) {
    if ((nearText ?? nearSimilarity) !== undefined)
      throw new UsageError(
        "--near-text and --near-similarity go with --near-duplicates report or --near-duplicates drop",
      );
    return undefined;
  }
  return {
    action,
    ...(nearText !== undefined && { field: nearText }),
    ...(nearSimilarity !== undefined && {
      similarity: shareOf("--near-similarity", nearSimilarity, "a share from 0.5 to 1, such as 0.8 or 80%"),
    }),
  };
}

function compared({ answer = "answer", reference = "reference" }: SelectFlags) {
  return { answer, reference };
}

/** `0.01`, or `1%` of the reference. */
function toleranceOf({ tolerance: text }: SelectFlags): Tolerance | undefined {
  if (text === undefined) return undefined;
  const expected = "a number of at least 0, or percents of the reference such as 1%";
  const value = shareOf("--tolerance", text, expected);
  if (!(value >= 0)) throw wrongFlag("--tolerance", expected, text);
  return text.endsWith("%") ? { relative: value } : { absolute: value };
}

function unknownVerifier(name: string, text: string): UsageError {
  const meant = nearest(name, NAMES);
  const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
  return new UsageError(
    `--verifier must be ${NAMES.join(", ")}, 'cmd: COMMAND', judge:URL#MODEL or the path of a module, got ${quote(text)}${hint}`,
  );
}

function isOfModels(tokenizer: string | undefined): boolean {
  return tokenizer === "words" || tokenizer === "characters" || tokenizer === "spaces";
}

function exportOf({ export: form, prompt, completion, system, chat }: SelectFlags): SelectionSettings["export"] {
  if (form === undefined) {
    if (completion !== undefined || system !== undefined || chat !== undefined)
      throw new UsageError("--completion, --system and --chat go with --export");
    return undefined;
  }
  if (chat !== undefined) {
    if (prompt !== undefined || completion !== undefined || system !== undefined)
      throw new UsageError("--chat goes without --prompt, --completion and --system: a chat has them all");
    return { form, chat };
  }
  if (prompt === undefined || completion === undefined) {
    throw new UsageError("--export needs --prompt FIELD and --completion FIELD, or --chat FIELD");
  }
  return { form, prompt, completion, system };
}
