import { describeScenario } from "../../figure/labels.js";
import type { AnglesQuestion, Breakdown, RatesQuestion, Scenario, ScenarioBreakdown } from "../../index.js";
import { readAngle } from "../../model/angle.js";
import { degrees, formatNumber, percent } from "../../model/format.js";
import { decimal, entry, type Paint, paragraph, unbroken, WIDEST } from "../terminal/format.js";
import { table } from "../terminal/table.js";
import type { Terminal } from "../terminal/terminal.js";

/** What is asked, in the words of the command line. */
export type Asked =
  | { about: "rates"; question: RatesQuestion }
  | { about: "angles"; question: AnglesQuestion }
  | { about: "scenario"; source: string; scenario: Scenario };

const WORD = 9;

/** The answer for people: the numbers, with and without verification, and the two verdicts with their reasons. */
export function breakdownText(asked: Asked, answer: Breakdown | ScenarioBreakdown, terminal: Terminal): string {
  const { bold, dim } = terminal.colors;
  const width = Math.min(terminal.columns, WIDEST);
  const about = aboutText(asked);
  const lines = [
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

function aboutText(asked: Asked): string {
  if (asked.about === "scenario") {
    const parts = describeScenario(asked.scenario, ["trials", "engine"]);
    return `${asked.scenario.name ?? "scenario"}: ${parts.map(unbroken).join(", ")}`;
  }
  if (asked.about === "rates") return (asked.question.classes ?? 2) === 2 ? "" : `${asked.question.classes} classes`;
  const { generator, verifier, between } = anglesOf(asked);
  const apart = between === null ? "directions that err independently" : `θ = ${angleText(between)} between them`;
  const { meanNorm } = asked.question;
  const inputs = meanNorm == null ? "isotropic inputs" : `two Gaussian classes, r = ${formatNumber(meanNorm)}`;
  return [`θ_gen = ${angleText(generator)}`, `θ_prune = ${angleText(verifier)}`, apart, inputs]
    .map(unbroken)
    .join(", ");
}

function ratesLine({ errorRate, phi, psi, breakdown }: Breakdown): string {
  const given = [
    ...(errorRate === null ? [] : [`p = ${rate(errorRate)}`]),
    `φ = ${rate(phi)}`,
    `ψ = ${rate(psi)}`,
    `p⋆ = ${rate(breakdown)}`,
  ];
  return given.map(unbroken).join("   ");
}

/** What the learner gets and comes to, with verification beside without. */
function comparison(asked: Asked, answer: Breakdown, terminal: Terminal): string[] {
  const { errorRate, keepRate, keptPrecision, limit } = answer;
  const clean = asked.about === "scenario" && asked.scenario.realSamples > 0;
  const rows: [string, string, string][] = [
    [clean ? "synthetic rows kept" : "rows kept", percent(keepRate), percent(1)],
    ["correct labels among them", percent(keptPrecision), percent(errorRate === null ? null : 1 - errorRate)],
    [`${limitName(asked)}, infinite data`, rate(limit.selected), rate(limit.unselected)],
  ];
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

/** Two words, each with its reason. */
function verdicts(asked: Asked, answer: Breakdown, terminal: Terminal): string[] {
  const { colors } = terminal;
  const { breakdown: point, errorRate, verdict, verification } = answer;
  const verdictOf = (word: string, color: Paint, reason: string) =>
    entry(word, reason, terminal, { indent: WORD, paint: (text) => colors.bold(color(text)) });
  if (errorRate === null) {
    if (point === null) return verdictOf("nothing", colors.red, "The verifier keeps no row.");
    const alone = asked.about === "rates" ? 1 - 1 / (asked.question.classes ?? 2) : 0.5;
    const allowed = `A generator may be wrong in up to ${percent(point)} of its labels, ${percent(alone)} without verification:`;
    return verdictOf(
      "p⋆",
      colors.bold,
      `${allowed} below that more data help, above it more data harm. --p says on which side yours is.`,
    );
  }
  const good = verdict === "below" ? colors.green : colors.red;
  const lines = verdictOf(verdict ?? "nothing", good, sideReason(asked, answer));
  if (verification === null) return lines;
  const color = { better: colors.green, worse: colors.red, equal: colors.yellow }[verification];
  return [...lines, ...verdictOf(verification, color, verificationReason(asked, answer))];
}

function sideReason(asked: Asked, answer: Breakdown): string {
  const { errorRate, breakdown: point, verdict, keepRate } = answer;
  if (keepRate === 0) return "The verifier keeps none of the generated rows: there is nothing to learn from them.";
  const data = asked.about === "scenario" && asked.scenario.realSamples > 0 ? "synthetic data" : "data";
  const effect = verdict === "below" ? `more ${data} help.` : `more ${data} harm.`;
  if (errorRate === null) return effect;
  if (point === null) return `No label is ${verdict === "below" ? "wrong" : "correct"}: ${effect}`;
  if (Math.abs(errorRate - point) <= 1e-12)
    return `p = ${rate(point)} is p⋆ itself: more ${data} teach nothing.${remedy(asked, answer)}`;
  const [p, star] = apart(errorRate, point);
  const why =
    asked.about === "angles"
      ? `, as θ_gen + θ_prune = ${angleSum(asked)} is ${verdict === "below" ? "less" : "more"} than 180°`
      : "";
  return `p = ${p} is ${verdict} p⋆ = ${star}${why}: ${effect}${verdict === "below" ? "" : remedy(asked, answer)}`;
}

/** What would bring p below p⋆. */
function remedy(asked: Asked, { errorRate, phi, breakdown: point }: Breakdown): string {
  if (asked.about === "angles") {
    const { generator } = anglesOf(asked);
    return generator === Math.PI ? "" : ` Below takes a verifier with θ_prune < ${angleText(Math.PI - generator)}.`;
  }
  const settable = asked.about === "rates" || asked.scenario.verifier.kind === "bernoulli";
  if (!settable || !errorRate || !phi || !point) return "";
  const classes = asked.about === "rates" ? (asked.question.classes ?? 2) : 2;
  const bound = ((classes - 1) * phi * (1 - errorRate)) / errorRate;
  return ` Below takes p < ${rate(point)}${bound > 0 ? `, or ψ < ${rate(bound)} at this p and φ` : ""}.`;
}

function verificationReason(asked: Asked, { verification, limit, keptPrecision, errorRate }: Breakdown): string {
  const { selected, unselected } = limit as { selected: number; unselected: number };
  const name = asked.about === "rates" ? "agreement with the Bayes rule" : "limit of the accuracy";
  if (verification === "equal") return `Verification changes neither the ${name} nor the share of correct labels.`;
  const all = 1 - (errorRate ?? 0);
  if (Math.abs(selected - unselected) <= 1e-8) {
    const more = verification === "better" ? "more" : "fewer";
    return `The ${name} is ${rate(selected)} either way, but ${more} of the kept labels are correct: ${percent(keptPrecision)} against ${percent(all)}.`;
  }
  const [from, to] = apart(unselected, selected);
  const half = verification === "better" && selected < 0.5 ? ", still below one half" : "";
  return `Verification ${verification === "better" ? "raises" : "lowers"} the ${name} from ${from} to ${to}${half}.`;
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

/** Two different numbers with as many decimals as it takes to tell them apart, at least three. */
function apart(a: number, b: number): [string, string] {
  for (let decimals = 3; decimals < 15; decimals++) {
    if (a.toFixed(decimals) !== b.toFixed(decimals)) return [a.toFixed(decimals), b.toFixed(decimals)];
  }
  return [String(a), String(b)];
}

function rate(value: number | null): string {
  return value !== null && value > 0 && value < 5e-4 ? formatNumber(value, 2) : decimal(value, 3);
}

/** One way to improve p, φ or ψ by a percentage point. */
interface Move {
  owner: "generator" | "verifier";
  /** What it does: `one point less error`. */
  name: string;
  symbol: string;
  /** Points of accuracy it brings; null if there is nothing left to improve. */
  gain: number | null;
}

/** Less than this many points of accuracy for a point of quality is nothing to advise. */
const NOTHING = 0.05;

/** "Better verifier or better generator?": what one percentage point of each quality brings at the scenario's N and d. */
function qualityLines(scenario: Scenario, answer: ScenarioBreakdown, terminal: Terminal, width: number): string[] {
  const { accuracy, sensitivity } = answer;
  if (accuracy === null) return [];
  const { samples, data } = scenario;
  const place = `N = ${formatNumber(samples)} and d = ${formatNumber(data.dim)}`;
  const head = `accuracy ${terminal.colors.bold(accuracy.toFixed(4))} by the theory, at ${place}`;
  if (sensitivity === null) {
    const why = "p, φ and ψ follow from directions here: none of them can be improved on its own.";
    return [...paragraph(head, terminal, width), ...paragraph(why, terminal, width)];
  }
  const moves = movesOf(answer);
  const decimals = decimalsOf(moves.map(({ gain }) => gain ?? 0));
  const columns = [
    moves.map(({ name }) => name),
    moves.map(({ symbol }) => symbol),
    moves.map(({ gain }) => (gain === null ? "nothing left to improve" : `${gained(gain, decimals)} points`)),
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
  const slope = sensitivity ?? { errorRate: 0, phi: 0, psi: 0 };
  const unless = (done: boolean, gain: number) => (done || !Number.isFinite(gain) ? null : gain + 0);
  return [
    { owner: "generator", name: "one point less error", symbol: "p", gain: unless(errorRate === 0, -slope.errorRate) },
    { owner: "verifier", name: "one point more correct kept", symbol: "φ", gain: unless(phi === 1, slope.phi) },
    { owner: "verifier", name: "one point fewer wrong kept", symbol: "ψ", gain: unless(psi === 0, -slope.psi) },
  ];
}

function conclusion(moves: readonly Move[], decimals: number): string {
  const [first, ...others] = moves
    .filter((move): move is Move & { gain: number } => move.gain !== null && move.gain > NOTHING)
    .sort((a, b) => b.gain - a.gain);
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
