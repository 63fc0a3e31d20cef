import { WIDEST, wrapped } from "./format.js";

const NARROWEST = 30;
/** A line that begins something new, although the one before is not indented either. */
const LABEL = /^[A-Z][A-Za-z ]*: /;

/**
 * Sets an explanation for a terminal. Lines that are not indented make paragraphs; an indented line stays a line by itself and
 * goes on under its text, behind two spaces in it; commands, which begin with $, stay as they are, to be copied.
 *
 * @param columns Of the terminal; Infinity where there is none.
 */
export function helpText(text: string, columns: number): string {
  const width = Math.min(WIDEST, Math.max(NARROWEST, columns));
  const lines: string[] = [];
  let paragraph: string[] = [];
  const end = () => {
    if (paragraph.length > 0) lines.push(...wrapped(paragraph.join(" "), width));
    paragraph = [];
  };
  let isCommand = false;
  for (const line of text.split("\n")) {
    // a command may go on in the next line
    isCommand = /^\s*\$ /.test(line) || (isCommand && lines.at(-1)?.endsWith("\\") === true);
    const isPlain = /^[^\s$]/.test(line);
    if (!isPlain || LABEL.test(line)) end();
    if (isPlain) paragraph.push(line);
    else lines.push(...(isCommand ? [line] : hanging(line, width)));
  }
  end();
  return lines.join("\n");
}

function hanging(line: string, width: number): string[] {
  if (line.length <= width) return [line];
  const [head] = /^\s*(?:\S+(?: \S+)* {2,})?/.exec(line) ?? [""];
  const indent = head.length < width / 2 ? head.length : (/^\s*/.exec(line)?.[0].length ?? 0) + 2;
  const [first, ...others] = wrapped(line.slice(head.length), width - Math.max(head.length, indent));
  return [head + first, ...others.map((other) => " ".repeat(indent) + other)];
}
