// `import … from "pstar/eigen"`: the paper's experiment with transformers, regression on its own labels, generated inputs beside
// real ones, and weighted rows, in Node and in a page. They have a core of their own.

export type { WorkOptions, WorkProgress } from "./core/slices.js";
export { TRANSFORMER_CORE_HASH as transformerCoreHash } from "./core/transformer.generated.js";
export { type EigenGridOptions, eigenGrid, runEigenGrid } from "./eigen/grid.js";
export {
  type EigenOptions,
  type EigenPreset,
  eigenEncodings,
  eigenPresets,
  eigenVerifiers,
} from "./eigen/options.js";
export {
  type EigenArmResult,
  type EigenGridResult,
  type EigenOutcome,
  type EigenResult,
  eigenGridSchema,
  eigenResultSchema,
} from "./eigen/result.js";
export { type EigenCheckpoint, type EigenRunOptions, type EigenStore, runEigen } from "./eigen/run.js";
export { type AugmentOptions, runAugment } from "./engine/augment.js";
export type { AugmentResult, AugmentRow } from "./engine/augmentResult.js";
export { type RegressionOptions, runRegression } from "./engine/regression.js";
export type { RegressionResult, RegressionRound } from "./engine/regressionResult.js";
export { runWeights, type WeightsOptions } from "./engine/weights.js";
export type { WeightsResult, WeightsRow } from "./engine/weightsResult.js";
