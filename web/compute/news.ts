import { inertJson } from "../../src/core/printable.js";
import type { NewsExample } from "../../src/news/experiment/result.js";
import { NewsExperiment } from "../../src/news/experiment/run.js";
import { newsCsv, newsExamples } from "../../src/news/experiment/summary.js";
import { rougeTriples, type Synthetic } from "../../src/news/experiment/synthetic.js";
import { NewsWork } from "../../src/news/experiment/work.js";
import { type Article, loadText, type NewsResult, type NewsVerifier, newsPresets, newswire } from "../../src/news.js";

/** What is run: as `pstar news --articles … --seeds … --verifiers … --fractions …` does, with the defaults of its preset. */
export interface NewsQuestion {
  articles: number;
  seed: number;
  verifiers: NewsVerifier[];
  /** Share of the summaries that each verifier keeps, in (0, 1). */
  fraction: number;
}

/** A summary that the generator wrote, beside that of a human. */
export interface ReadSummary {
  lead: string;
  reference: string;
  summary: string;
  rouge1: number;
}

/** What a verifier keeps and rejects: of either some from the middle and the ends of its order. */
export interface Judged {
  verifier: NewsVerifier;
  kept: ReadSummary[];
  rejected: ReadSummary[];
  counts: { kept: number; rejected: number };
  /** Mean ROUGE-1 of either. */
  means: { kept: number; rejected: number };
}

/** What a student wrote of articles that no model has learned from. */
export interface Written {
  arm: string;
  summaries: ReadSummary[];
}

/** Told while the experiment goes on. Shares are of the training of one model. */
export type NewsProgress =
  | { kind: "start"; model: string; pairs: number }
  | { kind: "loss"; model: string; share: number; loss: number }
  | { kind: "rouge"; model: string; share: number; rouge1: number }
  | { kind: "judged"; judged: Judged[] }
  | { kind: "written"; written: Written }
  | { kind: "step"; done: number; total: number };

/** The result, and its texts in the bytes of the command. */
export interface NewsAnswer {
  result: NewsResult;
  json: string;
  csv: string;
}

/** Articles on which a model is looked at after each pass, and summaries of either kind that can be read, at most. */
const WATCHED = 100;
const SHOWN = 24;
const LEAD = 200;
/** Points of a loss curve, at most. */
const POINTS = 60;

function newsOptions({ seed, verifiers, fraction }: NewsQuestion) {
  const { articles: _, description: _also, ...preset } = newsPresets.fast;
  return { ...preset, seeds: [seed], verifiers, fractions: [fraction, 1] };
}

/** Runs the experiment for one seed. */
export async function runNewsHere(
  question: NewsQuestion,
  onProgress: (progress: NewsProgress) => void,
): Promise<NewsAnswer> {
  const core = await loadText();
  const articles = newswire(core, { articles: question.articles });
  const experiment = await NewsExperiment.plan(core, articles, newsOptions(question), "newswire");
  const { settings } = experiment;
  const { train, test } = experiment.repetition(question.seed);
  const work = new NewsWork(core, articles, settings);
  const watched = test.slice(0, WATCHED);
  const rouge1 = (summaries: readonly string[], of: readonly Article[]) =>
    rougeTriples(
      core,
      summaries,
      of.map(({ summary }) => summary),
    ).map(([one]) => one);
  const watch = (model: string, pairs: number) => {
    onProgress({ kind: "start", model, pairs });
    const all = pairs * settings.epochs;
    let done = 0;
    let since = { pairs: 0, loss: 0 };
    return {
      onLoss(told: { loss: number; pairs: number }) {
        done += told.pairs;
        since = { pairs: since.pairs + told.pairs, loss: since.loss + told.loss };
        if (since.pairs < all / POINTS && done < all) return;
        onProgress({ kind: "loss", model, share: done / all, loss: since.loss / since.pairs });
        since = { pairs: 0, loss: 0 };
      },
      async onEpoch(learned: { generate: NewsGenerate }, epoch: number) {
        const texts = await learned.generate(watched, { temperature: 0 });
        const scores = rouge1(
          texts.map(([first]) => first as string),
          watched,
        );
        onProgress({ kind: "rouge", model, share: epoch / settings.epochs, rouge1: mean(scores) });
      },
    };
  };
  const outcomes: Parameters<typeof experiment.result>[0][number][] = [];
  let examples: NewsExample[] = [];
  await experiment.run(
    { width: 1, run: (task) => work.run(task, { watch }) },
    {
      onProgress: ({ done, total }) => onProgress({ kind: "step", done, total }),
      onSynthetic: (_, synthetic) => {
        examples = newsExamples(
          train,
          synthetic,
          settings.verifiers[0] as NewsVerifier,
          settings.fractions[0] as number,
        );
        onProgress({
          kind: "judged",
          judged: settings.verifiers.map((verifier) => judgedBy(verifier, train, synthetic, question.fraction)),
        });
      },
      onArm: (outcome, { summaries }) => {
        outcomes.push(outcome);
        const read = test.slice(0, summaries.length);
        const scores = rouge1(summaries, read);
        const written = read.map((article, i) => readSummary(article, summaries[i] as string, scores[i] as number));
        onProgress({ kind: "written", written: { arm: outcome.arm.name, summaries: written } });
      },
    },
  );
  const result = experiment.result(outcomes);
  return { result, json: inertJson(`${JSON.stringify({ ...result, examples }, null, 2)}\n`), csv: newsCsv(result) };
}

type NewsGenerate = (articles: readonly Article[], options: { temperature: number }) => Promise<string[][]>;

/** What a verifier makes of the generator's summaries, some of either side, evenly from the top to the bottom of its order. */
function judgedBy(
  verifier: NewsVerifier,
  articles: readonly Article[],
  { summaries, rouge, scores }: Synthetic,
  fraction: number,
): Judged {
  const given = scores[verifier] as readonly number[];
  const order = given.map((_, i) => i).sort((a, b) => (given[a] as number) - (given[b] as number) || a - b);
  const count = Math.max(1, Math.round(fraction * order.length));
  const [kept, rejected] = [order.slice(0, count), order.slice(count)];
  const some = (among: readonly number[]) => {
    const length = Math.min(SHOWN, among.length);
    return Array.from({ length }, (_, i) => {
      const place = among[Math.floor(((i + 0.5) / length) * among.length)] as number;
      return readSummary(
        articles[place] as Article,
        summaries[place] as string,
        (rouge[place] as number[])[0] as number,
      );
    });
  };
  const meanOf = (among: readonly number[]) => mean(among.map((place) => (rouge[place] as number[])[0] as number));
  return {
    verifier,
    kept: some(kept),
    rejected: some(rejected),
    counts: { kept: kept.length, rejected: rejected.length },
    means: { kept: meanOf(kept), rejected: meanOf(rejected) },
  };
}

function readSummary({ text, summary: reference }: Article, summary: string, rouge1: number): ReadSummary {
  const flat = text.replace(/\s+/g, " ");
  const lead = flat.length > LEAD ? `${flat.slice(0, LEAD).replace(/\s\S*$/, "")} …` : flat;
  return { lead, reference, summary, rouge1 };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
