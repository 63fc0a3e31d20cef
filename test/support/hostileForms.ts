import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import {
  bool,
  columnFromArray,
  type DataType,
  field,
  float64,
  int64,
  list,
  struct,
  tableFromColumns,
  tableToIPC,
  utf8,
} from "@uwdata/flechette";
import { parquetWriteBuffer } from "hyparquet-writer";
import { expect } from "vitest";
import { rowsOf } from "../../src/rows/rowFiles.js";
import { zstdCompressor } from "../../src/rows/zstd.js";
import { select } from "../../src/select/select.js";
import { dice } from "../select/rows.js";

// Rows of every form with values that no reader likes, and a count of their own of what must become of each.

/** A row with a number; one without a value; one whose value is not a number; what is not a row; what is not there at all. */
type Fate = "number" | "none" | "bad" | "fault" | "blank";
type Roll = (n: number) => number;
type Kind<T> = readonly [fate: Fate, make: (id: number, roll: Roll) => T];

/** A file, and how many rows of each fate it has. */
export interface HostileFile {
  name: string;
  bytes: Uint8Array;
  fates: Record<Fate, number>;
  /** The rows that are not faults, in order. */
  ids: { id: number; fate: Fate }[];
}

const number = (roll: Roll) => String((roll(2_000_001) - 1_000_000) / 1000);
const deep = (open: string, close: string, depth: number) => `${open.repeat(depth)}1${close.repeat(depth)}`;

/** Values of the score as JSON; null leaves the field out. */
const jsonValues: readonly Kind<string | null>[] = [
  ...Array.from({ length: 8 }, (): Kind<string> => ["number", (_, roll) => number(roll)]),
  ["number", (_, roll) => `"${number(roll)}"`],
  ["number", (_, roll) => `"\\t ${number(roll)}  "`],
  ["number", () => "-0"],
  ["number", () => "-0.0E-7"],
  ["number", () => "5e-324"],
  ["number", () => "1.7976931348623157e308"],
  ["number", (id) => String(9_007_199_254_740_993n + BigInt(id))],
  ["number", () => "1234567890".repeat(20)],
  ["number", () => "true"],
  ["number", () => "false"],
  ["number", () => '"1e3"'],
  ["number", () => '"\\u0031"'],
  ["number", () => '"\ufeff1"'],
  ["none", () => "null"],
  ["none", () => "NaN"],
  ["none", () => '""'],
  ["none", () => '" \\n\\u3000"'],
  ["none", () => '"nan"'],
  ["none", () => null],
  ["bad", () => '"x"'],
  ["bad", () => "[]"],
  ["bad", () => "[0.5]"],
  ["bad", () => "{}"],
  ["bad", () => '{"score":1}'],
  ["bad", () => "Infinity"],
  ["bad", () => "-Infinity"],
  ["bad", () => "1e999"],
  ["bad", () => '"1e999"'],
  ["bad", () => '"Infinity"'],
  ["bad", () => '"0x10"'],
  ["bad", () => '"1,5"'],
  ["bad", () => '"1_000"'],
  ["bad", () => '"٣"'],
  ["bad", () => '"50%"'],
  ["bad", () => '"\\ud83d"'],
  ["bad", () => '"1\\u0000"'],
  ["bad", () => '"1 2"'],
  ["bad", () => '"null"'],
  ["bad", () => deep("[", "]", 500)],
];

/** What else a row of JSON has. */
const jsonMembers: readonly ((id: number, roll: Roll) => string)[] = [
  () => "",
  (_, roll) => `"text":"${"\u{1f642}ü漢".repeat(roll(20))}",`,
  () => '"text":"\\ud800 alone, \\udc00 as well",',
  () => '"__proto__":{"score":1},"constructor":null,"":[],',
  () => '"a":"\\u0000\\u001b[31m\\u202e",',
  () => '"\u2028":"\u2029\u0085",',
  () => `"deep":${deep("[", "]", 300)},`,
  () => `"deep":${deep('{"a":', "}", 300)},`,
  () => '"a":"}]{[,:\\"\\\\",',
  () => ' \t"a" : NaN , ',
  (id) => `"big":${9_007_199_254_740_993n + BigInt(id)},`,
  (_, roll) => `"long":"${"x".repeat(roll(3000))}",`,
];

function jsonRow(value: string | null, id: number, roll: Roll): string {
  const members = jsonMembers[roll(jsonMembers.length)](id, roll);
  // of two equal names the last counts
  const twice = value !== null && roll(9) === 0 ? '"score":"x",' : "";
  return `{${members}${twice}"id":${id}${value === null ? "" : `,"score":${value}`}}`;
}

/** What stands in the place of a row of JSON, with its brackets in order. */
const jsonFaults: readonly Kind<string>[] = [
  "[1]",
  "5",
  "-Infinity",
  '"text"',
  "null",
  "true",
  '{"score":01}',
  '{"score":0x10}',
  '{"score":.5}',
  '{"score":+1}',
  '{"score":1,}',
  "{score:1}",
  '{"score" 1}',
  '{"score":"raw \u0001"}',
  '{"score":"raw \t tab"}',
  '{"a":"\\x41"}',
  '{"score":None}',
  "{,}",
  '["score",1]',
].map((text): Kind<string> => ["fault", () => text]);

/** Lines of JSONL that are no rows, or are not there. */
const lineKinds: readonly Kind<string>[] = [
  ...["{", '{"score":1', '{"score":1}}', "// a comment", "}{", "]", "\0\0\0", '{"a":"', "\\", "{'score':1}"].map(
    (text): Kind<string> => ["fault", () => text],
  ),
  ["blank", () => ""],
  ["blank", () => " \t "],
];

/** Cells of the score in a table of texts, without what the delimiter asks for. */
const cells: readonly Kind<string>[] = [
  ...Array.from({ length: 8 }, (): Kind<string> => ["number", (_, roll) => number(roll)]),
  ["number", (_, roll) => ` ${number(roll)} `],
  ["number", () => "-0"],
  ["number", () => "1E5"],
  ["number", () => "\u00a07"],
  ["number", () => "\ufeff7"],
  ["number", (id) => String(9_007_199_254_740_993n + BigInt(id))],
  ["number", () => "1234567890".repeat(20)],
  ["none", () => ""],
  ["none", () => "  "],
  ["none", () => "nan"],
  ["none", () => "NaN"],
  ...[
    "x",
    "inf",
    "-Infinity",
    "1e999",
    "50%",
    "1,5",
    "1;5",
    "1\t5",
    "1|5",
    'a "q" b',
    "l1\nl2",
    "l1\rl2",
    "\0",
    "=1+1",
  ].map((text): Kind<string> => ["bad", () => text]),
  ...["٣", "null", "None", "true", "0x10", "1_000", "[1]", '{"a":1}', "--1", "1-", "\u202e1", "é".repeat(999)].map(
    (text): Kind<string> => ["bad", () => text],
  ),
];

const texts = [
  "",
  "plain",
  'with "quotes"',
  'bare"quote',
  "line\nend",
  "cr\rlf\r\n",
  "a,b;c\td|e",
  "\0\u001b[2J",
  "漢🙂",
  " sep=; ",
];

function cell(text: string, delimiter: string, roll: Roll): string {
  const needs = text.includes(delimiter) || /^"|[\r\n]/.test(text);
  return needs || roll(4) === 0 ? `"${text.replaceAll('"', '""')}"` : text;
}

function draw<T>(kinds: readonly Kind<T>[], roll: Roll): Kind<T> {
  return kinds[roll(kinds.length)];
}

class Made {
  readonly fates: Record<Fate, number> = { number: 0, none: 0, bad: 0, fault: 0, blank: 0 };
  readonly ids: HostileFile["ids"] = [];

  add(fate: Fate, id: number): void {
    this.fates[fate]++;
    if (fate !== "fault" && fate !== "blank") this.ids.push({ id, fate });
  }
}

function jsonl(rows: number, first: number, roll: Roll) {
  const made = new Made();
  const parts: Buffer[] = [Buffer.from("\ufeff")];
  for (let id = first; made.fates.fault + made.ids.length < rows; id++) {
    if (roll(8) > 0) {
      const [fate, make] = draw(jsonValues, roll);
      made.add(fate, id);
      parts.push(Buffer.from(`${roll(9) === 0 ? "\ufeff  " : ""}${jsonRow(make(id, roll), id, roll)}`));
    } else {
      const [fate, make] = draw([...jsonFaults, ...lineKinds], roll);
      made.add(fate, id);
      parts.push(Buffer.from(make(id, roll)));
      if (fate === "fault" && roll(9) === 0)
        parts.push(Buffer.from([[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80]][roll(3)]));
    }
    parts.push(Buffer.from(roll(4) === 0 ? "\r\n" : "\n"));
  }
  return { bytes: Buffer.concat(parts), ...made };
}

function json(rows: number, first: number, roll: Roll) {
  const made = new Made();
  const elements = Array.from({ length: rows }, (_, i) => {
    const [fate, make] = draw(roll(8) > 0 ? jsonValues : jsonFaults, roll);
    const id = first + i;
    made.add(fate, id);
    const text = make(id, roll);
    return fate === "fault" ? (text as string) : jsonRow(text, id, roll);
  });
  const between = () => [",", " ,\n", "\r\n\r\n, ", "\t,"][roll(4)];
  const text = elements.reduce((before, element) => before + between() + element);
  return { bytes: Buffer.from(`\ufeff {"meta":{"data":[1]},"data":\n[${text}\n] }\n`), ...made };
}

function csv(delimiter: string) {
  return (rows: number, first: number, roll: Roll) => {
    const made = new Made();
    let text = `\ufeffid${delimiter}score${delimiter}text\n`;
    for (let id = first; made.fates.fault + made.ids.length < rows; id++) {
      const [fate, make] = roll(9) > 0 ? draw(cells, roll) : (["blank", () => ""] as const);
      const record = [String(id), make(id, roll), texts[roll(texts.length)]].map((some) => cell(some, delimiter, roll));
      const shape = fate === "blank" ? roll(5) : 5;
      made.add(shape === 0 ? "blank" : shape < 5 ? "fault" : fate, id);
      // blank, too few cells, a cell too many, many, blanks alone
      const line = [
        "",
        record.slice(0, 2).join(delimiter),
        [...record, ""].join(delimiter),
        delimiter.repeat(200),
        "  ",
        record.join(delimiter),
      ][shape];
      text += line + (roll(4) === 0 ? "\r\n" : "\n");
    }
    return { bytes: Buffer.from(text), ...made };
  };
}

type Columns = {
  type: DataType;
  parquet: "DOUBLE" | "INT64" | "STRING" | "BOOLEAN" | "JSON" | null;
  kinds: Kind<unknown>[];
};

/** Columns of one type each, as tables with types have them. */
const columns: readonly Columns[] = [
  {
    type: float64(),
    parquet: "DOUBLE",
    kinds: [
      ["number", (_, roll) => roll(1e6) / 1000 - 500],
      ["number", () => -0],
      ["number", () => 5e-324],
      ["number", () => 1.7976931348623157e308],
      ["none", () => null],
      ["none", () => Number.NaN],
      ["bad", () => Number.POSITIVE_INFINITY],
      ["bad", () => Number.NEGATIVE_INFINITY],
    ],
  },
  {
    type: int64(),
    parquet: "INT64",
    kinds: [
      ["number", (_, roll) => BigInt(roll(1000))],
      ["number", (id) => 9_007_199_254_740_993n + BigInt(id)],
      ["number", () => -(2n ** 63n)],
      ["number", () => 2n ** 63n - 1n],
      ["none", () => null],
    ],
  },
  { type: utf8(), parquet: "STRING", kinds: [...cells, ["none", () => null]] },
  {
    type: bool(),
    parquet: "BOOLEAN",
    kinds: [
      ["number", () => true],
      ["number", () => false],
      ["none", () => null],
    ],
  },
  {
    type: list(float64()),
    parquet: "JSON",
    kinds: [
      ["bad", () => []],
      ["bad", () => [1]],
      ["bad", () => [null, 2]],
      ["none", () => null],
    ],
  },
  {
    type: struct([field("score", float64())]),
    parquet: null,
    kinds: [
      ["bad", () => ({ score: 1 })],
      ["none", () => null],
    ],
  },
];

function typed(column: Columns, rows: number, first: number, roll: Roll) {
  const made = new Made();
  const ids = Array.from({ length: rows }, (_, i) => first + i);
  const scores = ids.map((id) => {
    const [fate, make] = draw(column.kinds, roll);
    made.add(fate, id);
    return make(id, roll);
  });
  const text = ids.map(() => texts[roll(texts.length)]);
  return { ...made, columns: { id: ids, score: scores, text } };
}

function parquet(column: Columns) {
  return (rows: number, first: number, roll: Roll) => {
    const { columns: made, ...rest } = typed(column, rows, first, roll);
    const columnData = [
      { name: "id", data: made.id, type: "INT32" as const },
      { name: "score", data: made.score as never[], type: column.parquet ?? "JSON", nullable: true },
      { name: "text", data: made.text, type: "STRING" as const },
    ];
    return { bytes: new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: 997 })), ...rest };
  };
}

function arrow(column: Columns, format: "stream" | "file") {
  return (rows: number, first: number, roll: Roll) => {
    const { columns: made, ...rest } = typed(column, rows, first, roll);
    const table = tableFromColumns({
      id: columnFromArray(made.id, int64()),
      score: columnFromArray(made.score, column.type),
      text: columnFromArray(made.text, utf8()),
    });
    return { bytes: tableToIPC(table, { format }) as Uint8Array, ...rest };
  };
}

type Make = (rows: number, first: number, roll: Roll) => Omit<HostileFile, "name">;

const forms: Record<string, { name: string; make: Make }[]> = {
  JSONL: [{ name: "rows.jsonl", make: jsonl }],
  JSON: [{ name: "rows.json", make: json }],
  CSV: [{ name: "rows.csv", make: csv(",") }],
  "CSV of semicolons": [{ name: "rows.csv", make: csv(";") }],
  TSV: [{ name: "rows.tsv", make: csv("\t") }],
  Parquet: columns
    .filter(({ parquet }) => parquet !== null)
    .map((column, i) => ({ name: `rows${i}.parquet`, make: parquet(column) })),
  Arrow: columns.map((column, i) => ({ name: `rows${i}.arrow`, make: arrow(column, i % 2 === 0 ? "stream" : "file") })),
};

export const hostileForms: readonly string[] = Object.keys(forms);

/** Files of a form with so many rows together. */
export function hostileFiles(form: string, rows: number, seed: number): HostileFile[] {
  const roll = dice(seed);
  const files = forms[form];
  let first = 0;
  return files.map(({ name, make }, i) => {
    const here = Math.floor((rows * (i + 1)) / files.length) - Math.floor((rows * i) / files.length);
    // JSONL and CSV number what is not there as well
    const file = make(here, first, roll);
    first += 2 * here;
    return { name, ...file };
  });
}

export const packings = ["plain", "gz", "zst"] as const;
export type Packing = (typeof packings)[number];

/** Every row of hostile files is read, kept, rejected or named as malformed, as often as they were written. */
export async function accountsForForm(
  parent: string,
  form: string,
  rows: number,
  packing: Packing = "plain",
): Promise<void> {
  const folder = join(parent, `${form}-${packing}`);
  mkdirSync(folder);
  const files = hostileFiles(form, rows, 20_261_127);
  const zstd = await zstdCompressor();
  const input = files.map(({ name, bytes }) => {
    const path = join(folder, packing === "plain" ? name : `${name}.${packing}`);
    writeFileSync(path, packing === "gz" ? gzipSync(bytes) : packing === "zst" ? zstd(bytes) : bytes);
    return path;
  });
  const all = (fate: Fate) => files.reduce((sum, { fates }) => sum + fates[fate], 0);
  expect(all("number") + all("none") + all("bad") + all("fault")).toBe(rows);

  let faults = 0;
  const seen: number[] = [];
  for await (const { id } of rowsOf(input, { onMalformed: () => faults++ })) seen.push(Number(id));
  const ids = files.flatMap((file) => file.ids);
  expect(seen).toEqual(ids.map(({ id }) => id));
  expect(faults).toBe(all("fault"));

  const out = join(folder, "out");
  const { counts } = await select({
    input,
    out,
    to: "jsonl",
    verifiers: [{ kind: "score", field: "score" }],
    keep: { share: 0.5 },
    workers: 1,
  });
  const kept = Math.round(all("number") / 2);
  expect(counts).toMatchObject({
    read: rows,
    kept,
    malformed: all("bad") + all("fault"),
    rejected: rows - kept - all("bad") - all("fault"),
    rejectedBy: { noScore: all("none"), share: all("number") - kept },
  });
  if (form === "JSONL") expect(counts).toMatchObject({ lines: rows + all("blank"), blank: all("blank") });
  const idsIn = (name: string, pattern: RegExp) =>
    readFileSync(join(out, name), "utf8")
      .split("\n")
      .filter((line) => pattern.test(line))
      .map((line) => Number(/"id":\s*"?(\d+)/.exec(line)?.[1]));
  const numbers = [...idsIn("kept.jsonl", /./), ...idsIn("rejected.jsonl", /"reason":"share"/)];
  const of = (wanted: Fate) => ids.filter(({ fate }) => fate === wanted).map(({ id }) => id);
  expect(numbers.sort((a, b) => a - b)).toEqual(of("number"));
  expect(idsIn("rejected.jsonl", /"reason":"no-score"/)).toEqual(of("none"));
}
