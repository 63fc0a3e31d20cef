import { auditLines, type VerdictLine } from "../../src/audit/lines.js";
import type {
  AuditEstimates,
  AuditResult,
  AuditVerdict,
  AuditVerification,
  FileAudit,
  Interval,
} from "../../src/audit.js";
import type { Reason } from "../../src/index.js";
import { formatNumber, percent, shortPercent } from "../../src/model/format.js";
import type { PageAudit } from "../compute/auditFile.js";
import { RATES } from "../model/auditText.js";
import type { Messages } from "../words/messages.js";
import { fixed } from "./curveNumbers.js";
import { drawn, element } from "./elements.js";
import { picture, sheet } from "./picture.js";
import { RowsTable } from "./rowsTable.js";

/** Rows that cannot be used are named up to here. */
const NAMED = 10;

/** What an audit says, in the words and in the order of the command: verdicts, intervals, slices, what they mean, and remarks. */
export function auditReport({ audited, next }: PageAudit, words: Messages): HTMLElement[] {
  const { result, unreadable } = audited;
  const { data, figure, reason } = words;
  const confidence = shortPercent(result.confidence);
  const { about, verdicts, threshold, facts, notes, next: step } = auditLines(audited, next);
  const paragraph = (line: Reason, kind: string) =>
    element("p", { class: kind, "data-line": line.code }, sentence(reason(line), data));
  return [
    element(
      "p",
      { class: "hint about" },
      ...about.flatMap((line, i) => [
        i === 0 ? "" : data.aboutBetween,
        element("span", { "data-line": line.code }, reason(line)),
      ]),
    ),
    verdictCards(verdicts, words),
    element(
      "div",
      { class: "table", tabindex: 0, role: "region", "aria-label": figure.table },
      element(
        "table",
        { class: "rates" },
        head([data.quantity, data.estimate, data.interval(confidence), ""]),
        element("tbody", {}, ...RATES.map((name) => rateRow(data.rates[name], result[name]))),
      ),
    ),
    result.slices.length === 0 ? null : slices(result, words),
    ...threshold.map((line) => paragraph(line, "hint")),
    ...facts.map((line) => paragraph(line, "hint")),
    remarks(notes, unreadable, words),
    step === null ? null : paragraph(step, "next"),
  ].filter((part) => part !== null);
}

function verdictCards(
  [side, verification]: ReturnType<typeof auditLines>["verdicts"],
  { data, reason }: Messages,
): HTMLElement {
  const card = (name: string, word: string, { tone, reason: line }: VerdictLine) =>
    element(
      "div",
      { class: `verdict-card ${tone}` },
      element("p", { class: "card-name" }, name),
      element("p", { class: "card-word" }, word),
      element("p", { "data-line": line.code }, reason(line)),
    );
  const isPartly = side.reason.code === "mostly-correct" && side.reason.params.except.length > 0;
  return element(
    "div",
    { class: "verdicts", role: "status" },
    card(data.sideName, data.sides[side.word as AuditVerdict], isPartly ? { ...side, tone: "open" } : side),
    card(data.verifierName, data.comparison[verification.word as AuditVerification], verification),
  );
}

/** A line as a sentence of its own: with a capital letter, unless it begins with the symbol p, and a full stop. */
function sentence(text: string, { stop }: Messages["data"]): string {
  const first = text.startsWith("p ") || text.startsWith("p⋆") ? text.charAt(0) : text.charAt(0).toUpperCase();
  return `${first}${text.slice(1)}${/[.?!。]$/.test(text) ? "" : stop}`;
}

function rateRow(name: string, { estimate, low, high }: Interval): HTMLElement {
  const number = (value: number) => fixed(value, 3);
  return element(
    "tr",
    {},
    element("th", { scope: "row" }, name),
    element("td", {}, estimate === null ? "—" : number(estimate)),
    element("td", {}, low === high ? "" : `${number(low)} – ${number(high)}`),
    element("td", {}, intervalPicture({ estimate, low, high }) as unknown as HTMLElement),
  );
}

/** The interval on an axis from 0 to 1, with a mark at one half; of a difference that may be negative, from −1 to 1, with a mark at 0. */
function intervalPicture({ estimate, low, high }: Interval): SVGSVGElement {
  const from = low < 0 ? -1 : 0;
  const middle = (from + 1) / 2;
  const at = (value: number) => 22 + (176 * (value - from)) / (1 - from);
  return drawn(
    "svg",
    { class: "interval", viewBox: "0 0 212 16", width: 212, height: 16, "aria-hidden": "true" },
    drawn("text", { x: at(from) - 6, y: 12, "text-anchor": "end" }, from < 0 ? "−1" : "0"),
    drawn("text", { x: at(1) + 6, y: 12 }, "1"),
    drawn("line", { class: "axis", x1: at(from), x2: at(1), y1: 8, y2: 8 }),
    drawn("line", { class: "axis", x1: at(middle), x2: at(middle), y1: 3, y2: 13 }),
    drawn("line", { class: "span", x1: at(low), x2: at(high), y1: 8, y2: 8 }),
    estimate === null ? null : drawn("circle", { class: "dot-estimate", cx: at(estimate), cy: 8, r: 4 }),
  );
}

function slices({ slices: found }: AuditResult, words: Messages): HTMLElement {
  const { data, figure } = words;
  const harm = { above: 0, inconclusive: 1, below: 2 };
  const byHarm = found.toSorted((a, b) => harm[a.adjusted] - harm[b.adjusted] || b.counts.rows - a.counts.rows);
  const rows = byHarm.map((one) => [
    one.slice,
    formatNumber(one.counts.rows, 15),
    formatNumber(one.counts.audited, 15),
    ...rates(one).map(({ estimate }) => fixed(estimate, 3)),
    spanOf(one.keptPrecision, data),
    data.sides[one.adjusted],
  ]);
  const heads = [data.slice, data.rows, data.audited, "p", "φ", "ψ", data.rates.keptPrecision, data.sideName];
  const table = new RowsTable(words, `${data.slices}: ${figure.table}`);
  table.show({ heads, rows, named: true });
  return element("div", {}, element("h3", { class: "later" }, data.slices), table.element);
}

function rates({ errorRate, phi, psi }: AuditEstimates): Interval[] {
  return [errorRate, phi, psi];
}

function remarks(
  notes: readonly Reason[],
  unreadable: FileAudit["unreadable"],
  { data, figure, reason }: Messages,
): HTMLElement | null {
  const items = notes.map((note) => element("li", { "data-line": note.code }, sentence(reason(note), data)));
  if (unreadable.count > 0) {
    const named = unreadable.first.slice(0, NAMED).map(({ line, reason: why }) => data.line(line, reason(why)));
    if (unreadable.count > named.length) named.push("…");
    items.push(
      element("li", {}, `${data.unreadable(formatNumber(unreadable.count, 15))} ${named.join(figure.between)}`),
    );
  }
  if (items.length === 0) return null;
  return element(
    "div",
    {},
    element("h3", { class: "later" }, data.remarks),
    element("ul", { class: "remarks" }, ...items),
  );
}

function head(texts: readonly string[]): HTMLElement {
  const cells = texts.map((text) => (text === "" ? element("td") : element("th", { scope: "col" }, text)));
  return element("thead", {}, element("tr", {}, ...cells));
}

function spanOf({ estimate, low, high }: Interval, data: Messages["data"]): string {
  return estimate === null ? data.unknown : data.span(percent(estimate), (100 * low).toFixed(1), percent(high));
}

const PICTURED_RATES = ["errorRate", "breakdown", "margin", "phi", "psi", "keptPrecision", "keepRate"] as const;

/** The estimates and intervals of an audit, each on its axis. */
export function auditPicture(
  result: AuditResult,
  title: string,
  sentence: string,
  { data }: Messages,
  format: "png" | "svg" = "png",
): Promise<Blob> {
  return picture(
    title,
    sentence,
    ({ context, theme, write }) => {
      const [left, right] = [330, sheet.width - sheet.margin - 270];
      const line = (from: number, to: number, y: number, width: number, color: string) => {
        context.fillStyle = color;
        context.fillRect(from, y - width / 2, to - from, width);
      };
      PICTURED_RATES.forEach((name, i) => {
        const y = 180 + i * 76;
        const { estimate, low, high }: Interval = result[name];
        // A margin has its place between −1 and 1.
        const from = name === "margin" ? -1 : 0;
        const at = (value: number) => left + ((right - left) * (value - from)) / (1 - from);
        write(data.rates[name], sheet.margin, y + 6);
        line(left, right, y, 1.5, theme.grid);
        for (const end of from < 0 ? [-1, 0, 1] : [0, 0.5, 1]) {
          context.fillStyle = theme.reference;
          context.fillRect(at(end) - 0.75, y - 6, 1.5, 12);
          write(String(end).replace("-", "−"), at(end), y + 26, { size: 13, color: theme.muted, align: "center" });
        }
        line(at(low), at(high), y, 5, theme.series[0] ?? theme.ink);
        if (estimate !== null) {
          context.fillStyle = theme.series[0] ?? theme.ink;
          context.beginPath();
          context.arc(at(estimate), y, 8, 0, 2 * Math.PI);
          context.fill();
        }
        write(fixed(estimate, 3), right + 90, y + 6, { weight: 600, align: "right" });
        const span = low === high ? "" : `${fixed(low, 3)} – ${fixed(high, 3)}`;
        write(span, sheet.width - sheet.margin, y + 6, { color: theme.muted, align: "right" });
      });
    },
    format,
  );
}
