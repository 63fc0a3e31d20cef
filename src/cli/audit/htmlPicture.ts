import type { AuditResult } from "../../audit/result.js";
import { type Pictured, pictured } from "./words.js";

const [LEFT, RIGHT, STEP] = [110, 780, 34];

/** The intervals of p, p⋆ and the kept labels on one axis, as SVG; the page's style colours it. */
export function intervalSvg(result: AuditResult): string {
  const rows = pictured(result);
  const height = STEP * rows.length + 26;
  const scale = [0, 0.25, 0.5, 0.75, 1].map(
    (value) => `<text class="scale" text-anchor="middle" x="${across(value)}" y="${height - 6}">${value}</text>`,
  );
  const words = rows.map(({ name, interval: { low, high } }) => `${name} from ${low.toFixed(3)} to ${high.toFixed(3)}`);
  return `<svg class="intervals" viewBox="0 0 800 ${height}" role="img" aria-label="${words.join("; ")}">\n${[...rows.map(row), ...scale].join("\n")}\n</svg>\n`;
}

function row({ name, interval, against }: Pictured, i: number): string {
  const y = STEP * i + 20;
  const line = (kind: string, from: number, to: number) =>
    `<line class="${kind}" x1="${across(from)}" x2="${across(to)}" y1="${y}" y2="${y}"/>`;
  const parts = [
    `<text x="0" y="${y + 5}">${name}</text>`,
    line("axis", 0, 1),
    line("bar", interval.low, interval.high),
  ];
  if (against != null) {
    const x = across(against);
    parts.push(`<line class="mark" x1="${x}" x2="${x}" y1="${y - 12}" y2="${y + 12}"/>`);
  }
  if (interval.estimate !== null)
    parts.push(`<circle class="estimate" cx="${across(interval.estimate)}" cy="${y}" r="5.5"/>`);
  return parts.join("");
}

function across(value: number): string {
  return (LEFT + (RIGHT - LEFT) * Math.min(1, Math.max(0, value))).toFixed(1);
}
