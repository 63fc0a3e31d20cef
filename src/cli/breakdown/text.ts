import type { AtN } from "../../engine/result.js";
import { describeScenario } from "../../figure/labels.js";
import type { AnglesQuestion, Breakdown, RatesQuestion, Scenario, ScenarioBreakdown } from "../../index.js";
import { degrees, formatNumber, percent, readAngle } from "../../model/format.js";
import { worthOfRow } from "../../model/worth.js";
import { decimal, entry, type Paint, paragraph, unbroken, WIDEST } from "../terminal/format.js";
import { table } from "../terminal/table.js";
import type { Terminal } from "../terminal/terminal.js";

/** What is asked, in the words of the command line. */
export type Asked =
  | { about: "rates"; question: RatesQuestion }
  | { about: "angles"; question: AnglesQuestion }
  | { about: "scenario"; source: string; scenario: Scenario };

const WORD = 14;

/** The answer for people: what contradicts at first sight, the numbers with and without verification, and the verdicts with their reasons. */
export function breakdownText(asked: Asked, answer: Breakdown | ScenarioBreakdown, terminal: Terminal): string {
  const { bold, dim, yellow } = terminal.colors;
  const width = Math.min(terminal.columns, WIDEST);
  const about = aboutText(asked);
  const contradiction = contradictionText(asked, answer);
  const lines = [
    ...(contradiction === "" ? [] : [...paragraph(contradiction, terminal).map((line) => bold(yellow(line))), ""]),
    ...(about === "" ? [] : [...paragraph(about, terminal).map(dim), ""]),
    ...paragraph(ratesLine(answer), terminal).map(bold),
  ];
  if (answer.errorRate !== null) lines.push("", ...comparison(asked, answer, terminal));
  lines.push("", ...verdicts(asked, answer, terminal));
  if (asked.about === "scenario" && "accuracy" in answer) {
    lines.push("", ...qualityLines(asked.scenario, answer, terminal, width));
  }
  return lines.map((line) => `${line.trimEnd()}\n`).join("");
}

/** What must be said before anything else: most kept labels are correct and the learner is wrong, or the other way round. */
function contradictionText(asked: Asked, { labels, learner, errorRate, breakdown: point, weight }: Breakdown): string {
  const causes = [
    ...(weight === null ? ["errors and verdicts depend on the inputs"] : []),
    ...(asked.about === "scenario" && asked.scenario.realSamples > 0 ? ["clean rows are added"] : []),
  ].join(", or ");
  const onThePoint = errorRate !== null && point !== null && Math.abs(errorRate - point) <= 1e-12;
  const most = onThePoint ? "Only half of the kept labels is correct" : "Most kept labels are wrong";
  const comesTo = `the ${limitName(asked)} comes to ${rate(learner.limit)} with infinite data`;
  if (labels.verdict === "below" && learner.verdict === "worse")
    return `Most kept labels are correct, and yet ${comesTo}, worse than chance: ${causes}.`;
  if (labels.verdict === "above" && learner.verdict === "better")
    return `${most}, and yet ${comesTo}, better than chance: ${causes}.`;
  return "";
}

function aboutText(asked: Asked): string {
  if (asked.about === "scenario") {
    const parts = describeScenario(asked.scenario, ["trials", "engine"]);
    return `${asked.scenario.name ?? "scenario"}: ${parts.map(unbroken).join(", ")}`;
  }
  if (asked.about === "rates") return (asked.question.classes ?? 2) === 2 ? "" : `${asked.question.classes} classes`;
  const { generator, verifier, between } = anglesOf(asked);
  const apart = between === null ? "errors independent of one another" : `θ = ${angleText(between)} between them`;
  const { meanNorm } = asked.question;
  const inputs = meanNorm == null ? "isotropic inputs" : `two Gaussian classes, r = ${formatNumber(meanNorm)}`;
  return [`θ_gen = ${angleText(generator)}`, `θ_prune = ${angleText(verifier)}`, apart, inputs]
    .map(unbroken)
    .join(", ");
}

function ratesLine({ errorRate, phi, psi, breakdown, youden }: Breakdown): string {
  const given = [
    ...(errorRate === null ? [] : [`p = ${rate(errorRate)}`]),
    `φ = ${rate(phi)}`,
    `ψ = ${rate(psi)}`,
    `p⋆ = ${rate(breakdown)}`,
    `J = ${youden === null ? rate(null) : decimal(youden, 3).replace("-", "−")}`,
  ];
  return given.map(unbroken).join("   ");
}

/** What the learner gets and comes to, with verification beside without. */
function comparison(asked: Asked, answer: Breakdown, terminal: Terminal): string[] {
  const { errorRate, keepRate, keptPrecision, learner, atN } = answer;
  const clean = asked.about === "scenario" && asked.scenario.realSamples > 0;
  const rows: [string, string, string][] = [
    [clean ? "synthetic rows kept" : "rows kept", percent(keepRate), percent(1)],
    ["correct labels among them", percent(keptPrecision), percent(errorRate === null ? null : 1 - errorRate)],
    [`${limitName(asked)}, infinite data`, rate(learner.limit), rate(learner.unselected)],
  ];
  if (atN.samples !== null && atN.accuracy.selected !== null && atN.accuracy.unselected !== null)
    rows.push([`accuracy at N = ${formatNumber(atN.samples)}`, ...accuraciesOf(atN)]);
  const heads = ["", "verified", "unverified"];
  const columns = heads.map((head, i) => ({
    head,
    align: i === 0 ? ("left" as const) : ("right" as const),
    cells: rows.map((row) => row[i] as string),
  }));
  return table(columns, terminal).lines;
}

function limitName(asked: Asked): string {
  return asked.about === "rates" ? "agreement with Bayes" : "accuracy";
}

type Line = [word: string, color: Paint, reason: string];

/** Of each question a word, with its reason. */
function verdicts(asked: Asked, answer: Breakdown, terminal: Terminal): string[] {
  const { colors } = terminal;
  const color = { better: colors.green, worse: colors.red, equal: colors.yellow, inconclusive: colors.yellow };
  const lines: Line[] = [];
  const { breakdown: point, errorRate, verdict, labels, learner } = answer;
  if (errorRate === null && point !== null) {
    const alone = asked.about === "rates" ? 1 - 1 / (asked.question.classes ?? 2) : 0.5;
    const allowed = `A generator may be wrong in up to ${percent(point)} of its labels, ${percent(alone)} without verification:`;
    const sides = `below that ${mostLabels(asked)} correct, above it wrong. --p says on which side yours is.`;
    const clean = "No wrong label is kept: whatever share of them a generator gets wrong, all kept labels are correct.";
    lines.push(["p⋆", colors.bold, point === 1 ? clean : `${allowed} ${sides}`]);
  } else if (errorRate === null) {
    lines.push(["nothing", colors.red, "The verifier keeps no row."]);
  } else {
    const word = answer.keepRate === 0 ? "nothing" : (verdict ?? "nothing");
    lines.push([word, word === "below" ? colors.green : colors.red, sideReason(asked, answer)]);
  }
  if (labels.purity !== null) {
    const word = { better: "purer", worse: "less pure", equal: "as pure" }[labels.purity];
    const [kept, all] = percentsApart(answer.keptPrecision ?? 0, 1 - (errorRate ?? 0), labels.purity !== "equal");
    const shares = `${kept} of the kept labels are correct, ${all} of all.`;
    lines.push([word, color[labels.purity], shares]);
  }
  if (learner.limit !== null && learner.unselected !== null) {
    const rise = learner.limit - learner.unselected;
    const word = Math.abs(rise) <= 1e-8 ? "equal" : rise > 0 ? "better" : "worse";
    lines.push([word, color[word], limitReason(asked, answer, word)]);
  }
  if (errorRate !== null && learner.limit === null && learner.reason !== undefined && answer.keepRate !== 0)
    lines.push(["limit", (text) => text, `With infinite data: not known, as ${learner.reason.message}.`]);
  if (answer.keepRate !== 0 && errorRate !== null) lines.push(atNLine(asked, answer, color));
  if (answer.weight !== null && answer.keepRate !== 0)
    lines.push(["weight", colors.dim, weightReason(answer.weight, answer.keptPrecision)]);
  if (answer.youden !== null) lines.push(["reward", colors.dim, rewardReason(answer.youden, errorRate)]);
  return lines.flatMap(([word, paint, reason]) =>
    entry(word, reason, terminal, { indent: WORD, paint: (text) => colors.bold(paint(text)) }),
  );
}

function mostLabels(asked: Asked): string {
  const classes = asked.about === "rates" ? (asked.question.classes ?? 2) : 2;
  return classes === 2 ? "most of the kept labels are" : "the most frequent kept label of a class is";
}

function asManyLabels(asked: Asked): string {
  const classes = asked.about === "rates" ? (asked.question.classes ?? 2) : 2;
  return classes === 2
    ? "as many of the kept labels are wrong as correct"
    : "among the kept labels of a class the correct one is as frequent as each wrong one";
}

function sideReason(asked: Asked, answer: Breakdown): string {
  const { errorRate, breakdown: point, verdict, keepRate } = answer;
  if (keepRate === 0) return "The verifier keeps none of the generated rows: there is nothing to learn from them.";
  const effect = `${mostLabels(asked)} ${verdict === "below" ? "correct" : "wrong"}.`;
  if (errorRate === null) return effect;
  if (point === null) return `No label is ${verdict === "below" ? "wrong" : "correct"}.`;
  if (Math.abs(errorRate - point) <= 1e-12)
    return `p = ${rate(point)} is p⋆ itself: ${asManyLabels(asked)}.${remedy(asked, answer)}`;
  const [p, star] = apart(errorRate, point);
  const why =
    asked.about === "angles"
      ? `, as θ_gen + θ_prune = ${angleSum(asked)} is ${verdict === "below" ? "less" : "more"} than 180°`
      : "";
  return `p = ${p} is ${verdict} p⋆ = ${star}${why}: ${effect}${verdict === "below" ? "" : remedy(asked, answer)}`;
}

/** Clean rows keep their share of infinite data. */
function withClean(asked: Asked): string {
  const clean = asked.about === "scenario" && asked.scenario.realSamples > 0;
  return clean ? "With infinite data, clean rows in the same proportion" : "With infinite data";
}

function limitReason(asked: Asked, { learner }: Breakdown, word: "better" | "worse" | "equal"): string {
  const name = asked.about === "rates" ? "agreement with the Bayes rule" : "limit of the accuracy";
  const { limit, unselected } = learner as { limit: number; unselected: number };
  const chance = { better: "", worse: ", worse than chance", none: ", which is chance" }[learner.verdict ?? "none"];
  if (word === "equal") return `${withClean(asked)}: the ${name} is ${rate(limit)} either way${chance}.`;
  const [from, to] = apart(unselected, limit);
  const moved = word === "better" ? "raises" : "lowers";
  const still = word === "better" && chance !== "" ? ` (still${chance.slice(1)})` : chance;
  return `${withClean(asked)}: verification ${moved} the ${name} from ${from} to ${to}${still}.`;
}

/** The answer at N; where the question names none, what can be said of any. */
function atNLine(asked: Asked, answer: Breakdown, color: Record<string, Paint>): Line {
  const { atN, keepRate, keptPrecision, errorRate } = answer;
  const { samples, verification, worth } = atN;
  const plain: Paint = (text) => text;
  if (samples === null) {
    if (answer.weight === null || keepRate === null || keptPrecision === null)
      return ["hint", plain, "Add --samples N for the answer at N rows."];
    const classes = asked.about === "rates" ? (asked.question.classes ?? 2) : 2;
    const kept = 1000 * keepRate * worthOfRow(keptPrecision, { classes });
    const all = 1000 * worthOfRow(1 - (errorRate ?? 0), { classes });
    const rows = `of 1,000 rows ${keptRows(1000 * keepRate, kept)}, ${allRows(1000, all)}`;
    return [
      answer.verification ?? "N",
      color[answer.verification ?? ""] ?? plain,
      `To a learner of class means, at any N (to first order): ${rows}.`,
    ];
  }
  const rounds = asked.about === "scenario" ? asked.scenario.generations : 1;
  const place = `At N = ${formatNumber(samples)}${rounds > 1 ? `, after ${rounds} generations` : ""}`;
  const rows =
    worth.kept === null || worth.unselected === null
      ? (atN.reason?.message ?? "")
      : `${keptRows(samples * (keepRate ?? 0), worth.kept)}, ${allRows(samples, worth.unselected)}`;
  if (verification === null) {
    const why = atN.reason === undefined || rows === atN.reason.message ? rows : `${rows}; ${atN.reason.message}`;
    return ["N", plain, `${place}: ${why}.${drawsText(atN)}`];
  }
  const [selected, unselected] = accuraciesOf(atN);
  const close =
    verification !== "inconclusive"
      ? ""
      : atN.reason?.code === "files-without-a-row-decide"
        ? `; ${atN.reason.message}`
        : atN.accuracy.selected === atN.accuracy.unselected
          ? ", the same"
          : `, closer than ${atN.trials === undefined ? "the theory" : `${atN.trials} trials`} can tell`;
  const accuracy = `accuracy ${selected} with verification and ${unselected} without${close}`;
  return [
    verification,
    color[verification] ?? plain,
    `${place}: ${accuracy}; ${rows}.${rounds > 1 ? "" : emptyText(asked, answer)}${drawsText(atN)}${spreadText(atN)}`,
  ];
}

/** The accuracies with the verifier and without it, with as many decimals as tell them apart if one is said to be better. */
function accuraciesOf({ accuracy, verification }: AtN): [selected: string, unselected: string] {
  const { selected, unselected } = accuracy as { selected: number; unselected: number };
  return verification === "inconclusive" || verification === null
    ? [decimal(selected, 4), decimal(unselected, 4)]
    : apart(selected, unselected, 4);
}

/** Between what most repetitions of several generations come to. */
function spreadText({ generations }: AtN): string {
  const last = generations?.at(-1);
  if (!last?.selected || !last.unselected) return "";
  const [kept, all] = [last.selected, last.unselected].map(
    ({ low, high }) => `${decimal(low, 4)} to ${decimal(high, 4)}`,
  );
  return ` Of ${last.selected.trials} trials 95 % come to ${kept} with verification, and of ${last.unselected.trials} to ${all} without.`;
}

/** Between what 95 % of files are worth, as chance says how many rows are kept and right. */
function drawsText({ worthLimits }: AtN): string {
  if (worthLimits === undefined) return "";
  const rows = (value: number) => formatNumber(Math.round(value));
  const limits = [worthLimits.kept, worthLimits.unselected];
  if (limits.every(({ low, high }) => rows(low) === rows(high))) return "";
  const [kept, all] = limits.map(({ low, high }) => `${rows(low)} to ${rows(high)}`);
  return ` Such files vary by chance: 95 % of them are worth ${kept} clean rows with verification, ${all} without.`;
}

/** Chances below this that a file keeps no row are not spoken of. */
const HARDLY_EVER = 1e-3;

/** That the accuracy is of the files in which a row is kept, if there are others. */
function emptyText(asked: Asked, { atN: { samples }, keepRate }: Breakdown): string {
  const fixed =
    asked.about === "scenario" && (asked.scenario.verifier.kind === "top" || asked.scenario.realSamples > 0);
  if (fixed || samples === null || keepRate === null) return "";
  const none = (1 - keepRate) ** samples;
  return none > HARDLY_EVER
    ? ` In ${percent(none)} of such files no row is kept; the accuracy is that of the others.`
    : "";
}

function keptRows(count: number, worth: number): string {
  const rows = countText(count);
  return `the ${rows} kept ${rows === "1" ? "row" : "rows"} ${worthText(worth, rows === "1")}`;
}

function allRows(count: number, worth: number): string {
  return `all ${formatNumber(count)} without verification ${worth < 0 ? worthText(worth, count === 1) : countText(worth)}`;
}

function worthText(worth: number, isOne: boolean): string {
  const rows = countText(Math.abs(worth));
  const clean = `${rows} clean ${rows === "1" ? "one" : "ones"}`;
  if (worth < 0) return `${isOne ? "teaches" : "teach"} the opposite of ${clean}`;
  return `${isOne ? "is" : "are"} worth ${clean}`;
}

/** Whole rows; of less than one as many digits as show that it is not none. */
function countText(rows: number): string {
  return formatNumber(rows < 0.95 ? Number(rows.toPrecision(1)) : Math.round(rows));
}

/** What to do with kept rows beside clean ones: the weight and what a row is worth with it, for the class mean. */
function weightReason(weight: number, precision: number | null): string {
  if (weight === 0)
    return "If there are clean rows too, no weight above 0 of a kept row helps (class mean): leave the kept rows out.";
  const worth = precision === null ? "" : `; it then adds as much as ${decimal(weight * weight, 3)} of a clean row`;
  return `If there are clean rows too, the best weight of a kept row is ${decimal(weight, 3)}, theirs being 1${worth} (class mean).`;
}

/** What a policy that writes such labels would do first, if the verdicts were its rewards. */
function rewardReason(youden: number, errorRate: number | null): string {
  const meaning = "(J = φ − ψ)";
  if (errorRate === 0 || errorRate === 1)
    return `Used as the rewards of a policy, the verdicts change nothing: all labels are ${errorRate === 0 ? "correct" : "wrong"} ${meaning}.`;
  if (Math.abs(youden) <= 1e-12)
    return `Used as the rewards of a policy, the verdicts leave the share of correct labels as it is: J is 0 ${meaning}.`;
  const effect =
    youden > 0 ? "raise the share of correct labels: J is above 0" : "lower the share of correct labels: J is below 0";
  return `Used as the rewards of a policy, the verdicts at first ${effect} ${meaning}.`;
}

/** What would bring p below p⋆. */
function remedy(asked: Asked, { errorRate, phi, breakdown: point }: Breakdown): string {
  if (asked.about === "angles") {
    const { generator } = anglesOf(asked);
    return generator === Math.PI
      ? ""
      : ` To be below takes a verifier with θ_prune < ${angleText(Math.PI - generator)}.`;
  }
  const settable = asked.about === "rates" || asked.scenario.verifier.kind === "bernoulli";
  if (!settable || !errorRate || !phi || !point) return "";
  const classes = asked.about === "rates" ? (asked.question.classes ?? 2) : 2;
  const bound = ((classes - 1) * phi * (1 - errorRate)) / errorRate;
  return ` To be below, p must be < ${rate(point)}${bound > 0 ? `, or ψ < ${rate(bound)} at this p and φ` : ""}.`;
}

type Angles = Extract<Asked, { about: "angles" }>;

function anglesOf({ question: { angles } }: Angles): { generator: number; verifier: number; between: number | null } {
  const radians = (angle: number | string) => (typeof angle === "string" ? readAngle(angle) : angle);
  const { generator, verifier, between } = angles;
  return {
    generator: radians(generator),
    verifier: radians(verifier),
    between: between == null ? null : radians(between),
  };
}

function angleSum(asked: Angles): string {
  const { generator, verifier } = anglesOf(asked);
  return angleText(generator + verifier);
}

function angleText(radians: number): string {
  return `${formatNumber(degrees(radians))}°`;
}

/** Two different numbers with as many decimals as it takes to tell them apart, at least so many. */
function apart(a: number, b: number, least = 3): [string, string] {
  for (let decimals = least; decimals < 15; decimals++) {
    const [first, second] = decimals === 3 ? [rate(a), rate(b)] : [decimal(a, decimals), decimal(b, decimals)];
    if (first !== second) return [first, second];
  }
  return [String(a), String(b)];
}

/** Two shares as percentages, with as many decimals as tell them apart if they differ. */
function percentsApart(a: number, b: number, differ: boolean): [string, string] {
  for (let decimals = 1; differ && decimals < 15; decimals++) {
    if (percent(a, decimals) !== percent(b, decimals)) return [percent(a, decimals), percent(b, decimals)];
  }
  return [percent(a), percent(b)];
}

function rate(value: number | null): string {
  // what is left of rounding is 0
  return value !== null && value > 1e-13 && value < 5e-4 ? formatNumber(value, 2) : decimal(value, 3);
}

/** One way to improve p, φ or ψ by a percentage point. */
interface Move {
  owner: "generator" | "verifier";
  /** What it does: `one point less error`. */
  name: string;
  symbol: string;
  /** How many points of accuracy it gains, or why none. */
  gain: number | string;
}

const NOTHING_LEFT = "nothing left to improve";
const NOT_KNOWN = "unknown: too few rows are kept";

/** Less than this many points of accuracy for a point of quality is nothing to advise. */
const NOTHING = 0.05;

/** "Better verifier or better generator?": what one percentage point of each quality brings at the scenario's N and d. */
function qualityLines(scenario: Scenario, answer: ScenarioBreakdown, terminal: Terminal, width: number): string[] {
  const { accuracy, sensitivity } = answer;
  if (accuracy === null) return [];
  const { samples, data } = scenario;
  const place = `N = ${formatNumber(samples)} and d = ${formatNumber(data.dim)}`;
  const after = scenario.generations > 1 ? `, after ${scenario.generations} generations` : "";
  // of one generation the same number as in the lines above: averaged over the number of kept rows
  const shown = answer.atN.trials === undefined ? (answer.atN.accuracy.selected ?? accuracy) : accuracy;
  const head = `accuracy ${terminal.colors.bold(decimal(shown, 4))} by the theory, at ${place}${after}`;
  if (sensitivity === null) {
    const why = "p, φ and ψ follow from directions here: none of them can be improved on its own.";
    return [...paragraph(head, terminal, width), ...paragraph(why, terminal, width)];
  }
  const moves = movesOf(answer);
  const decimals = decimalsOf(moves.map(({ gain }) => (typeof gain === "number" ? gain : 0)));
  const columns = [
    moves.map(({ name }) => name),
    moves.map(({ symbol }) => symbol),
    moves.map(({ gain }) => (typeof gain === "string" ? gain : `${gained(gain, decimals)} points`)),
  ];
  const { lines } = table(
    columns.map((cells) => ({ head: "", align: "left", cells })),
    terminal,
    width - 2,
  );
  return [
    ...paragraph(`${head}, and what one percentage point of quality is worth:`, terminal, width),
    ...lines.map((line) => `  ${line}`),
    ...paragraph(conclusion(moves, decimals), terminal, width),
  ];
}

function movesOf({ errorRate, phi, psi, sensitivity }: ScenarioBreakdown): Move[] {
  const slope = sensitivity ?? { errorRate: null, phi: null, psi: null };
  const unless = (done: boolean, rise: number | null, sign: 1 | -1) =>
    done ? NOTHING_LEFT : rise === null ? NOT_KNOWN : sign * rise + 0;
  return [
    {
      owner: "generator",
      name: "one point less error",
      symbol: "p",
      gain: unless(errorRate === 0, slope.errorRate, -1),
    },
    { owner: "verifier", name: "one point more correct kept", symbol: "φ", gain: unless(phi === 1, slope.phi, 1) },
    { owner: "verifier", name: "one point fewer wrong kept", symbol: "ψ", gain: unless(psi === 0, slope.psi, -1) },
  ];
}

function conclusion(moves: readonly Move[], decimals: number): string {
  const [first, ...others] = moves
    .filter((move): move is Move & { gain: number } => typeof move.gain === "number" && move.gain > NOTHING)
    .sort((a, b) => b.gain - a.gain);
  if (moves.some(({ gain }) => gain === NOT_KNOWN)) return "What brings most is not known.";
  if (first === undefined) return `No point of quality brings as much as ${NOTHING} points of accuracy here.`;
  const rival = others.find(({ owner }) => owner !== first.owner);
  const against = rival ? `, against ${rival.gain.toFixed(decimals)} for ${rival.name}` : "";
  return `A better ${first.owner} brings most: ${first.gain.toFixed(decimals)} points of accuracy for ${first.name}${against}.`;
}

/** As many decimals as show two digits of the largest gain, two to six. */
function decimalsOf(gains: readonly number[]): number {
  const largest = Math.max(...gains.map(Math.abs));
  return largest > 0 ? Math.min(6, Math.max(2, 1 - Math.floor(Math.log10(largest)))) : 2;
}

function gained(gain: number, decimals: number): string {
  const text = gain.toFixed(decimals);
  if (Number(text) === 0) return ` ${(0).toFixed(decimals)}`;
  return gain > 0 ? `+${text}` : text;
}
