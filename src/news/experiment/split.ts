import { ArgumentError } from "../../core/errors.js";
import { quote } from "../../core/printable.js";
import { shuffled } from "../../core/streams.js";
import type { TextCore } from "../../core/textCore.js";
import type { Article } from "../interfaces.js";
import { newsReason } from "../reasons.js";
import type { NewsSettings } from "./options.js";

/** Which articles do what in one repetition: numbers into the list of articles, no article twice. */
export interface NewsSplit {
  /** Of the original pairs, and of all summaries that are generated; a multiple of eight where that is possible. */
  train: number[];
  /** The first of `train`, from which the generator learns. */
  generator: number[];
  /** Whose summaries the strong and the n-gram verifiers learn from. */
  verifier: number[];
  /** On which models are measured. */
  test: number[];
}

/** Of the articles; what is left, some 22 %, is the verifiers'. */
const TRAIN = 0.62;
const TEST = 0.16;
/** With fewer, an eighth of the training articles is hardly a pair. */
const FEWEST = 40;

/** How many articles there are of each kind; the same for every seed. */
export function splitSizes(articles: number, generatorShare: number) {
  const eighths = Math.floor((articles * TRAIN) / 8);
  const train = 8 * eighths;
  const test = Math.floor(articles * TEST);
  return { train, generator: keptOf(train, generatorShare), verifier: articles - train - test, test };
}

/** How many of so many a fraction keeps: the nearest number, and at least one. */
export function keptOf(count: number, fraction: number): number {
  return Math.max(1, Math.round(count * fraction));
}

/**
 * Splits articles by a seed.
 *
 * @throws ArgumentError if they are too few, or two have the same id.
 */
export function splitArticles(
  core: TextCore,
  articles: readonly Article[],
  { seed, generatorShare }: { seed: number; generatorShare: number },
): NewsSplit {
  if (articles.length < FEWEST) {
    throw new ArgumentError(newsReason("articles-too-few", { least: FEWEST, got: articles.length }), {
      field: "articles",
    });
  }
  const ids = new Set<string>();
  for (const { id } of articles) {
    if (ids.has(id)) {
      throw new ArgumentError(newsReason("article-id-twice", { id: quote(id) }), {
        field: "articles",
      });
    }
    ids.add(id);
  }
  const sizes = splitSizes(articles.length, generatorShare);
  const order = shuffled(core, seed, "split", articles.length);
  const train = order.slice(0, sizes.train);
  return {
    train,
    generator: train.slice(0, sizes.generator),
    verifier: order.slice(sizes.train, sizes.train + sizes.verifier),
    test: order.slice(sizes.train + sizes.verifier),
  };
}

/** The articles of one repetition, by what they are for. */
export interface NewsRepetition {
  /** Of the original pairs, and of all summaries that are generated. */
  train: readonly Article[];
  /** The first of `train`, from which the generator learns. */
  generator: readonly Article[];
  verifier: readonly Article[];
  /** On which models are measured; their summaries are always their own. */
  test: readonly Article[];
}

/** Splits the articles by a seed, and gives the share `noise` of the summaries that are learned from to other articles. */
export function repetitionOf(
  core: TextCore,
  articles: readonly Article[],
  { generatorShare, noise }: Pick<NewsSettings, "generatorShare" | "noise">,
  seed: number,
): NewsRepetition {
  const split = splitArticles(core, articles, { seed, generatorShare });
  const at = (numbers: readonly number[]) => numbers.map((number) => articles[number]);
  // verifiers learn from no summary that they will judge: the parts exchange none with each other
  const noisy = (part: "train" | "verifier") => {
    const kept = at(split[part]);
    return exchanged(kept, shuffled(core, seed, `${part}Noise`, kept.length).slice(0, Math.round(noise * kept.length)));
  };
  const train = noisy("train");
  return {
    train,
    generator: train.slice(0, split.generator.length),
    verifier: noisy("verifier"),
    test: at(split.test),
  };
}

/** Articles of which those at some places have passed their summaries on, each to the next, the last to the first. */
function exchanged(articles: readonly Article[], places: readonly number[]): readonly Article[] {
  const changed = [...articles];
  for (const [i, place] of places.entries()) {
    const from = places[(i + places.length - 1) % places.length];
    changed[place] = { ...articles[place], summary: articles[from].summary };
  }
  return changed;
}

/** The numbers of the lowest scores, in ascending order; of equal scores the first. */
export function lowest(scores: readonly number[], fraction: number): number[] {
  return scores
    .map((_, i) => i)
    .sort((a, b) => scores[a] - scores[b] || a - b)
    .slice(0, keptOf(scores.length, fraction))
    .sort((a, b) => a - b);
}
