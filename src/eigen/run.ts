import { EmptyKeptSetError } from "../core/errors.js";
import { reasonsOf } from "../core/reasons.js";
import type { WorkOptions } from "../core/slices.js";
import { TRANSFORMER_CORE_HASH } from "../core/transformer.generated.js";
import { loadTransformer, type TransformerCore } from "../core/transformerCore.js";
import { each } from "../threads/waiting.js";
import {
  count,
  type EigenArm,
  type EigenBeams,
  type EigenLabels,
  type EigenSelection,
  eigenArms,
  selectRows,
} from "./arms.js";
import { type EigenOptions, type EigenSettings, eigenSettings } from "./options.js";
import { type EigenOutcome, type EigenResult, eigenResult } from "./result.js";
import {
  type EigenAnswers,
  type EigenExecutor,
  type EigenMeasured,
  type EigenTask,
  EigenWork,
  type TrainTask,
} from "./work.js";

/** Keeps what is finished, and how far trainings are, under a name each, so that a run that was stopped goes on where it was. */
export interface EigenStore {
  read(name: string): Promise<unknown>;
  write(name: string, value: unknown): Promise<void>;
  readCheckpoint(name: string): Promise<EigenCheckpoint | undefined>;
  writeCheckpoint(name: string, checkpoint: EigenCheckpoint): Promise<void>;
  removeCheckpoint(name: string): Promise<void>;
}

/** A training after so many steps: weights and moments. */
export interface EigenCheckpoint {
  step: number;
  state: Float32Array;
}

export interface EigenRunOptions extends WorkOptions {
  store?: EigenStore;
  /** Told of each arm as it ends; with it, a run that was stopped still has a result. */
  onArm?: (outcome: EigenOutcome) => void;
}

/** What tells one experiment from another: more seeds and arms may be added. */
export interface EigenIdentity {
  settings: Omit<EigenSettings, "seeds" | "verifiers" | "controls">;
  /** SHA-256 of the core. */
  core: string;
}

const eigenReason = reasonsOf({
  "never-correct": ({ seed, steps }: { seed: number; steps: number }) =>
    `of seed ${seed}, the generator has no correct answer in the pool: it needs more steps (${steps}), more matrices, or a larger tolerance`,
});

/** Steps between two checkpoints, and matrices of a task of beams. */
const SEGMENT = 1000;
const BEAM_MATRICES = 5000;

/**
 * The paper's experiment with transformers on this thread: a generator learns the eigenvalues of symmetric matrices from a few
 * exact ones, answers many, verifiers keep some of its answers, and fresh models of the same shape learn from those, all in as
 * many steps. Their accuracy on new matrices, against the generator's, says what became of it.
 *
 * @param run `signal` ends it, `onProgress` is told of training steps (and other work in the time of so many), `store` keeps
 * finished arms.
 * @throws ArgumentError if an option is out of range; EmptyKeptSetError if the generator has no correct answer.
 * @example
 * const { arms } = await runEigen({ seeds: [1, 2], verifiers: ["oracle", "none"], steps: 2000 });
 * @see Feng, Dohmatob, Yang, Charton, Kempe, Beyond Model Collapse, arXiv 2406.07515
 */
export async function runEigen(options: EigenOptions = {}, run: EigenRunOptions = {}): Promise<EigenResult> {
  const experiment = await EigenExperiment.plan(options);
  const work = new EigenWork(experiment.core, experiment.settings);
  const { signal } = run;
  return experiment.run({ width: 1, run: (task) => work.run(task, signal ? { signal } : {}) }, run);
}

/** What is to be done, checked; and the order in which it is done. */
export class EigenExperiment {
  readonly settings: EigenSettings;
  readonly arms: readonly EigenArm[];
  readonly core: TransformerCore;

  private constructor(core: TransformerCore, settings: EigenSettings) {
    this.core = core;
    this.settings = settings;
    this.arms = eigenArms(settings);
  }

  /** @throws ArgumentError if an option is out of range. */
  static async plan(options: EigenOptions): Promise<EigenExperiment> {
    const settings = eigenSettings(options);
    return new EigenExperiment(await loadTransformer(), settings);
  }

  get identity(): EigenIdentity {
    const { seeds: _, verifiers: _verifiers, controls: _controls, ...settings } = this.settings;
    return { settings, core: TRANSFORMER_CORE_HASH };
  }

  /** Arms of all repetitions. */
  get tasks(): number {
    return this.settings.seeds.length * this.arms.length;
  }

  /** All work, in training steps: decoding is counted by the time it takes beside them. */
  get work(): number {
    const { seeds, steps, pool, beamPool, test, beams } = this.settings;
    const searched = this.#needsBeams ? beamPool : 0;
    const others = (this.arms.length - 1) * (steps + measuringSteps(test, 1));
    const generator = steps + measuringSteps(test, beams) + decodingSteps(pool, 1) + decodingSteps(searched, beams);
    return Math.round(seeds.length * (others + generator));
  }

  get #needsBeams(): boolean {
    return this.arms.some(({ choice }) => choice === "beams");
  }

  /** The result of the arms that are there. */
  result(outcomes: readonly EigenOutcome[]): EigenResult {
    return eigenResult(this.arms, outcomes, this.settings);
  }

  /**
   * Has all work done that the store does not hold yet. The result does not depend on the executor.
   *
   * @throws the signal's reason when aborted; what is finished is in the store by then.
   */
  async run(executor: EigenExecutor, options: EigenRunOptions = {}): Promise<EigenResult> {
    const outcomes: EigenOutcome[] = [];
    const run = new Running(executor, this, options);
    await each(this.settings.seeds, executor.width, async (seed) => {
      const { steps, beams } = this.settings;
      const generator = await run.model(`seed-${seed}-generator`, seed, null, beams);
      const labels = await run.labels(seed, generator.weights, this.#needsBeams);
      const kept = count(labels.correct);
      const rows = Math.min(kept, this.settings.armRows ?? kept);
      if (kept === 0) throw new EmptyKeptSetError(eigenReason("never-correct", { seed, steps }));
      const take = (arm: EigenArm, selection: EigenSelection | null, measured: EigenMeasured) => {
        const outcome = outcomeOf(seed, arm, selection, measured, labels, this.settings);
        outcomes.push(outcome);
        options.onArm?.(outcome);
      };
      await each(this.arms, executor.width, async (arm) => {
        if (arm.name === "generator") return take(arm, null, generator.measured);
        const selection = selectRows(this.core, arm, labels, this.settings, seed, rows);
        const { places, answers } = selection;
        const { measured } = await run.model(`seed-${seed}-${arm.name}`, seed, { places, answers }, 1);
        take(arm, selection, measured);
      });
    });
    return this.result(outcomes);
  }
}

/** A model of an arm, finished. */
interface Finished {
  weights: Float32Array;
  measured: EigenMeasured;
}

/** A run under way: its tasks, what of them the store holds, and how far it is. */
class Running {
  readonly #executor: EigenExecutor;
  readonly #settings: EigenSettings;
  readonly #options: EigenRunOptions;
  readonly #total: number;
  #done = 0;

  constructor(executor: EigenExecutor, experiment: EigenExperiment, options: EigenRunOptions) {
    this.#executor = executor;
    this.#settings = experiment.settings;
    this.#options = options;
    this.#total = experiment.work;
  }

  /** Trains and measures a model, from its last checkpoint on if there is one. */
  async model(name: string, seed: number, rows: TrainTask["rows"], beams: number): Promise<Finished> {
    const { store } = this.#options;
    const { steps, test } = this.#settings;
    const known = (await store?.read(name)) as Finished | undefined;
    if (known) {
      this.#advance(steps + measuringSteps(test, beams));
      return known;
    }
    const checkpoint = await store?.readCheckpoint(name);
    let state = checkpoint?.state ?? null;
    let from = checkpoint?.step ?? 0;
    this.#advance(from);
    while (from < steps || state === null) {
      const to = Math.min(steps, from + SEGMENT);
      state = await this.#run({ kind: "train", seed, rows, from, to, state });
      if (to < steps) await store?.writeCheckpoint(name, { step: to, state });
      this.#advance(to - from);
      from = to;
    }
    const weights = state.slice(0, state.length / 3);
    const measured = await this.#run({ kind: "measure", seed, weights, beams });
    const finished = { weights, measured };
    await store?.write(name, finished);
    await store?.removeCheckpoint(name);
    this.#advance(measuringSteps(test, beams));
    return finished;
  }

  /** What the generator answers to the pool. */
  async labels(seed: number, weights: Float32Array, needsBeams: boolean): Promise<EigenLabels> {
    const { pool, beamPool, beams } = this.#settings;
    const greedy = await this.#kept(`seed-${seed}-labels`, { kind: "label", seed, weights });
    this.#advance(decodingSteps(pool, 1));
    const firsts = needsBeams
      ? Array.from({ length: Math.ceil(beamPool / BEAM_MATRICES) }, (_, i) => BEAM_MATRICES * i)
      : [];
    const parts: EigenBeams[] = [];
    await each([...firsts.entries()], this.#executor.width, async ([i, first]) => {
      const matrices = Math.min(BEAM_MATRICES, beamPool - first);
      const task = { kind: "beams", seed, weights, first, count: matrices } as const;
      parts[i] = await this.#kept(`seed-${seed}-beams-${i}`, task);
      this.#advance(decodingSteps(matrices, beams));
    });
    return { ...greedy, beams: joined(parts) };
  }

  /** The result of a task, from the store if it is there. */
  async #kept<T extends EigenTask>(name: string, task: T): Promise<EigenAnswers[T["kind"]]> {
    const { store } = this.#options;
    const known = (await store?.read(name)) as EigenAnswers[T["kind"]] | undefined;
    if (known !== undefined) return known;
    const result = await this.#run(task);
    await store?.write(name, result);
    return result;
  }

  #run<T extends EigenTask>(task: T): Promise<EigenAnswers[T["kind"]]> {
    this.#options.signal?.throwIfAborted();
    return this.#executor.run(task);
  }

  #advance(steps: number): void {
    this.#done += steps;
    this.#options.onProgress?.({ done: Math.min(Math.round(this.#done), this.#total), total: this.#total });
  }
}

/** Decoding in training steps of as much time, as measured for the default shape. */
function decodingSteps(matrices: number, beams: number): number {
  return matrices * (0.012 + 0.007 * beams);
}

/** Greedy answers to new matrices, and with more than one beam those as well. */
function measuringSteps(test: number, beams: number): number {
  return decodingSteps(test, 1) + (beams > 1 ? decodingSteps(test, beams) : 0);
}

function joined(parts: readonly EigenBeams[]): EigenBeams {
  const all = (name: "top" | "topCorrect" | "right" | "found") => {
    const out = new Uint8Array(parts.reduce((sum, part) => sum + part[name].length, 0));
    let place = 0;
    for (const part of parts) {
      out.set(part[name], place);
      place += part[name].length;
    }
    return out;
  };
  return {
    top: all("top"),
    topCorrect: all("topCorrect"),
    right: all("right"),
    found: all("found"),
    correctBeams: parts.reduce((sum, { correctBeams }) => sum + correctBeams, 0),
  };
}

/** An arm of one repetition, for the result. */
function outcomeOf(
  seed: number,
  arm: EigenArm,
  selection: EigenSelection | null,
  measured: EigenMeasured,
  { difficulty }: EigenLabels,
  { generatorRows }: EigenSettings,
): EigenOutcome {
  const binsOf = (places: Iterable<number>) => {
    const bins = Array<number>(16).fill(0);
    for (const place of places) bins[difficulty[place]]++;
    return bins;
  };
  return {
    seed,
    arm,
    rows: selection?.places.length ?? generatorRows,
    measured,
    selection:
      selection === null || arm.choice === "exact"
        ? null
        : {
            correct: selection.correct,
            p: selection.p,
            phi: selection.phi,
            psi: selection.psi,
            breakdown: selection.breakdown,
            before: binsOf(difficulty.keys()),
            after: binsOf(selection.places),
          },
  };
}
