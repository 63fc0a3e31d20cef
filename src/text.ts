// `import … from "pstar/text"`: ROUGE and n-gram language models, on a core of their own.

export type { CoreModule } from "./core/core.js";
export { TEXT_CORE_HASH as textCoreHash } from "./core/text.generated.js";
export { loadText, type TextCore } from "./core/textCore.js";
export { type Answer, type Fraction, readAnswer, readNumber, sameAnswer, type Tolerance } from "./text/answers.js";
export { readLanguageModel, writeArpa } from "./text/arpa.js";
export { type NearDuplicateOptions, type NearDuplicates, nearDuplicates } from "./text/nearDuplicates.js";
export type { NgramProgress } from "./text/ngramCorpus.js";
export type { Discounts, NgramEvaluation, NgramModel, NgramScores, NgramTraining } from "./text/ngramModel.js";
export { type NgramOptions, trainLanguageModel } from "./text/ngramTraining.js";
export { type Rouge, type RougeOptions, type RougeScore, rouge } from "./text/rouge.js";
export { isMostlyUnread, nonAsciiShare, type Tokenizer, type TokenizerName, tokenizers } from "./text/tokenizer.js";
