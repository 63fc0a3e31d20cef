import "./jitless.js";
import type { KeptBy } from "../../src/audit/keptRows.js";
import type { DrawnLabels } from "../../src/audit/sheet/draw.js";
import type { AuditQuestion } from "../../src/audit.js";
import {
  type AnglesQuestion,
  type Breakdown,
  breakdown,
  type CellResult,
  type Core,
  load,
  parseScenario,
  planCells,
  run,
  runResult,
  type ScenarioInput,
  theory,
} from "../../src/index.js";
import { csvHeader, csvRow, resultColumns } from "../../src/sweep/results/table.js";
import type { DrawQuestion } from "../model/auditForm.js";
import type { SheetRows } from "../model/labelSheet.js";
import type { FileLook, PageAudit } from "./auditFile.js";
import { type Dots, type DotsQuestion, drawDots } from "./dots.js";
import type { KeptRows } from "./keepRows.js";
import { type Answer, bayesAccuracy, type LinesQuestion, theoryLines } from "./lines.js";
import type { NewsAnswer, NewsProgress, NewsQuestion } from "./news.js";
import type { TransformerOutcome, TransformerProgress, TransformerQuestion } from "./transformer.js";

/** Values of the theory over a plane, row by row from below; NaN if there is none. */
export interface Plane {
  accuracy: Float64Array;
  breakdown: Float64Array;
  errorRate: Float64Array;
}

/** One p, φ and ψ in two worlds: as directions have them, and with errors that are independent of the inputs. */
export interface Worlds {
  linear: Breakdown;
  independent: Breakdown | null;
  /** Accuracy of the best rule there is. */
  bayes: number;
}

/** Loaded when a file is opened. */
const auditing = () => import("./auditFile.js");

/** What a worker does for the page. It holds the core; nothing is computed on the page's own thread. */
export class Calculator {
  #core: Promise<Core> | undefined;
  #abort: AbortController | undefined;

  /**
   * Holds a lock until this worker ends, which is how the page learns of that; an empty name only asks for an answer.
   *
   * @returns Whether it holds one.
   */
  hold(name: string): Promise<boolean> {
    const { locks } = navigator as { locks?: LockManager };
    if (name === "" || locks === undefined) return Promise.resolve(false);
    return new Promise((resolve) => {
      void locks.request(name, () => {
        resolve(true);
        return new Promise(() => {});
      });
    });
  }

  /** The core is compiled once. */
  #load(): Promise<Core> {
    this.#core ??= load().catch((error: unknown) => {
      this.#core = undefined; // the network may come back
      throw error;
    });
    return this.#core;
  }

  /** The theory's curves of a scenario. */
  async lines(question: LinesQuestion): Promise<Answer> {
    return theoryLines(await this.#load(), question);
  }

  /** The theory over the two axes of a sweep, of which the second is the horizontal one. */
  async plane(input: ScenarioInput): Promise<Plane> {
    const answers = theory(await this.#load(), input);
    const column = (read: (answer: (typeof answers)[number]) => number | null) =>
      Float64Array.from(answers, (answer) => read(answer) ?? Number.NaN);
    return {
      accuracy: column(({ accuracy }) => accuracy),
      breakdown: column((answer) => answer.breakdown),
      errorRate: column(({ errorRate }) => errorRate),
    };
  }

  /**
   * What follows from the angles of two directions, and what would follow from the same p, φ and ψ if the errors had
   * nothing to do with the inputs.
   */
  async worlds(question: AnglesQuestion): Promise<Worlds> {
    const core = await this.#load();
    const linear = breakdown(core, question);
    const { phi, psi, errorRate } = linear;
    const independent = phi === null || psi === null ? null : breakdown(core, { phi, psi, errorRate });
    const { meanNorm = null } = question;
    const bayes = meanNorm === null ? 1 : bayesAccuracy(core, meanNorm);
    return { linear, independent, bayes };
  }

  /** Rows in two dimensions, to be seen. */
  async dots(question: DotsQuestion): Promise<Dots> {
    return drawDots(await this.#load(), question);
  }

  /**
   * Some cells of a scenario, by their positions in its plan. A cell run alone has the bits of the cell in its sweep: its
   * random streams are keyed by its own settings.
   */
  async cells(
    input: ScenarioInput,
    indices: readonly number[],
    onTrials: (done: number) => void,
  ): Promise<CellResult[]> {
    const core = await this.#load();
    const plan = planCells(parseScenario(input));
    const abort = new AbortController();
    this.#abort = abort;
    const results: CellResult[] = [];
    for (const index of indices) {
      const cell = plan[index];
      if (!cell || abort.signal.aborted) break;
      let told = 0;
      const onProgress = ({ trialsDone }: { trialsDone: number }) => {
        onTrials(trialsDone - told);
        told = trialsDone;
      };
      try {
        for await (const result of run(core, cell.scenario, { signal: abort.signal, onProgress })) {
          results.push({ ...result, index, params: cell.params });
        }
      } catch (error) {
        if (!abort.signal.aborted) throw error;
      }
    }
    return results;
  }

  /** The fields and the first rows of a file. */
  async lookAt(file: File, onProgress: (share: number) => void): Promise<FileLook> {
    const { lookAt } = await auditing();
    return lookAt(file, onProgress);
  }

  async audit(
    file: File,
    question: AuditQuestion,
    labels: SheetRows | File | null,
    onProgress: (share: number) => void,
  ): Promise<PageAudit> {
    const { auditFile } = await auditing();
    return auditFile(await this.#load(), file, question, onProgress, labels);
  }

  /** Rows of a file to be labelled. */
  async draw(file: File, question: DrawQuestion, onProgress: (share: number) => void): Promise<DrawnLabels> {
    const { drawSheet } = await auditing();
    return drawSheet(await this.#load(), file, question, onProgress);
  }

  /** The labels of a sheet that was filled in. */
  async sheet(file: File): Promise<SheetRows> {
    const { readSheetFile } = await auditing();
    return readSheetFile(file);
  }

  /** Writes the kept rows of a file to the disk, or into a file to be handed out. */
  async keep(
    file: File,
    question: KeptBy,
    to: FileSystemFileHandle | null,
    onProgress: (share: number) => void,
  ): Promise<KeptRows> {
    const { keepRows } = await import("./keepRows.js");
    return keepRows(file, question, to, onProgress);
  }

  /** Trains the transformers of `pstar eigen`; whoever has enough of it dismisses the worker. */
  async train(
    question: TransformerQuestion,
    onProgress: (progress: TransformerProgress) => void,
  ): Promise<TransformerOutcome> {
    const { trainTransformer } = await import("./transformer.js");
    return trainTransformer(question, onProgress);
  }

  /** Runs the experiment of `pstar news` for one seed; whoever has enough of it dismisses the worker. */
  async news(question: NewsQuestion, onProgress: (progress: NewsProgress) => void): Promise<NewsAnswer> {
    const { runNewsHere } = await import("./news.js");
    return runNewsHere(question, onProgress);
  }

  /** Ends `cells` between two trials. */
  stop(): void {
    this.#abort?.abort();
  }

  /** A scenario that the theory alone computes, from its first cell to the text of its result. */
  async result(format: "json" | "csv", input: ScenarioInput): Promise<string> {
    const cells: CellResult[] = [];
    for await (const cell of run(await this.#load(), input)) cells.push(cell);
    return resultText(format, input, cells);
  }

  /** The result of a run, or of a part of one, in the bytes that the command line writes. */
  text(format: "json" | "csv", input: ScenarioInput, cells: CellResult[]): string {
    return resultText(format, input, cells);
  }
}

/** A run, or what there is of one, in the bytes that the command line writes; a part says that it is one. */
export function resultText(format: "json" | "csv", input: ScenarioInput, cells: CellResult[]): string {
  const scenario = parseScenario(input);
  if (format === "csv") {
    const columns = resultColumns(scenario);
    return csvHeader(columns) + cells.map((cell) => csvRow(cell, columns)).join("");
  }
  const planned = planCells(scenario).length;
  const { schema, ...rest } = runResult(scenario, cells);
  const partial = cells.length === planned ? {} : { complete: false, cellsPlanned: planned };
  return `${JSON.stringify({ schema, ...partial, ...rest }, null, 2)}\n`;
}
