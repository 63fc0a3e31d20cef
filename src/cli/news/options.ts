import type { NewsOptions, NewsPreset } from "../../news/experiment/options.js";

/** The forms in which `pstar news` goes to standard output. */
export const newsFormats = ["table", "json", "csv"] as const;

/** The options of `pstar news`. */
export interface NewsFlags
  extends Pick<
    NewsOptions,
    "seeds" | "fractions" | "verifiers" | "model" | "oracle" | "bestOf" | "threshold" | "temperature" | "noise"
  > {
  preset: NewsPreset;
  articles?: number;
  format: (typeof newsFormats)[number];
  /** Names of models from outside. */
  generator?: string;
  scorer?: string;
  prompt?: string;
  concurrency?: number;
  out?: string;
  plot?: string;
  workers?: number;
  quiet?: boolean;
}
