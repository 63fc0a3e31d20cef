import { numberIn, outOfRange } from "./errors.js";
import { rule } from "./reasons.js";
import { PURPOSES, seedStreams, seedWords } from "./streams.js";
import type { TransformerCore } from "./transformerCore.js";

/** What a transformer is (assembly/transformer/shape.ts). */
export interface TransformerShape {
  /** A multiple of four times the number of heads, which is a multiple of four. */
  width: number;
  heads: number;
  layers: number;
  /** Positions of an input, tokens at each, and how many different ones there are, at most 256. */
  inputs: number;
  parts: number;
  inputTokens: number;
  /** Positions of an answer; with those of the input at most 64. */
  outputs: number;
  outputTokens: number;
  /** Of each answer position, the first token that may stand there and the one behind the last. */
  ranges: readonly (readonly [first: number, end: number])[];
}

/** Inputs and answers as tokens, example after example. */
export interface Examples {
  count: number;
  inputs: Uint8Array;
  answers: Uint8Array;
}

export interface TrainingPlan {
  /** Steps of the whole training, and those of them in which the rate rises. */
  steps: number;
  warmUp: number;
  rate: number;
  /** Of the order of the examples; an integer in [0, 2^53). */
  seed: number;
}

/** Answers of every input, the likeliest first, and the logarithms of their probabilities. */
export interface Decoded {
  answers: Uint8Array;
  logs: Float32Array;
}

/** Temperatures of sampling: below, it is greedy decoding to f32; above, it is uniform. */
export const COLDEST = 0.01;
export const HOTTEST = 100;
/** Examples of a training step. */
export const BATCH = 32;
/** Rows that are decoded at once: enough to keep the core busy, few enough to stay in its cache. */
const DECODE_ROWS = 512;
const MOST_POSITIONS = 64;
/** i32 fields of the struct before its addresses. */
const SHAPE_FIELDS = 10;
const FIELDS = 15;

/**
 * A transformer and what trains it, on an instance of the core of its own. Every call is one crossing; callers cut their work
 * into batches.
 */
export class Transformer {
  readonly shape: TransformerShape;
  /** How many weights there are. */
  readonly count: number;
  readonly #core: TransformerCore;
  readonly #address: number;
  readonly #weights: number;
  readonly #free: number;

  /**
   * @param core An instance that nothing else uses.
   * @throws ArgumentError if the kernels cannot take the shape.
   */
  constructor(core: TransformerCore, shape: TransformerShape, { batch = BATCH }: { batch?: number } = {}) {
    checkShape(shape);
    this.shape = shape;
    this.#core = core;
    const { width, heads, layers, inputs, parts, inputTokens, outputs, outputTokens, ranges } = shape;
    this.#address = core.reserve(4 * FIELDS);
    core
      .i32(this.#address, SHAPE_FIELDS)
      .set([width, heads, layers, inputs, parts, inputTokens, outputs, outputTokens, batch, DECODE_ROWS]);
    this.count = core.exports.transformerWeights(this.#address);
    const rangesAt = core.place(Int32Array.from(ranges.flat()));
    this.#weights = core.reserve(3 * 4 * this.count);
    core.i32(this.#address, FIELDS).set([rangesAt, this.#weights, 0, 0, -1], SHAPE_FIELDS);
    const scratch = core.reserve(core.exports.transformerBytes(this.#address));
    core.i32(this.#address, FIELDS)[SHAPE_FIELDS + 2] = scratch;
    this.#free = core.mark();
  }

  /** Bytes of the memory of its instance. */
  get memoryBytes(): number {
    return this.#core.memoryBytes;
  }

  /** Draws the weights, and forgets what was learned. @param seed An integer in [0, 2^53). */
  initialize(seed: number): void {
    seedStreams(this.#core, "firstWeights", seed, 0);
    this.#core.exports.transformerInit(this.#address);
  }

  /** A copy of the weights, and with `moments` of both moments of Adam behind them: all that a training goes on from. */
  state({ moments = false }: { moments?: boolean } = {}): Float32Array {
    return this.#core.f32(this.#weights, (moments ? 3 : 1) * this.count).slice();
  }

  /** Takes what {@link state} gave; without moments, they are 0. */
  restore(state: Float32Array): void {
    const whole = 3 * this.count;
    if (state.length !== this.count && state.length !== whole)
      throw outOfRange("state", `of ${this.count} or ${whole} numbers`, state.length);
    const numbers = this.#core.f32(this.#weights, whole);
    numbers.fill(0);
    numbers.set(state);
  }

  /** Takes examples in, to be learned from, in place of those before. */
  learnFrom(examples: Examples): Learning {
    this.#core.release(this.#free);
    this.#checkExamples(examples);
    const { exports } = this.#core;
    const inputs = this.#core.place(examples.inputs);
    const answers = this.#core.place(examples.answers);
    const order = this.#core.reserve(4 * examples.count);
    this.#core.i32(this.#address, FIELDS).set([order, -1], SHAPE_FIELDS + 3);
    return {
      train: (plan, first, count) => {
        const seed = seedWords(plan.seed);
        const schedule = [first, count, plan.steps, plan.warmUp, plan.rate] as const;
        const order = PURPOSES.exampleOrder;
        return exports.transformerTrain(this.#address, inputs, answers, examples.count, ...seed, order, ...schedule);
      },
      gradient: () =>
        this.#core.scoped(() => {
          const out = this.#core.reserve(4 * this.count);
          const loss = exports.transformerGradient(this.#address, inputs, answers, out);
          return { loss, gradient: this.#core.f32(out, this.count).slice() };
        }),
    };
  }

  /**
   * The `beams` likeliest answers to each input that a beam search finds; one beam is greedy decoding.
   *
   * @param beams At most 512, and at most as many as there are answers.
   */
  decode(inputs: Uint8Array, beams = 1): Decoded {
    const { outputs, ranges } = this.shape;
    const all = ranges.reduce((product, [first, end]) => product * (end - first), 1);
    const most = Math.min(DECODE_ROWS, all);
    if (!(Number.isInteger(beams) && beams >= 1 && beams <= most))
      throw outOfRange("beams", rule("an-integer", { low: 1, high: most }), beams);
    const count = inputs.length / (this.shape.inputs * this.shape.parts);
    return this.#core.scoped(() => {
      const answers = this.#core.reserve(count * beams * outputs);
      const logs = this.#core.reserve(4 * count * beams);
      this.#core.exports.transformerDecode(this.#address, this.#core.place(inputs), count, beams, answers, logs);
      return {
        answers: this.#core.u8(answers, count * beams * outputs).slice(),
        logs: this.#core.f32(logs, count * beams).slice(),
      };
    });
  }

  /**
   * One answer to each input, drawn from p^(1/temperature) token by token. The logarithms are of the model's own
   * probabilities, at a temperature of 1.
   *
   * @param temperature In [0.01, 100].
   * @param uniforms In [0, 1), one for each token of an answer.
   */
  sample(inputs: Uint8Array, temperature: number, uniforms: Float64Array): Decoded {
    numberIn("temperature", temperature, COLDEST, HOTTEST);
    const { outputs, parts } = this.shape;
    const count = inputs.length / (this.shape.inputs * parts);
    if (uniforms.length !== count * outputs)
      throw outOfRange("uniforms", `${count * outputs} numbers`, uniforms.length);
    return this.#core.scoped(() => {
      const [answers, logs] = [this.#core.reserve(count * outputs), this.#core.reserve(4 * count)];
      const drawn = this.#core.place(uniforms);
      const given = this.#core.place(inputs);
      this.#core.exports.transformerSample(this.#address, given, count, temperature, drawn, answers, logs);
      return { answers: this.#core.u8(answers, count * outputs).slice(), logs: this.#core.f32(logs, count).slice() };
    });
  }

  #checkExamples({ count, inputs, answers }: Examples): void {
    const { parts, inputTokens, outputs, outputTokens } = this.shape;
    if (count < 1) throw outOfRange("examples", "at least one", count);
    if (inputs.length !== count * this.shape.inputs * parts || answers.length !== count * outputs)
      throw outOfRange("examples", `tokens of ${count} inputs and answers`, [inputs.length, answers.length]);
    if (inputs.some((token) => token >= inputTokens) || answers.some((token) => token >= outputTokens))
      throw outOfRange("examples", "tokens that the shape has", "others");
  }
}

/** Examples in the core's memory, good until others are taken in. */
export interface Learning {
  /** Does the steps first + 1 … first + count of a plan; gives −log p a token in their mean. */
  train(plan: TrainingPlan, first: number, count: number): number;
  /** The mean of −log p a token over the first batch, and its gradient with respect to every weight. */
  gradient(): { loss: number; gradient: Float32Array };
}

function checkShape({ width, heads, inputs, inputTokens, outputs, outputTokens, ranges }: TransformerShape): void {
  if (!(heads % 4 === 0 && heads > 0)) throw outOfRange("heads", "a multiple of 4", heads);
  if (!(width % (4 * heads) === 0 && width > 0)) throw outOfRange("width", `a multiple of 4 · heads`, width);
  if (inputs + outputs > MOST_POSITIONS)
    throw outOfRange("positions", rule("an-integer", { low: 2, high: MOST_POSITIONS }), inputs + outputs);
  if (Math.max(inputTokens, outputTokens) > 256)
    throw outOfRange("tokens", "at most 256", Math.max(inputTokens, outputTokens));
  if (ranges.length !== outputs || ranges.some(([first, end]) => !(first >= 0 && first < end && end <= outputTokens)))
    throw outOfRange("ranges", `of ${outputs} positions, each of tokens of the answer`, ranges);
}
