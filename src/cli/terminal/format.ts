import { createRequire } from "node:module";
import { printable } from "../../core/printable.js";

/** What of a terminal decides how a text is set. */
export interface TextSurface {
  /** Characters in a line; Infinity if nothing limits it. */
  columns: number;
  /** Letters and signs beyond ASCII are shown. */
  unicode: boolean;
}

/** Longer lines are hard to read. */
export const WIDEST = 100;

const ASCII: Record<string, string> = {
  "±": "+/-",
  "⋆": "*",
  "·": "|",
  "–": "-",
  "−": "-",
  "…": "...",
  "─": "-",
  "└": "+",
  "→": "->",
  "°": " deg",
  "×": "x",
  "≥": ">=",
  α: "alpha",
  η: "eta",
  θ: "theta",
  λ: "lambda",
  π: "pi",
  φ: "phi",
  ψ: "psi",
  Σ: "Sigma",
  "₀": "0",
  "⁻": "-",
};

/** The text as it is, or spelt in ASCII for a terminal that shows no more; spaces that do not break stay until it is wrapped. */
export function spelt(text: string, { unicode }: Pick<TextSurface, "unicode">): string {
  if (unicode) return text;
  return text
    .replace(/10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)/g, (_, power: string) => `1e${digits(power)}`)
    .replace(/[\u{80}-\u{9f}\u{a1}-\u{10ffff}]/gu, (sign) => ASCII[sign] ?? "?");
}

function digits(superscript: string): string {
  return [...superscript].map((sign) => (sign === "⁻" ? "-" : String("⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(sign)))).join("");
}

/** A text from elsewhere on one line, and inert. */
export function oneLine(text: string): string {
  return printable(text.replace(/\s+/g, " "));
}

/**
 * string-width and wrap-ansi, loaded when a text first needs them: to load them takes as long as to start Node, and most of
 * what is printed is plain.
 */
const required = {
  module: createRequire(import.meta.url),
  get stringWidth(): typeof import("string-width").default {
    return this.module("string-width").default;
  },
  get wrapAnsi(): typeof import("wrap-ansi").default {
    return this.module("wrap-ansi").default;
  },
};

/** Latin and Greek letters, punctuation, arrows, and mathematical and drawing signs: each takes one place. */
const PLAIN = /^[ -~\u00a0-\u00ac\u00ae-\u02af\u0370-\u03ff\u2010-\u2027\u2070-\u209c\u2190-\u22ff\u2500-\u259f]*$/;

/** Places that a text takes in a terminal: an East Asian sign or an emoji family takes two, a combining mark none. */
export function textWidth(text: string): number {
  return PLAIN.test(text) ? text.length : required.stringWidth(text);
}

/** A text cut to a width, with … where something is missing; never inside an emoji or a letter with its marks. */
export function cut(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let shown = "";
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (textWidth(shown + segment) > width - 1) break;
    shown += segment;
  }
  return `${shown}…`;
}

/** A text whose spaces no line break may take the place of. */
export function unbroken(text: string): string {
  return text.replaceAll(" ", "\u00a0");
}

/** Sets a text into lines of at most `width`; a longer word has a line of its own, and a number stays with its %. */
export function wrapped(text: string, width: number): string[] {
  const joined = text.replaceAll(" %", "\u00a0%");
  return linesOf(joined, Math.max(1, width)).map((line) => line.replaceAll("\u00a0", " "));
}

function linesOf(text: string, width: number): string[] {
  const isPlain = PLAIN.test(text) && text.trim() === text;
  if (width === Number.POSITIVE_INFINITY || (isPlain && text.length <= width)) return [text];
  if (!isPlain || text.includes("  ")) return required.wrapAnsi(text, width).split("\n");
  const [first = "", ...words] = text.split(" ");
  const lines = [first];
  for (const word of words) {
    const line = `${lines.at(-1)} ${word}`;
    if (line.length <= width) lines[lines.length - 1] = line;
    else lines.push(word);
  }
  return lines;
}

/** A text as lines for a terminal: spelt as it can show it, and no wider than it or than is easy to read. */
export function paragraph(text: string, terminal: TextSurface, width = Math.min(terminal.columns, WIDEST)): string[] {
  return wrapped(spelt(text, terminal), width);
}

/** A word, and beside it the lines of what is said of it. */
export function entry(
  word: string,
  text: string,
  terminal: TextSurface,
  { indent, paint, width = Math.min(terminal.columns, WIDEST) }: { indent: number; paint: Paint; width?: number },
): string[] {
  const head = spelt(word, terminal);
  return paragraph(text, terminal, width - indent).map((line, i) =>
    i === 0 ? paint(head) + " ".repeat(Math.max(1, indent - textWidth(head))) + line : " ".repeat(indent) + line,
  );
}

/** Colours a text; without colour it gives the text back. */
export type Paint = (text: string) => string;

/** A number with so many decimals, 0 without a sign; – if there is none. */
export function decimal(value: number | null, decimals: number): string {
  return value === null ? "–" : value.toFixed(decimals).replace(/^-(?=[0.]+$)/, "");
}

/** `+0.012`, `−0.012`: a difference with its sign. */
export function signed(value: number, decimals: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(decimals)}`;
}

/** Seconds, rounded up, in words. */
export function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes >= 48 * 60) return `${Math.round(minutes / (24 * 60)).toLocaleString("en-US")} days`;
  return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
