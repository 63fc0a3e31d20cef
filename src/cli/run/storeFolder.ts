import { formatNumber } from "../../model/format.js";
import type { Scenario } from "../../model/scenario.js";
import type { Shard } from "../../sweep/shard.js";
import { Store } from "../../sweep/store/store.js";
import { UsageError } from "../failure.js";
import type { RunFlags } from "../options.js";
import { writeConfig } from "./folder.js";

/** Opens the folder of a run and says what it holds already; what is unfinished goes on only where that was asked for. */
export async function openStore(
  folder: string,
  scenario: Scenario,
  shard: Shard | undefined,
  { resume }: RunFlags,
  note: (text: string) => void,
): Promise<Store> {
  const onWait = (whom: string) => note(`${folder} may be in use by ${whom}: waiting for a sign of life`);
  const store = await Store.open(folder, scenario, { shard, onWait });
  try {
    const cells = cellsText(store);
    if (store.sealed || store.count === store.part.size) {
      if (store.part.size > 0)
        note(`${folder} holds this run already, all ${formatNumber(store.part.size)} cells: nothing is computed`);
    } else if (store.count > 0) {
      if (!resume) {
        throw new UsageError(
          `${folder} holds this run unfinished, ${cells}: --resume goes on with it, or choose another folder`,
        );
      }
      const dropped =
        store.dropped === 1 ? "; one damaged line was dropped" : `; ${store.dropped} damaged lines were dropped`;
      note(`going on with ${folder}: ${cells} are there${store.dropped > 0 ? dropped : ""}`);
    }
    if (!store.sealed) writeConfig(folder, scenario);
    return store;
  } catch (error) {
    store.close();
    throw error;
  }
}

/** How to go on with a folder that was interrupted. */
export function resumeHint({ folder, manifest: { shard } }: Store, queue?: string): string {
  const text = /^[\w./-]+$/.test(folder) ? folder : `'${folder}'`;
  const how = [shard === null ? "" : ` --shard ${shard}`, queue === undefined ? "" : ` --queue ${queue}`].join("");
  return `go on: pstar run ${text}/config.yaml --out ${text}${how} --resume`;
}

function cellsText({ count, part }: Store): string {
  return `${formatNumber(count)} of ${formatNumber(part.size)} cells`;
}
