import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { ArgumentError, DataError, FileError } from "../core/errors.js";
import type { Reason } from "../core/reasons.js";
import { loadText } from "../core/textCore.js";
import { BLOCK_SIZE } from "../rows/blocks.js";
import type { Row } from "../rows/field.js";
import { targetOf } from "../rows/keptForm.js";
import { LabelReader } from "../rows/labels.js";
import { filesOf } from "../rows/paths.js";
import { nameOf, RowFiles } from "../rows/rowFiles.js";
import { isPipe, openSource } from "../rows/source.js";
import { Draft, FileWriter } from "../rows/write.js";
import { AnswerJournal } from "../server/requests.js";
import { unlessAborted } from "../threads/waiting.js";
import { type Decided, decide } from "./decide/decide.js";
import { type Fingerprint, fingerprintOf, identityOf, identityOfOne } from "./fingerprint.js";
import type { SelectOptions } from "./options.js";
import { type SelectReason, selectReason } from "./reasons.js";
import { type SelectResult, summarize } from "./result.js";
import { ColumnGatherer } from "./score/columns.js";
import { Journal } from "./score/journal.js";
import { scoreFile, whyNoneJudged } from "./score/scoreFile.js";
import { type ResolvedSettings, resolveSettings } from "./settings.js";
import { isDecision, judgeDecisions } from "./verifiers/fields.js";
import { kindOf } from "./verifiers/kinds.js";
import { MixedUpError } from "./verifiers/module.js";
import type { ScorerContext } from "./verifiers/scorer.js";
import { type BlockWorkers, startWorkers } from "./workers.js";
import { OutFolder, SUMMARY } from "./write/outFolder.js";
import { OutputFiles, writeFiles } from "./write/writeFiles.js";

/**
 * Selects rows of files by what verifiers say of them, in bounded memory. With `out`, what has been found out is
 * written down as it is found: the same call after a crash goes on from there, with the same files in the end.
 *
 * @returns What `summary.json` says; of a selection that has ended in this folder before, what it said then.
 * @throws ArgumentError if a setting is out of range; DataError if no row can be judged, or a row (with `strict`) or a verifier's own code is at fault; FileError if a file cannot be read or written, or the folder holds another selection; the signal's reason when aborted.
 * @example
 * const { counts } = await select({ input: "rows.jsonl", out: "kept", verifiers: [{ kind: "score", field: "reward" }], keep: { share: 0.125 } });
 */
export async function select(options: SelectOptions): Promise<SelectResult> {
  const settings = resolveSettings(options);
  const { input, out, write, signal } = options;
  if (out === undefined && write === undefined) throw new ArgumentError(selectReason("no-destination"));
  if (out !== undefined && write !== undefined) throw new ArgumentError(selectReason("two-destinations"));
  signal?.throwIfAborted();
  const files = await filesOf(typeof input === "string" ? [input] : input);
  const fingerprint = await fingerprintOf(settings, files);
  if (out === undefined) return withSpool(files, options, fingerprint, undefined);
  const folder = await OutFolder.open(out);
  folder.check([...files, ...Object.keys(fingerprint.sources)]);
  const { restart = false, onResume } = options;
  const told = (before: SelectResult) => {
    onResume?.({ finished: true, rows: before.counts.read });
    return before;
  };
  const before = restart ? undefined : await folder.finished(fingerprint);
  if (before !== undefined) return told(before);
  const lock = await folder.lock(options);
  try {
    if (restart) await folder.clear();
    // another process may have ended it meanwhile
    const meanwhile = await folder.finished(fingerprint);
    return meanwhile === undefined ? await withSpool(files, options, fingerprint, folder) : told(meanwhile);
  } finally {
    lock.release();
  }
}

/** The settings, in which scores that are decisions are said to be: rules, and fields that have words and no number in the first rows. */
async function withDecisions(files: RowFiles, settings: ResolvedSettings): Promise<ResolvedSettings> {
  const open = settings.verifiers.flatMap((spec) =>
    spec.kind === "score" && spec.decision === undefined ? [spec] : [],
  );
  if (open.length === 0) return settings;
  const rows: Row[] = [];
  for await (const some of files.read(open.map(({ field }) => new LabelReader(field).field))) {
    for (const { row } of some) if (row !== undefined) rows.push(row);
    if (rows.length > 0) break;
  }
  const verifiers = settings.verifiers.map((spec) =>
    spec.kind === "score" && spec.decision === undefined ? { ...spec, decision: isDecision(spec.field, rows) } : spec,
  );
  return { ...settings, verifiers };
}

/** What can be read only once is written down first. */
async function withSpool(
  files: readonly string[],
  options: SelectOptions,
  fingerprint: Fingerprint,
  folder: OutFolder | undefined,
): Promise<SelectResult> {
  if (fingerprint.input !== null) return selectFrom(files, files, options, fingerprint, folder);
  const scratch = folder === undefined ? await mkdtemp(join(tmpdir(), "pstar-select-")) : undefined;
  const spool = folder?.spool ?? join(scratch as string, "spool");
  const spools: string[] = [];
  try {
    const read: string[] = [];
    for (const file of files) {
      if (!isPipe(file) && (await identityOfOne(file)) !== null) read.push(file);
      else {
        const path = spools.length === 0 ? spool : `${spool}.${spools.length}`;
        spools.push(path);
        read.push(path);
        await spoolTo(path, file, options);
      }
    }
    return await selectFrom(read, files, options, fingerprint, folder);
  } finally {
    for (const path of scratch === undefined ? spools : [scratch]) await rm(path, { recursive: true, force: true });
  }
}

async function spoolTo(spool: string, input: string, { signal }: SelectOptions): Promise<void> {
  const source = await openSource(input, { signal });
  const writer = await FileWriter.open(spool);
  try {
    for await (const chunk of source) {
      signal?.throwIfAborted();
      await writer.write(chunk);
    }
    signal?.throwIfAborted();
    await writer.close();
    writer.publish();
  } catch (error) {
    writer.discard();
    throw signal?.aborted ? signal.reason : error;
  } finally {
    await source.close();
  }
}

/** @param paths Where the files are read from. @param given What they were called. */
async function selectFrom(
  paths: readonly string[],
  given: readonly string[],
  options: SelectOptions,
  fingerprint: Fingerprint,
  folder: OutFolder | undefined,
): Promise<SelectResult> {
  const { signal, onProgress, strict = false } = options;
  const names = given.map(nameOf);
  const notes: SelectReason[] = [];
  const onNote = (file: string, note: Reason) => notes.push(selectReason("note-of-file", { file, note }));
  const { as } = fingerprint.settings;
  const files = new RowFiles(paths, { exact: true, onNote, ...(as !== undefined && { as }) });
  const settings = await withDecisions(files, fingerprint.settings);
  const name = names.join(", ");
  const identity = await identityOf(paths);
  const bytesTotal = identity?.size ?? 0;
  const gatherer = new ColumnGatherer(settings);
  // a journal of what cannot be read again would be of no use
  const journal = folder && fingerprint.input !== null ? journalOf(folder, fingerprint, gatherer, options) : undefined;
  const { blockSize = blockSizeOf(settings) } = options;
  let outputs: OutputFiles | undefined;
  const progress = (stage: "scoring" | "writing") => (bytes: number, rows: number) =>
    onProgress?.({ stage, bytes, bytesTotal, rows });
  const threads = threadsFor(Math.ceil(bytesTotal / blockSize), options.workers);
  try {
    const counts = settings.verifiers.some((verifier) => kindOf(verifier).wantsRowNumbers);
    const scoring = { files, names, blockSize, counts, strict, signal, bytesTotal, onProgress: progress("scoring") };
    const outside = settings.verifiers.some((verifier) => kindOf(verifier).isOutside);
    const answers = await answersOf(settings, options, folder);
    try {
      const { concurrency, onRetry } = options;
      const context = { signal, answers, concurrency, onRetry };
      await withWorkers(settings, outside ? 0 : threads, context, (workers) =>
        scoreFile(workers, gatherer, journal, scoring),
      );
    } catch (error) {
      // earlier answers may be those of other rows
      if (error instanceof MixedUpError) journal?.remove();
      throw error;
    } finally {
      await answers?.close();
    }
    // between the two the workers are away, so that their memory serves the deciding
    const slices = settings.by === null ? 1 : gatherer.names.length;
    const core = await loadText();
    let decided: Decided;
    try {
      for (const words of judgeDecisions(name, gatherer.notes)) notes.push(selectReason("decision-words", words));
      if (gatherer.malformed === gatherer.rows) throw await whyNoneJudged(name, files, gatherer, settings);
      decided = await decide(core, gatherer.taken(), settings, slices, signal);
      const { quantiles } = decided;
      if (settings.verifiers.some((verifier, i) => kindOf(verifier).mustScore && quantiles.verifiers[i] === null)) {
        throw await whyNoneJudged(name, files, gatherer, settings);
      }
    } catch (error) {
      // the question is at fault: a better one finds the folder free
      if (error instanceof DataError) journal?.remove();
      throw error;
    }
    signal?.throwIfAborted();
    const target = await targetOf(files, settings.to);
    const written = new OutputFiles(folder, settings, target);
    outputs = written;
    const writing = {
      files,
      names,
      blockSize,
      settings,
      target,
      write: options.write,
      signal,
      onProgress: progress("writing"),
    };
    await withWorkers(settings, threads, { signal }, (workers) =>
      writeFiles(workers, gatherer, decided, written, writing),
    );
    if (JSON.stringify(await identityOf(paths)) !== JSON.stringify(identity)) {
      throw new FileError(selectReason("input-has-changed", { file: name }));
    }
    const result = summarize(inputOf(options), fingerprint, gatherer, decided, written.written);
    result.warnings.unshift(...notes);
    if (folder !== undefined) await publish(folder, written, result);
    journal?.remove();
    return result;
  } catch (error) {
    outputs?.discard();
    if (strict && gatherer.malformed > 0) journal?.remove();
    throw error;
  } finally {
    journal?.close();
    gatherer.close();
  }
}

/** What was asked for, one path alone as a text. */
function inputOf({ input }: SelectOptions): string | readonly string[] {
  return typeof input !== "string" && input.length === 1 ? input[0] : input;
}

/** Goes on with the journal of the folder, or begins one. */
function journalOf(
  folder: OutFolder,
  fingerprint: Fingerprint,
  gatherer: ColumnGatherer,
  { onResume }: SelectOptions,
): Journal {
  const accept = (about: unknown) => folder.checkJournal(about, fingerprint);
  const journal = Journal.open(folder.journal, fingerprint, accept, (block) => gatherer.add(block));
  if (gatherer.rows > 0) onResume?.({ finished: false, rows: gatherer.rows });
  return journal;
}

/** Everything into its place, the summary last: where it is, all is. */
async function publish(folder: OutFolder, files: OutputFiles, result: SelectResult): Promise<void> {
  const summary = new Draft(folder.path(SUMMARY));
  try {
    summary.write(`${JSON.stringify(result, null, 2)}\n`);
    summary.close();
    files.publish();
    await folder.tidy(Object.keys(result.files));
    summary.publish();
  } finally {
    summary.discard();
  }
}

/** The file of a judge's answers, if one is asked. It stays for the next selection, with `restart` as well. */
async function answersOf(
  { verifiers }: ResolvedSettings,
  { answers }: SelectOptions,
  folder: OutFolder | undefined,
): Promise<AnswerJournal | undefined> {
  const file = answers ?? folder?.answers;
  if (file === undefined || !verifiers.some(({ kind }) => kind === "judge")) return undefined;
  return AnswerJournal.open(file);
}

/** What costs much to ask is written down often; other rows come in large blocks. */
function blockSizeOf({ verifiers }: ResolvedSettings): number {
  return Math.min(...verifiers.map((verifier) => kindOf(verifier).blockSize ?? BLOCK_SIZE));
}

/** Worker threads that are worth starting: none for a file of few blocks. */
function threadsFor(blocks: number, workers = availableParallelism()): number {
  return workers < 2 || blocks < 4 ? 0 : Math.min(workers, blocks);
}

/** Starts workers for some work. If the signal aborts, this rejects at once, and the workers are stopped whatever they do. */
async function withWorkers(
  settings: ResolvedSettings,
  threads: number,
  context: Omit<ScorerContext, "core" | "seed">,
  work: (workers: BlockWorkers) => Promise<void>,
): Promise<void> {
  const workers = await startWorkers(settings, threads, context);
  const working = work(workers);
  try {
    await unlessAborted(context.signal, working);
  } catch (error) {
    await workers.close().catch(() => {}); // the first failure is the one that is told
    throw error;
  } finally {
    await working.catch(() => {}); // it ends now, and nothing of it goes on behind our back
  }
  await workers.close();
}
