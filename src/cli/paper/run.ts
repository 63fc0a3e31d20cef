import { join } from "node:path";
import { DataError } from "../../core/errors.js";
import { quote } from "../../core/printable.js";
import type { EigenResult } from "../../eigen/result.js";
import { nearest } from "../../model/suggest.js";
import { type PaperComparison, type PaperData, PaperRun, paperItem } from "../../paper/compute.js";
import { type PaperItem, type PaperStatus, paperItems } from "../../paper/items.js";
import { checkWritable, isFolder, makeFolder, readText } from "../../rows/files.js";
import { writeWhole } from "../../rows/write.js";
import type { Context } from "../context.js";
import { drawArms as drawEigen } from "../eigen/run.js";
import { UsageError } from "../failure.js";
import { Interrupt } from "../interrupt.js";
import { drawArms } from "../news/run.js";
import { drawResults } from "../run/figure.js";
import { entry } from "../terminal/format.js";
import { progressLine } from "../terminal/progress.js";
import { jsonText, type Terminal } from "../terminal/terminal.js";

/** The options of `pstar paper`. */
export interface PaperFlags {
  format: "text" | "json";
  plot?: string;
  out?: string;
  /** A result of `pstar eigen`, or the folder of one. */
  eigen?: string;
  quiet?: boolean;
}

/** The page that `--out` writes. */
const PAGE = "paper.md";

/** The figure of a claim, beside the page; claims that share an experiment share it. Undefined if nothing is computed. */
function figureName({ id, experiment: { kind } }: PaperItem): string | undefined {
  if (kind === "unknown") return undefined;
  return `paper-${kind === "preset" ? id : kind}.png`;
}

/** Computes one claim, or all, and reports. */
export async function paper(id: string | undefined, flags: PaperFlags, context: Context): Promise<void> {
  const { out, err } = context.streams;
  const whole = id === "all";
  checkFlags(id, flags);
  if (id === undefined) {
    list(flags, out);
    return;
  }
  const items = whole ? paperItems : [itemOf(id)];
  const eigen = flags.eigen === undefined ? undefined : await eigenResultIn(flags.eigen);
  if (flags.plot !== undefined) await checkWritable(flags.plot, flags.eigen === undefined ? [] : [flags.eigen]);
  if (flags.out !== undefined) {
    await makeFolder(flags.out);
    // before minutes of computing
    for (const name of [PAGE, ...items.flatMap((item) => figureName(item) ?? [])])
      await checkWritable(join(flags.out, name), []);
  }
  const progress = progressLine(err, flags.quiet);
  // nothing is told of what was stopped, and files are written whole: threads that load need not be waited for
  const interrupt: Interrupt = new Interrupt(() => {
    progress.stop();
    process.exit(interrupt.exitCode as number);
  });
  const comparisons: PaperComparison[] = [];
  const figures = new Map<string, string>();
  try {
    const run = new PaperRun({ eigen });
    for (const [i, item] of items.entries()) {
      progress.update(item.id, i / items.length);
      const { comparison, data } = await run.compute(item);
      comparisons.push(comparison);
      progress.stop();
      if (flags.out !== undefined && data !== null) {
        const name = figureName(item) as string;
        if (![...figures.values()].includes(name)) await drawItem(join(flags.out, name), item, data);
        figures.set(item.id, name);
      }
      if (flags.plot === undefined) continue;
      if (data === null) throw new UsageError(`${item.id} has no figure: nothing is computed for it`);
      await drawItem(flags.plot, item, data);
    }
  } finally {
    progress.stop();
    interrupt.dispose();
  }
  if (flags.out !== undefined) writeWhole(join(flags.out, PAGE), paperPage(comparisons, figures, eigen !== undefined));
  const [only] = comparisons;
  if (flags.format === "json" && whole) {
    const list = comparisons.map(({ id, where, claim, command, status }) => ({ id, where, claim, command, status }));
    out.write(`${JSON.stringify(list, null, 2)}\n`);
  } else if (flags.format === "json") {
    if (only !== undefined) out.write(jsonText(only));
  } else out.print(comparisons.map((one) => comparisonText(one, out, !whole)).join("\n"));
}

function checkFlags(id: string | undefined, { plot, out, eigen }: PaperFlags): void {
  if (plot !== undefined && (id === undefined || id === "all"))
    throw new UsageError("--plot draws one claim: name it, or use all with --out");
  if (id === undefined && out !== undefined)
    throw new UsageError("--out is for what is computed: pstar paper all --out FOLDER, or an id in place of all");
  if (id === undefined && eigen !== undefined)
    throw new UsageError("--eigen is for what is computed: pstar paper table1 --eigen FOLDER");
}

/** The claims and what came of them when docs/paper.md was written; nothing is computed. */
function list({ format }: PaperFlags, out: Terminal): void {
  if (format === "json") {
    const listed = paperItems.map(({ id, where, claim, command, recorded }) => ({
      id,
      where,
      claim,
      command,
      status: recorded,
    }));
    out.write(`${JSON.stringify(listed, null, 2)}\n`);
    return;
  }
  const texts = paperItems.map(({ id, claim, paper, command, recorded }) => {
    const lines = [headText(id, recorded, out)];
    for (const [head, text] of Object.entries({ claim, paper, command }))
      lines.push(...entry(head, text, out, { indent: 9, paint: out.colors.dim }));
    return `${lines.join("\n")}\n`;
  });
  out.print(
    `${texts.join("\n")}\nThe statuses are those of docs/paper.md. Computed anew: pstar paper ID, or pstar paper all\n`,
  );
}

/** The result of a transformer experiment: a file, or the folder of `pstar eigen --out`. */
async function eigenResultIn(path: string): Promise<EigenResult> {
  const { eigenResultSchema } = await import("../../eigen/result.js");
  const file = (await isFolder(path)) ? join(path, "result.json") : path;
  let value: unknown;
  try {
    value = JSON.parse(await readText(file));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  const { data } = eigenResultSchema.safeParse(value);
  if (data === undefined) throw new DataError(`${file} must be a result of pstar eigen (pstar/eigen@1)`);
  if (!data.complete) throw new DataError(`${file} lacks arms: finish it with pstar eigen --resume`);
  return data;
}

function itemOf(id: string): PaperItem {
  const found = paperItem(id);
  if (found !== undefined) return found;
  const ids = paperItems.map((item) => item.id);
  const meant = nearest(id, ids);
  const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
  throw new UsageError(`${quote(id)} is not a claim of the paper${hint}`, {
    got: id,
    lines: [`  claims: ${ids.join(", ")}`],
  });
}

/** The line of progress must be gone: a signal ends the process while a figure of many cells is drawn. */
async function drawItem(file: string, item: PaperItem, data: NonNullable<PaperData>): Promise<void> {
  if (data.kind === "news") return drawArms(file, data.result);
  if (data.kind === "eigen") return drawEigen(file, data.result);
  const measure = item.command.includes("--y agreement") ? "agreement" : "accuracy";
  const undrawn = await drawResults(
    file,
    data.scenario,
    (part) => (part ? data.cells.filter(({ index }) => part.has(index)) : data.cells),
    measure,
  );
  if (undrawn !== undefined) throw new DataError(`${file}: ${undrawn}`);
}

const PAINT = { reproduced: "green", partly: "yellow", "not reproduced": "red", "cannot be known": "dim" } as const;

function headText(id: string, status: PaperStatus, terminal: Terminal): string {
  const { bold, [PAINT[status]]: paint } = terminal.colors;
  return `${bold(id)}  ${paint(status)}`;
}

function comparisonText(one: PaperComparison, terminal: Terminal, details: boolean): string {
  const lines = [headText(one.id, one.status, terminal)];
  const add = (head: string, text: string | null) => {
    if (text !== null) lines.push(...entry(head, text, terminal, { indent: 9, paint: terminal.colors.dim }));
  };
  add("claim", one.claim);
  if (details) add("where", one.where);
  add("paper", one.paper);
  add("ours", one.ours);
  if (details) {
    add("differs", one.difference);
    add("why", one.why);
    for (const { criterion, holds } of one.criteria) add(holds ? "holds" : "fails", criterion);
  }
  lines.push(...entry("command", one.command, terminal, { indent: 9, paint: terminal.colors.dim }));
  return `${lines.join("\n")}\n`;
}

/** The comparisons as a page of Markdown: a table, and each claim with its criteria and its figure. */
function paperPage(
  comparisons: readonly PaperComparison[],
  figures: ReadonlyMap<string, string>,
  isEigenRead: boolean,
): string {
  const rows = comparisons.map(
    ({ id, claim, status, paper, ours, command }) =>
      `| [${id}](#${id}) | ${[claim, paper, ours ?? "–", status].map(cell).join(" | ")} | \`${command}\` |`,
  );
  return `# The paper, claim by claim

Y. Feng, E. Dohmatob, P. Yang, F. Charton and J. Kempe, *Beyond Model Collapse: Scaling Up with Synthesized Data Requires
Reinforcement* ([arXiv 2406.07515](https://arxiv.org/abs/2406.07515)), as far as its claims are known here. This page is written by
\`pstar paper all --out docs\`${isEigenRead ? ", with the transformers of an earlier `pstar eigen` (`--eigen`)" : ""}. A status is computed from the result: all of a claim's criteria hold (reproduced), some
(partly), or none (not reproduced). The settings are ours unless it says otherwise.

| id | claim | paper | ours | status | command |
|---|---|---|---|---|---|
${rows.join("\n")}

${comparisons.map((one) => section(one, figures.get(one.id))).join("\n")}`;
}

function section(one: PaperComparison, figure: string | undefined): string {
  const { id, where, claim, status, difference, why, criteria } = one;
  const marks = criteria.map(({ criterion, holds }) => `- ${holds ? "holds" : "**fails**"}: ${criterion}`);
  return [
    `## ${id}`,
    `${claim} (${where}.) **${status}**.`,
    ...(difference === null ? [] : [`Difference: ${difference}.`]),
    why,
    ...(marks.length > 0 ? [marks.join("\n")] : []),
    ...(figure === undefined ? [] : [`![${claim}](${figure})`]),
  ]
    .map((part) => `${part}\n`)
    .join("\n");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
