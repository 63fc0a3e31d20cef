import pc from "picocolors";

/** What a stream can show. */
export interface Terminal {
  write(text: string): void;
  /** Someone is watching. */
  interactive: boolean;
  /** Characters in a line; Infinity where nothing limits it. */
  columns: number;
  /** Letters and signs beyond ASCII are shown. */
  unicode: boolean;
  /** Without colour each of these gives its text back. */
  colors: ReturnType<typeof pc.createColors>;
}

type Environment = Record<string, string | undefined>;

/** The abilities of an output stream in its environment: COLUMNS, NO_COLOR, FORCE_COLOR, TERM and the locale. */
export function terminalOf(
  stream: Pick<NodeJS.WriteStream, "write" | "isTTY" | "columns">,
  env: Environment = process.env,
): Terminal {
  const interactive = stream.isTTY === true;
  const columns = Number(env.COLUMNS);
  return {
    write: (text) => void stream.write(text),
    interactive,
    columns: columns > 0 ? columns : interactive ? stream.columns || 80 : Number.POSITIVE_INFINITY,
    unicode: showsUnicode(env),
    colors: pc.createColors(showsColor(interactive, env)),
  };
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

const ASCII: Record<string, string> = {
  "±": "+/-",
  "⋆": "*",
  "·": "|",
  "–": "-",
  "−": "-",
  "…": "...",
  "─": "-",
  "└": "+",
  "→": "->",
  "°": " deg",
  "×": "x",
  "≥": ">=",
  α: "alpha",
  η: "eta",
  θ: "theta",
  λ: "lambda",
  π: "pi",
  φ: "phi",
  ψ: "psi",
  Σ: "Sigma",
  "₀": "0",
  "⁻": "-",
};

/** The text as it is, or spelt in ASCII for a terminal that shows no more. */
export function spelt(text: string, { unicode }: Pick<Terminal, "unicode">): string {
  if (unicode) return text;
  return text
    .replace(/10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)/g, (_, power: string) => `1e${digits(power)}`)
    .replace(/[\u0080-\uffff]/g, (sign) => ASCII[sign] ?? "?");
}

function digits(superscript: string): string {
  return [...superscript].map((sign) => (sign === "⁻" ? "-" : String("⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(sign)))).join("");
}

/** A slice is named by the file: what could steer a terminal is not shown as it is. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "�");
}
