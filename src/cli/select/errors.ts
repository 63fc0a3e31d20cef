import { ArgumentError, DataError, FileError } from "../../core/errors.js";
import { say } from "../../core/reasons.js";
import { changesText, type SettingChange, type selectSentences } from "../../select/reasons.js";
import { UsageError } from "../failure.js";
import { withFlagNames } from "../options.js";

/** The flags of settings that are not called like them. */
const FLAGS: Readonly<Record<string, string>> = {
  bestOf: "--best-of",
  model: "--lm",
  file: "--verifier",
  verifiers: "--verifier",
  weight: "the weight of a verifier",
  "export.form": "--export",
};

function flagOf(setting: string): string {
  return FLAGS[setting] ?? `--${setting.replace(/^export\./, "")}`;
}

function flagOfChange({ setting, verifier }: SettingChange): string {
  if (setting.startsWith("export.")) return `${flagOf(setting)} of --export`;
  return verifier === undefined ? flagOf(setting) : `${flagOf(setting)} of verifier ${verifier}`;
}

/** What the library says of options, in terms of flags. */
const words: { readonly [C in keyof typeof selectSentences]?: (typeof selectSentences)[C] } = {
  "by-without-keep": () => "--by must come with --keep: it is the share, or the number, that is kept within each slice",
  "nothing-decides": () => "one of --keep, --threshold and --best-of must say how much is kept",
  "fewer-rows-than-slices": ({ slices, rows }) =>
    `--keep must be at least as many rows as there are slices, ${slices}, so that none vanishes, got ${rows}`,
  "file-is-there": ({ file }) => `${file} is there already; --restart replaces it, another --out keeps it`,
  "not-a-selection": ({ file }) => `${file} is not of pstar select; --restart replaces it, another --out keeps it`,
  "selection-of-a-stream": ({ folder }) =>
    `${folder} holds a selection from standard input, which cannot be compared; --restart begins again, another --out keeps it`,
  "other-selection": ({ folder, changes }) =>
    `${folder} holds another selection: ${changesText(changes, flagOfChange)}. --restart begins again, another --out keeps both`,
};

/** Checks settings: what is wrong with them is wrong usage. */
export function checkSettings(check: () => void): void {
  try {
    withFlagNames(flagOf, check);
  } catch (error) {
    throw error instanceof ArgumentError ? new UsageError(say(error, words)) : error;
  }
}

/** An error of a selection in terms of flags. */
export function inFlags(error: unknown): unknown {
  if (!(error instanceof FileError) && !(error instanceof DataError)) return error;
  if (!(error.code in words)) return error;
  const { field, got, line } = error;
  const kind = error instanceof FileError ? FileError : DataError;
  return new kind(say(error, words), { field, got, line }, { cause: error });
}
