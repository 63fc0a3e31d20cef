import { type Reason, reasonsOf } from "../core/reasons.js";

type InLine = { file: string; line: number };

/** Why articles, models or folders of the news experiment cannot be used. */
export const newsSentences = {
  "no-bbc-files": ({ folder }: { folder: string }) =>
    `${folder} must hold folders of .txt files, as business/001.txt; it has none`,
  "no-reuters-articles": ({ path }: { path: string }) => `${path} holds no <REUTERS> … </REUTERS>`,
  "no-reuters-files": ({ path }: { path: string }) => `${path} holds no .sgm files`,
  "not-csv": ({ file, why }: { file: string; why: Reason }) => `${file} is not CSV: ${why.message}`,
  "column-missing": ({ file, column, columns }: { file: string; column: string; columns: readonly string[] }) =>
    `${file} must have a column ${column}, got ${columns.join(", ")}`,
  "no-usual-column": ({ file, of, columns }: { file: string; of: string; columns: readonly string[] }) =>
    `${file} must have a column of the ${of}, and none is called as it usually is; name it. The columns are ${columns.join(", ")}`,

  "articles-not-a-list": () => "articles must be a list of {id, text, summary}",
  "article-not-whole": ({ number }: { number: number }) =>
    `articles must be a list of {id, text, summary}, all three texts (number ${number} from 0)`,
  "articles-too-few": ({ least, got }: { least: number; got: number }) =>
    `articles must be at least ${least}, got ${got}`,
  "article-id-twice": ({ id }: { id: string }) => `articles must have ids of their own, got ${id} twice`,
  "articles-without-words": () => "articles must hold at least one word, got none",
  "no-pairs": () => "pairs must be at least one, got none",

  "model-named-or-given": ({ field }: { field: string }) =>
    `${field} must be named in the options and given in models, or neither`,
  "self-cannot-score": () =>
    "verifiers must not include self: this generator cannot say how likely a given text is, so it has no perplexity",
  "scorer-without-strong": () => "verifiers must include strong: it is what a scorer is for",
  "context-too-small": ({ id, tokens, context }: { id: string; tokens: number; context: number }) =>
    `article ${id} and its summary take ${tokens} tokens, but the context holds ${context}: show less of the articles, or take a larger context`,
  "llama-without-probability": () => "llama.cpp gives no probability of a token",
  "llama-cannot-load": ({ file, why }: { file: string; why: Reason }) =>
    `llama.cpp cannot load ${file}: ${why.message}`,
  "llama-not-installed": () =>
    "models in GGUF files need the package node-llama-cpp, which is not installed: npm install node-llama-cpp@3.22.1",

  "cannot-score": ({ server, reasons }: { server: string; reasons: readonly string[] }) =>
    `${server} cannot say how likely a given text is, so no perplexity can be had from it ` +
    `(${reasons.join("; ")}). vLLM can; llama.cpp's server, Ollama and most hosted APIs cannot: ` +
    "give them as a generator only, or take llama:MODEL.gguf or scores:FILE.jsonl",
  // Why a document, a file or a row is not taken for an article.
  "document-too-large": ({ limit }: { limit: number }) => `larger than ${limit} bytes`,
  "summary-too-large": ({ limit }: { limit: number }) => `a summary larger than ${limit} bytes`,
  "not-a-txt-file": () => "not a .txt file",
  "not-in-a-desk": () => "not in the folder of a desk",
  "no-end-tag": () => "no end tag",
  "end-tag-alone": () => "an end tag without its beginning",
  "no-newid": () => "no NEWID",
  "no-id": () => "no id",
  "no-text": () => "no text",
  "no-summary": () => "no summary",
  "more-fields-than-headings": () => "more fields than headings",

  "score-line": ({ what, file, line }: InLine & { what: Reason }) => `${what.message} (${file}, line ${line})`,
  "row-without-id": () =>
    "a row must have an id, which is a text, and a score, a perplexity or logprobs; a summary is a text too",
  "row-without-score": () => "a row must have a score, a number, a perplexity above 0, or logprobs, a list of numbers",
  "not-logprobs": () => "logprobs must be a list of numbers of at most 0",
  "two-scores": ({ id }: { id: string }) => `${id} has two scores`,
  "malformed-row": ({ why }: { why: string }) => why,
  "no-scores": ({ file }: { file: string }) => `${file} holds no scores`,
  "pair-without-score": ({ file, id }: { file: string; id: string }) => `${file} has no score of the summary of ${id}`,

  "experiment-not-ended": ({ folder }: { folder: string }) =>
    `${folder} holds an experiment that has not ended: the same run with this folder goes on with it`,
  "arms-not-named": ({ file }: { file: string }) =>
    `${file} must name the files of the arms, as a finished experiment does`,
};

export const newsReason = reasonsOf(newsSentences);
