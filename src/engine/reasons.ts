import { type Reason, reasonsOf } from "../core/reasons.js";
import { formatNumber } from "../model/format.js";

// Why an engine computes a cell, or does not apply to it.

type Named = { field: string; value: string };

export const engineSentences = {
  "asked-for": () => "asked for",
  "same-law": () => "the same distribution as the direct engine, which draws every row, at a fraction of the cost",

  "classes-need-their-core": () =>
    "several classes have a core of their own: give run(…, { classes: await loadClasses() }), of pstar/classes",
  "answer-of-two-classes": ({ field }: { field: string }) =>
    `${field}: this answer is of two classes at ±μ, equally likely; a run says of several which survive`,
  "softmax-without": ({ engine }: { engine: "theory" | "reduced" }) =>
    `learner.kind logistic of several classes has no ${engine === "theory" ? "theory" : "reduction"}`,
  "reduction-of-classes-needs-penalty": () => "the reduction of several classes needs learner.lambda above 0",
  "classes-on-a-queue": () => "the workers of a queue compute two classes at ±μ: run several classes without it",

  "theory-needs-identity": ({ field, value }: Named) => `${field} ${value}: the theory needs data.covariance identity`,
  "steps-too-large": ({ size, most }: { size: number; most: number }) =>
    `the theory of sgd is one of small steps: learner.learningRate × (λ + c(1 + r²)), c = 1 (squared loss) or 1/4 (logistic), must be at most ${most}, and is ${formatNumber(size, 3)}`,
  "theory-of-generations-needs-identity": () => "several generations: the theory needs data.covariance identity",
  "accumulate-without-theory": () => "policy accumulate has no theory: its rows depend on the models that they taught",
  "accumulate-without-reduction": () =>
    "ridge on accumulated rows has no reduction: they depend on the models that they taught",
  "reduction-needs-identity": () => "the reduction needs data.covariance identity",
  "reduction-needs-equal-covariance": () =>
    "the reduction needs generated rows of the real rows' covariance: variance 1, exponent 0, and no estimate of it",
  "weights-without-reduction": () => "rows of different weights have no law in few dimensions, so every row is drawn",
  "top-ranks-at-most": ({ rows }: { rows: number }) => `a top-fraction verifier ranks at most ${rows} rows`,

  "regression-without-theory": () =>
    "there is a theory of policy replace, and of policy accumulate without a verifier; of these rows there is none",
  "too-many-products": ({ products, most }: { products: number; most: number }) =>
    `these sizes take ${products.toExponential(0)} multiplications, and at most ${most.toExponential(0)} are computed`,
  "too-many-answers": ({ answers, most }: { answers: number; most: number }) =>
    `these sizes take ${answers.toExponential(0)} answers, and at most ${most.toExponential(0)} are drawn`,
  "theory-does-not-apply": ({ why }: { why: Reason }) => `the theory does not apply: ${why.message}`,
  "no-theory-of-scenario": ({ why }: { why: Reason }) => `there is no theory of this scenario: ${why.message}`,
  "engine-does-not-apply": ({ engine, why }: { engine: string; why: Reason }) =>
    `the ${engine} engine does not apply: ${why.message}; engine: auto takes ${engine === "direct" ? "the reduced one if it can" : "one that applies"}`,
  "an-engine-that-applies": () => "an engine that applies",

  "samples-not-given": () => "the question does not say how many rows N are generated",
  "error-rate-not-given": () => "the question does not say how many of the labels are wrong",
  "nothing-is-kept": () => "the verifier keeps no row",
  "limit-is-chance": () => "the learner comes to chance itself",
  "theory-of-two-classes": () => "the theory at N is of two classes",
  "theory-not-converged": () => "the equations of the theory were not solved",
  "too-many-rows-to-simulate": () => "there are too many rows for the answer at N, which takes 200 trials",
  "files-without-a-row-decide": () =>
    "verification is better or worse by what is said of the files of which it keeps no row: left out, or counted as chance",
  "worth-of-one-pass": () => "more clean rows do not always help a learner of a single pass",
  "worth-beyond-clean-rows": () => "no number of clean rows brings this learner to the same accuracy",

  "allowed-by-the-other-angles": ({ low, high }: { low: string; high: string }) =>
    `in [${low}, ${high}], what the other two angles allow`,
};

export const engineReason = reasonsOf(engineSentences);
