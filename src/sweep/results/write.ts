import { join } from "node:path";
import { CORE_HASH, VERSION } from "../../core/bytes.generated.js";
import type { CellResult } from "../../engine/result.js";
import type { Scenario } from "../../model/scenario.js";
import { Draft } from "../store/files.js";
import { resultColumns } from "./columns.js";
import { csvHeader, csvRow } from "./csv.js";
import { ParquetTable } from "./parquet.js";

/** The forms that results are kept in. */
export const resultForms = ["jsonl", "csv", "parquet"] as const;
export type ResultForm = (typeof resultForms)[number];

/** The file of a form in a folder of results. */
export function resultFile(folder: string, form: ResultForm): string {
  return join(folder, `results.${form}`);
}

export interface WriteOptions {
  signal?: AbortSignal;
  /** Told now and then how many cells are written. */
  onCells?: (cells: number) => void;
}

/** Milliseconds of writing after which the event loop gets its turn. */
const SLICE = 40;

/**
 * Writes results into files, each in the form its name says, cell by cell; all of them are there at the end, or none.
 *
 * @param cells The JSON of each, in the order of the plan.
 */
export async function writeResults(
  files: readonly { file: string; form: ResultForm }[],
  scenario: Scenario,
  cells: Iterable<Buffer>,
  { signal, onCells }: WriteOptions = {},
): Promise<void> {
  const outputs = files.map(({ file, form }) => ({ draft: new Draft(file), form }));
  const columns = resultColumns(scenario);
  const engines = new Set<string>();
  const tables = outputs.map(({ draft, form }) => {
    if (form !== "parquet") return undefined;
    return new ParquetTable(columns, (bytes) => draft.write(bytes), `pstar ${VERSION}`);
  });
  try {
    for (const { draft, form } of outputs) if (form === "csv") draft.write(csvHeader(columns));
    const parses = outputs.some(({ form }) => form !== "jsonl");
    let count = 0;
    let turn = performance.now();
    for (const json of cells) {
      const cell = parses ? (JSON.parse(json.toString("utf8")) as CellResult) : undefined;
      for (const [i, { draft, form }] of outputs.entries()) {
        if (form === "jsonl") {
          draft.write(json);
          draft.write("\n");
        } else if (cell && form === "csv") draft.write(csvRow(cell, columns));
        else if (cell) tables[i]?.add(cell);
      }
      if (cell) engines.add(cell.engine);
      if (++count % 64 !== 0 || performance.now() - turn < SLICE) continue;
      onCells?.(count);
      await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
      turn = performance.now();
    }
    const metadata = metadataOf(scenario, engines);
    for (const table of tables) table?.finish(metadata);
    for (const { draft } of outputs) draft.finish();
    onCells?.(count);
  } finally {
    for (const { draft } of outputs) draft.abandon();
  }
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
