import { type Reason, reasonsOf } from "../core/reasons.js";

type Order = { order: number };

/** Why texts or a model cannot be used. */
export const textSentences = {
  "mark-in-text": ({ mark, text }: { mark: string; text: number }) =>
    `texts must not hold ${mark}, which marks where a text begins or ends and is added to each, got it in text ${text}`,
  "run-too-long": () =>
    "a text has millions of letters or signs without a space, which expressions cannot match: is the field a text?",
  "no-texts": () => "texts must be at least one text, got none",
  "too-long": ({ most }: { most: number }) => `texts must have at most ${most} tokens together, got more`,
  "too-many-words": ({ words }: { words: number }) =>
    `texts have more than ${words} different words, which do not fit into half of the memory: give more memory, or train on texts of one language, without numbers and addresses`,
  "arpa-line": ({ what, file, line }: { what: Reason; file: string; line: number }) =>
    `${what.message} (${file}, line ${line})`,
  /** `expected` is what the grammar of ARPA has at this place. */
  "arpa-expected": ({ expected, got }: { expected: string; got: string }) => `expected ${expected}, got ${got}`,
  "arpa-without-data": () => "no \\data\\ was found: this is not an ARPA file",
  "arpa-cut-short": () => "the file ends before \\end\\: it has been cut short",
  "arpa-own-tokenizer": () => "the model was trained with a tokenizer of one's own, which must be given again",
  "arpa-order": ({ most }: { most: number }) => `n-grams of more than ${most} words cannot be read`,
  "arpa-announces-none": () => "\\data\\ announces no n-grams",
  "arpa-more-than-announced": ({ order, announced }: Order & { announced: number }) =>
    `more ${order}-grams than the ${announced} announced`,
  "arpa-fewer-than-announced": ({ order, read, announced }: Order & { read: number; announced: number }) =>
    `${read} ${order}-grams, but \\data\\ announces ${announced}`,
  "arpa-infinite": ({ begin, got }: { begin: string; got: string }) =>
    `only ${begin} may have the log-probability ${got}: no text with such a word has a perplexity`,
  "arpa-word-twice": ({ word }: { word: string }) => `the word ${word} comes twice`,
  "arpa-unknown-word": ({ word }: { word: string }) => `the word ${word} is not among the 1-grams`,
  "arpa-lacks-word": ({ word }: { word: string }) => `the 1-grams lack ${word}`,
  "arpa-ngram-twice": ({ order }: Order) => `this ${order}-gram comes twice`,
  "arpa-without-history": ({ order }: Order) =>
    `this ${order}-gram has a history that is not among the ${order - 1}-grams`,
};

export const textReason = reasonsOf(textSentences);
