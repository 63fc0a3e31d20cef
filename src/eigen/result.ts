import * as z from "zod/mini";
import { TRANSFORMER_CORE_HASH } from "../core/transformer.generated.js";
import { BATCH } from "../core/transformer.js";
import { VERSION } from "../core/version.generated.js";
import { verdict } from "../model/breakdown.js";
import { meanWithError, studentVerdict } from "../model/statistics.js";
import { DIFFICULTY, type EigenArm } from "./arms.js";
import type { EigenSettings } from "./options.js";
import type { EigenMeasured } from "./work.js";

const share = z.number().check(z.minimum(0), z.maximum(1));
const shareOrNone = z.nullable(share);
const count = z.int().check(z.minimum(0));
/** Over the seeds; the standard error is null for one seed. */
const mean = z.strictObject({ mean: z.nullable(z.number()), se: z.nullable(z.number()) });

/** Matrices of a bin of difficulty. */
const bin = z.strictObject({
  /** The bin is [from, to); null: no end. */
  from: z.number(),
  to: z.nullable(z.number()),
  /** The share of them among the pool and among the rows that the arm learns from; null if it learns from exact eigenvalues. */
  before: shareOrNone,
  after: shareOrNone,
  /** The arm's accuracy on new matrices of the bin, over all seeds; null if there are none. */
  accuracy: shareOrNone,
});

const arm = z.strictObject({
  name: z.string(),
  verifier: z.nullable(z.string()),
  /** Rows that it learns from, rounded to a whole number in the mean of the seeds. */
  rows: count,
  /** The share of correct answers among them. */
  labels: mean,
  /** On new matrices. */
  accuracy: mean,
  /** To the generator of the same seed; of the generator itself, nothing. By Student's t at the level of 5 %. */
  difference: z.strictObject({
    mean: z.nullable(z.number()),
    se: z.nullable(z.number()),
    verdict: z.nullable(z.enum(["better", "worse", "inconclusive"])),
  }),
  /** Means over the seeds: the share of wrong answers among all there was to choose from, and the shares that are kept. */
  p: shareOrNone,
  phi: shareOrNone,
  psi: shareOrNone,
  /** p⋆ = φ/(φ + ψ). */
  breakdown: shareOrNone,
  /** Which side of p⋆ p is on. */
  prediction: z.nullable(z.enum(["below", "above"])),
  difficulty: z.strictObject({ smallest: z.array(bin), gap: z.array(bin) }),
  perSeed: z.array(z.strictObject({ seed: count, rows: count, labels: share, accuracy: share })),
});

/** What `pstar eigen --format json` prints. */
export const eigenResultSchema = z.strictObject({
  schema: z.literal("pstar/eigen@1"),
  /** Whether all arms of all seeds are finished. */
  complete: z.boolean(),
  config: z.strictObject({
    size: z.int(),
    tolerance: share,
    verifiers: z.array(z.string()),
    beams: count,
    generatorRows: count,
    pool: count,
    beamPool: count,
    test: count,
    steps: count,
    layers: count,
    width: count,
    learningRate: z.number(),
    /** Examples of a step. */
    batch: count,
    /** When a training ends. */
    stopping: z.string(),
  }),
  generator: z.strictObject({
    rows: count,
    greedy: mean,
    /** Null if there is one beam. */
    beams: z.nullable(
      z.strictObject({
        /** By the number of beams, the share of new matrices with a correct answer among so many. */
        oracle: z.record(z.string(), mean),
        /** The share whose answer of lowest perplexity is correct. */
        perplexity: mean,
      }),
    ),
  }),
  arms: z.array(arm),
  seeds: z.array(count),
  provenance: z.strictObject({ version: z.string(), coreHash: z.string() }),
});

export type EigenResult = z.infer<typeof eigenResultSchema>;
export type EigenArmResult = EigenResult["arms"][number];

/** One arm of one repetition, finished. */
export interface EigenOutcome {
  seed: number;
  arm: EigenArm;
  rows: number;
  measured: EigenMeasured;
  /** Null of exact eigenvalues. */
  selection: {
    correct: number;
    p: number | null;
    phi: number | null;
    psi: number | null;
    breakdown: number | null;
    /** Matrices in each bin of difficulty, of the pool and of the rows. */
    before: number[];
    after: number[];
  } | null;
}

/** Gathers finished arms, in any order, into the result. */
export function eigenResult(
  arms: readonly EigenArm[],
  outcomes: readonly EigenOutcome[],
  settings: EigenSettings,
): EigenResult {
  const { seeds, ...config } = settings;
  const of = (name: string) =>
    seeds.flatMap((seed) => outcomes.find((outcome) => outcome.arm.name === name && outcome.seed === seed) ?? []);
  const generators = of("generator");
  const tables = generators.flatMap(({ measured }) => measured.beams ?? []);
  const [table] = tables;
  const beamCounts = Object.keys(table?.oracle ?? {}).sort((a, b) => Number(a) - Number(b));
  return {
    schema: "pstar/eigen@1",
    complete: outcomes.length === arms.length * seeds.length,
    config: {
      ...config,
      verifiers: [...config.verifiers],
      batch: BATCH,
      stopping: `every model is trained for ${settings.steps} steps of ${BATCH} examples, whatever its rows`,
    },
    generator: {
      rows: settings.generatorRows,
      greedy: meanWithError(generators.map(({ measured }) => measured.accuracy)),
      beams:
        table === undefined
          ? null
          : {
              oracle: Object.fromEntries(
                beamCounts.map((beams) => [beams, meanWithError(tables.map(({ oracle }) => oracle[beams] ?? null))]),
              ),
              perplexity: meanWithError(tables.map(({ perplexity }) => perplexity)),
            },
    },
    arms: arms.flatMap((arm) => {
      const ours = of(arm.name);
      return ours.length === 0 ? [] : [armResult(arm, ours, generators)];
    }),
    seeds: [...seeds],
    provenance: { version: VERSION, coreHash: TRANSFORMER_CORE_HASH },
  };
}

function armResult(
  arm: EigenArm,
  outcomes: readonly EigenOutcome[],
  generators: readonly EigenOutcome[],
): EigenArmResult {
  const differences = outcomes.flatMap(({ seed, measured }) => {
    const generator = generators.find((outcome) => outcome.seed === seed);
    return generator === undefined || arm.name === "generator" ? [] : [measured.accuracy - generator.measured.accuracy];
  });
  const difference = meanWithError(differences);
  const rate = (name: "p" | "phi" | "psi" | "breakdown") =>
    meanWithError(outcomes.map(({ selection }) => selection?.[name] ?? null)).mean;
  const [p, breakdown] = [rate("p"), rate("breakdown")];
  const labelsOf = ({ selection }: EigenOutcome) => selection?.correct ?? 1;
  return {
    name: arm.name,
    verifier: arm.verifier,
    rows: Math.round(outcomes.reduce((sum, { rows }) => sum + rows, 0) / outcomes.length),
    labels: meanWithError(outcomes.map(labelsOf)),
    accuracy: meanWithError(outcomes.map(({ measured }) => measured.accuracy)),
    difference: { ...difference, verdict: studentVerdict(difference, differences.length) },
    p,
    phi: rate("phi"),
    psi: rate("psi"),
    breakdown,
    prediction: verdict(p, breakdown),
    difficulty: { smallest: binsOf(outcomes, "smallest"), gap: binsOf(outcomes, "gap") },
    perSeed: outcomes.map((outcome) => ({
      seed: outcome.seed,
      rows: outcome.rows,
      labels: labelsOf(outcome),
      accuracy: outcome.measured.accuracy,
    })),
  };
}

/** The bins of one difficulty, the other summed over; matrices of all seeds together. */
function binsOf(outcomes: readonly EigenOutcome[], by: keyof typeof DIFFICULTY) {
  const edges: readonly number[] = DIFFICULTY[by];
  const within = (counts: readonly number[], k: number) =>
    counts.reduce((sum, n, bin) => ((by === "smallest" ? Math.floor(bin / 4) : bin % 4) === k ? sum + n : sum), 0);
  const total = (lists: readonly (readonly number[])[], k: number) =>
    lists.reduce((sum, counts) => sum + within(counts, k), 0);
  const shareOf = (lists: readonly (readonly number[])[], k: number) => {
    const all = edges.reduce((sum, _, i) => sum + total(lists, i), 0);
    return all === 0 ? null : total(lists, k) / all;
  };
  const selections = outcomes.flatMap(({ selection }) => selection ?? []);
  return edges.map((from, k) => {
    const tested = total(
      outcomes.map(({ measured }) => measured.bins.total),
      k,
    );
    const correct = total(
      outcomes.map(({ measured }) => measured.bins.correct),
      k,
    );
    return {
      from,
      to: edges[k + 1] ?? null,
      before: shareOf(
        selections.map(({ before }) => before),
        k,
      ),
      after: shareOf(
        selections.map(({ after }) => after),
        k,
      ),
      accuracy: tested === 0 ? null : correct / tested,
    };
  });
}
