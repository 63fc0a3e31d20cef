import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { planes, presetsOf, views } from "../../web/model/state.js";
import { readUrl, writeUrl } from "../../web/model/url.js";

const text = readFileSync(join(import.meta.dirname, "../../docs/page.md"), "utf8");
const fragments = [...text.matchAll(/^\| .* \| `(#[^`]*)` \|$/gm)].map(([, fragment]) => fragment);

describe("the gallery of docs/page.md", () => {
  it.each(fragments)("has a link that the page understands whole: %s", (fragment) => {
    const { state, notices } = readUrl(fragment);
    expect(notices).toEqual([]);
    const written = new URLSearchParams(writeUrl(state).slice(1));
    for (const [key, value] of new URLSearchParams(fragment.slice(1)))
      expect([key, written.get(key)]).toEqual([key, value]);
  });

  it("shows every view, every plane of the diagram and every preset", () => {
    const has = (part: string) => fragments.some((fragment) => fragment.split(/[#&]/).includes(part));
    for (const view of views) expect([view, has(`view=${view}`)]).toEqual([view, true]);
    for (const plane of planes) expect([plane, has(`plane=${plane}`)]).toEqual([plane, true]);
    for (const preset of Object.values(presetsOf).flat())
      expect([preset, has(`preset=${preset}`)]).toEqual([preset, true]);
  });
});
