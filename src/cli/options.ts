import { extname } from "node:path";
import { InvalidArgumentError } from "commander";
import { ArgumentError, isDecimal, rangeMessage } from "../core/errors.js";
import type { Measure } from "../figure/series.js";
import { formatNumber, readAngle } from "../model/format.js";
import type { ResultForm } from "../sweep/results/write.js";
import { UsageError } from "./failure.js";

/** The forms in which results go to standard output. */
export const reportFormats = ["table", "json", "csv"] as const;
export type ReportFormat = (typeof reportFormats)[number];

/** The engines that may be asked for, as in the scenario. */
export const engines = ["auto", "theory", "reduced", "direct"] as const;

/** The kinds of file a figure can be written as. */
const figureFormats = ["png", "svg", "pdf"] as const;
export type FigureFormat = (typeof figureFormats)[number];

/** The format that a file name asks for, or null. */
export function figureFormat(file: string): FigureFormat | null {
  return figureFormats.find((format) => extname(file).toLowerCase() === `.${format}`) ?? null;
}

/** What the command line changes in a scenario. */
export interface ScenarioFlags {
  /** `path=value`, the value in YAML. */
  set?: string[];
  seed?: number;
  trials?: number;
  engine?: string;
}

/** The options of `pstar run`. */
export interface RunFlags extends ScenarioFlags {
  format: ReportFormat;
  y: Measure;
  out?: string;
  plot?: string;
  trialsOut?: string;
  /** Left out, one for each core. */
  workers?: number | "auto";
  resume?: boolean;
  /** `i/n`, or `auto`. */
  shard?: string;
  /** Address of a Redis server. */
  queue?: string;
  /** The share of blocks of a queue that is computed again. */
  verify?: string;
  quiet?: boolean;
}

/** Gathers the values of a repeatable option. */
export function collect(value: string, values: string[] = []): string[] {
  return [...values, value];
}

/** Reads a whole number of at least `least`. */
export function integerFrom(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    const isWhole = /^\d+$/.test(text);
    if (isWhole && value >= least && value <= most) return value;
    const hasEnd = most !== Number.MAX_SAFE_INTEGER || (isWhole && value > most);
    const range = hasEnd ? `from ${least} to ${most}` : `of at least ${least}`;
    throw new InvalidArgumentError(`It must be a whole number ${range}.`);
  };
}

const UNITS = { kb: 1e3, mb: 1e6, gb: 1e9, kib: 2 ** 10, mib: 2 ** 20, gib: 2 ** 30 } as const;

/** Reads a size of at least a number of megabytes: `512MB`, `1.5GB`, `2GiB`; in bytes. */
export function sizeFrom(megabytes: number): (text: string) => number {
  return (text) => {
    const [, number, unit = ""] = /^(\d{1,9}(?:\.\d{1,9})?) ?([kmg]i?b)$/i.exec(text) ?? [];
    const bytes = Math.round(Number(number) * (UNITS[unit.toLowerCase() as keyof typeof UNITS] ?? Number.NaN));
    if (bytes >= 1e6 * megabytes) return bytes;
    throw new InvalidArgumentError(`It must be a size of at least ${megabytes}MB, such as 512MB or 2GB.`);
  };
}

/** Reads a number of threads, or `auto`. */
export function workers(text: string): number | "auto" {
  return text === "auto" ? text : integerFrom(1)(text);
}

/** Reads the name of a figure. */
export function figureName(file: string): string {
  if (figureFormat(file) !== null) return file;
  throw new InvalidArgumentError("It must end in .png, .svg or .pdf.");
}

/** The formats of results, and of trials. */
export const tableFormats = ["jsonl", "csv", "parquet"] as const satisfies readonly ResultForm[];

/** The format that a file name asks for; undefined if none. */
export function tableFormat(file: string): ResultForm | undefined {
  return tableFormats.find((form) => extname(file).toLowerCase() === `.${form}`);
}

/** Reads the name of a file of rows. */
export function tableName(file: string): string {
  if (tableFormat(file) !== undefined) return file;
  throw new InvalidArgumentError("It must end in .parquet, .csv or .jsonl.");
}

/** CSS pixels, 96 an inch. */
export interface FigureSize {
  width: number;
  height: number;
}

const PIXELS = { mm: 96 / 25.4, cm: 96 / 2.54, in: 96, pt: 96 / 72, px: 1 } as const;
const SIZE = "It must be width x height with units, such as 88mmx60mm or 3.5inx2.5in, from 100px to 4000px a side.";

/** Reads the size of a figure: `88mmx60mm`; units mm, cm, in, pt, px. */
export function figureSize(text: string): FigureSize {
  const match = /^(\d+(?:\.\d+)?)(mm|cm|in|pt|px)x(\d+(?:\.\d+)?)(mm|cm|in|pt|px)$/.exec(text);
  if (match === null) throw new InvalidArgumentError(SIZE);
  const [, width, widthUnit, height, heightUnit] = match as unknown as [
    string,
    string,
    keyof typeof PIXELS,
    string,
    keyof typeof PIXELS,
  ];
  const size = {
    width: Math.round(Number(width) * PIXELS[widthUnit]),
    height: Math.round(Number(height) * PIXELS[heightUnit]),
  };
  if (Object.values(size).some((side) => side < 100 || side > 4000)) throw new InvalidArgumentError(SIZE);
  return size;
}

/** Reads the size of letters in points. */
export function pointSize(text: string): number {
  const points = Number(text);
  if (isDecimal(text) && points >= 4 && points <= 72) return points;
  throw new InvalidArgumentError("It must be a number of points from 4 to 72.");
}

/** What a flag must be where it is a share. */
const RATE = "a number in [0, 1], or percents such as 80%";

/** The number that a flag was given; its range is checked where it is used. */
export function numberOf(flag: string, text: string, expected: string): number {
  if (isDecimal(text)) return Number(text);
  throw wrongFlag(flag, expected, text);
}

/** The share that a flag was given: 0.8 or 80%. */
export function shareOf(flag: string, text: string, expected = RATE): number {
  if (!text.endsWith("%")) return numberOf(flag, text, expected);
  const percents = text.slice(0, -1).trimEnd();
  if (!isDecimal(percents)) throw wrongFlag(flag, expected, text);
  return Number((Number(percents) / 100).toPrecision(15)); // 0.1% is 0.001
}

/** The angle that a flag was given, `30deg` or radians, in [0, π]. */
export function angleOf(flag: string, text: string): number {
  const radians = readAngle(text);
  if (radians >= 0 && radians <= Math.PI) return radians;
  throw wrongFlag(flag, "an angle from 0 to 180°, such as 30deg", text);
}

/** The error of a flag that must be something else. */
export function wrongFlag(field: string, expected: string, got: unknown): UsageError {
  return new UsageError(rangeMessage(field, expected, got), { field, expected, got });
}

/** What the library says of a field, the command line says of the flag behind it. @param written What was written of each field. */
export function withFlagNames<T>(
  flags: Record<string, string> | ((field: string) => string),
  ask: () => T,
  written: Record<string, unknown> = {},
): T {
  try {
    return ask();
  } catch (error) {
    if (!(error instanceof ArgumentError) || error.field === undefined || error.expected === undefined) throw error;
    const flag = typeof flags === "function" ? flags(error.field) : (flags[error.field] ?? error.field);
    const text = written[error.field];
    // an angle in degrees is got in radians, a percentage as a share
    throw wrongFlag(flag, error.expected, typeof text === "string" && Number.isNaN(Number(text)) ? text : error.got);
  }
}

/** The flag that a field of options is named after: `--mean-norm` for `meanNorm`. */
export function flagNamed(field: string): string {
  return `--${field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** Reads numbers of rows: `0,100,1000`. Whether one is too large is known where it is used. */
export function countList(text: string): number[] {
  const list = text.split(",").map((part) => (/^\d+$/.test(part.trim()) ? Number(part) : Number.NaN));
  const different = new Set(list);
  // two texts beyond that may be one number, whose fault is its size
  const isTooLarge = list.some((count) => count > Number.MAX_SAFE_INTEGER);
  if (!list.some(Number.isNaN) && (isTooLarge || different.size === list.length)) return [...different];
  throw new InvalidArgumentError("It must be a list of whole numbers such as 0,100,1000, none twice.");
}

/** Seeds of a run, at most. */
const MOST_SEEDS = 1000;

/** Reads seeds: `1..6`, `1,2,5`, or both. */
export function seedList(text: string): number[] {
  const ranges = text.split(",").map((part) => {
    const [, first, last = first] = /^(\d+)(?:\.\.(\d+))?$/.exec(part.trim()) ?? [];
    return { first: Number(first), last: Number(last) };
  });
  const wrongForm = "It must be a range such as 1..6 or a list such as 1,2,5, without repetitions.";
  if (!ranges.every(({ first, last }) => first <= last)) throw new InvalidArgumentError(wrongForm);
  if (ranges.some(({ last }) => last > Number.MAX_SAFE_INTEGER))
    throw new InvalidArgumentError(`A seed is at most ${Number.MAX_SAFE_INTEGER}.`);
  const count = ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  if (count > MOST_SEEDS) {
    throw new InvalidArgumentError(
      `It names ${formatNumber(count)} seeds, and a run takes at most ${formatNumber(MOST_SEEDS)}: name fewer, or compute the others in further runs.`,
    );
  }
  const list = ranges.flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, i) => first + i));
  if (new Set(list).size === list.length) return list;
  throw new InvalidArgumentError(wrongForm);
}
