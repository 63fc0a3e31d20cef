import * as z from "zod/mini";
import {
  count,
  documentOf,
  fieldsOf,
  meanWithErrorSchema,
  orNull,
  real,
  reasonSchema,
  share,
} from "../model/document.js";
import { described } from "../model/fields.js";

export const augmentEstimates = ["none", "mean", "both"] as const;
export const augmentPenalties = ["kept", "all"] as const;
export const augmentEngines = ["theory", "reduced", "direct"] as const;

const optional = (schema: z.ZodMiniType<number, number>, why: string) => orNull(schema, why);

export const augmentSchema = documentOf(
  "pstar/augment@1",
  {
    settings: fieldsOf(
      {
        dim: count("Dimension d."),
        meanNorm: real("‖μ‖ of the real rows, x | y ~ N(yμ, I)."),
        realRows: count("Real rows n, all of them kept."),
        realErrorRate: share("Probability that a real label is wrong."),
        samples: described(z.array(count()), "Generated rows before verification, m, of each line of `rows`."),
        errorRate: share("Probability ε that a generated label is wrong."),
        phi: share("Probability φ that the verifier keeps a correct label."),
        psi: share("Probability ψ that it keeps a wrong one."),
        meanScale: optional(real("‖ν‖/‖μ‖ of the generated rows, x | y ~ N(yν, C)."), "if ν is estimated"),
        meanAngle: optional(real("Angle between ν and μ, in rad."), "if ν is estimated"),
        variance: optional(real("Mean eigenvalue of C."), "if C is estimated"),
        exponent: optional(real("The eigenvalues of C go as i^−exponent."), "if C is estimated"),
        estimate: described(
          z.enum(augmentEstimates),
          "What is estimated from real rows of its own, in every trial: nothing, ν, or ν and C.",
        ),
        estimateRows: optional(count("Those rows, n̂."), "if nothing is estimated"),
        lambda: real("Penalty λ of ridge."),
        penalty: described(
          z.enum(augmentPenalties),
          "Whether λ is that for each kept row, as everywhere in pstar, or for each row before verification, as in arXiv 2410.08942.",
        ),
        trials: count("Repetitions."),
        seed: count("Seed of all randomness."),
      },
      "Every setting, defaults included.",
    ),
    engine: described(z.enum(augmentEngines), "What drew the trials; `theory`: nothing did."),
    reason: reasonSchema,
    rows: z.array(
      fieldsOf({
        samples: count("Generated rows before verification, m."),
        models: count("Trials that have a model: without a row there is none."),
        accuracy: fieldsOf(meanWithErrorSchema.shape, "Accuracy on fresh real rows with their true labels."),
        kept: fieldsOf(meanWithErrorSchema.shape, "Generated rows that were kept."),
        keptWrong: fieldsOf(meanWithErrorSchema.shape, "Those of them whose label is wrong."),
        theory: orNull(share("The accuracy by the theory."), "if it has no answer"),
        published: orNull(
          share(
            "The same by the equations of arXiv 2410.08942 as published, whose δ of the generated rows has a factor α.",
          ),
          "if they have no answer",
        ),
      }),
    ),
  },
  "Ridge on real rows beside generated ones whose inputs have their own mean and covariance.",
);

export interface AugmentResult extends z.output<typeof augmentSchema> {}
export type AugmentRow = AugmentResult["rows"][number];
