import * as z from "zod/mini";
import { Slices } from "../core/slices.js";
import type { TextCore } from "../core/textCore.js";
import { count, documentOf, fieldsOf, orNull, real, share, text } from "../model/document.js";
import { described } from "../model/fields.js";
import { meanWithError, studentVerdict } from "../model/statistics.js";
import { rouge } from "../text/rouge.js";
import { isMostlyUnread } from "../text/tokenizer.js";
import { correlationSchema, newsSchema } from "./experiment/result.js";
import { correlationOf } from "./experiment/summary.js";

const meanOfRows = fieldsOf({
  mean: real("Over the rows of the arm."),
  se: orNull(real("Standard error over the articles."), "of one"),
});

const side = z.nullable(z.enum(["below", "above"]));

const experiment = fieldsOf(
  {
    keptRouge1: orNull(share("ROUGE-1 F of the summaries that it learns from.")),
    errorRate: orNull(share("p.")),
    breakdown: orNull(share("p⋆.")),
    prediction: side,
    thresholds: described(
      z.array(fieldsOf({ threshold: share("ROUGE-1 F from which a summary is correct."), prediction: side })),
      "The side of p⋆ with other thresholds.",
    ),
  },
  "What the experiment says of the arm: means over its seeds, null if it learns from human summaries.",
);

/** What `pstar news evaluate --format json` prints. */
export const newsEvaluationSchema = documentOf(
  "pstar/news-evaluation@1",
  {
    references: count("Articles with a human summary."),
    tokenizer: described(
      z.enum(["ascii", "unicode"]),
      "What ROUGE takes for a token: `ascii` reads a to z and digits, as the reference implementation does; `unicode` the letters and digits of all scripts.",
    ),
    mostlyUnread: count("Predictions of which, or of whose reference, `ascii` reads less than half of the letters."),
    arms: z.array(
      fieldsOf({
        name: text("Of the arm."),
        rows: count("Predictions."),
        rouge1: meanOfRows,
        rouge2: meanOfRows,
        rougeL: meanOfRows,
        words: meanOfRows,
        experiment: z.optional(experiment),
      }),
    ),
    correlation: orNull(correlationSchema, "with fewer than three arms whose p⋆ is known, or if all are equal"),
    comparisons: z.array(
      fieldsOf({
        arm: text("Whose mean this is."),
        against: text("From whose it is taken."),
        measure: z.enum(["rouge1", "rouge2", "rougeL"]),
        difference: real("Mean of the differences over the articles that both have."),
        se: orNull(real("Its standard error."), "of one article"),
        verdict: described(
          z.enum(["better", "worse", "inconclusive"]),
          "By Student's t on the articles at the level of 5 %.",
        ),
        articles: count("Articles that both have."),
      }),
    ),
  },
  "How near predicted summaries are to those of humans.",
);

/** How near predicted summaries are to those of humans. */
export interface NewsEvaluation extends z.output<typeof newsEvaluationSchema> {}

/** What the experiment says of an arm. */
export interface ArmExperiment extends z.output<typeof experiment> {}

/** Predicted summaries of articles, by the article's id. */
export interface Predictions {
  name: string;
  texts: ReadonlyMap<string, string>;
}

/**
 * Says how near predicted summaries are to those of humans, and how the later arms differ from the first on the articles
 * that both have.
 *
 * @param references By the article's id; every id of a prediction must be among them.
 * @param arms At least one, each with at least one prediction.
 * @param experiments What is known of an arm, by its name.
 * @param tokenizer Of ROUGE.
 */
export async function evaluateSummaries(
  core: TextCore,
  references: ReadonlyMap<string, string>,
  arms: readonly Predictions[],
  experiments: ReadonlyMap<string, ArmExperiment> = new Map(),
  tokenizer: "ascii" | "unicode" = "ascii",
): Promise<NewsEvaluation> {
  let mostlyUnread = 0;
  const measured: (Measured & { name: string; ids: string[] })[] = [];
  for (const { name, texts } of arms) {
    const { unread, ...scores } = await measure(core, texts, references, tokenizer);
    if (tokenizer === "ascii") mostlyUnread += unread;
    measured.push({ name, ids: [...texts.keys()], ...scores });
  }
  const [first, ...others] = measured;
  const places = new Map(first.ids.map((id, place) => [id, place]));
  return {
    schema: "pstar/news-evaluation@1",
    references: references.size,
    tokenizer,
    mostlyUnread,
    arms: measured.map(({ name, ids, words, ...scores }) => ({
      name,
      rows: ids.length,
      rouge1: meanOverRows(scores.rouge1),
      rouge2: meanOverRows(scores.rouge2),
      rougeL: meanOverRows(scores.rougeL),
      words: meanOverRows(words),
      ...(experiments.has(name) ? { experiment: experiments.get(name) } : {}),
    })),
    correlation: correlationOf(
      core,
      measured.flatMap(({ name, rouge1 }): [number, number][] => {
        const point = experiments.get(name)?.breakdown ?? null;
        return point === null ? [] : [[point, meanOverRows(rouge1).mean]];
      }),
    ),
    comparisons: others.flatMap((arm) => {
      const shared = arm.ids.flatMap((id, i) => (places.has(id) ? [[i, places.get(id) as number]] : []));
      if (shared.length === 0) return [];
      return (["rouge1", "rouge2", "rougeL"] as const).map((measure) => {
        const difference = meanOverRows(shared.map(([i, place]) => arm[measure][i] - first[measure][place]));
        return {
          arm: arm.name,
          against: first.name,
          measure,
          difference: difference.mean,
          se: difference.se,
          verdict: studentVerdict(difference, shared.length) ?? "inconclusive",
          articles: shared.length,
        };
      });
    }),
  };
}

/** The measures of each prediction. */
interface Measured {
  rouge1: number[];
  rouge2: number[];
  rougeL: number[];
  words: number[];
}

/** @returns Also how many predictions ROUGE's own tokens read less than half of. */
async function measure(
  core: TextCore,
  texts: ReadonlyMap<string, string>,
  references: ReadonlyMap<string, string>,
  tokenizer: "ascii" | "unicode",
): Promise<Measured & { unread: number }> {
  const measured: Measured = { rouge1: [], rouge2: [], rougeL: [], words: [] };
  const rows = [...texts].map(([id, text]): [string, string] => [text, references.get(id) as string]);
  let unread = 0;
  await new Slices(rows.length, {}).run(rows.length, (first, count) => {
    const some = rows.slice(first, first + count);
    const scores = rouge(
      core,
      some.map(([text]) => text),
      some.map(([, reference]) => reference),
      { tokenizer },
    );
    for (const measure of ["rouge1", "rouge2", "rougeL"] as const)
      for (const score of scores) measured[measure].push(score[measure].f);
    for (const [text, reference] of some) {
      measured.words.push(text.split(/\s+/).filter((word) => word !== "").length);
      if (isMostlyUnread(text) || isMostlyUnread(reference)) unread++;
    }
  });
  return { ...measured, unread };
}

/** No arm is without rows. */
function meanOverRows(values: readonly number[]): z.output<typeof meanOfRows> {
  const { mean, se } = meanWithError(values);
  return { mean: mean as number, se };
}

const { name, selected, rates, prediction, thresholds } = newsSchema.shape.arms.def.element.shape;
const written = z.object({ arms: z.array(z.object({ name, selected, rates, prediction, thresholds })) });

/**
 * What the result of an experiment, as its folder holds it, says of its arms, by their names; undefined if it is not such a
 * result.
 */
export function experimentsOf(result: unknown): Map<string, ArmExperiment> | undefined {
  const { success, data } = written.safeParse(result);
  if (!success) return undefined;
  return new Map(
    data.arms.map(({ name, selected, rates, prediction, thresholds }) => [
      name,
      {
        keptRouge1: selected?.rouge1.mean ?? null,
        errorRate: rates?.errorRate.mean ?? null,
        breakdown: rates?.breakdown.mean ?? null,
        prediction,
        thresholds: thresholds.map(({ threshold, prediction }) => ({ threshold, prediction })),
      },
    ]),
  );
}
