import { join } from "node:path";
import { CORE_HASH } from "../../core/bytes.generated.js";
import { VERSION } from "../../core/version.generated.js";
import type { CellResult } from "../../engine/result.js";
import type { Scenario } from "../../model/scenario.js";
import { Draft, syncFolder } from "../../rows/write.js";
import { ParquetTable } from "./parquet.js";
import { csvHeader, csvRow, resultColumns } from "./table.js";

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
}

/** Milliseconds of writing before other tasks of the event loop may run. */
const SLICE = 40;

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
  const outputs: Output[] = [];
  try {
    for (const form of resultForms.toReversed())
      outputs.push({ form, sink: new Draft(resultFile(folder, form), { durable: true }) });
    await writeForms(outputs, { scenario, known: true }, cells, options);
  } finally {
    for (const { sink } of outputs) sink.discard();
  }
  syncFolder(folder);
  return resultForms.map((form) => resultFile(folder, form));
}

/** One form of the results, and where it goes. */
export interface Output {
  form: ResultForm;
  sink: Sink;
}

/**
 * Writes cells in several forms at once.
 *
 * @param about The scenario, and whether it is known: a Parquet file holds it then.
 */
export async function writeForms(
  outputs: readonly Output[],
  { scenario, known }: { scenario: Scenario; known: boolean },
  cells: Iterable<Buffer> | AsyncIterable<Buffer>,
  { signal, onCells }: WriteOptions = {},
): Promise<void> {
  const columns = resultColumns(scenario);
  const engines = new Set<string>();
  const tables = outputs.map(({ sink, form }) => {
    if (form !== "parquet") return undefined;
    return new ParquetTable(columns, (bytes) => sink.write(bytes), `pstar ${VERSION}`);
  });
  for (const { sink, form } of outputs) if (form === "csv") sink.write(csvHeader(columns));
  const parses = outputs.some(({ form }) => form !== "jsonl");
  let count = 0;
  let turn = performance.now();
  for await (const json of cells) {
    const cell = parses ? (JSON.parse(json.toString("utf8")) as CellResult) : undefined;
    for (const [i, { sink, form }] of outputs.entries()) {
      if (form === "jsonl") {
        sink.write(json);
        sink.write("\n");
      } else if (cell && form === "csv") sink.write(csvRow(cell, columns));
      else if (cell) tables[i]?.add(cell);
    }
    if (cell) engines.add(cell.engine);
    if (++count % 64 !== 0 || performance.now() - turn < SLICE) continue;
    onCells?.(count);
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
    turn = performance.now();
  }
  for (const table of tables) table?.finish(known ? metadataOf(scenario, engines) : {});
  for (const { sink } of outputs) sink.publish();
  onCells?.(count);
}

/** The keys under which a Parquet file says what it holds. */
export const CONFIG_KEY = "pstar.config";
export const PROVENANCE_KEY = "pstar.provenance";

/** What a file of results says of itself: nothing of the machine or the time, so that equal runs give equal bytes. */
function metadataOf(scenario: Scenario, engines: ReadonlySet<string>): Record<string, string> {
  const engine = engines.size === 0 ? scenario.engine : [...engines].sort().join(", ");
  const provenance = { version: VERSION, coreHash: CORE_HASH, engine, seed: scenario.seed };
  return { [CONFIG_KEY]: JSON.stringify(scenario), [PROVENANCE_KEY]: JSON.stringify(provenance) };
}
