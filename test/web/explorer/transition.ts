import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { shortOrLong } from "../../support/edition.js";
import { FEW_POINTS, field, finished, openGroups, placeOf, type Stage, unfold } from "./stage.js";

const VIEW = "#v=1&view=transition";
const STEPS = shortOrLong(3, 20);

/** The middle of the slider's knob, and the slider's box. */
async function sliderOf(page: Page, path: string) {
  const slider = field(page, path).locator('input[type="range"]');
  const box = await placeOf(slider);
  const share = await slider.evaluate(
    (input: HTMLInputElement) => (input.valueAsNumber - +input.min) / (+input.max - +input.min),
  );
  const knob = 18;
  return {
    slider,
    at: (to: number) => ({ x: box.x + knob / 2 + to * (box.width - knob), y: box.y + box.height / 2 }),
    share,
  };
}

export function transitionTests(stage: () => Stage): void {
  describe("the phase transition", () => {
    it("draws its curve at once and complains of nothing", async () => {
      const { page, complaints, close } = await stage().openFresh(VIEW);
      await finished(page, "63 points, reduced engine, seed 1");
      expect(await page.locator(".summary li").allTextContents()).toEqual([
        "No verifier: better than chance below p⋆ = 0.5, worse than chance above it.",
        "Bernoulli, φ = 0.8, ψ = 0.3: better than chance below p⋆ = 0.727, worse than chance above it.",
        "Oracle: 0.933 at p = 0, 0.915 at p = 0.9917.",
      ]);
      // A canvas with nothing on it compresses to almost nothing; axes, three curves and their letters do not.
      const picture = await page.$eval(".plot canvas", (canvas) => (canvas as HTMLCanvasElement).toDataURL().length);
      expect(picture).toBeGreaterThan(20_000);
      expect(complaints).toEqual([]);
      await close();
    });

    it("follows a slider that is dragged, step by step", async () => {
      const { page, complaints, close } = await stage().open(FEW_POINTS);
      await finished(page);
      await page.evaluate(() => performance.clearMeasures());
      const { at, share } = await sliderOf(page, "verifier.psi");
      const theories = () => page.evaluate(() => performance.getEntriesByName("pstar theory").length);
      await page.mouse.move(at(share).x, at(share).y);
      await page.mouse.down();
      for (let step = 1; step <= STEPS; step++) {
        const to = at(share + (0.6 - share) * (step / STEPS));
        await page.mouse.move(to.x, to.y);
        await expect.poll(theories).toBeGreaterThanOrEqual(step);
      }
      await page.mouse.up();
      await finished(page);
      const psi = Number(await field(page, "verifier.psi").locator('input[type="text"]').inputValue());
      // The knob is a few pixels wide, and a pixel is 0.003.
      expect(psi).toBeCloseTo(0.6, 1);
      const point = (0.8 / (0.8 + psi)).toPrecision(3).replace(/0+$/, "");
      expect(await page.locator(".summary li").nth(1).textContent()).toContain(`p⋆ = ${point}`);
      expect(complaints).toEqual([]);
      await close();
    });

    it("takes what is typed, and says what cannot be taken", async () => {
      const { page, complaints, close } = await stage().open(FEW_POINTS);
      const phi = field(page, "verifier.phi");
      const input = phi.locator('input[type="text"]');
      await input.fill("0.6");
      await expect.poll(() => page.locator(".summary li").nth(1).textContent()).toContain("p⋆ = 0.667");
      await input.fill("1.5");
      const told = () =>
        phi.evaluate((one) => {
          const box = one.querySelector<HTMLInputElement>('input[type="text"]');
          return [box?.value, box?.getAttribute("aria-invalid"), one.querySelector(".field-fault")?.textContent];
        });
      await expect.poll(told).toEqual(["1.5", "true", "Enter a number from 0 to 1."]);
      await input.press("Tab");
      await expect.poll(told).toEqual(["1", null, ""]);
      await input.fill("nonsense");
      await input.press("Tab");
      await expect.poll(told).toEqual(["1", null, ""]);
      expect(complaints).toEqual([]);
      await close();
    });

    it("says of settings that contradict one another which they are, and goes on when they no longer do", async () => {
      const { page, complaints, close } = await stage().open(
        `${VIEW}&learner.kind=logistic&samples=300&trials=2&x=generator.errorRate:0:1:3`,
      );
      await openGroups(page);
      await field(page, "learner.lambda").locator('input[type="text"]').fill("0");
      const fault = page.locator(".stage > .fault");
      await expect.poll(() => fault.textContent()).toContain("learner.lambda must be above 0");
      await field(page, "learner.kind").locator("select").selectOption("ridge");
      await expect.poll(() => fault.isVisible()).toBe(false);
      await finished(page);
      expect(complaints).toEqual([]);
      await close();
    });

    it("shows another axis, other curves and another measure", async () => {
      const { page, complaints, close } = await stage().open(FEW_POINTS);
      const [x, series] = [page.locator(".axes select").first(), page.locator(".axes select").last()];
      await x.selectOption("samples");
      await page.locator(".ends input").nth(0).fill("100");
      await page.locator(".ends input").nth(1).fill("10000");
      await page.locator(".ends input").nth(2).fill("5");
      await page.locator(".ends input").nth(2).press("Enter");
      await series.selectOption("learner.kind");
      await page.locator('.boxes input[value="logistic"]').uncheck();
      await page.locator(".bar select").last().selectOption("agreement");
      await finished(page, "20 points, reduced engine, seed 1");
      await unfold(page, ".numbers");
      await expect.poll(() => page.locator(".numbers tbody tr").count()).toBe(20);
      expect(await page.locator(".numbers thead th").allTextContents()).toEqual([
        "curve",
        "N",
        "agreement with the Bayes rule",
        "± se",
        "p",
        "φ",
        "ψ",
        "p⋆",
        "kept",
      ]);
      // The perceptron has no theory, and the page says so.
      expect(await page.locator(".panel .remark").textContent()).toContain("learner.kind perceptron");
      expect(complaints).toEqual([]);
      await close();
    });
  });
}
