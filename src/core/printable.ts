// Text may come from anywhere: a file, a link, a server. What is shown or quoted must not steer a terminal, reorder what
// stands around it, or look like another text.

/** A letter, mark or sign of a script in which a joiner changes how a word is written, or of an emoji. */
const JOINING = String.raw`(?!\p{Script=Latin}|\p{Script=Greek}|\p{Script=Cyrillic}|\p{Script=Han})[\p{L}\p{M}\p{Extended_Pictographic}\p{Emoji_Modifier}]`;
/** U+200C and U+200D inside a word, which Persian, Hindi and emoji families need. */
const JOINER_IN_WORD = `(?<=${JOINING})[\\u200c\\u200d](?=${JOINING})`;
/** Signs that Unicode counts among the format characters, but that are seen: of Arabic, Syriac and Kaithi numbers. */
const VISIBLE = String.raw`[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}]`;
/** Controls, format characters (direction marks, zero width), lone surrogates, line and paragraph separators. */
const UNSAFE = String.raw`[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]`;

const unsafe = new RegExp(`(?!${VISIBLE}|${JOINER_IN_WORD})${UNSAFE}`, "gu");
const unsafeButLayout = new RegExp(`(?![\\n\\t]|${VISIBLE}|${JOINER_IN_WORD})${UNSAFE}`, "gu");

/** A quotation in a message is no longer than this many characters. */
const LONGEST = 60;

/** Text as it may be shown: controls, direction marks and invisible characters become �; line feeds and tabs stay. */
export function printable(text: string): string {
  return text.replace(unsafeButLayout, "\ufffd");
}

/** Text with a space for each line end. */
export function withoutLineEnds(text: string): string {
  return text.replaceAll("\n", " ");
}

/** A message from elsewhere, such as a parser's, within a message of one line: short, and without line ends. */
export function inLine(text: string): string {
  return cut(text.replace(/\s+/g, " "), 3 * LONGEST);
}

/** JSON with what {@link printable} would replace written as escapes: the same value, and nothing in it steers a terminal. */
export function inertJson(json: string): string {
  return json.replace(unsafeButLayout, (sign) =>
    Array.from({ length: sign.length }, (_, i) => `\\u${sign.charCodeAt(i).toString(16).padStart(4, "0")}`).join(""),
  );
}

/**
 * A value as a message quotes it: JSON, short, and with what {@link printable} would replace written as an escape.
 *
 * @example
 * quote("a\u202eb") // "a\\u202eb" in quotation marks
 */
export function quote(value: unknown): string {
  if (typeof value === "number" || typeof value === "bigint" || value == null) return String(value);
  if (typeof value === "string") return JSON.stringify(cut(value)).replace(unsafe, escaped);
  return cut(json(value).replace(unsafe, escaped));
}

/** A name as {@link quote} writes it, but without quotation marks: one that says something by itself, such as that of a setting. */
export function plainName(name: string): string {
  return quote(name).slice(1, -1);
}

function cut(text: string, longest = LONGEST): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

function escaped(sign: string): string {
  const code = (sign.codePointAt(0) as number).toString(16);
  return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, "0")}`;
}

function json(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return Object.prototype.toString.call(value); // it holds itself, or a bigint
  }
}
