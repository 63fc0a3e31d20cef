import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { PstarError } from "../../src/core/errors.js";
import { printable, quote } from "../../src/core/printable.js";
import { shellWord } from "../../src/model/format.js";
import { itWith } from "../support/tools.js";

describe("printable text", () => {
  it.each([
    ["a control sequence", "a\u001b[2Jb\u009b", "a�[2Jb�"],
    ["direction marks and overrides", "a\u202eb\u2066c\u200fd", "a�b�c�d"],
    ["what cannot be seen", "a\u200bb\ufeffc\u2060d", "a�b�c�d"],
    ["line and paragraph separators, but not the ends of lines", "a\u2028b\nc\td", "a�b\nc\td"],
    ["half a surrogate pair", "a\ud83d", "a�"],
    ["a joiner between Latin letters, or at the edge of a word", "pay\u200dpal \u200dx", "pay�pal �x"],
  ])("shows %s as �", (_, text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it.each([
    ["Persian", "می\u200cخواهم"],
    ["Hindi", "क्\u200dष"],
    ["an emoji family", "👨\u200d👩\u200d👧\u200d👦"],
    ["an emoji with a colour and a variation", "👩🏽\u200d❤️\u200d👨🏿"],
    ["an Arabic sign of numbers", "\u0600١٢"],
    ["every plain script", "Ünï 漢字 ελληνικά кириллица"],
  ])("leaves %s as it is", (_, text) => {
    expect(printable(text)).toBe(text);
  });

  it("is quoted with escapes, short, and inert in every error", () => {
    expect(quote("a\u202e\u001bb")).toBe('"a\\u202e\\u001bb"');
    expect(quote({ name: "\u{e0041}" })).toBe('{"name":"\\u{e0041}"}');
    expect(quote("x".repeat(100))).toBe(`"${"x".repeat(60)}…"`);
    expect(quote(Number.NaN)).toBe("NaN");
    expect(new PstarError("cannot read a\u202eb").message).toBe("cannot read a�b");
  });
});

describe("a word of a command", () => {
  const words = [
    "plain-1.5",
    "with space",
    "it's",
    '$HOME `x` "y" *',
    "tab\tand\nline",
    "a\u001b[2Jb\u202e\\'",
    "漢字 😀",
    "",
  ];

  function readBack(shell: string, given: readonly string[]): string[] {
    const command = `printf '%s\\0' ${given.map(shellWord).join(" ")}`;
    const { stdout } = spawnSync(shell, ["-c", command], {
      encoding: "utf8",
      env: { ...process.env, LC_ALL: "C.UTF-8" },
    });
    return stdout.split("\0").slice(0, -1);
  }

  it("is read back by any shell as it was, if it needs no escapes", () => {
    const plain = words.filter((word) => !shellWord(word).startsWith("$"));
    expect(plain.length).toBeGreaterThan(3);
    expect(readBack("sh", plain)).toEqual(plain);
  });

  itWith("bash", "is read back as it was with its escapes, which bash and zsh know", () => {
    expect(readBack("bash", words)).toEqual(words);
  });

  it("cannot steer a terminal", () => {
    for (const word of words) expect(printable(shellWord(word))).toBe(shellWord(word));
  });
});
