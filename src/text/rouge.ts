import { outOfRange } from "../core/errors.js";
import { ROUGE_WIDTH, rougeScores } from "../core/text.js";
import type { TextCore } from "../core/textCore.js";
import { matching } from "./tokenizer.js";

/** How much two texts have in common: of the candidate's tokens, of the reference's, and the harmonic mean; each in [0, 1]. */
export interface RougeScore {
  precision: number;
  recall: number;
  f: number;
}

export interface Rouge {
  /** Tokens, each counted as often as in the text where it is rarer. */
  rouge1: RougeScore;
  /** Pairs of neighbouring tokens. */
  rouge2: RougeScore;
  /** The longest common subsequence of the whole texts. */
  rougeL: RougeScore;
  /** The union of the longest common subsequences of their lines, which stand for sentences. */
  rougeLsum: RougeScore;
}

export interface RougeOptions {
  /** Whether tokens of more than three letters count by their Porter stem (that of NLTK). Default false. */
  stemmer?: boolean;
  /**
   * `ascii`, the default, reads [a-z0-9] as the reference implementation does, and drops all other letters. `unicode` reads
   * letters, marks and numbers of every script; each letter by itself where words are written without spaces.
   */
  tokenizer?: "ascii" | "unicode";
}

/** Where the numbers of a pair stand in the rows of {@link rougeBatch}, of {@link ROUGE_WIDTH} numbers each. */
export const ROUGE_COLUMNS = {
  rouge1: { precision: 0, recall: 1, f: 2 },
  rouge2: { precision: 3, recall: 4, f: 5 },
  rougeL: { precision: 6, recall: 7, f: 8 },
  rougeLsum: { precision: 9, recall: 10, f: 11 },
} as const;

export { ROUGE_WIDTH };

const TOKENIZERS: unknown[] = ["ascii", "unicode"];

/**
 * ROUGE-1, -2, -L and -Lsum of a candidate against a reference, or of many pairs at once, with the numbers of the
 * reference implementation; sentences are lines, for -Lsum.
 *
 * @param candidate A text, or an array of them.
 * @param reference As many texts.
 * @param options `stemmer` counts tokens by their Porter stem, default false; `tokenizer` is `ascii`, which reads [a-z0-9] only, or `unicode`.
 * @throws ArgumentError if a text is not a string, there are not as many references as candidates, or an option is wrong.
 * @example rouge(core, "the cat sat", "the cat sat on the mat").rougeL.f // 0.6666666666666666
 * @see Lin, ROUGE: A Package for Automatic Evaluation of Summaries, 2004; google-research rouge_score
 */
export function rouge(core: TextCore, candidate: string, reference: string, options?: RougeOptions): Rouge;
export function rouge(
  core: TextCore,
  candidates: readonly string[],
  references: readonly string[],
  options?: RougeOptions,
): Rouge[];
export function rouge(
  core: TextCore,
  candidate: string | readonly string[],
  reference: string | readonly string[],
  options?: RougeOptions,
): Rouge | Rouge[];
export function rouge(
  core: TextCore,
  candidate: string | readonly string[],
  reference: string | readonly string[],
  options: RougeOptions = {},
): Rouge | Rouge[] {
  if (typeof candidate === "string") {
    if (typeof reference !== "string") throw outOfRange("reference", "a string, as candidate is", reference);
    return rougeAt(rougeBatch(core, [candidate], [reference], options), 0);
  }
  if (!Array.isArray(candidate)) throw outOfRange("candidate", "a string or an array of strings", candidate);
  const scores = rougeBatch(core, candidate, reference as readonly string[], options);
  return candidate.map((_, pair) => rougeAt(scores, pair));
}

/**
 * ROUGE of many pairs in one array, row-major n × 12; {@link ROUGE_COLUMNS} says what stands where.
 *
 * @throws ArgumentError if there are not as many references as candidates, one is not a string, or an option is wrong.
 */
export function rougeBatch(
  core: TextCore,
  candidates: readonly string[],
  references: readonly string[],
  options: RougeOptions = {},
): Float64Array {
  const { stemmer, tokenizer } = checkOptions(options);
  checkTexts("candidate", candidates);
  checkTexts("reference", references);
  if (references.length !== candidates.length) {
    throw outOfRange("reference", `of as many texts as candidate, ${candidates.length}`, references.length);
  }
  const separated = tokenizer === "unicode";
  const texts = separated ? [candidates.map(unicodeTokens), references.map(unicodeTokens)] : [candidates, references];
  return rougeScores(core, texts[0], texts[1], { stemmer, separated });
}

/** The scores of one pair of a batch. */
export function rougeAt(scores: Float64Array, pair: number): Rouge {
  const of = ({ precision, recall, f }: RougeScore): RougeScore => {
    const row = ROUGE_WIDTH * pair;
    return { precision: scores[row + precision], recall: scores[row + recall], f: scores[row + f] };
  };
  return {
    rouge1: of(ROUGE_COLUMNS.rouge1),
    rouge2: of(ROUGE_COLUMNS.rouge2),
    rougeL: of(ROUGE_COLUMNS.rougeL),
    rougeLsum: of(ROUGE_COLUMNS.rougeLsum),
  };
}

function checkOptions(options: RougeOptions): Required<RougeOptions> {
  if (typeof options !== "object" || options === null) throw outOfRange("options", "an object", options);
  const unknown = Object.keys(options).find((name) => name !== "stemmer" && name !== "tokenizer");
  if (unknown !== undefined) throw outOfRange("options", "of stemmer and tokenizer", unknown);
  const { stemmer = false, tokenizer = "ascii" } = options;
  if (typeof stemmer !== "boolean") throw outOfRange("stemmer", "true or false", stemmer);
  if (!TOKENIZERS.includes(tokenizer)) throw outOfRange("tokenizer", "one of ascii, unicode", tokenizer);
  return { stemmer, tokenizer };
}

function checkTexts(field: string, texts: readonly string[]): void {
  if (!Array.isArray(texts)) throw outOfRange(field, "an array of strings", texts);
  for (let i = 0; i < texts.length; i++) {
    if (typeof texts[i] !== "string") throw outOfRange(`${field}[${i}]`, "a string", texts[i]);
  }
}

/** Letters of scripts that are written without spaces between words: of these each one is a token, with its marks. */
const ALONE =
  /(?=\p{L}|\p{Nl})[\p{Script_Extensions=Han}\p{Script_Extensions=Hiragana}\p{Script_Extensions=Katakana}\p{Script_Extensions=Thai}\p{Script_Extensions=Lao}\p{Script_Extensions=Khmer}\p{Script_Extensions=Myanmar}]\p{M}*/gu;

/** What is in no token; a mark that stands on no letter or number is not a token, such as the one that colours an emoji. */
const BETWEEN = /[^\p{L}\p{M}\p{N}\n]+|(?<![\p{L}\p{M}\p{N}])\p{M}+/gu;

/** Joiners shape the letters beside them, in Persian or Bengali for instance, and part no word. */
const JOINERS = /[\u200c\u200d]+/g;

/**
 * The tokens of a text in any script, in lower case, with spaces between; ends of lines stay.
 *
 * A token is a run of letters, marks and numbers, in the composed form (NFC). Han, kana, Thai, Lao, Khmer and Burmese are
 * written without spaces, and finding their words takes a dictionary: each letter with its marks is a token there.
 *
 * @example unicodeTokens("Ça va, 東京タワー?") // "ça va   東  京  タ  ワ  ー  "
 */
export function unicodeTokens(text: string): string {
  const lower = text.toLowerCase().normalize("NFC");
  return matching(() => lower.replace(JOINERS, "").replace(BETWEEN, " ").replace(ALONE, " $& "));
}
