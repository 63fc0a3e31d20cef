import { shuffled } from "../../core/streams.js";
import type { TextCore } from "../../core/textCore.js";
import type { Article } from "../article.js";
import type { NewsSettings } from "./options.js";
import { splitArticles } from "./split.js";

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
