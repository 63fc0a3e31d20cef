import type { PaperComparison } from "../../paper/compute.js";

/** The comparisons as a page of Markdown: a table, and each claim with its criteria and its figure. */
export function paperPage(comparisons: readonly PaperComparison[], figures: ReadonlyMap<string, string>): string {
  const rows = comparisons.map(
    ({ id, claim, status, paper, ours, command }) =>
      `| [${id}](#${id}) | ${[claim, paper, ours ?? "–", status].map(cell).join(" | ")} | \`${command}\` |`,
  );
  return `# The paper, claim by claim

Y. Feng, E. Dohmatob, P. Yang, F. Charton and J. Kempe, *Beyond Model Collapse: Scaling Up with Synthesized Data Requires
Reinforcement* ([arXiv 2406.07515](https://arxiv.org/abs/2406.07515)), as far as its claims are known here. This page is written by
\`pstar paper all --out docs\`. A status is computed from the result: all of a claim's criteria hold (reproduced), some
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
