/** What stands before and after every text, and for every word that the model does not know. */
export const BEGIN = "<s>";
export const END = "</s>";
export const UNKNOWN = "<unk>";

/** The words of a language model, and their numbers. */
export class Vocabulary {
  /** Every word by its number, the three special ones among them. */
  readonly words: readonly string[];
  readonly begin: number;
  readonly end: number;
  readonly unknown: number;
  /** Without the special ones: in a text, `<s>` is a word like any other, and not known. */
  readonly #numbers: Map<string, number>;

  /** @param words Each once; the three special ones are among them. */
  constructor(words: readonly string[]) {
    this.words = words;
    this.#numbers = new Map(words.map((word, number) => [word, number]));
    const special = [BEGIN, END, UNKNOWN].map((word) => this.#numbers.get(word) ?? Number.NaN);
    for (const word of [BEGIN, END, UNKNOWN]) this.#numbers.delete(word);
    [this.begin, this.end, this.unknown] = special;
  }

  /** The number of a token; that of `<unk>` where it is not known. */
  numberOf(token: string): number {
    return this.#numbers.get(token) ?? this.unknown;
  }
}
