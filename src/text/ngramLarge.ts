import { decimals, logarithms, NGRAM_BLOCK, type NgramBlock, NgramTables } from "../core/ngram.js";
import type { TextCore } from "../core/textCore.js";
import { NgramCorpus, Pace, type Scratch } from "./ngramCorpus.js";
import { type NgramEvaluation, NgramModel, type NgramTraining, stringsOf, type Vocabulary } from "./ngramModel.js";
import { type Counts, countedContexts, type Estimates, estimated, STRETCH, type Training } from "./ngramPasses.js";
import { inMemory, integerIn, type NgramOptions, readCorpus, settingsOf } from "./ngramTraining.js";
import { splitterOf, type Tokenizer } from "./tokenizer.js";

/** What a training on more text than fits in memory is told. */
export interface LargeNgramOptions extends NgramOptions {
  /** Bytes for the words and n-grams: 10⁹ by default, and at least some 10⁶. */
  memoryLimit?: number;
  /** Where n-grams go that do not fit. */
  scratch: Scratch;
}

/**
 * Trains the same model within a memory, on as much text as the disk has room for: its n-grams are sorted in runs on the disk
 * and merged if they may not fit. Only the different words have to.
 *
 * @param options As of {@link trainLanguageModel}, and `memoryLimit` in bytes and `scratch`.
 * @throws ArgumentError likewise, and if the words do not fit into half of the memory.
 */
export async function trainWithin(
  core: TextCore,
  texts: Iterable<string> | AsyncIterable<string>,
  options: LargeNgramOptions,
): Promise<NgramModel | LargeNgramModel> {
  const { order, minCount, tokenizer, split } = settingsOf(options);
  const limit = integerIn("memoryLimit", options.memoryLimit ?? 1e9, 1e6, Number.MAX_SAFE_INTEGER);
  const pace = new Pace(options);
  const corpus = new NgramCorpus({ order, limit, scratch: options.scratch });
  try {
    await readCorpus(corpus, texts, { tokenizer, split }, pace);
    if (!corpus.isLarge) return await inMemory(core, corpus, { order, minCount, tokenizer }, pace);
    const room = limit - corpus.wordBytes;
    const vocabulary = corpus.finish(minCount);
    const { scratch } = options;
    return await LargeNgramModel.train({ core, corpus, vocabulary, order, tokenizer, scratch, room, pace });
  } catch (error) {
    corpus.close();
    throw error;
  }
}

/**
 * A model whose n-grams are on disk: they can be listed, order by order, in the order of their first occurrence. Its numbers
 * are those of the tables in assembly/text/ngramTrain.ts, to the last bit.
 *
 * The n-grams of the highest order are sorted by their histories, from the last word to the first. Then whatever ends in the
 * same words stands together: one pass counts all orders, and a second one estimates them. What it finds is put where the
 * n-gram first occurs in the text, which has the words.
 */
export class LargeNgramModel {
  readonly order: number;
  readonly tokenizer: Tokenizer;
  readonly training: NgramTraining;
  /** How many n-grams of each order the model has, single words first. */
  readonly ngrams: readonly number[];
  /** How many runs were sorted. */
  readonly runs: number;
  /** @internal */
  readonly vocabulary: Vocabulary;
  readonly #core: TextCore;
  readonly #corpus: NgramCorpus;
  readonly #estimates: Estimates;

  private constructor({ core, corpus, vocabulary, order, tokenizer }: Training, counts: Counts, estimates: Estimates) {
    const { texts, tokens, unknown, minCount } = corpus;
    this.order = order;
    this.tokenizer = tokenizer;
    this.training = { texts, tokens, unknown, minCount, discounts: estimates.discounts };
    this.ngrams = counts.ngrams;
    this.runs = counts.runs;
    this.vocabulary = vocabulary;
    this.#core = core;
    this.#corpus = corpus;
    this.#estimates = estimates;
  }

  static async train(training: Training): Promise<LargeNgramModel> {
    const counts = await countedContexts(training);
    const estimates = await estimated(training, counts);
    for (const file of counts.files) file?.close();
    return new LargeNgramModel(training, counts, estimates);
  }

  /** Every word of the vocabulary, `<unk>`, `<s>` and `</s>` among them. */
  get words(): readonly string[] {
    return this.vocabulary.words;
  }

  /** The n-grams of an order, block by block. */
  *list(order: number): Generator<NgramBlock> {
    const { probabilities, backoffs, placed, weights } = this.#estimates;
    const isHighest = order === this.order;
    const block = (words: Uint32Array, values: Float64Array, gammas: Float64Array): NgramBlock => ({
      words,
      logs: logarithms(this.#core, values),
      ...(!isHighest && { backoffs: logarithms(this.#core, gammas) }),
    });
    if (order === 1) {
      for (let first = 0; first < this.words.length; first += NGRAM_BLOCK) {
        const end = Math.min(first + NGRAM_BLOCK, this.words.length);
        const words = Uint32Array.from({ length: end - first }, (_, i) => first + i);
        yield block(words, probabilities.slice(first, end), backoffs.slice(first, end));
      }
      return;
    }
    const words = new Uint32Array(order * NGRAM_BLOCK);
    const values = new Float64Array(NGRAM_BLOCK);
    const gammas = new Float64Array(NGRAM_BLOCK);
    const text = new Uint32Array(2 ** STRETCH + order);
    const size = 2 ** STRETCH;
    const found = new Float64Array(size);
    const weight = new Float64Array(size);
    let count = 0;
    for (let first = 0; first < this.#corpus.length; first += size) {
      placed[order].load(first, found);
      if (isHighest) weight.fill(1);
      else weights[order].load(first, weight, 1);
      const before = Math.min(first, order - 1);
      this.#corpus.read(first - before, text);
      for (let place = 0; place < size; place++) {
        if (Number.isNaN(found[place])) continue;
        const from = before + place - (order - 1);
        for (let i = 0; i < order; i++) words[count * order + i] = text[from + i];
        values[count] = found[place];
        gammas[count++] = weight[place];
        if (count < NGRAM_BLOCK) continue;
        yield block(words.slice(), values.slice(), gammas.slice());
        count = 0;
      }
    }
    yield block(words.slice(0, order * count), values.slice(0, count), gammas.slice(0, count));
  }

  /** @internal */
  decimals(values: Float64Array): Uint8Array {
    return decimals(this.#core, values);
  }

  /** The perplexity of texts together, which are kept in memory: of the model only their own n-grams are looked up. */
  async evaluate(texts: Iterable<string> | AsyncIterable<string>): Promise<NgramEvaluation> {
    const split = splitterOf(this.tokenizer);
    const held: string[] = [];
    const wanted = new NgramFilter(this.order);
    for await (const text of stringsOf("texts", texts)) {
      held.push(text);
      const { begin, end } = this.vocabulary;
      wanted.add([begin, ...split(text).map((token) => this.vocabulary.numberOf(token)), end]);
    }
    const tables = new NgramTables(await this.#core.another(), this.order);
    for (let order = 1; order <= this.order; order++) {
      tables.begin(order);
      for (const block of this.list(order)) addSome(tables, order === 1 ? block : wanted.of(block, order), order);
      tables.finish();
    }
    return new NgramModel(tables, this.vocabulary, this.tokenizer, this.training).evaluate(held);
  }

  /** @internal What {@link trainLanguageModel} has read, so that its files are closed. */
  close(): void {
    this.#corpus.close();
    for (const numbers of [...this.#estimates.placed, ...this.#estimates.weights]) numbers?.close();
  }
}

/** Adds n-grams but those without a history, which the filter has let through by accident. */
function addSome(tables: NgramTables, { words, logs, backoffs }: NgramBlock, order: number): void {
  for (let first = 0; first < logs.length; ) {
    const rest = {
      words: words.subarray(first * order),
      logs: logs.subarray(first),
      backoffs: backoffs?.subarray(first),
    };
    const refused = tables.add(rest);
    if (refused === null) return;
    first += refused.at + 1;
  }
}

/** Tells which n-grams some texts have; of others it also takes some, by accident. */
class NgramFilter {
  readonly #order: number;
  readonly #bits = new Uint8Array(1 << 24);

  constructor(order: number) {
    this.#order = order;
  }

  add(words: readonly number[]): void {
    for (let end = 1; end <= words.length; end++) {
      let hash = 0;
      for (let k = 1; k <= Math.min(end, this.#order); k++) {
        hash = mixed(hash, words[end - k]);
        this.#bits[hash >>> 8] |= 1 << (hash & 7);
      }
    }
  }

  of({ words, logs, backoffs }: NgramBlock, order: number): NgramBlock {
    const found: number[] = [];
    for (let i = 0; i < logs.length; i++) {
      let hash = 0;
      for (let k = 1; k <= order; k++) hash = mixed(hash, words[order * (i + 1) - k]);
      if ((this.#bits[hash >>> 8] & (1 << (hash & 7))) !== 0) found.push(i);
    }
    return {
      words: Uint32Array.from(found.flatMap((i) => [...words.subarray(order * i, order * (i + 1))])),
      logs: Float64Array.from(found, (i) => logs[i]),
      ...(backoffs !== undefined && { backoffs: Float64Array.from(found, (i) => backoffs[i]) }),
    };
  }
}

function mixed(hash: number, word: number): number {
  let next = Math.imul(hash ^ word, 0x85ebca6b) ^ (word << 13);
  next = Math.imul(next ^ (next >>> 15), 0xc2b2ae35);
  return (next ^ (next >>> 13)) >>> 0;
}
