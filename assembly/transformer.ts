/** The transformer core, `dist/transformer.wasm`: a transformer to train and to ask, and the matrices it learns; and worlds of their own: regression, generated inputs, weighted rows. */
export { ABI_VERSION, heapBase } from "./abi";

export { INPUTS_FIELDS } from "./augment/inputs";
export { augmentTheory, augmentTheoryBytes } from "./augment/theory";
export { AUGMENT_FIELDS, augmentBytes, augmentDirect, augmentReduced } from "./augment/trials";
export { answerErrors, drawMatrices } from "./matrices/matrices";
export { shuffle } from "./random/shuffle";
export { seedStreams, uniform53 } from "./random/streams";
export { transformerDecode } from "./transformer/decode";
export { transformerInit } from "./transformer/init";
export { transformerSample } from "./transformer/sample";
export { transformerBytes } from "./transformer/scratch";
export { transformerWeights } from "./transformer/shape";
export { transformerGradient, transformerTrain } from "./transformer/train";
export { WEIGHTING_FIELDS, WEIGHTS_FIELDS, weightsBytes, weightsDirect, weightsTheory } from "./weights/weights";
export { REGRESSION_FIELDS, regressionBytes, regressionTheory, regressionTrials } from "./regression/regression";
