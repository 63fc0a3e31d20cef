/** The text core, `dist/text.wasm`: ROUGE, language models, hashes of rows, and the models of the news experiment. */
export { ABI_VERSION, heapBase } from "./abi";

export { copyGenerate, copyGradient, copyScore, copyTrain } from "./news/copyModel";
export { extractGenerate, extractGradient, extractScore, extractTrain } from "./news/extractiveModel";
export { COPY_WEIGHTS } from "./news/lexical";
export { EXTRACT_WEIGHTS } from "./news/sentences";
export { newsBytes, newsPrepare } from "./news/workspace";
export { below, shuffle } from "./random/shuffle";
export { seedStreams, uniform53 } from "./random/streams";
export { DECIMAL_SLOT, writeDecimals } from "./text/decimals";
export { hashRows } from "./text/hash";
export { minHashRows } from "./text/minHash";
export { NGRAM_READ, NGRAM_TWICE, ngramAdd, ngramList } from "./text/ngramFile";
export { ngramScore, NGRAM_SCORE_FIELDS, perplexity } from "./text/ngramScore";
export { ngramClear, ngramCount, ngramPlace } from "./text/ngramTables";
export {
  ngramCountsOfCounts, ngramEstimate, ngramLogarithms, ngramLogarithmsOf, ngramTally, ngramWords,
} from "./text/ngramTrain";
export { rougeBytes, rougePairs } from "./text/rouge";
export { tokenBound } from "./text/tokens";
