import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { builtFile, FEW_POINTS, field, finished, openGroups, type Stage, unfold } from "./stage.js";

export function runningTests(stage: () => Stage): void {
  describe("a run", () => {
    it("of the direct engine begins when it is asked for, and stops when it is told to", async () => {
      // One trial of these rows takes tenths of a second, so the stop comes in the middle of one; a point takes minutes,
      // longer than is waited for what comes after the stop.
      const { page, complaints, close } = await stage().open(
        "#v=1&view=transition&preset=phase-transition&x=generator.errorRate:0:1:5&series=verifier.kind:none,bernoulli" +
          "&samples=300000&data.dim=60&trials=2000&seed=1",
      );
      await finished(page);
      const run = page.getByRole("button", { name: "Draw every row" });
      await run.click();
      const stop = page.getByRole("button", { name: "Stop" });
      await expect.poll(() => stop.isVisible()).toBe(true);
      await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe("Stop");
      const bar = page.locator("progress");
      await expect.poll(() => bar.evaluate((one: HTMLProgressElement) => one.value)).toBeGreaterThan(0);
      const start = Date.now();
      await stop.click();
      const status = page.locator(".status");
      await expect.poll(() => status.textContent()).toMatch(/^stopped: \d+ of 10 points computed$/);
      await expect.poll(() => bar.isVisible()).toBe(false);
      // The page can be used at once, and computes anew: the worker that was busy has been let go.
      await openGroups(page);
      await field(page, "samples").locator('input[type="text"]').fill("500");
      await field(page, "trials").locator('input[type="text"]').fill("3");
      await field(page, "engine").locator("select").selectOption("reduced");
      await finished(page, "10 points, reduced engine, seed 1");
      console.log(`stopped and computed anew ${Date.now() - start} ms after the stop`);
      expect(complaints).toEqual([]);
      await close();
    });

    it("8: that cannot be computed says why, and another can", async () => {
      const { page, complaints, close } = await stage().open(
        "#v=1&view=transition&x=generator.errorRate:0:1:3&samples=300000&data.dim=20000&learner.kind=logistic&trials=1&engine=direct&seed=1",
      );
      await page.getByRole("button", { name: "Draw every row" }).click();
      const fault = page.locator(".panel .fault");
      await expect.poll(() => fault.textContent()).toContain("MemoryLimitError: a direct run of 300000 rows");
      await openGroups(page);
      await field(page, "data.dim").locator('input[type="text"]').fill("10");
      await field(page, "samples").locator('input[type="text"]').fill("100");
      await page.getByRole("button", { name: "Draw every row" }).click();
      await finished(page);
      await expect.poll(() => fault.isVisible()).toBe(false);
      expect(complaints).toEqual([]);
      await close();
    });

    it("8: whose worker is not there, hangs, or ends without a word says so, and is tried again", async () => {
      // the last answers once, for it has to live first
      const own = readFileSync(builtFile("worker-"), "utf8");
      const worker = { script: null as string | null };
      const { page, close } = await stage().openFresh(
        "#v=1&view=transition&x=generator.errorRate:0:1:3&samples=300000&data.dim=60&trials=100&engine=direct&seed=1",
        {
          before: async (made) => {
            await made.clock.install();
            await made.route("**/worker-*.js", (route) =>
              worker.script === null
                ? route.abort()
                : route.fulfill({ contentType: "text/javascript", body: worker.script }),
            );
          },
        },
      );
      const fault = page.locator(".panel .fault");
      const again = fault.getByRole("button", { name: "Try again" });
      await expect.poll(() => fault.textContent()).toContain("the worker's script could not be loaded");
      worker.script = "self.onmessage = () => { for (;;); };";
      await again.click();
      const told = async () => {
        await page.clock.fastForward(61_000);
        return fault.textContent();
      };
      await expect.poll(told).toContain("the worker has given no sign of life for 60 s");
      worker.script = `setTimeout(() => self.close(), 1000);${own}`;
      await again.click();
      await page.getByRole("button", { name: "Draw every row" }).click();
      await expect.poll(() => fault.textContent()).toContain("the worker ended in the middle of its work");
      await page.unrouteAll({ behavior: "wait" });
      await again.click();
      await expect.poll(() => fault.isVisible()).toBe(false);
      await expect.poll(() => page.locator(".summary li").count()).toBeGreaterThan(0);
      await close();
    });

    it("goes on without a network once the page has been opened", async () => {
      const { page, complaints, close } = await stage().openFresh("#v=1&view=data", { serviceWorkers: "allow" });
      await page.evaluate(async () => {
        const { active } = await navigator.serviceWorker.ready;
        if (active?.state !== "activated") {
          await new Promise((resolve) => active?.addEventListener("statechange", resolve, { once: true }));
        }
      });
      await page.context().setOffline(true);
      // A link that is followed while the page starts: it has read its address, and does not listen yet.
      await page.addInitScript((fragment) => {
        const find = document.querySelector.bind(document);
        let asked = 0;
        document.querySelector = (name: string) => {
          // first by what shows that the page loads
          if (name === "#app" && ++asked === 2)
            setTimeout(() => {
              location.hash = fragment;
            });
          return find(name);
        };
      }, FEW_POINTS);
      await page.reload();
      await finished(page, "15 points, reduced engine, seed 1");
      await page.getByRole("link", { name: "Geometry" }).click();
      await expect.poll(() => page.locator(".readings dd").first().textContent()).toBe("0.125");
      await unfold(page, ".numbers");
      await page.context().setOffline(false);
      // Only the navigation itself went to the network, and fell back.
      expect(complaints.filter((text) => !/ERR_INTERNET_DISCONNECTED|Failed to load resource/.test(text))).toEqual([]);
      await close();
    });
  });
}
