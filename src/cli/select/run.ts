import { ArgumentError, DataError, FileError } from "../../core/errors.js";
import { reworded } from "../../core/reasons.js";
import { formatNumber } from "../../model/format.js";
import type { SelectOptions, SelectProgress, SelectResult } from "../../node.js";
import { exampleRule, LabelReader } from "../../rows/labels.js";
import type { RoleFields } from "../../rows/shapes.js";
import { changesText, type SettingChange, selectSentences } from "../../select/reasons.js";
import { resolveSettings } from "../../select/settings.js";
import { type Context, commandWith, sayWhoMayWrite } from "../context.js";
import { UsageError } from "../failure.js";
import { Interrupt } from "../interrupt.js";
import { withFlagNames } from "../options.js";
import { noteGuess, rowFiles } from "../rows.js";
import { duration } from "../terminal/format.js";
import { progressLine } from "../terminal/progress.js";
import { jsonText } from "../terminal/terminal.js";
import { type SelectFlags, settingsOf } from "./options.js";
import { selectLine, selectText } from "./text.js";

/** Selects the rows of files. */
export async function selectRows(files: readonly string[], asked: SelectFlags, context: Context): Promise<void> {
  const { err } = context.streams;
  const flags = await guessedFlags(files, asked, context);
  const { quiet = false } = flags;
  const options = optionsOf(files, flags);
  const say = (text: string) => {
    if (!quiet) err.print(`${text}\n`);
  };
  const status = progressLine(err, quiet);
  const progress = progressText();
  let rows = 0;
  const interrupt = new Interrupt(() => {
    status.stop();
    say("stopping; press Ctrl-C again to exit at once");
  });
  context.streams.onOutClosed(() => {
    if (flags.out === undefined) interrupt.abort();
  });
  try {
    const { select } = await import("../../select/select.js");
    let finished = false;
    const result = await select({
      ...options,
      ...(flags.out === undefined
        ? { write: context.streams.writeRows }
        : { out: flags.out, ...sayWhoMayWrite(flags.out, say) }),
      signal: interrupt.signal,
      onProgress(state) {
        if (state.stage === "scoring") rows = state.rows;
        status.update(...progress(state));
      },
      onRetry: say,
      onResume(earlier) {
        finished = earlier.finished;
        rows = earlier.rows;
        if (!finished) say(`resuming: ${formatNumber(rows)} rows are already scored`);
      },
    });
    status.stop();
    report(result, flags, context, finished);
  } catch (error) {
    status.stop();
    if (!interrupt.signal.aborted) throw inFlags(error);
    if (interrupt.exitCode === null) return; // standard output was closed
    const resumes = flags.out !== undefined && !files.includes("-");
    const kept = resumes ? `; resume with: ${commandWith(context)}` : ", and nothing of it is kept";
    err.print(`interrupted: ${formatNumber(rows)} rows were scored${kept}\n`);
    context.exitCode = interrupt.exitCode;
  } finally {
    interrupt.dispose();
  }
}

/** Errors of the command line are reported before anything is opened. */
function optionsOf(files: readonly string[], flags: SelectFlags): SelectOptions {
  const settings = settingsOf(flags);
  if (flags.out === undefined) {
    const others = (["baseline", "export", "compress", "restart"] as const).filter((flag) => flags[flag] !== undefined);
    if (others.length > 0) throw new UsageError(`--${others[0]} goes with --out, the folder to write to`);
    if (flags.format === "json") throw new UsageError("--format json goes with --out: standard output has the rows");
  }
  checkSettings(() => resolveSettings(settings));
  const { restart, workers, answers, concurrency } = flags;
  return { ...settings, input: files, restart, workers, answers, concurrency };
}

function report(result: SelectResult, flags: SelectFlags, context: Context, finished: boolean): void {
  const { out, err } = context.streams;
  const { quiet, format } = flags;
  const dim = (text: string) => err.print(`${err.colors.dim(text)}\n`);
  if (flags.out === undefined) {
    if (!quiet) err.print(`${selectLine(result)}\n`);
  } else if (format === "json") {
    out.write(jsonText(result));
  } else {
    out.print(selectText(result, out));
  }
  if (quiet) return;
  for (const { message } of result.warnings) err.print(`${err.colors.yellow("warning:")} ${message}.\n`);
  if (flags.out === undefined) return;
  if (finished)
    dim(`${flags.out} already contains this selection; to do it again: ${commandWith(context, "--restart")}`);
  else dim(`wrote ${[...Object.keys(result.files), "summary.json"].map((name) => `${flags.out}/${name}`).join(", ")}`);
  if (err.interactive && !flags.baseline)
    dim(
      `to compare with a random selection of the same size: ${commandWith(context, "--baseline", ...(flags.restart ? [] : ["--restart"]))}`,
    );
}

/** How far a selection is: both passes read the whole file. */
function progressText(): (state: SelectProgress) => [text: string, share: number | null] {
  const start = performance.now();
  let first: number | undefined;
  return ({ stage, bytes, bytesTotal, rows }) => {
    const done = stage === "scoring" ? bytes : bytesTotal + bytes;
    first ??= done;
    const seconds = (performance.now() - start) / 1000;
    const rate = (done - first) / seconds;
    const left = rate > 0 ? `  ${duration((2 * bytesTotal - done) / rate)} left` : "";
    const share = bytesTotal > 0 ? done / (2 * bytesTotal) : null;
    return [`${stage}  ${formatNumber(rows)} rows  ${formatNumber(rate / 1e6, 3)} MB/s${left}`, share];
  };
}

/** The flags of settings that are not called like them. */
const FLAGS: Readonly<Record<string, string>> = {
  bestOf: "--best-of",
  model: "--lm",
  file: "--verifier",
  verifiers: "--verifier",
  weight: "the weight of a verifier",
  ignoreCase: "--ignore-case",
  maxTokens: "--max-tokens",
  command: "--verifier",
  url: "--verifier",
  "export.form": "--export",
  nearDuplicates: "--near-duplicates",
  "nearDuplicates.action": "--near-duplicates",
  "nearDuplicates.field": "--near-text",
  "nearDuplicates.similarity": "--near-similarity",
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
  "pairs-without-groups": () =>
    "--export dpo must come with --best-of: a pair is the best and the worst row of a group",
  "nothing-decides": () => "one of --keep, --threshold and --best-of must say how much is kept",
  "fewer-rows-than-slices": ({ slices, rows }) =>
    `--keep must be at least as many rows as there are slices, ${slices}, so that none vanishes, got ${rows}`,
  "decisions-not-understood": (values) => {
    const { field } = new LabelReader(values.field);
    const rule = exampleRule({ ...values, field, unknown: values.unknown.map(({ value }) => value) });
    const advice =
      rule === undefined
        ? "Correct them in the file."
        : `Say which of them are 1, such as --field '${rule}'; all others are 0.`;
    return `${selectSentences["decisions-not-understood"](values)}\n${advice}`;
  },
  "file-is-there": ({ file }) => `${file} is there already; --restart replaces it, another --out keeps it`,
  "not-a-selection": ({ file }) => `${file} is not of pstar select; --restart replaces it, another --out keeps it`,
  "selection-of-a-stream": ({ folder }) =>
    `${folder} holds a selection from standard input, which cannot be compared; --restart begins again, another --out keeps it`,
  "other-selection": ({ folder, changes }) =>
    `${folder} holds another selection: ${changesText(changes, flagOfChange)}. --restart begins again, another --out keeps both`,
};

/** Checks settings: what is wrong with them is wrong usage. */
function checkSettings(check: () => void): void {
  try {
    withFlagNames(flagOf, check);
  } catch (error) {
    throw error instanceof ArgumentError ? new UsageError(reworded(error, words), { lines: error.lines }) : error;
  }
}

/** An error of a selection in terms of flags. */
function inFlags(error: unknown): unknown {
  if (!(error instanceof FileError) && !(error instanceof DataError)) return error;
  if (!(error.code in words)) return error;
  const { field, got, line, lines } = error;
  const kind = error instanceof FileError ? FileError : DataError;
  return new kind(reworded(error, words), { field, got, line, lines }, { cause: error });
}

type FieldFlag = "field" | "candidate" | "reference" | "answer" | "text" | "prompt" | "completion" | "chat";

/** The flags of a selection, with fields that were not named guessed from its files; prints the guesses. */
async function guessedFlags(paths: readonly string[], flags: SelectFlags, context: Context): Promise<SelectFlags> {
  const wanted = wantedFields(flags);
  if (wanted.length === 0) return flags;
  const files = rowFiles(paths, { ...(flags.as !== undefined && { as: flags.as }), quiet: true }, context);
  if (files.isStream) return flags;
  const { names, guess } = await files.look();
  const found: (readonly [FieldFlag, string])[] = [];
  for (const [flag, role, usual] of wanted) {
    const name = guess.fields[role];
    if (name !== undefined && (usual === undefined || !names.includes(usual))) found.push([flag, name]);
  }
  const use = complete(found);
  noteGuess(files.source, { shape: guess.shape, flags: use }, flags, context);
  return { ...flags, ...Object.fromEntries(use) };
}

/** Field flags that a verifier or an export needs and that were not given: the role of each field, and its usual name. */
function wantedFields(flags: SelectFlags): [flag: FieldFlag, role: keyof RoleFields, usual?: string][] {
  const wanted: [flag: FieldFlag, role: keyof RoleFields, usual?: string][] = [];
  const want = (flag: FieldFlag, role: keyof RoleFields, usual?: string) => {
    if (flags[flag] === undefined) wanted.push([flag, role, usual]);
  };
  const { verifier, candidate, reference, logprobs, lm, label, against, pattern } = flags;
  const verifiers = (verifier ?? []).map((text) => text.replace(/[:=].*$/s, ""));
  const implied = [flags.field, candidate, reference, logprobs, lm, label, against, pattern];
  const none = verifier === undefined && implied.every((flag) => flag === undefined);
  if (none || verifier?.includes("score")) want("field", "number", none ? undefined : "score");
  if (verifiers.includes("rouge") || candidate !== undefined) want("candidate", "text", "candidate");
  if (verifiers.some((name) => ["exact", "numeric", "math"].includes(name))) {
    want("answer", "answer", "answer");
    want("reference", "reference", "reference");
  }
  if (lm !== undefined || ((verifiers.includes("regex") || pattern !== undefined) && flags.answer === undefined)) {
    want("text", "text", lm === undefined ? "text" : undefined);
  }
  const { export: form, chat, prompt, completion, system } = flags;
  if (form !== undefined && chat === undefined) {
    if (prompt === undefined && completion === undefined && system === undefined) want("chat", "chat");
    want("prompt", "prompt");
    want("completion", "completion");
  }
  return wanted;
}

/** A chat has prompt and completion in it. */
function complete(found: readonly (readonly [FieldFlag, string])[]): typeof found {
  if (!found.some(([flag]) => flag === "chat")) return found;
  return found.filter(([flag]) => flag !== "prompt" && flag !== "completion");
}
