import type { Rules, Text } from "./grammar.js";

/** A whole number in [0, bound), drawn at random. */
export type Below = (bound: number) => number;

type Part = string | { number: readonly [least: number, most: number] } | { name: string; form: Form } | Choice;
type Form = "as it is" | "last word" | "with article";
type Choice = { alternatives: readonly (readonly Part[])[] };

const SLOT = /^(a )?([a-zA-Z]+)(:last)?$/;
const RANGE = /^(\d+)-(\d+)$/;

/** Writes texts of a grammar. Rules are read when they are first asked for, and then known. */
export class Expander {
  readonly #rules: Rules;
  readonly #known = new Map<Text, Choice>();

  constructor(rules: Rules) {
    this.#rules = rules;
  }

  /** One of the sentences that a text stands for, given the facts of the story. */
  expand(text: Text, facts: Rules, below: Below): string {
    const choice = this.#known.get(text) ?? parse(text);
    this.#known.set(text, choice);
    return this.#choose(choice, facts, below);
  }

  #choose({ alternatives }: Choice, facts: Rules, below: Below): string {
    const parts = alternatives.length === 1 ? alternatives[0] : alternatives[below(alternatives.length)];
    return parts.map((part) => this.#write(part, facts, below)).join("");
  }

  #write(part: Part, facts: Rules, below: Below): string {
    if (typeof part === "string") return part;
    if ("alternatives" in part) return this.#choose(part, facts, below);
    if ("number" in part) {
      const [least, most] = part.number;
      return String(least + below(most - least + 1));
    }
    const { name, form } = part;
    const rule = this.#rules[name];
    if (facts[name] === undefined && rule === undefined) throw new Error(`the grammar has no rule {${name}}`);
    const text = facts[name] ?? this.expand(rule, facts, below);
    if (form === "last word") return text.slice(text.lastIndexOf(" ") + 1);
    return form === "with article" ? `${/^[aeiou]/i.test(text) ? "an" : "a"} ${text}` : text;
  }
}

/** Reads the alternatives of a text. */
function parse(text: Text): Choice {
  let at = 0;
  const choice = (): Choice => {
    const alternatives: Part[][] = [[]];
    for (; at < text.length && text[at] !== "]"; at++) {
      const parts = alternatives[alternatives.length - 1];
      if (text[at] === "|") alternatives.push([]);
      else if (text[at] === "[") {
        at++;
        parts.push(choice());
      } else if (text[at] === "{") {
        const end = text.indexOf("}", at);
        parts.push(slot(text.slice(at + 1, end)));
        at = end;
      } else {
        const plain = /[^[\]{}|]+/y;
        plain.lastIndex = at;
        const [run] = plain.exec(text) ?? [text[at]];
        parts.push(run);
        at += run.length - 1;
      }
    }
    return { alternatives };
  };
  return choice();
}

function slot(text: string): Part {
  const range = RANGE.exec(text);
  if (range) return { number: [Number(range[1]), Number(range[2])] };
  const [, article, name, last] = SLOT.exec(text) ?? [];
  if (name === undefined) throw new Error(`the grammar cannot read {${text}}`);
  return { name, form: last ? "last word" : article ? "with article" : "as it is" };
}
