import { resolve } from "node:path";
import type { Measure } from "../../figure/series.js";
import { formatNumber } from "../../model/format.js";
import { Merger } from "../../sweep/store/merge.js";
import { Store } from "../../sweep/store/store.js";
import type { Context } from "../context.js";
import { UsageError } from "../failure.js";
import { Interrupt } from "../interrupt.js";
import { writeFolder } from "./folder.js";

/** The options of `pstar merge`. */
export interface MergeFlags {
  out: string;
  y: Measure;
  quiet?: boolean;
}

/** Merges the shards of a run into the folder that one uninterrupted run would have written. */
export async function merge(folders: string[], flags: MergeFlags, context: Context): Promise<void> {
  const { err } = context.streams;
  const say = (text: string) => {
    if (!flags.quiet) err.print(`${err.colors.dim(text)}\n`);
  };
  const places = folders.map((folder) => resolve(folder));
  const twice = folders.find((_, i) => places.indexOf(places[i]) !== i);
  if (twice !== undefined) throw new UsageError(`${twice} is named twice`);
  if (places.includes(resolve(flags.out))) throw new UsageError(`--out must be a folder of its own, got ${flags.out}`);

  const merger = new Merger(folders);
  try {
    const store = await Store.open(flags.out, merger.scenario);
    const interrupt = new Interrupt(() => say("stopping; press Ctrl-C again to exit at once"));
    try {
      if (store.sealed) {
        say(
          `${flags.out} already contains this run, all ${formatNumber(merger.plan.length)} cells: nothing is written`,
        );
        return;
      }
      const { written, undrawn } = await writeFolder(flags.out, merger, flags.y, { signal: interrupt.signal });
      store.seal();
      if (undrawn !== undefined) say(undrawn);
      say(`merged ${formatNumber(merger.plan.length)} cells of ${folders.length} folders; wrote ${written.join(", ")}`);
    } catch (error) {
      if (interrupt.exitCode === null) throw error;
      err.print("interrupted: nothing was merged, and the folders are unchanged\n");
      context.exitCode = interrupt.exitCode;
    } finally {
      interrupt.dispose();
      store.close();
    }
  } finally {
    merger.close();
  }
}
