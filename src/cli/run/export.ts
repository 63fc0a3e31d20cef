import type { CellResult } from "../../index.js";
import { checkWritable } from "../../rows/files.js";
import { Draft } from "../../rows/write.js";
import { inputsOfResults, readResults } from "../../sweep/results/read.js";
import { type ResultForm, resultForms, type Sink, writeForms } from "../../sweep/results/write.js";
import type { Context } from "../context.js";
import { ExitCode, UsageError } from "../failure.js";
import { Interrupt } from "../interrupt.js";
import { tableFormat } from "../options.js";

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
    await writeForms([{ form, sink }], results, asJson(results.cells()), {
      signal: interrupt.signal,
      generations: flags.tidy,
    });
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

async function* asJson(cells: AsyncIterable<CellResult> | Iterable<CellResult>): AsyncGenerator<Buffer> {
  for await (const cell of cells) yield Buffer.from(JSON.stringify(cell));
}
