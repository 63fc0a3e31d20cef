import { AuditTally } from "./audit/audit.js";
import type { AuditOptions } from "./audit/options.js";
import { type AuditPlan, type AuditPlanQuestion, planAudit } from "./audit/plan.js";
import type { AuditRecord, AuditResult } from "./audit/result.js";
import { type AuditThresholds, type ThresholdOptions, ThresholdTally } from "./audit/threshold.js";
import { CORE_HASH } from "./core/bytes.generated.js";
import type { Core, CoreModule } from "./core/core.js";
import { startCore } from "./core/simulationCore.js";
import type { Fit, Rows } from "./core/steps.js";
import { startTextCore, type TextCore } from "./core/textCore.js";
import { VERSION } from "./core/version.generated.js";
import * as calculator from "./engine/calculator.js";
import type { CellResult, RunResult } from "./engine/result.js";
import { type RunOptions, runOnThread } from "./engine/run.js";
import { runResult } from "./engine/runResult.js";
import * as steps from "./engine/steps.js";
import { type Theory, theories } from "./engine/theory.js";
import { Plan } from "./model/cells.js";
import { parseScenario, type ScenarioInput } from "./model/scenario.js";
import type { Article } from "./news/article.js";
import { CopyLearner, type CopyLearnerOptions } from "./news/copyLearner.js";
import type { NewsOptions } from "./news/experiment/options.js";
import type { NewsResult } from "./news/experiment/result.js";
import { type NewsRunOptions, runNews } from "./news/experiment/run.js";
import { ExtractiveLearner, type ExtractiveLearnerOptions } from "./news/extractiveModel.js";
import { type NewswireOptions, newswire } from "./news/newswire.js";
import { readArpa } from "./text/arpaReader.js";
import type { NgramModel } from "./text/ngramModel.js";
import { type NgramOptions, trainNgram } from "./text/ngramTraining.js";
import { type Rouge, type RougeOptions, rouge } from "./text/rouge.js";
import type { Tokenizer } from "./text/tokenizer.js";

/**
 * Starts pstar: compiles the core, which is embedded in the package.
 *
 * @param options `module`: a core compiled before, for instance posted to a worker.
 * @throws CoreError where the engine lacks SIMD, or a page's policy forbids them.
 * @example
 * const pstar = await load();
 * for await (const cell of pstar.run({ generator: { errorRate: 0.3 } })) console.log(cell.accuracy.mean);
 */
export async function load(options: { module?: CoreModule } = {}): Promise<Pstar> {
  return new Pstar(await startCore(options.module), await startTextCore());
}

/** A running instance; make one with {@link load}. Nothing is shared between instances but the compiled code. */
export class Pstar {
  /** The compiled core: post it to a worker and hand it to {@link load} there. */
  readonly module: CoreModule;
  readonly version: string = VERSION;
  /** SHA-256 of the core. */
  readonly coreHash: string = CORE_HASH;
  readonly #core: Core;
  readonly #text: TextCore;

  /** @internal */
  constructor(core: Core, text: TextCore) {
    this.module = core.module;
    this.#core = core;
    this.#text = text;
  }

  /**
   * Computes a scenario cell by cell, in order, on this thread. Several runs may be under way at once.
   *
   * @param scenario As in a scenario file; what is left out takes its default.
   * @param options `signal` ends the run between two trials (one trial of many rows is not cut short: run such on a worker); `onProgress` is told how far it is.
   * @throws ConfigError where the scenario is not valid; nothing has been computed then.
   */
  async *run(scenario: ScenarioInput, options: RunOptions = {}): AsyncGenerator<CellResult> {
    const resolved = parseScenario(scenario);
    yield* runOnThread(await this.#core.another(), resolved, options);
  }

  /** The whole result of a run, as `pstar run --format json` prints it. */
  async collect(scenario: ScenarioInput, options: RunOptions = {}): Promise<RunResult> {
    const resolved = parseScenario(scenario);
    const cells: CellResult[] = [];
    for await (const cell of this.run(scenario, options)) cells.push(cell);
    return runResult(resolved, cells);
  }

  /**
   * The theory's answers to the cells of a scenario, in order, without a run: a diagram of 10⁴ cells in hundredths of a second.
   *
   * @throws ConfigError where the scenario is not valid, or a cell has no theory.
   * @example pstar.theory({ generator: { errorRate: 0.3 }, samples: 2000 })[0].accuracy // 0.7866…
   */
  theory(scenario: ScenarioInput): Theory[] {
    const plan = new Plan(parseScenario(scenario));
    return theories(
      this.#core,
      Array.from({ length: plan.length }, (_, index) => plan.scenario(index)),
    );
  }

  /**
   * Says without a run whether synthetic data teach the truth, and whether verification helps: from rates, from angles, or
   * from a scenario, with what a point of quality buys.
   *
   * @throws ArgumentError where a number is out of range, ConfigError where a scenario is not valid or has no theory.
   * @example
   * pstar.breakdown({ phi: 0.8, psi: 0.3, errorRate: 0.3 }).verdict // "below"
   * pstar.breakdown({ angles: { generator: "30deg", verifier: "100deg" } }).verification // "hurts", though below as well
   * @see Feng, Dohmatob, Yang, Charton, Kempe, Beyond Model Collapse, arXiv 2406.07515
   */
  breakdown(question: calculator.ScenarioQuestion): calculator.ScenarioBreakdown;
  breakdown(question: calculator.RatesQuestion | calculator.AnglesQuestion): calculator.Breakdown;
  breakdown(question: calculator.BreakdownQuestion): calculator.Breakdown {
    return calculator.answer(this.#core, question);
  }

  /**
   * Draws `samples` rows and their true classes.
   *
   * @returns x row-major n × dim (Float32Array, or Float64Array at precision f64), y ±1; the caller owns both.
   * @throws ConfigError where an option is out of range, MemoryLimitError where the rows do not fit.
   * @example
   * const { x, y, dim } = pstar.sample({ data: { dim: 20, meanNorm: 1.5 }, samples: 1000, seed: 7 });
   */
  sample(options: { data?: steps.DataInput; samples: number; seed?: number; precision?: "f32" | "f64" }): steps.Sample {
    return steps.sample(this.#core, options);
  }

  /** The directions of truth, generator and verifier at the scenario's angles, as weights on x (f64, one a dimension). */
  directions(options: {
    data?: steps.DataInput;
    generator?: ScenarioInput["generator"];
    verifier?: ScenarioInput["verifier"];
  }): { star: Float64Array; generator: Float64Array; verifier: Float64Array } {
    return steps.directions(this.#core, options);
  }

  /** Labels rows: `noise` turns the true class over with probability `errorRate`, `linear` takes the sign of xᵀw. */
  label(rows: steps.GivenRows, rule: steps.LabelRule): Int8Array {
    return steps.label(this.#core, rows, rule);
  }

  /** Judges labelled rows: 1 where the row is kept, 0 where it is dropped. Kinds as in `verifier.kind`. */
  verify(rows: steps.GivenRows & { labels: ArrayLike<number> }, rule: steps.VerifyRule): Uint8Array {
    return steps.verify(this.#core, rows, rule);
  }

  /**
   * Trains a learner on the kept rows (`keep` left out: on all).
   *
   * @throws EmptyKeptSetError, SingularSystemError or DivergedError where there are no weights to give.
   */
  fit(
    rows: { x: Rows; labels: ArrayLike<number>; keep?: ArrayLike<number | boolean>; dim: number },
    learner: steps.LearnerInput = {},
  ): Fit {
    return steps.fit(this.#core, rows, learner);
  }

  /** Test accuracy, agreement with the Bayes rule and cosine of a weight vector; exact, no test set is drawn. */
  evaluate(
    weights: ArrayLike<number>,
    options: { data?: steps.DataInput } = {},
  ): { accuracy: number; agreement: number; cosine: number } {
    return steps.evaluate(this.#core, weights, options);
  }

  /**
   * Trains an n-gram language model, interpolated modified Kneser–Ney: to say which texts are likely.
   *
   * @param texts Each a unit with a start and an end, such as a summary; read once. At most some 10⁸ tokens.
   * @param options `order` 1 … 6 (3), `minCount` (1) below which a word becomes `<unk>`, `tokenizer` ("words").
   * @throws ArgumentError where an option is out of range or there is no text, MemoryLimitError where 4 GiB are too few.
   * @example
   * const model = await pstar.trainLanguageModel(["the cat sat", "the dog sat"], { order: 2 });
   * model.perplexity(["the cat sat", "sat the cat"]); // Float64Array [1.937…, 7.667…]
   * @see Chen and Goodman, An Empirical Study of Smoothing Techniques for Language Modeling, TR-10-98, Harvard 1998
   */
  async trainLanguageModel(
    texts: Iterable<string> | AsyncIterable<string>,
    options: NgramOptions = {},
  ): Promise<NgramModel> {
    return trainNgram(await this.#text.another(), texts, options);
  }

  /**
   * Reads an n-gram language model from an ARPA file: of `pstar lm train`, KenLM or SRILM.
   *
   * @param arpa The text of the file, whole or in pieces of any length.
   * @param options `tokenizer`: left out, the one that the file names, or else `spaces`; `name`: of the file, for errors.
   * @throws DataError, with the line, where it is not an ARPA file through and through.
   */
  async readLanguageModel(
    arpa: string | Iterable<string> | AsyncIterable<string>,
    options: { tokenizer?: Tokenizer; name?: string } = {},
  ): Promise<NgramModel> {
    return readArpa(await this.#text.another(), arpa, options);
  }

  /**
   * ROUGE-1, -2, -L and -Lsum of a candidate against a reference, or of many pairs at once, with the numbers of the
   * reference implementation; sentences are lines, for -Lsum.
   *
   * @param candidate A text, or an array of them.
   * @param reference As many texts.
   * @param options `stemmer` counts tokens by their Porter stem, default false; `tokenizer` is `ascii`, which reads [a-z0-9] only, or `unicode`.
   * @throws ArgumentError where a text is not a string, there are not as many references as candidates, or an option is wrong.
   * @example pstar.rouge("the cat sat", "the cat sat on the mat").rougeL.f // 0.6666666666666666
   * @see Lin, ROUGE: A Package for Automatic Evaluation of Summaries, 2004; google-research rouge_score
   */
  rouge(candidate: string, reference: string, options?: RougeOptions): Rouge;
  rouge(candidate: readonly string[], reference: readonly string[], options?: RougeOptions): Rouge[];
  rouge(
    candidate: string | readonly string[],
    reference: string | readonly string[],
    options?: RougeOptions,
  ): Rouge | Rouge[] {
    return rouge(this.#text, candidate, reference, options);
  }

  /**
   * What human labels of some rows say of a whole file: p, φ, ψ, p⋆ and the precision of the kept rows, each with its
   * interval, and whether they teach the truth.
   *
   * @param records Every row of the file, audited or not; or an {@link AuditTally} that has counted them.
   * @throws ArgumentError where an option or a record is not valid; the message names the row.
   * @example
   * const records = [{ correct: true, kept: true }, { correct: false, kept: false }, { correct: null, kept: true }];
   * pstar.audit(records).verdict // "inconclusive"
   */
  audit(records: Iterable<AuditRecord>, options?: AuditOptions): AuditResult;
  audit(tally: AuditTally): AuditResult;
  audit(records: Iterable<AuditRecord> | AuditTally, options: AuditOptions = {}): AuditResult {
    return filled(records, AuditTally, options).result(this.#core);
  }

  /**
   * How many labels an audit needs for its verdicts, and how many of them from kept and from rejected rows.
   *
   * @throws ArgumentError where a number is out of range, or the question lacks one.
   * @example pstar.planAudit({ keptPrecision: 0.7 }).labels // 54
   */
  planAudit(question: AuditPlanQuestion): AuditPlan {
    return planAudit(this.#core, question);
  }

  /**
   * What each threshold on a score would keep, and the accuracy that the theory gives it in the Gaussian model.
   *
   * @param records Every row of the file with its score; or a {@link ThresholdTally} that has seen them.
   * @throws ArgumentError where an option or a record is not valid; the message names the row.
   */
  auditThresholds(records: Iterable<AuditRecord>, options?: ThresholdOptions): AuditThresholds;
  auditThresholds(tally: ThresholdTally): AuditThresholds;
  auditThresholds(records: Iterable<AuditRecord> | ThresholdTally, options: ThresholdOptions = {}): AuditThresholds {
    return filled(records, ThresholdTally, options).result(this.#core);
  }

  /**
   * News articles with summaries, written by a seeded grammar: seven desks, invented names, places and figures. A summary
   * puts the article's lead in other words; the other sentences tell more of the story, quote, or stray from it.
   *
   * @throws ArgumentError where an option is out of range.
   * @example pstar.newswire({ articles: 1, seed: 7 })[0].summary
   */
  newswire(options: NewswireOptions = {}): Article[] {
    return newswire(this.#text, options);
  }

  /**
   * What trains copy models, which write and score summaries: each word by a softmax over the article's and common words.
   *
   * @throws ArgumentError where an option is out of range.
   * @example
   * const model = await pstar.copyLearner().train(humanPairs(pstar.newswire()));
   * const [[summary]] = await model.generate([article], { temperature: 0 });
   */
  copyLearner(options: CopyLearnerOptions = {}): CopyLearner {
    return new CopyLearner(this.#text.module, options);
  }

  /** What trains extractive models: a softmax over an article's sentences, small and fast. */
  extractiveLearner(options: ExtractiveLearnerOptions = {}): ExtractiveLearner {
    return new ExtractiveLearner(this.#text.module, options);
  }

  /**
   * The news experiment on this thread: a generator that learned from a part of the human pairs writes summaries, verifiers
   * keep some, fresh models learn from those, and ROUGE on held-out articles says what became of them.
   *
   * @param articles At least 40, each with an id of its own.
   * @param run `signal` ends it, `onProgress` is told of each finished step, `store` keeps finished arms.
   * @throws ArgumentError where an option is out of range, or the articles are too few or share an id.
   * @example
   * const { comparisons } = await pstar.news(pstar.newswire(), { verifiers: ["oracle", "random"], seeds: [1, 2, 3] });
   * @see Feng, Dohmatob, Yang, Charton, Kempe, Beyond Model Collapse, arXiv 2406.07515
   */
  news(articles: readonly Article[], options: NewsOptions = {}, run: NewsRunOptions = {}): Promise<NewsResult> {
    return runNews(this.#text.module, articles, options, run);
  }
}

/** The tally itself, or a new one of all records. */
function filled<Tally extends AuditTally | ThresholdTally, Options>(
  records: Iterable<AuditRecord> | Tally,
  Kind: new (options: Options) => Tally,
  options: Options,
): Tally {
  if (records instanceof Kind) return records;
  const tally = new Kind(options);
  for (const record of records as Iterable<AuditRecord>) tally.add(record);
  return tally;
}
