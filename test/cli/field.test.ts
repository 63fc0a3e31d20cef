import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { shortOrLong } from "../support/edition.js";
import { scratchFolder } from "../support/folders.js";
import { pstar } from "../support/inProcess.js";

// Inputs that once gave a wrong answer with confidence, each with its sisters: other forms of the same fault. Forty rows, half of
// them correct; a verdict on them is `below` by 18 of 20 kept labels, or the file is refused with exit code 3.

const folder = scratchFolder();
let files = 0;

function file(text: string | Uint8Array, ending = ".jsonl"): string {
  const place = join(folder, `${files++}${ending}`);
  writeFileSync(place, text);
  return place;
}

const N = 40;
const rows = Array.from({ length: N }, (_, i) => ({ correct: i % 2 === 0, kept: (i % 2 === 0) !== i % 20 > 17 }));
const jsonl = (text: (row: { correct: boolean; kept: boolean }, i: number) => string) =>
  rows.map((row, i) => `${text(row, i)}\n`).join("");
/** Rows whose labels are these texts of JSON; every fifth is `other`, if it is given. */
const labelled = (yes: string, no: string, other?: string) =>
  jsonl(
    ({ correct, kept }, i) =>
      `{"id":${i},"correct":${other !== undefined && i % 5 === 0 ? other : correct ? yes : no},"kept":${kept}}`,
  );
const csv = (delimiter = ",", end = "\n") =>
  [
    ["id", "correct", "kept"],
    ...rows.map(({ correct, kept }, i) => [String(i), String(Number(correct)), String(Number(kept))]),
  ]
    .map((cells) => `${cells.join(delimiter)}${end}`)
    .join("");

const audit = async (place: string, ...flags: string[]) => {
  const ending = await pstar(["audit", place, "--correct", "correct", "--kept", "kept", "--format", "json", ...flags]);
  return { ...ending, found: ending.code === 0 ? JSON.parse(ending.stdout) : undefined };
};
const WHOLE = { rows: N, audited: N, keptCorrect: 18, keptWrong: 2, rejectedCorrect: 2, rejectedWrong: 18 };

describe("labels in another coding", () => {
  it.each([
    ["true", "false"],
    ["1", "-1"],
    ['"+1"', '"-1"'],
    ["1.0", "-1.0"],
    ['"1e0"', '"0E+00"'],
    ['"1."', '"0."'],
    ['" Yes "', '"no\\t"'],
    ['"True"', '"False"'],
    ['"\\u00a0correct"', '"INCORRECT\\u00a0"'],
    ['"C"', '"I"'],
    ['"T"', '"F"'],
    ['"y"', '"N"'],
    ['"对"', '"错"'],
    ['"accept"', '"Reject"'],
    ["1", "-0.0"],
  ])("is understood: %s and %s", async (yes, no) => {
    const { found } = await audit(file(labelled(yes, no)));
    expect([found?.verdict, found?.counts]).toEqual(["below", expect.objectContaining(WHOLE)]);
  });

  it.each([
    ["1", "2"],
    ["2", "1"],
    ["2", "0"],
    ["5", "1"],
    ["100", "0"],
    ['"100%"', '"0%"'],
    ['"1,0"', '"0,0"'],
    ['"１"', '"０"'],
    ['"１"', '"－１"'],
    ["1", '"−1"'],
    ['"\\"true\\""', '"\\"false\\""'],
    ["\"'1'\"", "\"'0'\""],
    ["0.9", "0.1"],
    ['"0x1"', '"0x0"'],
    ['"yes\\u200b"', '"no\\u200b"'],
    ["[1]", "[0]"],
    ['{"v":1}', '{"v":0}'],
    ['"A"', '"F"'],
    ['"C"', '"F"'],
    ['"correct"', '"not correct"'],
    ['"likely correct"', '"likely wrong"'],
    ["Infinity", "-Infinity"],
    ["100000000000000000000", "0"],
    ['"☑"', '"☐"'],
    ['"oui"', '"non"'],
  ])("is not guessed at: %s and %s", async (yes, no) => {
    expect(await audit(file(labelled(yes, no)))).toMatchObject({
      code: 3,
      stdout: "",
      stderr: expect.stringContaining("cannot be understood, so nothing is estimated"),
    });
  });

  it.each(["null", "NaN", '"NaN"', '""', '"  "', '"nan"'])("has no label where there is %s", async (other) => {
    const { found } = await audit(file(labelled("1", "0", other)));
    expect(found?.counts).toMatchObject({ rows: N, audited: 32 });
  });

  it.each([
    ...[
      '"maybe"',
      '"null"',
      '"None"',
      '"N/A"',
      '"NA"',
      '"-"',
      '"?"',
      "-1",
      "2",
      "0.5",
      "-999",
      "[]",
      "{}",
      '"N"',
      '"F"',
    ],
    ...['"I"', '"<NA>"', '"\\\\N"', '"-nan"', '"partially correct"', '"both"', "Infinity"],
  ])("among 1 and 0 is not dropped, nor taken for a label: %s", async (other) => {
    const { code, stderr } = await audit(file(labelled("1", "0", other)));
    expect([code, stderr]).toEqual([3, expect.stringContaining("8 rows have values in")]);
  });

  it.each(["True", "False", "None", "nan", "inf", "-inf", "undefined", "NULL", "NA", "T"])(
    "is not dropped with its row because Python, R or JavaScript wrote it bare: %s",
    async (word) => {
      const { code, stderr } = await audit(file(labelled("true", "false", word)));
      expect([code, stderr]).toEqual([
        3,
        expect.stringContaining(`8 rows have a word without quotation marks, such as ${word} in line 1`),
      ]);
    },
  );

  it("that a word of the file's own explains is read with it", async () => {
    const { found } = await audit(file(labelled("1", "0", '"N"')), "--missing", "N");
    expect(found?.counts).toMatchObject({ rows: N, audited: 32 });
    const graded = await audit(file(labelled('"C"', '"F"')), "--true", "C", "--false", "F");
    expect(graded.found?.counts).toMatchObject(WHOLE);
  });
});

const utf16 = (text: string, big: boolean, mark = true) => {
  const bytes = Buffer.from((mark ? "\ufeff" : "") + text, "utf16le");
  return big ? bytes.swap16() : bytes;
};
const utf32 = (text: string) =>
  Buffer.concat(
    [..."\ufeff", ...text].map((sign) => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32LE(sign.codePointAt(0) ?? 0);
      return bytes;
    }),
  );

describe("a table in another dialect or encoding", () => {
  it.each<[string, string | Uint8Array]>([
    ["semicolons", csv(";")],
    ["tabs", csv("\t")],
    ["bars", csv("|")],
    ["lines that end in CR LF", csv(",", "\r\n")],
    ["lines that end in CR", csv(",", "\r")],
    ["a byte order mark", `\ufeff${csv()}`],
    ["UTF-16LE", utf16(csv(), false)],
    ["UTF-16BE", utf16(csv(), true)],
    ["UTF-16LE without a mark", utf16(csv(), false, false)],
    ["sep=;", `sep=;\n${csv(";")}`],
    ["a blank line first", `\n${csv()}`],
    ["a cell more in each line", csv().replaceAll("\n", ",\n")],
    ["every cell quoted", csv().replaceAll(/[^,\n]+/g, '"$&"')],
    ["blanks around its headings", csv().replace("id,correct,kept", " id , correct , kept")],
  ])("is read: %s", async (_, text) => {
    const { found } = await audit(file(text, ".csv"));
    expect([found?.verdict, found?.counts]).toEqual(["below", expect.objectContaining(WHOLE)]);
  });

  it.each<[string, string | Uint8Array, RegExp]>([
    ["UTF-32", utf32(csv()), /its text is in UTF-32, which is not read/],
    ["colons", csv(":"), /no row has a field "?correct/],
    ["headings in other letters", csv().replace("correct", "CORRECT"), /did you mean CORRECT\?/],
    ["no headings", csv().replace(/^.*\n/, ""), /no row has a field/],
    ["a heading twice", csv().replace("id,", "correct,"), /two columns are named "correct"/],
    ["a comment first", `# made elsewhere\n${csv()}`, /cannot be used|no row has a field/],
  ])("is refused: %s", async (_, text, message) => {
    expect(await audit(file(text, ".csv"))).toMatchObject({ code: 3, stderr: expect.stringMatching(message) });
  });
});

const list = rows.map((row, id) => ({ id, ...row }));

describe("JSON in another form", () => {
  it.each<[string, string, string]>([
    ["a list", JSON.stringify(list), ""],
    ["an indented list", JSON.stringify(list, null, 1), ""],
    ["a list under data", JSON.stringify({ data: list }), ""],
    ["rows over many lines", list.map((row) => JSON.stringify(row, null, 2)).join("\n"), ""],
    [
      "a list under data beside other things",
      JSON.stringify({ version: 1, data: list, rejected: [] }),
      'its rows are the list under "data"; "version", "rejected" are left out',
    ],
    [
      "files joined, each with a byte order mark",
      labelled("true", "false").replaceAll(/^(?=\{"id":(?:0|13|27),)/gm, "\ufeff"),
      "",
    ],
  ])("is read: %s", async (_, text, note) => {
    const { found, stderr } = await audit(file(text, ".json"));
    expect([found?.verdict, found?.counts]).toEqual(["below", expect.objectContaining(WHOLE)]);
    expect(found.unreadable.count).toBe(0);
    expect(stderr).toContain(note);
  });

  it("is not taken for a wrapper because its first row is long and begins with data", async () => {
    const long = "x".repeat(70_000);
    const text = jsonl(({ correct, kept }, id) =>
      JSON.stringify({ data: [{ long: id === 0 ? long : "" }], id, correct, kept }),
    );
    const { found } = await audit(file(text));
    expect(found?.counts).toMatchObject(WHOLE);
  });

  it.each<[string, string]>([
    ["a list under another key", JSON.stringify({ rows: list })],
    ["columns", JSON.stringify({ correct: rows.map(({ correct }) => correct), kept: rows.map(({ kept }) => kept) })],
    ["rows as lists", list.map((row) => JSON.stringify(Object.values(row))).join("\n")],
    ["rows by their ids", JSON.stringify(Object.fromEntries(list.map((row) => [row.id, row])))],
    ["rows side by side", list.map((row) => JSON.stringify(row)).join("")],
    ["a comma behind each row", list.map((row) => `${JSON.stringify(row)},`).join("\n")],
    ["a comma behind the last row", JSON.stringify(list).replace(/\]$/, ",]")],
    ["a list in a list", JSON.stringify([list])],
    ["a field twice", jsonl(({ correct, kept }) => `{"correct":${!correct},"kept":${kept},"correct":${correct}}`)],
    ["YAML", "- id: 1\n  correct: true\n"],
    ["a page", "<!doctype html><html><body>404</body></html>"],
    ["a pointer of Git LFS", "version https://git-lfs.github.com/spec/v1\noid sha256:aa\nsize 12\n"],
  ])("is refused: %s", async (_, text) => {
    const { code, stdout } = await audit(file(text, ".json"));
    expect([code, stdout]).toEqual([3, ""]);
  });
});

describe("a file of which no row can be read", () => {
  const whole = JSON.stringify(list);
  it.each<[string, string | Uint8Array, RegExp]>([
    ["nothing", "", /has no rows/],
    ["lines that are empty", "\n\n", /has no rows/],
    ["a list that is cut off in its first row", whole.slice(0, 20), /its JSON is truncated, after row 0/],
    ["a page", "<!doctype html><html></html>", /it is a web page/],
    ["Python's True", "{'id': 1, 'kept': True}\n", /line 1: not JSON/],
    ["commas behind rows", '{"kept":true},\n{"kept":false},\n', /line 1: not JSON; JSONL is wanted/],
    ["broken gzip", Buffer.from([0x1f, 0x8b, 8, 0, 1, 2]), /its gzip data are broken/],
  ])("is refused for what it is, and not for lack of fields: %s", async (_, text, message) => {
    const place = file(text);
    for (const args of [
      ["audit", place],
      ["check", place],
      ["label", "draw", place, "--labels", "4", "--out", join(folder, "none.csv")],
      ["select", place, "--keep", "1"],
      ["lm", "train", place],
    ]) {
      const { code, stdout, stderr } = await pstar(args);
      expect([args[0], code, stdout, stderr]).toEqual([
        args[0],
        text instanceof Uint8Array ? 1 : 3,
        "",
        expect.stringMatching(message),
      ]);
    }
  });

  it("does not keep the files after it from being read", async () => {
    const empty = file("");
    const { code, stderr } = await pstar(["check", empty, file(labelled("1", "0")), "--format", "json"]);
    expect([code, stderr]).toEqual([0, ""]);
  });
});

describe("scores, thresholds and ids", () => {
  const pairs: [number, number][] = [
    [1e-300, 2e-300],
    [-1.0000000000000002, -1],
    [1 / 3, 2 / 3],
    [1e15 + 1, 1e15 + 2],
    [0.1, 0.30000000000000004],
    [2 ** 53 - 3, 2 ** 53 - 1],
  ];
  it.each(shortOrLong(pairs.slice(0, 2), pairs))(
    "a printed threshold keeps the rows that it says: %f, %f",
    async (low, high) => {
      const text = Array.from({ length: 120 }, (_, i) => {
        const score = [low, high, Math.min(low - 1, -5)][i % 3];
        return `${JSON.stringify({ id: i, correct: i % 3 !== 2, score })}\n`;
      }).join("");
      const place = file(text);
      const scored = ["audit", place, "--correct", "correct", "--score", "score"];
      const { threshold, counts } = JSON.parse((await pstar([...scored, "--format", "json"])).stdout);
      const printed = /Recommended: a threshold of (\S+)/.exec((await pstar(scored)).stdout)?.[1]?.replace("−", "-");
      expect(Number(printed)).toBe(threshold.value);
      const again = await pstar([...scored, `--threshold=${printed}`, "--format", "json"]);
      expect(JSON.parse(again.stdout).counts.kept).toBe(counts.kept);
      const out = join(folder, `kept${files++}`);
      await pstar(["select", place, "--field", "score", `--threshold=${printed}`, "--keep", "100%", "--out", out]);
      expect(readFileSync(join(out, "kept.jsonl"), "utf8").trim().split("\n")).toHaveLength(counts.kept);
    },
  );

  it.each([
    '"80%"',
    '"0,8"',
    '"1,000"',
    "[0.8]",
    "Infinity",
    '"N/A"',
    '"０．８"',
    '"0x10"',
    "1e400",
    '"1_000"',
    '"4/5"',
    '"high"',
  ])("a score that is not a number is not dropped: %s", async (score) => {
    const text = jsonl(({ correct }, i) => `{"correct":${correct},"score":${i % 8 === 0 ? score : i / N}}`);
    const flags = ["--correct", "correct", "--score", "score", "--threshold", "0.5"];
    expect(await pstar(["audit", file(text), ...flags])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("5 rows have values in"),
    });
  });

  it.each([
    ["beyond 2^53", (i: number) => `${2n ** 63n - 5n + BigInt(i)}`],
    ["negative", (i: number) => `-${2n ** 62n + BigInt(i)}`],
    ["as texts", (i: number) => `"${2n ** 63n + BigInt(i)}"`],
    ["nested", (i: number) => `{"id":${2n ** 60n + BigInt(i)}}`],
  ])("ids stay apart: %s", async (_, id) => {
    const place = file(Array.from({ length: 4 }, (_, i) => `{"id":${id(i)},"s":${i}}\n`).join(""));
    const field = id(0).startsWith("{") ? "id.id" : "id";
    const { stderr } = await pstar(["select", place, "--field", "s", "--best-of", field]);
    expect(stderr).toContain("read 4: kept 4");
  });

  it("J28: log-probabilities that are infinite stay apart in the table", async () => {
    const place = file('{"logprobs":[-1]}\n{"logprobs":[-1e308,-1e308]}\n{"logprobs":[-2]}\n');
    const { stdout } = await pstar([
      "select",
      place,
      "--logprobs",
      "logprobs",
      "--keep",
      "100%",
      "--out",
      join(folder, "J28"),
    ]);
    expect(stdout).not.toMatch(/Infinity\S/);
  });
});

const ARPA = `\\data\\
ngram 1=4
ngram 2=2

\\1-grams:
-0.5\t<s>\t-0.2
-0.6\t</s>
-0.7\t<unk>
-0.4\tcat\t-0.1

\\2-grams:
-0.3\t<s> cat
-0.2\tcat </s>

\\end\\
`;

describe("language models that others wrote", () => {
  it.each<[string, (arpa: string) => string]>([
    ["as KenLM does", (arpa) => arpa],
    ["A1: counts with blanks, as IRSTLM does", (arpa) => arpa.replace("ngram 1=4", "ngram  1=        4")],
    ["counts with tabs", (arpa) => arpa.replace("ngram 2=2", "ngram\t2 =\t2")],
    [
      "A4: a weight of 0 on the highest order",
      (arpa) => arpa.replace("<s> cat", "<s> cat\t0").replace("cat </s>", "cat </s>\t-0.0"),
    ],
    ["A6: <s> of log-probability -inf", (arpa) => arpa.replace("-0.5\t<s>", "-inf\t<s>")],
    ["<s> of log-probability -Infinity", (arpa) => arpa.replace("-0.5\t<s>", "-Infinity\t<s>")],
    ["<s> of log-probability -99", (arpa) => arpa.replace("-0.5\t<s>", "-99\t<s>")],
  ])("are read: %s", async (_, change) => {
    const [model, text] = [file(change(ARPA), ".arpa"), file("cat\n", ".txt")];
    const { stdout } = await pstar(["lm", "score", text, "--lm", model]);
    // KenLM's query says −0.5
    expect(JSON.parse(stdout.split("\n")[0] ?? "").logProb / Math.LN10).toBeCloseTo(-0.5, 12);
  });

  it.each<[(arpa: string) => string, string]>([
    [(arpa) => arpa.replace("-0.4\tcat", "-inf\tcat"), "only <s> may have the log-probability -inf"],
    [(arpa) => arpa.replace("<s> cat", "<s> cat\t-0.1"), "expected a log-probability, 2 words"],
    [(arpa) => arpa.replace("-0.6\t</s>", "inf\t</s>"), 'got "inf"'],
    [(arpa) => arpa.replace("-0.1\n", "nan\n"), 'got "nan"'],
  ])("are refused with a reason", async (change, message) => {
    const [model, text] = [file(change(ARPA), ".arpa"), file("cat\n", ".txt")];
    expect(await pstar(["lm", "score", text, "--lm", model])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining(message),
    });
  });
});

describe("texts that a language model learns from", () => {
  const train = (text: string, ...flags: string[]) => {
    const out = join(folder, `${files++}.arpa`);
    return { out, ending: pstar(["lm", "train", file(text, ".txt"), "--order", "1", "--out", out, ...flags]) };
  };

  it.each(["<s> the cat </s>", "the cat </s>", "a <s> b"])("L3: may not hold the marks of a text: %s", async (text) => {
    const { code, stderr } = await train(`one\n${text}\n`, "--tokenizer", "spaces").ending;
    expect([code, stderr]).toEqual([
      expect.any(Number),
      expect.stringMatching(/texts must not hold <\/?s>, .* got it in text 2/),
    ]);
    expect(code).not.toBe(0);
  });

  it("may hold what only looks like a mark, and <unk>", async () => {
    const { out, ending } = train("<S> the <sos> cat <unk>\n", "--tokenizer", "spaces");
    expect((await ending).code).toBe(0);
    expect(readFileSync(out, "utf8")).toContain("\t<sos>");
  });

  const invisible: [string, string][] = [
    ["L5: a variation selector", "i ❤\ufe0f you\n"],
    ["a zero-width joiner", "i ❤ \u200d you\n"],
    ["a Hangul filler", "i ❤ \u3164 you\n"],
    ["a combining grapheme joiner", "i ❤ \u034f you\n"],
    ["a blank of Braille", "i ❤ \u2800 you\n"],
    ["a word joiner", "i \u2060 ❤ you\n"],
  ];
  it.each(shortOrLong(invisible.slice(0, 3), invisible))(
    "have no word without a visible character: %s",
    async (_, text) => {
      for (const tokenizer of ["words", "spaces"]) {
        const { out, ending } = train(text, "--tokenizer", tokenizer);
        await ending;
        const words = readFileSync(out, "utf8")
          .split("\n")
          .flatMap((line) => line.split("\t")[1] ?? [])
          .map((word) => word.replaceAll("\ufe0f", ""));
        expect(words).toEqual(["<unk>", "<s>", "</s>", "i", "❤", "you"]);
      }
    },
  );
});

describe("pstar news evaluate", () => {
  const evaluate = (texts: string[], ids: (i: number) => unknown, ...flags: string[]) => {
    const lines = (field: string) =>
      texts.map((text, i) => `${JSON.stringify({ id: ids(i), [field]: text })}\n`).join("");
    return pstar(["news", "evaluate", file(lines("prediction")), "--references", file(lines("summary")), ...flags]);
  };

  it.each([
    ["R1: Hindi", ["दिल्ली में बारिश", "नया पुल बना"]],
    ["Russian", ["дождь в Москве", "новый мост"]],
    ["Arabic", ["مطر في القاهرة"]],
    ["Chinese", ["北京下雨了"]],
    ["Greek beside a few letters", ["η νέα γέφυρα του UN"]],
  ])("says that it reads no such letters, and reads them if asked: %s", async (_, texts) => {
    const { stdout } = await evaluate(texts, String);
    expect(stdout.replaceAll(/\s+/g, " ")).toContain(`of ${texts.length} of ${texts.length} predictions`);
    const { arms, mostlyUnread } = JSON.parse(
      (await evaluate(texts, String, "--tokenizer", "unicode", "--format", "json")).stdout,
    );
    expect([arms[0].rouge1.mean, mostlyUnread]).toEqual([1, 0]);
  });

  it("R10: takes ids that are whole numbers, and not those that a number does not hold", async () => {
    const { stdout } = await evaluate(["the cat sat", "a dog ran"], (i) => i, "--format", "json");
    expect(JSON.parse(stdout).arms[0]).toMatchObject({ rows: 2, rouge1: { mean: 1 } });
    expect(await evaluate(["the cat sat"], () => 0.5)).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("got 0.5"),
    });
    const place = file('{"id":9007199254740993,"summary":"a b"}\n{"id":9007199254740992,"summary":"c d"}\n');
    expect(await pstar(["news", "evaluate", place, "--references", place])).toMatchObject({ code: 3 });
  });
});

describe("pstar news convert", () => {
  it("C5: text of another encoding is read as what it is, or refused; U+FFFD never appears in silence", async () => {
    const western = Buffer.from("id,text,summary\n1,The caf\u00e9 cost \u00a35 \u2013 no,s1\n", "latin1");
    for (const bytes of [western, Buffer.concat([western, Buffer.from([0x81, 0xff, 0xfe])])]) {
      const { code, stdout, stderr } = await pstar(["news", "convert", "csv", file(bytes, ".csv")]);
      expect(stdout).not.toContain("\ufffd");
      if (code !== 0) expect([code, stderr]).toEqual([3, expect.stringContaining("it is not UTF-8")]);
    }
  });
});
