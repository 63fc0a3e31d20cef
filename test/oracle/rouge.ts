/** ROUGE by its definition and in the shape of the reference implementation: strings, maps, and whole tables. */
import { porter } from "./porter.js";

export type Triple = [precision: number, recall: number, f: number];
export interface RougeTriples {
  rouge1: Triple;
  rouge2: Triple;
  rougeL: Triple;
  rougeLsum: Triple;
}

/** The reference's tokens: `str.lower` of Python turns İ into i and a dot above, and the Kelvin sign into k. */
export function asciiTokens(text: string, stemmer: boolean): string[] {
  const lower = text.replaceAll("\u0130", "i\u0307").replaceAll("\u212a", "k").toLowerCase();
  const tokens = lower.split(/[^a-z0-9]+/).filter((token) => token !== "");
  return stemmer ? tokens.map((token) => (token.length > 3 ? porter(token) : token)) : tokens;
}

function triple(common: number, candidate: number, reference: number): Triple {
  const precision = candidate > 0 ? common / candidate : 0;
  const recall = reference > 0 ? common / reference : 0;
  return [precision, recall, precision + recall > 0 ? (2 * precision * recall) / (precision + recall) : 0];
}

function tally(grams: string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const gram of grams) counts.set(gram, (counts.get(gram) ?? 0) + 1);
  return counts;
}

function ofGrams(candidate: string[], reference: string[], n: number): Triple {
  const grams = (tokens: string[]) =>
    tokens.slice(0, Math.max(0, tokens.length - n + 1)).map((_, i) => tokens.slice(i, i + n).join(" "));
  const there = tally(grams(reference));
  let common = 0;
  for (const [gram, count] of tally(grams(candidate))) common += Math.min(count, there.get(gram) ?? 0);
  return triple(common, grams(candidate).length, grams(reference).length);
}

/** t[i][j]: the longest common subsequence of the first i tokens of a, and the first j of b. */
function table(a: string[], b: string[]): number[][] {
  const t = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      t[i][j] = a[i - 1] === b[j - 1] ? t[i - 1][j - 1] + 1 : Math.max(t[i - 1][j], t[i][j - 1]);
    }
  }
  return t;
}

/** Places in the reference of the subsequence that the reference implementation's walk back finds. */
function walk(reference: string[], candidate: string[]): number[] {
  const t = table(reference, candidate);
  const places: number[] = [];
  let i = reference.length;
  let j = candidate.length;
  while (i > 0 && j > 0) {
    if (reference[i - 1] === candidate[j - 1]) {
      places.unshift(i - 1);
      i--;
      j--;
    } else if (t[i][j - 1] > t[i - 1][j]) j--;
    else i--;
  }
  return places;
}

function ofSentences(candidate: string[][], reference: string[][]): Triple {
  const left = tally(candidate.flat());
  let hits = 0;
  for (const sentence of reference) {
    const union = new Set(candidate.flatMap((other) => walk(sentence, other)));
    for (const place of union) {
      const count = left.get(sentence[place]) ?? 0;
      if (count > 0) {
        hits++;
        left.set(sentence[place], count - 1);
      }
    }
  }
  return triple(hits, candidate.flat().length, reference.flat().length);
}

/** Scores two texts, with the tokens that `tokens` finds in each line. */
export function rougeOf(candidate: string, reference: string, tokens: (line: string) => string[]): RougeTriples {
  const lines = [candidate, reference].map((text) => text.split("\n").map(tokens));
  const [c, r] = lines.map((sentences) => sentences.flat());
  return {
    rouge1: ofGrams(c, r, 1),
    rouge2: ofGrams(c, r, 2),
    rougeL: triple(table(r, c)[r.length][c.length], c.length, r.length),
    rougeLsum: ofSentences(lines[0], lines[1]),
  };
}
