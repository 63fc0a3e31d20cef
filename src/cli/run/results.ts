import { resolve } from "node:path";
import type { Measure } from "../../figure/series.js";
import { formatNumber } from "../../model/format.js";
import { checkWritable } from "../../rows/files.js";
import { Draft } from "../../rows/write.js";
import { inputsOfResults, readResults } from "../../sweep/results/read.js";
import { FormWriter, type ResultForm, resultForms, type Sink, writeResults } from "../../sweep/results/write.js";
import { Merger } from "../../sweep/store/merge.js";
import { Store } from "../../sweep/store/store.js";
import type { Context } from "../context.js";
import { ExitCode, UsageError } from "../failure.js";
import { Interrupt, withSystemSignals } from "../interrupt.js";
import { tableFormat } from "../options.js";
import { checkFolder, writeFolder } from "./folder.js";

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

  checkFolder(flags.out, folders);
  // every cell is read before anything is written
  const merger = await withSystemSignals(async () => new Merger(folders));
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
      const { signal } = interrupt;
      const publish = () => writeResults(flags.out, merger.scenario, merger.lines(), { signal });
      const { written, undrawn } = await writeFolder(flags.out, merger, flags.y, publish, signal);
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

/** The options of `pstar export`. */
export interface ExportFlags {
  to?: ResultForm;
  out?: string;
  tidy?: boolean;
  quiet?: boolean;
}

/** Converts existing results to another format. */
export async function exportResults(source: string, flags: ExportFlags, context: Context): Promise<void> {
  const { out, err } = context.streams;
  const form = formOf(flags);
  if (form === "parquet" && flags.out === undefined)
    throw new UsageError("Parquet is a binary format: name a file with --out");
  if (flags.out !== undefined) await checkWritable(flags.out, inputsOfResults(source));
  const results = await readResults(source);
  if (flags.tidy && !results.known)
    throw new UsageError(
      "--tidy needs every setting, and the file does not say them: name a Parquet file, or the folder of the run",
    );
  const interrupt = new Interrupt();
  context.streams.onOutClosed(() => interrupt.abort());
  const sink: Sink =
    flags.out === undefined
      ? { write: (data) => out.write(data.toString()), publish() {}, discard() {} }
      : new Draft(flags.out, { durable: true });
  try {
    const writer = new FormWriter([{ form, sink }], results, { signal: interrupt.signal, generations: flags.tidy });
    for await (const cell of results.cells())
      if (writer.add(Buffer.from(JSON.stringify(cell)), cell)) await writer.rest();
    await writer.publish();
    if (flags.out !== undefined && !flags.quiet) err.print(`${err.colors.dim(`wrote ${flags.out}`)}\n`);
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    context.exitCode = interrupt.exitCode ?? ExitCode.ok;
  } finally {
    sink.discard();
    interrupt.dispose();
  }
}

/** The format that `--to` names, or by default the file name. */
function formOf({ to, out }: ExportFlags): ResultForm {
  const named = out === undefined ? undefined : tableFormat(out);
  const form = to ?? named;
  if (form === undefined) throw new UsageError(`--to is missing: one of ${resultForms.join(", ")}`);
  return form;
}
