import type { Breakdown } from "../../src/index.js";
import { fixedNumber } from "../../src/model/format.js";
import type { Worlds } from "../compute/calculator.js";
import { accuracyOf } from "../model/worldsText.js";
import type { Messages } from "../words/messages.js";
import { element } from "./elements.js";

/** What follows from the angles as numbers, and the two worlds beside one another. */
export function worldsTable({ linear, independent, bayes }: Worlds, { geometry }: Messages): HTMLElement[] {
  const reading = (name: string, value: number | null, percent = false) => [
    element("dt", {}, name),
    element("dd", {}, value === null ? "—" : percent ? `${fixedNumber(100 * value, 1)} %` : fixedNumber(value, 3)),
  ];
  const readings = element(
    "dl",
    {},
    ...reading(geometry.errorRate, linear.errorRate),
    ...reading(geometry.phi, linear.phi),
    ...reading(geometry.psi, linear.psi),
    ...reading(geometry.breakdown, linear.breakdown),
    ...reading(geometry.keepRate, linear.keepRate, true),
    ...reading(geometry.keptPrecision, linear.keptPrecision, true),
  );
  const accuracy = (agreement: number | null | undefined) => accuracyOf(agreement, bayes);
  const worlds: readonly (readonly [string, Breakdown | null, number | null, number | null])[] = [
    [geometry.independent, independent, accuracy(independent?.limit.selected), accuracy(independent?.limit.unselected)],
    [geometry.linear, linear, linear.limit.selected, linear.limit.unselected],
  ];
  const head = [geometry.world, geometry.verified, geometry.unverified, geometry.verdict];
  const side = linear.verdict === null ? "" : linear.verdict === "below" ? geometry.below : geometry.above;
  const { labels, learner } = linear;
  const limit = learner.limit === null ? "—" : fixedNumber(learner.limit, 3);
  const contradiction =
    labels.verdict === "below" && learner.verdict === "worse"
      ? geometry.correctButWrong(limit)
      : labels.verdict === "above" && learner.verdict === "better"
        ? geometry.wrongButCorrect(limit)
        : null;
  const agree =
    independent === null ||
    (independent.verification === linear.verification && independent.learner.verdict === learner.verdict);
  return [
    ...(contradiction === null ? [] : [element("p", { class: "differ" }, contradiction)]),
    element("h3", {}, geometry.readings),
    readings,
    element("p", { class: "side" }, side),
    element("h3", { class: "later" }, geometry.worlds),
    element("p", { class: "hint" }, geometry.worldsLead),
    element(
      "table",
      { class: "worlds" },
      element("thead", {}, element("tr", {}, ...head.map((text) => element("th", { scope: "col" }, text)))),
      element(
        "tbody",
        {},
        ...worlds.map(([name, answer, verified, unverified]) =>
          element(
            "tr",
            {},
            element("th", { scope: "row" }, name),
            element("td", {}, verified === null ? "—" : verified.toFixed(3)),
            element("td", {}, unverified === null ? "—" : unverified.toFixed(3)),
            element("td", { class: "verdict" }, geometry.verdicts[answer?.verification ?? "none"]),
          ),
        ),
      ),
    ),
    element("p", { class: agree ? "hint" : "differ" }, agree ? geometry.agree : geometry.differ),
  ];
}
