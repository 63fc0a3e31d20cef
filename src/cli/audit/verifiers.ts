import type { AuditEstimates, Interval, VerifiersDocument } from "../../audit/result.js";
import type { FileVerifiers } from "../../audit/verifiers.js";
import { counted, formatNumber, percent, shortPercent } from "../../model/format.js";
import { nameOf } from "../../rows/rowFiles.js";
import { cut, entry, oneLine, paragraph } from "../terminal/format.js";
import { table as textTable } from "../terminal/table.js";
import { jsonText, type Terminal } from "../terminal/terminal.js";
import { htmlTable, inHtml, list, page, section, unreadable } from "./html.js";
import { inMarkdown, markdownTable } from "./markdown.js";
import type { AuditFormat } from "./options.js";
import { between, rate, sentence } from "./words.js";

const WIDEST = 100;
const LONGEST_NAME = 28;

/** What an audit of several verifiers prints. */
export function verifiersAnswer(audited: FileVerifiers, format: AuditFormat, terminal: Terminal): string {
  switch (format) {
    case "json":
      return verifiersJson(audited);
    case "md":
      return verifiersMarkdown(audited);
    case "html":
      return verifiersHtml(audited);
    case "table":
      return verifiersText(audited, terminal);
    case "card":
    case "card-json":
      throw new Error("a card is of one verifier");
    default:
      return format satisfies never;
  }
}

function verifiersJson({ source, fields, labels, result, unreadable }: FileVerifiers): string {
  const { schema, ...rest } = result;
  const first = unreadable.first.map(({ line, reason: { code, message } }) => ({ line, code, reason: message }));
  const answer: VerifiersDocument = {
    ...{ schema, source, fields, labels },
    ...rest,
    unreadable: { count: unreadable.count, first },
  };
  return jsonText(answer);
}

const RULES = { all: "all keep it", any: "any keeps it", majority: "more than half keep it" } as const;
const HEADS = ["kept if", "rows kept", "φ", "ψ", "p⋆", "J = φ − ψ", "kept correct", "p is"];
const INDEPENDENT_HEADS = ["kept if", "φ", "if independent", "ψ", "if independent", "p⋆", "if independent"];
const PAIR_HEADS = ["verifiers", "labels", "correlation", "p-value"];

function headline({ result }: FileVerifiers): string {
  const { rows, audited, classes, verifiers } = result;
  return [
    counted(rows, "row"),
    `${formatNumber(audited, 15)} with a human label`,
    `${verifiers.length} verifiers`,
    classes === 2
      ? "2 classes, the worst case: all wrong answers to a question are the same"
      : `${formatNumber(classes)} classes, with uniform wrong labels as an assumption`,
    `intervals of ${shortPercent(result.confidence)} confidence`,
  ].join("; ");
}

/** Each verifier and each rule under HEADS. */
function mainRows({ verifiers, joined }: FileVerifiers["result"]): string[][] {
  const cells = (name: string, of: AuditEstimates & { adjusted: string }) => [
    cut(oneLine(name), LONGEST_NAME),
    percent(of.keepRate.estimate),
    ...[of.phi, of.psi, of.breakdown, of.youden, of.keptPrecision].map(shown),
    of.adjusted,
  ];
  return [
    ...verifiers.map(({ verifier, ...of }) => cells(verifier, of)),
    ...joined.map(({ rule, ...of }) => cells(RULES[rule], of)),
  ];
}

/** `0.783 (0.747 to 0.817)` */
function shown(interval: Interval): string {
  return `${rate(interval.estimate)} (${between(interval)})`;
}

function independentRows({ joined }: FileVerifiers["result"]): string[][] {
  return joined.map(({ rule, phi, psi, breakdown, independent }) => [
    RULES[rule],
    ...[phi.estimate, independent.phi, psi.estimate, independent.psi].map(rate),
    ...[breakdown.estimate, independent.breakdown].map(rate),
  ]);
}

function pairRows({ dependence }: FileVerifiers["result"]): string[][] {
  return dependence.flatMap(({ verifiers, ...tables }) =>
    (["correct", "wrong"] as const).map((label) => {
      const { both, first, second, neither, correlation, pValue } = tables[label];
      return [
        verifiers.map((name) => cut(oneLine(name), LONGEST_NAME)).join(", "),
        `${formatNumber(both + first + second + neither, 15)} ${label}`,
        rate(correlation),
        pValue === null ? "–" : pValue < 0.0005 ? "< 0.0005" : rate(pValue),
      ];
    }),
  );
}

const ABOUT_INDEPENDENCE =
  "If independent: what the rule would be if the verifiers decided independently of each other given the label. If two verifiers keep the same wrong rows (a correlation above 0), asking both removes fewer of these rows than independence would.";
const ABOUT_P_VALUE = "p-value: Fisher's exact test of independence given the label, two-sided.";

function notes({ result }: FileVerifiers): string[] {
  return result.warnings.map(({ message }) => sentence(message));
}

function verifiersText(audited: FileVerifiers, terminal: Terminal): string {
  const { source, result } = audited;
  const width = Math.min(terminal.columns, WIDEST);
  const { dim, bold, yellow } = terminal.colors;
  const lines = (heads: readonly string[], rows: readonly string[][]) =>
    textTable(
      heads.map((head, i) => ({
        head,
        align: i === 0 ? ("left" as const) : ("right" as const),
        cells: rows.map((row) => row[i] as string),
      })),
      terminal,
      width,
    ).lines;
  // intervals of five rates do not fit into a line: one table of estimates, one of intervals
  const { verifiers, joined } = result;
  const names = [
    ...verifiers.map(({ verifier }) => cut(oneLine(verifier), LONGEST_NAME)),
    ...joined.map(({ rule }) => RULES[rule]),
  ];
  const all: (AuditEstimates & { adjusted: string })[] = [...verifiers, ...joined];
  const estimates = all.map((of, i) => [
    names[i] as string,
    percent(of.keepRate.estimate),
    ...[of.phi, of.psi, of.breakdown, of.youden, of.keptPrecision].map(({ estimate }) => rate(estimate)),
    of.adjusted,
  ]);
  const intervals = all.map((of, i) => [names[i] as string, ...[of.phi, of.psi, of.breakdown, of.youden].map(between)]);
  const out = [
    ...paragraph(`${nameOf(source)}: ${headline(audited)}`, terminal, width).map((line) => dim(line)),
    "",
    ...lines(HEADS, estimates),
    "",
    ...lines([`${shortPercent(result.confidence)} interval`, "φ", "ψ", "p⋆", "J = φ − ψ"], intervals),
    "",
    ...lines(INDEPENDENT_HEADS, independentRows(result)),
    ...paragraph(ABOUT_INDEPENDENCE, terminal, width).map((line) => dim(line)),
    "",
    ...lines(PAIR_HEADS, pairRows(result)),
    ...paragraph(ABOUT_P_VALUE, terminal, width).map((line) => dim(line)),
    "",
    ...notes(audited).flatMap((text) =>
      entry("note:", text, terminal, { indent: 6, paint: (word) => bold(yellow(word)), width }),
    ),
  ];
  return out.map((line) => `${line.trimEnd()}\n`).join("");
}

function verifiersMarkdown(audited: FileVerifiers): string {
  const { source, result } = audited;
  const parts = [
    `## Audit of ${inMarkdown(nameOf(source))}`,
    inMarkdown(headline(audited)),
    markdownTable(HEADS, "lrrrrrrl", mainRows(result)),
    markdownTable(INDEPENDENT_HEADS, "lrrrrrr", independentRows(result)),
    inMarkdown(ABOUT_INDEPENDENCE),
    markdownTable(PAIR_HEADS, "lrrr", pairRows(result)),
    inMarkdown(ABOUT_P_VALUE),
    notes(audited)
      .map((text) => `> ${inMarkdown(text)}`)
      .join("\n>\n"),
  ];
  return `${parts.join("\n\n")}\n`;
}

function verifiersHtml(audited: FileVerifiers): string {
  const { source, result, unreadable: bad } = audited;
  const name = inHtml(nameOf(source));
  const { count, first } = bad;
  return page(`Audit of ${name}: ${result.verifiers.length} verifiers`, [
    `<header>\n<h1>Audit of ${name}</h1>\n<p class="about">${inHtml(headline(audited))}</p>\n</header>`,
    section("Verifiers", htmlTable(HEADS, 1, mainRows(result))),
    section(
      "If they were independent",
      `${htmlTable(INDEPENDENT_HEADS, 1, independentRows(result))}\n<p>${inHtml(ABOUT_INDEPENDENCE)}</p>`,
    ),
    section("Dependence", `${htmlTable(PAIR_HEADS, 2, pairRows(result))}\n<p>${inHtml(ABOUT_P_VALUE)}</p>`),
    section("Notes", list(notes(audited))),
    ...(count > 0 ? [section("Rows that could not be used", unreadable(count, first))] : []),
    section(
      "How the intervals are made",
      list(Object.entries(result.methods).map(([field, method]) => `${field}: ${method}`)),
    ),
  ]);
}
