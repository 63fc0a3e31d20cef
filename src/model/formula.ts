import { readAngle } from "./format.js";

/** What a formula may call besides settings: the rows of a round before verification, `samples + realSamples`. */
export const ROWS = "rows";

/** A value that follows from other settings, such as `1/rows` or `180deg - generator.angle`. */
export interface Formula {
  /** As it was written. */
  text: string;
  /** The paths of the settings that it reads; `rows` stands for both of its own. */
  references: readonly string[];
  /** By + − × ÷ alone, so that every machine gives the same bits; angles in radians. */
  value(setting: (path: string) => number): number;
}

/** Why a text is not a formula: it breaks off or goes on, or names something that is not a numeric setting. */
export type FormulaFault = { code: "syntax"; at: number } | { code: "name"; name: string } | { code: "length" };

const LONGEST = 200;
const DEEPEST = 20;
const TOKEN =
  /\s*(?:([+-]|[*/()])|([A-Za-z][\w.]*)|((?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?(?:\s*(?:deg|°|rad)(?![\w.]))?))/iy;

/** Says whether a text is meant as a formula, right or wrong, and not as a number, an angle or a word. */
export function looksLikeFormula(text: string): boolean {
  return /[*/+()]|[\w°)]\s*-|[A-Za-z]\.[A-Za-z]/.test(text);
}

/**
 * Reads a formula: numbers, angles with their unit, `pi`, `rows`, the dotted paths of numeric settings, + − * / and
 * parentheses.
 *
 * @param isNumeric Whether a path is that of a setting with a number or an angle.
 */
export function readFormula(text: string, isNumeric: (path: string) => boolean): Formula | FormulaFault {
  if (text.length > LONGEST) return { code: "length" };
  try {
    const reader = new Reader(text, isNumeric);
    const value = reader.sum(0);
    if (reader.kind !== "end") return { code: "syntax", at: reader.at };
    return { text: text.trim(), references: [...reader.references], value };
  } catch (fault) {
    if (fault instanceof Fault) return fault.reason;
    throw fault;
  }
}

type Value = Formula["value"];

class Fault extends Error {
  readonly reason: FormulaFault;

  constructor(reason: FormulaFault) {
    super();
    this.reason = reason;
  }
}

/** Recursive descent over tokens; each is read once. */
class Reader {
  readonly references = new Set<string>();
  readonly #text: string;
  readonly #isNumeric: (path: string) => boolean;
  #next = 0;
  /** Where the token at hand begins. */
  at = 0;
  kind: "sign" | "name" | "number" | "end" = "end";
  #token = "";

  constructor(text: string, isNumeric: (path: string) => boolean) {
    this.#text = text;
    this.#isNumeric = isNumeric;
    this.#advance();
  }

  sum(depth: number): Value {
    let left = this.#product(depth);
    while (this.#is("+") || this.#is("-")) {
      const plus = this.#is("+");
      this.#advance();
      const [a, b] = [left, this.#product(depth)];
      left = plus ? (setting) => a(setting) + b(setting) : (setting) => a(setting) - b(setting);
    }
    return left;
  }

  #product(depth: number): Value {
    let left = this.#factor(depth);
    while (this.#is("*") || this.#is("/")) {
      const times = this.#is("*");
      this.#advance();
      const [a, b] = [left, this.#factor(depth)];
      left = times ? (setting) => a(setting) * b(setting) : (setting) => a(setting) / b(setting);
    }
    return left;
  }

  #factor(depth: number): Value {
    if (depth > DEEPEST) throw new Fault({ code: "syntax", at: this.at });
    const [token, kind, at] = [this.#token, this.kind, this.at];
    this.#advance();
    if (kind === "number") {
      const number = readAngle(token);
      return () => number;
    }
    if (kind === "name") return this.#name(token);
    if (token === "-") {
      const inner = this.#factor(depth + 1);
      return (setting) => -inner(setting);
    }
    if (token === "(") {
      const inner = this.sum(depth + 1);
      if (!this.#is(")")) throw new Fault({ code: "syntax", at: this.at });
      this.#advance();
      return inner;
    }
    throw new Fault({ code: "syntax", at });
  }

  #name(name: string): Value {
    if (name === "pi") return () => Math.PI;
    if (name === ROWS) {
      this.references.add("samples").add("realSamples");
      return (setting) => setting("samples") + setting("realSamples");
    }
    if (!this.#isNumeric(name)) throw new Fault({ code: "name", name });
    this.references.add(name);
    return (setting) => setting(name);
  }

  #is(sign: string): boolean {
    return this.kind === "sign" && this.#token === sign;
  }

  #advance(): void {
    this.at = this.#next;
    TOKEN.lastIndex = this.#next;
    const [whole, sign, name, number] = TOKEN.exec(this.#text) ?? [];
    if (whole === undefined) {
      if (this.#text.slice(this.#next).trim() !== "") throw new Fault({ code: "syntax", at: this.#next });
      this.kind = "end";
      this.#token = "";
      return;
    }
    this.kind = sign !== undefined ? "sign" : name !== undefined ? "name" : "number";
    this.#token = sign ?? name ?? number;
    this.#next = TOKEN.lastIndex;
  }
}
