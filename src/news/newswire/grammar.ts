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
