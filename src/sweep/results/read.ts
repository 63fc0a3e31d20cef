import { readFileSync, statSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { DataError, isDecimal, reasonOf, StoreError } from "../../core/errors.js";
import type { CellResult } from "../../engine/result.js";
import { Plan } from "../../model/cells.js";
import { isMapping } from "../../model/problems.js";
import { parseScenario, type Scenario } from "../../model/scenario.js";
import { csvRecords } from "../../rows/csv.js";
import { fileError } from "../../rows/fileError.js";
import { openSource } from "../../rows/source.js";
import { sweepReason } from "../reasons.js";
import { MANIFEST, readManifest } from "../store/manifest.js";
import { isSealed, peek, resultLines } from "../store/store.js";
import { checkedCell } from "./cell.js";
import { openParquet } from "./parquet.js";
import { type ColumnType, measuredType, NEEDED, rowReader, unmarked } from "./table.js";
import { TIDY_COLUMNS } from "./tidy.js";
import { CONFIG_KEY, incompleteIn, type MissingCells, resultFile } from "./write.js";

/** Results that were written before. */
export interface ReadResults {
  /** The scenario; if no file says it, the defaults with a sweep of the values that occur. */
  scenario: Scenario;
  /** Whether the scenario was read and not guessed. */
  known: boolean;
  /** The cells in the order they stand in, as often as they are asked for. */
  cells(): AsyncIterable<CellResult> | Iterable<CellResult>;
  /** What the file says it lacks, once all its cells were read. */
  missing?(): MissingCells | undefined;
}

/**
 * Reads results as JSONL, CSV, Parquet or one JSON document, or from the folder of a run, finished or not.
 *
 * @throws FileError if the file cannot be read, StoreError if it holds no results.
 */
export async function readResults(path: string): Promise<ReadResults> {
  if (isFolder(path)) return ofFolder(path);
  const form = extname(path).toLowerCase();
  if (form === ".parquet") return ofParquet(path);
  if (form === ".json") return ofJson(path);
  if (form !== ".jsonl" && form !== ".csv") {
    throw new StoreError(sweepReason("results-form", { file: path }));
  }
  let lacking: MissingCells | undefined;
  const onMissing = (missing: MissingCells) => {
    lacking = missing;
  };
  const cells = form === ".csv" ? () => csvCells(path, onMissing) : () => jsonCells(path, onMissing);
  return { ...(await withScenario(path, scenarioBeside(path), cells)), missing: () => lacking };
}

/** The files that {@link readResults} may read, or their folder: what is made of them must not be written over them. */
export function inputsOfResults(path: string): string[] {
  return [path, join(dirname(path), MANIFEST)];
}

/** The scenario of a file of results: what a Parquet file says, or the store that the file lies in. */
export async function scenarioOfResults(path: string): Promise<Scenario | undefined> {
  if (extname(path).toLowerCase() !== ".parquet") return scenarioBeside(path);
  const { metadata } = await openParquet(path);
  return scenarioIn(path, metadata);
}

function isFolder(path: string): boolean {
  try {
    const found = statSync(path);
    if (!found.isFile() && !found.isDirectory())
      throw new Error("it is a pipe or device, and results are read more than once");
    return found.isDirectory();
  } catch (error) {
    throw fileError("read", path, error);
  }
}

async function ofFolder(folder: string): Promise<ReadResults> {
  const manifest = readManifest(folder);
  if (manifest === undefined) throw new StoreError(sweepReason("not-a-run", { folder }));
  const scenario = parseScenario(manifest.config);
  const file = resultFile(folder, "jsonl");
  if (isSealed(folder)) return { scenario, known: true, cells: () => jsonCells(file) };
  return { scenario, known: true, cells: () => peek(folder, scenario) };
}

function scenarioBeside(path: string): Scenario | undefined {
  const manifest = readManifest(dirname(path));
  return manifest && parseScenario(manifest.config);
}

async function ofParquet(path: string): Promise<ReadResults> {
  const { names, metadata, rows } = await openParquet(path);
  checkColumns(path, names);
  const read = rowReader(names);
  const scenario = scenarioIn(path, metadata);
  const plan = scenario && new Plan(scenario);
  async function* cells() {
    let number = 0;
    for await (const row of rows()) {
      const cell = read(row, `${path}, row ${++number},`);
      // lists and mappings among the values of an axis are text in a table
      yield plan === undefined ? cell : { ...cell, params: plan.params(cell.index) };
    }
  }
  return withScenario(path, scenario, cells);
}

function scenarioIn(path: string, metadata: ReadonlyMap<string, string>): Scenario | undefined {
  const config = metadata.get(CONFIG_KEY);
  if (config === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(config);
  } catch {
    throw new StoreError(sweepReason("scenario-not-json", { file: path }));
  }
  return parseScenario(value);
}

function ofJson(path: string): ReadResults {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== undefined) throw fileError("read", path, error);
    throw new StoreError(sweepReason("results-not-json", { file: path, line: null, why: reasonOf(error) }));
  }
  if (!isMapping(value) || value.schema !== "pstar/result@1" || !Array.isArray(value.cells)) {
    throw new StoreError(sweepReason("not-a-result", { file: path }));
  }
  const cells = value.cells.map((cell, i) => checkedCell(cell, `${path}, cell ${i},`));
  return { scenario: parseScenario(value.config), known: true, cells: () => cells };
}

/** @param onMissing Told what a line says that cells are missing, in place of a cell. */
function* jsonCells(file: string, onMissing?: (missing: MissingCells) => void): Generator<CellResult> {
  let number = 0;
  for (const line of resultLines(file)) {
    number++;
    let cell: unknown;
    try {
      cell = JSON.parse(line.toString("utf8"));
    } catch (error) {
      throw new StoreError(sweepReason("results-not-json", { file, line: number, why: reasonOf(error) }));
    }
    const missing = missingIn(cell);
    if (missing !== undefined) {
      onMissing?.(missing);
      continue;
    }
    yield checkedCell(cell, `${file}, line ${number},`);
  }
}

/** The line of JSONL that says that cells are missing, and nothing besides; undefined if it is another. */
function missingIn(line: unknown): MissingCells | undefined {
  if (!isMapping(line) || line.complete !== false || Object.keys(line).length !== 3) return undefined;
  const { cells, cellsPlanned } = line as Partial<MissingCells>;
  return Number.isInteger(cells) && Number.isInteger(cellsPlanned) ? (line as unknown as MissingCells) : undefined;
}

async function* csvCells(file: string, onMissing: (missing: MissingCells) => void): AsyncGenerator<CellResult> {
  let read: ReturnType<typeof rowReader> | undefined;
  let readers: ((text: string) => unknown)[] = [];
  const source = await openSource(file);
  try {
    for await (const records of csvRecords(source)) {
      for (const { line, fields } of records) {
        if (read === undefined) {
          checkColumns(file, fields);
          read = rowReader(fields);
          readers = fields.map((name) => fieldReader(measuredType(name)));
          continue;
        }
        const missing = incompleteIn(fields);
        if (missing !== undefined) {
          onMissing(missing);
          continue;
        }
        if (fields.length !== readers.length)
          throw new StoreError(
            sweepReason("row-of-other-length", { file, line, fields: fields.length, columns: readers.length }),
          );
        yield read(
          fields.map((text, i) => readers[i](text)),
          `${file}, line ${line},`,
        );
      }
    }
  } catch (error) {
    throw error instanceof DataError
      ? new StoreError(sweepReason("results-malformed", { file, why: reasonOf(error) }), { line: error.line })
      : error;
  } finally {
    await source.close();
  }
  if (read === undefined) throw new StoreError(sweepReason("results-empty", { file }));
}

function checkColumns(file: string, names: readonly string[]): void {
  const tidy = TIDY_COLUMNS.find((name) => names.includes(name));
  if (tidy !== undefined) throw new StoreError(sweepReason("rows-of-cells", { file, column: tidy }));
  const missing = NEEDED.filter((name) => !names.includes(name));
  if (missing.length > 0) throw new StoreError(sweepReason("columns-missing", { file, columns: missing }));
}

/** If no scenario is known, one whose sweep has the values that occur. */
async function withScenario(
  path: string,
  scenario: Scenario | undefined,
  cells: ReadResults["cells"],
): Promise<ReadResults> {
  if (scenario !== undefined) return { scenario, known: true, cells };
  const values = new Map<string, Map<string, unknown>>();
  let count = 0;
  for await (const { params } of cells()) {
    count++;
    for (const [path, value] of Object.entries(params)) {
      const seen = values.get(path) ?? new Map<string, unknown>();
      values.set(path, seen.set(JSON.stringify(value), value));
    }
  }
  if (count === 0) throw new StoreError(sweepReason("results-empty", { file: path }));
  const sweep = Object.fromEntries([...values].map(([path, seen]) => [path, [...seen.values()]]));
  const base = parseScenario({});
  return { scenario: values.size > 0 ? { ...base, sweep } : base, known: false, cells };
}

/** Reads the fields of a column; of a swept setting the type is not known, and each value shows its own. */
function fieldReader(type: ColumnType | undefined): (text: string) => unknown {
  if (type === undefined) return (text) => unmarked(text) ?? csvValue(text);
  if (type === "string") return (text) => (text === "" ? null : (unmarked(text) ?? text));
  return (text) => (text === "" ? null : Number(text));
}

/** What a field stands for: nothing, a number, yes or no, JSON in brackets, or a word. */
function csvValue(text: string): unknown {
  if (text === "") return null;
  if (isDecimal(text)) return Number(text);
  if (text === "true" || text === "false") return text === "true";
  if (/^[[{]/.test(text)) {
    try {
      return JSON.parse(text);
    } catch {
      return text;
    }
  }
  return text;
}
