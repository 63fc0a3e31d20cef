/**
 * What the cores export, as the host calls it: pointers are byte addresses (`>>> 0` where read), 32-bit words of seeds are
 * plain numbers. Held to assembly/index.ts, text.ts and transformer.ts by test/kernel/exports.test.ts.
 */
export type Call = (...numbers: number[]) => number;
export type Do = (...numbers: number[]) => void;
export type Constant = { readonly value: number };

/** Of all cores. */
export interface CommonExports {
  memory: WebAssembly.Memory;
  ABI_VERSION: Constant;
  heapBase: Call;
  seedStreams(seedLow: number, seedHigh: number, cellLow: number, cellHigh: number, trial: number): void;
  shuffle(itemsPtr: number, count: number): void;
}

/** Of the cores from which the host takes uniform numbers. */
export interface DrawingExports extends CommonExports {
  /** Uniform in [0, 1). */
  uniform53: Call;
}

/** Of the cores from which the host takes whole numbers. */
export interface WholeNumberExports extends CommonExports {
  /** Uniform in 0 … bound − 1. */
  below(bound: number): number;
}

/** Of the simulation core: runs, the theory, single steps and audits. */
export interface SimulationExports extends WholeNumberExports {
  directBytes(experimentPtr: number): number;
  directPrepare(experimentPtr: number, basePtr: number): void;
  directTrials(
    experimentPtr: number,
    seedLow: number,
    seedHigh: number,
    cellLow: number,
    cellHigh: number,
    first: number,
    count: number,
    outPtr: number,
  ): void;
  reducedBytes(experimentPtr: number): number;
  reducedTrials(
    experimentPtr: number,
    seedLow: number,
    seedHigh: number,
    cellLow: number,
    cellHigh: number,
    first: number,
    count: number,
    scratchPtr: number,
    outPtr: number,
  ): void;
  TRIAL_FIELDS: Constant;
  TRIAL_STATUS: Constant;
  TRIAL_ACCURACY: Constant;
  TRIAL_AGREEMENT: Constant;
  TRIAL_COSINE: Constant;
  TRIAL_KEPT: Constant;
  TRIAL_WRONG: Constant;
  TRIAL_KEPT_WRONG: Constant;
  TRIAL_GENERATED: Constant;
  TRIAL_ITERATIONS: Constant;
  TRIAL_GRADIENT_NORM: Constant;
  TRIAL_NORM: Constant;
  TRIAL_RISK: Constant;
  TRIAL_CALIBRATION: Constant;
  resample(rows: number, countsPtr: number): void;
  basisPtr: Constant;
  generatorPtr: Constant;
  scalePtr: Constant;
  verifierPtr: Constant;
  sampleRows(experimentPtr: number, count: number, xPtr: number, classesPtr: number): void;
  flipLabels(classesPtr: number, count: number, rate: number, labelsPtr: number): void;
  linearScores(
    xPtr: number,
    precision: number,
    count: number,
    dim: number,
    weightsPtr: number,
    scoresPtr: number,
  ): void;
  keepBernoulli: Do;
  keepAgreeing: Do;
  keepTop: Do;
  poisonVerdicts(keepPtr: number, count: number, rate: number): void;
  fitRows(experimentPtr: number, xPtr: number, count: number, labelsPtr: number, keepPtr: number): number;
  fitWeights: Call;
  fitIterations: Call;
  fitGradientNorm: Call;
  cosineWithStar(weightsPtr: number, scalePtr: number, starPtr: number, n: number): number;
  accuracyAtCosine(dataKind: number, meanNorm: number, cosine: number): number;
  agreementAtCosine(dataKind: number, meanNorm: number, cosine: number): number;
  riskAt(dataKind: number, meanNorm: number, cosine: number, norm: number, loss: number): number;
  calibrationAt(dataKind: number, meanNorm: number, cosine: number, norm: number): number;
  betaCdf(x: number, a: number, b: number): number;
  betaQuantile(p: number, a: number, b: number): number;
  bettingLower(successes: number, n: number, tail: number): number;
  normalQuantile(p: number): number;
  jacobiEigen(matrixPtr: number, n: number, vectorsPtr: number): number;
  theoryBytes(experimentPtr: number): number;
  theoryPrepare(experimentPtr: number, basePtr: number): void;
  theoryBatch(experimentsPtr: number, count: number, outPtr: number): void;
  theoryGenerations(experimentPtr: number, outPtr: number): void;
  THEORY_FIELDS: Constant;
  THEORY_STATUS: Constant;
  THEORY_ACCURACY: Constant;
  THEORY_AGREEMENT: Constant;
  THEORY_COSINE: Constant;
  THEORY_ROWS: Constant;
  THEORY_KEEP_RATE: Constant;
  THEORY_ERROR_RATE: Constant;
  THEORY_PHI: Constant;
  THEORY_PSI: Constant;
  THEORY_LIMIT_SELECTED: Constant;
  THEORY_LIMIT_UNSELECTED: Constant;
  THEORY_NORM: Constant;
  THEORY_RISK: Constant;
  THEORY_CALIBRATION: Constant;
}

/** Of the text core: ROUGE, language models, hashes of rows, and the models of the news experiment. */
export interface TextExports extends DrawingExports, WholeNumberExports {
  DECIMAL_SLOT: Constant;
  writeDecimals(valuesPtr: number, count: number, powersPtr: number, outPtr: number): void;
  hashRows(textPtr: number, boundsPtr: number, count: number, outPtr: number): void;
  minHashRows(textPtr: number, boundsPtr: number, count: number, scratchPtr: number, outPtr: number): void;
  NGRAM_READ: Constant;
  NGRAM_TWICE: Constant;
  NGRAM_SCORE_FIELDS: Constant;
  ngramClear(order: number, entryBytes: number): void;
  ngramPlace(order: number, entriesPtr: number, slotsPtr: number, bits: number): void;
  ngramCount(order: number): number;
  ngramWords(count: number): void;
  ngramTally(
    order: number,
    highest: number,
    tokensPtr: number,
    idsPtr: number,
    n: number,
    begin: number,
    carry: number,
  ): number;
  ngramCountsOfCounts(order: number, outPtr: number): void;
  ngramEstimate(order: number, d1: number, d2: number, d3: number, begin: number, scratchPtr: number): void;
  ngramLogarithms(order: number, highest: number): void;
  ngramLogarithmsOf(valuesPtr: number, count: number): void;
  ngramAdd(order: number, wordsPtr: number, logsPtr: number, backoffsPtr: number, count: number, atPtr: number): number;
  ngramList(order: number, first: number, count: number, wordsPtr: number, logsPtr: number, backoffsPtr: number): void;
  ngramScore(
    order: number,
    tokensPtr: number,
    lengthsPtr: number,
    givenPtr: number,
    count: number,
    logsPtr: number,
    outPtr: number,
  ): void;
  perplexity(logProbability: number, tokens: number): number;
  tokenBound(textPtr: number, length: number, separated: number): number;
  rougeBytes(candidateTokens: number, referenceTokens: number): number;
  rougePairs(
    textPtr: number,
    offsetsPtr: number,
    count: number,
    separated: number,
    stem: number,
    candidateTokens: number,
    referenceTokens: number,
    scratchPtr: number,
    outPtr: number,
  ): void;
  newsBytes(): number;
  newsPrepare(basePtr: number): void;
  COPY_WEIGHTS: Constant;
  EXTRACT_WEIGHTS: Constant;
  copyTrain(
    weightsPtr: number,
    squaresPtr: number,
    pairsPtr: number,
    orderPtr: number,
    first: number,
    count: number,
    learningRate: number,
  ): number;
  copyGradient(weightsPtr: number, gradientPtr: number, pairsPtr: number, count: number): number;
  copyScore(weightsPtr: number, pairsPtr: number, count: number, outPtr: number): void;
  copyGenerate: Do;
  extractTrain(
    weightsPtr: number,
    squaresPtr: number,
    pairsPtr: number,
    orderPtr: number,
    first: number,
    count: number,
    learningRate: number,
  ): number;
  extractGradient(weightsPtr: number, gradientPtr: number, pairsPtr: number, count: number): number;
  extractScore(weightsPtr: number, pairsPtr: number, count: number, outPtr: number): void;
  extractGenerate: Do;
}

/** Of the core of several classes. */
export interface ClassesExports extends CommonExports {
  PROBLEM_HEAD: Constant;
  CLASS_FIELDS: Constant;
  CLASS_STATUS: Constant;
  CLASS_ACCURACY: Constant;
  CLASS_GENERATED: Constant;
  CLASS_WRONG: Constant;
  CLASS_KEPT: Constant;
  CLASS_KEPT_WRONG: Constant;
  CLASS_ITERATIONS: Constant;
  CLASS_GRADIENT_NORM: Constant;
  classBytes(problemPtr: number): number;
  classReducedBytes(problemPtr: number): number;
  classReducedTrials(
    problemPtr: number,
    seedLow: number,
    seedHigh: number,
    cellLow: number,
    cellHigh: number,
    first: number,
    count: number,
    scratchPtr: number,
    outPtr: number,
  ): void;
  classTheoryBytes(problemPtr: number): number;
  classTheory(problemPtr: number, scratchPtr: number, outPtr: number): void;
  classTrials(
    problemPtr: number,
    seedLow: number,
    seedHigh: number,
    cellLow: number,
    cellHigh: number,
    first: number,
    count: number,
    scratchPtr: number,
    outPtr: number,
  ): void;
}

/** Of the transformer core: a transformer to train and to ask, and the matrices it learns. */
export interface TransformerExports extends DrawingExports {
  INPUTS_FIELDS: Constant;
  AUGMENT_FIELDS: Constant;
  augmentTheoryBytes(inputsPtr: number): number;
  augmentTheory(inputsPtr: number, scratchPtr: number, outPtr: number): number;
  augmentBytes(inputsPtr: number): number;
  augmentDirect: Do;
  augmentReduced: Do;
  WEIGHTING_FIELDS: Constant;
  WEIGHTS_FIELDS: Constant;
  weightsBytes(dim: number): number;
  weightsDirect: Do;
  weightsTheory(weightingPtr: number, outPtr: number): number;
  REGRESSION_FIELDS: Constant;
  regressionBytes(dim: number): number;
  regressionTrials: Do;
  regressionTheory: Do;
  drawMatrices(
    encoding: number,
    n: number,
    count: number,
    inputsPtr: number,
    answersPtr: number,
    valuesPtr: number,
  ): number;
  answerErrors(
    encoding: number,
    n: number,
    count: number,
    each: number,
    answersPtr: number,
    valuesPtr: number,
    outPtr: number,
  ): number;
  transformerBytes(transformerPtr: number): number;
  transformerWeights(transformerPtr: number): number;
  transformerInit(transformerPtr: number): void;
  transformerTrain(
    transformerPtr: number,
    inputsPtr: number,
    answersPtr: number,
    examples: number,
    seedLow: number,
    seedHigh: number,
    purpose: number,
    first: number,
    count: number,
    steps: number,
    warmUp: number,
    rate: number,
  ): number;
  transformerGradient(transformerPtr: number, inputsPtr: number, answersPtr: number, outPtr: number): number;
  transformerDecode(
    transformerPtr: number,
    inputsPtr: number,
    examples: number,
    beams: number,
    answersPtr: number,
    logsPtr: number,
  ): void;
  transformerSample(
    transformerPtr: number,
    inputsPtr: number,
    examples: number,
    temperature: number,
    uniformsPtr: number,
    answersPtr: number,
    logsPtr: number,
  ): void;
}
