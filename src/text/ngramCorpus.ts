import { NGRAM_BLOCK } from "../core/ngram.js";
import { BEGIN, END, UNKNOWN, Vocabulary } from "./vocabulary.js";

const SPECIAL = [UNKNOWN, BEGIN, END];
const [UNKNOWN_NUMBER, BEGIN_NUMBER, END_NUMBER] = [0, 1, 2];

/** A training text as numbers, four bytes a token, in blocks: which words are common is known only at its end. */
export class NgramCorpus {
  /** The blocks, each full but the last. */
  readonly blocks: Uint32Array[] = [];
  texts = 0;
  /** Tokens that are predicted: those of the texts, and one end for each. */
  tokens = 0;
  /** Tokens that became `<unk>`. */
  unknown = 0;
  #filled = NGRAM_BLOCK;
  readonly #words: string[] = [...SPECIAL];
  readonly #counts: number[] = SPECIAL.map(() => 0);
  readonly #numbers = new Map<string, number>(SPECIAL.map((word) => [word, UNKNOWN_NUMBER]));

  add(tokens: readonly string[]): void {
    this.texts++;
    this.tokens += tokens.length + 1;
    this.#push(BEGIN_NUMBER);
    for (const token of tokens) {
      let number = this.#numbers.get(token);
      if (number === undefined) {
        number = this.#words.length;
        // A token is a slice that would keep its whole text in memory; spelt out anew it does not.
        const word = token.split("").join("");
        this.#words.push(word);
        this.#numbers.set(word, number);
        this.#counts.push(0);
      }
      this.#counts[number]++;
      this.#push(number);
    }
    this.#push(END_NUMBER);
  }

  /** Ends the reading: words seen less than `minCount` times become `<unk>`, the others are numbered as they came. */
  finish(minCount: number): Vocabulary {
    const last = this.blocks.pop();
    if (last !== undefined) this.blocks.push(last.slice(0, this.#filled));
    const kept: string[] = [];
    const renumbered = new Uint32Array(this.#words.length);
    for (const [number, word] of this.#words.entries()) {
      if (number < SPECIAL.length || this.#counts[number] >= minCount) {
        renumbered[number] = kept.length;
        kept.push(word);
      } else {
        renumbered[number] = UNKNOWN_NUMBER;
        this.unknown += this.#counts[number];
      }
    }
    this.unknown += this.#counts[UNKNOWN_NUMBER];
    for (const block of this.blocks) for (let i = 0; i < block.length; i++) block[i] = renumbered[block[i]];
    this.#numbers.clear();
    return new Vocabulary(kept);
  }

  #push(number: number): void {
    if (this.#filled === NGRAM_BLOCK) {
      this.blocks.push(new Uint32Array(NGRAM_BLOCK));
      this.#filled = 0;
    }
    this.blocks[this.blocks.length - 1][this.#filled++] = number;
  }
}
