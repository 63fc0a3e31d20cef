import { rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileError } from "../../core/errors.js";
import { convertRows, type KeptTarget } from "../../rows/keptForm.js";
import type { MalformedRow } from "../../rows/lines.js";
import { type FileBlock, type RowFiles, rowsOf } from "../../rows/rowFiles.js";
import { writeParquet } from "../../rows/tables.js";
import type { Compression } from "../../rows/unpack.js";
import { draftOf, FileWriter } from "../../rows/write.js";
import { type Decided, Decision } from "../decide/decide.js";
import { selectReason } from "../reasons.js";
import type { WrittenFiles } from "../result.js";
import type { ColumnGatherer } from "../score/columns.js";
import type { ResolvedSettings } from "../settings.js";
import type { ScoreNotes } from "../verifiers/scorer.js";
import { type BlockWorkers, inOrder } from "../workers.js";
import { datasetInfo, PairJoiner } from "./examples.js";
import { INFO, NEAR, type OutFolder } from "./outFolder.js";
import type { BlockFiles } from "./routeRows.js";

/** Malformed rows that a summary shows. */
const SHOWN = 20;

/** How the files are written. */
export interface WriteOptions {
  files: RowFiles;
  /** What messages and rejected rows call each file. */
  names: readonly string[];
  blockSize: number;
  settings: ResolvedSettings;
  target: KeptTarget;
  /** Takes the kept rows if there is no folder. */
  write: ((bytes: Uint8Array) => Promise<void> | void) | undefined;
  signal: AbortSignal | undefined;
  onProgress: (bytes: number, rows: number) => void;
}

/** The files of a selection, written and not yet in their places. */
export class OutputFiles {
  readonly #writers = new Map<keyof BlockFiles, FileWriter>();
  readonly #folder: OutFolder | undefined;
  readonly #settings: ResolvedSettings;
  readonly #target: KeptTarget;
  readonly #malformed: MalformedRow[] = [];
  /** Where rows go that are converted when all are known; beside their place, or in a folder of its own. */
  readonly #spools = new Map<keyof BlockFiles, FileWriter>();
  #scratch: string | undefined;
  #kept = 0;
  #unpaired = 0;
  #pairs: PairJoiner | undefined;
  #info: FileWriter | undefined;

  constructor(folder: OutFolder | undefined, settings: ResolvedSettings, target: KeptTarget) {
    this.#folder = folder;
    this.#settings = settings;
    this.#target = target;
  }

  /** Opens the files that there are in any case. */
  async begin(): Promise<void> {
    for (const kind of this.#settings.baseline ? (["kept", "random"] as const) : (["kept"] as const)) {
      if (this.#target.form !== "jsonl") await this.#openSpool(kind);
      else if (this.#folder !== undefined) await this.#writer(kind);
    }
    if (this.#folder === undefined) return;
    await this.#writer("rejected");
    const { export: form, compress, nearDuplicates } = this.#settings;
    if (nearDuplicates !== null) await this.#writer("near");
    if (form === null) return;
    if (this.#exportsParquet) await this.#openSpool("exported");
    else await this.#writer("exported");
    if (form.form === "dpo") this.#pairs = new PairJoiner(draftOf(this.#folder.path("kept.pairs")));
    if (compress !== "none") return; // LLaMA-Factory reads no packed files
    this.#info = await FileWriter.open(this.#folder.path(INFO));
    await this.#info.write(Buffer.from(datasetInfo(form, this.#nameOf("exported"))));
  }

  async write(files: BlockFiles): Promise<void> {
    this.#show(files.malformed);
    for (const [kind, bytes] of Object.entries(files) as [keyof BlockFiles, Uint8Array][]) {
      if (bytes.length === 0) continue;
      const spool = this.#spools.get(kind);
      if (kind === "exported" && this.#pairs !== undefined) {
        await (spool ?? (await this.#writer(kind))).write(Buffer.from(this.#pairs.join(bytes)));
        continue;
      }
      if (spool !== undefined) await spool.write(bytes);
      else if (this.#folder !== undefined) await (await this.#writer(kind)).write(bytes);
    }
  }

  /** What was written. */
  get written(): WrittenFiles {
    const files = [...this.#writers].map(([kind, { bytes }]) => ({ kind, name: this.#nameOf(kind), bytes }));
    const info = this.#info === undefined ? [] : [{ kind: "info" as const, name: INFO, bytes: this.#info.bytes }];
    const notes: ScoreNotes = { unpaired: this.#unpaired, "unlike-prompts": this.#pairs?.unlike ?? 0 };
    const exported = this.#pairs?.pairs ?? this.#kept;
    return { files: [...files, ...info], malformed: this.#malformed, exported, notes };
  }

  /** Parquet that was asked for is that of the export as well. */
  get #exportsParquet(): boolean {
    return this.#settings.to === "parquet";
  }

  #formOf(kind: keyof BlockFiles): KeptTarget["form"] {
    if (kind === "kept" || kind === "random") return this.#target.form;
    return kind === "exported" && this.#exportsParquet ? "parquet" : "jsonl";
  }

  /** The name that a kind of file has in the folder. */
  #nameOf(kind: keyof BlockFiles): string {
    const { compress, export: example } = this.#settings;
    const name = kind === "exported" ? `kept.${example?.form}` : kind === "near" ? NEAR : kind;
    const form = this.#formOf(kind);
    return `${name}.${form}${compress === "none" || form === "parquet" ? "" : `.${compress}`}`;
  }

  /** Converts what is to be converted, and ends the files. @param write Takes the kept rows if there is no folder. */
  async close(read: RowFiles, decided: Decided, write: WriteOptions["write"]): Promise<void> {
    const { decisions, random } = decided;
    this.#unpaired = decided.unpaired;
    for (const decision of decisions) if (decision === Decision.kept) this.#kept++;
    this.#pairs?.close();
    await this.#info?.close();
    const target = this.#target;
    for (const [kind, spool] of this.#spools) {
      await spool.close();
      const isKept = (row: number) => (kind === "kept" ? decisions[row] === Decision.kept : random?.[row] === 1);
      const writer = this.#folder === undefined ? undefined : await this.#writer(kind);
      const put = (bytes: Uint8Array) => (writer === undefined ? write?.(bytes) : writer.write(bytes));
      if (kind === "exported") {
        await writeParquet(() => rowsOf(draftOf(spool.file), { as: "jsonl" }), put, { chats: true });
        continue;
      }
      if (target.form !== "jsonl") await convertRows(target, spool.file, read, isKept, put);
    }
    await this.#discardSpools();
    for (const writer of this.#writers.values()) await writer.close();
  }

  publish(): void {
    for (const writer of this.#writers.values()) writer.publish();
    this.#info?.publish();
  }

  discard(): void {
    for (const writer of [...this.#writers.values(), ...this.#spools.values()]) writer.discard();
    this.#info?.discard();
    this.#pairs?.close();
    if (this.#scratch !== undefined) rmSync(this.#scratch, { recursive: true, force: true });
  }

  async #openSpool(kind: "kept" | "random" | "exported"): Promise<void> {
    if (this.#folder === undefined) this.#scratch ??= await mkdtemp(join(tmpdir(), "pstar-select-"));
    const path = this.#folder?.path(`${kind}.rows`) ?? join(this.#scratch as string, kind);
    this.#spools.set(kind, await FileWriter.open(path));
  }

  async #discardSpools(): Promise<void> {
    for (const spool of this.#spools.values()) spool.discard();
    this.#spools.clear();
    if (this.#scratch !== undefined) await rm(this.#scratch, { recursive: true, force: true });
  }

  async #writer(kind: keyof BlockFiles): Promise<FileWriter> {
    const known = this.#writers.get(kind);
    if (known !== undefined) return known;
    const compression: Compression = this.#formOf(kind) === "parquet" ? "none" : this.#settings.compress;
    const writer = await FileWriter.open((this.#folder as OutFolder).path(this.#nameOf(kind)), compression);
    this.#writers.set(kind, writer);
    return writer;
  }

  #show(malformed: Uint8Array): void {
    if (malformed.length === 0 || this.#malformed.length === SHOWN) return;
    const lines = Buffer.from(malformed.buffer, malformed.byteOffset, malformed.byteLength)
      .toString()
      .trimEnd()
      .split("\n");
    for (const line of lines.slice(0, SHOWN - this.#malformed.length)) this.#malformed.push(JSON.parse(line));
  }
}

/** The second pass: reads the file again and copies its rows to the files by what was decided. */
export async function writeFiles(
  workers: BlockWorkers,
  gatherer: ColumnGatherer,
  decided: Decided,
  files: OutputFiles,
  options: WriteOptions,
): Promise<void> {
  const { names, settings, signal, write } = options;
  const wants = { rejected: write === undefined, export: settings.export };
  let index = 0;
  let rows = 0;
  let lines = 0;
  let bytes = 0;
  let fileAtHand = 0;
  const copy = async (block: FileBlock) => {
    const place = gatherer.blocks[index++];
    if (place?.offset !== block.offset || place.end !== block.end || place.file !== block.file)
      throw new FileError(selectReason("input-has-changed", { file: names[block.file] }));
    if (block.file !== fileAtHand) lines = 0;
    fileAtHand = block.file;
    const [from, to] = [rows, rows + place.rows];
    const decisions = {
      ...(names.length > 1 && { file: names[block.file] }),
      firstLine: lines + 1,
      decisions: decided.decisions.slice(from, to),
      scores: decided.scores.slice(from, to),
      random: decided.random === null ? null : decided.random.slice(from, to),
      pairs: decided.pairs === null ? null : decided.pairs.slice(from, to),
      near: decided.near && {
        clusters: decided.near.clusters.slice(from, to),
        similarity: decided.near.similarity.slice(from, to),
      },
    };
    rows = to;
    lines += place.lines;
    return workers.copy(block, decisions, wants);
  };
  const writeBlock = async (done: BlockFiles) => {
    if (write !== undefined && options.target.form === "jsonl") await write(done.kept);
    await files.write(done);
    // what was given to `write` may still be on its way
    for (const bytes of write === undefined ? Object.values(done) : []) workers.buffers.give(bytes.buffer);
  };
  await files.begin();
  const blocks = options.files.blocks(undefined, {
    signal,
    size: options.blockSize,
    buffers: workers.buffers,
    onProgress: (now) => {
      bytes = now;
    },
  });
  // one block is written while the next is read and sorted
  let writing = Promise.resolve();
  for await (const { done } of inOrder(blocks, workers.ahead, copy)) {
    signal?.throwIfAborted();
    await writing;
    writing = writeBlock(done);
    writing.catch(() => {}); // a failure is thrown where it is awaited
    options.onProgress(bytes, rows);
  }
  await writing;
  if (index !== gatherer.blocks.length) {
    throw new FileError(selectReason("input-has-changed", { file: names.at(-1) ?? "" }));
  }
  await files.close(options.files, decided, write);
}
