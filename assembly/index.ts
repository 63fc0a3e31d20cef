/** What the core offers. The host refuses a core whose number is not the one it was built with. */
export const ABI_VERSION: i32 = 1;

/** The first free byte: everything above belongs to the host. */
export function heapBase(): usize {
  return __heap_base;
}

export { directBytes, directPrepare, directTrials } from "./direct/trial";
export {
  TRIAL_ACCURACY, TRIAL_AGREEMENT, TRIAL_COSINE, TRIAL_FIELDS, TRIAL_GENERATED, TRIAL_GRADIENT_NORM, TRIAL_ITERATIONS,
  TRIAL_KEPT, TRIAL_KEPT_WRONG, TRIAL_STATUS, TRIAL_WRONG,
} from "./direct/trial";
export { accuracyAtCosine, agreementAtCosine, cosineWithStar } from "./experiment/evaluate";
export {
  fitGradientNorm, fitIterations, fitRows, fitWeights, flipLabels, keepAgreeing, keepBernoulli, keepTop, linearScores,
  poisonVerdicts, sampleRows,
} from "./direct/steps";
export { basisPtr, generatorPtr, scalePtr, verifierPtr } from "./direct/workspace";
export * from "./kernels";
export { logisticGradientNorm, logisticIterations } from "./learn/logistic";
export { choleskyFactor, choleskySolve } from "./linalg/cholesky";
export { jacobiEigen } from "./linalg/eigen";
export { conjugateGradientIterations } from "./linalg/conjugateGradients";
export {
  setCovariance, setData, setGenerations, setGenerator, setLearner, setPrecision, setSamples, setVerifier,
} from "./experiment/settings";
export { reducedInterpolation, reducedRidge } from "./reduced/ridge";
export { reducedBytes, reducedTrials } from "./reduced/trial";
export { nextU32, restoreStreams, saveStreams, seedStreams, uniform53, uniformOpen } from "./random/streams";
export { binomial } from "./random/variates/binomial";
export { chi, chiSquare, gamma } from "./random/variates/gamma";
export { normal } from "./random/variates/normal64";
export { bivariateNormalCdf } from "./special/bivariate";
export { logGamma } from "./special/gamma";
export { normalCdf, normalPdf, normalQuantile } from "./special/normal";

export { theoryGenerations } from "./theory/generations";
export { orthant } from "./theory/orthant";
export { effectivePenalty } from "./theory/spectrum";
export {
  POINT_FIELDS, THEORY_ACCURACY, THEORY_AGREEMENT, THEORY_COSINE, THEORY_ERROR_RATE, THEORY_FIELDS, THEORY_KEEP_RATE,
  THEORY_LIMIT_SELECTED, THEORY_LIMIT_UNSELECTED, THEORY_PHI, THEORY_PSI, THEORY_ROWS, THEORY_STATUS, theoryBatch,
  theoryBytes, theoryConvex, theoryPopulation, theoryPrepare,
} from "./theory/theory";
export { hashRows } from "./text/hash";
export { NGRAM_NO_HISTORY, NGRAM_READ, NGRAM_TWICE, ngramAdd, ngramList } from "./text/ngramFile";
export { ngramScore, NGRAM_SCORE_FIELDS, perplexity } from "./text/ngramScore";
export { ngramClear, ngramCount, ngramPlace } from "./text/ngramTables";
export {
  ngramCountsOfCounts, ngramEstimate, ngramLogarithms, ngramTally, ngramWords,
} from "./text/ngramTrain";
export { porterStem } from "./text/porter";
export { ROUGE_FIELDS, rougeBytes, rougePairs } from "./text/rouge";
export { tokenBound } from "./text/tokens";
export { betaCdf, betaQuantile } from "./special/beta";
export { resample } from "./random/resample";

export { copyGenerate, copyGradient, copyScore, copyTrain, UNSAYABLE } from "./news/copyModel";
export { extractGenerate, extractGradient, extractScore, extractTrain } from "./news/extractiveModel";
export { softmax } from "./learn/softmax";
export { COPY_WEIGHTS } from "./news/lexical";
export { EXTRACT_WEIGHTS } from "./news/sentences";
export { MAX_CANDIDATES, MAX_TOKENS, MAX_WORDS, newsBytes, newsPrepare } from "./news/workspace";
export { below, shuffle } from "./random/shuffle";
