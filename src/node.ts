// What needs files, threads or servers, as `import … from "pstar/node"`.

export {
  type AuditFileOptions,
  type AuditVerifiersOptions,
  auditFile,
  auditVerifiers,
  drawLabels,
} from "./audit/auditFile.js";
export { verifierCard } from "./audit/card.js";
export { type CheckOptions, check } from "./audit/check.js";
export type { FileAudit } from "./audit/file.js";
export type { SheetDesign } from "./audit/options.js";
export type { CardSlice, CheckResult, SheetAccount, VerifierCard } from "./audit/result.js";
export { type AuditFields, type UnknownValues, UnknownValuesError } from "./audit/row.js";
export type { DrawnLabels, DrawnRow, DrawOptions } from "./audit/sheet/draw.js";
export { type SheetForm, sheetText } from "./audit/sheet/write.js";
export { type EigenPoolOptions, runEigenGridInWorkers, runEigenInWorkers } from "./eigen/pool.js";
export { type NewsPoolOptions, runNewsInWorkers } from "./news/experiment/pool.js";
export { type Llama, type LlamaOptions, openLlama } from "./news/llm/llama.js";
export { generatorNamed, isModelName, type ModelOptions, scorerNamed } from "./news/llm/models.js";
export {
  CannotScoreError,
  type OpenAiGeneratorOptions,
  type OpenAiScorerOptions,
  openAiGenerator,
  openAiScorer,
  type ScoreMethod,
} from "./news/llm/openAi.js";
export { type PromptOptions, prompter } from "./news/llm/prompt.js";
export { scoresFile } from "./news/llm/scoresFile.js";
export { type RowsOfOptions, rowsOf } from "./rows/rowFiles.js";
export type { ExportSpec, SelectionSettings, SelectOptions, SelectProgress } from "./select/options.js";
export type { SelectConfig, SelectCounts, SelectResult, SelectSlice } from "./select/result.js";
export { select } from "./select/select.js";
export type { CommandSpec } from "./select/verifiers/command.js";
export type {
  ExactSpec,
  MatchSpec,
  MathSpec,
  NumericSpec,
  RegexSpec,
  RougeSpec,
  ScoreSpec,
} from "./select/verifiers/fields.js";
export type { JudgeScale, JudgeSpec } from "./select/verifiers/judge.js";
export type { RandomSpec, VerifierSpec } from "./select/verifiers/kinds.js";
export type { ModuleSpec, Verifier, VerifierContext } from "./select/verifiers/module.js";
export type { LanguageModelSpec, LogprobsSpec } from "./select/verifiers/perplexity.js";
export { type ClientOptions, ServerError } from "./server/client.js";
export { AnswerJournal, type AnswerStore } from "./server/requests.js";
export { type PoolOptions, runInWorkers } from "./sweep/pool.js";
export type { QueueNote } from "./sweep/queue/reasons.js";
export { type QueueRunOptions, runOnQueue } from "./sweep/queue/run.js";
export { clearPlans, type PlanStatus, type QueueStatus, queueStatus, retryFailed } from "./sweep/queue/status.js";
export { type QueueWorkerOptions, type QueueWorkerSummary, workOnQueue } from "./sweep/queue/worker.js";
export { type ReadResults, readResults } from "./sweep/results/read.js";
export { type WriteOptions, writeResults } from "./sweep/results/write.js";
export { readShard, type Shard, shardPart } from "./sweep/shard.js";
export { Merger } from "./sweep/store/merge.js";
export { Store, type StoreOptions } from "./sweep/store/store.js";
