import type { NewsResult } from "../../news/experiment/result.js";

/** The result as CSV: one line for each arm of each seed. */
export function newsCsv({ arms }: NewsResult): string {
  const head = [
    "arm",
    "kind",
    "verifier",
    "fraction",
    "bestOf",
    "rows",
    "seed",
    "rouge1",
    "rouge2",
    "rougeL",
    "nll",
    "words",
  ];
  const lines = arms.flatMap(({ name, kind, verifier, fraction, bestOf, rows, perSeed }) =>
    perSeed.map(({ seed, rouge1, rouge2, rougeL, nll, words }) =>
      [name, kind, verifier ?? "", fraction, bestOf, rows, seed, rouge1, rouge2, rougeL, nll ?? "", words].join(","),
    ),
  );
  return [head.join(","), ...lines].map((line) => `${line}\n`).join("");
}
