import * as z from "zod/mini";
import { count, documentOf, fieldsOf, meanWithErrorSchema, orNull, real, share } from "../model/document.js";
import { described } from "../model/fields.js";

export const rewardKinds = ["normalized", "corrected"] as const;

export const rewardsSchema = documentOf(
  "pstar/rewards@1",
  {
    settings: fieldsOf(
      {
        phi: share("Share of correct answers that the verifier rewards, φ."),
        psi: share("Share of wrong answers that it rewards, ψ."),
        errorRate: share("Share of wrong answers of the policy at first, p."),
        reward: described(
          z.enum(rewardKinds),
          "`normalized`: verdicts less their group's mean, over its standard deviation. `corrected`: (r − ψ)/(φ − ψ) less the group's mean.",
        ),
        group: count("Answers G to one question, among which rewards are compared."),
        questions: count("Questions of one step."),
        rate: real("Learning rate η."),
        steps: count("Steps."),
        trials: count("Repetitions."),
        seed: count("Seed of all randomness."),
      },
      "Every setting, defaults included.",
    ),
    youden: real("J = φ − ψ."),
    direction: described(
      z.enum(["learns", "unlearns", "neither"]),
      "What the flow does to the policy: the share of wrong answers falls, rises, or stays.",
    ),
    steps: z.array(
      fieldsOf({
        step: count("Steps taken."),
        errorRate: fieldsOf(meanWithErrorSchema.shape, "Share of wrong answers, over trials."),
        flow: share("The same by the flow of groups of G."),
        endless: orNull(
          share("By the flow of endless groups."),
          "if rewards are corrected, where the group's size is a factor 1 − 1/G",
        ),
      }),
    ),
  },
  "A policy that learns from a verifier's verdicts as rewards.",
);

export interface RewardsResult extends z.output<typeof rewardsSchema> {}
