import { InvalidArgumentError, Option } from "commander";
import { shellWord } from "../model/format.js";
import { type RowForm, rowForms } from "../rows/form.js";
import { RowFiles } from "../rows/rowFiles.js";
import { type ShapeName, type SheetShapeName, shapeNames, shapes, sheetShapeNames } from "../rows/shapes.js";
import type { Context } from "./context.js";

/** What a file of rows, and a sheet of labels, must be, whatever their content looks like. */
export interface AsFlag {
  rows?: RowForm | ShapeName;
  sheet?: SheetShapeName;
}

/** `--as NAME`. @param sheets Whether the command takes a sheet of labels too. */
export function asOption(sheets = false): Option {
  const what = sheets ? "; or of the sheet: label-studio, argilla" : "";
  return new Option(
    "--as <name>",
    `read the files as this form or shape, whatever they look like: ${[...rowForms, ...shapeNames].join(", ")}${what}`,
  ).argParser((name: string, before: AsFlag = {}): AsFlag => {
    const rows = [...rowForms, ...shapeNames].find((known) => known === name);
    const sheet = sheets ? sheetShapeNames.find((known) => known === name) : undefined;
    if (rows !== undefined) return { ...before, rows };
    if (sheet !== undefined) return { ...before, sheet };
    throw new InvalidArgumentError(
      `Allowed choices are ${[...rowForms, ...shapeNames, ...(sheets ? sheetShapeNames : [])].join(", ")}.`,
    );
  });
}

/** What files of rows may be, for a command's help. */
export const ROW_FILES =
  "JSONL, JSON, CSV, Parquet or Arrow, also .gz or .zst; folders, patterns, https:// and hf://datasets/ addresses";
/** The same if the command reads them only once. */
export const ROW_FILES_OR_STDIN = `${ROW_FILES}, or - for standard input`;

interface RowFilesFlags {
  as?: AsFlag;
  quiet?: boolean;
}

/** The files of a command, which says on standard error how it reads what is not plain. */
export function rowFiles(
  paths: readonly string[],
  { as, quiet = false }: RowFilesFlags,
  { streams: { err } }: Context,
): RowFiles {
  return new RowFiles(paths, {
    ...(as?.rows !== undefined && { as: as.rows }),
    onNote: (name, { message }) => {
      if (!quiet) err.print(`note: ${name}: ${message}\n`);
    },
  });
}

/** Says what files look like, and which flags they stand for: `note: a.jsonl: samples of lm-evaluation-harness, read with --kept acc`. */
export function noteGuess(
  source: string,
  { shape, flags }: { shape: string | null; flags: readonly (readonly [name: string, value: string])[] },
  { quiet = false }: RowFilesFlags,
  { streams: { err } }: Context,
): void {
  const said = guessText(shape, flags);
  if (!quiet && said !== "") err.print(`note: ${source}: ${said}\n`);
}

/** `samples of lm-evaluation-harness, read with --kept acc`; empty if there is nothing to say. */
export function guessText(
  shape: string | null | undefined,
  flags: readonly (readonly [name: string, value: string])[],
): string {
  const title = shapes.find(({ id }) => id === shape)?.title;
  const written = flags.map(([name, value]) => `--${name} ${shellWord(value)}`).join(" ");
  return [...(title === undefined ? [] : [title]), ...(written === "" ? [] : [`read with ${written}`])].join(", ");
}
