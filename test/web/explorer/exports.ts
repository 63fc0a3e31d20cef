import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { shortOrLong } from "../../support/edition.js";
import { printed as printedBy } from "../../support/inProcess.js";
import { FEW_TRIALS, field, finished, openGroups, type Stage, unfold } from "./stage.js";

const SMALL =
  "#v=1&view=transition&preset=phase-transition&x=generator.errorRate:0:1:6&series=verifier.kind:none,bernoulli,oracle" +
  "&data.dim=20&data.meanNorm=1.3&samples=400&trials=5&seed=20240611&verifier.phi=0.85";

/** A file that the page gives away. */
export async function saved(
  page: Page,
  what: "png" | "csv" | "json",
  within = "main",
): Promise<{ name: string; bytes: Buffer }> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.locator(`${within} [data-export="${what}"]`).first().click(),
  ]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

/** The words of a command line that quotes with '…' alone. */
function wordsOf(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
}

/** The command, as it stands once the part of the page is open. */
export async function shown(page: Page, within = "main"): Promise<string> {
  const code = page.locator(`${within} .exports code`).first();
  await expect.poll(() => code.textContent()).toMatch(/^pstar run /);
  return (await code.textContent()) ?? "";
}

/** What the command line prints for the command that the page shows. */
export async function printed(command: string, format: string): Promise<string> {
  const [program, ...args] = wordsOf(command);
  expect(program).toBe("pstar");
  return printedBy([...args, "--format", format, "--quiet"]);
}

export function exportTests(stage: () => Stage): void {
  describe("what can be taken away", () => {
    const figures: [string, string, number][] = [
      ["the reduced engine", SMALL, 18],
      [
        "directions and a covariance",
        "#v=1&view=transition&preset=angles&x=verifier.angle:0:180:5&series=generator.angle:30,75.5&generator.kind=linear" +
          "&verifier.kind=linear&data.covariance=power-law&data.dim=12&samples=200&trials=3&seed=4",
        10,
      ],
      ["the direct engine, asked for", `${SMALL}&engine=direct`, 18],
      ["theory alone", `${SMALL}&engine=theory`, 18],
      [
        "batch logistic regression",
        `${SMALL.replace("generator.errorRate:0:1:6", "samples:100:400:3")}&learner.kind=logistic`,
        9,
      ],
    ];
    it.each(shortOrLong(figures.slice(0, 3), figures))(
      "has the bits of the command line: %s",
      async (_, fragment, points) => {
        const { page, complaints, close } = await stage().open(fragment);
        if (fragment.includes("engine=direct")) await page.getByRole("button", { name: "Draw every row" }).click();
        await unfold(page, ".exports");
        const command = await shown(page);
        const wanted = printed(command, "json");
        await finished(page, new RegExp(`^${points} points`));
        expect((await saved(page, "json")).bytes.toString()).toBe(await wanted);
        // The CSV is made of the same cells: once is enough.
        if (fragment === SMALL) expect((await saved(page, "csv")).bytes.toString()).toBe(await printed(command, "csv"));
        expect(complaints).toEqual([]);
        await close();
      },
    );

    it("has the bits of the command line: generations", async () => {
      const { page, close } = await stage().open(
        "#v=1&view=generations&preset=accumulate-vs-replace&series=policy:replace,mix,accumulate&generator.kind=learned" +
          "&data.dim=15&samples=80&realSamples=40&generations=4&trials=3&seed=5",
      );
      await finished(page, /^3 points/);
      await unfold(page, ".exports");
      const command = await shown(page);
      expect((await saved(page, "json")).bytes.toString()).toBe(await printed(command, "json"));
      await close();
    });

    it("is a picture in the size of the command line's, with its title", async () => {
      const { page, complaints, close } = await stage().open(SMALL);
      await finished(page);
      await unfold(page, ".exports");
      const { name, bytes } = await saved(page, "png");
      expect(name).toBe("phase-transition.png");
      expect(bytes.subarray(1, 4).toString()).toBe("PNG");
      expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([2400, 1500]);
      expect(bytes.length).toBeGreaterThan(40_000);
      expect(complaints).toEqual([]);
      await close();
    });

    it("is a link that opens the same figure, and a command to copy", async () => {
      const { page, close } = await stage().open(FEW_TRIALS);
      await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
      await openGroups(page);
      await field(page, "verifier.psi").locator('input[type="text"]').fill("0.1");
      await field(page, "data.meanNorm").locator('input[type="text"]').fill("1.2");
      await field(page, "seed").locator('input[type="text"]').fill("77");
      await finished(page);
      await unfold(page, ".exports");
      const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
      await page.locator('[data-export="command"]').click();
      await expect
        .poll(clipboard)
        .toBe(
          "pstar run phase-transition --set verifier.psi=0.1 --set data.meanNorm=1.2 --set samples=10000 --set trials=2 --set seed=77 --set engine=auto",
        );
      await page.locator('[data-export="link"]').click();
      await expect.poll(clipboard).toContain("#v=1&view=transition");
      // The clipboard stands until the next click.
      const link = await clipboard();
      const before = await saved(page, "json");
      await page.context().clearPermissions();
      await close();
      const again = await stage().open(new URL(link).hash);
      await finished(again.page, "63 points, reduced engine, seed 77");
      expect(await field(again.page, "verifier.psi").locator('input[type="text"]').inputValue()).toBe("0.1");
      await unfold(again.page, ".exports");
      const after = await saved(again.page, "json");
      expect(after.bytes.equals(before.bytes)).toBe(true);
      expect(JSON.parse(after.bytes.toString()).config.seed).toBe(77);
      await again.close();
    });
  });
}
