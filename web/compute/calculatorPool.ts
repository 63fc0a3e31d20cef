import { proxy, type Remote } from "comlink";
import type { KeptBy } from "../../src/audit/keptRows.js";
import type { DrawnLabels } from "../../src/audit/sheet/draw.js";
import type { AuditQuestion } from "../../src/audit.js";
import { type AnglesQuestion, type CellResult, parseScenario, planCells, type ScenarioInput } from "../../src/index.js";
import type { DrawQuestion } from "../model/auditForm.js";
import type { SheetRows } from "../model/labelSheet.js";
import type { FileLook, PageAudit } from "./auditFile.js";
import type { Calculator, Plane, Worlds } from "./calculator.js";
import { CalculatorWorker } from "./calculatorWorker.js";
import type { Dots, DotsQuestion } from "./dots.js";
import type { KeptRows } from "./keepRows.js";
import type { Answer, LinesQuestion } from "./lines.js";
import type { NewsAnswer, NewsProgress, NewsQuestion } from "./news.js";
import type { TransformerOutcome, TransformerProgress, TransformerQuestion } from "./transformer.js";

/** What a simulation tells while it runs. */
export interface Watcher {
  onCells(cells: CellResult[]): void;
  /** Share of the trials that are done, in [0, 1]. */
  onProgress(share: number): void;
}

/** Milliseconds that a batch of cells should take: short enough that points stream in. */
const BATCH = 120;
/** Milliseconds that a worker has to stop between two trials; a longer trial is cut off. */
const PATIENCE = 200;

/** The page's workers: one for the theory, which answers at once, and some for the simulations. */
export class CalculatorPool {
  #theorist: CalculatorWorker | undefined;
  readonly #simulators: CalculatorWorker[] = [];
  /** How many simulations run side by side. */
  readonly size: number;
  /** The simulation before: a worker computes for one at a time. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(size = Math.min(4, Math.max(1, (navigator.hardwareConcurrency || 2) - 1))) {
    this.size = size;
  }

  lines(question: LinesQuestion): Promise<Answer> {
    return this.#ask((calculator) => calculator.lines(question));
  }

  plane(input: ScenarioInput): Promise<Plane> {
    return this.#ask((calculator) => calculator.plane(input));
  }

  worlds(question: AnglesQuestion): Promise<Worlds> {
    return this.#ask((calculator) => calculator.worlds(question));
  }

  dots(question: DotsQuestion): Promise<Dots> {
    return this.#ask((calculator) => calculator.dots(question));
  }

  text(format: "json" | "csv", input: ScenarioInput, cells: CellResult[]): Promise<string> {
    return this.#ask((calculator) => calculator.text(format, input, cells));
  }

  /** The whole result of a scenario that the theory alone computes, as text. */
  result(format: "json" | "csv", input: ScenarioInput): Promise<string> {
    return this.#ask((calculator) => calculator.result(format, input));
  }

  /** A file is read by the worker that answers at once, so that no simulation waits for it. */
  lookAt(file: File, onProgress: (share: number) => void): Promise<FileLook> {
    return this.#ask((calculator) => calculator.lookAt(file, proxy(onProgress)));
  }

  audit(
    file: File,
    question: AuditQuestion,
    labels: SheetRows | File | null,
    onProgress: (share: number) => void,
  ): Promise<PageAudit> {
    return this.#ask((calculator) => calculator.audit(file, question, labels, proxy(onProgress)));
  }

  draw(file: File, question: DrawQuestion, onProgress: (share: number) => void): Promise<DrawnLabels> {
    return this.#ask((calculator) => calculator.draw(file, question, proxy(onProgress)));
  }

  sheet(file: File): Promise<SheetRows> {
    return this.#ask((calculator) => calculator.sheet(file));
  }

  keep(
    file: File,
    question: KeptBy,
    to: FileSystemFileHandle | null,
    onProgress: (share: number) => void,
  ): Promise<KeptRows> {
    return this.#ask((calculator) => calculator.keep(file, question, to, proxy(onProgress)));
  }

  /** Trains transformers in a worker of its own, which `stop` ends at once. */
  train(
    question: TransformerQuestion,
    onProgress: (progress: TransformerProgress) => void,
  ): { outcome: Promise<TransformerOutcome>; stop(): void } {
    return this.#alone((calculator) => calculator.train(question, proxy(onProgress)));
  }

  /** Runs the news experiment in the same way. */
  news(
    question: NewsQuestion,
    onProgress: (progress: NewsProgress) => void,
  ): { outcome: Promise<NewsAnswer>; stop(): void } {
    return this.#alone((calculator) => calculator.news(question, proxy(onProgress)));
  }

  #alone<T>(ask: (calculator: Remote<Calculator>) => Promise<T>): { outcome: Promise<T>; stop(): void } {
    const worker = new CalculatorWorker();
    const outcome = worker.call(ask);
    return { outcome: outcome.finally(() => worker.dismiss()), stop: () => worker.dismiss() };
  }

  /**
   * Computes all cells of a scenario, shared out among the workers; whichever computes a cell, its bits are the same. A
   * simulation begins when the one before has let go of the workers.
   *
   * @throws the signal's reason when it is aborted, and what a worker throws.
   */
  simulate(input: ScenarioInput, watcher: Watcher, signal: AbortSignal): Promise<void> {
    const turn = this.#last.then(() => this.#simulate(input, watcher, signal));
    this.#last = turn.catch(() => {});
    return turn;
  }

  async #simulate(input: ScenarioInput, watcher: Watcher, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const scenario = parseScenario(input);
    const cells = planCells(scenario).length;
    const trials = cells * scenario.trials;
    let next = 0;
    let done = 0;
    const work = async (place: number): Promise<void> => {
      let size = 1;
      while (next < cells) {
        signal.throwIfAborted();
        const indices = Array.from({ length: Math.min(size, cells - next) }, (_, i) => next + i);
        next += indices.length;
        const worker = this.#simulator(place);
        const start = performance.now();
        const onTrials = (count: number) => {
          done += count;
          if (!signal.aborted) watcher.onProgress(done / trials);
        };
        const results = await patient(
          worker,
          worker.call((calculator) => calculator.cells(input, indices, proxy(onTrials))),
          signal,
        );
        signal.throwIfAborted();
        watcher.onCells(results);
        const took = Math.max(1, performance.now() - start);
        size = Math.max(1, Math.min(32, Math.round((indices.length * BATCH) / took)));
      }
    };
    const guarded = async (place: number) => {
      try {
        await work(place);
      } catch (error) {
        next = cells; // the others finish what they have, and take no more
        throw error;
      }
    };
    const places = Array.from({ length: Math.min(this.size, cells) }, (_, place) => guarded(place));
    const ends = await Promise.allSettled(places);
    const failed = ends.find((end) => end.status === "rejected");
    if (failed) throw failed.reason;
  }

  #ask<T>(question: (calculator: Remote<Calculator>) => Promise<T>): Promise<T> {
    if (!this.#theorist?.alive) this.#theorist = new CalculatorWorker();
    return this.#theorist.call(question);
  }

  #simulator(place: number): CalculatorWorker {
    const before = this.#simulators[place];
    if (before?.alive) return before;
    const worker = new CalculatorWorker();
    this.#simulators[place] = worker;
    return worker;
  }
}

/** Waits for a worker; once the signal aborts, it is told to stop, and is dismissed if that takes long. */
async function patient<T>(worker: CalculatorWorker, result: Promise<T>, signal: AbortSignal): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const onAbort = () => {
    worker.call((calculator) => calculator.stop()).catch(() => {});
    timer = setTimeout(() => worker.dismiss(), PATIENCE);
  };
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await result;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
  }
}
