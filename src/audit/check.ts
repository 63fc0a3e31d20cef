import type { Core } from "../core/core.js";
import { ArgumentError, type DataError } from "../core/errors.js";
import { load } from "../core/simulationCore.js";
import { loadText } from "../core/textCore.js";
import { shellWord } from "../model/format.js";
import type { RowForm } from "../rows/form.js";
import { guessFields } from "../rows/guess.js";
import { type KeptForm, targetOf } from "../rows/keptForm.js";
import { RowFiles } from "../rows/rowFiles.js";
import type { ShapeName, SheetShapeName } from "../rows/shapes.js";
import { answerOf, EXPECTED, firstLabels, labelsToDraw } from "./answer.js";
import { checkReason } from "./checkReasons.js";
import { type FoundFields, foundFields } from "./fields.js";
import { auditRows, type FileAudit, type FileAuditOptions } from "./file.js";
import type { AuditOptions } from "./options.js";
import type { CheckResult } from "./result.js";
import type { AuditFields } from "./row.js";
import { type DrawnLabels, drawRows } from "./sheet/draw.js";
import { auditLabelled } from "./sheet/join.js";
import { readSheet } from "./sheet/read.js";

/** What of a file is checked; what is left out is guessed from the names of its fields. */
export interface CheckOptions extends Omit<AuditFields, "correct">, AuditOptions, FileAuditOptions {
  /** The human's label, a field or a rule; with `labels` a column of the sheet. */
  correct?: string;
  /** A label sheet of rows drawn by `drawLabels`. */
  labels?: string;
  /** The form of the files, or the shape that a tool gives them; left out, told by their content. */
  as?: RowForm | ShapeName;
  /** Whose export the sheet must be; left out, told by its content. */
  sheetAs?: SheetShapeName;
  /** Of a draw, and of the lot by which labels choose a threshold, an integer in [0, 2^53) (1). */
  seed?: number;
}

/**
 * Answers whether it is safe to train on what a verifier keeps of a file, and what to do next, as `pstar check` does.
 *
 * The answer is about labels: most of the kept ones are right, or not. It assumes two classes, the worst case, in which all wrong
 * answers agree, whatever `classes` says; a threshold that is recommended is judged by labels that did not choose it.
 *
 * @param paths Files of rows in any form that `rowsOf` reads, folders, patterns; they are read more than once.
 * @throws UnknownValuesError if a value is not understood, DataError if a file or its sheet cannot be used, ArgumentError if no
 * field looks like the verifier's; the signal's reason if it was aborted.
 * @example
 * const { answer, why, next } = await check("answers.jsonl", { labels: "sheet.csv" });
 */
export async function check(paths: string | readonly string[], options: CheckOptions = {}): Promise<CheckResult> {
  const { strict, signal, onProgress, as, ...question } = options;
  const files = new RowFiles(paths, as === undefined ? {} : { as });
  const checked = await checkRows(await load(), files, question, { strict, signal, onProgress });
  if (checked === null) throw signal?.reason;
  return checked;
}

/** @internal Null if it was aborted. */
export async function checkRows(
  core: Core,
  files: RowFiles,
  options: Omit<CheckOptions, keyof FileAuditOptions | "as">,
  { onFields, ...how }: FileAuditOptions & { onFields?: (found: FoundFields) => void } = {},
): Promise<CheckResult | null> {
  if (files.isStream) throw new ArgumentError(checkReason("check-reads-twice"), { field: "paths" });
  const { labels, seed = 1, design, classes, confidence, threshold, sheetAs, ...rest } = options;
  const { interval, finitePopulation, adjust, probability, ...named } = rest;
  const asked = { unlabelled: labels !== undefined, designed: design !== undefined };
  const found = await foundFields(files, named, asked);
  const { fields, guessed, shape, names } = found;
  if (fields.kept === undefined && fields.score === undefined) {
    throw new ArgumentError(checkReason("no-verifier-field", { names }), { field: "kept" });
  }
  onFields?.(found);
  const given = {
    ...(design !== undefined && { design }),
    ...(classes !== undefined && { classes }),
    ...(confidence !== undefined && { confidence }),
    ...(threshold !== undefined && { threshold }),
    ...(interval !== undefined && { interval }),
    ...(finitePopulation !== undefined && { finitePopulation }),
    ...(adjust !== undefined && { adjust }),
    ...(probability !== undefined && { probability }),
  };
  const { form } = await targetOf(files, null);
  const about = { files, fields, guessed, shape, form, seed, options: given, labels, sheetAs, how };
  const { correct, ...others } = fields;
  let audited: FileAudit | null;
  try {
    if (labels !== undefined) {
      const sheet = await readSheet(labels, sheetAs);
      audited = await auditLabelled(core, files, sheet, { fields, options: given, model: { seed } }, how);
    } else if (correct !== undefined) {
      audited = await auditRows(core, files, { fields: { ...others, correct }, options: given, model: { seed } }, how);
    } else {
      // the label of a few rows may stand beyond the first ones
      const drawn = await drawOne(about);
      if (drawn === null) return null;
      const { correct: later } = shape === null ? guessFields([...drawn.shown, ...drawn.hidden]) : {};
      if (later === undefined) return unlabelled(core, about, drawn);
      about.fields = { ...fields, correct: later };
      about.guessed = [...guessed, "correct"];
      const question = { fields: { ...others, correct: later }, options: given, model: { seed } };
      audited = await auditRows(core, files, question, how);
    }
  } catch (error) {
    const { code } = error as { code?: unknown };
    const isEmptySheet = code === "sheet-unlabelled" && labels !== undefined;
    if (!isEmptySheet && code !== "no-human-label" && code !== "no-threshold-recommended") throw error;
    const drawn = await drawOne(about);
    if (drawn === null) return null;
    if (isEmptySheet) {
      const { rows } = (error as DataError).params as { rows: number };
      const reason = checkReason("check-sheet-unlabelled", { sheet: labels, rows });
      const answer = unlabelled(core, about, drawn);
      return {
        ...answer,
        code: reason.code,
        why: reason.message,
        labelsNeeded: rows,
        next: [again("check", about, false)],
      };
    }
    return unlabelled(core, about, drawn, code === "no-human-label" ? "check-unlabelled" : "check-no-threshold");
  }
  return audited === null ? null : judged(core, audited, about);
}

interface About {
  files: RowFiles;
  fields: Partial<AuditFields>;
  guessed: string[];
  shape: ShapeName | null;
  /** In which the kept rows are written. */
  form: KeptForm;
  seed: number;
  options: AuditOptions;
  labels: string | undefined;
  sheetAs: SheetShapeName | undefined;
  how: FileAuditOptions;
}

/** Draws one row: what is asked is whether the decisions are understood, and which fields and how many rows there are. */
async function drawOne({ files, fields, how }: About): Promise<DrawnLabels | null> {
  const { kept, score, missing } = fields;
  const draw = {
    ...(kept !== undefined && { kept }),
    ...(score !== undefined && { score }),
    labels: 1,
    design: "simple" as const,
    ...(missing !== undefined && { missing }),
  };
  return drawRows(await loadText(), files, draw, how);
}

/** What to draw if nothing is labelled, or nothing that tells thresholds apart. */
function unlabelled(
  core: Core,
  about: About,
  drawn: DrawnLabels,
  why: "check-unlabelled" | "check-no-threshold" = "check-unlabelled",
): CheckResult {
  const { files, fields, guessed, shape } = about;
  const open = fields.kept === undefined && about.options.threshold === undefined;
  const labels = Math.min(drawn.rows, firstLabels(core, open));
  const reason = why === "check-unlabelled" ? checkReason(why, { labels, ...EXPECTED }) : checkReason(why, { labels });
  return {
    schema: "pstar/check@1",
    source: files.source,
    answer: "undecided",
    code: reason.code,
    why: reason.message,
    fields,
    guessed,
    ...(shape !== null && { shape }),
    audit: null,
    threshold: null,
    rows: drawn.rows,
    kept: null,
    labelsNeeded: labels,
    next: [drawCommand(about, labels)],
  };
}

function judged(core: Core, audited: FileAudit, about: About): CheckResult {
  const { result, threshold: value, recommended, heldOut, thresholds, labels: sheet } = audited;
  const { guessed, shape, fields } = about;
  const { counts } = result;
  const { answer, reason } = answerOf(core, audited);
  const undecided = answer === "undecided";
  const more = undecided ? labelsToDraw(core, audited) : 0;
  const place = recommended ? thresholds?.recommended?.threshold : undefined;
  const drawable = undecided && more !== null && more > 0;
  // labels of the file's own are of no draw, so that a new one begins anew
  const total = (sheet?.drawn ?? counts.audited) + (more ?? 0);
  return {
    schema: "pstar/check@1",
    source: about.files.source,
    answer,
    code: reason.code,
    why: reason.message,
    fields: { ...fields, correct: audited.fields.correct },
    guessed,
    ...(shape !== null && { shape }),
    audit: result,
    threshold:
      value === null || fields.score === undefined
        ? null
        : {
            field: fields.score,
            value,
            recommended,
            low: place?.low ?? null,
            high: place?.high ?? null,
            heldOut,
          },
    rows: counts.rows,
    kept: counts.kept,
    labelsNeeded: more,
    next: drawable
      ? [drawCommand(about, Math.min(counts.rows, total), sheet)]
      : [goOn(answer, about), ...selectCommands(answer, about, value), ...bySlice(answer, about, audited)],
  };
}

/** The command that draws rows into a page. */
function drawCommand({ files, fields, seed, options }: About, labels: number, sheet?: FileAudit["labels"]): string {
  const { threshold } = options;
  const decision =
    fields.kept === undefined && threshold !== undefined && fields.score !== undefined
      ? `${fields.score} >= ${threshold}`
      : fields.kept;
  const design = sheet?.design ?? (decision === undefined ? "simple" : "stratified");
  const slices = design === "slices" && fields.by !== undefined;
  const isCarried = sheet !== undefined && (slices || design !== "slices");
  return `pstar label draw ${filesText(files)}${[
    flag("--kept", decision),
    flag("--score", decision === undefined ? fields.score : undefined),
    flag("--labels", labels),
    flag("--design", design === "slices" && !slices ? "stratified" : design),
    flag("--by", slices ? fields.by : undefined),
    flag("--seed", sheet?.seed ?? seed),
    flag("--missing", fields.missing?.join(",")),
    flag("--as", files.as),
    flag("--labelled", isCarried ? sheet.sheet : undefined),
    flag("--out", sheet === undefined ? "labels.html" : "more-labels.html"),
  ].join("")}`;
}

/** The command that asks the same of each kind of rows, of which a bad one can hide in a good average. */
function bySlice(answer: CheckResult["answer"], about: About, { slices }: FileAudit): string[] {
  if (answer !== "safe" || about.fields.by !== undefined || !slices) return [];
  return [again("check", { ...about, fields: { ...about.fields, by: slices.field } }, true)];
}

/** The command that writes the rows that are safe to train on; of others, the one that tells all about them. */
function goOn(answer: CheckResult["answer"], about: About): string {
  const isSafe = answer === "safe";
  const isOpen = about.fields.kept === undefined && about.options.threshold === undefined;
  return again(isSafe ? "check" : "audit", about, isSafe || isOpen, isSafe ? `kept.${about.form}` : undefined);
}

/** The command that asks the same. */
function again(command: "check" | "audit", about: About, hasSeed: boolean, out?: string): string {
  const { files, fields, options, labels, sheetAs, seed } = about;
  return `pstar ${command} ${filesText(files)}${[
    flag("--correct", fields.correct),
    flag("--labels", labels),
    flag("--kept", fields.kept),
    flag("--score", fields.score),
    flag("--threshold", options.threshold),
    flag("--weight", fields.weight),
    flag("--by", fields.by),
    flag("--cluster", fields.cluster),
    flag("--true", fields.true?.join(",")),
    flag("--false", fields.false?.join(",")),
    flag("--missing", fields.missing?.join(",")),
    flag("--design", options.design),
    flag("--classes", options.classes),
    flag("--confidence", options.confidence),
    flag("--seed", hasSeed ? seed : undefined),
    flag("--as", files.as),
    flag("--as", sheetAs),
    flag("--out", out),
  ].join("")}`;
}

/** The command that keeps the same rows by their score, for whoever goes on without labels. */
function selectCommands(answer: CheckResult["answer"], { files, fields }: About, threshold: number | null): string[] {
  if (answer !== "safe" || threshold === null || fields.score === undefined || fields.missing !== undefined) return [];
  return [
    `pstar select ${filesText(files)}${[
      flag("--field", fields.score),
      flag("--threshold", threshold),
      flag("--as", files.as),
    ].join("")} --out kept`,
  ];
}

function filesText({ paths }: RowFiles): string {
  return paths.map(shellWord).join(" ");
}

function flag(name: string, value: string | number | undefined): string {
  return value === undefined ? "" : ` ${name} ${shellWord(String(value))}`;
}
