/**
 * A text with alternatives, one of which is drawn: `one|another`, and inside a text `[one|another]`. `{name}` is a fact of
 * the story, or else a rule drawn afresh; `{name:last}` its last word; `{a name}` puts a or an before it; `{12-95}` is a
 * whole number.
 */
export type Text = string;

/** What `{name}` may stand for. */
export type Rules = Readonly<Record<string, Text>>;

/** What happens in a story, and how it is told. */
export interface Event {
  /** Drawn once a story, in this order; later ones may name earlier ones. */
  facts: Rules;
  title: Text;
  /** The sentence that says it all. */
  lead: Text;
  /** The lead in other words. */
  summary: Text;
  /** What is told after the lead, in this order; some of it is left out. */
  body: readonly Text[];
  /** What the people of the story say. */
  quotes: readonly Text[];
}

/** A desk of the newsroom. */
export interface Desk {
  name: string;
  rules: Rules;
  events: readonly Event[];
  /** Sentences that have to do with the desk but not with the story. */
  asides: readonly Text[];
}

/** Names of people, places and bodies, all invented, and the words that every desk needs. */
export const people: Rules = {
  first:
    "Mara|Tomas|Ines|Colin|Priya|Ewan|Sofia|Jonas|Ruth|Adil|Hanna|Marcus|Nadia|Oscar|Leila|Piers|Greta|Samir|Elsie|Viktor|" +
    "Joan|Kofi|Anya|Rhys|Clara|Dmitri|Moira|Felix|Yusuf|Edith|Bruno|Tessa|Omar|Vera|Lionel|Asha",
  surnameStart:
    "Ell|Bran|Tor|Hask|Mer|Wel|Osk|Lind|Cor|Fen|Har|Pel|Dray|Gos|Kirk|Nor|Rad|Stan|Tre|Wick|Cald|Brom|Ard|Quin",
  surnameEnd: "wood|ley|ford|man|row|well|by|ton|more|ridge|ham|wick|stone|sen|ick|field",
  surname: "{surnameStart}{surnameEnd}",
  name: "{first} {surname}",
  placeStart:
    "Ash|Brook|Glen|Kel|Dun|Mar|Wex|Thorn|Cal|Pen|Sel|Hol|Lang|Ravens|Oak|Sand|Whit|Eld|Strath|Bar|Cope|Ling|Mill|Stone",
  placeEnd: "mere|port|haven|bridge|wick|dale|mouth|bury|ness|ford|gate|cliff|combe|stead",
  place: "{placeStart}{placeEnd}",
  county: "{placeStart}[shire|land|moor|marsh]",
  country: "Ostravia|Belmarra|Kestland|Norrmark|Vallonia|Tarsia|Lumeria|Quessan|Arvenia|Soldania|Merovia|Callistan",
  company: "{surname} [Foods|Motors|Energy|Systems|Airways|Stores|Textiles|Pharma|Steel|Media|Logistics|Homes]",
  university: "{place} University|the University of {place}",
  day: "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday",
  month: "January|February|March|April|May|June|July|August|September|October|November|December",
  small: "two|three|four|five|six|seven|eight|nine",
  when: "on {day}|earlier this week|last week|this morning|late on {day}|over the weekend",
  soon: "on {day}|next week|later this month|in {month}|next year",
  said: "said|told reporters|explained|said in a statement|told a local paper",
};

/** A whole number in [0, bound), drawn at random. */
export type Below = (bound: number) => number;

type Part = string | { number: readonly [least: number, most: number] } | { name: string; form: Form } | Choice;
type Form = "as it is" | "last word" | "with article";
type Choice = { alternatives: readonly (readonly Part[])[] };

const SLOT = /^(a )?([a-zA-Z]+)(:last)?$/;
const RANGE = /^(\d+)-(\d+)$/;

/** Writes texts of a grammar. Rules are read when they are first asked for, and then known. */
export class Expander {
  readonly #rules: Rules;
  readonly #known = new Map<Text, Choice>();

  constructor(rules: Rules) {
    this.#rules = rules;
  }

  /** One of the sentences that a text stands for, given the facts of the story. */
  expand(text: Text, facts: Rules, below: Below): string {
    const choice = this.#known.get(text) ?? parse(text);
    this.#known.set(text, choice);
    return this.#choose(choice, facts, below);
  }

  #choose({ alternatives }: Choice, facts: Rules, below: Below): string {
    const parts = alternatives.length === 1 ? alternatives[0] : alternatives[below(alternatives.length)];
    return parts.map((part) => this.#write(part, facts, below)).join("");
  }

  #write(part: Part, facts: Rules, below: Below): string {
    if (typeof part === "string") return part;
    if ("alternatives" in part) return this.#choose(part, facts, below);
    if ("number" in part) {
      const [least, most] = part.number;
      return String(least + below(most - least + 1));
    }
    const { name, form } = part;
    const rule = this.#rules[name];
    if (facts[name] === undefined && rule === undefined) throw new Error(`the grammar has no rule {${name}}`);
    const text = facts[name] ?? this.expand(rule, facts, below);
    if (form === "last word") return text.slice(text.lastIndexOf(" ") + 1);
    return form === "with article" ? `${/^[aeiou]/i.test(text) ? "an" : "a"} ${text}` : text;
  }
}

/** Reads the alternatives of a text. */
function parse(text: Text): Choice {
  let at = 0;
  const choice = (): Choice => {
    const alternatives: Part[][] = [[]];
    for (; at < text.length && text[at] !== "]"; at++) {
      const parts = alternatives[alternatives.length - 1];
      if (text[at] === "|") alternatives.push([]);
      else if (text[at] === "[") {
        at++;
        parts.push(choice());
      } else if (text[at] === "{") {
        const end = text.indexOf("}", at);
        parts.push(slot(text.slice(at + 1, end)));
        at = end;
      } else {
        const plain = /[^[\]{}|]+/y;
        plain.lastIndex = at;
        const [run] = plain.exec(text) ?? [text[at]];
        parts.push(run);
        at += run.length - 1;
      }
    }
    return { alternatives };
  };
  return choice();
}

function slot(text: string): Part {
  const range = RANGE.exec(text);
  if (range) return { number: [Number(range[1]), Number(range[2])] };
  const [, article, name, last] = SLOT.exec(text) ?? [];
  if (name === undefined) throw new Error(`the grammar cannot read {${text}}`);
  return { name, form: last ? "last word" : article ? "with article" : "as it is" };
}
