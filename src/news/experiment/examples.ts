import type { Article } from "../interfaces.js";
import { lowest } from "./arms.js";
import type { NewsVerifier } from "./options.js";
import type { NewsExample } from "./result.js";
import type { Synthetic } from "./synthetic.js";

const LEAD = 240;

/** What a verifier makes of a typical summary among those that it keeps, and among those that it does not: neither picked by hand. */
export function newsExamples(
  articles: readonly Article[],
  { summaries, rouge, scores }: Synthetic,
  verifier: NewsVerifier,
  fraction: number,
): NewsExample[] {
  const given = scores[verifier];
  if (given === undefined || fraction >= 1) return [];
  const kept = new Set(lowest(given, fraction));
  const ranked = given.map((_, i) => i).sort((a, b) => given[a] - given[b] || a - b);
  return [true, false].map((isKept) => {
    const among = ranked.filter((place) => kept.has(place) === isKept);
    const place = among[among.length >> 1];
    const { id, text, summary: reference } = articles[place];
    const lead = text.length > LEAD ? `${wholeWords(text.slice(0, LEAD))} …` : text;
    const [rouge1] = rouge[place];
    return {
      verifier,
      kept: isKept,
      id,
      lead: lead.replace(/\s+/g, " "),
      reference,
      summary: summaries[place],
      rouge1,
    };
  });
}

/** A text that was cut, without the word that it was cut in. */
function wholeWords(text: string): string {
  const space = text.search(/\s\S*$/);
  return space < 0 ? text : text.slice(0, space).trimEnd();
}
