import { readNumber } from "./readNumber.js";

/** What a link can carry, and a field can show. */
const LONGEST_TEXT = 16_000;
/** `1*100000` is short and its list is not: no more numbers than a scenario takes. */
const MOST_NUMBERS = 100_000;

/** Rows of numbers as they are typed: commas or blanks between numbers, `;` between rows, `0*3` for three zeros; undefined for other text. */
export function readRows(text: string): number[][] | undefined {
  if (text.length > LONGEST_TEXT) return undefined;
  const rows: number[][] = [];
  let count = 0;
  for (const line of text.split(/[;；\n]/)) {
    const row: number[] = [];
    for (const word of line.split(/[\s,，]+/)) {
      if (word === "") continue;
      const [number = "", times = "1", ...rest] = word.split("*");
      const [value, repeats] = [readNumber(number), /^\d{1,6}$/.test(times) ? Number(times) : 0];
      count += repeats;
      if (Number.isNaN(value) || !Number.isFinite(value) || repeats < 1 || rest.length > 0 || count > MOST_NUMBERS)
        return undefined;
      for (let i = 0; i < repeats; i++) row.push(value + 0);
    }
    if (row.length > 0) rows.push(row);
  }
  return rows;
}

/** The text of rows, as short as it gets, for {@link readRows}. */
export function writeRows(rows: readonly (readonly number[])[]): string {
  return rows.map(writeRow).join(";");
}

function writeRow(row: readonly number[]): string {
  const words: string[] = [];
  for (let start = 0; start < row.length; ) {
    let end = start + 1;
    while (end < row.length && row[end] === row[start]) end++;
    words.push(end - start > 1 ? `${row[start]}*${end - start}` : String(row[start]));
    start = end;
  }
  return words.join(",");
}
