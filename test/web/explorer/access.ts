import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { views } from "../../../web/model/state.js";
import { shortOrLong } from "../../support/edition.js";
import { answersFile, take } from "./data.js";
import { FEW_POINTS, field, finished, type Stage, settled, unfoldAll } from "./stage.js";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const themes = ["light", "dark"] as const;

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/** What another theme can change. */
const OF_COLOURS = ["color-contrast", "link-in-text-block"];

/** Drawing every row of it takes minutes. */
const LONG_RUN =
  "#v=1&view=transition&preset=phase-transition&x=generator.errorRate:0:1:3&series=verifier.kind:none,bernoulli,oracle" +
  "&samples=300000&data.dim=60&trials=100&seed=1";

interface Finding {
  id: string;
  nodes: { target: unknown; failureSummary?: string }[];
}

/** Goes round by Tab: all that can be used is reached, and shows a ring. */
async function expectAllReached(page: Page): Promise<void> {
  await page.evaluate(() => {
    (document.activeElement as HTMLElement).blur();
    Object.assign(globalThis, { reached: new Set() });
  });
  for (;;) {
    await page.keyboard.press("Tab");
    const where = await page.evaluate(() => {
      const { reached } = globalThis as unknown as { reached: Set<Element> };
      const focused = document.activeElement as Element;
      if (focused === document.body || reached.has(focused)) return "round";
      reached.add(focused);
      // The ring of a file field that is not seen is around its label.
      const ringed = focused.matches(".spoken") ? (focused.nextElementSibling as Element) : focused;
      const { outlineStyle, boxShadow } = getComputedStyle(ringed);
      const ring = outlineStyle !== "none" || boxShadow !== "none" || focused.matches(".handle");
      return ring ? "" : `no ring: ${focused.outerHTML.slice(0, 80)}`;
    });
    if (where === "round") break;
    expect(where).toBe("");
  }
  const missed = await page.evaluate(() => {
    const { reached } = globalThis as unknown as { reached: Set<Element> };
    const usable = document.querySelectorAll<HTMLInputElement>(
      'a[href], button, input, select, textarea, summary, [tabindex="0"]',
    );
    return [...usable]
      .filter((one) => !reached.has(one) && !one.disabled && one.getClientRects().length > 0)
      .map((one) => one.outerHTML.slice(0, 80));
  });
  expect(missed).toEqual([]);
  await page.evaluate(() => {
    (document.activeElement as HTMLElement).blur();
    scrollTo(0, 0);
  });
}

/** In the page: how wide it is, and its window. */
function widths(): [number, number] {
  return [document.documentElement.scrollWidth, innerWidth];
}

export function accessTests(stage: () => Stage): void {
  // one opening of a view for all that is looked at in it
  describe("every view", () => {
    it.each(shortOrLong(["transition", "geometry", "data", "news", "transformer"], views))(
      "%s: axe finds nothing, all is reached by keyboard, and 360 px are wide enough",
      async (view) => {
        const cell = view === "diagram" ? "&cell=0.6:0.5" : "";
        const link = view === "transition" ? FEW_POINTS : `#v=1&view=${view}${cell}`;
        const { page, close } = await stage().open(link, { reducedMotion: "reduce" });
        if (view === "data") {
          await take(page, answersFile());
          expect(await page.locator(".verdict-card").count()).toBe(2);
        }
        await settled(page);
        await unfoldAll(page);
        if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(AXE);
        for (const colorScheme of themes) {
          await page.emulateMedia({ colorScheme });
          const violations: Finding[] = await page.evaluate(
            async (runOnly) => {
              const { axe } = globalThis as unknown as {
                axe: { run(options: object): Promise<{ violations: Finding[] }> };
              };
              return (await axe.run({ runOnly, resultTypes: ["violations"] })).violations;
            },
            colorScheme === "light" ? RULES : OF_COLOURS,
          );
          const found = violations.map(
            ({ id, nodes }) =>
              `${colorScheme} ${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`).join("; ")}`,
          );
          expect(found).toEqual([]);
        }
        await page.emulateMedia({ colorScheme: "light" });
        await expectAllReached(page);
        const { width, height } = page.viewportSize() ?? { width: 0, height: 0 };
        await page.setViewportSize({ width: 360, height: 740 });
        await settled(page);
        await expect.poll(() => page.evaluate(widths)).toEqual([360, 360]);
        await page.setViewportSize({ width, height });
        await close();
      },
    );
  });

  describe("a page", () => {
    it.each([
      ["360 px, in Chinese", 360, 740, "zh"],
      ...shortOrLong<[string, number, number, string][]>(
        [],
        [
          ["360 px", 360, 740, "en"],
          ["4K", 3840, 2160, "en"],
          ["1280 × 800 at 200 %", 640, 400, "en"],
        ],
      ),
    ] as const)("is no wider than the window: %s", async (_, width, height, language) => {
      const { page, close } = await stage().open("#v=1&view=data", { viewport: { width, height } });
      for (const view of shortOrLong<string>(["transition", "data"], views)) {
        const cell = view === "diagram" ? "&cell=0.6:0.5" : "";
        const link = view === "transition" ? FEW_POINTS : `#v=1&view=${view}${cell}`;
        await page.goto(`${stage().url}${link}&lang=${language}`);
        await expect.poll(() => page.locator("nav [aria-current]").getAttribute("data-view")).toBe(view);
        await expect.poll(() => page.evaluate(() => document.documentElement.lang.slice(0, 2))).toBe(language);
        await settled(page);
        await unfoldAll(page);
        const [inner, outer] = await page.evaluate(widths);
        expect(`${view} ${language} ${inner}`).toBe(`${view} ${language} ${outer}`);
      }
      await close();
    });
  });

  describe("a phone", () => {
    const figures = [
      ["story", ".dots-picture"],
      ["transition", ".plot canvas"],
      ["diagram", ".plane canvas"],
      ["geometry", ".sphere"],
      ["generations", ".plot canvas"],
    ] as const;
    it.each(shortOrLong(figures.slice(0, 1), figures))(
      "has the first figure in its first screen: %s",
      async (view, figure) => {
        const { page, close } = await stage().open(`#v=1&view=${view}`, { viewport: { width: 360, height: 740 } });
        await settled(page);
        await page.evaluate(() => scrollTo(0, 0));
        const place = () =>
          page
            .locator(figure)
            .first()
            .evaluate((one) => {
              const { top, bottom, height } = one.getBoundingClientRect();
              return { isTall: height > 120, isInside: top >= 0 && bottom <= innerHeight };
            });
        await expect.poll(place).toEqual({ isTall: true, isInside: true });
        await close();
      },
    );
  });

  describe("both languages", () => {
    it("say the same page, and the URL says which", async () => {
      const { page, complaints, close } = await stage().open(FEW_POINTS);
      await finished(page);
      await page.getByLabel("Language").selectOption("zh");
      await finished(page, "15 个点，约化引擎，种子 1");
      expect(await page.locator("h2").textContent()).toBe("相变");
      expect(await page.evaluate(() => document.documentElement.lang)).toBe("zh-Hans");
      expect(await page.locator(".summary li").first().textContent()).toBe(
        "无验证器：在 p⋆ = 0.5 之前优于随机，之后劣于随机。",
      );
      await expect.poll(() => page.evaluate(() => location.hash)).toContain("lang=zh");
      await page.reload();
      await expect.poll(() => page.title()).toContain("合成数据");
      await finished(page);
      // No English is left over in what the page itself says.
      const text = (await page.locator("main").textContent()) ?? "";
      expect(text.match(/\b(the|of|and|with|rows|verifier|Phase)\b/g)).toBeNull();
      await page.getByLabel("语言").selectOption("en");
      await expect.poll(() => page.locator("h2").textContent()).toBe("Phase transition");
      expect(complaints).toEqual([]);
      await close();
    });
  });

  describe("the keyboard alone", () => {
    it("reaches a view, moves a slider, starts a run and stops it", async () => {
      const { page, complaints, close } = await stage().open("#v=1&view=story");
      const focused = () => page.evaluate(() => document.activeElement?.textContent ?? "");
      const tabTo = async (wanted: () => Promise<boolean>) => {
        for (let i = 0; i < 100; i++) {
          await page.keyboard.press("Tab");
          if (await wanted()) return;
        }
        throw new Error("not reached by Tab");
      };
      await page.keyboard.press("Tab");
      expect(await focused()).toBe("Skip to the figure");
      await tabTo(async () => (await focused()) === "Phase transition");
      const outlined = () => page.evaluate(() => getComputedStyle(document.activeElement as Element).outlineStyle);
      expect(await outlined()).toBe("solid");
      await page.keyboard.press("Enter");
      await expect.poll(focused).toBe("Phase transition");
      // a run of minutes: it must not end before it is stopped
      await page.goto(`${stage().url}${LONG_RUN}`);
      await finished(page, "9 points, reduced engine, seed 1");
      await tabTo(async () => (await focused())?.startsWith("Draw every row") === true);
      await page.keyboard.press("Enter");
      await expect.poll(focused).toBe("Stop");
      await page.keyboard.press("Enter");
      await finished(page, /^stopped/);
      await tabTo(() =>
        page.evaluate(
          () => document.activeElement?.closest("[data-path]")?.getAttribute("data-path") === "verifier.phi",
        ),
      );
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("ArrowRight");
      await expect.poll(() => field(page, "verifier.phi").locator('input[type="text"]').inputValue()).toBe("0.82");
      await expect.poll(() => page.locator(".summary li").nth(1).textContent()).toContain("p⋆ = 0.732");
      expect(complaints).toEqual([]);
      await close();
    });
  });

  describe("the keyboard", () => {
    it("keeps its place when the language changes", async () => {
      const { page, close } = await stage().open("#v=1&view=geometry");
      await page.getByLabel("Language").focus();
      await page.keyboard.press("ArrowDown");
      await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe("语言");
      await close();
    });
  });

  describe("a hostile link", () => {
    const links: [string, string, number][] = [
      [
        "a script",
        "#v=1&view=transition&learner.kind=<img src=x onerror=alert(1)>&series=verifier.kind:none&<script>=1&trials=2",
        2,
      ],
      [
        "numbers that are none",
        "#v=1&view=transition&data.meanNorm=1e999&verifier.phi=NaN&samples=-5&x=generator.errorRate:0:1:3&trials=2",
        3,
      ],
      ["a hundred thousand characters", `#v=1&view=transition&seed=${"9".repeat(1e5)}`, 1],
      ["another version", "#v=99&view=transition&seed=3", 1],
    ];
    it.each(shortOrLong(links.slice(0, 2), links))(
      "with %s is mended, and the page lives",
      async (_, fragment, count) => {
        const { page, complaints, close } = await stage().open("#v=1&view=data");
        await page.evaluate((hash) => {
          location.hash = hash;
        }, fragment);
        await expect.poll(() => page.locator(".notice li").count()).toBe(count);
        await page.getByRole("link", { name: "Phase transition" }).click();
        await finished(page);
        expect(await page.locator("main img, main script").count()).toBe(0);
        await page.locator(".notice button").click();
        await expect.poll(() => page.locator(".notice").count()).toBe(0);
        expect(complaints).toEqual([]);
        await close();
      },
    );
  });
}
