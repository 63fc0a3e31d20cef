import { describe, expect, it } from "vitest";
import { loadText } from "../../src/core/textCore.js";
import { Expander, people } from "../../src/news/newswire/grammar.js";
import { desks, newswire } from "../../src/news/newswire.js";
import { wordTexts } from "../../src/news/vocabulary.js";

const core = await loadText();

describe("the newswire", () => {
  const articles = newswire(core, { articles: 800, seed: 3 });

  it("is the same for the same seed, article by article", () => {
    expect(newswire(core, { articles: 20, seed: 3 })).toEqual(articles.slice(0, 20));
    expect(newswire(core, { articles: 1, seed: 4 })[0].text).not.toBe(articles[0].text);
    expect(newswire(core, { articles: 3 })).toEqual(newswire(core, { articles: 3, seed: 0 }));
    expect(new Set(articles.map(({ id }) => id)).size).toBe(800);
    expect(new Set(articles.map(({ text }) => text)).size).toBe(800);
  });

  it("reads like one: whole sentences with capitals, nothing of the grammar left", () => {
    for (const { title, text, summary } of articles) {
      for (const part of [title, summary, ...text.split("\n")]) {
        expect(part).toMatch(/^["\p{Lu}\d]/u);
        expect(part).not.toMatch(/[{}[\]|]|undefined| {2}| [.,]/);
      }
      for (const part of [summary, ...text.split("\n")]) expect(part).toMatch(/[.?]"?$/);
      expect(wordTexts(text, 1000).length).toBeGreaterThan(20);
    }
  });

  it("has summaries that mostly say with other words what the article says", () => {
    const shares = articles.map(({ text, summary }) => {
      const words = new Set(wordTexts(text, 1000));
      const said = wordTexts(summary, 1000);
      return said.filter((word) => words.has(word)).length / said.length;
    });
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    expect(mean).toBeGreaterThan(0.5);
    expect(mean).toBeLessThan(0.85);
    const copied = articles.filter(({ text, summary }) => text.includes(summary.slice(0, -1)));
    expect(copied.length).toBeLessThan(8);
  });

  it("has every desk, and as many different names as it needs", () => {
    const titles = articles.map(({ title }) => title).join("\n");
    for (const word of ["close", "Profits", "Lorry", "Record heat", "linked", "wins", "festival"]) {
      expect(titles).toContain(word);
    }
    expect(
      new Set(articles.flatMap(({ text }) => text.match(/\p{Lu}\p{L}+ \p{Lu}\p{L}+/gu) ?? [])).size,
    ).toBeGreaterThan(1500);
  });

  it("refuses what it cannot write", () => {
    expect(() => newswire(core, { articles: 0 })).toThrow("articles must be an integer in [1, 1000000], got 0");
    expect(() => newswire(core, { seed: -1 })).toThrow("seed must be an integer in [0, 9007199254740991], got -1");
  });
});

describe("the grammar", () => {
  /** Takes the alternatives in turn, so that all are seen after as many expansions as the longest list has. */
  function inTurn(start: number) {
    let count = start;
    return (bound: number) => count++ % bound;
  }

  it("has a rule for everything it names, in every alternative", () => {
    for (const desk of desks) {
      const expander = new Expander({ ...people, ...desk.rules });
      for (const event of desk.events) {
        for (let turn = 0; turn < 24; turn++) {
          const below = inTurn(turn);
          const facts: Record<string, string> = {};
          for (const [name, text] of Object.entries(event.facts)) facts[name] = expander.expand(text, facts, below);
          const texts = [event.title, event.lead, event.summary, ...event.body, ...event.quotes, ...desk.asides];
          for (const text of texts) {
            expect(() => expander.expand(text, facts, below), `${desk.name}: ${text}`).not.toThrow();
          }
        }
      }
    }
  });

  it("expands alternatives, facts, articles, last words and ranges", () => {
    const expander = new Expander({ fruit: "apple|pear", dish: "{fruit} [pie|tart [with|without] cream]" });
    const expand = (text: string, draws: number[], facts = {}) =>
      expander.expand(text, facts, () => draws.shift() ?? 0);
    expect(expand("{a fruit}, {a fruit}", [0, 1])).toBe("an apple, a pear");
    expect(expand("{dish}", [1, 1, 1])).toBe("pear tart without cream");
    expect(expand("{who:last} ate {2-9}", [5], { who: "Ada Bell" })).toBe("Bell ate 7");
    expect(expand("left|right", [1])).toBe("right");
    expect(() => expand("{soup}", [])).toThrow("the grammar has no rule {soup}");
    expect(() => expand("{9 lives}", [])).toThrow("the grammar cannot read {9 lives}");
  });
});
