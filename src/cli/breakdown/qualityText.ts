import type { ScenarioBreakdown } from "../../index.js";
import { formatNumber } from "../../model/format.js";
import type { Scenario } from "../../model/scenario.js";
import { paragraph } from "../terminal/format.js";
import { table } from "../terminal/table.js";
import type { Terminal } from "../terminal/terminal.js";

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
export function qualityLines(
  scenario: Scenario,
  answer: ScenarioBreakdown,
  terminal: Terminal,
  width: number,
): string[] {
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
