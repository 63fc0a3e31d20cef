// Answers of mathematical tasks, read and compared exactly. What cannot be read for certain is null, never a guess.

/** The value of an answer as a fraction in lowest terms; the denominator is above 0. */
export interface Fraction {
  numerator: bigint;
  denominator: bigint;
}

/** An answer as {@link readAnswer} finds it. */
export type Answer =
  /** A number; 50 % is 1/2 with `percent`. `unit` is as it was written, such as `km` or `$`; null without one. */
  | { kind: "number"; value: Fraction; percent: boolean; unit: string | null }
  /** Something that was marked as the answer and is not a number, such as `x^2+1`: without spaces and the marks of TeX. */
  | { kind: "text"; text: string };

/** How far two numbers may be apart: absolutely, or as a share of the reference. */
export type Tolerance = { absolute: number } | { relative: number };

/** More digits than this are not a number that anybody has computed, and powers of ten beyond it are huge. */
const DIGITS = 400;
/** Characters of a line that are read around its last number. */
const AROUND = 200;
/** Characters of a marked answer that are read. */
const MARKED = 1000;

/** Zeros of the decimal digits of scripts; the nine digits follow each. */
const ZEROS = [..."٠۰०০੦૦୦௦౦೦൦๐໐༠၀០᠐０"].map((zero) => zero.codePointAt(0) as number);
const VULGAR: Readonly<Record<string, string>> = {
  ...{ "½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅕": "1/5", "⅖": "2/5", "⅗": "3/5", "⅘": "4/5" },
  ...{ "⅙": "1/6", "⅚": "5/6", "⅐": "1/7", "⅛": "1/8", "⅜": "3/8", "⅝": "5/8", "⅞": "7/8", "⅑": "1/9", "⅒": "1/10" },
};
const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** Units by kind of quantity, each as a multiple of the kind's own, which is a fraction of whole numbers. */
const UNITS = new Map<string, { of: string; times: Fraction }>();
for (const [of, units] of Object.entries({
  length:
    "m,meter,meters,metre,metres=1 mm=1/1000 cm,centimeter,centimeters,centimetre,centimetres=1/100 dm=1/10 km,kilometer,kilometers,kilometre,kilometres=1000 inch,inches=254/10000 ft,foot,feet=3048/10000 yd,yard,yards=9144/10000 mi,mile,miles=1609344/1000",
  mass: "g,gram,grams=1 mg=1/1000 kg,kilogram,kilograms=1000 lb,lbs=45359237/100000",
  time: "s,sec,second,seconds=1 ms=1/1000 min,minute,minutes=60 h,hr,hrs,hour,hours=3600 day,days=86400 week,weeks=604800",
  volume: "l,L,liter,liters,litre,litres=1 ml,mL=1/1000 cl=1/100",
  angle: "°,deg,degree,degrees=1",
  dollar: "$,USD,usd,dollar,dollars=1 cent,cents,¢=1/100",
  euro: "€,EUR,euro,euros=1",
  pound: "£,GBP=1",
  yen: "¥,JPY,yen=1",
  rupee: "₹,INR,rupees=1",
})) {
  for (const group of units.split(" ")) {
    const [names, factor] = group.split("=");
    const [top, bottom = "1"] = factor.split("/");
    for (const name of names.split(",")) UNITS.set(name, { of, times: fraction(BigInt(top), BigInt(bottom)) });
  }
}

/**
 * Finds the answer of a text: the last `\boxed{…}`; without one what follows the last `####`; without either the last number.
 *
 * A number may have a sign, thousands separators (1,234,567), decimals, a power of ten (1.5e3, 1.5 × 10^3), the form of a
 * fraction (3/4, 1 1/2, \frac{3}{4}, ½), per cent, a currency or a unit, and digits of any script.
 *
 * @returns Null if there is none, or it cannot be read for certain: dates, times, versions (1.2.3), unevaluated terms (3 + 4,
 * 2^10), 1,23 (a decimal comma or a list), a box that never closes.
 * @example
 * readAnswer("so he pays $1,200.50 in all.") // { kind: "number", value: 2401/2, percent: false, unit: "$" }
 */
export function readAnswer(text: string): Answer | null {
  const boxed = lastBoxed(text);
  if (boxed !== undefined) return boxed === null ? null : marked(boxed);
  const hashes = text.lastIndexOf("####");
  if (hashes >= 0) {
    const end = text.indexOf("\n", hashes);
    return marked(text.slice(hashes + 4, end < 0 ? text.length : end));
  }
  return lastNumber(text);
}

/**
 * Reads a text that is a number as a whole, in any form of {@link readAnswer}.
 *
 * @returns Null if it is not one.
 */
export function readNumber(text: string): Extract<Answer, { kind: "number" }> | null {
  const trimmed = text.length > MARKED ? text.trim() : text;
  return trimmed.length > MARKED ? null : numberOf(plain(trimmed));
}

/**
 * Whether two answers are the same. Numbers are compared exactly unless there is a tolerance; units of one kind are
 * converted, and a unit that only one of them has does not count. Other answers are the same if they are written alike.
 *
 * @returns Null if it cannot be said for certain: an answer that is not a number and is written otherwise, units of unknown
 * relation, 50 % beside 50.
 */
export function sameAnswer(answer: Answer, reference: Answer, tolerance: Tolerance = { absolute: 0 }): boolean | null {
  if (answer.kind === "text" || reference.kind === "text")
    return answer.kind === "text" && reference.kind === "text" && answer.text === reference.text ? true : null;
  let [a, b] = [answer.value, reference.value];
  if (answer.unit !== null && reference.unit !== null && answer.unit !== reference.unit) {
    const [from, to] = [UNITS.get(answer.unit), UNITS.get(reference.unit)];
    if (from === undefined || to === undefined || from.of !== to.of) return null;
    [a, b] = [product(a, from.times), product(b, to.times)];
  }
  if (isNear(a, b, tolerance)) return true;
  if (answer.percent === reference.percent) return false;
  const hundred = fraction(100n, 1n);
  const [x, y] = answer.percent ? [product(a, hundred), b] : [a, product(b, hundred)];
  return isNear(x, y, tolerance) ? null : false;
}

/** A text in the form in which two are compared: NFC, every run of white space one space, none at the ends. */
export function normalized(text: string, ignoreCase = false): string {
  const parts = text.normalize("NFC").split(/\s/).filter(Boolean).join(" ");
  return ignoreCase ? parts.toLowerCase() : parts;
}

/** The content of the last box; null if it never closes, undefined if there is none. */
function lastBoxed(text: string): string | null | undefined {
  const found = Math.max(text.lastIndexOf("\\boxed"), text.lastIndexOf("\\fbox"));
  if (found < 0) return undefined;
  let at = found + (text.startsWith("\\boxed", found) ? 6 : 5);
  while (text[at] === " ") at++;
  if (text[at] !== "{") return /^[^\s$]{1,100}/.exec(text.slice(at, at + 100))?.[0] ?? null; // \boxed 5
  for (let depth = 0, i = at; i < text.length; i++) {
    if (text[i] === "\\") i++;
    else if (text[i] === "{") depth++;
    else if (text[i] === "}" && --depth === 0) return text.slice(at + 1, i);
  }
  return null;
}

/** What was marked as the answer. */
function marked(content: string): Answer | null {
  if (content.length > MARKED || content.trim() === "") return null;
  const text = plain(content);
  const number = numberOf(text) ?? numberOf(text.replace(/^[\p{L}][\p{L}\p{N}_]{0,20} ?= ?/u, ""));
  if (number !== null) return number;
  const alike = text.replace(/\s/g, "").replace(/\.$/, "");
  return alike === "" ? null : { kind: "text", text: alike };
}

/** A text without the marks of TeX that do not change what a number is, with ASCII digits, minus signs and fractions. */
function plain(text: string): string {
  return unwrapped(text)
    .replace(/\\(?:[,;:! ]|left|right|displaystyle)|~|\\\(|\\\)|\\\[|\\\]/g, " ")
    .replace(/\{,\}/g, ",")
    .replace(/\\([%$])/g, "$1\ue000")
    .replace(/\$(?!\ue000)(?!\s?\d)/g, " ")
    .replace(/\ue000/g, "")
    .replace(/\\[dt]?frac\s?\{\s?(-?\d+)\s?\}\s?\{\s?(\d+)\s?\}/g, " $1/$2")
    .replace(/\\[dt]?frac\s?(\d)\s?(\d)(?!\d)/g, " $1/$2")
    .replace(/\^\s?\{?\\circ\}?|\\degree/g, "°")
    .replace(/\\times|\\cdot/g, "×")
    .replace(/[−﹣－]/g, "-")
    .replace(/[½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒]/g, (sign) => ` ${VULGAR[sign]}`)
    .replace(/[\u2044\u2215]/g, "/")
    .replace(/[\p{Nd}]/gu, asciiDigit)
    .replace(/10([⁻]?)([⁰¹²³⁴⁵⁶⁷⁸⁹]+)/g, (_, minus: string, digits: string) => {
      return `10^${minus && "-"}${[...digits].map((digit) => SUPERSCRIPTS.indexOf(digit)).join("")}`;
    })
    .split(" ")
    .filter(Boolean)
    .join(" ");
}

/** A text with what is in TeX's \\text{…} as it is. */
function unwrapped(text: string): string {
  const [first, ...parts] = text.split(/\\(?:text|mathrm|textbf|mathbf|mbox|operatorname)(?= ?\{)/);
  const plainParts = parts.map((part) => {
    const [open, close] = [part.indexOf("{"), part.indexOf("}")];
    return close < 0 ? part : ` ${part.slice(open + 1, close)} ${part.slice(close + 1)}`;
  });
  return [first, ...plainParts].join("");
}

function asciiDigit(digit: string): string {
  const code = digit.codePointAt(0) as number;
  const zero = ZEROS.find((start) => code >= start && code < start + 10);
  return zero === undefined ? digit : String(code - zero);
}

/** Digits, thousands separated or not: by a comma, an apostrophe or a thin space. */
const WHOLE = String.raw`\d{1,3}(?:,\d{3})+|\d{1,3}(?:['’]\d{3})+|\d{1,3}(?:[\u00a0\u2009\u202f]\d{3})+|\d+`;
const NUMBER = new RegExp(
  String.raw`^([+-] ?)?([$€£¥₹])? ?([+-])?(?:(?:(\d{1,9}) +)?(\d{1,400}) ?/ ?(\d{1,400})|(?:(${WHOLE})(?:\.(\d*))?|\.(\d+))(?:[eE]([+-]?\d{1,4})| ?[×xX*·] ?10 ?\^ ?\{?([+-]?\d{1,4})\}?)?|10\^\{?([+-]?\d{1,4})\}?)(?: ?(%|percent|per cent)| ?([\p{L}°$€£¥₹¢]{1,12}))?\.?$`,
  "u",
);

/** The number that a plain text is; null if it is not one. */
function numberOf(text: string): Extract<Answer, { kind: "number" }> | null {
  const stripped = text.replace(/^[*_`"'(]{1,4}|[*_`"')]{1,4}\.?$/g, "").trim();
  const found = stripped.length > MARKED ? null : NUMBER.exec(stripped);
  if (found === null) return null;
  const [, sign, currency, inner, whole, top, bottom, digits, decimals = "", bare, e, times, power, percent, name] =
    found;
  if (sign !== undefined && inner !== undefined) return null;
  if (name !== undefined && (!UNITS.has(name) || currency !== undefined)) return null;
  let value: Fraction | null;
  if (top !== undefined) {
    value = BigInt(bottom) === 0n ? null : fraction(BigInt(whole ?? 0) * BigInt(bottom) + BigInt(top), BigInt(bottom));
  } else if (power !== undefined) {
    value = scaled(1n, Number(power));
  } else {
    const after = bare ?? decimals;
    const all = (digits ?? "").replace(/\D/g, "") + after;
    value = all.length > DIGITS ? null : scaled(BigInt(all), Number(e ?? times ?? 0) - after.length);
  }
  if (value === null) return null;
  if ((sign ?? inner)?.startsWith("-")) value = { ...value, numerator: -value.numerator };
  if (percent !== undefined) value = product(value, fraction(1n, 100n));
  return { kind: "number", value, percent: percent !== undefined, unit: currency ?? name ?? null };
}

/** A word of letters with digits in it. */
const NAME = /^[\p{L}_][\p{L}_-]*\d[\p{L}\p{N}_-]*$/u;

/** The last number of a text that is not part of a name (H2O, Q4). */
function lastNumber(text: string): Answer | null {
  for (let end = text.length; end > 0; ) {
    const digit = lastDigit(text, end);
    if (digit < 0) return null;
    const [from, to] = lineAround(text, digit);
    const line = plainLine(text.slice(from, to));
    for (let i = line.words.length - 1; i >= 0; i--) {
      if (!/\d/.test(line.words[i]) || NAME.test(bareWord(line.words[i]))) continue;
      // what was cut off may belong to it
      if ((i < 4 && from > 0 && text[from - 1] !== "\n") || (i > line.words.length - 3 && isCut(text, to))) return null;
      return numberAt(line.words, i);
    }
    end = from;
  }
  return null;
}

function isCut(text: string, end: number): boolean {
  return end < text.length && text[end] !== "\n";
}

/** The place of the last digit before `end`; −1 if there is none. */
function lastDigit(text: string, end: number): number {
  for (let i = end - 1; i >= 0; i--) {
    const code = text.charCodeAt(i);
    if (code >= 48 && code <= 57) return i;
    if (code > 127 && (VULGAR[text[i]] !== undefined || ZEROS.some((zero) => code >= zero && code < zero + 10)))
      return i;
  }
  return -1;
}

/** The line of a place, at most so many characters to each side. */
function lineAround(text: string, place: number): [from: number, to: number] {
  const start = Math.max(0, place - AROUND);
  const from = text.lastIndexOf("\n", place);
  const to = text.indexOf("\n", place);
  return [Math.max(start, from + 1), Math.min(place + AROUND, to < 0 ? text.length : to)];
}

function plainLine(line: string): { words: string[] } {
  // of a number's own spaces none is left
  const joined = plain(line)
    .replace(/(\d) ?[×xX*·] ?10 ?\^ ?\{?([+-]?\d+)\}?/g, "$1×10^$2")
    // scripts that are written without spaces
    .replace(/([\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}])(?=[-\d$¥€])/gu, "$1 ")
    .replace(/([\d%])(?=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}])/gu, "$1 ");
  return { words: joined.split(/[ \t]/).filter(Boolean) };
}

/** A word without the signs around it. */
function bareWord(word: string): string {
  return word.replace(/^[([{"'“‘*_`]{1,6}/, "").replace(/[)\]}"'”’*_`.,;:!?。]{1,8}$/, "");
}

const OPERATOR = /^[-+*/×x·^=<>≤≥]$/;
/** Words that multiply the number before them. */
const SCALES: Readonly<Record<string, number>> = { hundred: 2, thousand: 3, million: 6, billion: 9, trillion: 12 };
/** What makes another number, a date or a time of the digits before it. */
const CHANGES = /^(dozen|score|half|[百千万萬亿億兆割年月日時时点點分])/u;

/** The number at a word, with what belongs to it before and after. */
function numberAt(words: readonly string[], i: number): Answer | null {
  let [word, before, after] = [words[i], words[i - 1] ?? "", words[i + 1] ?? ""];
  const equals = word.lastIndexOf("=");
  if (equals >= 0) [word, before] = [word.slice(equals + 1), "="];
  const bare = bareWord(word);
  const isLast = bare.length + 1 < word.length || /[.,;:!?)\]]$/.test(word); // what follows a stop is another matter
  if (before !== "=" && OPERATOR.test(before)) {
    // = - 5 is a negative number; otherwise a term was not evaluated
    if (!(before === "-" && words[i - 2] === "=")) return null;
    word = `-${bare}`;
  } else {
    word = bare;
  }
  if (!isLast && OPERATOR.test(after) && after !== "=") return null;
  if (!isLast && after === "=") return null; // its value would follow
  if (/^\d{1,9}$/.test(before) && /^\d+\/\d+$/.test(word)) word = `${before} ${word}`;
  else if (/^[$€£¥₹]$/.test(before)) word = `${before}${word}`;
  if (!isLast) {
    const next = bareWord(after);
    if (next === "%" || /^(percent|per)$/i.test(next)) {
      if (next.toLowerCase() === "per" && !/^cent/i.test(words[i + 2] ?? "")) return numberOf(word);
      return numberOf(`${word}%`);
    }
    const scale = SCALES[next.toLowerCase()];
    if (scale !== undefined)
      return SCALES[bareWord(words[i + 2] ?? "").toLowerCase()] ? null : numberOf(`${word}e${scale}`);
    if (CHANGES.test(next) || (next === "and" && /^(a|one|two|three)$/i.test(words[i + 2] ?? ""))) return null;
    if (isPartOf(UNITS.get(next)?.of, words, i)) return null;
    if (UNITS.has(next)) return numberOf(`${word} ${next}`) ?? numberOf(word);
  }
  return numberOf(word);
}

/** Whether a quantity of the same kind stands directly before, as in 2 hours 30 minutes. */
function isPartOf(of: string | undefined, words: readonly string[], i: number): boolean {
  if (of === undefined) return false;
  const j = words[i - 1] === "and" ? i - 2 : i - 1;
  const before = bareWord(words[j] ?? "");
  return UNITS.get(before)?.of === of || (/^[$€£¥₹]\d/.test(before) && UNITS.get(before[0])?.of === of);
}

function fraction(numerator: bigint, denominator: bigint): Fraction {
  let [a, b] = [numerator < 0n ? -numerator : numerator, denominator];
  while (b !== 0n) [a, b] = [b, a % b];
  return a === 0n ? { numerator: 0n, denominator: 1n } : { numerator: numerator / a, denominator: denominator / a };
}

function product(a: Fraction, b: Fraction): Fraction {
  return fraction(a.numerator * b.numerator, a.denominator * b.denominator);
}

/** A whole number times a power of ten; null if that is beyond all reason. */
function scaled(whole: bigint, power: number): Fraction | null {
  if (Math.abs(power) > 2 * DIGITS) return null;
  return power >= 0 ? fraction(whole * 10n ** BigInt(power), 1n) : fraction(whole, 10n ** BigInt(-power));
}

function isNear(a: Fraction, b: Fraction, tolerance: Tolerance): boolean {
  const distance = a.numerator * b.denominator - b.numerator * a.denominator;
  if (distance === 0n) return true;
  const relative = "relative" in tolerance;
  const allowed = exactly(relative ? tolerance.relative : tolerance.absolute);
  if (allowed.numerator === 0n) return false;
  // |a − b| ≤ t or t·|b|, over the common denominator
  const bound = relative
    ? allowed.numerator * magnitude(b.numerator) * a.denominator
    : allowed.numerator * a.denominator * b.denominator;
  return magnitude(distance) * allowed.denominator <= bound;
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}

/** A tolerance by its shortest decimal, so that 0.1 is a tenth. */
function exactly(value: number): Fraction {
  const [digits, exponent = "0"] = String(value).split("e");
  const [whole, decimals = ""] = digits.split(".");
  return scaled(BigInt(whole + decimals), Number(exponent) - decimals.length) ?? fraction(0n, 1n);
}
