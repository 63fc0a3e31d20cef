import { numberIn, several } from "../core/errors.js";
import { TRANSFORMER_CORE_HASH } from "../core/transformer.generated.js";
import { BATCH } from "../core/transformer.js";
import { VERSION } from "../core/version.generated.js";
import { verdict } from "../model/breakdown.js";
import { meanWithError, rankCorrelation, studentVerdict } from "../model/statistics.js";
import { type EigenOptions, type EigenSettings, eigenSettings } from "./options.js";
import type { EigenGridResult, EigenOutcome } from "./result.js";
import { EigenExperiment, type EigenRunOptions, type EigenStore } from "./run.js";
import { EigenWork } from "./work.js";

export interface EigenGridOptions
  extends Omit<EigenOptions, "generatorRows" | "verifiers" | "beams" | "beamPool" | "controls"> {
  /** Numbers of matrices that generators learn from; left out, {@link eigenGrid}. */
  generatorRows?: readonly number[];
  /** Shares of wrong answers that the verifiers keep, in [0, 1]: 0 is the oracle, 1 keeps all; left out, {@link eigenGrid}. */
  psi?: readonly number[];
}

/** What a grid has whose options are left out: generators between an error rate of some .9 and one of a half. */
export const eigenGrid = {
  generatorRows: [2000, 2250, 2500, 2800, 3200],
  psi: [0, 0.1, 0.2, 0.35, 0.5, 0.7, 1],
  pool: 150_000,
  armRows: 20_000,
} as const;

/**
 * Whether the breakdown point moves with the generator: generators that learn from fewer or more matrices, verifiers that keep
 * every correct answer and a share ψ of the wrong ones, and a model for each pair, all of as many rows and steps. The theory
 * has the generator's accuracy crossed where p = p⋆ = 1/(1 + ψ), which is ψ = (1 − p)/p.
 *
 * @throws ArgumentError if an option is out of range; EmptyKeptSetError if a generator has no correct answer.
 */
export async function runEigenGrid(
  options: EigenGridOptions = {},
  run: EigenRunOptions = {},
): Promise<EigenGridResult> {
  const grid = await EigenGrid.plan(options);
  const { signal } = run;
  return grid.run((experiment, runOptions) => {
    const work = new EigenWork(experiment.core, experiment.settings);
    return experiment.run({ width: 1, run: (task) => work.run(task, signal ? { signal } : {}) }, runOptions);
  }, run);
}

/** A grid, checked: an experiment for each number of matrices that a generator learns from. */
export class EigenGrid {
  readonly experiments: readonly EigenExperiment[];
  readonly psi: readonly number[];

  private constructor(experiments: readonly EigenExperiment[], psi: readonly number[]) {
    this.experiments = experiments;
    this.psi = psi;
  }

  /** @throws ArgumentError if an option is out of range. */
  static async plan(options: EigenGridOptions): Promise<EigenGrid> {
    const { plans, psi } = gridPlans(options);
    return new EigenGrid(await Promise.all(plans.map((plan) => EigenExperiment.plan(plan))), psi);
  }

  get settings(): EigenSettings {
    return (this.experiments[0] as EigenExperiment).settings;
  }

  /** What tells one grid from another: more seeds, rows of generators and shares may be added. */
  get identity() {
    const { settings, core } = (this.experiments[0] as EigenExperiment).identity;
    const { generatorRows: _, ...others } = settings;
    return { settings: { ...others, grid: true }, core };
  }

  get tasks(): number {
    return this.experiments.reduce((sum, { tasks }) => sum + tasks, 0);
  }

  /** The result of the arms that are there. */
  result(outcomes: readonly GridOutcome[]): EigenGridResult {
    return gridResult(this, outcomes);
  }

  /**
   * Runs one experiment after another.
   *
   * @param runOne Runs one of them.
   * @throws the signal's reason when aborted; what is finished is in the store by then.
   */
  async run(
    runOne: (experiment: EigenExperiment, options: EigenRunOptions) => Promise<unknown>,
    { onArm, onProgress, store, signal }: EigenRunOptions & { onArm?: (outcome: GridOutcome) => void } = {},
  ): Promise<EigenGridResult> {
    const outcomes: GridOutcome[] = [];
    const total = this.experiments.reduce((sum, { work }) => sum + work, 0);
    let before = 0;
    for (const experiment of this.experiments) {
      const { generatorRows } = experiment.settings;
      await runOne(experiment, {
        signal,
        store: store && under(`rows-${generatorRows}-`, store),
        onProgress: ({ done }) => onProgress?.({ done: before + done, total }),
        onArm: (outcome) => {
          const found = { ...outcome, generatorRows };
          outcomes.push(found);
          onArm?.(found);
        },
      });
      before += experiment.work;
    }
    return this.result(outcomes);
  }
}

/** An arm of one generator. */
export interface GridOutcome extends EigenOutcome {
  generatorRows: number;
}

/** The options of the experiments of a grid. @throws ArgumentError if one is out of range. */
export function gridPlans({ generatorRows, psi, ...options }: EigenGridOptions): {
  plans: EigenOptions[];
  psi: readonly number[];
} {
  const shares = several("psi", psi ?? eigenGrid.psi).map((share) => numberIn("psi", share, 0, 1));
  const own = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const plans = several("generatorRows", generatorRows ?? eigenGrid.generatorRows).map((rows) => ({
    pool: eigenGrid.pool,
    armRows: Math.min(eigenGrid.armRows, options.pool ?? eigenGrid.pool),
    ...own,
    generatorRows: rows,
    verifiers: shares.map(verifierOf),
    beams: 1,
    controls: false,
  }));
  for (const plan of plans) eigenSettings(plan);
  return { plans, psi: shares.toSorted((a, b) => a - b) };
}

function verifierOf(psi: number): string {
  if (psi === 0) return "oracle";
  return psi === 1 ? "none" : `noisy:${psi}`;
}

/** A store within a store: its names begin with a word of their own. */
function under(prefix: string, store: EigenStore): EigenStore {
  return {
    read: (name) => store.read(prefix + name),
    write: (name, value) => store.write(prefix + name, value),
    readCheckpoint: (name) => store.readCheckpoint(prefix + name),
    writeCheckpoint: (name, checkpoint) => store.writeCheckpoint(prefix + name, checkpoint),
    removeCheckpoint: (name) => store.removeCheckpoint(prefix + name),
  };
}

/** Gathers finished arms, in any order, into the result. */
function gridResult(
  { experiments, psi, settings, tasks }: EigenGrid,
  outcomes: readonly GridOutcome[],
): EigenGridResult {
  const { size, tolerance, encoding, temperature, pool, armRows, test, steps, layers, width, learningRate, seeds } =
    settings;
  const rowsOfGenerators = experiments.map((experiment) => experiment.settings.generatorRows);
  const find = (rows: number, seed: number, verifier: string | null) =>
    outcomes.find((one) => one.generatorRows === rows && one.seed === seed && one.arm.verifier === verifier);
  const cells = rowsOfGenerators.flatMap((rows) =>
    psi.map((share) =>
      cellOf(
        rows,
        share,
        seeds.flatMap((seed) => pairOf(find, rows, seed, share)),
      ),
    ),
  );
  const generators = rowsOfGenerators.flatMap((rows) =>
    seeds.flatMap((seed) => {
      const points = psi.flatMap((share) => pairOf(find, rows, seed, share).map((pair) => ({ psi: share, ...pair })));
      const [first] = points;
      if (first === undefined || points.length < psi.length) return [];
      const crossing = fallingCrossing(points.map(({ psi: x, difference }) => [x, difference] as const));
      return [
        {
          generatorRows: rows,
          seed,
          accuracy: first.generator,
          p: first.p,
          predicted: predictedOf(first.p),
          ...crossing,
        },
      ];
    }),
  );
  const crossings = rowsOfGenerators.flatMap((rows) => {
    const own = cells.filter(({ generatorRows, difference }) => generatorRows === rows && difference.mean !== null);
    const models = generators.filter(({ generatorRows }) => generatorRows === rows);
    if (own.length === 0 || models.length === 0) return [];
    const p = meanWithError(models.map((model) => model.p));
    const worse = own.filter(({ difference }) => difference.verdict === "worse").map((cell) => cell.psi);
    const to = worse.length === 0 ? null : Math.min(...worse);
    const better = own
      .filter(({ psi: x, difference }) => difference.verdict === "better" && x < (to ?? Number.POSITIVE_INFINITY))
      .map((cell) => cell.psi);
    return [
      {
        generatorRows: rows,
        accuracy: meanWithError(models.map(({ accuracy }) => accuracy)),
        p,
        predicted: predictedOf(p.mean as number),
        ...fallingCrossing(own.map(({ psi: x, difference }) => [x, difference.mean as number] as const)),
        between: { better: better.length === 0 ? null : Math.max(...better), worse: to },
      },
    ];
  });
  return {
    schema: "pstar/eigen-grid@1",
    complete: outcomes.length === tasks,
    config: {
      size,
      tolerance,
      encoding,
      generatorRows: rowsOfGenerators,
      psi: [...psi],
      temperature,
      pool,
      armRows,
      test,
      steps,
      layers,
      width,
      learningRate,
      batch: BATCH,
      stopping: `every model is trained for ${steps} steps of ${BATCH} examples, whatever its rows`,
    },
    cells,
    crossings,
    generators,
    test: testOf(cells, generators),
    seeds: [...seeds],
    provenance: { version: VERSION, coreHash: TRANSFORMER_CORE_HASH },
  };
}

/** A model and the generator whose answers it learned from. */
interface Pair {
  rows: number;
  labels: number;
  generator: number;
  accuracy: number;
  difference: number;
  p: number;
}

function pairOf(
  find: (rows: number, seed: number, verifier: string | null) => GridOutcome | undefined,
  generatorRows: number,
  seed: number,
  psi: number,
): Pair[] {
  const generator = find(generatorRows, seed, null);
  const model = find(generatorRows, seed, verifierOf(psi));
  if (generator === undefined || model?.selection?.p == null) return [];
  const { accuracy } = model.measured;
  return [
    {
      rows: model.rows,
      labels: model.selection.correct,
      generator: generator.measured.accuracy,
      accuracy,
      difference: accuracy - generator.measured.accuracy,
      p: model.selection.p,
    },
  ];
}

function cellOf(generatorRows: number, psi: number, pairs: readonly Pair[]): EigenGridResult["cells"][number] {
  const mean = (name: keyof Pair) => meanWithError(pairs.map((pair) => pair[name]));
  const difference = mean("difference");
  const p = mean("p").mean;
  const breakdown = 1 / (1 + psi);
  return {
    generatorRows,
    psi,
    rows: Math.round(mean("rows").mean ?? 0),
    labels: mean("labels"),
    accuracy: mean("accuracy"),
    difference: { ...difference, verdict: studentVerdict(difference, pairs.length) },
    p,
    breakdown,
    prediction: verdict(p, breakdown),
  };
}

/** ψ at which p = 1/(1 + ψ); null if p is below a half: then p⋆ is above it whatever is kept. */
function predictedOf(p: number): number | null {
  return p > 0 && p >= 0.5 ? (1 - p) / p : null;
}

/**
 * Where a curve that falls but for noise crosses zero: that of the falling curve nearest to it in squares (pool adjacent
 * violators), by straight lines. Above zero to the end or below it from the beginning, it does not.
 *
 * @see Barlow, Bartholomew, Bremner, Brunk, Statistical Inference under Order Restrictions (1972)
 */
export function fallingCrossing(points: readonly (readonly [x: number, y: number])[]): {
  crossing: number | null;
  side: "crosses" | "better" | "worse";
} {
  const blocks: { sum: number; count: number }[] = [];
  for (const [, y] of points) {
    blocks.push({ sum: y, count: 1 });
    for (;;) {
      const [before, last] = blocks.slice(-2);
      if (before === undefined || last === undefined || before.sum / before.count > last.sum / last.count) break;
      blocks.splice(-2, 2, { sum: before.sum + last.sum, count: before.count + last.count });
    }
  }
  const fitted = blocks.flatMap(({ sum, count }) => Array<number>(count).fill(sum / count));
  const at = fitted.findIndex((y) => y <= 0);
  if (at === -1) return { crossing: null, side: "better" };
  if (at === 0) return { crossing: null, side: "worse" };
  const [x0, x1] = [points[at - 1]?.[0] as number, points[at]?.[0] as number];
  const [y0, y1] = [fitted[at - 1] as number, fitted[at] as number];
  return { crossing: x0 + ((x1 - x0) * y0) / (y0 - y1), side: "crosses" };
}

/** What the whole grid says of p⋆, beside a rule that does not know the generator. */
function testOf(cells: EigenGridResult["cells"], generators: EigenGridResult["generators"]): EigenGridResult["test"] {
  const decided = cells.filter(({ difference }) => difference.verdict === "better" || difference.verdict === "worse");
  const agree = (says: (cell: EigenGridResult["cells"][number]) => boolean) =>
    decided.filter((cell) => says(cell) === (cell.difference.verdict === "better")).length;
  const shares = [...new Set(cells.map(({ psi }) => psi))];
  const rules = [null, ...shares].map((psi) => ({ psi, agree: agree((cell) => psi !== null && cell.psi <= psi) }));
  const fixed = rules.reduce((best, rule) => (rule.agree > best.agree ? rule : best));
  // a curve that does not cross is beyond the end that it stays on
  const place = ({ crossing, side }: EigenGridResult["generators"][number]) => crossing ?? (side === "better" ? 1 : 0);
  return {
    cells: cells.length,
    decided: decided.length,
    agree: agree(({ prediction }) => prediction === "below"),
    fixed,
    generators: generators.length,
    rankCorrelation: rankCorrelation(generators.map((one) => [one.predicted ?? 1, place(one)] as const)),
  };
}
