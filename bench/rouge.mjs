// One process of the ROUGE benchmark: `node bench/rouge.mjs WHAT` prints milliseconds for 1000 pairs of 25 words against 25,
// one line for each repeat. Made-up words with the frequencies of a language (Zipf); six in ten stand in both texts.
//   batch, stemmed, unicode  rouge of all pairs in one call: ROUGE-1, -2, -L and -Lsum, precision, recall and F
//   single                   rouge pair by pair
//   peer                     js-rouge 3.2.3: n(c, r, { n: 1 }), n(c, r, { n: 2 }) and l(c, r), each an F alone; its tokens
//                            keep case and punctuation (Penn Treebank), its l() is the union over sentences that it finds
import { l, n } from "js-rouge";
import { loadText, rouge } from "../dist/text.js";

const REPEATS = 3;
const WORDS = 25;
const pairs = process.argv[2] === "peer" ? 500 : 20_000;

let state = 1;
function uniform() {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
}

const SYLLABLES = "ta ne ro ing er ment con pre sta lo mi ka on us el".split(" ");
const vocabulary = Array.from({ length: 5000 }, (_, rank) => {
  const syllables = 1 + Math.min(3, Math.floor(Math.log2(rank + 2) / 3));
  return Array.from({ length: syllables }, () => SYLLABLES[Math.floor(SYLLABLES.length * uniform())]).join("");
});
const word = () => vocabulary[Math.floor(vocabulary.length ** uniform()) - 1];
const written = (words) => `${words.join(" ")}.`;

const originals = Array.from({ length: pairs }, () => Array.from({ length: WORDS }, word));
const references = originals.map(written);
const candidates = originals.map((words) => written(words.map((same) => (uniform() < 0.6 ? same : word()))));

const core = await loadText();
let sink = 0;
const WHAT = {
  batch: () => rouge(core, candidates, references).length,
  stemmed: () => rouge(core, candidates, references, { stemmer: true }).length,
  unicode: () => rouge(core, candidates, references, { tokenizer: "unicode" }).length,
  single: () => candidates.reduce((sum, text, i) => sum + rouge(core, text, references[i]).rougeL.f, 0),
  peer: () =>
    candidates.reduce(
      (sum, text, i) =>
        sum + n(text, references[i], { n: 1 }) + n(text, references[i], { n: 2 }) + l(text, references[i]),
      0,
    ),
};
const body = WHAT[process.argv[2]];
for (let i = 0; i < 5; i++) sink += body(); // warm: the optimizing compiler is done after these
for (let i = 0; i < REPEATS; i++) {
  const start = performance.now();
  sink += body();
  console.log(((performance.now() - start) / pairs) * 1000);
}
if (!(sink > 0)) throw new Error("nothing was scored");
