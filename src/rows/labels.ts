import { ArgumentError } from "../core/errors.js";
import { type FieldOf, fieldOf, isMissing, numberIn, type Row } from "./field.js";
import { rowReason } from "./reasons.js";

/** What the words of a file mean, beside those that everybody uses. Upper and lower case are one. */
export interface LabelWords {
  /** Values that mean yes. */
  true?: readonly string[];
  /** Values that mean no. */
  false?: readonly string[];
  /** Values that mean that there is no label, decision, score or weight. */
  missing?: readonly string[];
}

/** A value that is neither yes, nor no, nor missing. */
export const NOT_UNDERSTOOD = Symbol("not understood");
export type Answer = boolean | null | typeof NOT_UNDERSTOOD;

/** The words for yes and no that are known everywhere: the command line, the page and the library. */
const WORDS = {
  true: [
    ...["true", "t", "1", "yes", "y", "correct", "c", "right", "ok", "good", "valid", "pass", "passed"],
    ...["accept", "accepted", "keep", "kept", "select", "selected"],
    ...["对", "正确", "真", "是", "好", "有效", "通过", "合格", "接受", "保留", "✓", "✔", "✅"],
  ],
  false: [
    ...["false", "f", "0", "no", "n", "incorrect", "i", "wrong", "bad", "invalid", "fail", "failed"],
    ...["reject", "rejected", "drop", "dropped", "discard", "discarded"],
    ...["错", "错误", "不正确", "假", "否", "坏", "无效", "不通过", "未通过", "不合格", "拒绝", "丢弃", "✗", "✘", "❌"],
  ],
} as const;

const KNOWN = new Map<string, boolean>([
  ...WORDS.true.map((word) => [word, true] as const),
  ...WORDS.false.map((word) => [word, false] as const),
]);

/**
 * Reads yes or no from a field, or by a rule about one.
 *
 * The expression is the name of a field or a dotted path; or a rule: `rating >= 4`, `grade in [C, P]`, `grade not in [I]`,
 * `split = test`. A field whose own name reads like a rule goes first. 1 and −1 are yes and no, as labels are coded in the
 * paper, if a file has exactly these two values: whether it does is known at its end ({@link LabelReader.doubtful}).
 */
export class LabelReader {
  /** The field that is read. */
  readonly field: string;
  readonly #whole: FieldOf;
  readonly #of: FieldOf;
  readonly #rule: Rule | null;
  readonly #words: ReadonlyMap<string, boolean>;
  readonly #missing: ReadonlySet<string>;
  /** Rows by the codes of one letter or digit that were read: one column has one pair of them. */
  readonly #codes = new Map<string, { rows: number; line: number }>();
  /** Words of the file's own leave the coding by signs out. */
  readonly #ownWords: boolean;
  readonly #counts = { yes: 0, no: 0, nothing: 0, nothingLine: 0 };
  readonly #minus = { rows: 0, line: 0, alone: true, ones: false };
  /** Whether the rule holds for any row; if it names values, which others were read until then. */
  #met = false;
  readonly #others = new Others();
  /** Rows by the words that were understood, and where each was read first. */
  readonly understood = new Map<string, { means: boolean; rows: number; line: number }>();

  /** @throws ArgumentError if the rule cannot be read, or a word has two meanings. */
  constructor(expression: string, words: LabelWords = {}) {
    const rule = ruleOf(expression);
    this.field = rule?.field ?? expression;
    this.#whole = fieldOf(expression);
    this.#of = fieldOf(this.field);
    this.#rule = rule;
    this.#words = wordsOf(words);
    this.#missing = missingWords(words);
    this.#ownWords = (words.true ?? words.false) !== undefined;
  }

  /** The value that is read. */
  value(row: Row): unknown {
    return this.#ruled(row) ? this.#of(row) : this.#whole(row);
  }

  /**
   * @param line Where the row is, for the account of what is not understood.
   * @param rows How many rows there are of it.
   */
  answer(row: Row, line: number, rows = 1): Answer {
    const answer = this.#answer(row, line, rows);
    if (answer === null) {
      if (this.#counts.nothing === 0) this.#counts.nothingLine = line;
      this.#counts.nothing += rows;
    } else if (answer !== NOT_UNDERSTOOD) this.#counts[answer ? "yes" : "no"] += rows;
    return answer;
  }

  /** Whether the expression is a rule about a field. */
  get isRule(): boolean {
    return this.#rule !== null;
  }

  /** Rows by the words that were read, −1 among them. */
  counted(): [word: string, rows: number][] {
    const words = [...this.understood].map(([word, { rows }]): [string, number] => [word, rows]);
    return this.#minus.rows === 0 ? words : [...words, ["-1", this.#minus.rows]];
  }

  #answer(row: Row, line: number, rows: number): Answer {
    const value = this.value(row);
    if (isMissing(value)) return null;
    if (typeof value === "object") return NOT_UNDERSTOOD;
    if (this.#missing.size > 0 && this.#missing.has(wordOf(value))) return null;
    if (this.#rule !== null && this.#ruled(row)) {
      const holds = this.#rule.holds(value);
      if (holds === true) this.#met = true;
      else if (this.#rule.names && !this.#met) this.#others.add(wordOf(value), line, rows);
      return holds;
    }
    const word = wordOf(value);
    if (!this.#ownWords && word === "-1") {
      if (this.#minus.rows === 0) this.#minus.line = line;
      this.#minus.rows += rows;
      return false;
    }
    if (word === "1") this.#minus.ones = true;
    else this.#minus.alone = false;
    const means = this.#words.get(word);
    if (means === undefined) return NOT_UNDERSTOOD;
    if (word.length === 1 && !this.#ownWords && typeof value !== "boolean" && PAIR_OF[word] !== undefined) {
      const code = this.#codes.get(word);
      if (code === undefined) this.#codes.set(word, { rows, line });
      else code.rows += rows;
    }
    const known = this.understood.get(word);
    if (known === undefined) this.understood.set(word, { means, rows, line });
    else known.rows += rows;
    return means;
  }

  /**
   * Rows with nothing in the field, if they are many and all others say the same, yes or no: whether nothing is the other answer, as
   * if only kept rows were marked, cannot be told. Undefined if there are not so many.
   */
  get unmarked(): { rows: number; line: number } | undefined {
    const { yes, no, nothing, nothingLine } = this.#counts;
    return nothing > LEAST_UNMARKED * (yes + no + nothing) && (yes === 0) !== (no === 0)
      ? { rows: nothing, line: nothingLine }
      : undefined;
  }

  /** Whether the expression is a rule for this row, and not a field of it. */
  #ruled(row: Row): boolean {
    return this.#rule !== null && this.#whole(row) === undefined;
  }

  /**
   * Values that nothing gives a meaning: −1 in a file that is not coded by 1 and −1 alone; letters of another pair than most
   * rows have, as N among 1 and 0 may be *no* or *not labelled*, and C and F may be grades; and a third value, as *ok* between
   * *good* and *bad*, or *invalid* beside *yes* and *no*; and all values of a field of which a rule names others, that no row has.
   */
  get doubtful(): { word: string; rows: number; line: number }[] {
    const others = this.#met ? [] : this.#others.all();
    if (others.length > 0) return others;
    const { rows, line, alone, ones } = this.#minus;
    const found = rows === 0 || (alone && ones) ? [] : [{ word: "-1", rows, line }];
    return [...found, ...this.#otherLetters(), ...this.#thirdValues()];
  }

  #otherLetters(): { word: string; rows: number; line: number }[] {
    const pairs = new Map<string, number>();
    for (const [word, { rows }] of this.#codes) {
      const pair = PAIR_OF[word] as string;
      pairs.set(pair, (pairs.get(pair) ?? 0) + rows);
    }
    if (pairs.size < 2) return [];
    const [main] = [...pairs].reduce((a, b) => (b[1] > a[1] ? b : a));
    return [...this.#codes].filter(([word]) => PAIR_OF[word] !== main).map(([word, of]) => ({ word, ...of }));
  }

  /** Words of a family of which the other answer is in no row, if the same answer is given in a word of another family as well. */
  #thirdValues(): { word: string; rows: number; line: number }[] {
    if (this.#ownWords) return [];
    const said = [...this.understood].map(([word, of]) => ({ word, ...of, family: FAMILY_OF.get(word) }));
    return said.filter(({ means, family }) => {
      if (family === undefined) return false;
      const isWhole = said.some((other) => other.family === family && other.means !== means);
      return !isWhole && said.some((other) => other.family !== family && other.means === means);
    });
  }
}

/** Words other than those that a rule names: so many of them that a reader sees what there is. */
class Others {
  readonly #words = new Map<string, { rows: number; line: number }>();

  add(word: string, line: number, rows: number): void {
    const known = this.#words.get(word);
    if (known !== undefined) known.rows += rows;
    else if (this.#words.size < MOST_OTHERS) this.#words.set(word, { rows, line });
  }

  all(): { word: string; rows: number; line: number }[] {
    return [...this.#words].map(([word, of]) => ({ word, ...of }));
  }
}

const MOST_OTHERS = 50;

/** Codes of one letter or digit, and the pair that each belongs to. */
const PAIR_OF: Readonly<Record<string, string>> = Object.fromEntries(
  ["10", "tf", "yn", "ci"].flatMap((pair) => [...pair].map((word) => [word, pair])),
);

/**
 * Words by what they speak of. A column in which one answer has words of two families, and one of these is not used for the other
 * answer, has three values and not two. Words that say plainly true or false, yes or no belong to none.
 */
const FAMILY_OF: ReadonlyMap<string, string> = new Map(
  [
    ["correct", "right", "incorrect", "wrong", "正确", "错误", "不正确"],
    ["ok"],
    ["good", "bad"],
    ["好", "坏"],
    ["valid", "invalid"],
    ["有效", "无效"],
    ["pass", "passed", "fail", "failed"],
    ["通过", "不通过", "未通过"],
    ["合格", "不合格"],
    [
      "accept",
      "accepted",
      "keep",
      "kept",
      "select",
      "selected",
      "reject",
      "rejected",
      "drop",
      "dropped",
      "discard",
      "discarded",
    ],
    ["接受", "保留", "拒绝", "丢弃"],
  ].flatMap((words) => words.map((word) => [word, words[0] as string] as const)),
);

/** A smaller share of rows without a value is a matter of single rows, which are counted and named. */
const LEAST_UNMARKED = 0.25;

/** The words of {@link LabelWords.missing}, as {@link wordOf} writes them. */
export function missingWords({ missing = [] }: LabelWords): ReadonlySet<string> {
  return new Set(missing.map(wordOf));
}

/** A value as a word to look up: `1`, `"1.0"` and `1.0` are one, and so are `Yes` and `yes`. */
export function wordOf(value: unknown): string {
  const text = String(value).trim().toLowerCase();
  const number = typeof value === "boolean" ? undefined : numberIn(value);
  return number === undefined || number === null || typeof value === "bigint" ? text : String(number);
}

function wordsOf({ true: yes = [], false: no = [], missing = [] }: LabelWords): ReadonlyMap<string, boolean> {
  const words = new Map(KNOWN);
  const own = new Map<string, string>();
  for (const [meaning, list] of Object.entries({ true: yes, false: no, missing })) {
    for (const word of list) {
      const before = own.get(wordOf(word));
      if (before !== undefined && before !== meaning) {
        const meanings = [before, meaning];
        throw new ArgumentError(rowReason("word-of-two-meanings", { word: JSON.stringify(word), meanings }), {
          field: meaning,
        });
      }
      own.set(wordOf(word), meaning);
      if (meaning !== "missing") words.set(wordOf(word), meaning === "true");
    }
  }
  return words;
}

interface Rule {
  field: string;
  /** Whether it names the values that mean yes. */
  names: boolean;
  holds(value: unknown): Answer;
}

const COMPARISONS: Record<string, (a: number, b: number) => boolean> = {
  ">=": (a, b) => a >= b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  "<": (a, b) => a < b,
};

/** The parts of `grade in [C, P]` and `grade not in [I]`; null if it is something else. */
function membershipIn(expression: string): { among: string; not: boolean; list: string } | null {
  const words = expression.toLowerCase();
  if (!words.endsWith("]")) return null;
  for (let bracket = words.indexOf("["); bracket >= 0; bracket = words.indexOf("[", bracket + 1)) {
    let end = bracket;
    while (end > 0 && /\s/.test(words[end - 1] as string)) end--;
    if (!/^\sin$/.test(words.slice(Math.max(0, end - 3), end))) continue;
    const before = expression.slice(0, end - 2).trimEnd();
    const not = /^\snot$/i.test(before.slice(-4));
    const among = not ? before.slice(0, -3).trimEnd() : before;
    return { among, not, list: expression.slice(bracket + 1, -1) };
  }
  return null;
}

/** The rule that an expression is; null if it is a name. */
function ruleOf(expression: string): Rule | null {
  const membership = membershipIn(expression.trim());
  if (membership !== null) {
    const { among, not, list } = membership;
    const words = new Set(listOf(list).map(wordOf));
    if (words.size === 0) throw brokenRule(expression, "values");
    return { field: among, names: !not, holds: (value) => words.has(wordOf(value)) !== not };
  }
  const [, before = "", sign = "", behind = ""] = /^([^<>=!]+)(>=|<=|==|!=|<|>|=)(.*)$/s.exec(expression) ?? [];
  const [field, limit] = [before.trim(), behind.trim()];
  if (field === "" || /^[<>=!]/.test(limit)) return null;
  if (limit === "") throw brokenRule(expression, "value", sign);
  const compare = COMPARISONS[sign];
  if (compare === undefined) {
    const [word = limit] = listOf(limit);
    return { field, names: sign !== "!=", holds: (value) => (wordOf(value) === wordOf(word)) === (sign !== "!=") };
  }
  const bound = numberIn(limit);
  if (typeof bound !== "number") throw brokenRule(expression, "number", sign);
  return {
    field,
    names: false,
    holds: (value) => {
      const number = typeof value === "boolean" ? undefined : numberIn(value);
      return typeof number === "number" ? compare(number, bound) : NOT_UNDERSTOOD;
    },
  };
}

/** `C, P` or `"C", "P"`. */
export function listOf(text: string): string[] {
  return text
    .split(",")
    .map((word) => word.trim().replace(/^(["'])(.*)\1$/s, "$2"))
    .filter((word) => word !== "");
}

function brokenRule(rule: string, lacks: "values" | "value" | "number", sign = ""): ArgumentError {
  const reason = rowReason("rule-broken", { text: JSON.stringify(rule), lacks, sign });
  return new ArgumentError(reason, { field: "correct", got: rule });
}

/** What was found in a field: values that are not understood, and words that are. */
export interface FoundValues {
  field: string;
  /** As they stand in the data, texts in quotation marks. */
  unknown: readonly string[];
  understood: readonly { value: string; means: boolean }[];
}

/**
 * A rule as somebody might want it, of values that the field has: numbers are compared, words are named. It calls some of them right
 * and some of them not; undefined if no rule of theirs does.
 */
export function exampleRule({ field, unknown, understood }: FoundValues): string | undefined {
  const plain = unknown.map(unquoted).filter((value) => value.length <= 20 && /^[\w.-]+$/.test(value));
  const known = (yes: boolean) => understood.filter(({ means }) => means === yes).map(({ value }) => value);
  const numbers = [...plain, ...known(true), ...known(false)].map(Number).sort((a, b) => a - b);
  if (plain.length === unknown.length && plain.length > 0 && numbers.every(Number.isFinite)) {
    const above = upperHalf(numbers);
    if (above !== undefined) return `${field} >= ${above}`;
  }
  const [yes] = known(true);
  const isRest = unknown.length > 1 || known(false).length > 0;
  const words = [...(yes === undefined ? [] : [yes]), ...(isRest ? plain.slice(0, 1) : [])];
  return words.length > 0 ? `${field} in [${words.join(", ")}]` : undefined;
}

/** A value as it stands in the data, without the quotation marks of a text. */
export function unquoted(value: string): string {
  return value.replace(/^"(.*)"$/s, "$1");
}

/** Where the upper half of a range begins, in few digits; undefined if there is one number only. */
function upperHalf(sorted: readonly number[]): number | undefined {
  const [least = 0] = sorted;
  const middle = (least + (sorted.at(-1) ?? 0)) / 2;
  const above = sorted.find((value) => value > middle);
  if (above === undefined) return undefined;
  if (sorted.every(Number.isInteger)) return above;
  const short = Number(middle.toPrecision(1));
  return short > least && short <= (sorted.at(-1) ?? 0) ? short : above;
}
