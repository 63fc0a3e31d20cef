// `import … from "pstar/news"`: the news experiment, its articles and its models, on the core of `loadText()`.

export type { WorkOptions, WorkProgress as NewsProgress } from "./core/slices.js";
export { loadText, type TextCore } from "./core/textCore.js";
export { CopyLearner, type CopyLearnerOptions, CopyModel, type CopyModelState, copyLearner } from "./news/copyModel.js";
export { Encoder, type TextLimits } from "./news/encoder.js";
export { type NewsOptions, type NewsVerifier, newsPresets, newsVerifiers } from "./news/experiment/options.js";
export type { NewsModelProgress, NewsModels } from "./news/experiment/outside.js";
export type { NewsArmResult, NewsComparison, NewsMeasures, NewsOutcome, NewsResult } from "./news/experiment/result.js";
export { type NewsRunOptions, type NewsStore, runNews } from "./news/experiment/run.js";
export {
  ExtractiveLearner,
  type ExtractiveLearnerOptions,
  ExtractiveModel,
  type ExtractiveModelState,
  extractiveLearner,
} from "./news/extractiveModel.js";
export {
  type Article,
  type GenerateOptions,
  type Generator,
  humanPairs,
  type Learner,
  meanNegativeLog,
  type Pair,
  type Scorer,
  type TokenScores,
  type TrainOptions,
} from "./news/interfaces.js";
export { type NewswireOptions, newswire } from "./news/newswire.js";
