import type { Core } from "../core/core.js";
import { outOfRange } from "../core/errors.js";
import { drawsBelow } from "../core/streams.js";
import type { CheckedRecord } from "./record.js";
import type { ClassResult, ClassResults, WrongAnswersResult } from "./result.js";
import { clopperPearson } from "./share.js";

/** More classes than this are no classes. */
const MOST_CLASSES = 200;
/** Permutations of the test of uniformity. */
const DRAWS = 999;

/** Counts true classes against labels. */
export class ClassTally {
  readonly #truths = new Map<string, number>();
  readonly #kept = new Map<string, Map<string, number>>();
  readonly #names = new Set<string>();
  #rows = 0;

  /** @throws ArgumentError if there are too many classes. */
  add({ truth, label, kept, correct, weight }: CheckedRecord): void {
    if (truth === null || label === null || correct === null) return;
    for (const [field, name] of [["truth", truth] as const, ["label", label] as const]) {
      if (this.#names.size === MOST_CLASSES && !this.#names.has(name)) {
        throw outOfRange(field, `one of at most ${MOST_CLASSES} values`, name);
      }
      this.#names.add(name);
    }
    this.#rows += weight;
    this.#truths.set(truth, (this.#truths.get(truth) ?? 0) + weight);
    if (!kept) return;
    const row = this.#kept.get(truth) ?? new Map<string, number>();
    this.#kept.set(truth, row);
    row.set(label, (row.get(label) ?? 0) + 1);
  }

  /** Null if no row has both. */
  result(core: Core, confidence: number, seed: number): ClassResults | null {
    if (this.#rows === 0) return null;
    const names = [...this.#names].sort();
    const classes = names.map((name) => this.#classResult(core, name, names, confidence));
    const sum = (of: (one: ClassResult) => boolean) => classes.reduce((all, one) => all + (of(one) ? one.share : 0), 0);
    return {
      classes,
      accuracyLimit: {
        low: sum(({ verdict }) => verdict === "below"),
        high: Math.min(
          1,
          sum(({ verdict }) => verdict !== "above"),
        ),
      },
      uniform: this.#uniform(core, names, seed),
    };
  }

  #classResult(core: Core, name: string, names: readonly string[], confidence: number): ClassResult {
    const labels = this.#kept.get(name) ?? new Map<string, number>();
    const correct = labels.get(name) ?? 0;
    const others = names.filter((other) => other !== name);
    const against = (label: string, level: number) => {
      const wrong = labels.get(label) ?? 0;
      return clopperPearson(core, { successes: correct, n: correct + wrong }, level);
    };
    // all must hold for below, so that each may be tested as if it were the only one (Berger 1982); any is enough for
    // above, so that they share the level (Bonferroni)
    const below = others.length > 0 && others.every((label) => against(label, confidence).low > 0.5);
    const shared = 1 - (1 - confidence) / Math.max(1, others.length);
    const above = others.some((label) => against(label, shared).high < 0.5);
    const rivals = others.filter((label) => labels.has(label));
    rivals.sort((a, b) => (labels.get(b) ?? 0) - (labels.get(a) ?? 0));
    const [rival] = rivals;
    return {
      class: name,
      share: (this.#truths.get(name) ?? 0) / this.#rows,
      labels: Object.fromEntries([...labels].sort(([a], [b]) => (a < b ? -1 : 1))),
      verdict: below ? "below" : above ? "above" : "inconclusive",
      rival: rival === undefined ? null : { label: rival, correct: against(rival, confidence) },
    };
  }

  /** Of each true class the wrong labels as they are, against as many drawn uniformly over the other classes. */
  #uniform(core: Core, names: readonly string[], seed: number): ClassResults["uniform"] {
    const others = names.length - 1;
    const wrong = names.map((name) => {
      const labels = this.#kept.get(name) ?? new Map<string, number>();
      return names.filter((other) => other !== name).map((label) => labels.get(label) ?? 0);
    });
    const total = wrong.flat().reduce((sum, count) => sum + count, 0);
    if (others < 2 || total === 0) return null;
    const observed = statistic(wrong);
    let atLeast = 0;
    for (let draw = 0; draw < DRAWS; draw++) {
      const below = drawsBelow(core, "uniformity", seed, draw);
      const drawn = wrong.map((row) => {
        const counts = row.map(() => 0);
        const n = row.reduce((sum, count) => sum + count, 0);
        for (let i = 0; i < n; i++) {
          const place = below(others);
          counts[place] = (counts[place] ?? 0) + 1;
        }
        return counts;
      });
      if (statistic(drawn) >= observed * (1 - 1e-12)) atLeast++;
    }
    return { statistic: observed, pValue: (atLeast + 1) / (DRAWS + 1), draws: DRAWS };
  }
}

/** Looks whether wrong answers to one question agree: the first two that are labelled wrong. */
export class WrongAnswers {
  /** By question, the first wrong answer; null once it has been compared with a second. */
  readonly #first = new Map<string, string | null>();
  #questions = 0;
  #agree = 0;

  add({ correct, answer, cluster }: Pick<CheckedRecord, "correct" | "answer" | "cluster">): void {
    if (correct !== false || answer === null || cluster === null) return;
    const text = answer.trim();
    const first = this.#first.get(cluster);
    if (first === undefined) this.#first.set(cluster, text);
    else if (first !== null) {
      this.#first.set(cluster, null);
      this.#questions++;
      if (first === text) this.#agree++;
    }
  }

  /** Null if no question has two wrong answers. One pair of each question, so that pairs are independent of one another. */
  result(core: Core, confidence: number): WrongAnswersResult | null {
    if (this.#questions === 0) return null;
    const agree = clopperPearson(core, { successes: this.#agree, n: this.#questions }, confidence);
    const inverse = (share: number | null) => (share === null || share <= 0 ? null : 1 / share);
    return {
      questions: this.#questions,
      agree,
      // 1/Σq² of answers with chances q: of equally likely ones their number
      number: { estimate: inverse(agree.estimate), low: inverse(agree.high) ?? 1, high: inverse(agree.low) },
    };
  }
}

/** Pearson's X² of counts against uniform ones, over rows that have any. */
function statistic(rows: readonly (readonly number[])[]): number {
  let sum = 0;
  for (const counts of rows) {
    const expected = counts.reduce((all, count) => all + count, 0) / counts.length;
    if (expected > 0) for (const count of counts) sum += (count - expected) ** 2 / expected;
  }
  return sum;
}
