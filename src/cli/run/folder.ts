import { existsSync } from "node:fs";
import { join } from "node:path";
import { hasTrajectory, type Measure } from "../../figure/series.js";
import { formatNumber, shellWord } from "../../model/format.js";
import type { Scenario } from "../../model/scenario.js";
import { checkOutputs, checkPlaces } from "../../rows/files.js";
import { writeWhole } from "../../rows/write.js";
import { resultFile, resultForms } from "../../sweep/results/write.js";
import type { Shard } from "../../sweep/shard.js";
import { MANIFEST } from "../../sweep/store/manifest.js";
import { Store } from "../../sweep/store/store.js";
import { sayWhoMayWrite } from "../context.js";
import { UsageError } from "../failure.js";
import type { RunFlags } from "../options.js";
import { type CellReader, drawResults, figureKind } from "./figure.js";
import { configText } from "./report.js";

const CONFIG = "config.yaml";

/**
 * Refuses a folder in which a file of the run could not be written, or of which the run would write over what it reads; the folder
 * of the same run may be read. @throws FileError
 */
export function checkFolder(folder: string, inputs: readonly string[]): void {
  const figures = ["curve.png", "heatmap.png"];
  const names = [CONFIG, MANIFEST, ...figures, ...resultForms.map((form) => resultFile(".", form))];
  checkPlaces(folder, names);
  if (existsSync(join(folder, MANIFEST))) return;
  checkOutputs(
    names.map((name) => join(folder, name)),
    inputs,
  );
}

/** Writes the scenario beside its results, so that it can be run again, also before there are any. */
function writeConfig(folder: string, scenario: Scenario): string {
  const file = join(folder, CONFIG);
  writeWhole(file, configText(scenario), { durable: true });
  return file;
}

/**
 * Writes everything about a finished run into its folder: the figure, results.csv, results.parquet and, as the last and the
 * sign that all are there, results.jsonl. The bytes depend on the scenario alone.
 *
 * @param publish Puts the results in their places.
 * @returns The files written, and why there is no figure, where there might have been one.
 */
export async function writeFolder(
  folder: string,
  results: { scenario: Scenario; cells: CellReader },
  measure: Measure,
  publish: () => Promise<unknown>,
  signal: AbortSignal,
): Promise<{ written: string[]; undrawn: string | undefined }> {
  const { scenario } = results;
  const config = writeConfig(folder, scenario);
  const figures: string[] = [];
  let undrawn: string | undefined;
  if (scenario.sweep !== undefined || hasTrajectory(scenario)) {
    const figure = join(folder, `${figureKind(scenario)}.png`);
    undrawn = await drawResults(figure, scenario, (part) => results.cells(part), measure, signal);
    if (undrawn === undefined) figures.push(figure);
  }
  await publish();
  return { written: [...resultForms.map((form) => resultFile(folder, form)), config, ...figures], undrawn };
}

/** Opens the folder of a run and says what it already contains; an unfinished run is continued only on request. */
export async function openStore(
  folder: string,
  scenario: Scenario,
  shard: Shard | undefined,
  { resume }: RunFlags,
  note: (text: string) => void,
): Promise<Store> {
  const store = await Store.open(folder, scenario, { shard, ...sayWhoMayWrite(folder, note) });
  try {
    const cells = cellsText(store);
    if (store.sealed || store.count === store.part.size) {
      if (store.part.size > 0)
        note(`${folder} already contains this run, all ${formatNumber(store.part.size)} cells: nothing is computed`);
    } else if (store.count > 0) {
      if (!resume) {
        throw new UsageError(
          `${folder} contains an unfinished run of this scenario, ${cells}: add --resume to continue it, or choose another folder`,
        );
      }
      const dropped =
        store.dropped === 1 ? "; one damaged line was dropped" : `; ${store.dropped} damaged lines were dropped`;
      note(`resuming ${folder}: ${cells} are there${store.dropped > 0 ? dropped : ""}`);
    }
    if (!store.sealed) writeConfig(folder, scenario);
    return store;
  } catch (error) {
    store.close();
    throw error;
  }
}

/** The command that continues an interrupted run. */
export function resumeHint({ folder, manifest: { shard } }: Store, queue?: string): string {
  const how = [
    shard === null ? "" : ` --shard ${shard}`,
    queue === undefined ? "" : ` --queue ${shellWord(queue)}`,
  ].join("");
  return `resume with: pstar run ${shellWord(`${folder}/config.yaml`)} --out ${shellWord(folder)}${how} --resume`;
}

function cellsText({ count, part }: Store): string {
  return `${formatNumber(count)} of ${formatNumber(part.size)} cells`;
}
