export { AuditTally } from "./audit/audit.js";
export type { AuditOptions } from "./audit/options.js";
export type { AuditPlan, AuditPlanQuestion, PlannedLabels } from "./audit/plan.js";
export type {
  AuditCounts,
  AuditDesign,
  AuditEstimates,
  AuditRecord,
  AuditResult,
  AuditSlice,
  AuditVerdict,
  AuditVerification,
  Interval,
} from "./audit/result.js";
export { type AuditThresholds, type ThresholdOptions, type ThresholdPoint, ThresholdTally } from "./audit/threshold.js";
export type { CoreModule } from "./core/core.js";
export {
  ArgumentError,
  ConfigError,
  CoreError,
  DataError,
  DivergedError,
  EmptyKeptSetError,
  type FailedCell,
  FailedCellsError,
  FileError,
  MemoryLimitError,
  PstarError,
  QueueError,
  SingularSystemError,
  StoreError,
} from "./core/errors.js";
export type { Fit, Rows } from "./core/steps.js";
export type {
  AnglesQuestion,
  Breakdown,
  BreakdownQuestion,
  RatesQuestion,
  ScenarioBreakdown,
  ScenarioQuestion,
} from "./engine/calculator.js";
export type { CellResult, CellStatus, Convergence, Moments, Provenance, RunResult } from "./engine/result.js";
export type { Progress, RunOptions } from "./engine/run.js";
export { runResult } from "./engine/runResult.js";
export type { DataInput, GivenRows, LabelRule, LearnerInput, Sample, VerifyRule } from "./engine/steps.js";
export type { Theory } from "./engine/theory.js";
export { breakdown, keepRate, keptPrecision, type VerifierRates, verdict } from "./model/breakdown.js";
export { type Cell, type Part, planCells } from "./model/cells.js";
export { type Preset, preset, presets } from "./model/presets.js";
export { readScenario } from "./model/read.js";
export { parseScenario, type Scenario, type ScenarioInput } from "./model/scenario.js";
export { type Article, humanPairs, type Pair } from "./news/article.js";
export { CopyLearner, type CopyLearnerOptions } from "./news/copyLearner.js";
export { CopyModel, type CopyModelState } from "./news/copyModel.js";
export { Encoder, type TextLimits } from "./news/encoder.js";
export type { NewsMeasures } from "./news/experiment/measure.js";
export { type NewsOptions, type NewsVerifier, newsPresets, newsVerifiers } from "./news/experiment/options.js";
export type { NewsModelProgress, NewsModels } from "./news/experiment/outside.js";
export type { NewsArmResult, NewsComparison, NewsOutcome, NewsResult } from "./news/experiment/result.js";
export type { NewsRunOptions, NewsStore } from "./news/experiment/run.js";
export {
  ExtractiveLearner,
  type ExtractiveLearnerOptions,
  ExtractiveModel,
  type ExtractiveModelState,
} from "./news/extractiveModel.js";
export {
  type GenerateOptions,
  type Generator,
  type Learner,
  meanNegativeLog,
  type NewsProgress,
  type Scorer,
  type TokenScores,
  type WorkOptions,
} from "./news/interfaces.js";
export type { NewswireOptions } from "./news/newswire.js";
export { load, Pstar } from "./pstar.js";
export { writeArpa } from "./text/arpaWriter.js";
export type { Discounts } from "./text/discounts.js";
export { droppedShare, emptied } from "./text/dropped.js";
export type { NgramEvaluation, NgramModel, NgramScores, NgramTraining } from "./text/ngramModel.js";
export type { NgramOptions, NgramProgress } from "./text/ngramTraining.js";
export type { Rouge, RougeOptions, RougeScore } from "./text/rouge.js";
export { type Tokenizer, type TokenizerName, tokenizers } from "./text/tokenizer.js";
