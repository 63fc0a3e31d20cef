/** A slow twin of the extractive model, from its description. */
import type { PlainArticle, PlainSaid } from "./copyModel.js";

/** The positions of every sentence's words. */
function sentencesOf({ sentences }: PlainArticle): number[][] {
  const numbers = [...new Set(sentences)];
  return numbers.map((number) => [...sentences.keys()].filter((i) => sentences[i] === number));
}

function eighth(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.min(7, Math.floor((8 * part) / whole));
}

/** The six weights that score each sentence. */
export function factsSlow(article: PlainArticle): number[][] {
  const { tokens, words } = article;
  const all = sentencesOf(article);
  return all.map((positions, s) => {
    const content = positions.filter((i) => words[tokens[i]].wordClass % 2 === 0);
    const outside = content.filter((i) => tokens.some((token, j) => token === tokens[i] && !positions.includes(j)));
    const inLead = s === 0 ? [] : content.filter((i) => all[0].some((j) => tokens[j] === tokens[i]));
    const rarity = positions.reduce((sum, i) => sum + Math.floor(words[tokens[i]].wordClass / 2), 0) / positions.length;
    const length = Math.min(7, Math.floor(positions.length / 5));
    return [
      Math.min(s, 8),
      9 + length,
      17 + length + (s === 0 ? 8 : 0),
      33 + eighth(outside.length, content.length),
      41 + eighth(inLead.length, content.length),
      49 + Math.min(7, Math.floor(2 * rarity)),
    ];
  });
}

export function sentenceChances(weights: ArrayLike<number>, article: PlainArticle): number[] {
  const powers = factsSlow(article).map((facts) => Math.exp(facts.reduce((sum, slot) => sum + weights[slot], 0)));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/** The sentence most like a summary, by unigram F1. */
export function mostLikeSlow(article: PlainArticle, summary: readonly PlainSaid[]): number {
  const likeness = sentencesOf(article).map((positions) => {
    const left = summary.map(({ candidate }) => candidate);
    let shared = 0;
    for (const i of positions) {
      const k = left.indexOf(article.tokens[i]);
      if (k < 0) continue;
      shared++;
      left.splice(k, 1);
    }
    return (2 * shared) / (positions.length + summary.length);
  });
  return likeness.indexOf(Math.max(...likeness));
}

/** The probability of a word drawn from a sentence that the model draws, a tenth of it spread over all candidates. */
export function wordChance(weights: ArrayLike<number>, article: PlainArticle, candidate: number): number {
  const chances = sentenceChances(weights, article);
  const anywhere = 1 / (article.words.length - 1);
  if (chances.length === 0) return anywhere;
  const drawn = sentencesOf(article).reduce((sum, positions, s) => {
    return sum + (chances[s] * positions.filter((i) => article.tokens[i] === candidate).length) / positions.length;
  }, 0);
  return 0.9 * drawn + 0.1 * anywhere;
}
