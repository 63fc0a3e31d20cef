import "./jitless.js";
import type { AuditTally } from "../../src/audit/audit.js";
import type { AuditResult } from "../../src/audit/result.js";
import type { AuditThresholds, ThresholdTally } from "../../src/audit/threshold.js";
import type { Core } from "../../src/core/core.js";
import { startCore } from "../../src/core/simulationCore.js";
import { type AnglesQuestion, answer, type Breakdown, type RatesQuestion } from "../../src/engine/calculator.js";
import type { CellResult } from "../../src/engine/result.js";
import { type RunOptions, runOnThread } from "../../src/engine/run.js";
import { evaluate } from "../../src/engine/steps.js";
import { type Theory, theories } from "../../src/engine/theory.js";
import { Plan } from "../../src/model/cells.js";
import { parseScenario, type ScenarioInput } from "../../src/model/scenario.js";

/** What the page needs of the class `Pstar`, which has much more: its methods under their names, on one compiled core. */
export class Library {
  readonly #core: Core;

  private constructor(core: Core) {
    this.#core = core;
  }

  static async load(): Promise<Library> {
    return new Library(await startCore());
  }

  async *run(input: ScenarioInput, options: RunOptions = {}): AsyncGenerator<CellResult> {
    const scenario = parseScenario(input);
    yield* runOnThread(await this.#core.another(), scenario, options);
  }

  theory(input: ScenarioInput): Theory[] {
    const plan = new Plan(parseScenario(input));
    return theories(
      this.#core,
      Array.from({ length: plan.length }, (_, index) => plan.scenario(index)),
    );
  }

  breakdown(question: RatesQuestion | AnglesQuestion): Breakdown {
    return answer(this.#core, question);
  }

  /** Φ(r). */
  bayes(meanNorm: number): number {
    return evaluate(this.#core, Float64Array.of(1), { data: { dim: 1, meanNorm } }).accuracy;
  }

  audit(tally: AuditTally): AuditResult {
    return tally.result(this.#core);
  }

  auditThresholds(tally: ThresholdTally): AuditThresholds {
    return tally.result(this.#core);
  }
}
