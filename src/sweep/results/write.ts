import { join } from "node:path";
import { Turns } from "../../core/slices.js";
import { VERSION } from "../../core/version.generated.js";
import type { CellResult } from "../../engine/result.js";
import { coreHashOf } from "../../engine/run.js";
import { Plan } from "../../model/cells.js";
import type { Scenario } from "../../model/scenario.js";
import { Draft, syncFolder } from "../../rows/write.js";
import { FlatRows } from "./flat.js";
import { ParquetTable } from "./parquet.js";
import { type Column, csvHeader, csvRow, type ResultColumn, resultColumns } from "./table.js";
import { generationColumns, generationRows } from "./tidy.js";

/** The forms that results are kept in. */
export const resultForms = ["jsonl", "csv", "parquet"] as const;
export type ResultForm = (typeof resultForms)[number];

/** The file of a form in a folder of results. */
export function resultFile(folder: string, form: ResultForm): string {
  return join(folder, `results.${form}`);
}

/** Where a file of results goes, piece by piece; whatever comes after `publish`, `discard` is called at the end. */
export interface Sink {
  write(data: string | Uint8Array): void;
  publish(): void;
  discard(): void;
}

export interface WriteOptions {
  signal?: AbortSignal;
  /** Told now and then how many cells are written. */
  onCells?: (cells: number) => void;
  /** A row for each generation of a cell and a column for every setting, fixed ones as well, in place of a row for each cell. */
  generations?: boolean;
}

/**
 * Writes results into files cell by cell: results.csv, results.parquet and, as the last and the sign that all are there,
 * results.jsonl. The bytes depend on the scenario and its cells alone.
 *
 * @param cells The JSON of each, in the order of the plan.
 * @returns The files.
 */
export async function writeResults(
  folder: string,
  scenario: Scenario,
  cells: Iterable<Buffer>,
  options: WriteOptions = {},
): Promise<string[]> {
  const files = new ResultFiles(folder, scenario, options);
  try {
    await files.addAll(cells);
    await files.publish();
  } finally {
    files.discard();
  }
  return resultForms.map((form) => resultFile(folder, form));
}

const LINE_END = Buffer.from("\n");

/** One form of the results, and where it goes. */
export interface Output {
  form: ResultForm;
  sink: Sink;
}

/** Rows of a table in one form, piece by piece. */
export class TableFile<Row> {
  readonly #output: Output;
  readonly #columns: readonly Column<Row>[];
  readonly #parquet: ParquetTable<Row> | undefined;

  /** Begins the file. */
  constructor(output: Output, columns: readonly Column<Row>[]) {
    this.#output = output;
    this.#columns = columns;
    const { form, sink } = output;
    if (form === "parquet") this.#parquet = new ParquetTable(columns, (bytes) => sink.write(bytes), `pstar ${VERSION}`);
    if (form === "csv") sink.write(csvHeader(columns));
  }

  /** @param json The row as a line of JSON has it; left out, its columns by their names. */
  add(row: Row, json?: Buffer): void {
    const { form, sink } = this.#output;
    switch (form) {
      case "parquet":
        this.#parquet?.add(row);
        return;
      case "csv":
        sink.write(csvRow(row, this.#columns));
        return;
      case "jsonl":
        sink.write(
          json ??
            JSON.stringify(Object.fromEntries(this.#columns.map(({ name, value }) => [name, value(row) ?? null]))),
        );
        sink.write(LINE_END);
        return;
      default:
        form satisfies never;
    }
  }

  /** Adds the row that a reader of lines has at hand; `row` itself spares it to read the numbers. */
  addFlat(rows: FlatRows, json: Buffer, row: Row | undefined): void {
    const { form, sink } = this.#output;
    if (form === "csv") sink.write(rows.csv());
    else if (form === "parquet" && row === undefined) this.#parquet?.addFlat(rows);
    else this.add(row as Row, json);
  }

  /** No row follows. */
  end(): void {
    this.#parquet?.endGroup();
  }

  /** Does a part of what rows have left to do, which the next row or {@link publish} does otherwise. @returns Whether some is left. */
  step(): boolean {
    return this.#parquet?.step() ?? false;
  }

  /** Ends the file and puts it in its place; what lacks cells of its plan says so at its end. */
  publish(metadata: Record<string, string>, missing: MissingCells | undefined): void {
    const { form, sink } = this.#output;
    const units = this.#columns.flatMap(({ name, unit }) => (unit === undefined ? [] : [[name, unit]]));
    this.#parquet?.finish({
      ...metadata,
      ...(units.length > 0 && { [UNITS_KEY]: JSON.stringify(Object.fromEntries(units)) }),
      ...(missing && { [COMPLETE_KEY]: JSON.stringify({ complete: false, ...missing }) }),
    });
    if (missing && form === "csv") sink.write(incompleteCsv(missing));
    if (missing && form === "jsonl") sink.write(`${JSON.stringify({ complete: false, ...missing })}\n`);
    sink.publish();
  }
}

/** What is known of cells that are written. */
export interface About {
  scenario: Scenario;
  /** Whether the scenario was read and not guessed: a Parquet file holds it then, and it is known whether cells are missing. */
  known: boolean;
  /** What the file that they were read from says it lacks, once all of it was read. */
  missing?(): MissingCells | undefined;
}

/** Writes cells in several forms at once, in the order in which they come: that of the plan. */
export class FormWriter {
  readonly #outputs: readonly Output[];
  readonly #about: About;
  readonly #options: WriteOptions;
  readonly #engines = new Set<string>();
  readonly #files: Files;
  readonly #turns = new Turns();
  #count = 0;

  constructor(outputs: readonly Output[], about: About, options: WriteOptions = {}) {
    this.#outputs = outputs;
    this.#about = about;
    this.#options = options;
    const filesOf = options.generations ? generationFiles : cellFiles;
    this.#files = filesOf(outputs, about.scenario, this.#engines);
  }

  /**
   * Adds a cell.
   *
   * @param json Its JSON.
   * @param cell The cell itself, if it is at hand: it need not be parsed then.
   * @returns Whether to {@link rest} before the next.
   */
  add(json: Buffer, cell?: CellResult): boolean {
    this.#files.add(json, cell);
    this.#count++;
    return this.#step() || this.#turns.due;
  }

  /** Does what is due, and gives the event loop its turns meanwhile. @throws the signal's reason when aborted */
  async rest(): Promise<void> {
    const { signal, onCells } = this.#options;
    do {
      if (!this.#turns.due) continue;
      onCells?.(this.#count);
      await this.#turns.give(signal);
    } while (this.#step());
  }

  /** Adds all cells, by their JSON. */
  async addAll(cells: Iterable<Buffer> | AsyncIterable<Buffer>): Promise<void> {
    if (Symbol.iterator in cells) {
      for (const json of cells) if (this.add(json)) await this.rest();
    } else for await (const json of cells) if (this.add(json)) await this.rest();
  }

  /** Ends the files and puts them in their places. */
  async publish(): Promise<void> {
    const { tables } = this.#files;
    for (const table of tables) table.end();
    await this.rest();
    const { scenario, known, missing } = this.#about;
    const cells = this.#count;
    const cellsPlanned = known ? new Plan(scenario).length : (missing?.()?.cellsPlanned ?? cells);
    const metadata = known ? metadataOf(scenario, this.#engines) : {};
    for (const table of tables) table.publish(metadata, cells < cellsPlanned ? { cells, cellsPlanned } : undefined);
    this.#options.onCells?.(cells);
  }

  /** Leaves nothing behind, unless it was published. */
  discard(): void {
    for (const { sink } of this.#outputs) sink.discard();
  }

  #step(): boolean {
    return this.#files.tables.some((table) => table.step());
  }
}

/** The files of results in a folder, {@link writeResults} says which, while their cells are yet to come. */
export class ResultFiles extends FormWriter {
  readonly #folder: string;

  /** Begins drafts of the files. */
  constructor(folder: string, scenario: Scenario, options: WriteOptions = {}) {
    super(draftsIn(folder), { scenario, known: true }, options);
    this.#folder = folder;
  }

  override async publish(): Promise<void> {
    await super.publish();
    syncFolder(this.#folder);
  }
}

/** Drafts of the results in a folder, the one that is published last at the end. */
function draftsIn(folder: string): Output[] {
  const outputs: Output[] = [];
  try {
    for (const form of resultForms.toReversed())
      outputs.push({ form, sink: new Draft(resultFile(folder, form), { durable: true }) });
    return outputs;
  } catch (error) {
    for (const { sink } of outputs) sink.discard();
    throw error;
  }
}

interface Files {
  tables: readonly Pick<TableFile<never>, "end" | "step" | "publish">[];
  add(json: Buffer, cell?: CellResult): void;
}

/** @param engines Is told the engine of each cell that is parsed. */
function cellFiles(outputs: readonly Output[], scenario: Scenario, engines: Set<string>): Files {
  const columns = resultColumns(scenario).map(
    (column): ResultColumn => ({ ...column, value: (cell) => asJson(column.value(cell)) }),
  );
  const tables = outputs.map((output) => new TableFile(output, columns));
  const parses = outputs.some(({ form }) => form !== "jsonl");
  const places = columns.flatMap(({ place }) => (place === undefined ? [] : [place]));
  const rows = parses && places.length === columns.length ? new FlatRows(places) : undefined;
  const engine = columns.findIndex(({ name }) => name === "engine");
  return {
    tables,
    add: (json, known) => {
      if (rows?.read(json)) {
        engines.add(known?.engine ?? (rows.value(engine) as string));
        for (const table of tables) table.addFlat(rows, json, known);
        return;
      }
      const cell = known ?? (parses ? cellOf(json) : undefined);
      if (cell !== undefined) {
        engines.add(cell.engine);
        rows?.learn(json, cell);
      }
      for (const table of tables) table.add(cell as CellResult, json);
    },
  };
}

/** A value of a cell that was not parsed, as if it had been: JSON has no −0, and null for a number that is not finite. */
function asJson(value: unknown): unknown {
  if (typeof value !== "number") return value;
  return Number.isFinite(value) ? value + 0 : null;
}

function generationFiles(outputs: readonly Output[], scenario: Scenario, engines: Set<string>): Files {
  const columns = generationColumns(scenario);
  const tables = outputs.map((output) => new TableFile(output, columns));
  return {
    tables,
    add: (json) => {
      const cell = cellOf(json);
      engines.add(cell.engine);
      for (const row of generationRows(cell)) for (const table of tables) table.add(row);
    },
  };
}

function cellOf(json: Buffer): CellResult {
  return JSON.parse(json.toString("utf8")) as CellResult;
}

/** How many cells there are, of a plan that has more. */
export interface MissingCells {
  cells: number;
  cellsPlanned: number;
}

const INCOMPLETE = "# complete: false";
const INCOMPLETE_LINE = /^# complete: false; (\d{1,15}) of (\d{1,15}) cells$/;

/** The last line of a table that lacks cells. */
export function incompleteCsv({ cells, cellsPlanned }: MissingCells): string {
  return `${INCOMPLETE}; ${cells} of ${cellsPlanned} cells\n`;
}

/** What a record of CSV says of cells that are missing; undefined if it is another record. */
export function incompleteIn(fields: readonly string[]): MissingCells | undefined {
  const [, cells, cellsPlanned] = (fields.length === 1 && INCOMPLETE_LINE.exec(fields[0])) || [];
  return cells === undefined ? undefined : { cells: Number(cells), cellsPlanned: Number(cellsPlanned) };
}

/** The keys under which a Parquet file says what it holds. */
export const CONFIG_KEY = "pstar.config";
const PROVENANCE_KEY = "pstar.provenance";
/** The units of columns, by name. */
const UNITS_KEY = "pstar.units";
const COMPLETE_KEY = "pstar.complete";

/** What a file of results says of itself: nothing of the machine or the time, so that equal runs give equal bytes. */
export function metadataOf(scenario: Scenario, engines: ReadonlySet<string>): Record<string, string> {
  const engine = engines.size === 0 ? scenario.engine : [...engines].sort().join(", ");
  const provenance = { version: VERSION, coreHash: coreHashOf(scenario), engine, seed: scenario.seed };
  return { [CONFIG_KEY]: JSON.stringify(scenario), [PROVENANCE_KEY]: JSON.stringify(provenance) };
}
