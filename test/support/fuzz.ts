import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { PstarError } from "../../src/core/errors.js";
import { uniforms } from "../oracle/random.js";

/** Random choices for generators and mutations. */
export class Dice {
  readonly uniform: () => number;

  constructor(seed: number) {
    this.uniform = uniforms(seed);
  }

  below(n: number): number {
    return Math.floor(this.uniform() * n);
  }

  chance(p: number): boolean {
    return this.uniform() < p;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)];
  }

  times<T>(most: number, make: (i: number) => T): T[] {
    return Array.from({ length: this.below(most + 1) }, (_, i) => make(i));
  }
}

/** A reader of something that somebody else has written. */
export interface FuzzedReader {
  name: string;
  /** What not every machine has; it is in the name as well. */
  needs?: "redis-server";
  /** A valid input, as another writer would have made it. */
  valid(dice: Dice): Uint8Array | Promise<Uint8Array>;
  /** What is worth being put somewhere: signs that mean something to it. */
  tokens: readonly string[];
  /**
   * Reads an input, and accounts for each of its bytes.
   *
   * @param sound The valid input from which it was made.
   * @returns What of it is not accounted for, in words; an empty text if nothing.
   * @throws PstarError if it is refused.
   */
  read(bytes: Uint8Array, sound: Uint8Array): Promise<string>;
  /** Ends what was started for it. */
  close?(): Promise<void> | void;
}

/** Values at which counting goes wrong, as they stand in binary data. */
const NUMBERS = [0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff, 0x40000000, 1e6];
const EVERYWHERE = [
  "\0",
  "\ufeff",
  "\n",
  "\r\n",
  "\r",
  "\u2028",
  "\ud800",
  "é",
  "😀",
  "9".repeat(400),
  "[".repeat(3000),
];

/** Changes an input in one to four places. */
export function mutated(sound: Uint8Array, tokens: readonly string[], dice: Dice): Uint8Array {
  let bytes = Buffer.from(sound);
  for (let changes = 1 + dice.below(4); changes > 0; changes--) {
    const at = dice.below(bytes.length + 1);
    const end = Math.min(bytes.length, at + 1 + dice.below(dice.pick([2, 16, 256])));
    const insert = (part: Uint8Array) => Buffer.concat([bytes.subarray(0, at), part, bytes.subarray(at)]);
    switch (dice.below(9)) {
      case 0:
        if (at < bytes.length) bytes[at] ^= 1 << dice.below(8);
        break;
      case 1:
        if (at < bytes.length) bytes[at] = dice.below(256);
        break;
      case 2:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)]);
        break;
      case 3:
        bytes = Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)]);
        break;
      case 4:
        bytes = bytes.subarray(0, at);
        break;
      case 5:
      case 6:
        bytes = insert(Buffer.from(dice.pick(dice.chance(0.8) ? tokens : EVERYWHERE)));
        break;
      case 7: {
        const size = dice.pick([1, 2, 4, 8]);
        const number = Buffer.alloc(8);
        number.writeDoubleLE(0);
        number.writeUInt32LE(dice.pick(NUMBERS), 0);
        if (dice.chance(0.2)) number.fill(255, 4);
        if (at + size <= bytes.length) bytes.set(number.subarray(0, size), at);
        break;
      }
      default:
        bytes = insert(Buffer.from(Array.from({ length: 1 + dice.below(8) }, () => dice.below(256))));
    }
  }
  return bytes;
}

/** What a run of inputs came to. */
export interface FuzzCounts {
  inputs: number;
  read: number;
  refused: number;
  /** Processor time that the slowest took at most, in milliseconds, and memory that was added, in bytes. */
  slowest: number;
  memory: number;
}

/** Milliseconds after which it is asked how much of them was processor time. */
const SLOW = 20;
/** Processor time that no input of some kilobytes may take, in milliseconds. */
const LONGEST = 3000;
/** Bytes by which the memory of this process may grow while inputs of some kilobytes are read. */
const LARGEST = 1.5e9;
/** Seconds of processor time after which an input is taken to hang, and the process is ended with a word on it. */
const HANGS = 60;

/**
 * Gives a reader inputs, valid ones and changed ones. Of each, every byte is accounted for, or it is refused by a PstarError whose
 * message is one line, within bounds of processor time and memory.
 *
 * @param seed Of all; an input is told by its number.
 * @throws Error that names the input that breaks this; its bytes are in a file.
 */
export async function fuzz(reader: FuzzedReader, inputs: number, seed: number): Promise<FuzzCounts> {
  const counts: FuzzCounts = { inputs, read: 0, refused: 0, slowest: 0, memory: 0 };
  const watchdog = new Watchdog(`${reader.name}, seed ${seed}`);
  const before = process.memoryUsage().rss;
  let since = process.cpuUsage();
  const keep = (bytes: Uint8Array, sound: Uint8Array, i: number) => {
    const folder = join(tmpdir(), "pstar-fuzz");
    mkdirSync(folder, { recursive: true });
    const file = join(folder, `${reader.name.replace(/\W+/g, "-")}-${seed}-${i}`);
    writeFileSync(file, bytes);
    writeFileSync(`${file}.sound`, sound);
    return file;
  };
  try {
    const alone = process.env.PSTAR_FUZZ_INPUT; // one that hung, to be looked at
    for (let i = 0; i < inputs; i++) {
      if (alone !== undefined && i !== Number(alone)) continue;
      watchdog.begin(i);
      const dice = new Dice(seedOf(seed, reader.name, i));
      const sound = await reader.valid(dice);
      const isSound = i % 16 === 0;
      const bytes = isSound ? sound : mutated(sound, reader.tokens, dice);
      if (alone !== undefined) keep(bytes, sound, i);
      const start = performance.now();
      let problem = "";
      try {
        problem = await reader.read(bytes, sound);
        counts.read++;
      } catch (error) {
        counts.refused++;
        if (isSound) problem = `a valid input is refused: ${error}`;
        else if (!(error instanceof PstarError)) problem = (error as Error)?.stack ?? String(error);
        else if (error.message === "" || error.message.includes("\n")) problem = `not one line: ${error.message}`;
      }
      // to ask for processor time takes as long as most readers: it is asked for when an input may have taken much of it
      let took = performance.now() - start;
      if (took > SLOW || i % 256 === 255) {
        const { user, system } = process.cpuUsage(since);
        took = Math.min(took, (user + system) / 1000);
        since = process.cpuUsage();
      }
      counts.slowest = Math.max(counts.slowest, took);
      if (i % 256 === 255 || took > 500) {
        counts.memory = Math.max(counts.memory, process.memoryUsage().rss - before);
        if (counts.memory > LARGEST) problem ||= `${(counts.memory / 1e6).toFixed()} MB more memory`;
      }
      if (took > LONGEST) problem ||= `${took.toFixed()} ms of processor time`;
      if (problem !== "") {
        const file = keep(bytes, sound, i);
        throw new Error(`${reader.name}, seed ${seed}, input ${i} (${bytes.length} bytes, in ${file}): ${problem}`);
      }
    }
  } finally {
    await watchdog.end();
    await reader.close?.();
  }
  return counts;
}

function seedOf(seed: number, name: string, i: number): number {
  return createHash("sha256").update(`${seed} ${name} ${i}`).digest().readUInt32LE(0);
}

/** A thread that ends the process if an input hangs: nothing else in it could. */
class Watchdog {
  readonly #input = new Int32Array(new SharedArrayBuffer(4));
  readonly #worker: Worker;

  constructor(name: string) {
    const script = `
      const { workerData: { input, name, hangs } } = require("node:worker_threads");
      let [last, since] = [-1, 0];
      setInterval(() => {
        const { user, system } = process.cpuUsage();
        const now = Atomics.load(input, 0);
        if (now !== last) [last, since] = [now, user + system];
        else if (user + system - since > hangs * 1e6) {
          require("node:fs").writeSync(2, name + ", input " + now + " hangs\\n");
          process.kill(process.pid, "SIGKILL");
        }
      }, 1000);`;
    this.#worker = new Worker(script, { eval: true, workerData: { input: this.#input, name, hangs: HANGS } });
    this.#worker.unref();
  }

  begin(i: number): void {
    Atomics.store(this.#input, 0, i);
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}

/** How many inputs, and from which seed: PSTAR_FUZZ and PSTAR_FUZZ_SEED of the environment. */
export function fuzzSettings(inputs: number): { inputs: number; seed: number; only: string | undefined } {
  const { PSTAR_FUZZ, PSTAR_FUZZ_SEED, PSTAR_FUZZ_READER } = process.env;
  return {
    inputs: PSTAR_FUZZ === undefined ? inputs : Number(PSTAR_FUZZ),
    seed: PSTAR_FUZZ_SEED === undefined ? 16 : Number(PSTAR_FUZZ_SEED),
    only: PSTAR_FUZZ_READER,
  };
}
