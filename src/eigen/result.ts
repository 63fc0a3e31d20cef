import * as z from "zod/mini";
import { encodingNames } from "../core/matrices.js";
import { TRANSFORMER_CORE_HASH } from "../core/transformer.generated.js";
import { BATCH } from "../core/transformer.js";
import { VERSION } from "../core/version.generated.js";
import { verdict } from "../model/breakdown.js";
import { count, documentOf, fieldsOf, meanWithErrorSchema, orNull, real, share, text } from "../model/document.js";
import { described } from "../model/fields.js";
import { meanWithError, studentVerdict } from "../model/statistics.js";
import { DIFFICULTY, type EigenArm } from "./arms.js";
import type { EigenSettings } from "./options.js";
import type { EigenMeasured } from "./work.js";

/** Over the seeds. */
const mean = meanWithErrorSchema;

const bin = fieldsOf(
  {
    from: real("Where the bin begins."),
    to: orNull(real("Where it ends; not in it."), "if it has no end"),
    before: orNull(share("Of the pool, the share that is in it."), "if the arm learns from exact eigenvalues"),
    after: orNull(share("Of the rows that the arm learns from."), "if they are exact eigenvalues"),
    accuracy: orNull(share("The arm's on new matrices of the bin, over all seeds."), "if there are none"),
  },
  "Matrices of a bin of difficulty.",
);

const difference = fieldsOf(
  {
    mean: orNull(
      real("Mean over the seeds of the difference to the generator of the same seed."),
      "of the generator itself",
    ),
    se: orNull(real("Its standard error."), "of fewer than two seeds"),
    verdict: orNull(
      described(z.enum(["better", "worse", "inconclusive"]), "By Student's t at the level of 5 %."),
      "of fewer than two seeds",
    ),
  },
  "Paired by seed.",
);

const prediction = orNull(described(z.enum(["below", "above"]), "Which side of p⋆ p is on."), "if one is not known");

const arm = fieldsOf({
  name: text("Of the arm."),
  verifier: orNull(text("What selected."), "if the arm learns from exact eigenvalues"),
  rows: count("Rows that it learns from, rounded to a whole number in the mean of the seeds."),
  labels: described(mean, "The share of correct answers among them."),
  accuracy: described(mean, "On new matrices."),
  difference,
  p: orNull(
    share("The share of wrong answers among all there was to choose from, in the mean of the seeds."),
    "if there are none",
  ),
  phi: orNull(share("φ: the share of the correct ones that is kept."), "if there are none"),
  psi: orNull(share("ψ: the share of the wrong ones that is kept."), "if there are none"),
  breakdown: orNull(share("p⋆ = φ/(φ + ψ)."), "if nothing is kept"),
  prediction,
  difficulty: fieldsOf(
    {
      smallest: described(z.array(bin), "By the smallest |λ|."),
      gap: described(z.array(bin), "By the gap between the largest two λ."),
    },
    "Matrices by their difficulty, before and after selection.",
  ),
  perSeed: z.array(
    fieldsOf({
      seed: count(),
      rows: count("Rows that the arm learns from."),
      labels: share("The share of correct answers among them."),
      accuracy: share("On new matrices."),
    }),
  ),
});

const provenance = fieldsOf({ version: text("Of pstar."), coreHash: text("SHA-256 of the core.") });

/** What every experiment's config says. */
const config = {
  size: count("Rows of a matrix."),
  tolerance: share("Largest relative error of a correct answer."),
  encoding: described(z.enum(encodingNames), "How numbers are written as tokens."),
  temperature: real("Of the generator's answers to the pool; 0: its likeliest tokens."),
  pool: count("Matrices that a generator answers."),
  armRows: orNull(count("Rows that every arm learns from, if the oracle keeps so many."), "if as many as it keeps"),
  test: count("New matrices that a model is measured on."),
  steps: count("Training steps of every model."),
  layers: count("Of the transformer."),
  width: count("Numbers in a row of it."),
  learningRate: real("Adam's highest."),
  batch: count("Examples of a step."),
  stopping: text("When a training ends."),
};

/** What `pstar eigen --format json` prints. */
export const eigenResultSchema = documentOf(
  "pstar/eigen@1",
  {
    complete: described(z.boolean(), "Whether all arms of all seeds are finished."),
    config: fieldsOf({
      ...config,
      verifiers: described(z.array(z.string()), "Who selects."),
      beams: count("Of the search."),
      generatorRows: count("Matrices that the generator learns from."),
      controls: described(z.boolean(), "Whether clean labels and all unverified answers have arms."),
      beamPool: count("Matrices whose answers are searched by beams."),
    }),
    generator: fieldsOf({
      rows: count("Matrices that it learns from."),
      greedy: described(mean, "Accuracy of its likeliest tokens on new matrices."),
      beams: orNull(
        fieldsOf({
          oracle: described(
            z.record(z.string(), mean),
            "By the number of beams, the share of new matrices with a correct answer among so many.",
          ),
          perplexity: described(mean, "The share whose answer of lowest perplexity is correct."),
        }),
        "if there is one beam",
      ),
    }),
    arms: described(z.array(arm), "In the order of the verifiers."),
    seeds: z.array(count()),
    provenance,
  },
  "The experiment with transformers that learn eigenvalues from verified answers.",
);

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

const crosses = {
  predicted: orNull(
    share("(1 − p)/p, the ψ at which p = p⋆ = 1/(1 + ψ)."),
    "if p is below a half: p⋆ is above it at every ψ",
  ),
  crossing: orNull(
    share("The ψ at which the difference to the generator is 0, by straight lines on the falling curve nearest to it."),
    "if it is on one side at every ψ",
  ),
  side: described(
    z.enum(["crosses", "better", "worse"]),
    "`better`: above the generator at every ψ of the grid; `worse`: below it at every ψ.",
  ),
};

/** What `pstar eigen --grid --format json` prints. */
export const eigenGridSchema = documentOf(
  "pstar/eigen-grid@1",
  {
    complete: described(z.boolean(), "Whether all models of all seeds are finished."),
    config: fieldsOf({
      ...config,
      generatorRows: described(z.array(count()), "Matrices that the generators learn from."),
      psi: described(z.array(share("ψ.")), "Shares of the wrong answers that are kept."),
    }),
    cells: described(
      z.array(
        fieldsOf({
          generatorRows: count(),
          psi: share("ψ of the verifier; φ is 1."),
          rows: count("That a model learns from, in the mean of the seeds."),
          labels: described(mean, "The share of correct answers among them."),
          accuracy: described(mean, "On new matrices."),
          difference,
          p: orNull(share("The generators' error rate on the pool, in the mean of the seeds.")),
          breakdown: share("p⋆ = 1/(1 + ψ)."),
          prediction,
        }),
      ),
      "A model for each generator and ψ.",
    ),
    crossings: described(
      z.array(
        fieldsOf({
          generatorRows: count(),
          accuracy: described(mean, "Of the generators."),
          p: described(mean, "Their error rate on the pool."),
          ...crosses,
          between: fieldsOf({
            better: orNull(
              share("The largest ψ, below the one of `worse`, that is better than the generator."),
              "if none is",
            ),
            worse: orNull(share("The smallest ψ that is worse than it."), "if none is"),
          }),
        }),
      ),
      "Of the means over the seeds.",
    ),
    generators: described(
      z.array(
        fieldsOf({
          generatorRows: count(),
          seed: count(),
          accuracy: share("On new matrices."),
          p: share("Its error rate on the pool."),
          ...crosses,
        }),
      ),
      "Of each generator by itself.",
    ),
    test: fieldsOf({
      cells: count("Pairs of a number of generator's matrices and a ψ."),
      decided: count("Those whose models differ from the generators."),
      agree: count("Of these, the ones on the side of p⋆ that p says."),
      fixed: fieldsOf(
        {
          psi: orNull(share("Better up to this ψ, worse above."), "if worse at every ψ"),
          agree: count("Cells that it has right."),
        },
        "The rule that does not know the generator, with the ψ that fits best.",
      ),
      generators: count("Generators with a crossing of their own, or none."),
      rankCorrelation: orNull(
        real(
          "Spearman's, of the crossing of each generator with the predicted one; a curve without a crossing is at the end of its side.",
        ),
        "if it is not defined",
      ),
    }),
    seeds: z.array(count()),
    provenance,
  },
  "Whether the breakdown point moves with the generator of the transformer experiment.",
);

export type EigenGridResult = z.output<typeof eigenGridSchema>;
