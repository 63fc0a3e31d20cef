import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { Command } from "commander";
import { describe, expect, it } from "vitest";
import type { Context } from "../../src/cli/context.js";
import { addNewsCommand } from "../../src/cli/news/command.js";
import { ARTICLE_LIMIT } from "../../src/news/convert/rows.js";
import { capturedContext } from "../support/captured.js";
import { scratchFolder } from "../support/folders.js";

const FOLDER = scratchFolder();

function written(name: string, content: string | Uint8Array): string {
  const file = join(FOLDER, name);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, content);
  return file;
}

async function convert(...args: string[]) {
  const { context, out, err } = capturedContext();
  const program = new Command("pstar").enablePositionalOptions().exitOverride();
  addNewsCommand(program, context as Context);
  await program.parseAsync(["news", "convert", ...args], { from: "user" });
  return { rows: rowsIn(out()), err: err() };
}

function rowsIn(text: string): unknown[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}

describe("pstar news convert csv", () => {
  it("reads quotes, line ends within fields and what is passed over", async () => {
    const file = written(
      "a.csv",
      '\ufeffid,Article,highlights,other\r\n1,"One, ""two""\r\n  three\t3",Sum.,x\r\n2,,Nothing.\r\n1,again,Sum.\r\n4,Vier,\r\n,"five",5\r\n',
    );
    const { rows, err } = await convert("csv", file);
    expect(rows).toEqual([
      { id: "1", url: "", title: "", text: 'One, "two"\nthree 3', summary: "Sum." },
      { id: "row-5", url: "", title: "", text: "five", summary: "5" },
    ]);
    expect(err).toBe("2 articles; skipped: no text (1), a repeated id (1), no summary (1)\n");
  });

  it("keeps quotation marks within a field, and counts rows with a comma too many", async () => {
    const file = written(
      "q.csv",
      'id,text,summary\n1,He said "hi" there,s1\n2,the mayor, who resigned, left,short\n3,x,s3\n',
    );
    const { rows, err } = await convert("csv", file);
    expect(rows).toMatchObject([{ id: "1", text: 'He said "hi" there' }, { id: "3" }]);
    expect(err).toBe("2 articles; skipped: more fields than headings (1)\n");
    const latin = written("latin.csv", Buffer.from("id,text,summary\n1,caf\xe9,s\n", "latin1"));
    await expect(convert("csv", latin)).rejects.toThrow("latin.csv is not CSV: it is not UTF-8, in line 2 or after it");
  });

  it("takes the columns that are named, other delimiters, packed files", async () => {
    const file = written("b.csv.gz", gzipSync("n;who;what;more;where;how\n7;Anna;Text, so;Sum;http://x;T\n"));
    const flags = ["--text", "what", "--summary", "more", "--id", "n", "--url", "where", "--title", "how"];
    const out = join(FOLDER, "b.jsonl.gz");
    const { rows } = await convert("csv", file, ...flags, "--out", out);
    expect(rows).toEqual([]);
    expect(rowsIn(gunzipSync(readFileSync(out)).toString())).toEqual([
      { id: "7", url: "http://x", title: "T", text: "Text, so", summary: "Sum" },
    ]);
  });

  it("says what is wrong", async () => {
    await expect(convert("csv", written("c.csv", "id,article\n1,x\n"))).rejects.toThrow(
      "must have a column of the summary: name it by --summary, got id, article",
    );
    await expect(convert("csv", written("d.csv", "text,summary\nx,y\n"), "--text", "body")).rejects.toThrow(
      'must have a column "body", got text, summary',
    );
    await expect(convert("csv", written("e.csv", 'text,summary\n"x,y\n'))).rejects.toThrow("is not CSV: ");
    await expect(convert("csv", written("f.csv", "text,summary\n"))).rejects.toThrow("contains no usable article");
    const large = `text,summary\n"${"x".repeat(ARTICLE_LIMIT + 1)}",y\n`;
    await expect(convert("csv", written("g.csv", large))).rejects.toThrow("is not CSV: ");
    await expect(convert("csv", join(FOLDER, "absent.csv"))).rejects.toThrow("there is no such file");
    await expect(convert("xml", "x")).rejects.toThrow("form must be one of csv, bbc, reuters");
    await expect(convert("bbc", "x", "--text", "y")).rejects.toThrow("--text is for csv");
    await expect(convert("csv", "x", "--summary-from", "lead")).rejects.toThrow("--summary-from is for bbc");
  });

  it("leaves an existing file as it is where it fails", async () => {
    const out = written("kept.jsonl", "precious\n");
    await expect(convert("csv", written("h.csv", "text,summary\n"), "--out", out)).rejects.toThrow(
      "contains no usable article",
    );
    expect(readFileSync(out, "utf8")).toBe("precious\n");
  });
});

describe("pstar news convert bbc", () => {
  it("takes the first paragraph for the summary, or the title", async () => {
    const folder = join(FOLDER, "bbc");
    written("bbc/business/002.txt", "Title two\n\nLead two.\n\nMore.\nAnd more.\n");
    written("bbc/business/001.txt", Buffer.from("Price\r\n\r\nIt \x93costs\x94 \xa35.\r\n\r\nToo much.\r\n", "latin1"));
    written("bbc/sport/001.txt", "Only a title\n");
    written("bbc/sport/notes.md", "nothing");
    written("bbc/README.TXT", "nothing");
    const { rows, err } = await convert("bbc", folder);
    expect(rows).toEqual([
      { id: "business/001", url: "", title: "Price", text: "Too much.", summary: "It “costs” £5." },
      { id: "business/002", url: "", title: "Title two", text: "More.\nAnd more.", summary: "Lead two." },
    ]);
    expect(err).toContain("no text (1)");
    // what may have been meant as an article is counted, what is about the corpus is not
    expect(err).toContain("not a .txt file (1)");
    written("bbc/stray.txt", "Title\n\nLead.\n\nText.\n");
    written("bbc/sport/002.TXT", "Goal\n\nLead.\n\nText.\n");
    const more = await convert("bbc", folder);
    expect((more.rows as { id: string }[]).map(({ id }) => id)).toEqual(["business/001", "business/002", "sport/002"]);
    expect(more.err).toContain("not in the folder of a desk (1)");
    rmSync(join(folder, "stray.txt"));
    rmSync(join(folder, "sport/002.TXT"));
    expect((await convert("bbc", folder, "--summary-from", "title")).rows[1]).toEqual({
      id: "business/002",
      url: "",
      title: "Title two",
      text: "Lead two.\nMore.\nAnd more.",
      summary: "Title two",
    });
  });

  it("takes the summaries of the edition that has them", async () => {
    written("pairs/News Articles/tech/001.txt", "Chips\n\nFirst.\nSecond.\n");
    written("pairs/Summaries/tech/001.txt", "Of chips.\n");
    written("pairs/News Articles/tech/002.txt", "Alone\n\nFirst.\nSecond.\n");
    const { rows, err } = await convert("bbc", join(FOLDER, "pairs"));
    expect(rows).toEqual([{ id: "tech/001", url: "", title: "Chips", text: "First.\nSecond.", summary: "Of chips." }]);
    expect(err).toContain("no summary (1)");
  });

  it("says where there is nothing", async () => {
    mkdirSync(join(FOLDER, "empty/desk"), { recursive: true });
    await expect(convert("bbc", join(FOLDER, "empty"))).rejects.toThrow("must hold folders of .txt files");
    await expect(convert("bbc", join(FOLDER, "nowhere"))).rejects.toThrow("there is no such file or folder");
  });
});

describe("pstar news convert reuters", () => {
  const article = (id: string, text: string) =>
    `<REUTERS TOPICS="YES" LEWISSPLIT="TRAIN" CGISPLIT="X" OLDID="5" NEWID="${id}">\n<DATE> 1-JAN-1987</DATE>\n${text}\n</REUTERS>\n`;
  const body = (lead: string, more: string) =>
    `<TEXT>&#2;\n<TITLE>GRAIN &amp; OIL</TITLE>\n<DATELINE>    HARBOUR, Jan 1 - </DATELINE><BODY>${lead}\n    ${more}\n Reuter\n&#3;</BODY></TEXT>`;

  it("reads articles, entities and paragraphs, also where tags are cut by the reading", async () => {
    const filler = "wheat ".repeat(40_000); // longer than what is read at once
    const sgml =
      '<!DOCTYPE lewis SYSTEM "lewis.dtd">\n' +
      article("1", body("Grain rose\n3 pct &lt;GRN>, it said.", "Second\nparagraph &quot;so&quot;.\n    Third.")) +
      article("2", '<TEXT TYPE="BRIEF">&#2;\n<TITLE>NO BODY</TITLE></TEXT>') +
      article("3", body("Lead.", filler)) +
      article("4", body("Evil &#27;[2J &#xD;&#55296;&bogus;", "Text."));
    const { rows, err } = await convert("reuters", written("reut/reut2-000.sgm", sgml));
    expect(rows).toEqual([
      {
        id: "reuters-1",
        url: "",
        title: "GRAIN & OIL",
        text: 'Second paragraph "so".\nThird.',
        summary: "Grain rose 3 pct <GRN>, it said.",
      },
      { id: "reuters-3", url: "", title: "GRAIN & OIL", text: filler.trim(), summary: "Lead." },
      { id: "reuters-4", url: "", title: "GRAIN & OIL", text: "Text.", summary: "Evil [2J &#xD; &bogus;" },
    ]);
    expect(err).toContain("skipped: no text (1)");
    expect((await convert("reuters", join(FOLDER, "reut"), "--summary-from", "title")).rows).toHaveLength(3);
  });

  it("holds no more than an article, and goes on behind one that is too large", async () => {
    const sgml = article("1", body("Lead.", "x".repeat(2 * ARTICLE_LIMIT))) + article("2", body("Lead.", "Text."));
    const { rows, err } = await convert("reuters", written("large.sgm", sgml));
    expect(rows).toEqual([{ id: "reuters-2", url: "", title: "GRAIN & OIL", text: "Text.", summary: "Lead." }]);
    expect(err).toContain("larger than");
  });

  it("counts an article that is cut off, at the end of a file or by the next one", async () => {
    const cut = article("1", body("Lead.", "Text.")).replace("</REUTERS>", "");
    const whole = article("2", body("Lead.", "Text."));
    for (const sgml of [whole + cut, cut + whole]) {
      const { rows, err } = await convert("reuters", written("cut.sgm", sgml));
      expect(rows).toMatchObject([{ id: "reuters-2" }]);
      expect(err).toBe("1 article; skipped: no end tag (1)\n");
    }
    await expect(convert("reuters", written("cut.sgm", cut))).rejects.toThrow("skipped: no end tag (1)");
  });

  it("passes over what is broken", async () => {
    const sgml = `</REUTERS>${article("x1", body("a", "b"))}<REUTERS><BODY>x</REUTERS>${article("2", body("Lead.", "Text."))}<REUTERS`;
    const { rows, err } = await convert("reuters", written("broken.sgm", sgml));
    expect(rows).toHaveLength(1);
    expect(err).toContain("an end tag without its beginning (1), no NEWID (2), no end tag (1)");
    await expect(convert("reuters", written("none.sgm", "<html>"))).rejects.toThrow("holds no <REUTERS>");
  });
});
