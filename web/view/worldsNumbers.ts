import { pathLabel } from "../../src/figure/labels.js";
import { formatNumber } from "../../src/model/format.js";
import type { Worlds } from "../compute/calculator.js";
import type { Angles } from "../model/sphere.js";
import { accuracyOf, worldsClaims } from "../model/worldsText.js";
import type { Messages } from "../words/messages.js";
import { fixed } from "./curveNumbers.js";
import type { Numbers } from "./rowsTable.js";

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
