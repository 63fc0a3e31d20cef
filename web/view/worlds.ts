import { fixedNumber } from "../../src/model/format.js";
import type { Worlds } from "../compute/calculator.js";
import { type WorldClaims, worldsClaims } from "../model/worldsText.js";
import type { Messages } from "../words/messages.js";
import { element } from "./elements.js";

/** What follows from the angles as numbers, and the two worlds beside one another. */
export function worldsTable(worlds: Worlds, { geometry }: Messages): HTMLElement[] {
  const { linear } = worlds;
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
  const claims = worldsClaims(worlds);
  const { contradiction, agreement } = claims;
  const cases: readonly (readonly [string, WorldClaims | null])[] = [
    [geometry.independent, claims.independent],
    [geometry.linear, claims.linear],
  ];
  const head = [geometry.world, geometry.verified, geometry.unverified, geometry.model, geometry.verdict];
  const side = linear.verdict === null ? "" : linear.verdict === "below" ? geometry.below : geometry.above;
  return [
    ...(contradiction === null
      ? []
      : [element("p", { class: "differ" }, geometry[contradiction](claims.linear.verified))]),
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
        ...cases.map(([name, one]) =>
          element(
            "tr",
            {},
            element("th", { scope: "row" }, name),
            element("td", {}, one?.verified ?? "—"),
            element("td", {}, one?.unverified ?? "—"),
            element("td", { class: "verdict" }, geometry.models[one?.side ?? "none"]),
            element("td", { class: "verdict" }, geometry.verdicts[one?.verification ?? "none"]),
          ),
        ),
      ),
    ),
    agreement === null
      ? null
      : element("p", { class: agreement === "both" ? "hint" : "differ" }, geometry.agreement[agreement]),
  ].filter((part) => part !== null);
}
