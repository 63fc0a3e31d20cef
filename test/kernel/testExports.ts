import type {
  Call,
  ClassesExports,
  Constant,
  Do,
  SimulationExports,
  TextExports,
  TransformerExports,
} from "../../src/core/exports.js";

/** What assembly/test.ts exports: all cores, and what only the tests call. */
export interface TestExports extends SimulationExports, TextExports, TransformerExports, ClassesExports {
  EXPERIMENT_BYTES: Constant;
  experimentOffsets: Call;
  reducedRidge(
    momentsPtr: number,
    k: number,
    rows: number,
    d: number,
    lambdasPtr: number,
    count: number,
    statesPtr: number,
    modelsPtr: number,
  ): void;
  reducedInterpolation(momentsPtr: number, k: number, rows: number, d: number, modelPtr: number): void;
  saveStreams: Do;
  restoreStreams: Do;
  nextU32: Call;
  uniformOpen: Call;
  normal: Call;
  gamma(shape: number): number;
  chi(k: number): number;
  chiSquare(k: number): number;
  binomial(n: number, p: number): number;
  logGamma(x: number): number;
  normalCdf(x: number): number;
  normalPdf(x: number): number;
  bivariateNormalCdf(a: number, b: number, rho: number): number;
  fillNormals32(ptr: number, groups: number): void;
  fillNormals64(ptr: number, groups: number): void;
  addGram32: Do;
  addGram64: Do;
  shapePanel32: Do;
  shapePanel64: Do;
  projectPanels32: Do;
  projectPanels64: Do;
  gatherPanel32: Do;
  gatherPanel64: Do;
  projectRows32: Do;
  projectRows64: Do;
  combineRows32: Do;
  combineRows64: Do;
  choleskyFactor(matrixPtr: number, n: number, tolerance: number): number;
  choleskySolve(matrixPtr: number, n: number, vectorPtr: number): void;
  solveRidge32: Call;
  solveRidge64: Call;
  conjugateGradients32: Call;
  conjugateGradients64: Call;
  conjugateGradientIterations: Call;
  sgdRows32: Do;
  sgdRows64: Do;
  fitLogistic32: Call;
  fitLogistic64: Call;
  logisticIterations: Call;
  logisticGradientNorm: Call;
  kthLargest32: Call;
  kthLargest64: Call;
  orthant(aPtr: number, bPtr: number, cPtr: number, h: number): number;
  effectivePenalty(experimentPtr: number, rows: number, lambda: number): number;
  theoryPopulation(experimentPtr: number, outPtr: number): number;
  theoryConvex(experimentPtr: number, loss: number, outPtr: number): number;
  NGRAM_NO_HISTORY: Constant;
  porterStem(wordPtr: number, length: number): number;
  MIN_HASHES: Constant;
  ROUGE_FIELDS: Constant;
  MAX_TOKENS: Constant;
  MAX_CANDIDATES: Constant;
  MAX_WORDS: Constant;
  UNSAYABLE: Constant;
  softmax(scoresPtr: number, count: number, temperature: number): number;
  multiply: Do;
  multiplyTransposed: Do;
  addColumns: Do;
  transpose: Do;
  normalize: Do;
  normalizeGradient: Do;
  attend: Do;
  attendGradient: Do;
  crossEntropy: Call;
  adam: Do;
  learningRate(step: number, steps: number, warmUp: number, rate: number): number;
}
