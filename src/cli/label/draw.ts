import { basename, extname } from "node:path";
import { foundFields } from "../../audit/fields.js";
import type { SheetDesign } from "../../audit/options.js";
import type { LabelDrawDocument } from "../../audit/result.js";
import { UnknownValuesError } from "../../audit/row.js";
import { carryLabels, labelsIn } from "../../audit/sheet/carry.js";
import { type DrawnLabels, type DrawOptions, drawRows } from "../../audit/sheet/draw.js";
import { LABEL_STUDIO_INTERFACE, type SheetForm, sheetText } from "../../audit/sheet/write.js";
import { ArgumentError } from "../../core/errors.js";
import { loadText } from "../../core/textCore.js";
import { counted, shellWord, wholeNumber } from "../../model/format.js";
import { checkWritable, exists } from "../../rows/files.js";
import { listOf } from "../../rows/labels.js";
import type { RowFiles } from "../../rows/rowFiles.js";
import { writeWhole } from "../../rows/write.js";
import { warnOfRows, withValueAdvice } from "../audit/file.js";
import type { Context } from "../context.js";
import { ExitCode, UsageError } from "../failure.js";
import { Interrupt } from "../interrupt.js";
import { withFlagNames, wrongFlag } from "../options.js";
import { type AsFlag, noteGuess, rowFiles } from "../rows.js";
import { paragraph } from "../terminal/format.js";
import { progressLine } from "../terminal/progress.js";
import { jsonText } from "../terminal/terminal.js";

/** The options of `pstar label draw`, as they were written. */
export interface LabelDrawFlags {
  kept?: string;
  score?: string;
  labels: string;
  design?: SheetDesign;
  by?: string;
  seed?: number;
  show?: string;
  missing?: string;
  labelled?: string;
  for?: "label-studio";
  as?: AsFlag;
  out: string;
  format: "table" | "json";
  strict?: boolean;
  quiet?: boolean;
}

const FLAG_OF: Record<string, string> = { labels: "--labels", design: "--design", seed: "--seed" };

/** `pstar label draw`: draws rows, and writes the sheet. */
export async function runLabelDraw(files: readonly string[], asked: LabelDrawFlags, context: Context): Promise<void> {
  const { err, out } = context.streams;
  const form = formOf(asked);
  await checkWritable(asked.out, asked.labelled === undefined ? files : [...files, asked.labelled]);
  const source = rowFiles(files, asked, context);
  const flags = await withDecision(source, asked, context);
  const options = optionsOf(flags);
  await checkUnlabelled(flags.out, form);
  const interrupt = new Interrupt();
  const progress = progressLine(err, flags.quiet);
  try {
    const drawn = await withArguments(async () =>
      drawRows(await loadText(), source, options, {
        ...(flags.strict && { strict: true }),
        signal: interrupt.signal,
        onProgress: (rows, share) => progress.update(`${counted(rows, "row")} read`, share),
      }),
    );
    progress.stop();
    if (drawn === null) {
      err.print("interrupted: no sheet is written\n");
      context.exitCode = interrupt.exitCode ?? ExitCode.interrupted;
      return;
    }
    const carried = flags.labelled === undefined ? 0 : await carryLabels(drawn, flags.labelled);
    writeWhole(flags.out, sheetText(drawn, form, basename(flags.out, extname(flags.out))));
    if (!flags.quiet) warnOfRows(drawn.unreadable, context);
    if (flags.format === "json") {
      const { drawn: _, ...about } = drawn;
      const document: LabelDrawDocument = { ...about, unreadable: drawn.unreadable.count, out: flags.out };
      out.write(jsonText(document));
    } else if (!flags.quiet) out.print(summary(drawn, files, form, carried, flags, context));
  } finally {
    progress.stop();
    interrupt.dispose();
  }
}

/** The flags with what nobody named and the file tells: the verifier's decision, or its score, and what to show of its rows. */
async function withDecision(source: RowFiles, flags: LabelDrawFlags, context: Context): Promise<LabelDrawFlags> {
  const { kept, score } = flags;
  const complete = (kept ?? score) !== undefined && flags.show !== undefined;
  if (complete || source.isStream) return flags;
  const named = { ...(kept !== undefined && { kept }), ...(score !== undefined && { score }) };
  const { fields, guessed, shape, show } = await foundFields(source, named, { unlabelled: true });
  const found = [
    ...guessed.map((role) => [role, fields[role] as string] as const),
    ...(flags.show === undefined && show !== undefined ? [["show", show.join(",")] as const] : []),
  ];
  if (found.length > 0) noteGuess(source.source, { shape, flags: found }, flags, context);
  return { ...flags, ...Object.fromEntries(found) };
}

/** A sheet in which somebody has written labels is not overwritten, nor one that cannot be read any more: it may have some. */
async function checkUnlabelled(out: string, form: SheetForm): Promise<void> {
  if (form === "html" || !(await exists(out))) return;
  const labels = await labelsIn(out);
  if (labels === 0) return;
  const is = labels === null ? "is there and cannot be read as a sheet" : `is a sheet with ${counted(labels, "label")}`;
  const carry = labels === null ? "" : `, carry its labels over with --labelled ${shellWord(out)}`;
  throw new UsageError(`${out} ${is}: give another --out${carry}, or remove it first`);
}

function formOf({ out, for: program }: LabelDrawFlags): SheetForm {
  const extension = extname(out).toLowerCase();
  if (program !== undefined) {
    if (extension === ".json") return program;
    throw wrongFlag("--out", `a name that ends in .json, for --for ${program}`, out);
  }
  const forms: Record<string, SheetForm> = { ".csv": "csv", ".jsonl": "jsonl", ".html": "html" };
  const form = forms[extension];
  if (form !== undefined) return form;
  throw wrongFlag("--out", "a name that ends in .csv, .jsonl or .html, or in .json with --for label-studio", out);
}

function optionsOf(flags: LabelDrawFlags): DrawOptions {
  const { kept, score, design, by, seed, show, missing } = flags;
  if (kept === undefined && score === undefined) {
    throw new UsageError("--kept is missing: the field of the verifier's decision, which is hidden from the sheet");
  }
  if (kept !== undefined && score !== undefined) {
    throw new UsageError("--kept and --score do not go together: name the decision, or the score that decides");
  }
  if (by !== undefined && design !== "slices") throw new UsageError("--by goes with --design slices");
  if (by === undefined && design === "slices") {
    throw new UsageError(
      "--design slices goes with --by FIELD, the field by whose values rows are drawn, such as --by task",
    );
  }
  return {
    ...(kept !== undefined && { kept }),
    ...(score !== undefined && { score }),
    labels: labelsOf(flags.labels),
    ...(design !== undefined && { design }),
    ...(by !== undefined && { by }),
    ...(seed !== undefined && { seed }),
    ...(show !== undefined && { show: listOf(show) }),
    ...(missing !== undefined && { missing: listOf(missing) }),
  };
}

function labelsOf(text: string): DrawOptions["labels"] {
  const [, all, kept, rejected] = /^(?:(\d{1,9})|(\d{1,9}),(\d{1,9}))$/.exec(text.trim()) ?? [];
  if (all !== undefined) return Number(all);
  if (kept === undefined) throw wrongFlag("--labels", "a number such as 36, or two such as 27,9", text);
  return { kept: Number(kept), rejected: Number(rejected) };
}

/** Errors of the library, with the flags behind its fields. */
async function withArguments<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof UnknownValuesError) throw withValueAdvice(error);
    if (error instanceof ArgumentError && error.expected === undefined)
      throw new UsageError(error, { lines: error.lines });
    return withFlagNames(FLAG_OF, () => {
      throw error;
    });
  }
}

function summary(
  drawn: DrawnLabels,
  files: readonly string[],
  form: SheetForm,
  carried: number,
  flags: LabelDrawFlags,
  { streams: { out } }: Context,
): string {
  const { rows, labels, design, seed, hidden, shown } = drawn;
  const sheet = form === "html" ? `${flags.out.slice(0, -".html".length)}.csv` : flags.out;
  const decision =
    flags.kept === undefined ? `--score ${shellWord(flags.score ?? "")}` : `--kept ${shellWord(flags.kept)}`;
  const words = flags.missing === undefined ? "" : ` --missing ${shellWord(flags.missing)}`;
  const how = {
    csv: "From the top, write 1 (correct), 0 (wrong) or skip (cannot tell) into its column label; its order is random, so you may stop early. Then:",
    jsonl:
      'From the top, set label to 1 (correct), 0 (wrong) or "skip" (cannot tell); the order is random, so you may stop early. Then:',
    html: `Open it in a browser, label, export ${basename(sheet)}; then:`,
    "label-studio":
      "Import it into a project with the labelling interface below, label, export as JSON; then, with that file:",
  };
  const said = [
    `${wholeNumber(labels)} of ${counted(rows, "row")} drawn (${design}, seed ${seed}) into ${flags.out}.`,
    ...(carried > 0 ? [`${counted(carried, "label")} carried over from ${flags.labelled}.`] : []),
    `Shown: ${shown.join(", ")}.${hidden.length > 0 ? ` Hidden: ${hidden.join(", ")}.` : ""}`,
    how[form],
  ];
  const command = `  pstar audit ${files.map(shellWord).join(" ")} ${decision}${words} --labels ${shellWord(sheet)}`;
  const lines = said.flatMap((text) => paragraph(text, out));
  const also = form === "label-studio" ? ["", LABEL_STUDIO_INTERFACE] : [];
  return `${[...lines, out.colors.bold(command), ...also].join("\n")}\n`;
}
