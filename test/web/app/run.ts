import { humanPairs, load, type Pstar } from "../../../src/index.js";
import { scenarios } from "./scenarios.js";

/** Under this name stand the calculator's answers. */
export const CALCULATOR = "the calculator";

/** And under this what news models wrote and how they scored it. */
export const NEWS = "the news models";

/** The JSON text of every scenario's result, provenance aside, by the scenario's name. */
export async function runAll(): Promise<Record<string, string>> {
  const pstar = await load();
  const texts: Record<string, string> = {};
  for (const [name, scenario] of Object.entries(scenarios)) {
    const { provenance, ...result } = await pstar.collect(scenario);
    texts[name] = JSON.stringify(result, null, 2);
  }
  texts[CALCULATOR] = JSON.stringify([
    pstar.breakdown({ phi: 0.8, psi: 0.3, errorRate: 0.6, classes: 4 }),
    pstar.breakdown({ angles: { generator: "30deg", verifier: "100deg" } }),
    pstar.breakdown({ angles: { generator: 0.9, verifier: 0.7, between: 1.1 }, meanNorm: 1.5 }),
    pstar.breakdown({ scenario: { verifier: { kind: "bernoulli" } } }),
  ]);
  texts[NEWS] = JSON.stringify(await news(pstar));
  return texts;
}

/** Articles, summaries drawn and likeliest, their scores, and weights, of both models; and the whole experiment. */
async function news(pstar: Pstar): Promise<unknown> {
  const articles = pstar.newswire({ articles: 60, seed: 2 });
  const learners = [pstar.copyLearner({ seed: 3 }), pstar.extractiveLearner({ seed: 3 })];
  const models = await Promise.all(learners.map((learner) => learner.train(humanPairs(articles.slice(0, 50)))));
  const told = models.map(async (model) => [
    await model.generate(articles, { n: 2, seed: 4 }),
    await model.generate(articles, { temperature: 0 }),
    await model.scoreAll(humanPairs(articles)),
    [...model.state.weights].filter((weight) => weight !== 0),
  ]);
  const experiment = await pstar.news(articles, {
    seeds: [1, 2],
    fractions: [0.25, 1],
    bestOf: 2,
    epochs: 1,
    noise: 0.2,
  });
  return [articles, ...(await Promise.all(told)), experiment];
}
