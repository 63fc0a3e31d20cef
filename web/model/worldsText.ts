import { sideOfChance } from "../../src/figure/marks.js";
import type { AnglesQuestion, Breakdown } from "../../src/index.js";
import { fixedNumber } from "../../src/model/format.js";
import { csvLine } from "../../src/sweep/results/table.js";
import type { Worlds } from "../compute/calculator.js";

/** Agreement with the best rule, as an accuracy: the two worlds are read on one scale. */
export function accuracyOf(agreement: number | null | undefined, bayes: number): number | null {
  return agreement === null || agreement === undefined ? null : agreement * bayes + (1 - agreement) * (1 - bayes);
}

/** Where a model is on endless rows, seen from chance. */
export type Side = "better" | "worse" | "chance" | "none";

/** One of the two cases: its limits, and what is said of them. */
export interface WorldClaims {
  /** Accuracies, verified and unverified, with as many decimals as tell them apart. */
  verified: string;
  unverified: string;
  /** Of the model that learns from the verified rows. */
  side: Side;
  /** Whether verification helps there, and how: by a higher limit, or by reaching the same one with fewer rows. */
  verification: "higher" | "lower" | "sooner" | "later" | "equal" | "none";
}

/** All that is said of two directions; every word is one of a number beside it. */
export interface WorldsClaims {
  linear: WorldClaims;
  independent: WorldClaims | null;
  /** Most kept labels are correct and the model is worse than chance, or the other way round. */
  contradiction: "correctButWrong" | "wrongButCorrect" | null;
  /** What the two cases agree on; null if there is only one. */
  agreement: "both" | "side" | "verification" | "neither" | null;
}

export function worldsClaims({ linear, independent, bayes }: Worlds): WorldsClaims {
  const own = claimsOf(linear, linear.limit.selected, linear.limit.unselected);
  const { selected, unselected } = independent?.limit ?? {};
  const other = independent && claimsOf(independent, accuracyOf(selected, bayes), accuracyOf(unselected, bayes));
  const { labels } = linear;
  const contradiction =
    labels.verdict === "below" && own.side === "worse"
      ? "correctButWrong"
      : labels.verdict === "above" && own.side === "better" && isMostlyWrong(linear)
        ? "wrongButCorrect"
        : null;
  const sides = other?.side === own.side;
  const verdicts = independent?.verification === linear.verification;
  const agreement =
    other === null ? null : sides ? (verdicts ? "both" : "side") : verdicts ? "verification" : "neither";
  return { linear: own, independent: other, contradiction, agreement };
}

/** `above` is said at p⋆ itself as well, where half of the kept labels are wrong. */
function isMostlyWrong({ keptPrecision }: Breakdown): boolean {
  return keptPrecision !== null && sideOfChance(keptPrecision, 0.5) < 0;
}

function claimsOf({ verification }: Breakdown, selected: number | null, unselected: number | null): WorldClaims {
  const [verified, unverified] = toldApart(selected, unselected);
  const side =
    selected === null ? "none" : ({ 1: "better", 0: "chance", [-1]: "worse" } as const)[sideOfChance(selected, 0.5)];
  const same = verified === unverified;
  const says =
    verification === null || verification === "equal"
      ? (verification ?? "none")
      : verification === "better"
        ? same
          ? "sooner"
          : "higher"
        : same
          ? "later"
          : "lower";
  return { verified, unverified, side, verification: says };
}

/** Three decimals, or up to eight if they are the same to fewer. */
function toldApart(a: number | null, b: number | null): [string, string] {
  const text = (value: number | null, decimals: number) => (value === null ? "—" : fixedNumber(value, decimals));
  for (let decimals = 3; decimals <= 8; decimals++) {
    if (text(a, decimals) !== text(b, decimals)) return [text(a, decimals), text(b, decimals)];
  }
  return [text(a, 3), text(b, 3)];
}

/** What `pstar breakdown --format json` prints of the directions. */
export function worldsJson({ linear }: Worlds): string {
  return `${JSON.stringify(linear, null, 2)}\n`;
}

const RATES = ["errorRate", "phi", "psi", "breakdown", "keepRate", "keptPrecision", "verdict", "verification"] as const;

/** A row for each world, with every digit; both limits are accuracies. */
export function worldsCsv({ linear, independent, bayes }: Worlds, { angles, meanNorm }: AnglesQuestion): string {
  const heads = ["errors", "generator", "verifier", "between", "meanNorm", ...RATES, "selected", "unselected"];
  const row = (errors: string, answer: Breakdown, limit: (share: number | null) => number | null) =>
    csvLine([
      errors,
      ...[angles.generator, angles.verifier, angles.between, meanNorm],
      ...RATES.map((name) => answer[name]),
      limit(answer.limit.selected),
      limit(answer.limit.unselected),
    ]);
  return [
    csvLine(heads),
    row("directions", linear, (share) => share),
    ...(independent ? [row("independent", independent, (share) => accuracyOf(share, bayes))] : []),
  ].join("");
}
