/**
 * A slow twin of the copy model, from its description: every step looks through the whole article again, every feature
 * is a list of (value, how many values there are), and everything but the 32-bit hashes is double precision.
 */

export interface PlainWord {
  hash: number;
  wordClass: number;
}

export interface PlainArticle {
  /** Candidate of every token, and its sentence. */
  tokens: number[];
  sentences: number[];
  types: number;
  /** Candidates: types, common words, the end. */
  words: PlainWord[];
}

/** A word of a summary; −1 is no candidate. */
export interface PlainSaid extends PlainWord {
  candidate: number;
}

const SMALL = 1960;
const START: PlainSaid = { candidate: -1, hash: 0x2545f491, wordClass: 10 };

/** Tables of the small features by the numbers of values of their facts, in the order in which they are laid out. */
const TABLES = {
  sort: [5, 8, 12],
  copy: [4, 8, 9],
  skip: [7, 2, 2],
  used: [3, 2, 4],
  rarity: [6, 5, 3],
  classPair: [4, 12, 12],
  run: [7, 3],
  stage: [9, 2, 12],
  endAt: [45],
  endClosing: [4, 9],
  endClass: [12, 9],
  endRun: [4, 9],
};

function small(table: keyof typeof TABLES, ...facts: number[]): number {
  let start = 4;
  for (const [name, sizes] of Object.entries(TABLES)) {
    if (name === table) return start + sizes.reduce((index, size, k) => index * size + facts[k], 0);
    start += sizes.reduce((product, size) => product * size, 1);
  }
  return Number.NaN;
}

function mix(hash: number): number {
  let h = hash >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** The high bits of a product. */
function high(hash: number, bits: number): number {
  return Math.imul(hash, 0x9e3779b1) >>> (32 - bits);
}

function placeOf(sentence: number): number {
  return [0, 1, 2, 3, 3, 4, 4, 4][sentence] ?? 5;
}

function stepOf(said: number): number {
  return said < 2 ? said : Math.min(2 + Math.floor(said / 5), 8);
}

/** What the words said point at, for one candidate. */
interface Pointer {
  level: number;
  place: number;
  skip: number;
  used: number;
}

/** For every position p whose token is the last word: how many of the last words, at most three, end there. */
function matches(article: PlainArticle, said: readonly PlainSaid[]): { position: number; level: number }[] {
  const last = said.slice(-3).reverse();
  return article.tokens.flatMap((_, position) => {
    let level = 0;
    while (
      level < last.length &&
      last[level].candidate >= 0 &&
      article.tokens[position - level] === last[level].candidate
    )
      level++;
    return level > 0 ? [{ position, level }] : [];
  });
}

function pointer(article: PlainArticle, said: readonly PlainSaid[], candidate: number): Pointer {
  const { tokens, sentences } = article;
  const found = { level: 0, place: 7, skip: 0, used: 0 };
  found.used = Math.min(2, said.filter((word) => word.candidate === candidate).length);
  const raise = (level: number, sentence: number) => {
    if (level > found.level) Object.assign(found, { level, place: placeOf(sentence) });
  };
  if (said.length === 0) {
    for (const [i, token] of tokens.entries()) {
      if (token === candidate && (i === 0 || sentences[i] !== sentences[i - 1])) raise(1, sentences[i]);
    }
  }
  for (const { position, level } of matches(article, said)) {
    for (let distance = 1; distance <= 5; distance++) {
      if (sentences[position + distance] !== sentences[position]) break;
      if (tokens[position + distance] !== candidate) continue;
      if (distance === 1) raise(level, sentences[position]);
      else found.skip = Math.max(found.skip, [3, 2, 1, 1][distance - 2] + (level >= 2 ? 3 : 0));
    }
  }
  return found;
}

/** For how many words the last ones have followed one another in the article. */
function runOf(article: PlainArticle, said: readonly PlainSaid[]): number {
  let run = 0;
  for (let t = 1; t < said.length; t++) {
    const { candidate } = said[t];
    run = candidate >= 0 && pointer(article, said.slice(0, t), candidate).level > 0 ? run + 1 : 0;
  }
  return run;
}

/** The weights that make the score of a candidate, by number; one may come twice. */
function slotsOf(article: PlainArticle, said: readonly PlainSaid[], candidate: number): number[] {
  const { tokens, sentences, words } = article;
  const before = said.at(-1) ?? START;
  const beforeThat = said.at(-2) ?? START;
  const { hash, wordClass } = words[candidate];
  const { level, place, skip, used } = pointer(article, said, candidate);
  const step = stepOf(said.length);
  const run = runOf(article, said);
  const after = SMALL + 8 * high(mix(before.hash ^ 0x27d4eb2f), 17);
  const pair = mix(before.hash ^ 0x85ebca77);
  const triple = mix(pair ^ mix(beforeThat.hash ^ 0xc2b2ae3d));
  const own = SMALL + 8 * high(hash, 17);
  const lexical = [
    own,
    own + (said.length === 0 ? 2 : 1) + (level > 0 ? 2 : 0),
    SMALL + high(hash ^ pair, 20),
    SMALL + high(hash ^ triple, 20),
  ];
  if (candidate === words.length - 1) {
    const closings = matches(article, said).filter(({ position: p }) => sentences[p + 1] !== sentences[p]);
    const closing = Math.max(0, ...closings.map((match) => match.level));
    return [
      small("endAt", Math.min(said.length, 44)),
      small("endClosing", closing, step),
      small("endClass", before.wordClass, step),
      small("endRun", closing, Math.min(run, 8)),
      after + 4,
      ...lexical,
    ];
  }
  const times = Math.min(4, tokens.filter((token) => token === candidate).length);
  const first = times > 0 ? placeOf(sentences[tokens.indexOf(candidate)]) : 7;
  const isFunction = wordClass % 2;
  const copied = level > 0 ? 1 : 0;
  return [
    small("sort", times, first, wordClass),
    small("copy", level, place, step),
    small("skip", skip, isFunction, copied),
    small("used", used, isFunction, level),
    small("rarity", (wordClass - isFunction) / 2, times, used),
    small("classPair", level, before.wordClass, wordClass),
    small("run", Math.min(run, 6), Math.min(level, 2)),
    small("stage", step, times > 0 ? 1 : 0, wordClass),
    after + copied + (skip > 0 ? 2 : 0),
    ...lexical,
  ];
}

/** The probability of every candidate, given the words said, and the weights each one has. */
export function stepSlow(
  weights: ArrayLike<number>,
  article: PlainArticle,
  said: readonly PlainSaid[],
): { probabilities: number[]; slots: number[][] } {
  const slots = article.words.map((_, candidate) => slotsOf(article, said, candidate));
  const scores = slots.map((own) => own.reduce((sum, slot) => sum + weights[slot], 0));
  const largest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return { probabilities: powers.map((power) => power / sum), slots };
}

/** log p of every word of a summary and of its end. */
export function scoreSlow(weights: ArrayLike<number>, article: PlainArticle, summary: readonly PlainSaid[]): number[] {
  return Array.from({ length: summary.length + 1 }, (_, t) => {
    const next = summary[t]?.candidate ?? article.words.length - 1;
    return next < 0 ? Math.log(1e-5) : Math.log(stepSlow(weights, article, summary.slice(0, t)).probabilities[next]);
  });
}

/** One pass of AdaGrad over a pair; residuals below 10⁻⁴ are left out. */
export function trainSlow(
  weights: Float64Array,
  squares: Float64Array,
  article: PlainArticle,
  summary: readonly PlainSaid[],
  rate: number,
): void {
  for (let t = 0; t <= summary.length; t++) {
    const next = summary[t]?.candidate ?? article.words.length - 1;
    if (next < 0) continue;
    const { probabilities, slots } = stepSlow(weights, article, summary.slice(0, t));
    const gradient = new Map<number, number>();
    for (const [candidate, probability] of probabilities.entries()) {
      const residual = probability - (candidate === next ? 1 : 0);
      if (Math.abs(residual) <= 1e-4) continue;
      for (const slot of slots[candidate]) gradient.set(slot, (gradient.get(slot) ?? 0) + residual);
    }
    for (const [slot, g] of gradient) {
      squares[slot] += g * g;
      weights[slot] -= (rate * g) / (Math.sqrt(squares[slot]) + 1e-3);
    }
  }
}
