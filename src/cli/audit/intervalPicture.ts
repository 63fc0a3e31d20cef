import { spelt } from "../terminal/format.js";
import type { Terminal } from "../terminal/terminal.js";
import type { Pictured } from "./words.js";

const SIGNS = {
  unicode: { axis: "─", from: "├", to: "┤", low: "[", high: "]", inside: "═", estimate: "●", against: "┊" },
  ascii: { axis: "-", from: "|", to: "|", low: "[", high: "]", inside: "=", estimate: "o", against: ":" },
};

/** Intervals under each other on one axis, 0 to 1, each with its estimate and the mark that it is held against. */
export function intervalPicture(rows: readonly Pictured[], terminal: Terminal, width: number): string[] {
  const names = rows.map(({ name }) => spelt(name, terminal));
  const margin = Math.max(...names.map((name) => name.length)) + 2;
  const room = width - margin;
  if (room < 20) return [];
  return [
    ...rows.map((row, i) => names[i].padEnd(margin) + line(row, room, terminal)),
    " ".repeat(margin) + terminal.colors.dim(scale(room)),
  ];
}

function line({ interval, against }: Pictured, room: number, { unicode, colors }: Terminal): string {
  const signs = unicode ? SIGNS.unicode : SIGNS.ascii;
  const { cyan, dim, yellow, bold } = colors;
  const place = (value: number) => Math.round(Math.min(1, Math.max(0, value)) * (room - 1));
  const spots = Array.from({ length: room }, () => dim(signs.axis));
  spots[0] = dim(signs.from);
  spots[room - 1] = dim(signs.to);
  const [low, high] = [place(interval.low), place(interval.high)];
  for (let i = low; i <= high; i++) spots[i] = cyan(signs.inside);
  spots[low] = cyan(signs.low);
  spots[high] = cyan(signs.high);
  if (against != null) spots[place(against)] = yellow(signs.against);
  if (interval.estimate !== null) spots[place(interval.estimate)] = bold(cyan(signs.estimate));
  return spots.join("");
}

/** 0, 0.25, 0.5, 0.75 and 1 under their places. */
function scale(room: number): string {
  const spots = Array.from({ length: room }, () => " ");
  for (const value of [0, 0.5, 1, 0.25, 0.75]) {
    const text = String(value);
    const start = Math.max(0, Math.min(room - text.length, Math.round(value * (room - 1)) - (text.length >> 1)));
    if (spots.slice(Math.max(0, start - 2), start + text.length + 2).some((sign) => sign !== " ")) continue;
    spots.splice(start, text.length, ...text);
  }
  return spots.join("");
}
