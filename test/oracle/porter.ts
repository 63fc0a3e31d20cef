/**
 * Porter's stemmer by the published rules (Program 14(3), 1980), with NLTK's extensions: lists of rules tried in order, on
 * strings. The consonants and vowels of a word are written out as a string of c and v.
 */
const IRREGULAR: Record<string, string[]> = {
  sky: ["sky", "skies"],
  die: ["dying"],
  lie: ["lying"],
  tie: ["tying"],
  news: ["news"],
  inning: ["innings", "inning"],
  outing: ["outings", "outing"],
  canning: ["cannings", "canning"],
  howe: ["howe"],
  proceed: ["proceed"],
  exceed: ["exceed"],
  succeed: ["succeed"],
};
const STEMS = new Map(Object.entries(IRREGULAR).flatMap(([stem, words]) => words.map((word) => [word, stem])));

type Condition = (stem: string) => boolean;
type Rule = [suffix: string, replacement: string, condition: Condition];

function kinds(word: string): string {
  let kinds = "";
  for (const letter of word) {
    const vowel = "aeiou".includes(letter) || (letter === "y" && kinds.endsWith("c"));
    kinds += vowel ? "v" : "c";
  }
  return kinds;
}

const m = (stem: string) => kinds(stem).split("vc").length - 1;
const above0: Condition = (stem) => m(stem) > 0;
const above1: Condition = (stem) => m(stem) > 1;
const always: Condition = () => true;
const doubled: Condition = (stem) => /(.)\1$/.test(stem) && kinds(stem).endsWith("c");
const short: Condition = (stem) => (/cvc$/.test(kinds(stem)) && !/[wxy]$/.test(stem)) || kinds(stem) === "vc";

/** The first rule whose suffix fits decides. */
function apply(word: string, rules: Rule[]): string {
  const rule = rules.find(([suffix]) => word.endsWith(suffix));
  if (rule === undefined) return word;
  const stem = word.slice(0, word.length - rule[0].length);
  return rule[2](stem) ? stem + rule[1] : word;
}

const listed = (text: string, condition: Condition): Rule[] =>
  text.split(" ").map((pair) => [...(pair.split(">") as [string, string]), condition]);

const STEP_1A: Rule[] = listed("sses>ss ies>i ss>ss s>", always);
const STEP_2: Rule[] = listed(
  "ational>ate tional>tion enci>ence anci>ance izer>ize bli>ble alli>al entli>ent eli>e ousli>ous ization>ize ation>ate " +
    "ator>ate alism>al iveness>ive fulness>ful ousness>ous aliti>al iviti>ive biliti>ble fulli>ful",
  above0,
);
const LOGI: Rule = ["logi", "log", (stem) => above0(`${stem}l`)];
const STEP_3: Rule[] = listed("icate>ic ative> alize>al iciti>ic ical>ic ful> ness>", above0);
const STEP_4: Rule[] = [
  ...listed("al> ance> ence> er> ic> able> ible> ant> ement> ment> ent>", above1),
  ["ion", "", (stem) => above1(stem) && /[st]$/.test(stem)],
  ...listed("ou> ism> ate> iti> ous> ive> ize>", above1),
];

function step1a(word: string): string {
  return /^.ies$/.test(word) ? word.slice(0, -1) : apply(word, STEP_1A);
}

function step1b(word: string): string {
  if (word.endsWith("ied")) return word.slice(0, word.length === 4 ? -1 : -2);
  if (word.endsWith("eed")) return apply(word, [["eed", "ee", above0]]);
  const found = /^(.*)(ed|ing)$/.exec(word);
  if (found === null || !kinds(found[1]).includes("v")) return word;
  const stem = found[1];
  if (/(at|bl|iz)$/.test(stem)) return `${stem}e`;
  if (doubled(stem)) return /[lsz]$/.test(stem) ? stem : stem.slice(0, -1);
  return m(stem) === 1 && short(stem) ? `${stem}e` : stem;
}

const step1c = (word: string) => apply(word, [["y", "i", (stem) => stem.length > 1 && kinds(stem).endsWith("c")]]);

function step2(word: string): string {
  if (word.endsWith("alli") && above0(word.slice(0, -4))) return step2(word.slice(0, -2));
  return apply(word, [...STEP_2, LOGI]);
}

function step5(word: string): string {
  const stem = word.slice(0, -1);
  const bare = word.endsWith("e") && (m(stem) > 1 || (m(stem) === 1 && !short(stem))) ? stem : word;
  return bare.endsWith("ll") && m(bare.slice(0, -1)) > 1 ? bare.slice(0, -1) : bare;
}

export function porter(word: string): string {
  const known = STEMS.get(word);
  if (known !== undefined) return known;
  if (word.length <= 2) return word;
  return step5(apply(apply(step2(step1c(step1b(step1a(word)))), STEP_3), STEP_4));
}
