import * as z from "zod/mini";
import { rule } from "../core/reasons.js";
import { choice, described, flag, mapping } from "./fields.js";
import { modelReason, must } from "./reasons.js";

/** The most classes: beyond, the shares of right answers take more time than the learning. */
export const CLASSES_LIMIT = 32;

const COUNT = { low: 2, high: CLASSES_LIMIT };
const SHARE = must(rule("in-interval", { low: 0, high: 1 }));
const NUMBERS = must(modelReason("a-list-of-numbers"));
const ROWS = must(modelReason("a-list-of-rows"));
const share = z
  .number({ error: must(rule("a-finite-number")) })
  .check(z.minimum(0, { error: SHARE }), z.maximum(1, { error: SHARE }));
const coordinate = z
  .number({ error: must(rule("a-finite-number")) })
  .check(
    z.minimum(-100, { error: must(rule("in-interval", { low: -100, high: 100 })) }),
    z.maximum(100, { error: must(rule("in-interval", { low: -100, high: 100 })) }),
  );
const most = z.maxLength(CLASSES_LIMIT, { error: must(modelReason("at-most-rows", { most: CLASSES_LIMIT })) });
const matrix = (of: typeof share) => z.array(z.array(of, { error: NUMBERS }), { error: ROWS }).check(most);

/** The section of a scenario that has several Gaussian classes; left out, there are two, at ±μ and equally likely. */
export const classesSection = mapping({
  count: described(
    z.optional(
      z
        .int({ error: must(rule("an-integer", COUNT)) })
        .check(
          z.minimum(2, { error: must(rule("in-interval", COUNT)) }),
          z.maximum(CLASSES_LIMIT, { error: must(rule("in-interval", COUNT)) }),
        ),
    ),
    "Number of classes K; left out, the number of `means`.",
  ),
  means: described(
    z.optional(matrix(coordinate)),
    "First coordinates of each mean, in units of data.meanNorm; left out, the corners of a regular simplex about 0.",
  ),
  weights: described(
    z.optional(z.array(share, { error: NUMBERS })),
    "Probability of each class; left out, all are alike.",
  ),
  errors: choice(
    ["uniform", "next"],
    "uniform",
    "What a wrong label is. uniform: any other class alike. next: the class behind, of the last one the first.",
  ),
  confusion: described(
    z.optional(matrix(share)),
    "Rows of probabilities of each label, by true class; in place of generator.errorRate.",
  ),
  retention: described(
    z.optional(matrix(share)),
    "Rows of probabilities of being kept with each label, by true class; in place of a verifier.",
  ),
  intercept: flag(true, "Whether the learner has intercepts, without penalty."),
});
