// `import … from "pstar"`: simulations, their theory, and single steps, in Node and in a page. Texts are in "pstar/text",
// audits in "pstar/audit", the news experiment in "pstar/news", and what needs files, threads or servers in "pstar/node".

export { CORE_HASH as coreHash } from "./core/bytes.generated.js";
export type { Core, CoreModule } from "./core/core.js";
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
export type { Reason } from "./core/reasons.js";
export { compileCore, load } from "./core/simulationCore.js";
export type { Fit, Rows } from "./core/steps.js";
export { VERSION as version } from "./core/version.generated.js";
export {
  type AnglesQuestion,
  type BreakdownQuestion,
  breakdown,
  type RatesQuestion,
  type ScenarioQuestion,
} from "./engine/calculator.js";
export type {
  AtN,
  Breakdown,
  CellResult,
  CellStatus,
  Convergence,
  Provenance,
  RunResult,
  ScenarioBreakdown,
} from "./engine/result.js";
export { type RewardsOptions, rewards } from "./engine/rewards.js";
export type { RewardsResult } from "./engine/rewardsResult.js";
export { collect, type Progress, type RunOptions, run, runResult } from "./engine/run.js";
export {
  type DataInput,
  directions,
  evaluate,
  fit,
  type GivenRows,
  type LabelRule,
  type LearnerInput,
  label,
  type Sample,
  sample,
  type VerifyRule,
  verify,
} from "./engine/steps.js";
export { type Theory, theory } from "./engine/theory.js";
export { breakdownPoint, keepRate, keptPrecision, type VerifierRates, verdict } from "./model/breakdown.js";
export { type Cell, type Part, planCells } from "./model/cells.js";
export { type Preset, preset, presets } from "./model/presets.js";
export { readScenario } from "./model/read.js";
export { parseScenario, type Scenario, type ScenarioInput } from "./model/scenario.js";
export type { Moments } from "./model/statistics.js";
export {
  bestWeight,
  explainedShare,
  rewardFlow,
  verifierGain,
  type WorthOptions,
  worthLimits,
  worthOfRow,
  youden,
} from "./model/worth.js";
