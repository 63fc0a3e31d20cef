import { type AtN, breakdown, type Core } from "../../src/index.js";
import { type CellScenario, parseScenario, type ScenarioInput } from "../../src/model/scenario.js";
import { openTrials } from "../kernel/experiment.js";
import { summary } from "../oracle/statistics.js";

// Whether the verdict at N is that of a simulation: 345 settings, of which purity alone is wrong in about a third.

export interface Setting {
  p: number;
  phi: number;
  psi: number;
  samples: number;
}

const RATES = [0.3, 0.5, 0.6, 0.8, 0.95].flatMap((phi) => [0.05, 0.2, 0.4, 0.6, 0.8].map((psi) => ({ phi, psi })));

/** 5 error rates, 23 verifiers and 3 numbers of rows in 50 dimensions. */
export const GRID: readonly Setting[] = [0.05, 0.2, 0.35, 0.45, 0.6].flatMap((p) =>
  RATES.filter(({ phi, psi }) => phi !== psi).flatMap((rates) =>
    [100, 500, 2500].map((samples) => ({ p, ...rates, samples })),
  ),
);

export function cellOf(input: ScenarioInput): CellScenario {
  const { sweep, plot, name, description, ...cell } = parseScenario(input);
  return cell;
}

export function scenarioOf({ p, phi, psi, samples }: Setting): CellScenario {
  return cellOf({
    data: { meanNorm: 1.5 },
    generator: { errorRate: p },
    verifier: { kind: "bernoulli", phi, psi },
    samples,
  });
}

/** Mean accuracy by trials of an engine, each setting by a stream of its own; asked twice, it is not drawn again. */
export function simulator(core: Core, engine: "reduced" | "direct", trials: number) {
  const known = new Map<string, ReturnType<typeof summary>>();
  return (scenario: CellScenario): { mean: number; se: number } => {
    const key = JSON.stringify(scenario);
    const before = known.get(key);
    if (before) return before;
    const run = openTrials(engine, core, scenario);
    const found = run.run({ seed: 20261127, cell: [15, known.size] }, 0, trials);
    run.close();
    const result = summary(found.filter(({ status }) => status === "ok").map(({ accuracy }) => accuracy));
    known.set(key, result);
    return result;
  };
}

export const unverified = (scenario: CellScenario): CellScenario => ({
  ...scenario,
  verifier: { ...scenario.verifier, kind: "none", poison: 0 },
});

/** The verdicts against simulations with and without the verifier, where these differ by more than 3 standard errors. */
export function compare(core: Core, scenarios: readonly CellScenario[], simulate: ReturnType<typeof simulator>) {
  const count = { told: 0, right: 0, inconclusive: 0, purityWrong: 0 };
  const wrong: { scenario: CellScenario; atN: AtN }[] = [];
  for (const scenario of scenarios) {
    const [with_, without] = [simulate(scenario), simulate(unverified(scenario))];
    const difference = with_.mean - without.mean;
    if (!(Math.abs(difference) > 3 * Math.hypot(with_.se, without.se))) continue;
    const { atN, labels } = breakdown(core, { scenario });
    const truth = difference > 0 ? "better" : "worse";
    count.told++;
    if (atN.verification === truth) count.right++;
    else if (atN.verification === "inconclusive") count.inconclusive++;
    else wrong.push({ scenario, atN });
    if (labels.purity !== truth) count.purityWrong++;
  }
  return { ...count, wrong };
}
