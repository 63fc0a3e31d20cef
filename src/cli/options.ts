import { extname } from "node:path";
import type { Measure } from "../figure/series.js";

/** The forms in which results go to standard output. */
export const reportFormats = ["table", "json", "csv"] as const;
export type ReportFormat = (typeof reportFormats)[number];

/** The engines that may be asked for, as in the scenario. */
export const engines = ["auto", "theory", "reduced", "direct"] as const;

/** The kinds of file a figure can be written as. */
export type FigureFormat = "png" | "svg";

/** The format that a file name asks for, or null. */
export function figureFormat(file: string): FigureFormat | null {
  const extension = extname(file).toLowerCase();
  return extension === ".png" ? "png" : extension === ".svg" ? "svg" : null;
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
  /** Left out, one for each core. */
  workers?: number | "auto";
  resume?: boolean;
  /** `i/n`, or `auto`. */
  shard?: string;
  /** Address of a Redis server. */
  queue?: string;
  quiet?: boolean;
}
