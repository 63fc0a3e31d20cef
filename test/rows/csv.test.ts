import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CsvOptions, type CsvRecord, csvDialect, csvRecords } from "../../src/rows/csv.js";

async function recordsOf(content: string | Uint8Array, piece = 1000, options?: CsvOptions): Promise<CsvRecord[]> {
  const bytes = Buffer.from(content as string);
  async function* chunks() {
    for (let start = 0; start < bytes.length; start += piece) yield bytes.subarray(start, start + piece);
  }
  const records: CsvRecord[] = [];
  for await (const some of csvRecords(chunks(), options)) records.push(...some);
  return records;
}

const fields = async (content: string, piece?: number) => (await recordsOf(content, piece)).map((row) => row.fields);

describe("CSV", () => {
  it("is read as csv-parse reads it, whatever the pieces", async () => {
    const field = fc.array(fc.constantFrom("a", "é", "😀", '"', ",", "\n", "\r\n", " ", ";"), { maxLength: 5 });
    const table = fc.array(fc.array(field, { minLength: 1, maxLength: 4 }), { maxLength: 6 });
    const end = fc.constantFrom("\n", "\r\n", "\r");
    await fc.assert(
      fc.asyncProperty(table, end, fc.boolean(), fc.integer({ min: 1, max: 9 }), async (rows, newline, mark, piece) => {
        const quoted = (text: string) => (/["\r\n,]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
        const lines = rows.map((row) => row.map((signs) => quoted(signs.join(""))).join(","));
        const text = `${mark ? "\ufeff" : ""}${lines.join(newline)}`;
        const options = { bom: true, relax_column_count: true, skip_empty_lines: true };
        const want = parse(text, { ...options, record_delimiter: ["\r\n", "\n", "\r"] });
        expect(await fields(text, piece)).toEqual(want);
      }),
      { seed: 11, numRuns: 400 },
    );
  });

  it("has records by the lines that they begin on", async () => {
    const records = await recordsOf('a,b\r\n\r\n1,"two\r\nlines"\n\n3,4', 2);
    expect(records.map(({ line }) => line)).toEqual([1, 3, 6]);
  });

  it("may have quotation marks within a field, and spaces before them", async () => {
    expect(await fields('1,He said "hi" there, "x"\n""\n')).toEqual([["1", 'He said "hi" there', ' "x"'], [""]]);
  });

  it("whose quotation mark is never closed is refused by the line on which it opens", async () => {
    const text = `a,b\n"1\n2",x\n3,"y\n${"4,z\n".repeat(50)}`;
    await expect(recordsOf(text, 7)).rejects.toMatchObject({
      name: "DataError",
      code: "csv-quote-open",
      line: 4,
      message: "the quotation mark in line 4 is never closed",
    });
    // long before the end of a large file
    await expect(recordsOf(text, 7, { limit: 20 })).rejects.toThrow("the quotation mark in line 4 is never closed");
  });

  it("is refused where a quotation mark ends a field early, a row is too long, or bytes are not UTF-8", async () => {
    await expect(recordsOf('a,b\n"x"y,z\n')).rejects.toThrow(
      "the quotation mark in line 2 is closed in line 2, and its field goes on",
    );
    await expect(recordsOf(`a,b\n${"x".repeat(100)}`, 10, { limit: 50 })).rejects.toThrow(
      "the row in line 2 is longer than 50 characters",
    );
    // each field is short
    await expect(recordsOf(`a,b\n${"xyz,".repeat(100)}`, 10, { limit: 50 })).rejects.toThrow(
      "the row in line 2 is longer than 50 characters",
    );
    await expect(recordsOf(Buffer.from("a\nb\ncaf\xe9\n", "latin1"), 3)).rejects.toThrow(
      "it is not UTF-8, in line 3 or after it",
    );
    await expect(recordsOf(Buffer.from("a\nb\xe2\x82", "latin1"))).rejects.toThrow("not UTF-8");
  });
});

describe("the delimiter of a file", () => {
  it("is the one that most of its first records agree on, not its first two", () => {
    // commas of decimals: in the headings and the first row there are as many of them as of semicolons
    const rows = ["a, b;c", "1,5;2", "3;4", "5;6", "7,25;8,5", "9;10"];
    expect(csvDialect(rows.slice(0, 2).join("\n"), true)?.delimiter).toBe(",");
    expect(csvDialect(rows.join("\n"), true)?.delimiter).toBe(";");
  });

  it("is looked for in two hundred records, and not in those behind them", () => {
    const text = (agreeing: number) =>
      ["a,b;c", ...Array(agreeing).fill("1,2;3"), ...Array(400 - agreeing).fill("4;5")].join("\n");
    expect(csvDialect(text(99), true)?.delimiter).toBe(";");
    expect(csvDialect(text(199), true)?.delimiter).toBe(",");
  });
});
