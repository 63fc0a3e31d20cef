import { RE2JS } from "re2js";
import type * as zod from "zod/mini";
import { integerIn, numberIn, outOfRange } from "../../core/errors.js";
import { LabelReader } from "../../rows/labels.js";
import type { Tolerance } from "../../text/answers.js";
import { tokenizers } from "../../text/tokenizer.js";
import type { CommandSpec } from "./command.js";
import type { ExactSpec, MatchSpec, MathSpec, NumericSpec, RegexSpec, RougeSpec, ScoreSpec } from "./fields.js";
import type { JudgeScale, JudgeSpec } from "./judge.js";
import type { ModuleSpec } from "./module.js";
import type { LanguageModelSpec, LogprobsSpec } from "./perplexity.js";
import type { Scorer, ScorerContext, Weighted } from "./scorer.js";

// A verifier is a type and a class in a file beside this one, and an entry of `kinds`; the command line gives it its flags.

/** The scales of a judge. */
export const judgeScales = ["1-5", "yes-no"] as const satisfies readonly JudgeScale[];

/** Chance, which any verifier should beat. */
export interface RandomSpec extends Weighted {
  kind: "random";
}

export type VerifierSpec =
  | ScoreSpec
  | RougeSpec
  | LogprobsSpec
  | LanguageModelSpec
  | MatchSpec
  | ExactSpec
  | RegexSpec
  | NumericSpec
  | MathSpec
  | CommandSpec
  | JudgeSpec
  | RandomSpec
  | ModuleSpec;

/** A verifier with every default filled in. */
export type ResolvedVerifier = VerifierSpec & { weight: number };

type Zod = typeof zod;

interface VerifierKind<S extends VerifierSpec> {
  /** The fields of its JSON; several forms if there are several ways to ask for it. A thread that scores has no use for zod. */
  forms(z: Zod): readonly zod.core.$ZodLooseShape[];
  /** Checks the settings and fills in the defaults. @throws ArgumentError */
  resolve(spec: S): S;
  /** The fields of a row that it reads, as far as they are known. */
  fields(spec: S): readonly (string | undefined)[];
  isLowest?(spec: S): boolean;
  /** Its score is a decision: unless something else decides, rows of score 1 are kept. */
  decides?(spec: S): boolean;
  /** That no row has a score is the fault of the question. */
  mustScore?: true;
  /** Asks outside of this process, by one scorer for all rows; it wants to know the number of a row in the file. */
  isOutside?: true;
  wantsRowNumbers?: true;
  /** Bytes of rows that are scored and written down together; left out, as many as read fastest. */
  blockSize?: number;
  /** The files whose content decides as well. */
  sources?(spec: S): readonly string[];
  /** What changes of it are called by; left out, its kind. */
  nameOf?(spec: S): string;
  /** Finds a mistake in what it needs before anything is done. */
  check?(spec: S): Promise<void>;
  /** Its scorer; undefined if it reads nothing of a row. */
  create(spec: S, context: ScorerContext): Promise<Scorer | undefined>;
}

const SMALL = 1 << 16;
const MEDIUM = 1 << 20;

const flag = (z: Zod) => z.optional(z.boolean());
const count = (z: Zod) => z.optional(z.int());
const tolerance = (z: Zod) =>
  z.optional(z.union([z.strictObject({ absolute: z.number() }), z.strictObject({ relative: z.number() })]));
const compared = (z: Zod) => ({ answer: z.string(), reference: z.string() });

/** All verifiers there are. */
export const kinds: { readonly [K in VerifierSpec["kind"]]: VerifierKind<Extract<VerifierSpec, { kind: K }>> } = {
  score: {
    forms: (z) => [{ field: z.string(), lowest: flag(z), decision: flag(z) }],
    resolve({ field, lowest = false, decision }) {
      new LabelReader(fieldNamed("field", field));
      return { kind: "score", field, lowest, ...(decision !== undefined && { decision }) };
    },
    fields: ({ field }) => [new LabelReader(field).field],
    isLowest: ({ lowest = false }) => lowest,
    decides: ({ field, lowest, decision = new LabelReader(field).isRule }) => decision && !lowest,
    mustScore: true,
    async create({ field, decision }) {
      const { DecisionScorer, NumberScorer } = await import("./fields.js");
      return decision ? new DecisionScorer(field) : new NumberScorer(field);
    },
  },
  rouge: {
    forms: (z) => [
      {
        measure: z.optional(z.enum(["rouge1", "rouge2", "rougeL", "rougeLsum"])),
        candidate: z.string(),
        reference: z.string(),
        stemmer: flag(z),
        tokenizer: z.optional(z.enum(["ascii", "unicode"])),
      },
    ],
    resolve({ measure = "rougeL", candidate, reference, stemmer = false, tokenizer = "ascii" }) {
      const measures = ["rouge1", "rouge2", "rougeL", "rougeLsum"];
      must(measures.includes(measure), "measure", `one of ${measures.join(", ")}`, measure);
      must(["ascii", "unicode"].includes(tokenizer), "tokenizer", '"ascii" or "unicode"', tokenizer);
      fieldNamed("candidate", candidate);
      fieldNamed("reference", reference);
      return { kind: "rouge", measure, candidate, reference, stemmer, tokenizer };
    },
    fields: ({ candidate, reference }) => [candidate, reference],
    blockSize: MEDIUM,
    create: async (spec, { core }) => new (await import("./fields.js")).RougeScorer(core, spec),
  },
  perplexity: {
    forms: (z) => [
      { logprobs: z.string() },
      {
        model: z.string(),
        text: z.string(),
        prompt: z.optional(z.string()),
        tokenizer: z.optional(z.enum(tokenizers)),
      },
    ],
    resolve(spec) {
      if ("logprobs" in spec) return { kind: "perplexity", logprobs: fieldNamed("logprobs", spec.logprobs) };
      const { model, text, prompt, tokenizer } = spec;
      must(typeof model === "string" && model !== "", "model", "the path of an ARPA file, or logprobs a field", model);
      fieldNamed("text", text);
      if (prompt !== undefined) fieldNamed("prompt", prompt);
      const known = tokenizer === undefined || tokenizers.includes(tokenizer);
      must(known, "tokenizer", `one of ${tokenizers.join(", ")}`, tokenizer);
      const given = { ...(prompt === undefined ? {} : { prompt }), ...(tokenizer === undefined ? {} : { tokenizer }) };
      return { kind: "perplexity", model, text, ...given };
    },
    fields: (spec) => ("logprobs" in spec ? [spec.logprobs] : [spec.text, spec.prompt]),
    isLowest: () => true,
    blockSize: MEDIUM,
    sources: (spec) => ("model" in spec ? [spec.model] : []),
    async create(spec, { core }) {
      const { LanguageModelScorer, PerplexityScorer } = await import("./perplexity.js");
      return "logprobs" in spec ? new PerplexityScorer(core, spec.logprobs) : LanguageModelScorer.load(spec);
    },
  },
  match: {
    forms: (z) => [{ label: z.string(), against: z.string() }],
    resolve: ({ label, against }) => ({
      kind: "match",
      label: fieldNamed("label", label),
      against: fieldNamed("against", against),
    }),
    fields: ({ label, against }) => [label, against],
    decides: () => true,
    create: async ({ label, against }) => new (await import("./fields.js")).MatchScorer(label, against),
  },
  exact: {
    forms: (z) => [{ ...compared(z), ignoreCase: flag(z) }],
    resolve: (spec) => ({ kind: "exact", ...comparedFields(spec), ignoreCase: spec.ignoreCase ?? false }),
    fields: ({ answer, reference }) => [answer, reference],
    decides: () => true,
    create: async (spec) => new (await import("./fields.js")).ExactScorer(spec),
  },
  regex: {
    forms: (z) => [{ text: z.string(), pattern: z.string(), ignoreCase: flag(z) }],
    resolve({ text, pattern, ignoreCase = false }) {
      fieldNamed("text", text);
      must(typeof pattern === "string" && pattern !== "", "pattern", "a regular expression", pattern);
      compiled({ pattern, ignoreCase });
      return { kind: "regex", text, pattern, ignoreCase };
    },
    fields: ({ text }) => [text],
    decides: () => true,
    create: async (spec) => new (await import("./fields.js")).RegexScorer(spec, compiled(spec)),
  },
  numeric: {
    forms: (z) => [{ ...compared(z), tolerance: tolerance(z) }],
    resolve: (spec) => ({ kind: "numeric", ...comparedFields(spec), tolerance: toleranceOf(spec) }),
    fields: ({ answer, reference }) => [answer, reference],
    decides: () => true,
    mustScore: true,
    create: async (spec) => new (await import("./fields.js")).AnswerScorer(spec),
  },
  math: {
    forms: (z) => [{ ...compared(z), tolerance: tolerance(z) }],
    resolve: (spec) => ({ kind: "math", ...comparedFields(spec), tolerance: toleranceOf(spec) }),
    fields: ({ answer, reference }) => [answer, reference],
    decides: () => true,
    mustScore: true,
    create: async (spec) => new (await import("./fields.js")).AnswerScorer(spec),
  },
  command: {
    forms: (z) => [{ command: z.string(), timeout: count(z), restarts: count(z) }],
    resolve({ command, timeout = 60_000, restarts = 3 }) {
      must(typeof command === "string" && command.trim() !== "", "command", "a command for the shell", command);
      integerIn("timeout", timeout, 1, 86_400_000);
      integerIn("restarts", restarts, 0, 100);
      return { kind: "command", command, timeout, restarts };
    },
    fields: () => [],
    mustScore: true,
    isOutside: true,
    wantsRowNumbers: true,
    blockSize: SMALL,
    nameOf: ({ command }) => command,
    create: async (spec, { signal }) => new (await import("./command.js")).CommandScorer(spec, signal),
  },
  judge: {
    forms: (z) => [
      {
        url: z.string(),
        model: z.string(),
        rubric: z.optional(z.string()),
        scale: z.optional(z.enum(judgeScales)),
        maxTokens: count(z),
        timeout: count(z),
      },
    ],
    resolve({ url, model, rubric, scale = "1-5", maxTokens = 512, timeout = 120_000 }) {
      must(
        typeof url === "string" && /^https?:\/\//.test(url),
        "url",
        "an address that begins with http:// or https://",
        url,
      );
      must(typeof model === "string" && model !== "", "model", "the name of a model", model);
      must(
        rubric === undefined || (typeof rubric === "string" && rubric !== ""),
        "rubric",
        "the path of a text",
        rubric,
      );
      must(judgeScales.includes(scale), "scale", `one of ${judgeScales.join(", ")}`, scale);
      integerIn("maxTokens", maxTokens, 1, 100_000);
      integerIn("timeout", timeout, 1, 3_600_000);
      return { kind: "judge", url, model, ...(rubric === undefined ? {} : { rubric }), scale, maxTokens, timeout };
    },
    fields: () => [],
    mustScore: true,
    isOutside: true,
    blockSize: SMALL,
    sources: ({ rubric }) => (rubric === undefined ? [] : [rubric]),
    nameOf: ({ url, model }) => `${url}#${model}`,
    check: async (spec) => void (await (await import("./judge.js")).JudgeScorer.load(spec, {})),
    create: async (spec, context) => (await import("./judge.js")).JudgeScorer.load(spec, context),
  },
  random: {
    forms: () => [{}],
    resolve: () => ({ kind: "random" }),
    fields: () => [],
    create: async () => undefined,
  },
  module: {
    forms: (z) => [{ file: z.string() }],
    resolve({ file }) {
      must(typeof file === "string" && file !== "", "file", "the path of an ES module", file);
      return { kind: "module", file };
    },
    fields: () => [],
    wantsRowNumbers: true,
    blockSize: SMALL,
    sources: ({ file }) => [file],
    nameOf: ({ file }) => file,
    check: async ({ file }) => void (await (await import("./module.js")).loadVerifier(file)),
    create: async ({ file }, { seed }) => (await import("./module.js")).ModuleScorer.load(file, seed),
  },
};

/** The entry of a verifier. @throws ArgumentError if there is none of its kind. */
export function kindOf<S extends VerifierSpec>(spec: S): VerifierKind<S> {
  if (!Object.hasOwn(kinds, spec?.kind))
    throw outOfRange("kind", `one of ${Object.keys(kinds).join(", ")}`, spec?.kind);
  return kinds[spec.kind] as unknown as VerifierKind<S>;
}

/** @throws ArgumentError if a setting of the verifier is out of its range. */
export function resolveVerifier(spec: VerifierSpec): ResolvedVerifier {
  const { weight = 1 } = spec;
  const resolved = kindOf(spec).resolve(spec);
  must(weight > 0 && Number.isFinite(weight), "weight", "a number above 0", weight);
  return { ...resolved, weight };
}

/** The pattern of a verifier. @throws ArgumentError if it is not one of RE2's. */
function compiled({ pattern, ignoreCase = false }: Pick<RegexSpec, "pattern" | "ignoreCase">): RE2JS {
  try {
    return RE2JS.compile(pattern, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
  } catch (error) {
    throw outOfRange("pattern", `a regular expression of RE2's syntax (${(error as Error).message})`, pattern);
  }
}

function comparedFields({ answer, reference }: { answer: string; reference: string }) {
  return { answer: fieldNamed("answer", answer), reference: fieldNamed("reference", reference) };
}

function toleranceOf({ tolerance = { absolute: 0 } }: { tolerance?: Tolerance }): Tolerance {
  if ("relative" in tolerance) return { relative: numberIn("tolerance", tolerance.relative, 0, 1e300) };
  return { absolute: numberIn("tolerance", tolerance.absolute, 0, 1e300) };
}

/** @throws ArgumentError unless it is the name of a field. */
export function fieldNamed(name: string, field: string): string {
  must(typeof field === "string" && field !== "", name, "the name of a field", field);
  return field;
}

export function must(fine: boolean, field: string, expected: string, got: unknown): void {
  if (!fine) throw outOfRange(field, expected, got);
}
