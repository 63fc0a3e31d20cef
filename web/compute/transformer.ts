import { answerErrors, drawMatrices, entriesIn, type Matrices, valuesIn } from "../../src/core/matrices.js";
import { nextTask } from "../../src/core/slices.js";
import { type Examples, Transformer } from "../../src/core/transformer.js";
import { loadTransformer, type TransformerCore } from "../../src/core/transformerCore.js";
import { count, eigenArms, selectRows } from "../../src/eigen/arms.js";
import { type EigenSettings, eigenSettings, eigenShape, WARM_UP } from "../../src/eigen/options.js";

/** What is trained: as `pstar eigen --seeds … --verifiers …` does, with its defaults. */
export interface TransformerQuestion {
  seed: number;
  verifier: string;
  /** Left out, those of the command. */
  steps?: number;
  pool?: number;
}

/** One of the matrices that no model has learned from, and what the model makes of it now. */
export interface MatrixExample {
  entries: [a: number, b: number, d: number];
  exact: number[];
  answer: number[];
  correct: boolean;
}

/** How far a training is. */
export interface TransformerProgress {
  model: "generator" | "student";
  step: number;
  steps: number;
  /** −log p a token, over the last steps. */
  loss: number;
  /** On some of the new matrices. */
  accuracy: number;
  examples: MatrixExample[];
}

/** What came of it; the accuracies are the command's, to the last bit. */
export interface TransformerOutcome {
  generator: number;
  student: number;
  /** Answers that the generator gave, and what the verifier made of them. */
  pool: number;
  rows: number;
  p: number | null;
  phi: number | null;
  psi: number | null;
  breakdown: number | null;
  /** Correct answers among the rows learned from. */
  correct: number;
}

/** Matrices that are looked at while training goes on, steps between two looks, and matrices that are shown. */
const WATCHED = 500;
const CHUNK = 100;
const SHOWN = 4;
/** Matrices that are answered between two breaths of the worker. */
const DECODED = 4096;
/** Sets of matrices, by the index of their streams, as the command draws them. */
const SETS = { generator: 0, pool: 1, test: 2 } as const;

/** Trains a generator and then, on the answers of its that a verifier keeps, a student. */
export async function trainTransformer(
  { seed, verifier, steps, pool }: TransformerQuestion,
  onProgress: (progress: TransformerProgress) => void,
): Promise<TransformerOutcome> {
  const core = await loadTransformer();
  const settings = eigenSettings({
    seeds: [seed],
    verifiers: [verifier],
    ...(steps === undefined ? {} : { steps }),
    ...(pool === undefined ? {} : { pool }),
  });
  const draw = (name: keyof typeof SETS) => {
    const sizes = { generator: settings.generatorRows, pool: settings.pool, test: settings.test };
    return drawMatrices(core, settings, sizes[name], seed, SETS[name]);
  };
  const transformer = new Transformer(await core.another(), eigenShape(settings));
  const test = draw("test");
  const train = (model: TransformerProgress["model"], examples: Examples) =>
    trained({ core, transformer, settings, seed, test, model, onProgress }, examples);
  await train("generator", draw("generator"));
  const generator = await accuracyOf(core, transformer, settings, test);
  const asked = draw("pool");
  const { answers, logs } = await decoded(transformer, asked.inputs, asked.count);
  const errors = answerErrors(core, settings, answers, asked.values);
  const correct = Uint8Array.from(errors, (error) => (error <= settings.tolerance ? 1 : 0));
  const arm = eigenArms(settings).find((one) => one.verifier === verifier && one.choice === "matrices");
  if (!arm) throw new Error(`no arm of ${verifier}`);
  const none = new Uint8Array();
  const beams = { top: none, topCorrect: none, right: none, found: none, correctBeams: 0 };
  const labels = { answers, logs, correct, difficulty: none, beams };
  const chosen = selectRows(core, arm, labels, settings, seed, count(correct));
  const width = asked.inputs.length / asked.count;
  const inputs = new Uint8Array(width * chosen.places.length);
  for (const [i, place] of chosen.places.entries())
    inputs.set(asked.inputs.subarray(width * place, width * (place + 1)), width * i);
  await train("student", { count: chosen.places.length, inputs, answers: chosen.answers as Uint8Array });
  const student = await accuracyOf(core, transformer, settings, test);
  const { p, phi, psi, breakdown } = chosen;
  return {
    generator,
    student,
    pool: asked.count,
    rows: chosen.places.length,
    p,
    phi,
    psi,
    breakdown,
    correct: chosen.correct,
  };
}

interface Training {
  core: TransformerCore;
  transformer: Transformer;
  settings: EigenSettings;
  seed: number;
  test: Matrices;
  model: TransformerProgress["model"];
  onProgress: (progress: TransformerProgress) => void;
}

async function trained(training: Training, examples: Examples): Promise<void> {
  const { core, transformer, settings, seed, test, model, onProgress } = training;
  const { steps, learningRate, size, tolerance } = settings;
  transformer.initialize(seed);
  const plan = { steps, warmUp: WARM_UP, rate: learningRate, seed };
  const watched = Math.min(WATCHED, test.count);
  const inputs = test.inputs.subarray(0, (test.inputs.length / test.count) * watched);
  const learning = transformer.learnFrom(examples);
  for (let step = 0; step < steps; step += CHUNK) {
    const taken = Math.min(CHUNK, steps - step);
    const loss = learning.train(plan, step, taken);
    const { answers } = transformer.decode(inputs);
    const errors = answerErrors(core, settings, answers, test.values.subarray(0, size * watched));
    const right = errors.reduce((sum, error) => sum + (error <= tolerance ? 1 : 0), 0);
    const shown = Array.from({ length: SHOWN }, (_, i) =>
      exampleOf(test, answers, settings, i, (errors[i] ?? 1) <= tolerance),
    );
    onProgress({ model, step: step + taken, steps, loss, accuracy: right / watched, examples: shown });
    await nextTask();
  }
}

async function accuracyOf(
  core: TransformerCore,
  transformer: Transformer,
  settings: EigenSettings,
  test: Matrices,
): Promise<number> {
  const { answers } = await decoded(transformer, test.inputs, test.count);
  const errors = answerErrors(core, settings, answers, test.values);
  return errors.reduce((sum, error) => sum + (error <= settings.tolerance ? 1 : 0), 0) / test.count;
}

/** The likeliest answer to each matrix, some at a time. */
async function decoded(transformer: Transformer, inputs: Uint8Array, matrices: number) {
  const width = inputs.length / matrices;
  const { outputs } = transformer.shape;
  const answers = new Uint8Array(outputs * matrices);
  const logs = new Float32Array(matrices);
  for (let first = 0; first < matrices; first += DECODED) {
    const part = transformer.decode(inputs.subarray(width * first, width * Math.min(matrices, first + DECODED)));
    answers.set(part.answers, outputs * first);
    logs.set(part.logs, first);
    await nextTask();
  }
  return { answers, logs };
}

function exampleOf(
  { inputs, values, count: matrices }: Matrices,
  answers: Uint8Array,
  settings: EigenSettings,
  i: number,
  correct: boolean,
): MatrixExample {
  const { size } = settings;
  const width = inputs.length / matrices;
  const { outputs } = eigenShape(settings);
  const [a = 0, b = 0, d = 0] = entriesIn(settings, inputs.subarray(width * i, width * (i + 1)));
  return {
    entries: [a, b, d],
    exact: [...values.subarray(size * i, size * (i + 1))],
    answer: valuesIn(settings, answers.subarray(outputs * i, outputs * (i + 1))),
    correct,
  };
}
