import { spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { pstar } from "./inProcess.js";
import { BIN, type Ending, ending } from "./pstar.js";
import { until } from "./until.js";

/** A place for files that runs full, or becomes read-only. */
export interface SmallDisk {
  folder: string;
  /** What the system says where there is no more room. */
  full: RegExp;
  readOnly: RegExp;
  /** Runs pstar on it. */
  pstar(args: readonly string[]): Promise<Ending>;
  /** Lets so many KiB fit: in all where it is a file system, in each file elsewhere. */
  resize(kibibytes: number): void;
  /** Turns writing off, or on again. */
  lock(locked: boolean): Promise<void>;
}

/**
 * A place for the test that calls it: a tmpfs, which returns ENOSPC and EROFS, if this process may mount one. Otherwise a
 * folder: the shell's limit on the size of a file returns EFBIG in the middle of a write likewise, and the folder's rights
 * return EACCES, except to root.
 */
export function smallDisk(root: string, name: string, kibibytes: number): SmallDisk {
  const folder = mkdtempSync(join(root, `${name}-`)); // another one when the test is tried again
  const mount = (...args: string[]) => spawnSync("mount", args, { stdio: "ignore" }).status === 0;
  let limit = kibibytes;
  if (process.platform === "linux" && mount("-t", "tmpfs", "-o", `size=${kibibytes}k`, "tmpfs", folder)) {
    onTestFinished(() => void spawnSync("umount", ["-l", folder], { stdio: "ignore" }));
    return {
      folder,
      full: /no space is left/,
      readOnly: /the file system is read-only/,
      pstar,
      resize: (size) => void mount("-o", `remount,size=${size}k`, folder),
      // a file that was just closed, or is being closed, may count as open for a moment
      lock: (locked) => until(() => mount("-o", `remount,${locked ? "ro" : "rw"}`, folder)),
    };
  }
  return {
    folder,
    full: /the file system takes no file of this size/,
    readOnly: /permission denied/,
    // a shell counts in blocks of 512 bytes
    pstar: (args) => run("sh", ["-c", `ulimit -f ${2 * limit} && exec "$0" "$@"`, process.execPath, BIN, ...args]),
    resize: (size) => {
      limit = size;
    },
    lock: async (locked) => chmodSync(folder, locked ? 0o555 : 0o755),
  };
}

function run(command: string, args: readonly string[]): Promise<Ending> {
  const child = spawn(command, args);
  child.stdin.end();
  return ending(child);
}
