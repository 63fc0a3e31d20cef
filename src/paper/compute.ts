import * as z from "zod/mini";
import { loadText } from "../core/textCore.js";
import { runEigenInWorkers } from "../eigen/pool.js";
import type { EigenResult } from "../eigen/result.js";
import type { CellResult } from "../engine/result.js";
import { documentOf, fieldsOf, orNull, text } from "../model/document.js";
import { described } from "../model/fields.js";
import { preset } from "../model/presets.js";
import { parseScenario, type Scenario } from "../model/scenario.js";
import { runExperimentInWorkers } from "../news/experiment/pool.js";
import type { NewsResult } from "../news/experiment/result.js";
import { NewsExperiment } from "../news/experiment/run.js";
import { newswireInSlices } from "../news/newswire.js";
import { runInWorkers } from "../sweep/pool.js";
import {
  type Criterion,
  type Experiment,
  type Judgement,
  type PaperItem,
  type PaperStatus,
  paperItems,
  paperStatuses,
} from "./items.js";

/** One claim beside what was computed for it: what `pstar paper ID --format json` prints. */
export const paperSchema = documentOf(
  "pstar/paper@1",
  {
    id: text("Of the claim; also the name of the preset, if one computes it."),
    where: text("Where the paper has it, as far as it is known."),
    claim: text("The claim."),
    command: text("A whole command that computes it."),
    status: described(
      z.enum(paperStatuses),
      "From the criteria: all hold, some, none; or the paper's side is not known.",
    ),
    paper: text("What the paper says."),
    ours: orNull(text("What was computed."), "if nothing was"),
    difference: orNull(text("How the two differ."), "if they do not, or nothing was computed"),
    why: text("Why they differ, or cannot be compared."),
    criteria: z.array(
      fieldsOf({
        criterion: text("What must hold."),
        holds: described(z.boolean(), "Whether it does."),
      }),
    ),
  },
  "A claim of the paper, and what is computed for it here.",
);

export interface PaperComparison extends z.output<typeof paperSchema> {}

/** What a figure is drawn from. */
export type PaperData =
  | { kind: "cells"; scenario: Scenario; cells: readonly CellResult[] }
  | { kind: "news"; result: NewsResult }
  | { kind: "eigen"; result: EigenResult }
  | null;

/** Computes items; those that share an experiment share its result. */
export class PaperRun {
  readonly #news = new Map<string, Promise<NewsResult>>();
  readonly #signal: AbortSignal | undefined;
  #eigen: Promise<EigenResult> | undefined;

  /** @param eigen A finished transformer experiment, to be judged in place of training anew. */
  constructor({ signal, eigen }: { signal?: AbortSignal; eigen?: EigenResult } = {}) {
    this.#signal = signal;
    if (eigen !== undefined) this.#eigen = Promise.resolve(eigen);
  }

  async compute(item: PaperItem): Promise<{ comparison: PaperComparison; data: PaperData }> {
    const { experiment } = item;
    switch (experiment.kind) {
      case "preset": {
        const scenario = parseScenario(preset(item.id));
        const cells: CellResult[] = [];
        for await (const cell of runInWorkers(scenario, { signal: this.#signal })) cells.push(cell);
        return { comparison: comparisonOf(item, experiment.judge(cells)), data: { kind: "cells", scenario, cells } };
      }
      case "news": {
        const result = await this.#newsOf(experiment);
        return { comparison: comparisonOf(item, experiment.judge(result)), data: { kind: "news", result } };
      }
      case "eigen": {
        this.#eigen ??= runEigenInWorkers(experiment.options, { signal: this.#signal });
        const result = await this.#eigen;
        return { comparison: comparisonOf(item, experiment.judge(result)), data: { kind: "eigen", result } };
      }
      case "unknown":
        return { comparison: comparisonOf(item, null), data: null };
      default:
        return experiment satisfies never;
    }
  }

  #newsOf({ articles, options }: Extract<Experiment, { kind: "news" }>): Promise<NewsResult> {
    const key = JSON.stringify([articles, options]);
    const known = this.#news.get(key);
    if (known !== undefined) return known;
    const compute = async () => {
      const core = await loadText();
      const signal = this.#signal;
      const texts = await newswireInSlices(core, { articles }, { signal });
      const experiment = await NewsExperiment.plan(core, texts, options, "newswire", { signal });
      return runExperimentInWorkers(experiment, { signal });
    };
    const result = compute();
    this.#news.set(key, result);
    return result;
  }
}

function comparisonOf(item: PaperItem, judgement: Judgement | null): PaperComparison {
  const { id, where, claim, command, paper, why, experiment } = item;
  const { ours = null, difference = null, criteria = [] } = judgement ?? {};
  const status = experiment.kind === "unknown" ? "cannot be known" : statusOf(criteria);
  return {
    schema: "pstar/paper@1",
    id,
    where,
    claim,
    command,
    status,
    paper,
    ours,
    difference,
    why,
    criteria: [...criteria],
  };
}

/** All criteria, some, or none. */
function statusOf(criteria: readonly Criterion[]): PaperStatus {
  const held = criteria.filter(({ holds }) => holds).length;
  if (held === 0) return "not reproduced";
  return held === criteria.length ? "reproduced" : "partly";
}

/** The item of an id; undefined if there is none. */
export function paperItem(id: string): PaperItem | undefined {
  return paperItems.find((item) => item.id === id);
}
