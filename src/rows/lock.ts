import { randomUUID } from "node:crypto";
import {
  closeSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { FileError } from "../core/errors.js";
import { fileError, fileReason } from "./fileError.js";

/** The process that writes into a folder. */
interface Holder {
  host: string;
  pid: number;
  /** When the process started, if the system says it: process ids are used again. */
  born: string | null;
  token: string;
}

/** How a folder is opened whose lock is taken. */
export interface LockOptions {
  /** Told which process the lock seems to be held by, if that is on another machine: some seconds pass until that is known. */
  onWait?: (whom: string) => void;
}

/** Milliseconds between two signs of life, and how long the lock of another machine is watched for one. */
const BEAT = 5_000;
const PATIENCE = 16_000;

/**
 * The right to write into a folder, held as the file `lock` in it; one process at a time has it.
 *
 * The lock of a process that has ended counts for nothing: on this machine that is looked up, and the lock of another
 * machine is watched for some seconds, as its holder touches it every five.
 */
export class Lock {
  readonly #file: string;
  readonly #holder: Holder;
  readonly #beat: NodeJS.Timeout;

  private constructor(file: string, holder: Holder) {
    this.#file = file;
    this.#holder = holder;
    this.#beat = setInterval(() => this.#touch(), BEAT);
    this.#beat.unref();
  }

  /**
   * Takes the lock of a folder.
   *
   * @throws FileError if another process writes into the folder, or it cannot be written to.
   */
  static async take(
    folder: string,
    { onWait, patience = PATIENCE }: LockOptions & { patience?: number } = {},
  ): Promise<Lock> {
    const file = join(folder, "lock");
    const holder: Holder = { host: hostname(), pid: process.pid, born: bornOf("self"), token: randomUUID() };
    for (let tries = 0; tries < 20; tries++) {
      if (create(file, holder)) return new Lock(file, holder);
      const text = readText(file);
      if (text === undefined) continue; // released just now
      const other = parse(text);
      if (!other && tries < 3) {
        await pause(50); // its process may be about to write
        continue;
      }
      if (other && isAlive(other)) throw lockedBy(folder, other);
      if (other && other.host !== holder.host) {
        onWait?.(`process ${other.pid} on ${other.host}`);
        if (!(await isSilent(file, patience))) throw lockedBy(folder, other);
      }
      remove(file, text, holder);
    }
    throw new FileError(fileReason("lock-contended", { folder, file }));
  }

  release(): void {
    clearInterval(this.#beat);
    if (parse(readText(this.#file) ?? "")?.token === this.#holder.token) rmSync(this.#file, { force: true });
  }

  #touch(): void {
    try {
      const now = new Date();
      utimesSync(this.#file, now, now);
    } catch {
      // writing the results notices that the folder is gone
    }
  }
}

function create(file: string, holder: Holder): boolean {
  try {
    const descriptor = openSync(file, "wx");
    try {
      writeFileSync(descriptor, `${JSON.stringify(holder)}\n`);
    } finally {
      closeSync(descriptor);
    }
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw fileError("write", file, error);
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

/** The holder that a lock names; undefined if its process died before writing it. */
function parse(text: string): Holder | undefined {
  try {
    const { host, pid, born, token } = JSON.parse(text) as Holder;
    return typeof host === "string" && Number.isInteger(pid) ? { host, pid, born, token } : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the process that took the lock still runs; false if it is on another machine, where this cannot be known. */
function isAlive({ host, pid, born }: Holder): boolean {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  const fields = statOf(pid);
  if (fields !== null && hasEnded(fields)) return false;
  const now = bornOf(pid);
  return born === null || now === null || born === now;
}

/** Boot and ticks since it when a process started; null if the system does not say. */
function bornOf(pid: number | "self"): string | null {
  try {
    const fields = statOf(pid);
    return fields && `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()} ${fields[19]}`;
  } catch {
    return null;
  }
}

function statOf(pid: number | "self"): string[] | null {
  try {
    return fieldsOfStat(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return null;
  }
}

/** What Linux says of a process in its file `stat`, from its state on. */
export function fieldsOfStat(stat: string): string[] {
  return stat.slice(stat.lastIndexOf(")") + 2).split(" "); // the name before it may contain spaces
}

/** Whether a process has ended, whose exit code nobody has read (Z), or which is about to vanish (X). */
export function hasEnded([state]: readonly string[]): boolean {
  return state === "Z" || state === "X";
}

async function isSilent(file: string, patience: number): Promise<boolean> {
  const mark = () => {
    try {
      return statSync(file).mtimeMs;
    } catch {
      return 0;
    }
  };
  const before = mark();
  await pause(patience);
  return mark() === before;
}

/** Removes the lock of a process that has ended, unless another took it in the meantime. */
function remove(file: string, text: string, { token }: Holder): void {
  const aside = `${file}.${token}`;
  try {
    renameSync(file, aside);
  } catch {
    return; // another process was quicker
  }
  if (readText(aside) !== text) {
    try {
      linkSync(aside, file); // it was a new one: back to its place
    } catch {
      // taken again already
    }
  }
  rmSync(aside, { force: true });
}

function lockedBy(folder: string, { host, pid }: Holder): FileError {
  const elsewhere = host === hostname() ? null : host;
  const reason = fileReason("folder-locked", { folder, pid, host: elsewhere, lock: join(folder, "lock") });
  return new FileError(reason, { got: folder });
}
