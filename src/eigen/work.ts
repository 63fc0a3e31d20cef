import { answerErrors, drawMatrices, type Matrices } from "../core/matrices.js";
import { Slices, type WorkOptions } from "../core/slices.js";
import { RowUniforms } from "../core/streams.js";
import { Transformer } from "../core/transformer.js";
import type { TransformerCore } from "../core/transformerCore.js";
import { count, difficultyOf, type EigenBeams, type EigenLabels, type EigenRows } from "./arms.js";
import { type EigenSettings, eigenShape, WARM_UP } from "./options.js";

/** One piece of work of one repetition. */
export type EigenTask = TrainTask | LabelTask | BeamTask | MeasureTask;

/** The steps from + 1 … to of a training. */
export interface TrainTask {
  kind: "train";
  seed: number;
  /** Null: the generator's own matrices. */
  rows: EigenRows | null;
  from: number;
  to: number;
  /** Weights and moments after `from` steps; null at the beginning. */
  state: Float32Array | null;
}

/** The generator's answers to the pool. */
export interface LabelTask {
  kind: "label";
  seed: number;
  weights: Float32Array;
}

/** The beams of the matrices first … first + count − 1 of the pool. */
export interface BeamTask {
  kind: "beams";
  seed: number;
  weights: Float32Array;
  first: number;
  count: number;
}

/** Accuracy on new matrices; with more than one beam, Table 1 as well. */
export interface MeasureTask {
  kind: "measure";
  seed: number;
  weights: Float32Array;
  beams: number;
}

export interface EigenMeasured {
  accuracy: number;
  /** Matrices in each bin of difficulty, and how many of them were answered correctly. */
  bins: { total: number[]; correct: number[] };
  /** Of each number of beams, the share of matrices with a correct one among them; and that of correct first ones. */
  beams: { oracle: Record<string, number>; perplexity: number } | null;
}

/** What each kind of task gives: plain values, which can be posted and stored. */
export interface EigenAnswers {
  train: Float32Array;
  label: Omit<EigenLabels, "beams">;
  beams: EigenBeams;
  measure: EigenMeasured;
}

/** Does tasks somewhere, several at once if it can. */
export interface EigenExecutor {
  /** Tasks that run at once. */
  readonly width: number;
  run<T extends EigenTask>(task: T): Promise<EigenAnswers[T["kind"]]>;
}

/** The sets of matrices of a repetition, by the index of their streams. */
const SETS = { generator: 0, pool: 1, test: 2 } as const;
/** Sets that a thread keeps: those of two repetitions under way. */
const KEPT_SETS = 6;
/** Beams counted in Table 1, beside those of the search. */
const TABLE = [10, 25, 50];

/** Does the tasks on one thread. What it gives depends on the settings and the task alone. */
export class EigenWork {
  readonly #core: TransformerCore;
  readonly #settings: EigenSettings;
  readonly #sets = new Map<string, Matrices>();
  #transformer: Promise<Transformer> | undefined;

  constructor(core: TransformerCore, settings: EigenSettings) {
    this.#core = core;
    this.#settings = settings;
  }

  /** Bytes of WebAssembly memory that this thread has: of the instance of the matrices, and of the transformer's. */
  async memoryBytes(): Promise<number> {
    return this.#core.memoryBytes + ((await this.#transformer)?.memoryBytes ?? 0);
  }

  async run<T extends EigenTask>(task: T, options: WorkOptions = {}): Promise<EigenAnswers[T["kind"]]> {
    this.#transformer ??= this.#core.another().then((core) => new Transformer(core, eigenShape(this.#settings)));
    const transformer = await this.#transformer;
    const { kind } = task;
    const given: EigenTask = task;
    const answer = async (): Promise<EigenAnswers[EigenTask["kind"]]> => {
      if (given.kind === "train") return this.#train(transformer, given, options);
      transformer.restore(given.weights);
      if (given.kind === "label") return this.#label(transformer, given, options);
      if (given.kind === "beams") return this.#beams(transformer, given, options);
      if (given.kind === "measure") return this.#measure(transformer, given, options);
      given satisfies never;
      throw new Error(`no such task: ${kind}`);
    };
    return (await answer()) as EigenAnswers[T["kind"]];
  }

  async #train(transformer: Transformer, task: TrainTask, options: WorkOptions): Promise<Float32Array> {
    const { seed, rows, from, to, state } = task;
    const { steps, learningRate } = this.#settings;
    if (state === null) transformer.initialize(seed);
    else transformer.restore(state);
    const learning = transformer.learnFrom(rows === null ? this.#set(seed, "generator") : this.#examples(seed, rows));
    const plan = { steps, warmUp: WARM_UP, rate: learningRate, seed };
    await new Slices(to - from, options).run(
      to - from,
      (first, count) => void learning.train(plan, from + first, count),
    );
    return transformer.state({ moments: true });
  }

  async #label(transformer: Transformer, { seed }: LabelTask, options: WorkOptions): Promise<EigenAnswers["label"]> {
    const { tolerance, temperature } = this.#settings;
    const { count, inputs, values } = this.#set(seed, "pool");
    const { outputs } = transformer.shape;
    const answers = new Uint8Array(outputs * count);
    const logs = new Float32Array(count);
    const width = inputs.length / count;
    const uniforms = new RowUniforms(this.#core, seed, "sampledAnswer");
    await new Slices(count, options).run(count, (first, some) => {
      const part = inputs.subarray(width * first, width * (first + some));
      const drawn = () => Float64Array.from({ length: outputs * some }, (_, i) => uniforms.at(outputs * first + i));
      const decoded = temperature === 0 ? transformer.decode(part) : transformer.sample(part, temperature, drawn());
      answers.set(decoded.answers, outputs * first);
      logs.set(decoded.logs, first);
    });
    const errors = answerErrors(this.#core, this.#settings, answers, values);
    return {
      answers,
      logs,
      correct: Uint8Array.from(errors, (error) => (error <= tolerance ? 1 : 0)),
      difficulty: difficulties(values, this.#settings.size),
    };
  }

  async #beams(transformer: Transformer, task: BeamTask, options: WorkOptions): Promise<EigenBeams> {
    const { size, tolerance, beams } = this.#settings;
    const { inputs, values } = this.#set(task.seed, "pool");
    const width = transformer.shape.outputs;
    const inputWidth = inputs.length / (values.length / size);
    const out: EigenBeams = {
      top: new Uint8Array(width * task.count),
      topCorrect: new Uint8Array(task.count),
      right: new Uint8Array(width * task.count),
      found: new Uint8Array(task.count),
      correctBeams: 0,
    };
    const part = inputs.subarray(inputWidth * task.first, inputWidth * (task.first + task.count));
    await decodeAll(transformer, part, task.count, beams, options, (first, { answers }) => {
      const matrices = answers.length / (width * beams);
      const exact = values.subarray(size * (task.first + first), size * (task.first + first + matrices));
      const errors = answerErrors(this.#core, this.#settings, answers, exact, beams);
      for (let i = 0; i < matrices; i++) {
        const own = errors.subarray(beams * i, beams * (i + 1));
        const best = own.findIndex((error) => error <= tolerance);
        const answer = (k: number) => answers.subarray(width * (beams * i + k), width * (beams * i + k + 1));
        out.top.set(answer(0), width * (first + i));
        out.topCorrect[first + i] = best === 0 ? 1 : 0;
        if (best >= 0) out.right.set(answer(best), width * (first + i));
        out.found[first + i] = best >= 0 ? 1 : 0;
        for (const error of own) if (error <= tolerance) out.correctBeams++;
      }
    });
    return out;
  }

  async #measure(transformer: Transformer, task: MeasureTask, options: WorkOptions): Promise<EigenMeasured> {
    const { size, tolerance } = this.#settings;
    const test = this.#set(task.seed, "test");
    const { beams } = task;
    const slices = { signal: options.signal };
    const correct = new Uint8Array(test.count);
    await decodeAll(transformer, test.inputs, test.count, 1, slices, (first, { answers, logs }) => {
      const own = test.values.subarray(size * first, size * (first + logs.length));
      const errors = answerErrors(this.#core, this.#settings, answers, own);
      for (const [i, error] of errors.entries()) correct[first + i] = error <= tolerance ? 1 : 0;
    });
    const bins = binned(difficulties(test.values, size), correct);
    const measured = { accuracy: count(correct) / test.count, bins, beams: null };
    if (beams === 1) return measured;
    const counts = [...new Set([...TABLE.filter((most) => most < beams), beams])];
    const hits = Object.fromEntries(counts.map((most) => [String(most), 0]));
    let top = 0;
    await decodeAll(transformer, test.inputs, test.count, beams, slices, (first, { answers, logs }) => {
      const matrices = logs.length / beams;
      const own = test.values.subarray(size * first, size * (first + matrices));
      const errors = answerErrors(this.#core, this.#settings, answers, own, beams);
      for (let i = 0; i < matrices; i++) {
        const best = errors.subarray(beams * i, beams * (i + 1)).findIndex((error) => error <= tolerance);
        if (best === 0) top++;
        for (const most of counts) if (best >= 0 && best < most) hits[most]++;
      }
    });
    const oracle = Object.fromEntries(Object.entries(hits).map(([most, matrices]) => [most, matrices / test.count]));
    return { ...measured, beams: { oracle, perplexity: top / test.count } };
  }

  /** Rows of an arm as examples. */
  #examples(seed: number, { places, answers }: EigenRows) {
    const pool = this.#set(seed, "pool");
    const gather = (from: Uint8Array) => {
      const width = from.length / pool.count;
      const out = new Uint8Array(width * places.length);
      for (const [i, place] of places.entries()) out.set(from.subarray(width * place, width * (place + 1)), width * i);
      return out;
    };
    return { count: places.length, inputs: gather(pool.inputs), answers: answers ?? gather(pool.answers) };
  }

  /** A set of matrices; the last ones are kept. */
  #set(seed: number, name: keyof typeof SETS): Matrices {
    const key = `${seed} ${name}`;
    const known = this.#sets.get(key);
    if (known) return known;
    for (const oldest of this.#sets.keys()) if (this.#sets.size >= KEPT_SETS) this.#sets.delete(oldest);
    const { generatorRows, pool, test } = this.#settings;
    const counts = { generator: generatorRows, pool, test };
    const drawn = drawMatrices(this.#core, this.#settings, counts[name], seed, SETS[name]);
    this.#sets.set(key, drawn);
    return drawn;
  }
}

/** Decodes in slices; what comes out does not depend on them. */
async function decodeAll(
  transformer: Transformer,
  inputs: Uint8Array,
  count: number,
  beams: number,
  options: WorkOptions,
  take: (first: number, decoded: ReturnType<Transformer["decode"]>) => void,
): Promise<void> {
  const width = inputs.length / count;
  await new Slices(count, options).run(count, (first, some) => {
    take(first, transformer.decode(inputs.subarray(width * first, width * (first + some)), beams));
  });
}

function difficulties(values: Float64Array, size: number): Uint8Array {
  return Uint8Array.from({ length: values.length / size }, (_, i) =>
    difficultyOf(values.subarray(size * i, size * (i + 1))),
  );
}

function binned(difficulty: Uint8Array, correct: Uint8Array): EigenMeasured["bins"] {
  const total = Array<number>(16).fill(0);
  const right = Array<number>(16).fill(0);
  for (const [i, bin] of difficulty.entries()) {
    total[bin]++;
    right[bin] += correct[i];
  }
  return { total, correct: right };
}
