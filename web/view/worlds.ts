import { pathLabel } from "../../src/figure/labels.js";
import { fixedNumber, formatNumber, percent } from "../../src/model/format.js";
import type { Worlds } from "../compute/calculator.js";
import type { Angles } from "../model/sphere.js";
import { accuracyOf, type WorldClaims, worldsClaims } from "../model/worldsText.js";
import type { Messages } from "../words/messages.js";
import { fixed } from "./curveNumbers.js";
import { element } from "./elements.js";
import type { Numbers } from "./rowsTable.js";

/** What follows from the angles as numbers, and the two worlds beside one another. */
export function worldsTable(worlds: Worlds, { geometry }: Messages): HTMLElement[] {
  const { linear } = worlds;
  const reading = (name: string, value: number | null, isShare = false) => [
    element("dt", {}, name),
    element("dd", {}, value === null ? "—" : isShare ? percent(value) : fixedNumber(value, 3)),
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
  const head = [geometry.world, geometry.verifiedHead, geometry.unverifiedHead, geometry.model, geometry.verdict];
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

/** The limits of the two cases as bars from 0 to 1, with a mark at one half; the table says the same. */
export function worldsBars(worlds: Worlds, { geometry }: Messages): HTMLElement[] {
  const { independent, linear } = worldsClaims(worlds);
  return [
    bar(geometry.independentShort, independent?.verified ?? "—", independent?.side),
    bar(geometry.linearShort, linear.verified, linear.side),
    element("p", { class: "half" }, geometry.half),
  ];
}

function bar(name: string, verified: string, side: string | undefined): HTMLElement {
  const filled = element("span", { class: `filled ${side ?? ""}` });
  filled.style.width = `${100 * (Number(verified) || 0)}%`;
  return element(
    "p",
    {},
    element("span", { class: "name" }, name),
    element("span", { class: "track" }, filled),
    element("span", { class: "value" }, verified),
  );
}

/** What the sphere shows as rows: the angles, and what follows from them in either world. */
export function worldsNumbers(
  worlds: Worlds,
  { generator, verifier, between }: Angles & { between: number },
  { geometry, figureWords }: Messages,
): Numbers {
  const { linear, independent, bayes } = worlds;
  const claims = worldsClaims(worlds);
  const degrees = (path: string, value: number) => [
    pathLabel(path, figureWords).plain,
    `${formatNumber(value, 4)}°`,
    "—",
  ];
  const rate = (name: "errorRate" | "phi" | "psi" | "breakdown" | "keepRate" | "keptPrecision") => [
    geometry[name],
    fixed(linear[name]),
    fixed(independent?.[name]),
  ];
  const limit = (name: string, which: "selected" | "unselected") => [
    name,
    fixed(linear.limit[which]),
    fixed(accuracyOf(independent?.limit[which], bayes)),
  ];
  return {
    heads: [geometry.quantity, geometry.linearShort, geometry.independentShort],
    rows: [
      degrees("generator.angle", generator),
      degrees("verifier.angle", verifier),
      degrees("verifier.angleToGenerator", between),
      ...(["errorRate", "phi", "psi", "breakdown", "keepRate", "keptPrecision"] as const).map(rate),
      limit(geometry.verified, "selected"),
      limit(geometry.unverified, "unselected"),
      [geometry.model, geometry.models[claims.linear.side], geometry.models[claims.independent?.side ?? "none"]],
      [
        geometry.verdict,
        geometry.verdicts[claims.linear.verification],
        geometry.verdicts[claims.independent?.verification ?? "none"],
      ],
    ],
    named: true,
    note: geometry.tableNote,
  };
}
