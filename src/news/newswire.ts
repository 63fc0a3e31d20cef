import { integerIn } from "../core/errors.js";
import { Slices, type WorkOptions } from "../core/slices.js";
import { newswireDraws } from "../core/streams.js";
import type { TextCore } from "../core/textCore.js";
import type { Article } from "./interfaces.js";
import { business, culture, politics, science, sport, transport, weather } from "./newswire/desks.js";
import { type Below, type Desk, type Event, Expander, people, type Rules } from "./newswire/grammar.js";

export interface NewswireOptions {
  /** How many, 1 … 10⁶; left out, 1000. */
  articles?: number;
  /** An integer in [0, 2^53); left out, 0. Article i depends on it and on i alone. */
  seed?: number;
}

/** Of a hundred stories, how many begin with something else than their lead, and how many have a summary that only teases. */
const LATE_LEADS = 20;
const TEASERS = 8;
/** Of a hundred sentences of a body, how many are told. */
const TOLD = 75;

const TEASER =
  "Our reporter {name} [looks at|asks about|reports on] what [comes next|lies behind it|it means for people in {place}].|" +
  "[What happens|Who gains and who loses] when things change? {name} went to {place} to find out.";

/**
 * News articles with summaries, written by a seeded grammar: seven desks, invented names, places and figures. A summary
 * puts the article's lead in other words; the other sentences tell more of the story, quote, or stray from it.
 *
 * @throws ArgumentError if an option is out of range.
 * @example newswire(core, { articles: 1, seed: 7 })[0].summary
 */
export function newswire(core: TextCore, options: NewswireOptions = {}): Article[] {
  const { articles, seed } = checked(options);
  return Array.from({ length: articles }, (_, index) => storyAt(core, seed, index));
}

/** The same in slices, between which the event loop gets its turn. */
export async function newswireInSlices(
  core: TextCore,
  options: NewswireOptions,
  work: WorkOptions = {},
): Promise<Article[]> {
  const { articles, seed } = checked(options);
  const stories: Article[] = [];
  await new Slices(articles, work).run(articles, (first, count) => {
    for (let index = first; index < first + count; index++) stories.push(storyAt(core, seed, index));
  });
  return stories;
}

function checked({ articles = 1000, seed = 0 }: NewswireOptions): Required<NewswireOptions> {
  integerIn("articles", articles, 1, 1_000_000);
  integerIn("seed", seed, 0, Number.MAX_SAFE_INTEGER);
  return { articles, seed };
}

function storyAt(core: TextCore, seed: number, index: number): Article {
  return story(`newswire-${seed}-${index}`, newswireDraws(core, seed, index));
}

/** The desks of the newsroom, as likely as one another. */
export const desks: readonly Desk[] = [politics, business, sport, science, weather, culture, transport];

const expanders = new Map(desks.map((desk) => [desk, new Expander({ ...people, ...desk.rules })]));

function story(id: string, below: Below): Article {
  const desk = oneOf(desks, below);
  const event = oneOf(desk.events, below);
  const expander = expanders.get(desk) as Expander;
  const facts = factsOf(event, expander, below);
  const write = (text: string, known: Rules = facts) => sentence(expander.expand(text, known, below));
  const lead = write(event.lead);
  const summary = write(below(100) < TEASERS ? TEASER : event.summary);
  const told = event.body.filter(() => below(100) < TOLD).map((text) => write(text));
  insert(told, write(oneOf(event.quotes, below)), below);
  const asides = [...desk.asides];
  for (let count = 1 + below(3); count > 0; count--) {
    const [aside] = asides.splice(below(asides.length), 1);
    insert(told, write(aside, {}), below);
  }
  const sentences = below(100) < LATE_LEADS ? [...told.slice(0, 1), lead, ...told.slice(1)] : [lead, ...told];
  return { id, title: write(event.title).replace(/\.$/, ""), text: paragraphs(sentences), summary };
}

/** The facts of a story; two that are drawn alike, such as both ends of a railway line, are drawn again. */
function factsOf(event: Event, expander: Expander, below: Below): Rules {
  const facts: Record<string, string> = {};
  for (const [name, text] of Object.entries(event.facts)) {
    let fact = expander.expand(text, facts, below);
    for (let tries = 0; tries < 9 && Object.values(facts).includes(fact); tries++) {
      fact = expander.expand(text, facts, below);
    }
    facts[name] = fact;
  }
  return facts;
}

function oneOf<T>(items: readonly T[], below: Below): T {
  return items[below(items.length)];
}

function insert(sentences: string[], text: string, below: Below): void {
  sentences.splice(below(sentences.length + 1), 0, text);
}

/** With a capital where it begins, and no space before a comma. */
function sentence(text: string): string {
  return text.replace(/^"?\p{L}/u, (start) => start.toUpperCase()).replace(/(?<! ) +,/g, ",");
}

/** Two sentences a paragraph, as a newspaper sets them. */
function paragraphs(sentences: readonly string[]): string {
  const pairs = Array.from({ length: Math.ceil(sentences.length / 2) }, (_, i) => sentences.slice(2 * i, 2 * i + 2));
  return pairs.map((pair) => pair.join(" ")).join("\n");
}
