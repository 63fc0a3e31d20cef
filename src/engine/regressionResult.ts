import * as z from "zod/mini";
import { count, documentOf, fieldsOf, meanWithErrorSchema, orNull, real, reasonSchema } from "../model/document.js";
import { described } from "../model/fields.js";

export const regressionPolicies = ["replace", "mix", "accumulate"] as const;

const round = fieldsOf({
  round: count("0 is the model of real rows; each later one is trained on labels of the one before."),
  models: count("Trials whose round has a model: with fewer rows than weights there is none."),
  error: fieldsOf(meanWithErrorSchema.shape, "Squared distance to the truth, ‖θ − θ⋆‖², over trials with a model."),
  theory: orNull(real("That error by the theory."), "if it has no answer"),
  fromCentre: fieldsOf(meanWithErrorSchema.shape, "Squared distance to the verifier's centre, ‖θ − θ_c‖²."),
  theoryFromCentre: orNull(real("That distance by the theory."), "if it has no answer"),
  kept: fieldsOf(meanWithErrorSchema.shape, "Synthetic rows that were kept, per trial with a model before this round."),
});

export const regressionSchema = documentOf(
  "pstar/regression@1",
  {
    settings: fieldsOf(
      {
        dim: count("Dimension d."),
        realRows: count("Real rows of round 0."),
        samples: count("Synthetic rows of a later round, before verification."),
        realSamples: count("Fresh real rows of a later round (mix)."),
        noise: real("Standard deviation σ of the labels."),
        ball: orNull(real("A row is kept if |y − xᵀθ_c| is at most this, b."), "without a verifier"),
        centre: real("Distance of the verifier's centre θ_c from the truth."),
        rounds: count("Rounds after the first."),
        policy: described(z.enum(regressionPolicies), "What a later round is trained on."),
        trials: count("Repetitions."),
        seed: count("Seed of all randomness."),
      },
      "Every setting, defaults included.",
    ),
    rounds: z.array(round),
    best: fieldsOf(
      {
        simulated: orNull(count("The round of least mean error, of those that all trials reach."), "if there is none"),
        theory: orNull(count("The same by the theory."), "if it has no answer"),
      },
      "When to stop.",
    ),
    reason: z.optional(reasonSchema),
  },
  "Linear regression over rounds of its own labels.",
);

export interface RegressionResult extends z.output<typeof regressionSchema> {}
export type RegressionRound = RegressionResult["rounds"][number];
