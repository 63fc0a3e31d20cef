import { FileError } from "../core/errors.js";

const reasons: Record<string, string> = {
  ENOENT: "there is no such file or folder",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of its path is a file, not a folder",
  EEXIST: "it is a file, not a folder",
  ENOSPC: "no space is left",
  EDQUOT: "no space is left within the quota",
  EFBIG: "the file system takes no file of this size",
  ENAMETOOLONG: "the name is too long",
};

/** The error of a file in words: `cannot write kept.jsonl: no space is left`. */
export function fileError(action: string, file: string, cause: unknown): FileError {
  if (cause instanceof FileError) return cause;
  const { code = "", message } = cause as NodeJS.ErrnoException;
  return new FileError(`cannot ${action} ${file}: ${reasons[code] ?? message}`, { got: file }, { cause });
}
