import { writeCsv } from "./csv.js";
import { type RowFiles, rowsOf } from "./rowFiles.js";
import { copyParquet, namesOf, writeParquet } from "./tables.js";
import { draftOf } from "./write.js";

/** The forms in which kept rows are written. */
export const keptForms = ["jsonl", "csv", "parquet"] as const;
export type KeptForm = (typeof keptForms)[number];

/** The form in which kept rows are written. */
export type KeptTarget =
  | { form: "jsonl" }
  /** Of CSV itself the headings are known. */
  | { form: "csv"; delimiter: string; names: string[] | null }
  /** Parquet itself is copied as it is stored. */
  | { form: "parquet"; isCopied: boolean };

/**
 * The form that is asked for, or that of the files: JSONL byte for byte, CSV with its delimiter, Parquet with its schema and its values as
 * they are stored; JSONL for files of several forms, for JSON and for Arrow.
 */
export async function targetOf(files: RowFiles, to: KeptForm | null): Promise<KeptTarget> {
  if (to === "jsonl") return { form: "jsonl" };
  const opened = await files.opened();
  const isAll = (form: string) => opened.every((file) => file.form === form);
  const delimiters = new Set(opened.map(({ delimiter }) => delimiter));
  const target = to ?? (isAll("csv") && delimiters.size === 1 ? "csv" : isAll("parquet") ? "parquet" : "jsonl");
  switch (target) {
    case "jsonl":
      return { form: "jsonl" };
    case "csv":
      return {
        form: "csv",
        delimiter: (delimiters.size === 1 ? opened[0].delimiter : undefined) ?? ",",
        names: isAll("csv") ? await headings(files) : null,
      };
    case "parquet":
      return { form: "parquet", isCopied: isAll("parquet") };
    default:
      return target satisfies never;
  }
}

/** The headings of CSV files, of which each row has all. */
async function headings(files: RowFiles): Promise<string[]> {
  const names = new Set<string>();
  for (const path of await files.files()) {
    for await (const row of rowsOf(path, { as: "csv", onMalformed: () => {} })) {
      for (const name of Object.keys(row)) names.add(name);
      break;
    }
  }
  return [...names];
}

/**
 * Writes rows in the form of a target.
 *
 * @param spool A file that was closed and is not in its place yet, with the rows as JSONL.
 * @param files The files that were read. @param isKept Asked of each of their rows, if they are copied.
 */
export async function convertRows(
  target: Exclude<KeptTarget, { form: "jsonl" }>,
  spool: string,
  files: RowFiles,
  isKept: (row: number) => boolean,
  put: (bytes: Uint8Array) => Promise<void> | void,
): Promise<void> {
  if (target.form === "parquet" && target.isCopied)
    return files.withParquet((parquet) => copyParquet(parquet, isKept, put));
  const rows = () => rowsOf(draftOf(spool), { as: "jsonl" });
  if (target.form === "parquet") return writeParquet(rows, put);
  await writeCsv(rows(), target.names ?? (await namesOf(rows())), target.delimiter, put);
}
