import { readFileSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Page, Request } from "playwright-core";
import { describe, expect, it } from "vitest";
import { exampleAnswers } from "../../../src/audit/example.js";
import { zstdCompressor } from "../../../src/rows/zstd.js";
import { shortOrLong } from "../../support/edition.js";
import { scratchFolder } from "../../support/folders.js";
import { printed } from "../../support/inProcess.js";
import { saved } from "./exports.js";
import { type Stage, settled } from "./stage.js";

const answers: Record<string, unknown>[] = exampleAnswers({ rows: 3000, audited: 300 }).map((row) => ({ ...row }));

/** A JSONL file for a file field, held in memory. */
export function answersFile(rows: readonly unknown[] = answers, name = "answers.jsonl") {
  const text = rows.map((row) => `${JSON.stringify(row)}\n`).join("");
  return { name, mimeType: "application/octet-stream", buffer: Buffer.from(text) };
}

function csvFile(rows: readonly Record<string, unknown>[]) {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const quoted = (value: unknown) => `"${String(value ?? "").replaceAll('"', '""')}"`;
  const lines = [names, ...rows.map((row) => names.map((name) => row[name]))].map((fields) =>
    fields.map(quoted).join(","),
  );
  return { name: "answers.csv", mimeType: "text/csv", buffer: Buffer.from(lines.join("\r\n")) };
}

/** Gives the page a file, and waits for what it says of it. */
export async function take(
  page: Page,
  file: Parameters<ReturnType<Page["locator"]>["setInputFiles"]>[0],
): Promise<void> {
  await page.locator('input[type="file"]').setInputFiles(file);
  await settled(page);
}

interface Interval {
  estimate: number | null;
  low: number;
  high: number;
}

/** A file that the page hands out when something is pressed. */
async function downloaded(page: Page, selector: string): Promise<{ name: string; text: string }> {
  const [given] = await Promise.all([page.waitForEvent("download"), page.locator(selector).click()]);
  return { name: given.suggestedFilename(), text: readFileSync(await given.path(), "utf8") };
}

/** The estimates and intervals that the page shows, in the order of its table. */
async function shown(page: Page): Promise<string[][]> {
  await settled(page);
  expect(await page.locator(".verdict-card").count()).toBe(2);
  const rows = page.locator(".rates tbody tr");
  return rows.evaluateAll((all) =>
    all.map((row) => [...row.querySelectorAll("td")].slice(0, 2).map((cell) => cell.textContent ?? "")),
  );
}

/** The same of `pstar audit --format json`. */
function expected(audit: Record<string, Interval>): string[][] {
  const names = ["errorRate", "breakdown", "margin", "phi", "psi", "keptPrecision", "keepRate", "youden", "gain"];
  return names.map((name) => {
    const { estimate, low, high } = audit[name] as Interval;
    return [estimate?.toFixed(3) ?? "—", low === high ? "" : `${low.toFixed(3)} – ${high.toFixed(3)}`];
  });
}

export function dataTests(stage: () => Stage): void {
  describe("the reader's data", () => {
    const folder = scratchFolder();
    const file = join(folder, "answers.jsonl");
    writeFileSync(file, answersFile().buffer);

    async function audit(flags: readonly string[]): Promise<Record<string, Interval>> {
      return JSON.parse(await printed(["audit", file, ...flags, "--format", "json", "--quiet"]));
    }

    it("get the estimates, intervals and slices of pstar audit, from JSONL and from CSV", async () => {
      const { page, complaints, close } = await stage().open("#v=1&view=data");
      await take(page, answersFile());
      const wanted = expected(await audit(["--correct", "correct", "--kept", "kept"]));
      expect(await shown(page)).toEqual(wanted);
      expect(await page.locator(".stage > .status").textContent()).toBe(
        "answers.jsonl: 3,000 rows, 300 with a human label",
      );
      expect(await page.locator(".report code").textContent()).toBe(
        "pstar audit answers.jsonl --correct correct --kept kept",
      );
      await page.locator('[data-role="by"]').selectOption("task");
      await settled(page);
      expect(await page.locator(".report h3").first().textContent()).toBe("Slices");
      expect(await page.locator(".report table").last().locator("tbody th").allTextContents()).toEqual(
        // by harm: in the products most of what is kept is wrong
        ["product", "difference", "sum"],
      );
      await page.locator('[data-role="by"]').selectOption("");
      await take(page, csvFile(answers));
      expect(await page.locator(".stage > .status").textContent()).toContain("answers.csv: 3,000 rows");
      expect(await shown(page)).toEqual(wanted);
      expect(complaints).toEqual([]);
      await close();
    });

    const packings: [string, string, (text: Buffer) => Uint8Array | Promise<Uint8Array>][] = [
      ["zstd", "answers.jsonl.zst", async (text) => (await zstdCompressor())(text)],
      ["gzip under another name", "answers.jsonl", (text) => gzipSync(text)],
      ["gzip", "answers.jsonl.gz", (text) => gzipSync(text)],
    ];
    it.each(shortOrLong(packings.slice(0, 2), packings))("are unpacked from %s", async (_, name, pack) => {
      const { page, complaints, close } = await stage().open("#v=1&view=data");
      const packed = Buffer.from(await pack(answersFile().buffer));
      await take(page, { name, mimeType: "application/gzip", buffer: packed });
      expect(await shown(page)).toEqual(expected(await audit(["--correct", "correct", "--kept", "kept"])));
      expect(await page.locator(".stage > .status").textContent()).toBe(`${name}: 3,000 rows, 300 with a human label`);
      expect(complaints).toEqual([]);
      await close();
    });

    it("are judged by a score, at the recommended threshold or at another", async () => {
      const { page, complaints, close } = await stage().open("#v=1&view=data");
      await take(page, answersFile());
      await shown(page);
      await page.locator('[data-role="score"]').selectOption("score");
      const command = page.locator(".report code");
      await settled(page);
      expect(await command.textContent()).toBe("pstar audit answers.jsonl --correct correct --score score");
      expect(await shown(page)).toEqual(expected(await audit(["--correct", "correct", "--score", "score"])));
      await page.locator('[data-role="threshold"]').fill("0.6");
      await page.locator('[data-role="threshold"]').press("Enter");
      await settled(page);
      expect(await command.textContent()).toContain("--threshold 0.6");
      expect(await shown(page)).toEqual(
        expected(await audit(["--correct", "correct", "--score", "score", "--threshold", "0.6"])),
      );
      expect(complaints).toEqual([]);
      await close();
    });

    const questions: [string, Record<string, string>, string[]][] = [
      ["a decision, in slices", { by: "task" }, ["--kept", "kept", "--by", "task"]],
      [
        "a score, whose threshold is recommended",
        { score: "score", classes: "4" },
        ["--score", "score", "--classes", "4"],
      ],
    ];
    it.each(shortOrLong(questions.slice(0, 1), questions))(
      "give files and a command with the bits of pstar audit: %s",
      async (_, answered, flags) => {
        const { page, complaints, close } = await stage().open("#v=1&view=data");
        await take(page, answersFile());
        await shown(page);
        for (const [role, value] of Object.entries(answered)) {
          const input = page.locator(`[data-role="${role}"]`);
          if (role === "classes") await input.fill(value);
          else await input.selectOption(value);
          await input.press("Tab");
        }
        const command = `pstar audit answers.jsonl --correct correct ${flags.join(" ")}`;
        await settled(page);
        expect(await page.locator(".report code").textContent()).toBe(command);
        const args = [...command.split(" ").slice(1), "--format", "json", "--quiet"];
        const stdout = await printed(args, { cwd: folder });
        const json = await saved(page, "json", ".report");
        expect(json.name).toBe("answers-audit.json");
        expect(json.bytes.toString()).toBe(stdout);
        const answer = JSON.parse(stdout);
        const lines = (await saved(page, "csv", ".report")).bytes.toString().trim().split("\n");
        const [heads = [], whole = []] = lines.map((line) => line.split(","));
        expect(lines.length).toBe(2 + answer.slices.length);
        for (const end of ["", "Low", "High"]) {
          const there = { "": "estimate", Low: "low", High: "high" }[end] as string;
          expect(whole[heads.indexOf(`phi${end}`)]).toBe(String(answer.phi[there]));
        }
        const png = (await saved(page, "png", ".report")).bytes;
        expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([2400, 1500]);
        expect(png.length).toBeGreaterThan(40_000);
        expect(complaints).toEqual([]);
        await close();
      },
    );

    it("are dropped onto the page, and read without a network", async () => {
      const { page, close } = await stage().open("#v=1&view=data");
      await take(page, answersFile());
      await shown(page);
      await page.context().setOffline(true);
      const requests: string[] = [];
      const note = (request: Request) => requests.push(request.url());
      page.on("request", note);
      const text = answersFile(answers.slice(0, 1500)).buffer.toString();
      const transfer = await page.evaluateHandle((content) => {
        const made = new DataTransfer();
        made.items.add(new File([content], "dropped.jsonl"));
        return made;
      }, text);
      await page.dispatchEvent(".drop", "drop", { dataTransfer: transfer });
      await expect.poll(() => page.locator(".stage > .status").textContent()).toContain("dropped.jsonl: 1,500 rows");
      expect(requests).toEqual([]);
      page.off("request", note);
      await page.context().setOffline(false);
      await close();
    });

    it("may hold rows that cannot be used: the page names them, and takes the others", async () => {
      const { page, close } = await stage().open("#v=1&view=data");
      const text = 'correct,kept,note\ntrue,yes,"a, ""b""\nc"\nfalse,1,\nfalse,0\ntrue,0,\n,1,x\ntrue,1,,\n';
      await take(page, { name: "a.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
      await shown(page);
      expect(await page.locator(".stage > .status").textContent()).toBe("a.csv: 4 rows, 3 with a human label");
      expect(await page.locator(".remarks li").last().textContent()).toBe(
        "2 rows could not be used: line 5: it has 2 fields, and the first row names 3; " +
          "line 8: it has 4 fields, and the first row names 3",
      );
      await close();
    });

    it("may have words of their own: nothing is estimated before the reader says what they mean", async () => {
      const { page, complaints, close } = await stage().open("#v=1&view=data");
      const rows = answers.map((row) => ({
        ...row,
        correct: row.correct === true ? "supported" : row.correct === false ? "refuted" : "unsure",
      }));
      await take(page, answersFile(rows));
      const fault = page.locator(".stage > .fault");
      expect(await fault.textContent()).toContain('"unsure": 2700 rows, first in line');
      expect(await page.locator(".verdict-card").count()).toBe(0);
      for (const [role, word] of [
        ["true", "supported"],
        ["false", "refuted"],
        ["missing", "unsure, n/a"],
      ] as const) {
        await page.locator(`[data-role="${role}"]`).fill(word);
        await page.locator(`[data-role="${role}"]`).press("Enter");
      }
      expect(await shown(page)).toEqual(expected(await audit(["--correct", "correct", "--kept", "kept"])));
      expect(await page.locator(".report code").textContent()).toBe(
        "pstar audit answers.jsonl --correct correct --true supported --false refuted --missing 'unsure, n/a' --kept kept",
      );
      expect(complaints).toEqual([]);
      await close();
    });

    it("are labelled here by keyboard, judged by these labels, and written: nothing but the file is needed", async () => {
      const { page, complaints, close } = await stage().open("#v=1&view=data");
      const bare = answers.slice(0, 600).map(({ correct: _, ...row }) => row);
      await take(page, answersFile(bare, "bare.jsonl"));
      expect(await page.locator(".verdict-card").count()).toBe(0);
      // nothing is labelled, so that the panel is open
      await page.locator('[data-act="draw"]').click();
      const desk = page.locator(".label-desk");
      await expect.poll(() => desk.getByRole("status").textContent()).toBe("Row 1 of 38");
      expect(await desk.locator("dt").allTextContents()).toEqual(["id", "task", "question", "answer"]);
      expect(await page.evaluate(() => document.activeElement?.className)).toBe("label-desk");
      for (let row = 0; row < 20; row++) await page.keyboard.press("1");
      await page.keyboard.press("0");
      await page.keyboard.press("u");
      await page.keyboard.press("s");
      await expect.poll(() => desk.getByRole("status").textContent()).toBe("Row 22 of 38");
      // another tab and back, in another language: no label is lost
      await page.locator('nav a[href*="view=story"]').click();
      await page.locator('nav a[href*="view=data"]').click();
      await settled(page);
      await expect.poll(() => desk.getByRole("status").textContent()).toBe("Row 22 of 38");
      await desk.focus();
      for (let row = 21; row < 38; row++) await page.keyboard.press("1");
      await expect.poll(() => page.locator(".answer").textContent()).toMatch(/^(SAFE|UNDECIDED): /);
      await settled(page);
      expect(await page.locator(".stage > .status").textContent()).toBe("bare.jsonl: 600 rows, 37 with a human label");
      expect(await page.locator(".report code").textContent()).toBe(
        "pstar audit bare.jsonl --labels bare-labels.csv --kept kept",
      );
      const sheet = await downloaded(page, '[data-act="save-sheet"]');
      expect(sheet.name).toBe("bare-labels.csv");
      expect(sheet.text.split("\r\n").filter((line) => line.endsWith(",1")).length).toBe(37);
      // a browser that cannot ask for a place hands the file out
      await page.evaluate(() => Object.assign(window, { showSaveFilePicker: undefined }));
      const kept = await downloaded(page, '[data-act="keep"]');
      expect(kept.name).toBe("bare-kept.jsonl");
      expect(kept.text).toBe(
        bare
          .filter((row) => row.kept === true)
          .map((row) => `${JSON.stringify(row)}\n`)
          .join(""),
      );
      // the sheet that was saved, on another machine: the labels are set aside, and read back
      await page.locator('.label-desk [data-act="leave"]').click();
      await settled(page);
      expect(await page.locator(".answer").isVisible()).toBe(false);
      const [chooser] = await Promise.all([
        page.waitForEvent("filechooser"),
        page.locator('[data-act="load-sheet"]').click(),
      ]);
      await chooser.setFiles({ name: "mine.csv", mimeType: "text/csv", buffer: Buffer.from(sheet.text) });
      await expect.poll(() => page.locator(".answer").isVisible()).toBe(true);
      await settled(page);
      expect(await page.locator(".report code").textContent()).toBe(
        "pstar audit bare.jsonl --labels mine.csv --kept kept",
      );
      expect(complaints).toEqual([]);
      await close();
    });

    it("may have no label: a calibration set, chosen or dropped, judges them with the bytes of the command", async () => {
      const { page, complaints, close } = await stage().open("#v=1&view=data");
      const bare = answersFile(
        answers.slice(0, 800).map(({ correct: _, ...row }) => row),
        "unlabelled.jsonl",
      );
      const set = csvFile(
        answers
          .slice(800)
          .flatMap(({ correct, ...row }) => (correct === undefined ? [] : [{ ...row, human: correct }])),
      );
      await writeFile(join(folder, bare.name), bare.buffer);
      await writeFile(join(folder, "elsewhere.csv"), set.buffer);
      await take(page, bare);
      expect(await page.locator(".verdict-card").count()).toBe(0);
      // what is missing is marked
      expect(await page.locator(".wanted select").evaluateAll((all) => all.map((one) => one.dataset.role))).toEqual([
        "correct",
      ]);
      const correct = page.locator('[data-role="correct"]');
      const judged = async () => {
        // its label has a name of its own
        await expect.poll(() => correct.locator("option").allTextContents()).toContain("human");
        await correct.selectOption("human");
        await settled(page);
        const command = "pstar audit unlabelled.jsonl --calibration elsewhere.csv --correct human --kept kept";
        expect(await page.locator(".report code").textContent()).toBe(command);
        const args = [...command.split(" ").slice(1), "--format", "json", "--quiet"];
        expect((await saved(page, "json", ".report")).bytes.toString()).toBe(await printed(args, { cwd: folder }));
      };
      const [chooser] = await Promise.all([
        page.waitForEvent("filechooser"),
        page.locator('[data-act="calibrate"]').click(),
      ]);
      await chooser.setFiles(join(folder, "elsewhere.csv"));
      await judged();
      // safe is said of labels of the file itself
      expect(await page.locator(".answer").isVisible()).toBe(false);
      expect(await page.locator(".preview .has-role").allTextContents()).toEqual(["Kept by the verifierkept"]);
      expect(await page.locator('[data-line="by-calibration"]').textContent()).toContain("elsewhere.csv");
      expect(await page.locator('[data-field="by"]').isVisible()).toBe(false);
      await page.locator('.labelling [data-act="leave"]:visible').click();
      await settled(page);
      expect(await page.locator(".verdict-card").count()).toBe(0);
      expect(await correct.locator("option").allTextContents()).not.toContain("human");
      const transfer = await page.evaluateHandle((text) => {
        const made = new DataTransfer();
        made.items.add(new File([text], "elsewhere.csv"));
        return made;
      }, set.buffer.toString());
      await page.dispatchEvent(".calibrate", "drop", { dataTransfer: transfer });
      await judged();
      expect(await page.locator(".stage > .status").textContent()).toBe(
        "unlabelled.jsonl: 800 rows, 0 with a human label",
      );
      // a score has no threshold that labels of the file could recommend
      await page.locator('[data-role="score"]').selectOption("score");
      await expect
        .poll(() => page.locator(".stage > .status").textContent())
        .toMatch(/^With a calibration set, a score/);
      expect(complaints).toEqual([]);
      await close();
    });

    const broken: [string, { name: string; text: string | Buffer }, string][] = [
      ["no rows", { name: "empty.jsonl", text: "" }, "DataError: empty.jsonl has no rows"],
      [
        "another type",
        { name: "a.jsonl", text: '{"correct":"perhaps","kept":true}\n' },
        '1 row has a value in "correct" that must be true or false and cannot be understood',
      ],
      [
        "gzip that is cut short",
        { name: "a.jsonl.gz", text: gzipSync(answersFile().buffer).subarray(0, 3000) },
        "its gzip data are broken: they are truncated",
      ],
      ["no label", { name: "a.jsonl", text: '{"correct":null,"kept":true}\n' }, "has a human label"],
      ["pictures", { name: "a.jsonl", text: "\u0000\u0001PNG\n\u0002\n" }, "DataError: line 1: not JSON"],
      [
        "gzip and something behind it",
        { name: "a.jsonl.gz", text: Buffer.concat([gzipSync("{}\n"), Buffer.from("more")]) },
        "its gzip data are broken: something follows their end; unpack the file first",
      ],
      [
        "noise that calls itself zstd",
        {
          name: "a.zst",
          text: Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4, 5, 6, 7]),
        },
        "its zstd data are broken",
      ],
      [
        "zeros without an end, packed small",
        { name: "bomb.jsonl.gz", text: gzipSync(Buffer.alloc(64_000_000)) },
        "line 1: longer than 10000000 bytes: 64000000",
      ],
      [
        "a quotation mark that is never closed",
        { name: "a.csv", text: `correct,kept\ntrue,1\n"false,0\n${"true,1\n".repeat(50)}` },
        "the quotation mark in line 3 is never closed",
      ],
    ];
    // the readers themselves are tried with broken files of all these kinds in test/rows and test/cli
    it.each(shortOrLong(broken.slice(0, 3), broken))(
      "may be a file with %s: the page says why, and takes the next",
      async (_, { name, text }, reason) => {
        const { page, complaints, close } = await stage().open("#v=1&view=data");
        await take(page, { name, mimeType: "text/plain", buffer: Buffer.from(text) });
        expect(await page.locator(".stage > .fault").textContent()).toContain(reason);
        await take(page, answersFile());
        await shown(page);
        expect(await page.locator(".stage > .fault").isVisible()).toBe(false);
        expect(complaints).toEqual([]);
        await close();
      },
    );
  });
}
