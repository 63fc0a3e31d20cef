import { type CheckOptions, checkRows } from "../../audit/check.js";
import { writeKept } from "../../audit/keptRows.js";
import type { AuditDesign, CheckDocument, CheckResult } from "../../audit/result.js";
import { UnknownValuesError } from "../../audit/row.js";
import { ArgumentError } from "../../core/errors.js";
import { load } from "../../core/simulationCore.js";
import { counted, exactNumber, percent, shellWord, shortPercent, wholeNumber } from "../../model/format.js";
import { checkWritable } from "../../rows/files.js";
import { type KeptForm, targetOf } from "../../rows/keptForm.js";
import { listOf } from "../../rows/labels.js";
import type { RowFiles } from "../../rows/rowFiles.js";
import { packingOf } from "../../rows/write.js";
import { withValueAdvice } from "../audit/file.js";
import { auditOptions, FLAG_OF } from "../audit/options.js";
import { between, rate, ratesOf, sentence } from "../audit/words.js";
import type { Context } from "../context.js";
import { ExitCode, UsageError } from "../failure.js";
import { Interrupt } from "../interrupt.js";
import { withFlagNames } from "../options.js";
import { type AsFlag, guessText, noteGuess, rowFiles } from "../rows.js";
import { entry, paragraph } from "../terminal/format.js";
import { progressLine } from "../terminal/progress.js";
import { table } from "../terminal/table.js";
import { jsonText, type Terminal } from "../terminal/terminal.js";

/** The options of `pstar check`, as they were written. */
export interface CheckFlags {
  labels?: string;
  correct?: string;
  kept?: string;
  score?: string;
  threshold?: string;
  by?: string;
  cluster?: string;
  true?: string;
  false?: string;
  missing?: string;
  weight?: string;
  design?: AuditDesign;
  classes?: string;
  confidence?: string;
  seed?: number;
  as?: AsFlag;
  out?: string;
  to?: KeptForm;
  gate?: boolean;
  format: "table" | "json";
  strict?: boolean;
  quiet?: boolean;
}

/** `pstar check`: answers, and writes the rows that are kept. */
export async function runCheck(paths: readonly string[], flags: CheckFlags, context: Context): Promise<void> {
  const { out, err } = context.streams;
  const { quiet = false } = flags;
  const options = optionsOf(flags);
  if (flags.out !== undefined) await checkWritable(flags.out, flags.labels ? [...paths, flags.labels] : paths);
  const interrupt = new Interrupt();
  const progress = progressLine(err, quiet);
  try {
    const files = rowFiles(paths, flags, context);
    await checkForm(files, flags);
    const checked = await withArguments(async () =>
      checkRows(await load(), files, options, {
        ...(flags.strict && { strict: true }),
        signal: interrupt.signal,
        onFields: ({ guessed, shape, fields }) => {
          const told = guessed.map((role) => [role, String(fields[role])] as const);
          noteGuess(files.source, { shape, flags: shape === null ? [] : told }, flags, context);
        },
        onProgress: (rows, share) => progress.update(`${counted(rows, "row")} read`, share),
      }),
    );
    progress.stop();
    const written = checked === null ? null : await write(checked, files, flags, interrupt.signal);
    if (checked === null || written === null) {
      err.print("interrupted: nothing is answered\n");
      context.exitCode = interrupt.exitCode ?? ExitCode.interrupted;
      return;
    }
    const saved =
      flags.out === undefined ? undefined : written === undefined ? null : { file: flags.out, rows: written };
    const document: CheckDocument = { ...checked, out: saved };
    if (flags.format === "json") out.write(jsonText(document));
    else out.print(checkText(checked, written, flags, out));
    // whoever asked for the rows must not go on without them
    if ((flags.gate || flags.out !== undefined) && checked.answer !== "safe") context.exitCode = ExitCode.failed;
  } finally {
    progress.stop();
    interrupt.dispose();
  }
}

function optionsOf(flags: CheckFlags): CheckOptions {
  const { labels, correct, kept, score, by, weight, seed, design } = flags;
  if (kept !== undefined && score !== undefined)
    throw new UsageError("--kept and --score do not go together: name the decision, or the score that decides");
  if (labels !== undefined && (weight ?? design) !== undefined) {
    throw new UsageError("--labels knows how its rows were drawn: leave out --design and --weight");
  }
  if (weight !== undefined && design !== undefined) throw new UsageError("--weight and --design do not go together");
  return {
    ...auditOptions(flags),
    ...(labels !== undefined && { labels }),
    ...(flags.as?.sheet !== undefined && { sheetAs: flags.as.sheet }),
    ...(correct !== undefined && { correct }),
    ...(kept !== undefined && { kept }),
    ...(score !== undefined && { score }),
    ...(by !== undefined && { by }),
    ...(flags.cluster !== undefined && { cluster: flags.cluster }),
    ...(weight !== undefined && { weight }),
    ...(seed !== undefined && { seed }),
    ...(flags.true !== undefined && { true: listOf(flags.true) }),
    ...(flags.false !== undefined && { false: listOf(flags.false) }),
    ...(flags.missing !== undefined && { missing: listOf(flags.missing) }),
  };
}

/** Errors of the library, with the flags behind its fields. */
async function withArguments<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof UnknownValuesError) throw withValueAdvice(error);
    if (error instanceof ArgumentError && error.code === "no-verifier-field") {
      throw new UsageError(error, { lines: ["  --kept FIELD for a decision, --score FIELD for a score"] });
    }
    if (error instanceof ArgumentError && error.expected === undefined)
      throw new UsageError(error, { lines: error.lines });
    return withFlagNames({ ...FLAG_OF, labels: "--labels" }, () => {
      throw error;
    });
  }
}

/** Writes the kept rows if they are safe; null if it was aborted, undefined if nothing is to be written. */
async function write(
  checked: CheckResult,
  files: RowFiles,
  { out, to }: CheckFlags,
  signal: AbortSignal,
): Promise<number | null | undefined> {
  if (out === undefined || checked.answer !== "safe") return undefined;
  const { kept, score, missing } = checked.fields;
  const by = {
    ...(kept !== undefined && { kept }),
    ...(kept === undefined && score !== undefined && { score }),
    ...(missing !== undefined && { missing }),
    ...(checked.threshold !== null && { threshold: checked.threshold.value }),
  };
  return writeKept(files, by, out, { ...(to !== undefined && { to }), compression: packingOf(out), signal });
}

/** What goes out has the form of what came in: a name that says another form is not believed. */
async function checkForm(files: RowFiles, { out, to }: CheckFlags): Promise<void> {
  if (to !== undefined && out === undefined) throw new UsageError("--to goes with --out");
  if (out === undefined || files.isStream) return;
  const { form } = await targetOf(files, to ?? null);
  const [, extension = ""] = /\.(jsonl|ndjson|csv|tsv|parquet)(?:\.(?:gz|zst))?$/i.exec(out) ?? [];
  const said = { ndjson: "jsonl", tsv: "csv" }[extension.toLowerCase()] ?? extension.toLowerCase();
  if (said === "" || said === form) return;
  throw new UsageError(
    `${out} would be ${form === "csv" ? "CSV" : form === "jsonl" ? "JSONL" : "Parquet"}: give --to ${said}, or a name that ends in .${form}`,
  );
}

function checkText(checked: CheckResult, written: number | undefined, flags: CheckFlags, terminal: Terminal): string {
  const { answer, why, audit, threshold, rows, kept, next } = checked;
  const { bold, green, red, yellow } = terminal.colors;
  const paint = { safe: green, unsafe: red, undecided: yellow }[answer];
  const word = `${answer.toUpperCase()}:`;
  const set = (text: string) => paragraph(text, terminal);
  const keeps =
    threshold === null
      ? `${wholeNumber(kept ?? 0)} of ${counted(rows, "row")} would be kept (${percent((kept ?? 0) / rows)}).`
      : `${wholeNumber(kept ?? 0)} of ${counted(rows, "row")} would be kept (${percent((kept ?? 0) / rows)}): those with ${threshold.field} of at least ${exactNumber(threshold.value)}${recommendation(checked)}.`;
  const refused = flags.out !== undefined && written === undefined;
  const lines = [
    ...entry(word, `${why}.`, terminal, { indent: word.length + 1, paint: (text) => bold(paint(text)) }),
    "",
    ...(audit === null
      ? []
      : [
          ...rateLines(audit, terminal),
          "",
          ...set(keeps),
          ...set("This is about labels: what a learner makes of them also depends on where the wrong ones are."),
        ]),
    ...set(
      `Read ${checked.shape === undefined ? "" : `as ${guessText(checked.shape, [])} `}with ${fieldsText(checked)}${flags.labels === undefined ? "" : ` --labels ${shellWord(flags.labels)}`}.`,
    ),
    ...(written === undefined ? [] : set(`${counted(written, "row")} written to ${flags.out}.`)),
    ...(refused ? set(`Nothing is written to ${flags.out}: the answer is not safe.`) : []),
    ...(flags.quiet ? [] : (audit?.warnings ?? [])).flatMap(({ message }) =>
      entry("note:", sentence(message), terminal, { indent: 6, paint: (text) => bold(yellow(text)) }),
    ),
    ...(next.length > 0 && written === undefined ? ["", "Next:", ...next.map((command) => bold(`  ${command}`))] : []),
  ];
  return lines.map((line) => `${line.trimEnd()}\n`).join("");
}

function recommendation({ threshold }: CheckResult): string {
  if (!threshold?.recommended || threshold.heldOut === null) return "";
  const { low, high, heldOut } = threshold;
  const range = low === null || high === null ? "" : `, ${exactNumber(low)} to ${exactNumber(high)}`;
  return ` (recommended by ${counted(heldOut.chosenBy, "label")} chosen at random${range}; the other ${heldOut.n} judge it)`;
}

function rateLines(audit: NonNullable<CheckResult["audit"]>, terminal: Terminal): string[] {
  const rates = ratesOf(audit).filter(({ symbol }) => ["p", "φ", "ψ", "p⋆", "J"].includes(symbol));
  return table(
    [
      { head: "", align: "left", cells: rates.map(({ symbol }) => symbol) },
      { head: "", align: "left", cells: rates.map(({ name }) => name) },
      { head: "estimate", align: "right", cells: rates.map(({ interval }) => rate(interval.estimate)) },
      {
        head: `${shortPercent(audit.confidence)} interval`,
        align: "right",
        cells: rates.map(({ interval }) => between(interval)),
      },
    ],
    terminal,
  ).lines;
}

/** `--kept kept (guessed)` */
function fieldsText({ fields, guessed }: CheckResult): string {
  const flags = Object.entries(fields).map(([name, value]) => {
    const words = Array.isArray(value) ? value.join(",") : String(value);
    return `--${name} ${shellWord(words)}${guessed.includes(name) ? " (guessed)" : ""}`;
  });
  return flags.join(" ");
}
