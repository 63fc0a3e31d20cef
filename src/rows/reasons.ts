import { type Reason, reasonsOf } from "../core/reasons.js";

/** What files are that are not read, and what to do about each. */
const foreign = {
  zip: "a ZIP archive or an Excel workbook: unpack it, or save its table as CSV",
  "old-office": "an old Excel workbook: save its table as CSV",
  bzip2: "packed by bzip2: unpack it, or pack it by gzip or zstd",
  xz: "packed by xz: unpack it, or pack it by gzip or zstd",
  "7z": "a 7z archive: unpack it",
  lz4: "packed by LZ4: unpack it, or pack it by gzip or zstd",
  sqlite: "a database of SQLite: write its table as CSV or Parquet",
  hdf5: "an HDF5 file: write its table as CSV or Parquet",
  avro: "an Avro file: write it as JSONL or Parquet",
  pickle: "a pickle of Python: write it as JSONL or Parquet",
  pdf: "a PDF: write its rows as CSV or JSONL",
  "git-lfs": "the pointer of Git LFS to a file, and not the file: get it by git lfs pull",
  html: "a web page, and not data: get the file itself",
  xml: "XML: write its rows as CSV or JSONL",
};
export type ForeignForm = keyof typeof foreign;

/** Why a line is not a row, and why a file cannot be read on. */
export const rowSentences = {
  "not-utf8": () => "not UTF-8",
  "not-json": () => "not JSON",
  "bare-word": ({ word }: { word: string }) => `not JSON: the word ${word} stands without quotation marks`,
  "not-an-object": () => "not a JSON object",
  "no-rows": ({ file }: { file: string }) => `${file} has no rows`,
  "row-unusable": ({ line, why }: { line: number; why: Reason }) => `line ${line}: ${why.message}`,
  "line-too-long": ({ limit, length }: { limit: number; length: number }) => `longer than ${limit} bytes: ${length}`,
  "csv-fields": ({ fields, names }: { fields: number; names: number }) =>
    `it has ${fields} fields, and the first row names ${names}`,
  "csv-not-utf8": ({ line }: { line: number }) => `it is not UTF-8, in line ${line} or after it`,
  "csv-quote-open": ({ line }: { line: number }) => `the quotation mark in line ${line} is never closed`,
  "csv-quote-closed": ({ opened, closed }: { opened: number; closed: number }) =>
    `the quotation mark in line ${opened} is closed in line ${closed}, and its field goes on (within a field, it is doubled)`,
  "csv-too-long": ({ line, limit }: { line: number; limit: number }) =>
    `the row in line ${line} is longer than ${limit} characters`,
  "packed-broken": ({ packing, why }: { packing: string; why: Reason }) =>
    `its ${packing} data are broken: ${why.message}`,
  "packed-truncated": () => "they are truncated",
  "packed-trailing": () => "something follows their end; unpack the file first",
  "packed-checksum": () => "the checksum does not match",
  "packed-other": () => "they are not what they say",
  "packed-window": ({ size, limit }: { size: string; limit: string }) =>
    `its zstd data need a window of ${size}, and at most ${limit} is supported: compress it with a smaller window`,
  "packed-dictionary": () => "its zstd data need a dictionary, which is not supported: compress it without one",
  "packed-blocks": ({ size }: { size: string }) =>
    `its zstd data are in very small blocks, each with a window of ${size}: unpack the file first`,
  "packed-too-large": ({ limit }: { limit: string }) => `it unpacks to more than ${limit}`,
  /** What to do about a file whose lines are not rows: a list over many lines, or all of it in one. */
  "not-jsonl": ({ why }: { why: Reason }) => `${why.message}; JSONL is wanted, one JSON object a line`,
  "field-twice": ({ field }: { field: string }) => `${field} is there twice`,
  "json-truncated": ({ rows }: { rows: number }) => `its JSON is truncated, after row ${rows}`,
  "json-structure": ({ rows }: { rows: number }) =>
    `it is not a JSON list of rows: after row ${rows}, something other than a comma and a row, or the end, follows`,
  "json-trailing": ({ rows }: { rows: number }) => `something follows the end of its JSON, which has ${rows} rows`,
  "not-in-encoding": ({ encoding }: { encoding: string }) =>
    `it begins as ${encoding}, and is not ${encoding} throughout`,
  "encoding-not-read": ({ encoding }: { encoding: string }) =>
    `its text is in ${encoding}, which is not read: write it as UTF-8`,
  "rows-under-key": ({ key, others }: { key: string; others: readonly string[] | null }) =>
    `its rows are the list under ${JSON.stringify(key)}; ${others === null ? "what else it has beside that" : others.map((name) => JSON.stringify(name)).join(", ")} ${others !== null && others.length > 1 ? "are" : "is"} left out`,
  /** `shape`: the name by which a shape is chosen. */
  "shape-of": ({ title }: { shape: string; title: string }) => `its rows are ${title}`,
  "shape-lacks": ({ title, lacks }: { title: string; lacks: readonly string[] }) =>
    `it looks like ${title}, and lacks ${lacks.join(", ")}`,
  "heading-twice": ({ name }: { name: string }) => `two columns are named ${JSON.stringify(name)}`,
  "heading-renamed": ({ name }: { name: string }) =>
    `two columns are named ${JSON.stringify(name)}: the second is read as ${JSON.stringify(`${name}.1`)}`,
  "word-of-two-meanings": ({ word, meanings }: { word: string; meanings: readonly string[] }) =>
    `${word} cannot mean both ${meanings.join(" and ")}`,
  "rule-broken": ({ text, lacks, sign }: { text: string; lacks: "values" | "value" | "number"; sign: string }) =>
    `the rule ${text} must have ${{ values: "values between the brackets", value: `a value after ${sign}`, number: `a number after ${sign}` }[lacks]}`,
  "form-not-read": ({ form }: { form: ForeignForm }) => `it is ${foreign[form]}`,
  "read-as": ({ encoding }: { encoding: string }) => `its text is read as ${encoding}`,
  "binary-truncated": ({ form }: { form: string }) => `its ${form} data are truncated`,
  "binary-broken": ({ form, why }: { form: string; why: string }) => `its ${form} data cannot be read: ${why}`,
  "binary-needs-file": ({ form }: { form: string }) =>
    `${form} can be read from a file only, not packed and not from a pipe: write it to a file first`,
  "folder-of-results": ({ folder }: { folder: string }) =>
    `${folder} holds the results of a run, not rows of data: pstar plot draws them`,
  "folder-without-rows": ({ folder }: { folder: string }) =>
    `${folder} has no files of rows (.jsonl, .json, .csv, .tsv, .parquet, .arrow, also .gz or .zst)`,
  "folder-of-splits": ({ folder, splits }: { folder: string; splits: readonly string[] }) =>
    `${folder} has the folders of several splits: name one, such as ${splits.join(" or ")}`,
  "link-to-folder": ({ link }: { link: string }) =>
    `${link} is a link to a folder, which is not followed: name its files by a pattern, or remove the link`,
  "schemas-differ": () => "its Parquet files have different schemas, and cannot be written as one",
  "pattern-without-files": ({ pattern }: { pattern: string }) => `no file matches ${pattern}`,
  "field-in-no-row": ({ field, meant, fields }: { field: string; meant?: string; fields: readonly string[] }) =>
    `no row has a field ${field}${meant === undefined ? "" : ` (did you mean ${meant}?)`}; ` +
    (fields.length === 0 ? "the rows are empty" : `its fields are ${fields.join(", ")}`),
};

export const rowReason = reasonsOf(rowSentences);
