import type { TheoryLine } from "../../src/figure/series.js";
import {
  type CellResult,
  parseScenario,
  planCells,
  type Reason,
  type Scenario,
  type ScenarioInput,
} from "../../src/index.js";
import { namedInput } from "../model/command.js";
import type { Experiment } from "../model/experiment.js";
import { propertyOf } from "../model/properties.js";
import type { CalculatorPool } from "./calculatorPool.js";
import { Latest } from "./latest.js";
import type { LinesQuestion } from "./lines.js";

/** `waiting`: the direct engine runs only when it is told to. */
export type Phase = "waiting" | "computing" | "done" | "stopped" | "failed";

/** What is known of a figure so far. */
export interface Knowledge {
  scenario: Scenario;
  measure: LinesQuestion["measure"];
  lines: readonly TheoryLine[];
  /** Why some curves have no line. */
  missing: readonly Reason[];
  bayes: number | null;
  /** Whether the lines are those of the latest question. */
  answered: boolean;
  /** In the order of the plan. */
  cells: readonly CellResult[];
  planned: number;
  phase: Phase;
  /** Share of the trials that are done. */
  progress: number;
  error: Error | null;
}

/** What a figure asks: its scenario, and where the theory's lines have their points. */
export interface Question {
  input: ScenarioInput;
  lines: LinesQuestion;
  /** Whether points are simulated beside the lines. */
  simulate: boolean;
}

/** Milliseconds of rest after the last change before points are simulated: not while a slider moves. */
const REST = 150;

/** Keeps what is known of one figure up to date: the theory at once, the points as they come. */
export class Session {
  readonly #calculators: CalculatorPool;
  readonly #onChange: (knowledge: Knowledge, what: "lines" | "cells" | "phase") => void;
  readonly #latest = new Latest();
  #question: Question | undefined;
  #key = "";
  #knowledge: Knowledge | undefined;
  #abort = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    calculators: CalculatorPool,
    onChange: (knowledge: Knowledge, what: "lines" | "cells" | "phase") => void,
  ) {
    this.#calculators = calculators;
    this.#onChange = onChange;
  }

  get knowledge(): Knowledge | undefined {
    return this.#knowledge;
  }

  /** Asks anew. Cells stay where the scenario has not changed, such as when another measure is shown. */
  ask(question: Question): void {
    const key = JSON.stringify([question.input, question.simulate]);
    const same = key === this.#key && this.#knowledge;
    this.#question = question;
    this.#key = key;
    const { measure } = question.lines;
    if (same) {
      this.#knowledge = { ...same, measure, answered: false };
    } else {
      this.#halt();
      const scenario = parseScenario(question.input);
      const waits = scenario.engine === "direct" && question.simulate;
      this.#knowledge = {
        scenario,
        measure,
        lines: [],
        missing: [],
        bayes: null,
        answered: false,
        cells: [],
        planned: planCells(scenario).length,
        phase: waits ? "waiting" : question.simulate ? "computing" : "done",
        progress: 0,
        error: null,
      };
      if (question.simulate && !waits) this.#timer = setTimeout(() => this.run(), REST);
    }
    this.#latest.ask(() => this.#askTheory(question));
  }

  /** Simulates all points, from the first. */
  run(): void {
    const question = this.#question;
    if (!question || !this.#knowledge) return;
    this.#halt();
    const abort = this.#abort;
    this.#tell({ cells: [], phase: "computing", progress: 0, error: null }, "phase");
    void this.#simulate(question, abort);
  }

  /** Stops the simulation; the points that are there stand. */
  stop(): void {
    this.#halt();
    this.#tell({ phase: "stopped" }, "phase");
  }

  /** Asks everything again, after a failure. */
  retry(): void {
    const question = this.#question;
    this.#key = "";
    if (question) this.ask(question);
  }

  close(): void {
    this.#halt();
    this.#question = undefined;
  }

  #halt(): void {
    clearTimeout(this.#timer);
    this.#abort.abort();
    this.#abort = new AbortController();
  }

  async #askTheory(question: Question): Promise<void> {
    if (question !== this.#question) return;
    try {
      const answer = await this.#calculators.lines(question.lines);
      if (question === this.#question) this.#tell({ ...answer, answered: true }, "lines");
    } catch (error) {
      if (question === this.#question) this.#fail(error);
    }
  }

  async #simulate(question: Question, { signal }: AbortController): Promise<void> {
    const cells: CellResult[] = [];
    try {
      await this.#calculators.simulate(
        question.input,
        {
          onCells: (more) => {
            cells.push(...more);
            cells.sort((a, b) => a.index - b.index);
            this.#tell({ cells: [...cells] }, "cells");
          },
          onProgress: (progress) => this.#tell({ progress }, "phase"),
        },
        signal,
      );
      if (!signal.aborted) this.#tell({ phase: "done", progress: 1 }, "phase");
    } catch (error) {
      if (!signal.aborted) this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#halt();
    this.#tell({ phase: "failed", error: error instanceof Error ? error : new Error(String(error)) }, "phase");
  }

  #tell(change: Partial<Knowledge>, what: "lines" | "cells" | "phase"): void {
    if (!this.#knowledge) return;
    this.#knowledge = { ...this.#knowledge, ...change };
    this.#onChange(this.#knowledge, what);
  }
}

/** Points of a theory's line: a multiple of the usual 20 steps, so that it meets the simulated points. */
const FINE = 121;
/** Of a line each of whose points is a whole trajectory. */
const COARSE = 41;

/** What is asked of the workers for the curve of an experiment. */
export function curveQuestion(experiment: Experiment, measure: LinesQuestion["measure"], simulate: boolean): Question {
  const { settings, x, series } = experiment;
  const steps = settings.generations === 1 ? FINE : COARSE;
  const input = namedInput(experiment);
  const fine = x === null ? input : namedInput({ ...experiment, x: { ...x, steps: Math.max(x.steps, steps) } });
  const swept = [x?.path, series?.path];
  const hasBayes =
    settings["data.kind"] === "mixture" && !swept.includes("data.meanNorm") && !swept.includes("data.kind");
  return {
    input,
    lines: {
      input: fine,
      x: x?.path ?? null,
      series: series?.path ?? null,
      whole: x !== null && propertyOf(x.path)?.kind === "integer",
      measure,
      meanNorm: hasBayes ? (settings["data.meanNorm"] as number) : null,
    },
    simulate,
  };
}
