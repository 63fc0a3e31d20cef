import { FileError } from "../core/errors.js";
import { type Reason, reasonsOf } from "../core/reasons.js";

/** Why a file, or one of a server, cannot be read or written. */
export const fileSentences = {
  "cannot-read": ({ file, why }: { file: string; why: Reason }) => `cannot read ${file}: ${why.message}`,
  "cannot-write": ({ file, why }: { file: string; why: Reason }) => `cannot write ${file}: ${why.message}`,
  "cannot-do": ({ action, file, why }: { action: string; file: string; why: Reason }) =>
    `cannot ${action} ${file}: ${why.message}`,

  "folder-locked": ({ folder, pid, host, lock }: { folder: string; pid: number; host: string | null; lock: string }) =>
    `${folder} is being written to by process ${pid}${host === null ? "" : ` on ${host}`}: wait for it, stop it, or choose another folder (if there is no such process, remove ${lock})`,
  "lock-contended": ({ folder, file }: { folder: string; file: string }) =>
    `cannot lock ${folder}: other processes keep taking ${file}`,

  "no-such-file": () => "there is no such file or folder",
  "permission-denied": () => "permission denied",
  "read-only": () => "the file system is read-only",
  "is-a-folder": () => "it is a folder",
  "path-through-a-file": () => "a part of its path is a file, not a folder",
  "is-a-file": () => "it is a file, not a folder",
  "no-space": () => "no space is left",
  "no-quota": () => "no space is left within the quota",
  "file-too-large": () => "the file system takes no file of this size",
  "name-too-long": () => "the name is too long",
  /** In the words of the system. */
  "system-says": ({ message }: { message: string }) => message,

  "it-is-read": ({ place, input }: { place: string | null; input: string | null }) =>
    `${place ?? "it"} is read${input === null ? "" : ` under another name: it is ${input}`}`,
  "link-in-folder": ({ link }: { link: string }) =>
    `${link} is a link: what is written under its name would go elsewhere`,
  "it-became-shorter": () => "it has become shorter",
  "it-is-closed": () => "it is closed",
  "log-line-too-long": ({ mebibytes }: { mebibytes: number }) => `a line of it is longer than ${mebibytes} MiB`,
  "not-that-log": ({ file, what }: { file: string; what: string }) => `${file} is not ${what}: it is left as it is`,
  "line-not-a-row": ({ file, line, why }: { file: string; line: number; why: string }) =>
    `${file}, line ${line}: ${why}`,

  "proxy-address": ({ name }: { name: string }) =>
    `${name} must be the address of a proxy, http://HOST:PORT: pstar speaks to no other kind`,
  "file-address": () => "the address of a file must be https://HOST/PATH, without a user or a password",
  "dataset-address": ({ address }: { address: string }) =>
    `the address of a data set must be hf://datasets/OWNER/NAME[@REVISION][/PATH], got ${address}`,
  "hub-address": () => "HF_ENDPOINT must be the address of a hub, such as https://huggingface.co",
  "hub-silent": () => "the hub does not answer",
  "hub-hides-it": ({ status }: { status: number }) =>
    `there is no such data set, revision or folder, or a token in HF_TOKEN must allow it (${status})`,
  "hub-answers": ({ status }: { status: number }) => `the hub answers ${status}`,
  "hub-list-not-json": () => "the hub's list of files is not JSON",
  "hub-list-not-a-list": () => "the hub's list of files is not a list",
  "hub-list-too-long": ({ files }: { files: number }) => `the hub lists more than its first ${files} files: name fewer`,
  "hub-list-elsewhere": () => "the hub's list goes on at another server",

  "server-denies": ({ status }: { status: number }) =>
    `the server does not let it be read (${status}); a token of the hub goes into HF_TOKEN`,
  "not-on-server": () => "there is no such file",
  "server-answers": ({ status }: { status: number }) => `the server answers ${status}`,
  "redirects-nowhere": () => "it redirects to nowhere",
  "redirects-unsafely": ({ protocol }: { protocol: string }) => `it redirects to ${protocol}//, which is not safe`,
  "redirects-in-circles": () => "it redirects in circles",
  "connection-failed": ({ cause }: { cause: string | null }) => cause ?? "the connection failed",
  "answer-without-range": () => "its answer has no range of bytes",
  "other-range": () => "it does not send the range of bytes that it was asked for",
  "more-than-range": () => "it sends more than it was asked for",
  "other-length": () => "it is not as long as it says",
  "changed-meanwhile": () => "it has changed meanwhile",
};

export const fileReason = reasonsOf(fileSentences);

const CODES = {
  ENOENT: "no-such-file",
  EACCES: "permission-denied",
  EPERM: "permission-denied",
  EROFS: "read-only",
  EISDIR: "is-a-folder",
  ENOTDIR: "path-through-a-file",
  EEXIST: "is-a-file",
  ENOSPC: "no-space",
  EDQUOT: "no-quota",
  EFBIG: "file-too-large",
  ENAMETOOLONG: "name-too-long",
} as const;

/** The error of a file in words: `cannot write kept.jsonl: no space is left`. */
export function fileError(action: string, file: string, cause: unknown): FileError {
  if (cause instanceof FileError) return cause;
  const { code = "", message } = cause as NodeJS.ErrnoException;
  const why = Object.hasOwn(CODES, code)
    ? fileReason(CODES[code as keyof typeof CODES])
    : fileReason("system-says", { message });
  if (action === "read") return unreadable(file, why, cause);
  if (action === "write") return unwritable(file, why, cause);
  return new FileError(fileReason("cannot-do", { action, file, why }), { got: file }, { cause });
}

/** The error of a file that cannot be read. */
export function unreadable(file: string, why: Reason, cause?: unknown): FileError {
  return new FileError(fileReason("cannot-read", { file, why }), { got: file }, { cause });
}

/** The error of a file that cannot be written. */
export function unwritable(file: string, why: Reason, cause?: unknown): FileError {
  return new FileError(fileReason("cannot-write", { file, why }), { got: file }, { cause });
}
