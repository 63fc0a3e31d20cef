/** A value as a cell shows it: text as it is, what has parts as JSON. */
export function cellText(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? jsonOf(value) : String(value);
}

/**
 * CSV as RFC 4180 has it. A cell that a spreadsheet would take for a formula, and one that begins with an apostrophe, has an
 * apostrophe before it. The page of a sheet carries this function as well: it needs nothing from outside.
 */
export function csvText(rows: readonly (readonly string[])[]): string {
  const cell = (text: string) => {
    const guarded = /^['=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text;
    return /[",;\r\n\t]|^\s|\s$/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
  };
  return rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

/** JSON in which an integer beyond 2^53 keeps its digits, as text. */
export function jsonOf(value: unknown, indent?: number): string {
  return JSON.stringify(value, (_, part) => (typeof part === "bigint" ? String(part) : part), indent);
}
