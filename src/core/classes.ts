import type { ClassesCore } from "./classesCore.js";
import { coreReason } from "./errors.js";
import { seedWords } from "./streams.js";
import { type StreamKey, statusOf, type Trial } from "./trials.js";

/** A problem of several classes as the core takes it (assembly/classes/problem.ts). */
export interface KernelClasses {
  dim: number;
  samples: number;
  realSamples: number;
  lambda: number;
  /** The number by which the kernels know the learner. */
  learner: number;
  intercept: boolean;
  /** Bytes of a number of a row. */
  precision: number;
  /** Points on which the share of right answers is computed. */
  points: number;
  weights: readonly number[];
  confusion: readonly (readonly number[])[];
  retention: readonly (readonly number[])[];
  means: readonly (readonly number[])[];
}

/** What one trial gave, and of each class the share of its rows that is answered rightly. */
export interface ClassTrial extends Trial {
  recall: number[];
}

function placeProblem(core: ClassesCore, e: KernelClasses): number {
  const head = [e.weights.length, e.dim, e.means[0]?.length ?? 0, e.samples, e.realSamples, e.lambda, e.learner];
  const rest = [Number(e.intercept), e.precision, e.points];
  return core.place(
    Float64Array.from([
      ...head,
      ...rest,
      ...e.weights,
      ...e.confusion.flat(),
      ...e.retention.flat(),
      ...e.means.flat(),
    ]),
  );
}

/** Trials of one problem on one instance of the core, which belongs to it until `close()`. Trial i depends on the key, i and the settings alone. */
export class ClassTrialRun {
  readonly #core: ClassesCore;
  readonly #mark: number;
  readonly #problem: number;
  readonly #scratch: number;
  readonly #classes: number;
  readonly #compute: ClassesCore["exports"]["classTrials"];

  /** @throws MemoryLimitError if the rows do not fit into the core's memory. */
  constructor(core: ClassesCore, problem: KernelClasses, engine: "direct" | "reduced") {
    this.#core = core;
    this.#mark = core.mark();
    this.#classes = problem.weights.length;
    try {
      this.#problem = placeProblem(core, problem);
      const what = coreReason("a-direct-run", { rows: problem.samples + problem.realSamples, dim: problem.dim });
      const { classBytes, classReducedBytes, classTrials, classReducedTrials } = core.exports;
      const bytes = engine === "direct" ? classBytes : classReducedBytes;
      this.#scratch = core.reserve(bytes(this.#problem), what);
      this.#compute = engine === "direct" ? classTrials : classReducedTrials;
    } catch (error) {
      core.release(this.#mark);
      throw error;
    }
  }

  /** Trials `first` … `first + count − 1`. */
  run({ seed, cell: [high, low] }: StreamKey, first: number, count: number): ClassTrial[] {
    const core = this.#core;
    const { exports } = core;
    const fields = exports.CLASS_FIELDS.value + this.#classes;
    return core.scoped(() => {
      const out = core.reserve(8 * fields * count);
      this.#compute(this.#problem, ...seedWords(seed), low, high, first, count, this.#scratch, out);
      const records = core.f64(out, fields * count);
      return Array.from({ length: count }, (_, i) => readTrial(core, records.subarray(i * fields, (i + 1) * fields)));
    });
  }

  close(): void {
    this.#core.release(this.#mark);
  }
}

/** The theory of a problem: a trial whose counts are means. @throws CoreError if the theory does not know the learner */
export function classTheory(core: ClassesCore, problem: KernelClasses): ClassTrial {
  const { exports } = core;
  return core.scoped(() => {
    const address = placeProblem(core, problem);
    const fields = exports.CLASS_FIELDS.value + problem.weights.length;
    const scratch = core.reserve(exports.classTheoryBytes(address));
    const out = core.reserve(8 * fields);
    exports.classTheory(address, scratch, out);
    return readTrial(core, core.f64(out, fields));
  });
}

function readTrial({ exports }: ClassesCore, record: Float64Array): ClassTrial {
  return {
    status: statusOf(record[exports.CLASS_STATUS.value] as number),
    accuracy: record[exports.CLASS_ACCURACY.value] as number,
    agreement: Number.NaN,
    cosine: Number.NaN,
    generated: record[exports.CLASS_GENERATED.value] as number,
    wrong: record[exports.CLASS_WRONG.value] as number,
    kept: record[exports.CLASS_KEPT.value] as number,
    keptWrong: record[exports.CLASS_KEPT_WRONG.value] as number,
    iterations: record[exports.CLASS_ITERATIONS.value] as number,
    gradientNorm: record[exports.CLASS_GRADIENT_NORM.value] as number,
    norm: Number.NaN,
    risk: Number.NaN,
    calibration: Number.NaN,
    recall: [...record.subarray(exports.CLASS_FIELDS.value)],
  };
}
