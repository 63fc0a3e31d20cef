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

export const weightRules = ["soft", "soft-hard", "soft-easy", "by-label"] as const;
export const weightEngines = ["theory", "direct"] as const;

const learned = (what: string) =>
  fieldsOf(
    {
      models: count("Trials that have a model: without a row there is none."),
      accuracy: fieldsOf(meanWithErrorSchema.shape, "Accuracy on fresh rows with their true labels."),
      weight: fieldsOf(meanWithErrorSchema.shape, "The sum of the weights; of verdicts the kept rows."),
      theory: orNull(share("The accuracy by the theory."), "if it has no answer"),
    },
    what,
  );

export const weightsSchema = documentOf(
  "pstar/weights@1",
  {
    settings: fieldsOf(
      {
        dim: count("Dimension d."),
        meanNorm: real("r: the classes are N(±ru, I)."),
        samples: described(z.array(count()), "Rows, N, of each line of `rows`."),
        errorRate: orNull(share("Probability p that a label is wrong."), "if a direction gives the labels"),
        generatorAngle: orNull(real("Angle of that direction to the truth, in rad."), "if labels are wrong at random"),
        rule: described(
          z.enum(weightRules),
          "The weight q of a row whose margin is m. `soft`: 1/(1 + exp(−m/width)). `soft-hard`: exp(−m²/2width²). `soft-easy`: one less that. `by-label`: φ if its label is right, ψ if not.",
        ),
        width: orNull(real("The margin over which q changes."), "if the rule has none"),
        verifierAngle: orNull(
          real("Angle of the verifier's direction to the truth, in rad."),
          "if the rule has no direction",
        ),
        phi: orNull(share("φ."), "unless the rule is by-label"),
        psi: orNull(share("ψ."), "unless the rule is by-label"),
        lambda: real("Penalty λ of ridge, for each unit of weight."),
        trials: count("Repetitions."),
        seed: count("Seed of all randomness."),
      },
      "Every setting, defaults included.",
    ),
    engine: described(z.enum(weightEngines), "What drew the trials; `theory`: nothing did."),
    reason: reasonSchema,
    rows: z.array(
      fieldsOf({
        samples: count("Rows, N."),
        weights: learned("Every row weighs q."),
        verdicts: learned("Every row is kept with the probability q."),
        all: orNull(share("The accuracy of all rows alike, by the theory."), "if it has no answer"),
      }),
    ),
  },
  "Ridge on rows that weigh what a verifier makes of them, beside rows that it keeps or drops.",
);

export interface WeightsResult extends z.output<typeof weightsSchema> {}
export type WeightsRow = WeightsResult["rows"][number];
