import { describe, expect, it } from "vitest";
import { shortOrLong } from "../../support/edition.js";
import { printed, saved, shown } from "./exports.js";
import { field, finished, placeOf, playSomeRounds, type Stage, settled, unfold } from "./stage.js";

/** In the page: what the sentence of the story counts, and what its picture has, in one look. */
function telling() {
  const says = document.querySelector(".result")?.textContent ?? "";
  const [all = 0, kept = 0, right = 0, wrong = 0] = says === "" ? [] : (says.match(/\d+/g)?.map(Number) ?? []);
  const dots = [...document.querySelectorAll(".dots-picture:not(.small) > g:last-child > path")];
  const left = dots.filter((dot) => !dot.classList.contains("dropped"));
  const errors = left.filter((dot) => dot.classList.contains("wrong"));
  return {
    says,
    counted: [all, kept, right, wrong],
    drawn: [dots.length, left.length, left.length - errors.length, errors.length],
    bead: document.querySelector<HTMLElement>(".bead")?.hidden === false,
  };
}

/** In the page: which round is shown, and what is said of it, in one look. */
function roundAndValues(stage: Element): string {
  return [".player .status", ".at"].map((part) => stage.querySelector(part)?.textContent ?? "").join(": ");
}

export function viewTests(stage: () => Stage): void {
  describe("the phase diagram", () => {
    it("opens the curve of the cell that is clicked, and takes it to the phase transition", async () => {
      const { page, complaints, close } = await stage().open("#v=1&view=diagram&trials=2");
      await settled(page);
      expect(await page.locator(".plane-panel .summary").textContent()).toMatch(/better than chance/);
      await unfold(page, ".plane-panel .numbers");
      await expect.poll(() => page.locator(".plane-panel tbody tr").count()).toBe(11);
      // At p = 0.5 and ψ/φ = 1 half of the kept labels are wrong: a coin.
      const row = page.locator(".plane-panel tbody tr", { has: page.locator("th", { hasText: /^1$/ }) });
      const cells = await row.locator("td").allTextContents();
      expect([cells[5], cells.at(-1)]).toEqual(["0.500", "0.5"]);
      await unfold(page, ".plane-panel .exports");
      const command = await shown(page, ".plane-panel");
      const file = await saved(page, "json", ".plane-panel");
      expect(file.name).toBe("phase-diagram-rates.json");
      expect(file.bytes.toString()).toBe(await printed(command, "json"));
      // all cells are computed again for it
      if (shortOrLong(false, true)) {
        const csv = (await saved(page, "csv", ".plane-panel")).bytes.toString();
        expect(csv).toBe(await printed(command, "csv"));
      }
      // the pictures of a curve and of the sphere are taken away in `npm test` as well
      if (shortOrLong(false, true)) {
        const png = (await saved(page, "png", ".plane-panel")).bytes;
        expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([2400, 1500]);
        expect(png.length).toBeGreaterThan(40_000);
      }
      // What is shown is what is saved.
      const [cell] = JSON.parse(file.bytes.toString()).cells.filter(
        ({ params }: { params: Record<string, number> }) =>
          params["generator.errorRate"] === 0.3 && params["verifier.psi"] === 0.5,
      );
      expect(cell.engine).toBe("theory");
      const plane = await page.evaluate(() => performance.getEntriesByName("pstar plane")[0]?.duration);
      console.log(`plane of 2601 cells: ${plane?.toFixed(0)} ms`);
      const canvas = page.locator(".plane canvas");
      const box = await placeOf(canvas);
      await canvas.click({ position: { x: box.width * 0.5, y: box.height * 0.3 } });
      await expect
        .poll(() => page.locator(".curve-title").textContent())
        .toMatch(/^The curve through p = 0\.\d+, ψ\/φ = 0\.\d+$/);
      await finished(page, /^21 points/);
      expect(await page.locator(".chosen > .summary").textContent()).toMatch(
        /^Accuracy 0\.\d{3}: (better|worse) than chance\. p⋆ = 0\.\d{3}: p is (below|above) p⋆\.$/,
      );
      await page.getByRole("button", { name: "Open in Phase transition" }).click();
      await expect.poll(() => page.locator("h2").textContent()).toBe("Phase transition");
      await finished(page, /^21 points/);
      await page.goBack();
      await expect.poll(() => page.locator("h2").textContent()).toBe("Phase diagram");
      expect(complaints).toEqual([]);
      await close();
    });

    it("spans the angles as well, by keyboard alone", async () => {
      const { page, complaints, close } = await stage().open("#v=1&view=diagram&plane=angles");
      const [across, up] = [page.locator('[data-axis="x"]'), page.locator('[data-axis="y"]')];
      await across.focus();
      await across.press("ArrowRight");
      await up.focus();
      await up.press("Home");
      await up.press("ArrowRight");
      await expect
        .poll(() => page.locator(".curve-title").textContent())
        .toBe("The curve through θ of the generator = 93.6°, θ of the verifier = 3.6°");
      await expect.poll(() => up.getAttribute("aria-valuetext")).toBe("3.6°");
      // Isotropic inputs halve the plane exactly: the angles add up to a half turn along the line.
      await field(page, "data.kind").locator("select").selectOption("isotropic");
      await expect
        .poll(() => page.locator(".plane-panel .summary").textContent())
        .toMatch(/in (49|50|51)(\.\d)? % of the plane/);
      expect(complaints).toEqual([]);
      await close();
    });
  });

  describe("hard rows or easy ones", () => {
    it("shows where keep-hard is better, and the curves through a cell", async () => {
      const { page, complaints, close } = await stage().open("#v=1&view=diagram&plane=difficulty");
      await settled(page);
      expect(await page.locator(".plane-panel .summary").textContent()).toMatch(
        /^Keeping the hardest rows is better than keeping the easiest in [\d.]+ % of the plane\./,
      );
      expect(await page.locator(".plane-panel .key").textContent()).not.toContain("p⋆");
      const [across, up] = [page.locator('[data-axis="x"]'), page.locator('[data-axis="y"]')];
      await across.focus();
      await across.press("End");
      await up.focus();
      await up.press("Home");
      await expect
        .poll(() => page.locator(".curve-title").textContent())
        .toBe("The curve through log₂ N/d = 8, θ of the generator = 0°");
      // of many rows of a perfect generator the hard ones
      await expect
        .poll(() => page.locator(".chosen > .summary").textContent())
        .toMatch(/^Accuracy of keep-hard less that of keep-easy: 0\.0\d\d\.$/);
      await finished(page, /^57 points/);
      expect(complaints).toEqual([]);
      await close();
    });
  });

  describe("the geometry", () => {
    it("reads p, φ, ψ and p⋆ off the directions as they are dragged", async () => {
      const { page, complaints, close } = await stage().open("#v=1&view=geometry");
      const readings = page.locator(".readings dd");
      await expect.poll(() => readings.first().textContent()).toBe("0.125");
      await settled(page);
      const knob = page.locator(".handle.generator .knob");
      const sphere = await placeOf(page.locator(".sphere"));
      const from = await placeOf(knob);
      await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
      await page.mouse.down();
      // To the left rim at the height of the middle: about a quarter turn away from the truth.
      for (let step = 1; step <= 10; step++) {
        const share = step / 10;
        const goal = { x: sphere.x + sphere.width * 0.14, y: sphere.y + sphere.height * 0.5 };
        await page.mouse.move(from.x + 8 + (goal.x - from.x - 8) * share, from.y + 8 + (goal.y - from.y - 8) * share);
      }
      await page.mouse.up();
      const angle = field(page, "generator.angle").locator('input[type="text"]');
      await expect
        .poll(async () => Math.abs(Number((await angle.inputValue()).replace("°", "")) - 90))
        .toBeLessThan(15);
      expect(await field(page, "verifier.angleToGenerator").locator('input[type="checkbox"]').isChecked()).toBe(false);
      await settled(page);
      // Near a quarter turn from the truth half of the labels are wrong.
      expect(Math.abs(Number(await readings.first().textContent()) - 0.5)).toBeLessThan(0.2);
      expect(await page.locator(".worlds tbody tr").count()).toBe(2);
      expect(complaints).toEqual([]);
      await close();
    });

    it("moves a direction by the arrow keys, and the truth both angles", async () => {
      const { page, complaints, close } = await stage().open("#v=1&view=geometry");
      const verifier = page.locator(".handle.verifier");
      await verifier.focus();
      await verifier.press("ArrowDown");
      await verifier.press("PageDown");
      await expect.poll(() => verifier.getAttribute("aria-valuetext")).toBe("41.0°");
      await expect.poll(() => field(page, "verifier.angle").locator('input[type="text"]').inputValue()).toBe("41°");
      const truth = page.locator(".handle.truth");
      const before = await truth.getAttribute("aria-valuetext");
      await truth.focus();
      await truth.press("ArrowRight");
      await expect.poll(() => truth.getAttribute("aria-valuetext")).not.toBe(before);
      expect(complaints).toEqual([]);
      await close();
    });

    // the bits of curves and of theories are those of the command line elsewhere in `npm test`: see exports.ts, and the plane above
    if (shortOrLong(false, true))
      it("lets its curve be taken away, with the bits of the command line", async () => {
        const { page, complaints, close } = await stage().open("#v=1&view=geometry&generator.angle=70&seed=1");
        await settled(page);
        expect(await page.locator(".panel .summary").textContent()).toMatch(/Linear/);
        await unfold(page, ".panel .numbers");
        await expect.poll(() => page.locator(".panel .numbers tbody tr").count()).toBeGreaterThan(20);
        await unfold(page, ".panel .exports");
        const command = await shown(page, ".panel");
        expect(command).toContain("engine=theory");
        const [json, csv] = [printed(command, "json"), printed(command, "csv")];
        expect((await saved(page, "json", ".panel")).bytes.toString()).toBe(await json);
        expect((await saved(page, "csv", ".panel")).bytes.toString()).toBe(await csv);
        expect((await saved(page, "png", ".panel")).bytes.length).toBeGreaterThan(40_000);
        expect(complaints).toEqual([]);
        await close();
      });

    const directions = [
      ["three angles on one Gaussian", "data.kind=isotropic&verifier.angleToGenerator=75.5"],
      ["independent directions on two classes", "data.kind=mixture&data.meanNorm=1.5"],
    ] as const;
    it.each(shortOrLong(directions.slice(0, 1), directions))(
      "lets its sphere be taken away, with the bits of the command line: %s",
      async (_, settings) => {
        const { page, complaints, close } = await stage().open(
          `#v=1&view=geometry&generator.angle=40&verifier.angle=60&${settings}`,
        );
        await unfold(page, ".stage > .exports");
        const command = page.locator(".stage > .exports code");
        await expect.poll(() => command.textContent()).toMatch(/^pstar breakdown --angles 40deg 60deg/);
        const json = printed((await command.textContent()) ?? "", "json");
        await settled(page);
        expect(await page.locator(".readings dd").count()).toBe(6);
        const file = await saved(page, "json", ".stage > .exports");
        expect(file.name).toBe("geometry.json");
        expect(file.bytes.toString()).toBe(await json);
        const answer = JSON.parse(await json);
        const [heads = [], directions = [], independent = []] = (await saved(page, "csv", ".stage > .exports")).bytes
          .toString()
          .split("\n")
          .map((line) => line.split(","));
        const read = (name: string) => directions[heads.indexOf(name)];
        expect([read("errors"), read("generator"), read("breakdown")]).toEqual([
          "directions",
          "40deg",
          String(answer.breakdown),
        ]);
        expect(read("selected")).toBe(String(answer.limit.selected));
        expect(independent[0]).toBe("independent");
        await unfold(page, ".stage > .numbers");
        const cells = page.locator(".stage > .numbers tbody tr:has-text('p⋆') td");
        await expect.poll(() => cells.first().textContent()).toBe(answer.breakdown.toFixed(4));
        const png = (await saved(page, "png", ".stage > .exports")).bytes;
        expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([2400, 1500]);
        expect(png.length).toBeGreaterThan(60_000);
        expect(complaints).toEqual([]);
        await close();
      },
    );

    it("says that the directions need as many dimensions as they span, and goes on when there are so many", async () => {
      const { page, complaints, close } = await stage().open("#v=1&view=geometry");
      await settled(page);
      const dim = field(page, "data.dim").locator('input[type="text"]');
      await dim.fill("1");
      await dim.press("Tab");
      const fault = page.locator(".stage > .fault");
      await expect.poll(() => fault.textContent()).toContain("data.dim must be at least 2");
      await dim.fill("3");
      await dim.press("Tab");
      await expect.poll(() => fault.isVisible()).toBe(false);
      await settled(page);
      expect(complaints).toEqual([]);
      await close();
    });

    it("tells the two worlds apart where they disagree", async () => {
      // A good generator and a middling verifier: it keeps right labels more often than wrong ones, but not where they are needed.
      const { page, close } = await stage().open(
        "#v=1&view=geometry&generator.kind=linear&verifier.kind=linear&generator.angle=30&verifier.angle=48&data.kind=isotropic",
      );
      await expect
        .poll(() => page.locator(".worlds .verdict").allTextContents())
        .toEqual([
          "better than chance",
          "helps: the same limit, from fewer rows",
          "better than chance",
          "hurts: a lower limit",
        ]);
      await settled(page);
      expect(await page.locator(".side").textContent()).toBe("p is below p⋆");
      // The bars are as long as the table's limits, and the shading covers some of either side of the sphere.
      const limits = await page.locator(".worlds tbody tr td:nth-child(2)").allTextContents();
      expect(await page.locator(".bars .value").allTextContents()).toEqual(limits);
      const lengths = await page
        .locator(".bars .filled")
        .evaluateAll((all) => all.map((one) => one.clientWidth / (one.parentElement as Element).clientWidth));
      for (const [i, length] of lengths.entries()) expect(length).toBeCloseTo(Number(limits[i]), 2);
      const shaded = page.locator(".lune");
      expect(await shaded.evaluateAll((all) => all.map((one) => (one.getAttribute("d") ?? "").length > 200))).toEqual([
        true,
        true,
      ]);
      expect(await page.locator(".differ").isVisible()).toBe(true);
      await close();
    });
  });

  describe("the generations", () => {
    it("are played, paused and stepped through", async () => {
      const { page, complaints, close } = await stage().open("#v=1&view=generations");
      await finished(page);
      const round = page.locator(".player .status");
      await expect.poll(() => round.textContent()).toBe("round 20 of 20");
      await playSomeRounds(page);
      // It is paused: the round stands.
      const next = Number((await round.textContent())?.match(/\d+/)?.[0]) + 1;
      await page.getByRole("button", { name: "Next round" }).click();
      await expect
        .poll(() => page.locator(".stage").evaluate(roundAndValues))
        .toMatch(
          new RegExp(
            `^round ${next} of 20: After round ${next}: 0\\.\\d+ \\(no verifier\\), 0\\.\\d+ \\(linear, 30° from the truth\\), 0\\.\\d+ \\(oracle\\)\\.$`,
          ),
        );
      expect(complaints).toEqual([]);
      await close();
    });
  });

  describe("the story", () => {
    it("explorer 6: goes through six steps on one picture, each of which can be opened, and ends at two doors", async () => {
      const first = shortOrLong(5, 1);
      const { page, complaints, close } = await stage().open(`#v=1&view=story&step=${first}`, {
        reducedMotion: "reduce",
      });
      for (let step = first; step <= 6; step++) {
        await expect.poll(() => page.locator(".count").textContent()).toBe(`Step ${step} of 6`);
        // What the sentence counts is what is drawn, whenever one looks: before the step's own rows are there as well.
        const tellings = [await page.evaluate(telling)];
        await settled(page);
        tellings.push(await page.evaluate(telling));
        for (const { counted, drawn } of tellings) expect(counted).toEqual(drawn);
        expect(tellings.at(-1)).toMatchObject({
          says: expect.stringMatching(
            /^Of these \d+ rows \d+ are kept: \d+ right, \d+ wrong\. The line learned from them is right for [\d.]+ % of new rows/,
          ),
          bead: true,
        });
        if (step < 6) await page.getByRole("button", { name: "Next" }).click();
      }
      await expect.poll(() => page.getByRole("button", { name: "Next" }).isDisabled()).toBe(true);
      await expect.poll(() => page.evaluate(() => location.hash)).toBe("#v=1&view=story&step=6");
      await page.getByRole("button", { name: "Play with all of it" }).click();
      await expect.poll(() => page.locator("h2").textContent()).toBe("Phase transition");
      await page.goBack();
      await expect.poll(() => page.locator(".count").textContent()).toBe("Step 6 of 6");
      await page.getByRole("button", { name: "Try your own file" }).click();
      await expect.poll(() => page.locator("h2").textContent()).toBe("Your data");
      expect(complaints).toEqual([]);
      await close();
    });

    it("lets its numbers be dragged and moved by keyboard: past the line the shading flips", async () => {
      const { page, complaints, close } = await stage().open("#v=1&view=story&step=2", {
        reducedMotion: shortOrLong<"reduce" | "no-preference">("reduce", "no-preference"),
      });
      const result = page.locator(".result");
      await expect.poll(() => result.textContent()).toContain("it has learned the truth. (p = 0.60 < p⋆ = 0.73)");
      await settled(page);
      const turned = () =>
        page.locator(".ground").evaluate((one) => {
          const { a, b } = new DOMMatrix((one as SVGElement).style.transform);
          return Math.atan2(b, a);
        });
      const before = await turned();
      const p = page.locator(".drag-number").first();
      await p.focus();
      for (let i = 0; i < 3; i++) await p.press("PageUp");
      await expect.poll(() => p.getAttribute("aria-valuetext")).toBe("90 %");
      await expect.poll(() => result.textContent()).toContain("the opposite of the truth. (p = 0.90 > p⋆ = 0.73)");
      await expect.poll(async () => Math.cos((await turned()) - before)).toBeLessThan(-0.2);
      const psi = page.locator(".drag-number").nth(2);
      await settled(page);
      const box = await placeOf(psi);
      await page.mouse.move(box.x + 5, box.y + 5);
      await page.mouse.down();
      await page.mouse.move(box.x - 200, box.y + 5, { steps: 3 });
      await page.mouse.up();
      await expect.poll(() => psi.getAttribute("aria-valuetext")).toBe("0 %");
      // ψ = 0: nothing that is wrong is kept, whatever p.
      await expect.poll(() => result.textContent()).toMatch(/, 0 wrong\..*p⋆ = 1\.00\)$/);
      // The numbers are there again after another view.
      await page.locator('nav [data-view="geometry"]').click();
      await page.locator(".sphere").waitFor();
      await page.goBack();
      await expect.poll(() => page.locator(".drag-number").first().textContent()).toBe("90 %");
      expect(complaints).toEqual([]);
      await close();
    });
  });
}
