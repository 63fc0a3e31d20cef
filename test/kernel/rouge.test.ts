import { expect, it } from "vitest";
import { ROUGE_WIDTH } from "../../src/core/text.js";
import { type Rouge, rouge, rougeBatch } from "../../src/text/rouge.js";
import { xxh64 } from "../oracle/hash.js";
import { porter } from "../oracle/porter.js";
import { uniforms } from "../oracle/random.js";
import { asciiTokens, rougeOf } from "../oracle/rouge.js";
import { buildsOfEdition } from "./builds.js";
import { porterStem } from "./stemming.js";

const METRICS = ["rouge1", "rouge2", "rougeL", "rougeLsum"] as const;

const triples = (got: Rouge) => METRICS.map((metric) => Object.values(got[metric]));

/** A text of `length` tokens from `vocabulary` words, with a new line before a token with probability `lines`. */
function soup(uniform: () => number, length: number, vocabulary: number, lines = 0): string {
  let text = "";
  for (let i = 0; i < length; i++) text += `${uniform() < lines ? "\n" : " "}w${Math.floor(vocabulary * uniform())}`;
  return text;
}

buildsOfEdition("ROUGE", (core, build) => {
  const { exports } = core;

  /** The same numbers, to the last bit: both divide the same whole numbers and take the same mean. */
  const check = (candidate: string, reference: string, stemmer = false) => {
    const want = rougeOf(candidate, reference, (line) => asciiTokens(line, stemmer));
    const label = JSON.stringify([candidate, reference].map((text) => text.slice(0, 200)));
    expect(triples(rouge(core, candidate, reference, { stemmer })), label).toEqual(
      METRICS.map((metric) => want[metric]),
    );
  };

  it("gives as many numbers as the host takes", () => {
    expect(exports.ROUGE_FIELDS.value).toBe(ROUGE_WIDTH);
  });

  it("is the oracle's at the ends of words of bits", () => {
    const uniform = uniforms(1);
    for (const c of [0, 1, 2, 63, 64, 65, 128, 129]) {
      for (const r of [0, 1, 2, 63, 64, 65, 128, 129]) {
        for (const vocabulary of [1, 3, 40, 1000]) check(soup(uniform, c, vocabulary), soup(uniform, r, vocabulary));
      }
    }
  });

  it("is the oracle's for sentences of every length", () => {
    const uniform = uniforms(2);
    for (const length of [2, 5, 64, 65, 130, 400]) {
      for (const vocabulary of [1, 2, 6, 60]) {
        for (const lines of [0.005, 0.1, 0.7]) {
          check(soup(uniform, length, vocabulary, lines), soup(uniform, length, vocabulary, lines));
        }
      }
    }
  });

  it("walks back over rows that were not kept", () => {
    // sentences of some 400 tokens, in blocks of 64 rows
    const uniform = uniforms(3);
    for (const vocabulary of [2, 10, 100, 1000]) {
      const [a, b, c, d] = [380, 450, 256, 320].map((length) => soup(uniform, length, vocabulary));
      check(`${a}\n${b}`, `${c}\n${d}`);
      check(a, `${c}\n${d}`);
      check(`${a}\n${b}`, c);
    }
  });

  it("finds tokens wherever they begin and end", () => {
    for (let before = 0; before <= 66; before++) {
      for (const length of [1, 2, 8, 9, 15, 16, 17, 63, 64, 65, 130]) {
        const text = `${" ".repeat(before)}${"Q".repeat(length)}`;
        expect(triples(rouge(core, `${text}\nb`, `b\n${"q".repeat(length)}`))[0]).toEqual([1, 1, 1]);
        expect(triples(rouge(core, text, "q".repeat(length + 1)))[0]).toEqual([0, 0, 0]);
      }
    }
  });

  it("knows the letters of ASCII, and no others", () => {
    for (let code = 0; code < 0x400; code++) check(`a${String.fromCharCode(code)}b`, "a b ab a1b aib akb");
    for (const text of [
      "5\u212a",
      "\u212a",
      "x\u0130y",
      "\u0130",
      "\u212a\u212a\u0130\n\u0130k",
      "\u2129 \u212b \u0131",
    ]) {
      check(text, "5k k xi y i");
      check("5k k xi y i", text);
      check(`${"–".repeat(40)}${text}`, "5k k xi y i");
    }
  });

  it("compares long tokens letter by letter", () => {
    const token = "abcdefghijklmnopqrstuvwxyz0123456789";
    const others = Array.from({ length: token.length }, (_, i) => `${token.slice(0, i)}_${token.slice(i + 1)}`);
    const letters = others.map((other) => other.replace("_", "z"));
    check([token, ...letters].join(" "), [...letters, token].reverse().join(" "));
    check(token, `${token}a ${token.slice(1)}`);
  });

  it("tells tokens apart that share their hash", () => {
    // found by solving XXH64 for the second half
    const [one, other] = ["pstarpstarcollid", "w8evbaaa1uky7dbq"];
    expect(xxh64(new TextEncoder().encode(one))).toBe(xxh64(new TextEncoder().encode(other)));
    check(`${one} ${other} ${one}`, `${other} ${one} x ${other}`);
  });

  it("leaves nothing behind from pair to pair, however many cross", () => {
    const uniform = uniforms(4);
    const pairs = Array.from({ length: build === "debug" ? 1500 : 5000 }, () => {
      const length = Math.floor(uniform() < 0.02 ? 300 * uniform() : 12 * uniform());
      return [soup(uniform, length, 5, 0.1), soup(uniform, 10 * uniform(), 5, 0.1)];
    });
    pairs.splice(700, 0, ["long ".repeat(60_000), "a long one that crosses alone"]);
    const [candidates, references] = [pairs.map(([c]) => c), pairs.map(([, r]) => r)];
    const scores = rougeBatch(core, candidates, references);
    for (const i of [0, 1, 500, 699, 700, 701, 1022, 1023, 1024, 1025, 1400, pairs.length - 1]) {
      const row = [...scores.subarray(12 * i, 12 * i + 12)];
      expect(row, `pair ${i}`).toEqual(triples(rouge(core, candidates[i], references[i])).flat());
    }
    for (let i = 0; i < pairs.length; i++) {
      if (candidates[i].length > 1000) continue;
      const want = rougeOf(candidates[i], references[i], (line) => asciiTokens(line, false));
      expect([...scores.subarray(12 * i, 12 * i + 12)], `pair ${i}`).toEqual(METRICS.flatMap((name) => want[name]));
    }
  });

  it("never has more tokens than it bounds", () => {
    const encode = (text: string) => new TextEncoder().encode(text);
    const texts = [
      "",
      "a",
      "\u0130a",
      "a\u212ab",
      "\u212a\u212a \u0130\u0130",
      "İ".repeat(100),
      "K İ x".repeat(50),
      "a b\n".repeat(40),
    ];
    for (const text of texts) {
      const tokens = asciiTokens(text, false).length;
      core.scoped(() => {
        const bytes = encode(text);
        const at = core.place(new Uint8Array([...bytes, ...new Uint8Array(64)]));
        const bound = exports.tokenBound(at, bytes.length, 0);
        expect(bound).toBeGreaterThanOrEqual(tokens);
        expect(exports.tokenBound(at, bytes.length, 1)).toBe(
          text.split(/[ \n]+/).filter((token) => token !== "").length,
        );
      });
    }
  });

  it("stems as the oracle does, whatever the letters", () => {
    const uniform = uniforms(5);
    const draw = (letters: string) => letters[Math.floor(letters.length * uniform())];
    const suffixes =
      "s es ies ied ed eed ing at bl iz y ational tional enci anci izer bli alli entli eli ousli ization ation ator alism " +
      "iveness fulness ousness aliti iviti biliti fulli logi icate ative alize iciti ical ful ness al ance ence er ic able " +
      "ible ant ement ment ent ion ou ism ate iti ous ive ize e ll";
    const parts = suffixes.split(" ");
    for (let i = 0; i < 20_000; i++) {
      let word = "";
      for (let k = 4 * uniform(); k > 0; k--) word += draw("aeiouyybcstlxwz1");
      for (let k = 2 * uniform(); k > 0; k--) word += parts[Math.floor(parts.length * uniform())];
      if (word !== "") expect(porterStem(core, word), word).toBe(porter(word));
    }
    for (const word of ["y", "yy", "yyy", "y".repeat(999), `${"y".repeat(1000)}ing`]) {
      expect(porterStem(core, word)).toBe(porter(word));
    }
  });
});
