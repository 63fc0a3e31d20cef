import pc from "picocolors";
import { inertJson, printable } from "../../core/printable.js";
import type { Tag } from "../../model/document.js";
import { spelt, type TextSurface } from "./format.js";

/** Where something is written, and what it can show. */
export interface Terminal extends TextSurface {
  /** Writes data for another program, as it is; where someone watches, nothing in it steers the terminal. */
  write(data: string): void;
  /** Waits until what was written has been taken, or its reader has gone: a slow one does not fill the memory. */
  taken(): Promise<void>;
  /** Writes text for people: spelt as the terminal can show it, and nothing in it steers the terminal. */
  print(text: string): void;
  /** Someone is watching. */
  interactive: boolean;
  /** Without colour each of these gives its text back. */
  colors: ReturnType<typeof pc.createColors>;
}

/** A value as the JSON that a command prints; `pstar schema` has the schema that its tag names (src/cli/schema.ts). */
export function jsonText<T extends { schema: Tag } | { $schema: string }>(value: T): string {
  return inertJson(`${JSON.stringify(value, null, 2)}\n`);
}

type Environment = Record<string, string | undefined>;

/** The abilities of an output stream in its environment: COLUMNS, NO_COLOR, FORCE_COLOR, TERM and the locale. */
export function terminalOf(
  stream: Pick<NodeJS.WriteStream, "write" | "isTTY" | "columns"> &
    Partial<Pick<NodeJS.WriteStream, "on" | "off" | "writableNeedDrain" | "destroyed">>,
  env: Environment = process.env,
): Terminal {
  const interactive = stream.isTTY === true;
  const columns = Number(env.COLUMNS);
  const unicode = showsUnicode(env);
  const color = showsColor(interactive, env);
  return {
    write: (data) => void stream.write(interactive ? printable(data) : data),
    taken: async () => {
      if (!stream.writableNeedDrain || stream.destroyed) return;
      await new Promise<void>((resolve) => {
        const events = ["drain", "close", "error"];
        const go = () => {
          for (const event of events) stream.off?.(event, go);
          resolve();
        };
        for (const event of events) stream.on?.(event, go);
      });
    },
    print: (text) => {
      const inert = color ? inertButColored(text) : printable(text);
      stream.write(unicode ? inert : spelt(inert, { unicode }).replaceAll("\u00a0", " "));
    },
    interactive,
    columns: columns > 0 ? columns : interactive ? stream.columns || 80 : Number.POSITIVE_INFINITY,
    unicode,
    colors: pc.createColors(color),
  };
}

const ESCAPE = "\u001b";
/** The sequences that `colors` writes: weights and foreground colours, which hide nothing and move nothing. */
const COLOR = new RegExp(`(${ESCAPE}\\[(?:1|2|22|3[0-79]|9[0-7])m)`);

function inertButColored(text: string): string {
  return text
    .split(COLOR)
    .map((part, i) => (i % 2 === 1 ? part : printable(part)))
    .join("");
}

/** @see https://no-color.org */
function showsColor(interactive: boolean, env: Environment): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== "0";
  return interactive && env.TERM !== "dumb";
}

/** Only a locale that names another character set says no: many a container names none, and shows Unicode well. */
function showsUnicode(env: Environment): boolean {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG;
  return locale === undefined || locale === "" ? env.TERM !== "dumb" : /utf-?8/i.test(locale);
}
