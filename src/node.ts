// What needs files or threads, as `import … from "pstar/node"`.

export type {
  ExportSpec,
  LanguageModelSpec,
  LogprobsSpec,
  MatchSpec,
  ModuleSpec,
  RandomSpec,
  RougeSpec,
  ScoreSpec,
  SelectionSettings,
  SelectOptions,
  SelectProgress,
  VerifierSpec,
} from "./select/options.js";
export type { SelectConfig, SelectCounts, SelectResult, SelectSlice } from "./select/result.js";
export { select } from "./select/select.js";
export type { Verifier, VerifierContext } from "./select/verifier.js";
export { type PoolOptions, runInWorkers } from "./sweep/pool.js";
