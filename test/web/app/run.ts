import { runEigen } from "../../../src/eigen.js";
import { breakdown, collect, load } from "../../../src/index.js";
import { copyLearner, extractiveLearner, humanPairs, newswire, runNews } from "../../../src/news.js";
import { loadText } from "../../../src/text.js";
import { scenarios } from "./scenarios.js";

/** Under this name stand the calculator's answers. */
export const CALCULATOR = "the calculator";

/** And under this what news models wrote and how they scored it. */
export const NEWS = "the news models";

/** And under this what transformers learned from verified answers. */
export const EIGEN = "the transformers";

/** The JSON text of every scenario's result, provenance aside, by the scenario's name. */
export async function runAll(): Promise<Record<string, string>> {
  const core = await load();
  const texts: Record<string, string> = {};
  for (const [name, scenario] of Object.entries(scenarios)) {
    const { provenance, ...result } = await collect(core, scenario);
    texts[name] = JSON.stringify(result, null, 2);
  }
  texts[CALCULATOR] = JSON.stringify([
    breakdown(core, { phi: 0.8, psi: 0.3, errorRate: 0.6, classes: 4 }),
    breakdown(core, { angles: { generator: "30deg", verifier: "100deg" } }),
    breakdown(core, { angles: { generator: 0.9, verifier: 0.7, between: 1.1 }, meanNorm: 1.5 }),
    breakdown(core, { scenario: { verifier: { kind: "bernoulli" } } }),
  ]);
  texts[NEWS] = JSON.stringify(await news());
  texts[EIGEN] = JSON.stringify(await eigen());
  return texts;
}

/** Articles, summaries drawn and likeliest, their scores, and weights, of both models; and the whole experiment. */
async function news(): Promise<unknown> {
  const core = await loadText();
  const articles = newswire(core, { articles: 40, seed: 2 });
  const learners = [copyLearner(core, { seed: 3 }), extractiveLearner(core, { seed: 3 })];
  const models = await Promise.all(learners.map((learner) => learner.train(humanPairs(articles.slice(0, 20)))));
  const told = models.map(async (model) => [
    await model.generate(articles, { n: 2, seed: 4 }),
    await model.generate(articles, { temperature: 0 }),
    await model.scoreAll(humanPairs(articles)),
    [...model.state.weights].filter((weight) => weight !== 0),
  ]);
  const experiment = await runNews(core, articles, {
    seeds: [1],
    fractions: [0.25, 1],
    bestOf: 2,
    epochs: 1,
    noise: 0.2,
  });
  return [articles, ...(await Promise.all(told)), experiment];
}

/** A whole experiment, weights and answers of every model included. */
async function eigen(): Promise<unknown> {
  const kept: [string, unknown][] = [];
  const listed = (value: unknown): unknown =>
    ArrayBuffer.isView(value)
      ? [...(value as Float32Array)]
      : typeof value === "object" && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).map(([name, part]) => [name, listed(part)]))
        : value;
  const result = await runEigen(
    {
      ...{ seeds: [1], verifiers: ["oracle", "noisy:0.3", "self", "confident", "random", "none"], tolerance: 0.3 },
      ...{ beams: 4, generatorRows: 150, pool: 300, beamPool: 50, test: 50, steps: 60, width: 16 },
    },
    {
      store: {
        read: async () => undefined,
        write: async (name, value) => void kept.push([name, listed(value)]),
        readCheckpoint: async () => undefined,
        writeCheckpoint: async () => {},
        removeCheckpoint: async () => {},
      },
    },
  );
  return [result, kept];
}
