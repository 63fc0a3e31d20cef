import type { EigenOptions } from "../eigen/options.js";
import type { EigenArmResult, EigenResult } from "../eigen/result.js";
import type { CellResult } from "../engine/result.js";
import type { MeanWithError } from "../model/document.js";
import { degrees, formatNumber, percent } from "../model/format.js";
import { rankCorrelation } from "../model/statistics.js";
import type { NewsOptions } from "../news/experiment/options.js";
import type { NewsResult } from "../news/experiment/result.js";

/** A criterion that was stated before, and whether what was computed meets it. */
export interface Criterion {
  criterion: string;
  holds: boolean;
}

/** What was computed for a claim, in words, and the criteria it was held against. */
export interface Judgement {
  ours: string;
  /** How it differs from what the paper says; null if it does not. */
  difference: string | null;
  criteria: readonly Criterion[];
}

export const paperStatuses = ["reproduced", "partly", "not reproduced", "cannot be known"] as const;
export type PaperStatus = (typeof paperStatuses)[number];

/** How a claim is computed: a preset of scenarios, the news or the transformer experiment, or not at all. */
export type Experiment =
  | { kind: "preset"; judge(cells: readonly CellResult[]): Judgement }
  | { kind: "news"; articles: number; options: NewsOptions; judge(result: NewsResult): Judgement }
  | { kind: "eigen"; options: EigenOptions; judge(result: EigenResult): Judgement }
  /** The paper's side is not known. */
  | { kind: "unknown" };

/** One claim, figure or table of arXiv 2406.07515. */
export interface PaperItem {
  /** Also the name of the preset, if one computes it. */
  id: string;
  /** As far as it is known: the text of the paper is not part of this repository. */
  where: string;
  claim: string;
  /** What the paper says, with its numbers where they are known. */
  paper: string;
  command: string;
  /** Why ours differs, or cannot be compared. */
  why: string;
  experiment: Experiment;
  /** What came of it when docs/paper.md was written; computing it says what comes of it now. */
  recorded: PaperStatus;
}

/** Farther from the breakdown point than this, a curve of ten billion rows must have reached its limit. */
const MARGIN = 0.0099;
const LIMIT = 0.999;

const OWN_SETTINGS = "The dimensions, numbers of rows and rates are ours; those of the paper's figure are not known.";

/** Both claims about transformers share one experiment. */
const EIGEN: EigenOptions = {
  seeds: [1, 2, 3, 4, 5, 6],
  verifiers: ["oracle", "noisy:0.1", "noisy:0.3", "noisy:0.5", "noisy:0.7", "self", "none"],
};

/** Every claim that can be known, in the order in which they are reported. */
export const paperItems: readonly PaperItem[] = [
  {
    id: "sharp-transition",
    recorded: "reproduced",
    where: "v1 and v2, theory of infinite data",
    claim: "The model is 100 % right below the breakdown point p⋆ = 1/(1 + ψ/φ) and 0 % right above it.",
    paper: "agreement with the Bayes rule 1 for p < p⋆, 0 for p > p⋆",
    command: "pstar run sharp-transition --y agreement --plot sharp-transition.png",
    why: `${OWN_SETTINGS} Ten billion rows stand for infinitely many.`,
    experiment: { kind: "preset", judge: (cells) => judgeTransition(cells, setBreakdown) },
  },
  {
    id: "noisy-verifier",
    recorded: "reproduced",
    where: "v2, figure 4 (the theory that it is read by)",
    claim:
      "A verifier with φ = 1 that keeps a share p_noise of the wrong labels has the breakdown point p⋆ = 1/(1 + p_noise).",
    paper: "p⋆ = 1/(1 + p_noise)",
    command: "pstar run noisy-verifier --y agreement --plot noisy-verifier.png",
    why: `${OWN_SETTINGS} This is the formula on Gaussian data; the curves of figure 4 are those of the transformer.`,
    experiment: { kind: "preset", judge: (cells) => judgeTransition(cells, setBreakdown) },
  },
  {
    id: "angle-plane",
    recorded: "reproduced",
    where: "v1 and v2, thresholds over (θ_gen, θ_prune)",
    claim:
      "A linear generator and a linear verifier succeed on one side of the line θ_gen + θ_prune = π and fail on the other.",
    paper: "success if and only if θ_gen + θ_prune < π",
    command: "pstar run angle-plane --plot angle-plane.png",
    why: "Isotropic inputs, by the theory of the high-dimensional limit at d = 50 and a million rows. On a mixture of two Gaussians the line is not exact.",
    experiment: { kind: "preset", judge: judgePlane },
  },
  {
    id: "sweet-spot",
    recorded: "reproduced",
    where: "v1 and v2, finite samples",
    claim: "With a weak verifier at θ_prune = π/12 there is a best number of rows near 10,000: more rows do worse.",
    paper: "a sweet spot near N = 10,000",
    command: "pstar run sweet-spot --plot sweet-spot.png",
    why: "d, p and the penalty of the paper's figure are not known; d = 200, p = 0.1 and λ = 1/N were found to give its shape. The labels that are kept are the verifier's, so the limit is 1 − θ_prune/π.",
    experiment: { kind: "preset", judge: judgeSweetSpot },
  },
  {
    id: "oracle-is-clean",
    recorded: "reproduced",
    where: "v1 and v2, oracle supervision",
    claim: "Data selected by an oracle are as good as clean labels.",
    paper: "the same accuracy as training on clean labels",
    command: "pstar run oracle-is-clean --plot oracle-is-clean.png",
    why: "Compared at equal numbers of kept rows: half of the generated labels are wrong, and the clean rows are a random half.",
    experiment: { kind: "preset", judge: judgeOracle },
  },
  {
    id: "class-retention",
    recorded: "reproduced",
    where: "v2, appendix on class-specific retention",
    claim: "If φ and ψ depend on the class, the retention by class decides: with two balanced classes, its means.",
    paper: "a class survives if its correct kept labels outnumber each kind of wrong ones",
    command: "pstar run class-retention --y agreement --plot class-retention.png",
    why: `${OWN_SETTINGS} Two balanced classes and rules without an intercept; several, unbalanced, are the item classes-many.`,
    experiment: { kind: "preset", judge: (cells) => judgeTransition(cells, () => 0.7 / (0.7 + 0.25)) },
  },
  {
    id: "classes-many",
    recorded: "reproduced",
    where: "v2, appendix on class-specific retention",
    claim: "With several or unbalanced classes each survives or is lost by itself.",
    paper: "class c survives if and only if T_cc > T_cj for every other j",
    command: "pstar run classes-many --plot classes-many.png",
    why: "The classes, their weights, the rates and 20,000 rows are ours; those of the paper are not known. The classes are far apart, as nearer ones overlap and a lost one keeps some of its rows; in more dimensions the fall is as sharp with more rows only.",
    experiment: { kind: "preset", judge: judgeClasses },
  },
  {
    id: "news",
    recorded: "partly",
    where: "v1 and v2, news summarization",
    claim:
      "Selection by a better verifier gives a better model; an oracle's 12.5 % of generated summaries beats all original data.",
    paper: "the oracle's 12.5 % is better than training on all original data; collapse without selection",
    command: "pstar news --seeds 1..6 --plot news.png",
    why: "Small copying models on a newswire of a grammar, not Llama-2 on XL-Sum. On articles of the BBC with noisy references the headline came out (docs/news.md).",
    experiment: {
      kind: "news",
      articles: 2000,
      options: { fractions: [0.125, 1], seeds: [1, 2, 3, 4, 5, 6] },
      judge: judgeNews,
    },
  },
  {
    id: "proxy-correlation",
    recorded: "partly",
    where: "v1 and v2, news summarization",
    claim: "p⋆, measured on the selected data, ranks the arms as their performance does.",
    paper: "a high rank correlation of p⋆ with performance (its value is not known here)",
    command: "pstar paper proxy-correlation --plot news.png",
    why: "The same small models; the arms that learn from selected summaries, p⋆ at the mean ROUGE-1 of the original model.",
    experiment: {
      kind: "news",
      articles: 2000,
      options: { fractions: [0.125, 1], seeds: [1, 2, 3, 4, 5, 6] },
      judge: judgeCorrelation,
    },
  },
  {
    id: "table1",
    recorded: "reproduced",
    where: "v2, table 1",
    claim:
      "A transformer that predicts eigenvalues cannot select its own answers: perplexity picks worse beams than greedy decoding, an oracle far better ones.",
    paper:
      "greedy 20.2 %, lowest perplexity of 50 beams 19.2 %, best of 50 by the oracle 60.4 % (5 × 5 matrices, tolerance 1 %)",
    command: "pstar paper table1",
    why: "Matrices, tolerance and training set are not the paper's 5 × 5, 1 % and 200,000: orderings can be compared, accuracies cannot. Encoding, size and learning rate of the paper's model are not known.",
    experiment: { kind: "eigen", options: EIGEN, judge: judgeBeams },
  },
  {
    id: "fig4",
    recorded: "partly",
    where: "v2, figure 4",
    claim:
      "Ten million unverified answers stay below the generator, the oracle nearly doubles it, and noisy verifiers cross it near p⋆.",
    paper: "oracle nearly 2 × the generator; curves cross it near p⋆ = .65",
    command: "pstar paper fig4 --plot fig4.png",
    why: "The same small transformers, each trained for as many steps (docs/eigen.md). Of one answer each the oracle keeps mostly easy matrices. The seeds do not locate the crossing: noisy oracles near it do not differ from the generator.",
    experiment: { kind: "eigen", options: EIGEN, judge: judgeArms },
  },
  {
    id: "transformer-settings",
    recorded: "cannot be known",
    where: "v2, eigenvalue experiment",
    claim: "The encoding, the size and the learning rate of the transformer.",
    paper: "not known",
    command: "pstar paper transformer-settings",
    why: "No code for the selection was published, and the text of the paper is not part of this repository.",
    experiment: { kind: "unknown" },
  },
  {
    id: "news-numbers",
    recorded: "cannot be known",
    where: "v1 and v2, news summarization",
    claim: "The ROUGE of each arm with Llama-2 on XL-Sum, and the value of the rank correlation.",
    paper: "not known",
    command: "pstar paper news-numbers",
    why: "The numbers are not part of this repository, and a model of seven billion weights is not trained by pstar; pstar news export writes its data.",
    experiment: { kind: "unknown" },
  },
];

const errorRateOf = ({ params }: CellResult) => params["generator.errorRate"] as number;

/** φ/(φ+ψ) as it was set. */
function setBreakdown({ params }: CellResult): number {
  const psi = params["verifier.psi"];
  if (typeof psi === "number") return 1 / (1 + psi);
  return { none: 0.5, bernoulli: 0.8 / (0.8 + 0.3), oracle: 1 }[params["verifier.kind"] as "none"];
}

function judgeTransition(cells: readonly CellResult[], breakdown: (cell: CellResult) => number): Judgement {
  const agreement = (part: CellResult[]) => part.map((cell) => cell.agreement.mean ?? Number.NaN);
  const below = agreement(cells.filter((cell) => errorRateOf(cell) <= breakdown(cell) - MARGIN));
  const above = agreement(cells.filter((cell) => errorRateOf(cell) >= breakdown(cell) + MARGIN));
  const [least, most] = [Math.min(...below), Math.max(...above)];
  return {
    ours: `agreement at least ${formatNumber(least, 5)} in ${below.length} cells with p ≤ p⋆ − 0.01, at most ${formatNumber(most, 2)} in ${above.length} with p ≥ p⋆ + 0.01`,
    difference:
      least >= LIMIT && most <= 1 - LIMIT ? null : "the transition is not where the formula has it, or not sharp",
    criteria: [
      { criterion: `agreement of at least ${LIMIT} at every p ≤ p⋆ − 0.01`, holds: below.length > 0 && least >= LIMIT },
      {
        criterion: `agreement of at most ${formatNumber(1 - LIMIT, 2)} at every p ≥ p⋆ + 0.01`,
        holds: above.length > 0 && most <= 1 - LIMIT,
      },
    ],
  };
}

/** Of each class, where it falls: κ_cc/(κ_cc + κ_cj), j being what it is taken for. */
const FALLS = [0.9 / 1.2, 0.6 / 1.2, 0.3 / 1.2];
/** Farther from there than this, the share of a class that is answered rightly must be 1 or 0. */
const CLASS_MARGIN = 0.0499;

function judgeClasses(cells: readonly CellResult[]): Judgement {
  const recalls = (isLost: boolean) =>
    cells.flatMap((cell) =>
      FALLS.flatMap((fall, c) => {
        const distance = (errorRateOf(cell) - fall) * (isLost ? 1 : -1);
        return distance < CLASS_MARGIN ? [] : [cell.classes?.recall[c]?.mean ?? Number.NaN];
      }),
    );
  const [surviving, lost] = [recalls(false), recalls(true)];
  const [least, most] = [Math.min(...surviving), Math.max(...lost)];
  const agree = cells.filter((cell) => {
    const p = errorRateOf(cell);
    return FALLS.every((fall, c) => Math.abs(p - fall) < 1e-9 || cell.classes?.survives[c] === p < fall);
  });
  return {
    ours: `of classes with p ≤ p⋆ − 0.05 at least ${formatNumber(least, 4)} of the rows are answered rightly (${surviving.length} cases), with p ≥ p⋆ + 0.05 at most ${formatNumber(most, 2)} (${lost.length}); p⋆ = 3/4, 1/2 and 1/4`,
    difference: least >= LIMIT && most <= 1 - LIMIT ? null : "a class falls elsewhere than the formula says",
    criteria: [
      {
        criterion: `a recall of at least ${LIMIT} of every class with p ≤ p⋆ − 0.05`,
        holds: surviving.length > 0 && least >= LIMIT,
      },
      {
        criterion: `a recall of at most ${formatNumber(1 - LIMIT, 2)} of every class with p ≥ p⋆ + 0.05`,
        holds: lost.length > 0 && most <= 1 - LIMIT,
      },
      { criterion: "T_cc > T_cj says of every class and p the same", holds: agree.length === cells.length },
    ],
  };
}

function judgePlane(cells: readonly CellResult[]): Judgement {
  const sum = ({ params }: CellResult) =>
    degrees((params["generator.angle"] as number) + (params["verifier.angle"] as number));
  const off = cells.filter((cell) => Math.abs(sum(cell) - 180) > 0.01);
  const right = off.filter(
    (cell) => (cell.accuracy.mean ?? Number.NaN) > 0.5 === sum(cell) < 180 && cell.status === "ok",
  );
  return {
    ours: `${right.length} of the ${off.length} pairs of angles off the line are on the side that it says`,
    difference: right.length === off.length ? null : `${off.length - right.length} pairs are not`,
    criteria: [
      {
        criterion: "accuracy above ½ if and only if θ_gen + θ_prune < π, in every cell off the line",
        holds: off.length > 0 && right.length === off.length,
      },
    ],
  };
}

function judgeSweetSpot(cells: readonly CellResult[]): Judgement {
  const curve = (kind: string) =>
    cells
      .filter(({ params }) => params["verifier.kind"] === kind)
      .map(({ params, accuracy }) => ({ rows: params.samples as number, accuracy: accuracy.mean ?? Number.NaN }));
  const weak = curve("linear");
  const best = weak.reduce((top, point) => (point.accuracy > top.accuracy ? point : top), {
    rows: Number.NaN,
    accuracy: Number.NEGATIVE_INFINITY,
  });
  const last = (kind: string) => curve(kind).at(-1)?.accuracy ?? Number.NaN;
  const end = weak.at(-1) ?? best;
  return {
    ours: `best ${percent(best.accuracy, 2)} at N = ${formatNumber(best.rows)}, ${percent(end.accuracy, 2)} at N = ${formatNumber(end.rows)}; unverified ${percent(last("none"), 2)} and oracle ${percent(last("oracle"), 2)} there`,
    difference: null,
    criteria: [
      { criterion: "the best N is in [5,000, 20,000]", holds: best.rows >= 5000 && best.rows <= 20_000 },
      { criterion: "a million rows are worse by more than 0.5 points", holds: end.accuracy < best.accuracy - 0.005 },
      {
        criterion: "the oracle is best at a million rows",
        holds: last("oracle") > Math.max(end.accuracy, last("none")),
      },
    ],
  };
}

function judgeOracle(cells: readonly CellResult[]): Judgement {
  const of = (kind: string) => cells.filter(({ params }) => params["verifier.kind"] === kind);
  const clean = of("random");
  const distances = of("oracle").map((cell, i) => {
    const other = clean[i];
    if (cell.params.samples !== other?.params.samples) return Number.NaN;
    const error = Math.hypot(cell.accuracy.se ?? Number.NaN, other.accuracy.se ?? Number.NaN);
    return Math.abs((cell.accuracy.mean ?? Number.NaN) - (other.accuracy.mean ?? Number.NaN)) / error;
  });
  const farthest = Math.max(...distances);
  return {
    ours: `largest difference ${formatNumber(farthest, 2)} standard errors over ${distances.length} numbers of rows`,
    difference: null,
    criteria: [
      {
        // of seven normal differences one is beyond 4 standard errors with a chance of 4e-4
        criterion: "no difference beyond 4 standard errors",
        holds: distances.length > 0 && distances.every((distance) => distance <= 4),
      },
    ],
  };
}

function judgeNews({ comparisons }: NewsResult): Judgement {
  const of = (arm: string, against: string, measure = "rouge1") =>
    comparisons.find((one) => one.arm === arm && one.against === against && one.measure === measure);
  const text = (arm: string, against: string) => {
    const found = of(arm, against);
    if (found === undefined) return "";
    return `${arm} − ${against} ${formatNumber(found.difference, 3)} ± ${formatNumber(found.se ?? Number.NaN, 2)} (${found.verdict})`;
  };
  const headline = of("oracle-12.5", "original")?.verdict === "better";
  return {
    ours: `ROUGE-1: ${[text("unselected", "original"), text("oracle-12.5", "random-12.5"), text("oracle-12.5", "original")].join("; ")}`,
    difference: headline ? null : "the oracle's 12.5 % do not beat all of the original",
    criteria: [
      {
        criterion: "all unselected summaries are worse than the original data",
        holds: of("unselected", "original")?.verdict === "worse",
      },
      {
        criterion: "the oracle's 12.5 % are better than a random 12.5 %",
        holds: of("oracle-12.5", "random-12.5")?.verdict === "better",
      },
      { criterion: "the oracle's 12.5 % are better than all original data", holds: headline },
    ],
  };
}

function judgeCorrelation({ arms }: NewsResult): Judgement {
  const points = arms.flatMap(({ rates, rouge1, fraction }) => {
    const point = rates?.breakdown.mean ?? null;
    return point === null || rouge1.mean === null || fraction === 1 ? [] : [[point, rouge1.mean] as const];
  });
  const correlation = rankCorrelation(points);
  return {
    ours: `Spearman's ρ = ${formatNumber(correlation ?? Number.NaN, 2)} over ${points.length} arms of equal size`,
    difference: "the value of the paper is not known here",
    criteria: [
      {
        criterion: "Spearman's ρ of p⋆ and ROUGE-1 over the arms is at least 0.7",
        holds: correlation !== null && correlation >= 0.7,
      },
      { criterion: "the arm of largest p⋆ has the largest ROUGE-1", holds: largestAgree(points) },
    ],
  };
}

function largestAgree(points: readonly (readonly [number, number])[]): boolean {
  const [x, y] = [0, 1].map((k) => Math.max(...points.map((point) => point[k] as number)));
  return points.some((point) => point[0] === x && point[1] === y);
}

/** Table 1: which of its own answers the generator can choose. */
function judgeBeams({ generator: { greedy, beams }, ...result }: EigenResult): Judgement {
  const oracle = Object.entries(beams?.oracle ?? {}).map(([count, one]) => [Number(count), one] as const);
  const best = oracle.at(-1)?.[1];
  const lowest = beams?.perplexity;
  const gap = (a: MeanWithError | undefined, b: MeanWithError | undefined) => {
    const se = Math.hypot(a?.se ?? Number.NaN, b?.se ?? Number.NaN);
    return ((a?.mean ?? Number.NaN) - (b?.mean ?? Number.NaN)) / se;
  };
  const rises = oracle.every(([, one], i) => i === 0 || (one.mean ?? -1) > (oracle[i - 1]?.[1].mean ?? 2));
  return {
    ours: `greedy ${plusMinus(greedy)}, lowest perplexity ${plusMinus(lowest)}, best by an oracle ${oracle.map(([count, one]) => `of ${count} beams ${plusMinus(one)}`).join(", ")} (${eigenScale(result)})`,
    difference: "the accuracies, of another task at another size",
    criteria: [
      {
        criterion: "the oracle's best of all beams is above greedy decoding by more than 2 standard errors",
        holds: gap(best, greedy) > 2,
      },
      { criterion: "the oracle's best rises with the number of beams", holds: oracle.length > 1 && rises },
      {
        criterion: "the beam of lowest perplexity is not above greedy decoding",
        holds: (lowest?.mean ?? Number.NaN) <= (greedy.mean ?? Number.NaN),
      },
    ],
  };
}

/** Figure 4: what models learn from answers that verifiers keep. */
function judgeArms({ arms, ...result }: EigenResult): Judgement {
  const of = (test: (arm: EigenArmResult) => boolean) => arms.find(test);
  const generator = of(({ name }) => name === "generator");
  const oracle = of(({ name }) => name === "oracle");
  const equal = of(({ name }) => name === "unverified");
  const all = of(({ name }) => /^unverified-/.test(name));
  const noisy = arms.filter(({ verifier }) => verifier?.startsWith("noisy:"));
  const ratio = (oracle?.accuracy.mean ?? Number.NaN) / (generator?.accuracy.mean ?? Number.NaN);
  const decided = noisy.filter(({ difference: { verdict } }) => verdict === "better" || verdict === "worse");
  const agree = decided.filter(
    ({ prediction, difference: { verdict } }) => (prediction === "below") === (verdict === "better"),
  );
  const said = (arm: EigenArmResult | undefined) =>
    arm === undefined ? "" : `${arm.name} ${plusMinus(arm.difference)} (${arm.difference.verdict})`;
  return {
    ours: `oracle ${formatNumber(ratio, 3)} × the generator; differences to it: ${[oracle, ...noisy, equal, all].map(said).join(", ")}; ${agree.length} of the ${decided.length} noisy oracles that differ are on the side of p⋆ that p says (${eigenScale(result)})`,
    difference: "the oracle gains less, and what the unverified arms show is not as clear",
    criteria: [
      { criterion: "the oracle's model is better than the generator", holds: oracle?.difference.verdict === "better" },
      { criterion: "the oracle's accuracy is at least 1.8 times the generator's", holds: ratio >= 1.8 },
      {
        criterion: "all unverified answers, many times the generator's examples, are worse than the generator",
        holds: all?.difference.verdict === "worse",
      },
      {
        criterion: "every noisy oracle that differs from the generator does so on the side of p⋆ that p says",
        holds: decided.length > 0 && agree.length === decided.length,
      },
    ],
  };
}

function eigenScale({ config, seeds }: Pick<EigenResult, "config" | "seeds">): string {
  const { size, tolerance, generatorRows, steps } = config;
  return `${size} × ${size}, tolerance ${percent(tolerance)}, ${formatNumber(generatorRows)} examples, ${formatNumber(steps)} steps, ${seeds.length} seeds`;
}

function plusMinus(one: MeanWithError | undefined): string {
  const text = (value: number | null | undefined) => (value == null ? "–" : value.toFixed(3));
  return `${text(one?.mean)} ± ${text(one?.se)}`;
}
