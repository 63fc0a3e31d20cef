import { load } from "../../../src/index.js";
import { scenarios } from "./scenarios.js";

/** Under this name stand the calculator's answers. */
export const CALCULATOR = "the calculator";

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
  return texts;
}
