import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import wrapAnsi from "wrap-ansi";
import { cut, duration, oneLine, textWidth, wrapped } from "../../src/cli/terminal/format.js";
import { type Column, TableLayout, table } from "../../src/cli/terminal/table.js";
import { jsonText, terminalOf } from "../../src/cli/terminal/terminal.js";
import { uniforms } from "../oracle/random.js";
import { scratchFolder } from "../support/folders.js";
import { pstar } from "../support/inProcess.js";

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

  it("as data is inert where someone watches, and JSON is the same value with escapes", () => {
    let written = "";
    const write = (text: string | Uint8Array) => {
      written += text;
      return true;
    };
    terminalOf({ write, isTTY: true, columns: 80 }, {}).write("a\u001b[2Jb\u009bc\u202ed\n");
    expect(written).toBe("a�[2Jb�c�d\n");
    const value = { schema: "pstar/result@1", text: "a\u009bb\u202ec\u{e0041}d漢" } as const;
    expect(jsonText(value as never)).toContain("a\\u009bb\\u202ec\\udb40\\udc41d漢");
    expect(JSON.parse(jsonText(value as never))).toEqual(value);
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

describe("plain text, for which neither library is loaded", () => {
  it("takes the places that string-width counts, sign by sign", () => {
    const differing: string[] = [];
    for (let code = 0x20; code < 0x3000; code++) {
      const sign = String.fromCodePoint(code);
      if (textWidth(sign) !== stringWidth(sign)) differing.push(code.toString(16));
    }
    expect(differing).toEqual([]);
  });

  it("is wrapped as wrap-ansi wraps it", () => {
    const random = uniforms(1);
    const words = ["a", "of", "φ", "label", "keptRows", "–", "p⋆=0.727", "understandably", "", "7\u00a0%"];
    for (let i = 0; i < 2000; i++) {
      const text = Array.from(
        { length: 1 + Math.floor(random() * 12) },
        () => words[Math.floor(random() * words.length)],
      );
      const width = 1 + Math.floor(random() * 30);
      const expected = wrapAnsi(text.join(" "), width).replaceAll("\u00a0", " ");
      expect({ text, width, lines: wrapped(text.join(" "), width) }).toEqual({
        text,
        width,
        lines: expected.split("\n"),
      });
    }
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

describe("a narrow terminal", () => {
  const folder = scratchFolder();
  const place = (name: string) => join(folder, name);
  const lines = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");
  const labels = Array.from({ length: 200 }, (_, i) => ({
    kept: i % 3 > 0,
    correct: i < 100 ? i % 4 > 0 : null,
    task: ["arithmetic", "漢字 and a very long name indeed", FAMILY][i % 3],
    score: (i * 37) % 101,
  }));
  const articles = Array.from({ length: 4 }, (_, i) => ({ id: `a${i}`, text: `text ${i}`, summary: `a summary ${i}` }));
  writeFileSync(place("labels.jsonl"), lines(labels));
  writeFileSync(place("articles.jsonl"), lines(articles));
  writeFileSync(place("texts.txt"), "the cat sat on the mat\nthe dog sat on the cat\n".repeat(20));
  const audit = ["audit", place("labels.jsonl"), "--correct", "correct", "--kept", "kept"];

  it.each([
    ["run", ["run", "phase-transition", "--set", "samples=50", "--trials", "2"]],
    [
      "run of three settings",
      [
        "run",
        "phase-transition",
        "--engine",
        "theory",
        "--set",
        "sweep.samples=[100,2000]",
        "--set",
        "sweep.data.dim=[5,20]",
      ],
    ],
    ["breakdown", ["breakdown", "phase-transition"]],
    ["audit", [...audit, "--by", "task"]],
    ["audit --plan", ["audit", "--plan", "--p", "0.33", "--phi", "0.8", "--psi", "0.3"]],
    [
      "select",
      ["select", place("labels.jsonl"), "--field", "score", "--by", "task", "--keep", "20%", "--out", place("out")],
    ],
    ["lm train", ["lm", "train", place("texts.txt"), "--out", place("model.arpa"), "--held-out", place("texts.txt")]],
    ["news", ["news", "--articles", "60", "--seeds", "1", "--fractions", "50", "--verifiers", "oracle,random"]],
    ["news evaluate", ["news", "evaluate", place("articles.jsonl"), "--references", place("articles.jsonl")]],
    ["presets", ["presets"]],
  ])("of 40 characters has no longer line in %s", async (_, args) => {
    const { code, stdout, stderr } = await pstar(args, { env: { COLUMNS: "40" } });
    expect(stderr).not.toContain("Error");
    expect(code).toBe(0);
    expect(stdout.split("\n").filter((line) => textWidth(line) > 40)).toEqual([]);
  });
});

describe("a slow reader", () => {
  it("is waited for as often as need be, and nothing of the waiting is left on the stream", async () => {
    const stream = new PassThrough({ highWaterMark: 4 });
    const { write, taken } = terminalOf(stream as unknown as Parameters<typeof terminalOf>[0], {});
    const before = stream.eventNames();
    for (let i = 0; i < 30; i++) {
      write("more than it takes");
      const waited = taken();
      stream.read();
      await waited;
    }
    expect(stream.eventNames()).toEqual(before);
    write("more than it takes");
    const waited = taken();
    stream.destroy();
    await waited;
  });
});
