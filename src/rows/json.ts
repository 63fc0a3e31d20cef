/**
 * Reads JSON as Python's `json` writes it: `NaN`, `Infinity` and `-Infinity` are numbers there, which JSON does not have.
 * For texts that `JSON.parse` has refused.
 *
 * @throws SyntaxError if it is not JSON with such numbers either.
 */
export function parsePythonJson(text: string): unknown {
  if (!/NaN|Infinity/.test(text)) throw new SyntaxError("not JSON");
  return parse(text, (part) => part);
}

/** Reads JSON with every integer beyond 2^53, such as a 64-bit id, as a `bigint`: as numbers two of them can be equal. */
export function parseExactJson(text: string): unknown {
  return parse(text, (part, mark) =>
    part.replace(/(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g, (digits) =>
      Number.isSafeInteger(Number(digits)) ? digits : JSON.stringify(mark + digits),
    ),
  );
}

/** Whether digits may have been lost when this integer was read as a number. */
export function isWideInteger(value: unknown): boolean {
  return typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value);
}

/** Parses a text in which what `JSON.parse` cannot read, or not exactly, has become a marked string first. */
function parse(text: string, change: (part: string, mark: string) => string): unknown {
  let mark = "number:";
  while (text.includes(mark)) mark += ":";
  const plain = outsideStrings(text, (part) =>
    change(part, mark).replace(/-?Infinity|NaN/g, (name) => {
      if (name === "NaN") return JSON.stringify(mark);
      return name === "Infinity" ? "1e999" : "-1e999";
    }),
  );
  return JSON.parse(plain, (_, value) => {
    if (typeof value !== "string" || !value.startsWith(mark)) return value;
    return value === mark ? Number.NaN : BigInt(value.slice(mark.length));
  });
}

/** Changes what stands between the strings of a JSON text. */
function outsideStrings(text: string, change: (part: string) => string): string {
  const parts: string[] = [];
  for (let from = 0; ; ) {
    const quote = text.indexOf('"', from);
    parts.push(change(quote < 0 ? text.slice(from) : text.slice(from, quote)));
    if (quote < 0) return parts.join("");
    from = quote + 1;
    while (from < text.length && text[from] !== '"') from += text[from] === "\\" ? 2 : 1;
    parts.push(text.slice(quote, ++from));
  }
}
