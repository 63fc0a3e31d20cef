import { describe, expect, it } from "vitest";
import { cut, duration, oneLine, textWidth, wrapped } from "../../src/cli/terminal/format.js";
import { type Column, TableLayout, table } from "../../src/cli/terminal/table.js";
import { terminalOf } from "../../src/cli/terminal/terminal.js";

const FAMILY = "👨\u200d👩\u200d👧\u200d👦";

function terminal(columns: number, env: Record<string, string> = {}) {
  let written = "";
  const write = (text: string | Uint8Array) => {
    written += text;
    return true;
  };
  return {
    ...terminalOf({ write, isTTY: false, columns: 80 }, { COLUMNS: String(columns), ...env }),
    written: () => written,
  };
}

describe("what is printed", () => {
  it("cannot steer the terminal, with colours or without, and data are written as they are", () => {
    const nasty = "a\u001b[2Jb\u202ec\u001b]0;title\u0007d";
    for (const env of [{}, { FORCE_COLOR: "1" }] as Record<string, string>[]) {
      const out = terminal(80, env);
      out.print(`${out.colors.red("red")} ${nasty}\n`);
      expect(out.written()).toBe(`${out.colors.red("red")} a�[2Jb�c�]0;title�d\n`);
    }
    const out = terminal(80);
    out.write(nasty);
    expect(out.written()).toBe(nasty);
  });

  it("is spelt in ASCII if the locale has no more", () => {
    const out = terminal(80, { LC_ALL: "C" });
    out.print("p⋆ = 0.5 ± 10⁻⁵, 漢😀\n");
    expect(out.written()).toBe("p* = 0.5 +/- 1e-5, ??\n");
  });
});

describe("text in a terminal", () => {
  it("is as wide as it looks, and cut between what is seen as one sign", () => {
    expect([FAMILY, "漢字", "e\u0301", "\u001b[31mred\u001b[39m", "می\u200cخواهم"].map(textWidth)).toEqual([
      2, 4, 1, 3, 7,
    ]);
    expect(cut(`${FAMILY}${FAMILY}${FAMILY}`, 5)).toBe(`${FAMILY}${FAMILY}…`);
    expect(cut("e\u0301e\u0301e\u0301", 2)).toBe("e\u0301…");
    expect(cut("漢字漢字", 4)).toBe("漢…");
    expect(oneLine("a\n\tb\u202e")).toBe("a b�");
  });

  it("is wrapped by its width, a number with its %", () => {
    expect(wrapped("about 50 % of it", 8)).toEqual(["about", "50 % of", "it"]);
    expect(wrapped("漢字 漢字 漢字", 9)).toEqual(["漢字 漢字", "漢字"]);
    expect(wrapped("one two", Number.POSITIVE_INFINITY)).toEqual(["one two"]);
  });

  it("says a duration in words", () => {
    expect([0.2, 59.5, 61, 3700].map(duration)).toEqual(["1 s", "1 min 0 s", "1 min 1 s", "1 h 1 min"]);
  });
});

describe("a table", () => {
  const columns: Column[] = [
    { head: "slice", align: "left", cells: [FAMILY, "plain", "漢字"], widest: 8 },
    { head: "rows", align: "right", cells: ["1", "22", "333"], leaves: 2 },
    { head: "p⋆", align: "right", cells: ["0.1", "0.25", "0.3"], leaves: 1 },
    { head: "verdict", align: "left", cells: ["below", "above", "inconclusive"] },
  ];

  it("has its columns under their headings, whatever signs are in them", () => {
    const { lines, dropped } = table(columns, terminal(80));
    expect(lines).toEqual([
      "slice  rows    p⋆  verdict",
      `${FAMILY}        1   0.1  below`,
      "plain    22  0.25  above",
      "漢字    333   0.3  inconclusive",
    ]);
    expect(dropped).toEqual([]);
  });

  it("leaves out columns to fit, then puts each row on lines of its own", () => {
    expect(table(columns, terminal(30))).toEqual({
      lines: ["slice    p⋆  verdict", `${FAMILY}      0.1  below`, "plain  0.25  above", "漢字    0.3  inconclusive"],
      dropped: ["rows"],
    });
    const narrow = table(columns, terminal(16));
    expect(narrow.dropped).toEqual(["rows", "p⋆"]);
    expect(narrow.lines).toEqual([
      FAMILY,
      "  verdict below",
      "plain",
      "  verdict above",
      "漢字",
      "  verdict inconclusive",
    ]);
  });

  it("can be written as its rows come, in the widths of what may come", () => {
    const layout = new TableLayout(columns, terminal(80));
    expect([...layout.heads(), ...layout.row(["x", "7", "0.5", { text: "above" }])]).toEqual([
      "slice  rows    p⋆  verdict",
      "x         7   0.5  above",
    ]);
    expect(layout.width).toBe(31);
  });
});
