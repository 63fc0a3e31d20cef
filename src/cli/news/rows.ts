import type { Article } from "../../news/article.js";
import type { NewsExperiment } from "../../news/experiment/run.js";
import type { ArmTask } from "../../news/experiment/work.js";
import type { ArmRows } from "./folder.js";

/** What the arms of the first repetition learned from, and the held-out articles with their own summaries. */
export function armRows(experiment: NewsExperiment, tasks: readonly ArmTask[]): ArmRows[] {
  const { arms, settings } = experiment;
  const { train, generator, test } = experiment.repetition(settings.seeds[0]);
  // what a generator from outside has learned from is not here
  const learned = arms.filter(({ kind }) => kind !== "generator" || settings.generator === null);
  return [
    ...learned.map(({ name, kind }) => {
      const rows = tasks.find((task) => task.arm.name === name)?.rows;
      if (rows) return { name, rows: rows.map(({ place, summary }) => ({ article: train[place], summary })) };
      return { name, rows: ownRows(kind === "generator" ? generator : train) };
    }),
    { name: "test", rows: ownRows(test) },
  ];
}

function ownRows(articles: readonly Article[]): ArmRows["rows"] {
  return articles.map((article) => ({ article, summary: article.summary }));
}
