import { rm } from "node:fs/promises";
import { join } from "node:path";
import { sha256Hex16 } from "../model/digest.js";
import { checkPlaces, exists, makeFolder, readText } from "../rows/files.js";
import { KeyedLog } from "../rows/keyedLog.js";
import { Lock, type LockOptions } from "../rows/lock.js";
import { type Identity, jsonText, MANIFEST, openManifest } from "../rows/manifest.js";
import { writeWhole } from "../rows/write.js";
import type { EigenCheckpoint, EigenStore } from "./run.js";

const PARTS = "parts";
const RESULT = "result.json";
const PARTIAL = "result.partial.json";
const CHART = "eigen.png";
const SCHEMA = "pstar/eigen-manifest@1";
const CHECKPOINT = "pstar/eigen-checkpoint@1";

/** A folder that keeps an experiment as it grows: finished work in a log in `parts`, and how far trainings are. */
export class EigenFolder implements EigenStore {
  readonly #folder: string;
  readonly #lock: Lock;
  readonly #log: KeyedLog;

  private constructor(folder: string, lock: Lock) {
    this.#folder = folder;
    this.#lock = lock;
    this.#log = new KeyedLog(join(folder, PARTS, "arms.log"), "pstar/eigen-arms@1", "a log of finished arms");
  }

  /** Whether a folder holds an experiment already. */
  static async isBegun(folder: string): Promise<boolean> {
    return exists(join(folder, MANIFEST));
  }

  /**
   * No other process can open it until `close()`.
   *
   * @throws DataError if the folder holds another experiment, FileError if another process has it open or it cannot be written.
   */
  static async open(folder: string, identity: Identity, { onWait }: LockOptions = {}): Promise<EigenFolder> {
    checkPlaces(folder, [MANIFEST, RESULT, PARTIAL, CHART]);
    await makeFolder(folder, PARTS);
    const lock = await Lock.take(folder, { onWait });
    try {
      await openManifest(folder, { schema: SCHEMA, what: "an eigenvalue experiment" }, identity);
      return new EigenFolder(folder, lock);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  async read(name: string): Promise<unknown> {
    return unpacked(this.#log.get(name));
  }

  async write(name: string, value: unknown): Promise<void> {
    this.#log.put(name, packed(value));
  }

  /** One that is damaged, or of another kind, is as if it were not there. */
  async readCheckpoint(name: string): Promise<EigenCheckpoint | undefined> {
    const file = this.#checkpoint(name);
    if (!(await exists(file))) return undefined;
    try {
      const { schema, step, state, sum } = JSON.parse(await readText(file)) as Record<string, unknown>;
      const text = JSON.stringify([step, state]);
      if (schema !== CHECKPOINT || sum !== sha256Hex16(text) || !Number.isSafeInteger(step)) return undefined;
      const numbers = unpacked(state);
      return numbers instanceof Float32Array ? { step: step as number, state: numbers } : undefined;
    } catch {
      return undefined;
    }
  }

  async writeCheckpoint(name: string, { step, state }: EigenCheckpoint): Promise<void> {
    const kept = packed(state);
    const sum = sha256Hex16(JSON.stringify([step, kept]));
    writeWhole(this.#checkpoint(name), `${JSON.stringify({ schema: CHECKPOINT, step, state: kept, sum })}\n`);
  }

  async removeCheckpoint(name: string): Promise<void> {
    await rm(this.#checkpoint(name), { force: true });
  }

  /** Writes the result of an experiment that has ended, or was stopped; returns the file. */
  async finish(result: { complete: boolean }): Promise<string> {
    const file = join(this.#folder, result.complete ? RESULT : PARTIAL);
    writeWhole(file, jsonText(result));
    if (result.complete) await rm(join(this.#folder, PARTIAL), { force: true });
    return file;
  }

  get chart(): string {
    return join(this.#folder, CHART);
  }

  close(): void {
    this.#log.close();
    this.#lock.release();
  }

  #checkpoint(name: string): string {
    return join(this.#folder, PARTS, `${name}.checkpoint`);
  }
}

const ARRAYS = { f32: Float32Array, u8: Uint8Array } as const;

/** Values with their arrays of numbers as text, so that JSON holds them to the last bit. */
function packed(value: unknown): unknown {
  for (const [kind, List] of Object.entries(ARRAYS)) {
    if (value instanceof List)
      return { [kind]: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64") };
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, packed(part)]));
}

function unpacked(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const [[kind, text] = [], ...others] = Object.entries(value);
  if (others.length === 0 && typeof text === "string" && (kind === "f32" || kind === "u8")) {
    const bytes = Uint8Array.from(Buffer.from(text, "base64"));
    return kind === "u8" ? bytes : new Float32Array(bytes.buffer);
  }
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, unpacked(part)]));
}
