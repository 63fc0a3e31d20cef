import { printable } from "../core/printable.js";

/** A share as a percentage: `21.4 %`; `–` if there is none. */
export function percent(share: number | null, decimals = 1): string {
  return share === null ? "–" : `${(100 * share).toFixed(decimals)} %`;
}

/** A share to so many significant digits, without zeros at the end: `95 %`, `99.9 %`. */
export function shortPercent(share: number, digits = 6): string {
  return `${formatNumber(100 * share, digits)} %`;
}

/** A share with its interval: `87.1 % (82.0 to 91.2 %)`. */
export function percentRange({ estimate, low, high }: Estimated): string {
  if (estimate === null) return "an unknown share";
  return `${percent(estimate)} (${(100 * low).toFixed(1)} to ${percent(high)})`;
}

interface Estimated {
  estimate: number | null;
  low: number;
  high: number;
}

/** A whole number with its thousands grouped and every digit: `12,345,678`. */
export function wholeNumber(value: number): string {
  const digits = String(value);
  const groups: string[] = [];
  let end = digits.length;
  for (; end > 3 && /\d/.test(digits[end - 4] as string); end -= 3) groups.unshift(digits.slice(end - 3, end));
  return [digits.slice(0, end), ...groups].join(",");
}

/** `1 row`, `1,200 rows`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${wholeNumber(count)} ${count === 1 ? noun : plural}`;
}

/** A number with so many decimals, and a true minus. */
export function fixedNumber(value: number, decimals: number): string {
  return value.toFixed(decimals).replace("-", "−");
}

/**
 * A number for people: thousands grouped, at most `digits` significant digits, powers of ten where it is very small or large,
 * and a true minus.
 */
export function formatNumber(value: number, digits = 6): string {
  return unsigned(Math.abs(value), digits, value < 0 ? "−" : "");
}

function unsigned(size: number, digits: number, sign: string): string {
  if (!Number.isFinite(size) || size === 0) return sign + String(size);
  if (size >= 1e7 || size < 1e-4) {
    const [lead, power] = size.toExponential(Math.min(digits, 4) - 1).split("e") as [string, string];
    const trimmed = String(Number(lead));
    const tail = `10${superscript(String(Number(power)))}`;
    return sign + (trimmed === "1" ? tail : `${trimmed}×${tail}`);
  }
  const [whole, fraction] = String(Number(size.toPrecision(digits))).split(".") as [string, string?];
  return `${sign}${wholeNumber(Number(whole))}${fraction === undefined ? "" : `.${fraction}`}`;
}

/** A number with every digit that it takes to be given back, as a threshold: 2/3 is 0.6666666666666666, not 0.667. */
export function exactNumber(value: number): string {
  return String(value);
}

/** A word of a command as a POSIX shell reads it back; signs that cannot be typed are escapes of bash and zsh. */
export function shellWord(text: string): string {
  if (/^[\w./:@%+=,-]+$/.test(text)) return text;
  if (printable(text) === text && !/[\n\t]/.test(text)) return `'${text.replaceAll("'", "'\\''")}'`;
  const escaped = [...text].map((sign) => (/[\\']/.test(sign) ? `\\${sign}` : typed(sign)));
  return `$'${escaped.join("")}'`;
}

function typed(sign: string): string {
  if (sign !== "\n" && sign !== "\t" && printable(sign) === sign) return sign;
  const code = (sign.codePointAt(0) as number).toString(16);
  return code.length > 4 ? `\\U${code.padStart(8, "0")}` : `\\u${code.padStart(4, "0")}`;
}

/** Text that is text in HTML and in SVG too, attributes included. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** Radians to degrees, for reading only. */
export function degrees(radians: number): number {
  return Number(((radians * 180) / Math.PI).toPrecision(12));
}

function superscript(digits: string): string {
  return digits.replace(/[-0-9]/g, (digit) => (digit === "-" ? "⁻" : ("⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)] as string)));
}

const WRITTEN = /^\s*([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?)\s*(?:(deg|°|rad)\s*)?$/i;

/** The pattern of an angle written as text, for editors. */
export const ANGLE_PATTERN = /^\s*\+?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*((deg|°|rad)\s*)?$/;

/**
 * Reads an angle written with its unit, in radians; a bare number is in radians; NaN if the text is not an angle.
 *
 * @example readAngle("180deg") === Math.PI
 */
export function readAngle(text: string): number {
  const [, digits, unit] = WRITTEN.exec(text) ?? [];
  if (digits === undefined) return Number.NaN;
  const value = Number(digits);
  // Dividing first keeps the fractions of a half turn exact: "180deg" is Math.PI, "90deg" is Math.PI / 2.
  return unit !== undefined && unit.toLowerCase() !== "rad" ? (value / 180) * Math.PI : value;
}

/** Writes an angle in degrees, for messages. */
export function angleText(radians: number): string {
  return `${Number(((radians / Math.PI) * 180).toPrecision(6))}°`;
}
