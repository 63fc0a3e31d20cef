import { describeScenario } from "../../figure/labels.js";
import type { Breakdown, ScenarioBreakdown } from "../../index.js";
import { readAngle } from "../../model/angle.js";
import { degrees, formatNumber, percent } from "../../model/format.js";
import { spelt, type Terminal } from "../terminal/terminal.js";
import { wrapped } from "../terminal/wrap.js";
import { qualityLines } from "./qualityText.js";
import type { Asked } from "./run.js";

const WORD = 9;
const COLUMN = 12;

/** The answer for people: the numbers, with and without verification, and the two verdicts with their reasons. */
export function breakdownText(asked: Asked, answer: Breakdown | ScenarioBreakdown, terminal: Terminal): string {
  const { bold, dim } = terminal.colors;
  const width = Math.min(terminal.columns, 100);
  const about = wrapped(aboutWords(asked), width).map((line) => dim(line));
  const lines = [...about, ...(about.length > 0 ? [""] : []), bold(ratesLine(answer))];
  if (answer.errorRate !== null) lines.push("", ...comparison(asked, answer, terminal));
  lines.push("", ...verdicts(asked, answer, terminal, width));
  if (asked.about === "scenario" && "accuracy" in answer) {
    lines.push("", ...qualityLines(asked.scenario, answer, terminal, width));
  }
  return lines.map((line) => `${spelt(line, terminal).trimEnd()}\n`).join("");
}

function aboutWords(asked: Asked): string[] {
  if (asked.about === "scenario") {
    const parts = describeScenario(asked.scenario, ["trials", "engine"]);
    return [
      `${asked.scenario.name ?? "scenario"}:`,
      ...parts.map((part, i) => (i < parts.length - 1 ? `${part},` : part)),
    ];
  }
  if (asked.about === "rates") return (asked.question.classes ?? 2) === 2 ? [] : [`${asked.question.classes} classes`];
  const { generator, verifier, between } = anglesOf(asked);
  const apart = between === null ? "directions that err independently" : `θ = ${angleText(between)} between them`;
  const { meanNorm } = asked.question;
  const inputs = meanNorm == null ? "isotropic inputs" : `two Gaussian classes, r = ${formatNumber(meanNorm)}`;
  return [`θ_gen = ${angleText(generator)},`, `θ_prune = ${angleText(verifier)},`, `${apart},`, inputs];
}

function ratesLine({ errorRate, phi, psi, breakdown }: Breakdown): string {
  const given = [
    ...(errorRate === null ? [] : [`p = ${rate(errorRate)}`]),
    `φ = ${rate(phi)}`,
    `ψ = ${rate(psi)}`,
    `p⋆ = ${rate(breakdown)}`,
  ];
  return given.join("   ");
}

/** What the learner gets and comes to, with verification beside without. */
function comparison(asked: Asked, answer: Breakdown, terminal: Terminal): string[] {
  const { errorRate, keepRate, keptPrecision, limit } = answer;
  const clean = asked.about === "scenario" && asked.scenario.realSamples > 0;
  const rows: [string, string, string][] = [
    ["", "verified", "unverified"],
    [clean ? "synthetic rows kept" : "rows kept", percent(keepRate), percent(1)],
    ["correct labels among them", percent(keptPrecision), percent(errorRate === null ? null : 1 - errorRate)],
    [`${limitName(asked)}, endless rows`, rate(limit.selected), rate(limit.unselected)],
  ];
  const names = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, ...values], i) => {
    const line = name.padEnd(names) + values.map((value) => spelt(value, terminal).padStart(COLUMN)).join("");
    return i === 0 ? terminal.colors.dim(line) : line;
  });
}

function limitName(asked: Asked): string {
  return asked.about === "rates" ? "agreement with Bayes" : "accuracy";
}

/** Two words, each with its reason. */
function verdicts(asked: Asked, answer: Breakdown, terminal: Terminal, width: number): string[] {
  const { colors } = terminal;
  const { breakdown: point, errorRate, verdict, verification } = answer;
  const entry = (word: string, color: (text: string) => string, reason: string) =>
    wrapped(spelt(reason, terminal).split(" "), width - WORD).map((line, i) =>
      i === 0 ? colors.bold(color(spelt(word, terminal).padEnd(WORD))) + line : " ".repeat(WORD) + line,
    );
  if (errorRate === null) {
    if (point === null) return entry("nothing", colors.red, "The verifier keeps no row.");
    const alone = asked.about === "rates" ? 1 - 1 / (asked.question.classes ?? 2) : 0.5;
    const allowed = `A generator may be wrong in up to ${percent(point)} of its labels, ${percent(alone)} without verification:`;
    return entry(
      "p⋆",
      colors.bold,
      `${allowed} below that more data help, above it more data harm. --p says on which side yours is.`,
    );
  }
  const good = verdict === "below" ? colors.green : colors.red;
  const lines = entry(verdict ?? "nothing", good, sideReason(asked, answer));
  if (verification === null) return lines;
  const color = { helps: colors.green, hurts: colors.red, neutral: colors.yellow }[verification];
  return [...lines, ...entry(verification, color, verificationReason(asked, answer))];
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
  if (verification === "neutral") return `Verification changes neither the ${name} nor the share of correct labels.`;
  const all = 1 - (errorRate ?? 0);
  if (Math.abs(selected - unselected) <= 1e-8) {
    const more = verification === "helps" ? "more" : "fewer";
    return `The ${name} is ${rate(selected)} either way, but ${more} of the kept labels are correct: ${percent(keptPrecision)} against ${percent(all)}.`;
  }
  const [from, to] = apart(unselected, selected);
  const half = verification === "helps" && selected < 0.5 ? ", still below one half" : "";
  return `Verification ${verification === "helps" ? "raises" : "lowers"} the ${name} from ${from} to ${to}${half}.`;
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
  if (value === null) return "–";
  return value > 0 && value < 5e-4 ? formatNumber(value, 2) : value.toFixed(3);
}
