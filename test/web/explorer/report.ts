import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { exampleAnswers } from "../../../src/audit/example.js";
import { auditLines, linesInOrder } from "../../../src/audit/lines.js";
import { load, type Reason } from "../../../src/index.js";
import { auditFile } from "../../../web/compute/auditFile.js";
import { chinese } from "../../../web/words/reasons.js";
import { shortOrLong } from "../../support/edition.js";
import { scratchFolder } from "../../support/folders.js";
import { printed } from "../../support/inProcess.js";
import { serve } from "../../support/staticServer.js";
import { answersFile, take } from "./data.js";
import { saved } from "./exports.js";
import {
  BUILT_PAGE,
  builtFile,
  FEW_POINTS,
  FEW_TRIALS,
  field,
  finished,
  placeOf,
  type Stage,
  settled,
  unfold,
  unfoldAll,
} from "./stage.js";

const VIEWS = ["story", "transition", "diagram", "geometry", "generations", "data"];

/** Views that are opened, and how wide: those first that are opened most. */
const openings = ["transition", ...VIEWS.filter((view) => view !== "transition"), "news", "transformer"].flatMap(
  (view) => [360, 1200].map((width) => ({ view, width })),
);

/** Whether an element is in the window, as far as the window and what scrolls in it let it. */
function inWindow(page: Page, selector: string): Promise<boolean> {
  return page
    .locator(selector)
    .first()
    .evaluate((one) => {
      const { top, bottom, left, right } = one.getBoundingClientRect();
      return top >= 0 && left >= 0 && bottom <= innerHeight + 1 && right <= innerWidth + 1;
    });
}

/** The page with some of its files changed, on a server of its own. */
async function altered(change: (folder: string) => Promise<void>, wasm = true) {
  const folder = join(scratchFolder(), "page");
  await mkdir(folder, { recursive: true });
  await cp(BUILT_PAGE, folder, { recursive: true });
  await change(folder);
  return serve({ root: folder, wasm });
}

export function reportTests(stage: () => Stage): void {
  describe("explorer", () => {
    it("1: takes the line from the curve: with a linear verifier the model is better than chance past p⋆, and is called so", async () => {
      const { page, close } = await stage().open(
        "#v=1&view=transition&preset=phase-transition&x=generator.errorRate:0:1:21&verifier.kind=linear&verifier.angle=30&data.meanNorm=1.5&samples=20000&trials=2&seed=1",
      );
      await finished(page);
      await expect
        .poll(() => page.locator(".summary li").first().textContent())
        .toMatch(/^The curve: 0\.9\d\d at p = 0, 0\.8\d\d at p = (1|0\.9\d*)\.$/);
      // p overtakes p⋆ at about 0.9, and the figure does not draw that as a crossing. Simulated values come in after the theory's.
      await unfold(page, ".numbers");
      const rows = page.locator(".numbers tbody tr");
      const read = async () => {
        const [p, accuracy, , , , , point] = (await rows.nth(19).locator("td").allTextContents()).map(Number);
        return [p, (p ?? 0) > (point ?? 1), (accuracy ?? 0) > 0.8];
      };
      await expect.poll(read).toEqual([0.95, true, true]);
      await close();
    });

    it("1: draws p⋆ as a crossing only if it is one: with 20,000 clean rows it is not", async () => {
      const { page, close } = await stage().open(
        "#v=1&view=transition&preset=phase-transition&x=generator.errorRate:0:1:21&verifier.kind=none&realSamples=20000&samples=50000&seed=1",
      );
      await finished(page);
      await expect
        .poll(() => page.locator(".summary li").first().textContent())
        .toMatch(/^The curve: better than chance up to p = 0\.(69|7)\d*, worse than chance past it\.$/);
      await close();
    });

    it("2: tells the line of accuracy one half from p = p⋆, in the figure's key and in its table", async () => {
      const { page, close } = await stage().open("#v=1&view=diagram&realSamples=400&seed=1");
      await expect.poll(() => page.locator(".key .dash").count()).toBe(2);
      await unfold(page, ".plane-panel .numbers");
      await expect.poll(() => page.locator(".plane-panel thead th").allTextContents()).toContain("accuracy ½ at p");
      const row = page.locator(".plane-panel tbody tr", { has: page.locator("th", { hasText: /^1$/ }) });
      const [half, point] = (await row.locator("td").allTextContents()).slice(-2);
      // Both stand in the table, and they differ.
      expect(Number(half)).toBeGreaterThan(Number(point) + 0.02);
      await close();
    });

    it("3: says on which side of chance the model of the directions is, and contradicts the rates where they mislead", async () => {
      const { page, close } = await stage().open(
        "#v=1&view=geometry&generator.kind=linear&verifier.kind=linear&generator.angle=138.8&verifier.angle=30&verifier.angleToGenerator=141.4&data.kind=mixture&data.meanNorm=1.5&seed=1",
      );
      await expect
        .poll(() => page.locator(".worlds .verdict").allTextContents())
        .toEqual(["better than chance", "helps: a higher limit", "worse than chance", "helps: a higher limit"]);
      expect(await page.locator(".differ").first().textContent()).toMatch(
        /^Most kept labels are correct, and yet .* 0\.483/,
      );
      await close();
    });

    it("4: shows the last of several generations along p, one curve a verifier", async () => {
      const { page, complaints, close } = await stage().open(
        "#v=1&view=transition&preset=phase-transition&x=generator.errorRate:0:1:6&series=verifier.kind:none,oracle&data.dim=15&samples=200&generations=3&trials=3&seed=1",
      );
      await finished(page, /^12 points/);
      await expect.poll(() => page.locator(".legend .curve").allTextContents()).toEqual(["no verifier", "oracle"]);
      expect(await page.locator(".summary li").first().textContent()).toBe("After the last of 3 generations:");
      expect(await page.locator("main").textContent()).not.toContain("undefined");
      expect(complaints).toEqual([]);
      await close();
    });

    it.each(shortOrLong(["transition", "data"], VIEWS))(
      "7: keeps figure and settings in one window of 1280 × 800, and the keyboard's place in sight: %s",
      async (view) => {
        const cell = view === "diagram" ? "&cell=0.6:0.5" : "";
        const { page, close } = await stage().open(`#v=1&view=${view}${cell}`, {
          viewport: { width: 1280, height: 800 },
        });
        if (view === "data") {
          await take(page, answersFile());
          expect(await page.locator(".verdict-card").count()).toBe(2);
        }
        await settled(page);
        await unfoldAll(page);
        await page.evaluate(() => {
          scrollTo(0, 0);
          (document.activeElement as HTMLElement).blur();
        });
        const figure = view === "geometry" ? ".sphere" : view === "data" ? ".verdicts" : ".plot";
        await expect.poll(() => inWindow(page, figure)).toBe(true);
        const seen = new Set<string>();
        for (let i = 0; i < 150; i++) {
          await page.keyboard.press("Tab");
          const place = await page.evaluate(() => {
            const one = document.activeElement as Element;
            if (one === document.body) return "round";
            const shown = one.matches(".spoken") ? (one.nextElementSibling as Element) : one;
            const { top, bottom, left, right } = shown.getBoundingClientRect();
            const tall = bottom - top > innerHeight;
            const out = (!tall && (top < -1 || bottom > innerHeight + 1)) || left < -1 || right > innerWidth + 1;
            const middle = document.elementFromPoint(
              (left + right) / 2,
              Math.min(bottom - 3, Math.max(top + 3, (top + bottom) / 2)),
            );
            const covered = middle && !shown.contains(middle) && !middle.contains(shown);
            const name = one.outerHTML.slice(0, 90);
            return `${out ? "off-screen" : covered && middle.closest(".plot, header") ? "covered" : "seen"} ${name}`;
          });
          if (place === "round" || seen.has(place)) break;
          seen.add(place);
          expect(place).toMatch(/^seen/);
        }
        expect(seen.size).toBeGreaterThan(8);
        await close();
      },
    );

    const hindrances: [string, string, (folder: string) => Promise<void>, boolean][] = [
      [
        "no SIMD",
        "too old to compute here",
        async (folder: string) => {
          await replaceIn(
            builtFile("worker-", folder),
            (text) => `WebAssembly.compile=()=>Promise.reject(new WebAssembly.CompileError("no simd"));\n${text}`,
          );
          const old =
            "const validate = WebAssembly.validate.bind(WebAssembly);" +
            "WebAssembly.validate = (bytes) => bytes.length < 12 && validate(bytes);";
          await writeFile(join(folder, "old.js"), old);
          await replaceIn(join(folder, "index.html"), (text) =>
            text.replace("<title>", '<script src="./old.js"></script><title>'),
          );
        },
        true,
      ],
      ["a policy without wasm-unsafe-eval", "forbids WebAssembly", async () => {}, false],
      // beside it `npm test` has a page without its worker that is tried again: see running.ts
      [
        "a worker that is not there",
        "could not be loaded",
        async (folder: string) => rm(builtFile("worker-", folder)),
        true,
      ],
    ];
    it.each(shortOrLong(hindrances.slice(0, 2), hindrances))(
      "8: says in the figure's place what is wrong, and offers to reload: %s",
      async (_, says, change, wasm) => {
        const server = await altered(change, wasm);
        for (const view of shortOrLong(["transition"], ["transition", "diagram", "geometry", "story"])) {
          // another address: the page is loaded anew
          const page = await stage().visit(`${server.url}?${view}#v=1&view=${view}`);
          const fault = page.locator(".fault:visible").first();
          await expect.poll(() => fault.textContent()).toContain(says);
          await expect.poll(() => fault.getByRole("button", { name: "Reload" }).isVisible()).toBe(true);
          expect(await page.locator(".summary:visible").allTextContents()).not.toContain("Computing …");
        }
        await server.close();
      },
    );

    const faults: [string, string, string][] = [
      ["a script that fails", "app-", "could not be loaded, or has failed"],
      ["a view that is missing", "diagram-", "A script of this page could not be loaded"],
      ["a script that is missing", "app-", "could not be loaded, or has failed"],
    ];
    it.each(shortOrLong(faults.slice(0, 2), faults))("8: says so on the page: %s", async (what, name, says) => {
      const server = await altered(async (folder) => {
        const file = builtFile(name, folder);
        if (what.endsWith("fails")) await writeFile(file, 'throw new Error("broken on purpose");\nexport {};\n');
        else await rm(file);
      });
      const page = await stage().visit(`${server.url}#v=1&view=diagram`);
      await expect.poll(() => page.locator(".fault").first().textContent()).toContain(says);
      await expect.poll(() => page.getByRole("button", { name: "Reload" }).isVisible()).toBe(true);
      await server.close();
    });

    it("8: says so without any script of its own", async () => {
      const server = await altered(async (folder) => rm(builtFile("index-", folder)));
      const page = await stage().visit(server.url);
      // its style sheet shows it after some seconds, which are skipped here
      const late = page.locator(".late");
      const [delays, visibility] = await late.evaluate((one) => {
        const animations = one.getAnimations();
        for (const animation of animations) animation.finish();
        return [animations.map(({ effect }) => effect?.getTiming().delay), getComputedStyle(one).visibility];
      });
      expect([delays, visibility]).toEqual([[8000], "visible"]);
      await server.close();
    });

    it("9: keeps an audit when tab or language change, and takes a file that is dropped beside the box", async () => {
      const { page, complaints, close } = await stage().open("#v=1&view=data");
      await take(page, answersFile());
      await page.locator('[data-role="by"]').selectOption("task");
      await settled(page);
      expect(await page.locator(".report h3").first().textContent()).toBe("Slices");
      const before = await page.locator(".rates tbody").textContent();
      await page.locator('nav [data-view="geometry"]').click();
      await page.locator(".sphere").waitFor();
      await page.locator('nav [data-view="data"]').click();
      await settled(page);
      expect(await page.locator(".verdict-card").count()).toBe(2);
      expect(await page.locator('[data-role="by"]').inputValue()).toBe("task");
      expect(await page.locator(".rates tbody").textContent()).toBe(before);
      await page.getByLabel("Language").selectOption("zh");
      await settled(page);
      expect(await page.locator(".verdict-card").count()).toBe(2);
      expect(await page.locator(".report h3").first().textContent()).toBe("分组");
      await page.getByLabel("语言").selectOption("en");
      // the address follows a moment later
      await expect.poll(() => page.url()).not.toContain("lang=");
      await settled(page);
      const address = page.url();
      const drop = (target: string, name: string) =>
        page.evaluate(
          ([where, file, text]) => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([text as string], file as string));
            const event = new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: transfer });
            document.querySelector(where as string)?.dispatchEvent(event);
            return event.defaultPrevented;
          },
          [target, name, answersFile().buffer.toString()],
        );
      expect(await drop("footer", "beside.jsonl")).toBe(true);
      await expect.poll(() => page.locator(".stage > .status").textContent()).toContain("beside.jsonl: 3,000 rows");
      expect(page.url()).toBe(address);
      await page.locator('nav [data-view="geometry"]').click();
      await page.locator(".sphere").waitFor();
      expect(await drop("main", "elsewhere.jsonl")).toBe(true);
      await expect.poll(() => page.locator(".stage > .status").textContent()).toContain("elsewhere.jsonl: 3,000 rows");
      expect(complaints).toEqual([]);
      await close();
    });

    it("10: reads 1,5 as one and a half, refuses what may be either, and a link with its preset alone works", async () => {
      const { page, close } = await stage().open("#v=1&view=transition&preset=sample-size");
      await finished(page);
      expect(await page.locator("main select").first().inputValue()).toBe("sample-size");
      expect(await page.locator(".notice").count()).toBe(0);
      await page.locator('[data-group="data"] > summary').click();
      const norm = field(page, "data.meanNorm").locator('input[type="text"]');
      await norm.fill("1,5");
      await norm.press("Tab");
      await expect.poll(() => norm.inputValue()).toBe("1.5");
      await norm.fill("1,500");
      await expect.poll(() => norm.getAttribute("aria-invalid")).toBe("true");
      await norm.press("Tab");
      await expect.poll(() => norm.inputValue()).toBe("1.5");
      await close();
    });

    it("10: says that nothing reads p where a linear generator has it on its axis, and draws points after every row was drawn", async () => {
      const { page, close } = await stage().open(
        "#v=1&view=transition&preset=phase-transition&x=generator.errorRate:0:1:3&generator.kind=linear&verifier.kind=none&samples=200&data.dim=5&trials=3&seed=1",
      );
      await finished(page);
      expect(await page.locator(".flat").textContent()).toBe("Nothing in this figure reads p: its curves are flat.");
      await page.getByRole("button", { name: "Draw every row" }).click();
      await finished(page, "3 points, direct engine, seed 1");
      await page.locator('[data-group="run"] > summary').click();
      await field(page, "samples").locator('input[type="text"]').fill("300");
      await finished(page, "3 points, reduced engine, seed 1");
      await close();
    });

    it("11: keeps the value of a slider on which a scroll begins, and moves it for a finger that goes sideways", async () => {
      const { page, close } = await stage().open(FEW_POINTS, {
        hasTouch: true,
        isMobile: true,
        viewport: { width: 360, height: 740 },
      });
      await finished(page);
      const slider = field(page, "verifier.psi").locator('input[type="range"]');
      const box = await placeOf(slider);
      const session = await page.context().newCDPSession(page);
      const touch = (type: string, x: number, y: number) =>
        session.send("Input.dispatchTouchEvent", {
          type: type as "touchStart",
          touchPoints: type === "touchEnd" ? [] : [{ x, y }],
        });
      const [x, y] = [box.x + 0.7 * box.width, box.y + box.height / 2];
      const value = () => field(page, "verifier.psi").locator('input[type="text"]').inputValue();
      await touch("touchStart", x, y);
      for (let step = 1; step <= 8; step++) await touch("touchMove", x, y - 12 * step);
      await touch("touchEnd", x, y);
      expect(await value()).toBe("0.3");
      expect(await slider.inputValue()).toBe("0.3");
      await slider.evaluate((one) => one.scrollIntoView({ block: "center", behavior: "instant" }));
      const again = await placeOf(slider);
      const row = again.y + again.height / 2;
      await touch("touchStart", again.x + 0.3 * again.width, row);
      for (let step = 1; step <= 8; step++) await touch("touchMove", again.x + (0.3 + 0.05 * step) * again.width, row);
      await touch("touchEnd", 0, 0);
      await expect.poll(async () => Number(await value())).toBeGreaterThan(0.6);
      await close();
    });

    it("7: keeps the sphere in sight on a phone while its settings are moved, and a finger on it scrolls the page", async () => {
      const { page, close } = await stage().open("#v=1&view=geometry", {
        hasTouch: true,
        isMobile: true,
        viewport: { width: 360, height: 740 },
      });
      await settled(page);
      const last = page.locator(".controls .group").last();
      await last.evaluate((one) => one.scrollIntoView({ block: "end", behavior: "instant" }));
      await expect.poll(() => inWindow(page, ".sphere")).toBe(true);
      expect(await inWindow(page, ".controls .group:last-of-type summary")).toBe(true);
      const box = await placeOf(page.locator(".sphere"));
      const session = await page.context().newCDPSession(page);
      const scrolled = () => page.evaluate(() => Math.round(scrollY));
      const before = await scrolled();
      const touch = (type: "touchStart" | "touchMove" | "touchEnd", y: number) =>
        session.send("Input.dispatchTouchEvent", {
          type,
          touchPoints: type === "touchEnd" ? [] : [{ x: box.x + 20, y }],
        });
      await touch("touchStart", box.y + 40);
      for (let step = 1; step <= 10; step++) await touch("touchMove", box.y + 40 + 15 * step);
      await touch("touchEnd", 0);
      await expect.poll(scrolled).toBeLessThan(before - 50);
      await close();
    });

    it("7: has one button for all that can be taken along, and a read-out begins where the reader is", async () => {
      const { page, close } = await stage().open(FEW_POINTS);
      await finished(page);
      await page.locator('[data-do="share"]').click();
      await expect.poll(() => page.locator('.exports [data-export="svg"]').isVisible()).toBe(true);
      expect(await page.evaluate(() => document.activeElement?.closest("details")?.className)).toBe("exports");
      await page.goto(page.url().replace(/#.*/, "#v=1&view=story"));
      await expect.poll(() => page.locator(".story .readout .place").textContent()).toBe("p = 0.3");
      await page.goto(`${stage().url}#v=1&view=diagram&cell=0.6:0.5`);
      await expect.poll(() => page.locator(".chosen .readout .place").textContent()).toBe("p = 0.6");
      await close();
    });

    it("11: keeps slider tracks and the colour key in forced colours", async () => {
      const { page, close } = await stage().open("#v=1&view=diagram", { forcedColors: "active" });
      await page.locator(".swatch").first().waitFor();
      const colours = await page
        .locator(".swatch")
        .evaluateAll((all) => all.map((one) => getComputedStyle(one).backgroundColor));
      expect(new Set(colours).size).toBeGreaterThan(15);
      const slider = page.locator('[data-axis="x"]');
      await slider.scrollIntoViewIfNeeded();
      const picture = await slider.screenshot();
      await slider.evaluate((one: HTMLInputElement) => one.style.setProperty("--filled", "0%"));
      // The filled part of the track is told from the rest.
      expect((await slider.screenshot()).equals(picture)).toBe(false);
      await close();
    });

    it.each(shortOrLong(openings.slice(0, 1), openings))(
      "12: shifts its layout by less than 0.1 while it opens: $view, $width px wide",
      async ({ view, width }) => {
        const watch = () => {
          Object.assign(globalThis, { shift: 0 });
          new PerformanceObserver((list) => {
            for (const entry of list.getEntries() as unknown as { value: number; hadRecentInput: boolean }[])
              if (!entry.hadRecentInput) (globalThis as unknown as { shift: number }).shift += entry.value;
          }).observe({ type: "layout-shift", buffered: true });
        };
        const { page, close } = await stage().openFresh(`#v=1&view=${view}`, {
          viewport: { width, height: width === 360 ? 740 : 900 },
          before: (made) => made.addInitScript(watch),
        });
        if (view === "data") await page.locator(".drop").waitFor();
        else if (view === "diagram") await page.locator(".swatch").first().waitFor();
        else if (view === "geometry") await page.locator(".readings dd").first().waitFor();
        await settled(page);
        const shift = await page.evaluate(() => (globalThis as unknown as { shift: number }).shift);
        console.log(`layout shift of ${view}: ${shift.toFixed(3)}`);
        expect(shift).toBeLessThan(0.1);
        await close();
      },
    );

    it("12: reads all curves under the pointer, with bars of two standard errors, and by keyboard", async () => {
      const { page, close } = await stage().open(FEW_TRIALS);
      await finished(page);
      const box = await placeOf(page.locator(".plot canvas"));
      const read = () =>
        page.locator(".readout").evaluate((one) => ({
          place: one.querySelector(".place")?.textContent,
          values: [...one.querySelectorAll("li")].map(({ textContent }) => textContent),
          spoken: one.querySelector("input")?.getAttribute("aria-valuetext"),
        }));
      await page.mouse.move(box.x + box.width * 0.25, box.y + box.height / 2);
      const both = expect.stringMatching(/theory 0\.\d{3} · simulated 0\.\d{3} ± 0\.\d{3}/);
      await expect
        .poll(read)
        .toMatchObject({ place: expect.stringMatching(/^p = 0\.[12]\d*$/), values: [both, both, both] });
      await page.locator(".readout input").focus();
      await page.keyboard.press("Home");
      await expect
        .poll(read)
        .toMatchObject({ place: "p = 0", spoken: expect.stringMatching(/^p = 0: no verifier theory 0\.840/) });
      await close();
    });

    it("12: reads the diagram under the pointer: p, ψ/φ, accuracy and side", async () => {
      const { page, close } = await stage().open("#v=1&view=diagram");
      await page.locator(".swatch").first().waitFor();
      await settled(page);
      const box = await placeOf(page.locator(".plane canvas"));
      await page.mouse.move(box.x + box.width * 0.3, box.y + box.height * 0.6);
      await expect
        .poll(() => page.locator(".under").textContent())
        .toMatch(/^p = 0\.\d+, ψ\/φ = 0\.\d+: Accuracy 0\.\d{3}: better than chance\. p⋆ = 0\.\d{3}: p is below p⋆\.$/);
      await close();
    });

    it("12: speaks the browser's language, and its link need not say so", async () => {
      const { page, close } = await stage().openFresh("#v=1&view=data", { locale: "zh-CN" });
      await expect.poll(() => page.locator("h2").textContent()).toBe("你的数据");
      await expect.poll(() => page.title()).toMatch(/^你的数据/);
      await page.getByLabel("语言").selectOption("en");
      await expect.poll(() => page.evaluate(() => location.hash)).toContain("lang=en");
      await close();
    });

    it("12: keeps each view's own settings when the reader goes back and forward, and names the view in the title", async () => {
      const { page, close } = await stage().open(FEW_POINTS);
      await finished(page);
      await field(page, "verifier.psi").locator('input[type="text"]').fill("0.1");
      await expect.poll(() => page.evaluate(() => location.hash)).toContain("verifier.psi=0.1");
      await page.locator('nav [data-view="geometry"]').click();
      await field(page, "generator.angle").locator('input[type="text"]').fill("77");
      await expect.poll(() => page.evaluate(() => location.hash)).toContain("generator.angle=77");
      await expect.poll(() => page.title()).toMatch(/^Geometry/);
      await page.goBack();
      await expect.poll(() => page.title()).toMatch(/^Phase transition/);
      await expect.poll(() => field(page, "verifier.psi").locator('input[type="text"]').inputValue()).toBe("0.1");
      await page.locator('nav [data-view="geometry"]').click();
      await expect.poll(() => field(page, "generator.angle").locator('input[type="text"]').inputValue()).toBe("77°");
      await close();
    });

    it("12: gives an SVG with the words and the lines of the figure", async () => {
      const { page, complaints, close } = await stage().open(FEW_TRIALS);
      await finished(page);
      await unfold(page, ".exports");
      const { name, bytes } = await saved(page, "svg" as "png");
      expect(name).toBe("phase-transition.svg");
      const text = bytes.toString();
      const read = await page.evaluate((svg) => {
        const made = new DOMParser().parseFromString(svg, "image/svg+xml");
        return {
          broken: made.querySelector("parsererror") !== null,
          texts: [...made.querySelectorAll("text")].map((one) => one.textContent),
          paths: made.querySelectorAll("path").length,
        };
      }, text);
      expect(read.broken).toBe(false);
      expect(read.texts).toEqual(
        expect.arrayContaining(["p⋆ = 0.727", "Test accuracy", "bernoulli, φ = 0.8, ψ = 0.3"]),
      );
      expect(read.paths).toBeGreaterThan(60);
      expect(text).not.toMatch(/NaN|undefined|Infinity/);
      // The lines of the theory have a point every 0.0083 of p.
      expect(
        (text.match(/<path d="[^"]*"[^>]*stroke="#0072b2"/g) ?? []).some((path) => path.split(/[LC]/).length > 100),
      ).toBe(true);
      expect(complaints).toEqual([]);
      await close();
    });

    it("transformer: trains a generator and a student while one watches, with the bits of pstar eigen, and stops", async () => {
      const { page, complaints, close } = await stage().open("#v=1&view=transformer");
      const status = page.locator(".transformer .status");
      await page.getByRole("button", { name: "Train both" }).click();
      await expect.poll(() => status.textContent()).toMatch(/^generator: step [1-9]/);
      await expect.poll(() => page.locator(".matrix").count()).toBe(4);
      await page.getByRole("button", { name: "Stop" }).click();
      await expect.poll(() => status.textContent()).toBe("Stopped.");
      expect(complaints).toEqual([]);
      await close();
      // The same in Node, of a size that takes seconds there, by the page's own code and by the experiment's.
      const question = { seed: 3, verifier: "noisy:0.3", steps: 400, pool: 3_000 };
      const { trainTransformer } = await import("../../../web/compute/transformer.js");
      const { runEigen } = await import("../../../src/eigen.js");
      const own = await trainTransformer(question, () => {});
      const { arms } = await runEigen({
        seeds: [3],
        verifiers: ["noisy:0.3"],
        steps: 400,
        pool: 3_000,
        beamPool: 1,
        beams: 1,
      });
      const arm = (name: string) => arms.find((one) => one.name === name);
      expect([own.generator, own.student]).toEqual([arm("generator")?.accuracy.mean, arm("noisy-0.3")?.accuracy.mean]);
      const { p, phi, psi, rows } = own;
      expect({ p, phi, psi, rows }).toMatchObject({
        p: arm("noisy-0.3")?.p,
        phi: arm("noisy-0.3")?.phi,
        psi: arm("noisy-0.3")?.psi,
        rows: arm("noisy-0.3")?.rows,
      });
    });

    it("news: writes, keeps and learns while one watches, with the bytes of pstar news, and stops", async () => {
      const { page, complaints, close } = await stage().open("#v=1&view=news");
      await page.locator(".news select").first().selectOption("400");
      // each verifier is another training
      const verifiers = shortOrLong(["oracle"], ["oracle", "ngram"]);
      if (verifiers.includes("ngram")) await page.getByLabel("ngram").check();
      await page.getByLabel("random").uncheck();
      const status = page.locator(".news > .status");
      await page.getByRole("button", { name: "Run the experiment" }).click();
      await expect.poll(() => status.textContent()).toMatch(/^Training on \d+ summaries: /);
      await page.getByRole("button", { name: "Stop" }).click();
      await expect.poll(() => status.textContent()).toBe("Stopped.");
      await page.getByRole("button", { name: "Run the experiment" }).click();
      await settled(page);
      expect(await status.textContent()).toBe("Finished.");
      const command = (await page.locator(".news .exports code").textContent()) ?? "";
      expect(command).toBe(`pstar news --articles 400 --seeds 1 --verifiers ${verifiers} --fractions 12.5,100`);
      const args = command.split(" ").slice(1);
      const json = printed([...args, "--format", "json", "--quiet"]);
      expect((await saved(page, "json", ".news")).bytes.toString()).toBe(await json);
      const csv = (await saved(page, "csv", ".news")).bytes.toString();
      // another run of the same: the table is made of the same result
      if (shortOrLong(false, true)) expect(csv).toBe(await printed([...args, "--format", "csv", "--quiet"]));
      else expect(csv.trim().split("\n").length).toBeGreaterThan(JSON.parse(await json).arms.length);
      expect((await saved(page, "png", ".news")).bytes.length).toBeGreaterThan(20_000);
      const { arms } = JSON.parse(await json);
      // Loss and ROUGE of the model of each arm; that of the generator is one of them.
      for (const curves of await page.locator(".curves").all()) {
        const lines = curves.locator("polyline");
        const points = await lines.evaluateAll((all) => all.map((one) => (one as SVGPolylineElement).points.length));
        expect(points).toHaveLength(arms.length);
        for (const count of points) expect(count).toBeGreaterThanOrEqual(3);
      }
      // What is shown of the result is what it says.
      const rows = await page
        .locator(".outcome tbody tr")
        .evaluateAll((all) => all.map((row) => [...row.children].map(({ textContent }) => textContent)));
      expect(rows.map(([, learned, rouge1]) => [learned, rouge1])).toEqual(
        arms.map((arm: { rows: number; rouge1: { mean: number } }) => [String(arm.rows), arm.rouge1.mean.toFixed(3)]),
      );
      const sides = page.locator(".judged details").first().locator(".sides > div");
      expect(await sides.locator("article").count()).toBe(6);
      await page.getByRole("button", { name: "Show more of both" }).first().click();
      expect(await sides.locator("article").count()).toBe(48);
      const scores = await sides.nth(1).locator("article .hint:last-child").allTextContents();
      // in the order of the verifier, which is that of the score
      expect(scores.toSorted((a, b) => Number(b.split(" ")[1]) - Number(a.split(" ")[1]))).toEqual(scores);
      const [kept = 0, rejected = 0] = (await sides.locator("h4").allTextContents()).map((title) =>
        Number(title.match(/[\d.]+$/)?.[0]),
      );
      expect(kept).toBeGreaterThan(rejected);
      expect(await page.locator(".written dt").count()).toBe(3 * arms.length);
      expect(complaints).toEqual([]);
      await close();
    });

    const arrow = ["stream.arrow", "zstd.feather", "file.arrow", "lz4.feather"];
    it.each(shortOrLong(arrow.slice(0, 2), arrow))(
      "your data: reads %s as the command does, and shows its first rows",
      async (name) => {
        const { page, complaints, close } = await stage().open("#v=1&view=data");
        await take(page, join(import.meta.dirname, "../../rows/data", name));
        expect(await page.locator(".preview tbody tr").count()).toBe(4);
        expect(await page.locator(".preview .hint").textContent()).toBe(
          "Read as Arrow; its rows are chats of messages",
        );
        expect(await page.locator(".preview td").first().textContent()).toContain("9007199254740993");
        expect(complaints).toEqual([]);
        await close();
      },
    );

    it("your data: reads a JSON list, CSV with semicolons, UTF-16 and Parquet as it reads JSONL", async () => {
      const { page, complaints, close } = await stage().open("#v=1&view=data");
      const rows = Array.from({ length: 400 }, (_, i) => ({
        id: i,
        correct: i % 4 === 0 ? i % 3 > 0 : null,
        kept: i % 5 < 3,
      }));
      const semicolons = `id;correct;kept\n${rows.map(({ id, correct, kept }) => `${id};${correct ?? ""};${kept}\n`).join("")}`;
      const columnData = [
        { name: "id", data: rows.map(({ id }) => id), type: "INT32" as const },
        { name: "correct", data: rows.map(({ correct }) => correct), type: "BOOLEAN" as const, nullable: true },
        { name: "kept", data: rows.map(({ kept }) => kept), type: "BOOLEAN" as const },
      ];
      const files: [string, Buffer][] = [
        ["rows.jsonl", Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(""))],
        ["rows.json", Buffer.from(JSON.stringify(rows, null, 1))],
        ["rows.csv", Buffer.from(semicolons)],
        ["utf16.csv", Buffer.from(`\ufeff${semicolons}`, "utf16le")],
        ["rows.parquet", Buffer.from(parquetWriteBuffer({ columnData, codec: "SNAPPY" }))],
      ];
      const tables: string[] = [];
      for (const [name, buffer] of files) {
        await take(page, { name, mimeType: "application/octet-stream", buffer });
        expect(await page.locator(".stage > .status").textContent()).toBe(`${name}: 400 rows, 100 with a human label`);
        tables.push((await page.locator(".rates tbody").textContent()) ?? "");
      }
      expect(new Set(tables).size).toBe(1);
      expect(complaints).toEqual([]);
      await close();
    });

    it("5: says of the reader's data what the command says: slices above p⋆, what to do next, labels that would decide", async () => {
      const { page, complaints, close } = await stage().open("#v=1&view=data");
      await page.getByRole("button", { name: "Try an example" }).click();
      await expect.poll(() => page.locator(".stage > .status").textContent()).toMatch(/^example\.jsonl: [\d,]+ rows/);
      await page.locator('[data-role="by"]').selectOption("task");
      await settled(page);
      expect(await page.locator(".verdict-card").first().textContent()).toContain(
        'p is below p⋆ over all rows, but not in "product".',
      );
      // A good average over a bad slice is not green.
      expect(await page.locator(".verdict-card").first().getAttribute("class")).toBe("verdict-card open");
      expect(await page.locator(".next").textContent()).toMatch(
        /^p is below p⋆ over all rows, but above it in "product"/,
      );
      // line by line what the command prints, in its order
      const example = Buffer.from(
        exampleAnswers()
          .map((row: object) => `${JSON.stringify(row)}\n`)
          .join(""),
      );
      const { audited, next } = await auditFile(
        await load(),
        new File([example], "example.jsonl"),
        { fields: { correct: "correct", kept: "kept", by: "task" }, options: {} },
        () => {},
      );
      const lines = linesInOrder(auditLines(audited, next));
      const shownLines = await page
        .locator(".report [data-line]")
        .evaluateAll((all) => all.map((one) => [one.getAttribute("data-line"), one.textContent]));
      expect(shownLines.map(([code]) => code)).toEqual(lines.map(({ code }) => code));
      for (const [i, [, text]] of shownLines.entries()) {
        // a note begins with a capital letter and ends with a full stop
        expect(text?.slice(1)).toContain(lines[i]?.message.slice(1));
      }
      await page.getByLabel("Language").selectOption("zh");
      await settled(page);
      const inChinese = page.locator(".report [data-line]");
      expect(await inChinese.evaluateAll((all) => all.map((one) => one.getAttribute("data-line")))).toEqual(
        lines.map(({ code }) => code),
      );
      expect(await inChinese.first().textContent()).toBe(chinese(lines[0] as Reason));
      await page.getByLabel("语言").selectOption("en");
      await settled(page);
      const few = Array.from({ length: 300 }, (_, i) => ({
        correct: i % 30 === 0 ? i % 60 === 0 : null,
        kept: i % 2 === 0,
      }));
      await take(page, answersFile(few, "few.jsonl"));
      expect(await page.locator(".verdict-card .card-word").first().textContent()).toBe("inconclusive");
      await page.locator('[data-role="score"]').waitFor();
      expect(complaints).toEqual([]);
      await close();
    });

    it("workbench: undoes a change, hides a curve, pins the curves behind the next", async () => {
      const { page, complaints, close } = await stage().open(FEW_POINTS);
      await finished(page);
      const undo = page.getByRole("button", { name: "Undo" });
      const psi = field(page, "verifier.psi").locator('input[type="text"]');
      const pixels = () => page.$eval(".plot canvas", (canvas) => (canvas as HTMLCanvasElement).toDataURL());
      await page.getByRole("button", { name: "Pin the curves" }).click();
      await psi.fill("0.1");
      await expect.poll(() => undo.isEnabled()).toBe(true);
      await finished(page);
      const pinned = await pixels();
      await page.getByRole("button", { name: "Unpin" }).click();
      await expect.poll(pixels).not.toBe(pinned);
      await undo.click();
      await expect.poll(() => psi.inputValue()).toBe("0.3");
      const oracle = page.locator(".legend .curve").last();
      await settled(page);
      await oracle.click();
      await expect.poll(() => oracle.getAttribute("aria-pressed")).toBe("false");
      await expect.poll(() => page.locator(".readout li").count()).toBe(2);
      // nor is it in what is said and in what is taken along
      await expect.poll(() => page.locator(".summary li").count()).toBe(2);
      await settled(page);
      await page.locator(".exports > summary").first().click();
      const svg = (await saved(page, "svg" as "png")).bytes.toString();
      expect(svg).toContain("no verifier");
      expect(svg).not.toContain("oracle");
      expect(await page.locator('[data-group="data"] .sum').textContent()).toContain("d 50");
      expect(complaints).toEqual([]);
      await close();
    });
  });
}

async function replaceIn(file: string, change: (text: string) => string): Promise<void> {
  await writeFile(file, change(await readFile(file, "utf8")));
}
