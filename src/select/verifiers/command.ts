import { type ChildProcess, spawn } from "node:child_process";
import { StringDecoder } from "node:string_decoder";
import { printable, quote } from "../../core/printable.js";
import { LINE_LIMIT } from "../../rows/blocks.js";
import { numberIn, type Row } from "../../rows/field.js";
import { parsePythonJson } from "../../rows/jsonText.js";
import { selectReason } from "../reasons.js";
import { MixedUpError, VerifierFault } from "./module.js";
import type { RowText, ScoreNotes, Scorer, Weighted } from "./scorer.js";

// A command gets one row a line, with its number in the file as one member more, `_row`, and answers each with one line. An
// answer that has `_row` says itself which row it is of. Without it, answers count in order, and rows are asked one at a time: then one
// that is missing shows as silence and one too many as a line that nobody asked for, and both end in an error rather than in
// shifted scores. With many rows under way, an answer left out and another one given twice would go unseen.

/** A program of any language that reads rows as lines of JSON and writes a line with a score for each. */
export interface CommandSpec extends Weighted {
  kind: "command";
  /** Given to the shell. */
  command: string;
  /** Milliseconds to wait for the next answer, in [1, 86 400 000]; the first of each start may take ten times as long. @default 60_000 */
  timeout?: number;
  /** How often it is started again without having answered in between, in [0, 100]. @default 3 */
  restarts?: number;
}

/** The member that numbers a row. */
const NUMBER = "_row";
/** Rows that are under way at once, at most. */
const AHEAD = 256;
/** Milliseconds that the first row of a command is under way alone, to see whether answers have `_row`; it may want several to begin. */
const ALONE = 2000;
/** Milliseconds after an answer without `_row` before the next row is sent, so that a second line for it comes before. */
const PAUSE = 1;
/** Characters of its standard error that are shown. */
const TAIL = 500;
/** Milliseconds that it has to end when its input has ended, and to obey a signal. */
const GRACE = 5000;
const OBEY = 1000;
/** Exit codes of the shell: not found, and not executable. */
const NO_COMMAND = new Set([126, 127]);

/** A row under way: its line, number and place. */
interface Asked {
  line: string;
  number: number;
  place: number;
}

/**
 * How a round of questions ended: all answered; or the command has died, or it says nothing; or its first answer has no `_row` and
 * more than one row is under way.
 */
type End =
  | { kind: "done" }
  | { kind: "died"; how: string; noCommand: boolean }
  | { kind: "silent" }
  | { kind: "unnamed" };

/** Scores by a program of the user's, which lives as long as the selection and is started again if it dies. */
export class CommandScorer implements Scorer {
  readonly #spec: Required<Omit<CommandSpec, "weight">>;
  readonly #signal: AbortSignal | undefined;
  #lines: string[] = [];
  #indices: number[] = [];
  #child: Child | undefined;
  #restarts = 0;
  #abstained = 0;
  /** Whether only one row is to be under way. */
  #oneByOne = false;

  constructor({ command, timeout = 60_000, restarts = 3 }: CommandSpec, signal?: AbortSignal) {
    this.#spec = { kind: "command", command, timeout, restarts };
    this.#signal = signal;
  }

  problem(): undefined {
    return undefined;
  }

  take(_: Row, index: number, { line }: RowText): void {
    this.#lines.push(line());
    this.#indices.push(index);
  }

  async scores(firstRow: number): Promise<Float64Array> {
    const [lines, indices] = [this.#lines, this.#indices];
    this.#lines = [];
    this.#indices = [];
    const scores = new Float64Array(lines.length);
    const waiting = new Map<number, Asked>();
    for (const [place, line] of lines.entries()) {
      const number = firstRow + indices[place];
      waiting.set(number, { line: numbered(line, number), number, place });
    }
    for (let failures = 0; waiting.size > 0; ) {
      this.#signal?.throwIfAborted();
      const before = waiting.size;
      const first = indices[(waiting.values().next().value as Asked).place];
      this.#child ??= new Child(this.#spec, this.#signal);
      let end: End;
      try {
        end = await this.#child.ask(waiting, this.#oneByOne, (asked, score) => {
          if (Number.isNaN(score)) this.#abstained++;
          scores[asked.place] = score;
        });
      } catch (error) {
        await this.#stop();
        throw error instanceof AnswerFault ? this.#fault(error.message, first, error.isMixedUp) : error;
      }
      if (end.kind === "done") break;
      if (end.kind === "unnamed") {
        // it begins again, one row at a time: what it says to the rows under way cannot be told apart for certain
        await this.#stop();
        this.#oneByOne = true;
        continue;
      }
      const unnamed = this.#oneByOne || this.#child.named === false;
      const said = this.#child.said.split(/\s/).filter(Boolean).join(" ");
      await this.#stop();
      if (waiting.size < before) failures = 0;
      const how = end.kind === "died" ? end.how : `gave no answer for ${this.#spec.timeout / 1000} s`;
      const left = [...waiting.values()][0];
      if ((end.kind === "died" && end.noCommand) || failures === this.#spec.restarts) {
        const times = failures === 0 ? "" : `, and again after each further start (${failures})`;
        const advice = end.kind === "silent" ? adviceIfSilent(unnamed) : "";
        throw this.#fault(`${how}${times}${advice}${said === "" ? "" : `; it said: ${said}`}`, indices[left.place]);
      }
      failures++;
      this.#restarts++;
    }
    return scores;
  }

  notes(): ScoreNotes {
    const notes = { restarts: this.#restarts, abstained: this.#abstained };
    this.#restarts = 0;
    this.#abstained = 0;
    return notes;
  }

  /** Ends its input, and waits for its end: an answer that comes only now was one too many. */
  async close(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined) return;
    if (this.#signal?.aborted) return child.stop();
    const extra = await child.finish();
    if (extra > 0) throw new MixedUpError(selectReason("answers-too-many", { command: this.#spec.command, extra }));
  }

  async #stop(): Promise<void> {
    await this.#child?.stop();
    this.#child = undefined;
  }

  #fault(what: string, row: number, isMixedUp = false): VerifierFault {
    const fault = new VerifierFault(printable(`the command ${quote(this.#spec.command)} ${what}`), row);
    fault.isMixedUp = isMixedUp;
    return fault;
  }
}

/** An answer that cannot be used. */
class AnswerFault extends Error {
  /** It is one too many: those before may be of other rows. */
  readonly isMixedUp: boolean;

  constructor(message: string, isMixedUp = false) {
    super(message);
    this.isMixedUp = isMixedUp;
  }
}

/** A running command. */
class Child {
  readonly #process: ChildProcess;
  readonly #timeout: number;
  readonly #ended: Promise<void>;
  readonly #onExit = () => this.#kill("SIGKILL");
  readonly #decoder = new StringDecoder("utf8");
  #pieces: string[] = [];
  #length = 0;
  #answered = false;
  /** Whether its answers have `_row`; undefined before the first. */
  named: boolean | undefined;
  #extra = 0;
  #how: { how: string; noCommand: boolean } | undefined;
  #onLine: ((line: string) => void) | undefined;
  #onFault: ((error: unknown) => void) | undefined;
  #onEnd: (() => void) | undefined;
  /** The end of what it wrote to standard error. */
  said = "";

  constructor({ command, timeout }: Required<Omit<CommandSpec, "weight">>, signal: AbortSignal | undefined) {
    this.#timeout = timeout;
    // a group of its own, so that what the shell has started ends with it; Python would keep its answers back
    const child = spawn(command, {
      shell: true,
      detached: process.platform !== "win32",
      env: { PYTHONUNBUFFERED: "1", ...process.env },
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.#process = child;
    process.once("exit", this.#onExit);
    const onAbort = () => this.#onFault?.(signal?.reason);
    signal?.addEventListener("abort", onAbort);
    child.stdin?.on("error", () => {}); // its end is reported by itself
    child.stdout?.on("data", (bytes: Buffer) => this.#read(bytes));
    child.stderr?.on("data", (bytes: Buffer) => {
      this.said = (this.said + bytes.toString("utf8").slice(-TAIL)).slice(-TAIL);
    });
    this.#ended = new Promise((resolve) => {
      const end = (how: string, noCommand = false) => {
        if (this.#how !== undefined) return;
        this.#how = { how, noCommand };
        process.off("exit", this.#onExit);
        signal?.removeEventListener("abort", onAbort);
        this.#rest();
        this.#onEnd?.();
        resolve();
      };
      const ended = (code: number | null, by: NodeJS.Signals | null) =>
        end(by === null ? `ended with exit code ${code}` : `was ended by ${by}`, NO_COMMAND.has(code ?? 0));
      child.on("error", (error) => end(`cannot be started: ${error.message}`, true));
      child.on("close", ended);
      // what it left running may hold its output open
      child.on("exit", (code, by) => setTimeout(() => ended(code, by), OBEY).unref());
      // without an output it cannot answer any more
      child.stdout?.on("end", () => setTimeout(() => end("closed its output"), OBEY).unref());
    });
  }

  /**
   * Asks for rows until each is answered or the command ends.
   *
   * @param waiting By their numbers; those that are answered leave it.
   * @param oneByOne Whether one row at a time is under way even before it is known whether answers have `_row`.
   * @throws AnswerFault if an answer cannot be used.
   */
  async ask(waiting: Map<number, Asked>, oneByOne: boolean, take: (asked: Asked, score: number) => void): Promise<End> {
    const queue = [...waiting.values()];
    const sent = new Map<number, Asked>();
    let next = 0;
    let timer: NodeJS.Timeout | undefined;
    let pause: NodeJS.Timeout | undefined;
    let alone: NodeJS.Timeout | undefined;
    let isWide = false;
    let full = false;
    /** False for an answer that may be of any row under way. */
    const answer = (line: string): boolean => {
      if (line.trim() === "") return true;
      const { score, number } = answerOf(line);
      if (sent.size === 0) throw new AnswerFault(`answered more often than it was asked: ${shown(line)}`, true);
      this.named ??= number !== undefined;
      if (this.named !== (number !== undefined))
        throw new AnswerFault(`named its row (${NUMBER}) in some answers and not in others: ${shown(line)}`);
      if (number === undefined && sent.size > 1) return false;
      const asked = number === undefined ? (sent.values().next().value as Asked) : sent.get(number);
      if (asked === undefined)
        throw new AnswerFault(
          `answered for row ${number}, which it was not asked for or has answered already: ${shown(line)}`,
        );
      sent.delete(asked.number);
      waiting.delete(asked.number);
      take(asked, score);
      this.#answered = true;
      return true;
    };
    try {
      if (this.#extra > 0) throw new AnswerFault("answered more often than it was asked", true);
      return await new Promise<End>((resolve, reject) => {
        const wait = () => {
          clearTimeout(timer);
          timer = setTimeout(() => resolve({ kind: "silent" }), this.#timeout * (this.#answered ? 1 : 10));
        };
        const send = () => {
          const ahead = this.named || (isWide && this.named === undefined) ? AHEAD : 1;
          while (next < queue.length && sent.size < ahead && !full && this.#how === undefined) {
            const asked = queue[next++];
            sent.set(asked.number, asked);
            full = this.#process.stdin?.write(asked.line) === false;
            if (full) this.#process.stdin?.once("drain", again);
          }
        };
        const again = () => {
          full = false;
          send();
        };
        this.#onFault = reject;
        this.#onEnd = () => {
          resolve(
            waiting.size === 0 ? { kind: "done" } : { kind: "died", ...(this.#how ?? { how: "", noCommand: false }) },
          );
        };
        this.#onLine = (line) => {
          if (!answer(line)) return resolve({ kind: "unnamed" });
          wait();
          if (this.named || sent.size > 0) send();
          else pause = setTimeout(send, PAUSE);
          if (sent.size > 0 || next < queue.length) return;
          this.#onLine = undefined; // what comes from now on was not asked for
          resolve({ kind: "done" });
        };
        if (this.#how !== undefined) return this.#onEnd();
        wait();
        send();
        if (this.named !== undefined || oneByOne) return;
        alone = setTimeout(() => {
          isWide = true;
          send();
        }, ALONE);
      });
    } finally {
      for (const one of [timer, pause, alone]) clearTimeout(one);
      this.#onLine = undefined;
      this.#onFault = undefined;
      this.#onEnd = undefined;
    }
  }

  /** Ends its input and waits for its end; the number of unrequested lines. */
  async finish(): Promise<number> {
    this.#process.stdin?.end();
    const late = setTimeout(() => this.#kill("SIGTERM"), GRACE);
    const later = setTimeout(() => this.#kill("SIGKILL"), GRACE + OBEY);
    await this.#ended;
    clearTimeout(late);
    clearTimeout(later);
    this.#kill("SIGKILL"); // what it left running
    return this.#extra;
  }

  /** Ends it, whatever it does. */
  async stop(): Promise<void> {
    this.#onLine = undefined;
    this.#process.stdin?.destroy();
    this.#kill("SIGTERM");
    const later = setTimeout(() => this.#kill("SIGKILL"), OBEY);
    await this.#ended;
    clearTimeout(later);
    this.#kill("SIGKILL");
    this.#process.stdout?.destroy();
    this.#process.stderr?.destroy();
  }

  #kill(signal: NodeJS.Signals): void {
    const { pid } = this.#process;
    if (pid === undefined) return;
    try {
      if (process.platform === "win32") this.#process.kill(signal);
      else process.kill(-pid, signal);
    } catch {
      // it has ended
    }
  }

  /** Cuts what it writes into lines, each of its characters looked at once. */
  #read(bytes: Buffer): void {
    const text = this.#decoder.write(bytes);
    let start = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", start)) {
      this.#pieces.push(text.slice(start, end));
      start = end + 1;
      this.#line();
    }
    this.#pieces.push(text.slice(start));
    this.#length += text.length - start;
    if (this.#length <= LINE_LIMIT) return;
    this.#pieces = [];
    this.#process.stdout?.destroy();
    this.#fail(new AnswerFault(`wrote more than ${LINE_LIMIT} characters without an end of line`));
  }

  /** A last line without its end counts if it is an answer. */
  #rest(): void {
    try {
      const line = this.#pieces.join("");
      answerOf(line);
      this.#line();
    } catch {
      this.#pieces = [];
    }
  }

  #line(): void {
    const line = this.#pieces.join("");
    this.#pieces = [];
    this.#length = 0;
    if (this.#onLine === undefined) {
      if (line.trim() !== "") this.#extra++;
      return;
    }
    try {
      this.#onLine(line);
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#onLine = undefined;
    this.#onFault?.(error);
  }
}

function adviceIfSilent(unnamed: boolean): string {
  const flush = "; it must write out each answer at once (flush), and not at its end";
  return unnamed ? `${flush}, and for each row: without ${NUMBER} in its answers it is asked one row at a time` : flush;
}

/** The row as a line of JSON, with its number as its last member. */
function numbered(line: string, number: number): string {
  const body = line.trim().slice(0, -1).trimEnd();
  return `${body}${body.endsWith("{") && body.length === 1 ? "" : ","}"${NUMBER}":${number}}\n`;
}

/** The score in an answer, NaN for none, and the number of its row. @throws AnswerFault */
function answerOf(line: string): { score: number; number: number | undefined } {
  const value = parsed(line);
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  if (isObject && !Object.hasOwn(value, "score"))
    throw new AnswerFault(`gave an answer without a score: ${shown(line)}`);
  const given = isObject ? (value as Row).score : value;
  const score = Array.isArray(given) ? undefined : numberIn(given);
  if (score === undefined || score === Number.POSITIVE_INFINITY || score === Number.NEGATIVE_INFINITY)
    throw new AnswerFault(`gave a score that is not a finite number, true, false or null: ${shown(line)}`);
  const number = isObject && Object.hasOwn(value, NUMBER) ? (value as Row)[NUMBER] : undefined;
  if (number !== undefined && !Number.isSafeInteger(number))
    throw new AnswerFault(`gave a ${NUMBER} that is not a whole number: ${shown(line)}`);
  return { score: score ?? Number.NaN, number: number as number | undefined };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    try {
      return parsePythonJson(line);
    } catch {
      throw new AnswerFault(`wrote a line that is not JSON: ${shown(line)}; messages belong on standard error`);
    }
  }
}

function shown(line: string): string {
  return quote(line.length > 80 ? `${line.slice(0, 80)}…` : line);
}
