import { type Command, Option } from "commander";
import type { Context } from "../context.js";
import { helpText } from "../terminal/help.js";
import type { NewsConvertFlags } from "./convert.js";

const HELP = `
What comes out is what pstar news reads: JSON lines {id, url, title, text, summary}, as XL-Sum's. Rows without a text or a summary,
and those with an id that was there already, are passed over and counted.

Forms:
  csv      a file with a line of headings; columns with usual names are found, others are named by --text, --summary …
  bbc      a folder of desks with an article a file, business/001.txt, the title on its first line
  reuters  reut2-000.sgm, or the folder of all 22

Articles of the last two have no summary: their first paragraph is taken for it and out of the text, as XL-Sum's authors do, or,
with --summary-from title, their title. A bbc folder that holds "News Articles" and "Summaries" has its own.

Examples:
  A table of articles and highlights
    $ pstar news convert csv test.csv --text article --summary highlights --out test.jsonl
  The BBC's articles of 2004 and 2005
    $ pstar news convert bbc bbc/ --out bbc.jsonl.gz
  Reuters-21578, into the experiment
    $ pstar news convert reuters reuters21578/ --out reuters.jsonl && pstar news reuters.jsonl

Exit codes: 0 converted, 1 failed, 2 wrong usage, 3 data that cannot be used, 130 interrupted (nothing is written to --out).`;

/** Adds `pstar news convert`. */
export function addNewsConvertCommand(news: Command, context: Context): void {
  news
    .command("convert")
    .summary("make the experiment's input of CSV, the BBC's folders or Reuters' SGML")
    .description("Makes JSON lines {id, url, title, text, summary} of articles in other forms.")
    .argument("<form>", "csv, bbc or reuters")
    .argument("<source>", "file or folder; files also .gz or .zst, or - for standard input")
    .option("--out <file>", "write there, packed where it ends in .gz or .zst (default: standard output)")
    .option("--id <column>", "csv: the column of ids (default: id, guid …, or the row's number)")
    .option("--url <column>", "csv: the column of addresses (default: url or link, if any)")
    .option("--title <column>", "csv: the column of titles (default: title or headline, if any)")
    .option("--text <column>", "csv: the column of texts (default: text, article, document, content, body …)")
    .option("--summary <column>", "csv: the column of summaries (default: summary, highlights, abstract …)")
    .addOption(
      new Option("--summary-from <part>", "bbc, reuters: what stands for the summary (default: lead)").choices([
        "lead",
        "title",
      ]),
    )
    .option("--quiet", "no progress or summary")
    .addHelpText("after", () => helpText(HELP, context.streams.out.columns))
    .action(async (form: string, source: string, flags: NewsConvertFlags) => {
      const { convertNews } = await import("./convert.js");
      await convertNews(form, source, flags, context);
    });
}
