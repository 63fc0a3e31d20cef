import { describe, expect, it } from "vitest";
import { readAnswer, readNumber, sameAnswer } from "../../src/text/answers.js";
import { processorTime } from "../support/processorTime.js";

/** A number by its fraction. */
function shownAnswer(text: string): string | null {
  const answer = readAnswer(text);
  if (answer === null) return null;
  if (answer.kind === "text") return answer.text;
  const { numerator, denominator } = answer.value;
  const shown = denominator === 1n ? `${numerator}` : `${numerator}/${denominator}`;
  return `${shown}${answer.percent ? " percent" : ""}${answer.unit === null ? "" : ` ${answer.unit}`}`;
}

describe("the answer of a text", () => {
  it.each([
    ["The answer is 42.", "42"],
    ["12 apples and 30 pears make 42 fruits", "42"],
    ["He pays $1,200.50 in all.", "2401/2 $"],
    ["He pays $ 5.", "5 $"],
    ["-7", "-7"],
    ["It is −7 degrees", "-7 degrees"],
    ["x = - 5", "-5"],
    ["x=-5", "-5"],
    ["3+4=7", "7"],
    ["3 + 4 = 7", "7"],
    ["that is 50%", "1/2 percent"],
    ["that is 50 %.", "1/2 percent"],
    ["that is 12.5 percent of it", "1/8 percent"],
    ["about 3/4 of it", "3/4"],
    ["about 6/8", "3/4"],
    ["it takes 1 1/2 hours", "3/2 hours"],
    ["it takes 1½ hours", "3/2 hours"],
    ["½", "1/2"],
    ["1.5e3", "1500"],
    ["1.5E-3 m", "3/2000 m"],
    ["about 1.5 × 10^3 m", "1500 m"],
    ["about 1.5 x 10^{-3}", "3/2000"],
    ["10^6", "1000000"],
    ["2 × 10⁻³", "1/500"],
    ["1,234,567", "1234567"],
    ["1’234’567", "1234567"],
    ["1\u202f234", "1234"],
    [".5", "1/2"],
    ["5.", "5"],
    ["12 km", "12 km"],
    ["12km", "12 km"],
    ["5 CO2", "5"],
    ["**42**", "42"],
    ["(42)", "42"],
    ["४२", "42"],
    ["答案是４２。", "42"],
    ["答案是 ４２。", "42"],
    ["so $\\boxed{42}$, not 43", "42"],
    ["\\boxed{\\frac{3}{4}}", "3/4"],
    ["\\boxed{-\\dfrac{3}{4}}", "-3/4"],
    ["\\boxed{\\frac34}", "3/4"],
    ["\\boxed{1{,}234}", "1234"],
    ["\\boxed{12\\text{ km}}", "12 km"],
    ["\\boxed{50\\%}", "1/2 percent"],
    ["\\boxed{\\$30}", "30 $"],
    ["\\boxed{90^\\circ}", "90 °"],
    ["\\boxed{x = 5}", "5"],
    ["\\boxed 5", "5"],
    ["\\boxed{1} then \\boxed{2}", "2"],
    ["\\boxed{x^{2}+1}", "x^{2}+1"],
    ["\\boxed{\\text{Monday}}", "Monday"],
    ["long talk of 5\n#### 72", "72"],
    ["#### 1,000\n", "1000"],
    ["x ≈ 3.14", "157/50"],
    ["about 2.5 million people", "2500000"],
    ["walk 30 minutes, rest, then 2 hours later", "2 hours"],
  ])("%j is %s", (text, value) => {
    expect(shownAnswer(text)).toBe(value);
  });

  it.each([
    "no number at all",
    "",
    "3 + 4",
    "2^10",
    "it is 1,23",
    "on 3/4/2024",
    "at 12:30",
    "version 1.2.3",
    "3-5",
    "he came 3rd",
    "1/0",
    "1e9999",
    `1e${"9".repeat(100_000)}`,
    "9".repeat(2000),
    "\\boxed{5",
    "\\boxed{}",
    "5 =",
    "- 5 * x",
    "12x",
    "2 hours 30 minutes",
    "5 feet 6 inches",
    "$5 and 20 cents",
    "5 and a half",
    "5 dozen",
    "5 hundred thousand",
    "x > 5",
    "5k",
    "5万",
    "3月4日",
  ])("%.30j cannot be read for certain", (text) => {
    expect(shownAnswer(text)).toBeNull();
  });

  it("of hostile text takes linear time", async () => {
    const pieces = ["1,", "1 ", "1/", "\\boxed{", "-", "a1 ", "####", "1.", "(", "½", "\n1", "{", "1e", "×10^"];
    const read = () => {
      for (const text of pieces.map((piece) => piece.repeat(100_000)))
        for (const end of ["", "x"]) readAnswer(text + end);
    };
    // one of them alone would take longer, if it took the square of its length
    expect(await processorTime(read)).toBeLessThan(20_000);
  });
});

describe("two answers", () => {
  const same = (answer: string, reference: string, tolerance?: { absolute: number } | { relative: number }) => {
    const [a, b] = [readAnswer(answer), readAnswer(reference)];
    if (a === null || b === null) throw new Error("not read");
    return sameAnswer(a, b, tolerance);
  };

  it.each([
    ["0.5", "1/2", true],
    ["0.75", "\\boxed{\\frac{3}{4}}", true],
    ["0.333", "1/3", false],
    ["50%", "0.5", true],
    ["50%", "50", null],
    ["50", "50%", null],
    ["50%", "51", false],
    ["12 km", "12", true],
    ["12 km", "12000 m", true],
    ["12 km", "12 m", false],
    ["12 km", "12 kg", null],
    ["90 minutes", "1.5 hours", true],
    ["$5", "500 cents", true],
    ["$5", "€5", null],
    ["1000000", "1e6", true],
    ["12345678901234567890", "12345678901234567891", false],
    ["\\boxed{x+1}", "\\boxed{x + 1}", true],
    ["\\boxed{x+1}", "\\boxed{1+x}", null],
    ["\\boxed{\\sqrt{25}}", "5", null],
  ])("%j and %j: %s", (answer, reference, result) => {
    expect(same(answer, reference)).toBe(result);
  });

  it("within a tolerance, absolute or of the reference, exactly at its edge", () => {
    expect(same("0.333", "1/3", { absolute: 0.001 })).toBe(true);
    expect(same("10.1", "10", { absolute: 0.1 })).toBe(true);
    expect(same("10.1000001", "10", { absolute: 0.1 })).toBe(false);
    expect(same("101", "100", { relative: 0.01 })).toBe(true);
    expect(same("100", "101", { relative: 0.0099 })).toBe(false);
    expect(same("-99", "-100", { relative: 0.01 })).toBe(true);
  });

  it("of fractions drawn at random agree with cross-multiplication", () => {
    let state = 7;
    const roll = (n: number) => {
      state = (state * 48271) % 2147483647;
      return state % n;
    };
    for (let i = 0; i < 3000; i++) {
      const [a, b, c, d] = [roll(40), 1 + roll(40), roll(40), 1 + roll(40)];
      expect(same(`${a}/${b}`, `${c}/${d}`), `${a}/${b} ${c}/${d}`).toBe(a * d === b * c);
    }
  });
});

describe("a marked answer", () => {
  it.each([
    [1000, true],
    [1001, false],
  ])("of %i characters is read: %s", (length, read) => {
    const text = "x".repeat(length);
    expect(shownAnswer(`\\boxed{${text}}`) === text).toBe(read);
  });
});

describe("a number as a whole", () => {
  it("is the whole text", () => {
    expect(readNumber(" 1,000 ")?.value).toEqual({ numerator: 1000n, denominator: 1n });
    for (const text of ["about 5", "5 or 6", "", "five", "0x10", "1e", "--5", "NaN", "Infinity"])
      expect(readNumber(text), text).toBeNull();
  });
});
