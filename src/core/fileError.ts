import { FileError } from "./errors.js";

/** What the codes of the operating system mean, in words. */
const reasons: Record<string, string> = {
  ENOENT: "there is no such file or folder",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of its path is a file, not a folder",
  EEXIST: "it is a file, not a folder",
  ENOSPC: "no space is left",
  EDQUOT: "the quota of disk space is used up",
  EFBIG: "the file may not grow any further",
  EIO: "the disk failed",
  ENAMETOOLONG: "the name is too long",
};

/** What went wrong with a file, in words: `cannot write results.csv: no space is left`. */
export function fileError(action: string, file: string, cause: unknown): FileError {
  const { code = "", message } = cause as Error & { code?: string };
  return new FileError(`cannot ${action} ${file}: ${reasons[code] ?? message}`, { got: file }, { cause });
}
