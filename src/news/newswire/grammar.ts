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
