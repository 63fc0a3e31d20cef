/** The simulation core, `dist/core.wasm`: what production calls of runs, the theory, single steps and audits. */
export { ABI_VERSION, heapBase } from "./abi";

export { directBytes, directPrepare, directTrials } from "./direct/trial";
export {
  TRIAL_ACCURACY, TRIAL_AGREEMENT, TRIAL_CALIBRATION, TRIAL_COSINE, TRIAL_FIELDS, TRIAL_GENERATED, TRIAL_GRADIENT_NORM,
  TRIAL_ITERATIONS, TRIAL_KEPT, TRIAL_KEPT_WRONG, TRIAL_NORM, TRIAL_RISK, TRIAL_STATUS, TRIAL_WRONG,
} from "./direct/trial";
export { accuracyAtCosine, agreementAtCosine, calibrationAt, cosineWithStar, riskAt } from "./experiment/evaluate";
export {
  fitGradientNorm, fitIterations, fitRows, fitWeights, flipLabels, keepAgreeing, keepBernoulli, keepTop, linearScores,
  poisonVerdicts, sampleRows,
} from "./direct/steps";
export { basisPtr, generatorPtr, scalePtr, verifierPtr } from "./direct/workspace";
export { jacobiEigen } from "./linalg/eigen";
export { reducedBytes, reducedTrials } from "./reduced/trial";
export { theoryGenerations } from "./theory/generations";
export {
  THEORY_ACCURACY, THEORY_AGREEMENT, THEORY_CALIBRATION, THEORY_COSINE, THEORY_ERROR_RATE, THEORY_FIELDS, THEORY_KEEP_RATE,
  THEORY_LIMIT_SELECTED, THEORY_LIMIT_UNSELECTED, THEORY_NORM, THEORY_PHI, THEORY_PSI, THEORY_RISK, THEORY_ROWS,
  THEORY_STATUS, theoryBatch,
  theoryBytes, theoryPrepare,
} from "./theory/theory";

export { resample } from "./random/resample";
export { below, shuffle } from "./random/shuffle";
export { seedStreams } from "./random/streams";
export { betaCdf, betaQuantile } from "./special/beta";
export { bettingLower } from "./special/betting";
export { normalQuantile } from "./special/normal";
