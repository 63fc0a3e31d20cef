import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, createServer as createSocketServer } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import {
  columnFromArray,
  dictionary,
  int32,
  tableFromArrays,
  tableFromColumns,
  tableToIPC,
  utf8,
} from "@uwdata/flechette";
import { parse as parseCsv } from "csv-parse/sync";
import xxhash from "xxhash-wasm";
import { DataError } from "../../src/core/errors.js";
import type { Trial } from "../../src/core/trials.js";
import { CellTrials } from "../../src/engine/cell.js";
import { type CellResult, collect, load, parseScenario, readScenario } from "../../src/index.js";
import { Plan } from "../../src/model/cells.js";
import { echoed, promptTokens } from "../../src/news/llm/openAi.js";
import { encodingOf } from "../../src/rows/encoding.js";
import type { FileRow } from "../../src/rows/field.js";
import { openRowFile, type RowFile } from "../../src/rows/rowFile.js";
import { rowsOf } from "../../src/rows/rowFiles.js";
import { unpackedBytes } from "../../src/rows/source.js";
import { writeParquet } from "../../src/rows/tables.js";
import { compressionOf, peek } from "../../src/rows/unpack.js";
import { zstdCompressor } from "../../src/rows/zstd.js";
import { Client } from "../../src/server/client.js";
import { chatText, completionText } from "../../src/server/requests.js";
import { Connection } from "../../src/sweep/queue/connection.js";
import { planKeys, readRecord, scenarioOf } from "../../src/sweep/queue/plans.js";
import { arePossible } from "../../src/sweep/queue/possible.js";
import { decodeTrials, encodeTrials } from "../../src/sweep/queue/trialRanges.js";
import { readResults } from "../../src/sweep/results/read.js";
import { writeResults } from "../../src/sweep/results/write.js";
import { manifestOf } from "../../src/sweep/store/manifest.js";
import { JOURNAL, Store } from "../../src/sweep/store/store.js";
import { writeArpa } from "../../src/text/arpa.js";
import { loadText, readLanguageModel, trainLanguageModel } from "../../src/text.js";
import { Dice, type FuzzedReader } from "./fuzz.js";
import { RedisServer } from "./redis.js";

const DATA = join(import.meta.dirname, "../rows/data");
const JSON_SIGNS = [
  '"',
  "\\",
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  "\n",
  "NaN",
  "-Infinity",
  "1e999",
  "12345678901234567890",
  "null",
  "\\ud800",
  '"a":',
];
const WORDS = ["a", "the cat", "é😀", "", "x,y", 'say "so"', "l1\nl2", "=1+1", "1.5", "-0", "true"];

/** The rows that text forms are made of. */
function rows(dice: Dice): Record<string, unknown>[] {
  return dice.times(12, (i) => ({
    id: dice.chance(0.2) ? `r${i}` : i,
    text: dice.pick(WORDS),
    score: dice.pick([0, 0.5, -1e300, 2 ** 53 + 2, null]),
    ...(dice.chance(0.3) && {
      tags: dice.times(3, () => dice.pick(WORDS)),
      meta: { deep: { kept: dice.chance(0.5) } },
    }),
  }));
}

/** Bytes in pieces of random length, each of which is spoilt when the next is asked for. */
async function* inPieces(bytes: Uint8Array, most = 1000): AsyncGenerator<Uint8Array> {
  const piece = new Uint8Array(most);
  for (let start = 0; start < bytes.length; start += most) {
    const part = bytes.subarray(start, start + most);
    piece.set(part);
    yield piece.subarray(0, part.length);
    piece.fill(255);
  }
}

function opened(bytes: Uint8Array, name = "rows"): Promise<RowFile> {
  return openRowFile({
    name,
    peek: (length) => peek(inPieces(bytes), length),
    random: { size: bytes.length, slice: async (from, to) => bytes.slice(from, to) },
    unpack: (chunks, compression) => unpackedBytes(name, chunks, compression),
  });
}

async function allRows(file: RowFile): Promise<FileRow[]> {
  const all: FileRow[] = [];
  for await (const some of file.rows()) {
    for (const row of some) {
      row.exact?.();
      row.excerpt?.();
      all.push(row);
    }
  }
  return all;
}

/** Reads rows of any form, and accounts for them by the form that they were taken to have. */
async function readRowsOf(bytes: Uint8Array, expected?: number): Promise<string> {
  const file = await opened(bytes);
  const found = await allRows(file);
  if (file.form === "parquet" || file.form === "arrow") {
    return expected === undefined || found.length === expected ? "" : `${found.length} rows of ${expected}`;
  }
  if (compressionOf(bytes) !== "none") return "";
  const encoding = encodingOf(bytes);
  const text =
    encoding === "windows-1252"
      ? Buffer.from(bytes)
          .toString("latin1")
          .replace(/[\x80-\x9f]/g, (sign) => WESTERN[sign.charCodeAt(0) - 128])
      : new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes).replace(/^\ufeff/, "");
  if (file.form === "jsonl") return accountLines(text, found);
  if (file.form === "csv") return accountCsv(text, file.delimiter ?? ",", found);
  return accountJson(text, found);
}

/** Bytes 128 to 159 of Windows-1252, as the WHATWG's table has them. */
const WESTERN = [
  ..."\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f",
  ..."\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178",
];

function parsedJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function isRow(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function accountLines(text: string, found: readonly FileRow[]): string {
  const byLine = new Map(found.map((row) => [row.line, row]));
  if (byLine.size !== found.length) return "two rows on a line";
  const lines = text.split("\n");
  for (const [i, line] of lines.entries()) {
    const row = byLine.get(i + 1);
    byLine.delete(i + 1);
    if (/^[ \t\r]*$/.test(line)) {
      if (row !== undefined) return `line ${i + 1} is blank, and was read`;
      continue;
    }
    if (row === undefined) return `line ${i + 1} is not accounted for`;
    // a file that was joined to others may begin with a byte order mark in any line
    const value = parsedJson(line.replace(/^\ufeff/, ""));
    // what is not UTF-8 was replaced here
    if (row.row === undefined || row.nonFinite || line.includes("\ufffd")) {
      if (row.row === undefined && isRow(value) && !line.includes("\ufffd"))
        return `line ${i + 1} is a row, and was refused`;
      continue;
    }
    if (JSON.stringify(row.row) !== JSON.stringify(value)) return `line ${i + 1} was read as another row`;
  }
  return byLine.size === 0 ? "" : "a row of no line";
}

function accountCsv(text: string, delimiter: string, found: readonly FileRow[]): string {
  const skip = /^sep=.\r?\n/.test(text) ? 1 : 0;
  let records: string[][];
  try {
    records = parseCsv(text, {
      delimiter,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      record_delimiter: ["\r\n", "\n", "\r"],
    }) as string[][];
  } catch (error) {
    return `csv-parse refuses it: ${(error as Error).message}`;
  }
  const [names = [], ...cells] = records.slice(skip);
  if (cells.length !== found.length) return `${found.length} rows of ${cells.length}`;
  for (const [i, fields] of cells.entries()) {
    const { row, fault } = found[i];
    if ((fields.length === names.length) !== (fault === undefined))
      return `record ${i + 2} has ${fields.length} fields`;
    if (row !== undefined && Object.values(row).sort().join("\0") !== [...fields].sort().join("\0"))
      return `record ${i + 2} was read as another`;
  }
  return "";
}

function accountJson(text: string, found: readonly FileRow[]): string {
  const whole = parsedJson(text) as { data?: unknown } | undefined;
  // what is not UTF-8 was replaced here
  if (text.includes("\ufffd")) return "";
  const list = Array.isArray(whole) ? whole : Array.isArray(whole?.data) ? whole.data : undefined;
  const faults = found.filter(({ row }) => row === undefined).length;
  if (list === undefined) {
    if (whole !== undefined && isRow(whole))
      return found.length === 1 && faults === 0 ? "" : "one object is not one row";
    // values one after another; or what is not JSON as a whole has a part that is not
    const values = found.filter(({ row }) => row !== undefined).length;
    return faults > 0 || found.some(({ nonFinite }) => nonFinite) || !/^\s*\[/.test(text) || values === 0
      ? ""
      : "a text that is not JSON was read without a word";
  }
  if (list.length !== found.length) return `${found.length} rows of ${list.length}`;
  for (const [i, value] of list.entries()) {
    if (isRow(value) !== (found[i].row !== undefined)) return `element ${i} was taken for what it is not`;
    if (isRow(value) && JSON.stringify(found[i].row) !== JSON.stringify(value))
      return `element ${i} was read as another`;
  }
  return "";
}

function csvText(dice: Dice): string {
  const delimiter = dice.pick([",", ";", "\t"]);
  const cell = (text: string) =>
    /["\r\n]/.test(text) || text.includes(delimiter) ? `"${text.replaceAll('"', '""')}"` : text;
  const end = dice.pick(["\n", "\r\n"]);
  const width = 2 + dice.below(3);
  const lines = Array.from({ length: 2 + dice.below(8) }, (_, i) =>
    Array.from({ length: width }, (_, j) => cell(i === 0 ? `n${j}` : dice.pick(WORDS))).join(delimiter),
  );
  return lines.join(end) + (dice.chance(0.8) ? end : "");
}

let parquet: Promise<Uint8Array[]> | undefined;

/** Parquet of 40 rows, which this package writes and DuckDB. */
async function parquetFiles(folder: string): Promise<Uint8Array[]> {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const db = await (await DuckDBInstance.create()).connect();
  const files: Uint8Array[] = [];
  for (const codec of ["uncompressed", "snappy", "gzip", "zstd", "brotli", "lz4_raw"]) {
    const path = join(folder, `${codec}.parquet`);
    await db.run(`copy (select i as id, i / 7 as score, i % 2 = 0 as kept, 'text ' || i as text, ['a', null, 'b' || i] as tags,
      {'x': i, 'y': {'z': 'w'}} as meta, date '2024-02-29' as day from range(40) r(i)) to '${path}' (format parquet, codec '${codec}', row_group_size 20)`);
    files.push(readFileSync(path));
  }
  const parts: Uint8Array[] = [];
  async function* some() {
    for (let i = 0; i < 40; i++) yield { id: i, text: `t${i % 3}`, score: i / 3, big: 2n ** 60n + BigInt(i) };
  }
  await writeParquet(some, (bytes) => void parts.push(bytes.slice()));
  return [...files, Buffer.concat(parts)];
}

function arrowFiles(): Uint8Array[] {
  const own = tableFromArrays({
    id: Array.from({ length: 40 }, (_, i) => i),
    x: Array.from({ length: 40 }, (_, i) => `w${i}`),
  });
  const kinds = columnFromArray(
    Array.from({ length: 40 }, (_, i) => ["a", "b", null][i % 3]),
    dictionary(utf8(), int32()),
  );
  return [
    ...["stream.arrow", "file.arrow", "lz4.feather", "zstd.feather"].map((name) => readFileSync(join(DATA, name))),
    tableToIPC(own, { format: "stream" }) as Uint8Array,
    tableToIPC(tableFromColumns({ kinds }), { format: "file" }) as Uint8Array,
  ];
}

/** Members of a packed file: each has a text of its own, so that what is left out shows. */
function members(dice: Dice): string[] {
  const texts = ["one", "two", "three"].slice(0, 1 + dice.below(3));
  return texts.map((word) => Array.from({ length: 1 + dice.below(60) }, (_, i) => `{"${word}":${i * i}}\n`).join(""));
}

function packedReader(
  name: string,
  pack: (text: string, dice: Dice) => Uint8Array | Promise<Uint8Array>,
): FuzzedReader {
  const texts = new Map<Uint8Array, string[]>();
  return {
    name,
    tokens: ["\x1f\x8b", "\x28\xb5\x2f\xfd", "P*M\x18\x01\0\0\0", "\x03\0", "\0\0\0", "\xff\xff"],
    async valid(dice) {
      const all = members(dice);
      const bytes = Buffer.concat(await Promise.all(all.map((text) => pack(text, dice))));
      texts.clear();
      texts.set(bytes, all);
      return bytes;
    },
    async read(bytes, sound) {
      const compression = compressionOf(bytes);
      if (compression === "none") return "";
      const parts: Uint8Array[] = [];
      for await (const part of unpackedBytes("packed", inPieces(bytes, 97), compression)) parts.push(part.slice());
      const text = Buffer.concat(parts).toString("latin1");
      // whole members may be lost or double if the bytes are: nothing in a file says how many it has
      const all = texts.get(sound) ?? [];
      const rest = all.reduce((left, member) => left.replaceAll(member, ""), text);
      if (rest !== "") return `text that was never packed: ${JSON.stringify(rest.slice(0, 80))}`;
      const packed = Buffer.from(bytes);
      for (const member of all) {
        const whole = Buffer.from(memberBytes.get(member) ?? []);
        if (whole.length > 0 && packed.includes(whole) && !text.includes(member)) return "a whole member was left out";
      }
      return "";
    },
  };
}

const memberBytes = new Map<string, Uint8Array>();

function remembered(text: string, bytes: Uint8Array): Uint8Array {
  if (memberBytes.size > 1000) memberBytes.clear();
  memberBytes.set(text, bytes);
  return bytes;
}

const SCENARIO = parseScenario({
  engine: "theory",
  verifier: { kind: "bernoulli" },
  sweep: { "verifier.psi": [0, 0.5], "generator.errorRate": [0, 0.25, 0.5] },
});

/** All readers. @param folder For their files. */
export async function fuzzedReaders(folder: string): Promise<FuzzedReader[]> {
  mkdirSync(folder, { recursive: true });
  const { h64Raw } = await xxhash();
  const zstd = await zstdCompressor();
  const text = await loadText();
  const cells = (await collect(await load(), SCENARIO)).cells as CellResult[];
  const results = join(folder, "results");
  mkdirSync(results);
  await writeResults(
    results,
    SCENARIO,
    cells.map((cell) => Buffer.from(JSON.stringify(cell))),
  );
  const json = JSON.stringify({ schema: "pstar/result@1", config: SCENARIO, cells });
  const arrows = arrowFiles();
  const models = new Map<number, Uint8Array>();
  /** One of some models of small texts. */
  const arpa = async (seed: number): Promise<Uint8Array> => {
    const known = models.get(seed);
    if (known !== undefined) return known;
    const dice = new Dice(seed);
    const texts = Array.from({ length: 3 + dice.below(10) }, () =>
      dice.times(8, () => dice.pick(["a", "b", "c", "dd", "é"])).join(" "),
    );
    const model = await trainLanguageModel(text, [...texts, "a b"], { order: 1 + dice.below(3) });
    const bytes = Buffer.from([...writeArpa(model)].join(""));
    models.set(seed, bytes);
    return bytes;
  };

  const resultReader = (form: string, valid: () => Uint8Array, tokens: readonly string[]): FuzzedReader => {
    const alone = join(folder, `alone-${form}`);
    mkdirSync(alone);
    const path = join(alone, `hostile.${form}`);
    return {
      name: `results as ${form}`,
      tokens,
      valid: () => valid(),
      async read(bytes, sound) {
        writeFileSync(path, bytes);
        let count = 0;
        const { cells: found } = await readResults(path);
        for await (const _ of found()) count++;
        if (form === "jsonl") {
          const lines = Buffer.from(bytes).toString("utf8").split("\n");
          const wanted = lines.length - (lines.at(-1) === "" ? 1 : 0);
          return count === wanted ? "" : `${count} cells of ${wanted} lines`;
        }
        return form !== "parquet" || count === cells.length || Buffer.from(bytes).equals(sound)
          ? ""
          : `${count} cells of ${cells.length}`;
      },
    };
  };

  const journal = join(folder, "store");
  const store = await Store.open(journal, SCENARIO);
  for (const cell of cells) store.append(cell);
  store.close();
  const sound = readFileSync(join(journal, JOURNAL));
  const soundLines = sound.toString("latin1").split("\n").slice(0, -1);

  return [
    {
      name: "JSONL",
      tokens: JSON_SIGNS,
      valid: (dice) => {
        const lines = rows(dice).map((row) => JSON.stringify(row) + dice.pick(["\n", "\r\n", "\n\n"]));
        return Buffer.from(`${dice.chance(0.1) ? "\ufeff" : ""}${lines.join("")}{"id":"last"}`);
      },
      read: (bytes) => readRowsOf(bytes),
    },
    {
      name: "JSON",
      tokens: JSON_SIGNS,
      valid: (dice) => {
        const list = rows(dice);
        const space = dice.pick([undefined, 1, "\t"]);
        const whole = dice.chance(0.5) ? list : { about: { data: 1 }, data: list };
        return Buffer.from(JSON.stringify(whole, null, space));
      },
      read: (bytes) => readRowsOf(bytes),
    },
    {
      name: "CSV",
      tokens: ['"', '""', ",", ";", "\t", "\n", "\r\n", "\r", '"\n', ',"', "sep=;\n", "111111111111111111x"],
      valid: (dice) => Buffer.from(csvText(dice)),
      read: (bytes) => readRowsOf(bytes),
    },
    {
      name: "Parquet",
      tokens: ["PAR1", "\x15\x00", "\x19\xfc\xff\xff\xff\x07", "\x19\xf8", "\xff\xff\xff\xff\x0f", "\x18\x04name"],
      async valid(dice) {
        parquet ??= parquetFiles(folder);
        return dice.pick(await parquet);
      },
      read: (bytes) => readRowsOf(bytes, 40),
    },
    {
      name: "Arrow",
      tokens: ["ARROW1", "\xff\xff\xff\xff", "\xff\xff\xff\x7f", "\0\0\0\x40", "\x10\0\0\0"],
      valid: (dice) => dice.pick(arrows),
      read: (bytes) => readRowsOf(bytes, 40),
    },
    packedReader("zst", (one) => {
      const frame = Buffer.from(zstd(Buffer.from(one)));
      // with its checksum, which the compressor leaves out
      frame[4] |= 4;
      const sum = Buffer.alloc(4);
      sum.writeUInt32LE(Number(h64Raw(Buffer.from(one)) & 0xffffffffn));
      return remembered(one, Buffer.concat([frame, sum]));
    }),
    packedReader("gz", (one, dice) => remembered(one, gzipSync(one, { level: dice.below(10) }))),
    {
      name: "ARPA",
      tokens: [
        "\\data\\",
        "\\end\\",
        "\\2-grams:",
        "ngram 1=5",
        "\t",
        " ",
        "-1e999",
        "<unk>",
        "</s>",
        `${"1".repeat(3000)}x`,
        " ".repeat(3000),
      ],
      valid: (dice) => arpa(dice.below(64)),
      async read(bytes) {
        const given = new TextDecoder().decode(bytes);
        const model = await readLanguageModel(text, given);
        const lines = given.split("\n").map((line) => line.replace(/^[ \t]+|[ \t\r]+$/g, ""));
        const counts: number[] = [];
        let isUnknownThere = false;
        for (const line of lines.slice(lines.indexOf("\\data\\") + 1)) {
          if (line === "\\end\\") break;
          if (/^\\\d+-grams:$/.test(line)) counts.push(0);
          else if (counts.length > 0 && line !== "") {
            counts[counts.length - 1]++;
            if (counts.length === 1) isUnknownThere ||= ["<unk>", "<UNK>"].includes(line.split(/[ \t]+/)[1]);
          }
        }
        if (!isUnknownThere) counts[0]++; // a model without it is given one
        if (counts.join() !== model.ngrams.join()) return `${model.ngrams} n-grams of ${counts}`;
        if (given.length % 4 > 0) return ""; // what follows takes three times as long as what was
        const written = [...writeArpa(model)].join("");
        const again = [...writeArpa(await readLanguageModel(text, written))].join("");
        return written === again ? "" : "what is written is read as another model";
      },
    },
    {
      name: "YAML",
      tokens: [
        ":",
        "- ",
        "&a ",
        "*a",
        "<<: *a",
        "!!binary ",
        "{",
        "[",
        "? ",
        "\t",
        "|\n",
        "180deg - ",
        "${",
        "__proto__: 1",
        `${"1".repeat(3000)}x`,
      ],
      valid: (dice) =>
        Buffer.from(
          `name: n${dice.below(9)}\n# a comment\nengine: ${dice.pick(["theory", "auto", "direct"])}\n` +
            `generator: {kind: ${dice.pick(["noise", "linear"])}, ${dice.chance(0.5) ? "errorRate: 0.25" : "angle: 40deg"}}\n`
              .replace("kind: linear, errorRate: 0.25", "kind: linear, angle: 30deg")
              .replace("kind: noise, angle: 40deg", "kind: noise, errorRate: 0.5") +
            `verifier:\n  kind: bernoulli\n  phi: ${dice.pick(["1", "0.9", "9e-1"])}\nsweep:\n  verifier.psi: ${dice.pick(["[0, 0.5]", "{from: 0, to: 1, steps: 5}"])}\n`,
        ),
      async read(bytes) {
        const scenario = readScenario(new TextDecoder().decode(bytes));
        return JSON.stringify(parseScenario(scenario)) === JSON.stringify(scenario)
          ? ""
          : "what was read is read as another";
      },
    },
    resultReader("jsonl", () => readFileSync(join(results, "results.jsonl")), JSON_SIGNS),
    resultReader("csv", () => readFileSync(join(results, "results.csv")), [
      '"',
      ",",
      "\n",
      "null",
      "1e999",
      "[",
      "param:x",
    ]),
    resultReader("json", () => Buffer.from(json), JSON_SIGNS),
    resultReader("parquet", () => readFileSync(join(results, "results.parquet")), [
      "PAR1",
      "\x19\xfc\xff\xff\xff\x07",
      "\x15\0",
    ]),
    {
      name: "store",
      tokens: [
        "\n",
        "00000000 {}\n",
        "ffffffff+999999999999 {}\n",
        "+4 ",
        ...soundLines.slice(0, 2).map((line) => `${line}\n`),
      ],
      valid: () => sound,
      async read(bytes) {
        writeFileSync(join(journal, JOURNAL), bytes);
        const lines = Buffer.from(bytes).toString("latin1").split("\n").slice(0, -1);
        const intact = soundLines.map((line) => lines.includes(line));
        const opened = await Store.open(journal, SCENARIO);
        try {
          const found = [...opened.cells()];
          for (const cell of found) {
            if (JSON.stringify(cell) !== JSON.stringify(cells[cell.index])) return `cell ${cell.index} is another`;
          }
          const kept = soundLines.map((_, i) => opened.has(i));
          if (kept.join() !== intact.join()) return `kept ${kept}, intact ${intact}`;
          const damaged = lines.some((line) => !soundLines.includes(line)) || bytes.at(-1) !== 10;
          if (damaged && bytes.length > 0 && opened.dropped === 0) return "damage is not counted";
        } finally {
          opened.close();
        }
        return "";
      },
    },
    await redisReader(folder),
    answerReader(),
    responseReader(folder),
  ];
}

/** The settings of which trials are put into Redis. */
const QUEUED = { data: { dim: 6 }, samples: 200, verifier: { kind: "bernoulli" } } as const;

/** Whether the numbers of a trial go together, told without what pstar itself asks of them. */
function isOfCell(trial: Trial, samples: number): boolean {
  const { status, accuracy, agreement, cosine, generated, wrong, kept, keptWrong } = trial;
  if (generated !== samples || ![wrong, kept, keptWrong].every(Number.isInteger)) return false;
  const isWithin = keptWrong >= 0 && keptWrong <= Math.min(wrong, kept) && kept - keptWrong <= samples - wrong;
  if (status !== "ok") return isWithin;
  const isMeasured = Math.abs(cosine) <= 1 && agreement >= 0 && agreement <= 1 && accuracy > 0.5 === cosine > 0;
  return isWithin && isMeasured && accuracy > 0 && accuracy < 1 && trial.norm > 0 && Number.isFinite(trial.norm);
}

/** A plan and the trials of a range, as anybody could have put them into Redis. */
async function redisReader(folder: string): Promise<FuzzedReader> {
  const manifest = manifestOf(SCENARIO);
  const { fingerprint, cells, config, provenance } = manifest;
  const record = JSON.stringify({ schema: "pstar/queue@1", fingerprint, cells, config, provenance });
  const core = await load();
  const cell = new Plan(parseScenario({ ...QUEUED, trials: 2 })).cell(0);
  const computed = new CellTrials(core, cell);
  const trials = encodeTrials(computed.run(0, 2));
  computed.close();
  const { samples } = cell.scenario;
  let server: RedisServer | undefined;
  let connection: Connection | undefined;
  return {
    name: "Redis records [redis-server]",
    needs: "redis-server",
    tokens: JSON_SIGNS,
    valid: (dice) => Buffer.from(dice.chance(0.5) ? record : trials),
    async read(bytes, sound) {
      if (sound.length === trials.length) {
        const given = Buffer.from(bytes).toString("latin1");
        const read = given.length === trials.length ? decodeTrials(given, 2, 1) : undefined;
        if (read === undefined) return "";
        if (read.length !== 2 || encodeTrials(read).length !== trials.length)
          return "other trials than those that were sent";
        if (!arePossible(core, cell, read)) throw new DataError("trials that this cell cannot have");
        const wrong = read.find((trial) => !isOfCell(trial, samples));
        return wrong === undefined ? "" : `trials that this cell cannot have: ${JSON.stringify(wrong)}`;
      }
      server ??= await RedisServer.start(join(folder, "redis"));
      connection ??= await Connection.open(server.url);
      const { plan } = planKeys(fingerprint);
      await connection.client.set(plan, Buffer.from(bytes));
      const found = await readRecord(connection, fingerprint);
      if (found === undefined) return "a record that is there was not found";
      return JSON.stringify(scenarioOf(found)) === JSON.stringify(config)
        ? ""
        : "another scenario under this fingerprint";
    },
    async close() {
      await connection?.close();
      await server?.kill();
      [connection, server] = [undefined, undefined];
    },
  };
}

/** Answers of a model's server. */
function answerReader(): FuzzedReader {
  const answers = [
    { choices: [{ message: { content: "a text" } }] },
    { choices: [{ text: "a text" }] },
    { choices: [{ text: "ab", logprobs: { tokens: ["a", "b"], token_logprobs: [null, -1.5], text_offset: [0, 1] } }] },
    { choices: [{ prompt_logprobs: [null, { 17: { logprob: -2, rank: 1, decoded_token: "a" } }] }] },
  ];
  const readers: ((answer: unknown) => unknown)[] = [chatText, completionText, echoed, promptTokens];
  let body: Uint8Array = new Uint8Array(0);
  const server = createServer((request, response) => {
    request.resume().on("end", () => response.writeHead(200, { "content-type": "application/json" }).end(body));
  });
  const listening = new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    name: "answers of a model server",
    tokens: JSON_SIGNS,
    valid: (dice) => Buffer.from(JSON.stringify(dice.pick(answers))),
    async read(bytes, sound) {
      await listening;
      body = bytes;
      const kind = answers.findIndex((answer) => JSON.stringify(answer) === Buffer.from(sound).toString());
      const client = new Client({
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
        key: "k",
        retries: 0,
      });
      const found = await client.post("/x", {}, readers[kind]);
      const value = JSON.parse(new TextDecoder().decode(bytes));
      return JSON.stringify(readers[kind](value)) === JSON.stringify(found) ? "" : "another answer than the server's";
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Whole responses of a file server, headers and all, written on the socket as they are. */
function responseReader(folder: string): FuzzedReader {
  const cache = join(folder, "cache");
  let response: Uint8Array = new Uint8Array(0);
  const server = createSocketServer((socket) => {
    socket.on("error", () => {}).once("data", () => socket.end(response));
  });
  const listening = new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  let asked = 0;
  return {
    name: "responses of a file server",
    tokens: [
      "\r\n",
      "\r\n\r\n",
      "Content-Length: 5",
      "Transfer-Encoding: chunked\r\n",
      "Location: /x\r\n",
      "HTTP/1.1 302 Found",
      'ETag: "\u202e"\r\n',
      "gzip",
      "99999999999999999999",
      "-1",
      "bytes 0-5/6",
    ],
    valid: (dice) => {
      const lines = Buffer.from(Array.from({ length: 1 + dice.below(20) }, (_, i) => `{"id":${i}}\n`).join(""));
      const partial = dice.chance(0.5);
      const head = partial
        ? `HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-${lines.length - 1}/${lines.length}\r\n`
        : "HTTP/1.1 200 OK\r\n";
      return Buffer.from(
        `${head}Content-Length: ${lines.length}\r\nETag: "v${dice.below(100)}"\r\nConnection: close\r\n\r\n${lines}`,
      );
    },
    async read(bytes) {
      await listening;
      response = bytes;
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/${asked++}.jsonl`;
      const before = process.env.XDG_CACHE_HOME;
      process.env.XDG_CACHE_HOME = cache;
      try {
        const ids: unknown[] = [];
        for await (const { id } of rowsOf(url, { onMalformed: () => {} })) ids.push(id);
        return ids.length <= bytes.length ? "" : "more rows than bytes";
      } finally {
        if (asked % 500 === 0) rmSync(cache, { recursive: true, force: true }); // each time takes longer than to read it
        if (before === undefined) delete process.env.XDG_CACHE_HOME;
        else process.env.XDG_CACHE_HOME = before;
      }
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
