import type { CellResult } from "../engine/result.js";

/** Columns after the swept settings: name, and value in a cell. Nested values are named with dots, as in the JSON. */
const columns: readonly [name: string, value: (cell: CellResult) => unknown][] = [
  ["engine", (cell) => cell.engine],
  ["reason", (cell) => cell.reason],
  ["status", (cell) => cell.status],
  ["trials", (cell) => cell.trials],
  ["emptyTrials", (cell) => cell.emptyTrials],
  ["theory", (cell) => cell.theory],
  ...(["accuracy", "agreement", "cosine", "kept"] as const).flatMap((name) =>
    (["mean", "sd", "se"] as const).map(
      (moment) =>
        [`${name}.${moment}`, (cell: CellResult) => cell[name][moment]] as [string, (cell: CellResult) => unknown],
    ),
  ),
  ["kept.share", (cell) => cell.kept.share],
  ["errorRate", (cell) => cell.errorRate],
  ["phi", (cell) => cell.phi],
  ["psi", (cell) => cell.psi],
  ["breakdown", (cell) => cell.breakdown],
  ["verdict", (cell) => cell.verdict],
  ["convergence.converged", (cell) => cell.convergence?.converged],
  ["convergence.iterations", (cell) => cell.convergence?.iterations],
  ["convergence.gradientNorm", (cell) => cell.convergence?.gradientNorm],
  ["generations", (cell) => cell.generations],
  ["message", (cell) => cell.message],
];

/** The head of the table. A swept setting is called by its path behind `param:`, apart from what was measured. */
export function csvHeader(swept: readonly string[]): string {
  return row(["index", "id", ...swept.map((path) => `param:${path}`), ...columns.map(([name]) => name)]);
}

/** One cell; numbers have all their digits, what is not known is empty, lists and mappings are JSON. */
export function csvRow(cell: CellResult, swept: readonly string[]): string {
  const params = swept.map((path) => cell.params[path]);
  return row([cell.index, cell.id, ...params, ...columns.map(([, value]) => value(cell))]);
}

function row(values: readonly unknown[]): string {
  return `${values.map(field).join(",")}\n`;
}

/** Quoted as RFC 4180 says. */
function field(value: unknown): string {
  if (value === null || value === undefined) return "";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
