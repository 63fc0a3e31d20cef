/**
 * Interpolated modified Kneser–Ney by its formulas, on maps of strings.
 * @see Chen and Goodman, TR-10-98, section 3.4; Heafield et al., ACL 2013, section 3 (adjusted counts)
 */
export class KneserNey {
  readonly vocabulary: string[];
  readonly discounts: number[][] = [];
  /** adjusted[k − 1]: adjusted count of each k-gram. */
  readonly adjusted: Map<string, number>[] = [];
  readonly #followers: Map<string, number[]>[] = [];

  constructor(texts: readonly (readonly string[])[], order: number) {
    const padded = texts.map((text) => ["<s>", ...text, "</s>"]);
    this.vocabulary = [...new Set(["<unk>", "</s>", ...texts.flat()])];
    for (let k = 1; k <= order; k++) {
      const raw = new Map<string, number>();
      const before = new Map<string, Set<string>>();
      for (const words of padded) {
        for (let i = k === 1 ? 1 : 0; i + k <= words.length; i++) {
          const gram = key(words.slice(i, i + k));
          raw.set(gram, (raw.get(gram) ?? 0) + 1);
          if (!before.has(gram)) before.set(gram, new Set());
          if (i > 0) before.get(gram)?.add(words[i - 1]);
        }
      }
      const isRaw = (gram: string) => k === order || gram.split(" ")[0] === "<s>";
      const adjusted = new Map([...raw].map(([gram, n]) => [gram, isRaw(gram) ? n : (before.get(gram)?.size ?? 0)]));
      this.adjusted.push(adjusted);
      this.discounts.push(discounts([...adjusted.values()]));
      const followers = new Map<string, number[]>();
      for (const [gram, n] of adjusted) {
        const history = key(gram.split(" ").slice(0, -1));
        followers.set(history, [...(followers.get(history) ?? []), n]);
      }
      this.#followers.push(followers);
    }
  }

  /** p(word | history), the history as long as one likes; words that are not known are `<unk>`. */
  probability(word: string, history: readonly string[]): number {
    const known = (one: string) => (one === "<s>" || this.vocabulary.includes(one) ? one : "<unk>");
    const used = history.slice(Math.max(0, history.length - this.adjusted.length + 1));
    return this.#interpolated(known(word), used.map(known));
  }

  #interpolated(word: string, history: readonly string[]): number {
    const k = history.length + 1;
    const lower = k === 1 ? 1 / this.vocabulary.length : this.#interpolated(word, history.slice(1));
    const followers = this.#followers[k - 1].get(key(history));
    if (followers === undefined) return lower;
    const total = followers.reduce((sum, n) => sum + n, 0);
    const own = this.adjusted[k - 1].get(key([...history, word])) ?? 0;
    const taken = (n: number) => (n === 0 ? 0 : this.discounts[k - 1][Math.min(n, 3) - 1]);
    const left = followers.reduce((sum, n) => sum + taken(n), 0);
    return (own - taken(own)) / total + (left / total) * lower;
  }
}

function discounts(counts: readonly number[]): number[] {
  const t = (j: number) => counts.filter((n) => n === j).length;
  const y = t(1) / (t(1) + 2 * t(2));
  const values = [1, 2, 3].map((j) => j - ((j + 1) * y * t(j + 1)) / t(j));
  return values.every((d, i) => d > 0 && d <= i + 1) ? values : [0.5, 1, 1.5];
}

function key(words: readonly string[]): string {
  return words.join(" ");
}
