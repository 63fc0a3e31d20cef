import { pathLabel } from "../../src/figure/labels.js";
import { breakdownCrossing, chanceOf, curveCrossings, sideOfChance } from "../../src/figure/marks.js";
import {
  type CurveData,
  type CurveSeries,
  type FigureAxes,
  type Measure,
  seriesScenario,
} from "../../src/figure/series.js";
import type { CellResult, Scenario } from "../../src/index.js";
import { fixedNumber, formatNumber } from "../../src/model/format.js";
import type { Messages } from "../words/messages.js";

interface Place {
  x: number;
  y: number;
}

/** A place on the horizontal axis, with so many digits that it lies between the same two points as the place itself. */
interface Between {
  value: number;
  from: number;
  to: number;
}

/** What is said of one curve. All of it is read off the curve's own points. */
export type Claim =
  /** Better than chance below the breakdown point, worse above it. */
  | { kind: "breakdown"; at: Between }
  /** From the left: better or worse than chance, and the places where that turns round. */
  | { kind: "turns"; begins: "better" | "worse"; at: Between[] }
  /** Simulated points alone: clearly better (or worse) up to one place, and the other way round from another on. */
  | { kind: "undecided"; begins: "better" | "worse"; upTo: number; from: number }
  /** From the first value to the last, and the highest if it is between them. */
  | { kind: "range"; first: Place; last: Place; best: Place | null }
  | { kind: "nothing" };

/** So many standard errors from chance a simulated point must be to count: of a thousand points on it none is by accident. */
const CLEAR = 4;
/** A highest value less than this above both ends is not worth a sentence. */
const PEAK = 0.005;

/** What a figure shows, in a sentence for each curve: a canvas is mute to a screen reader. */
export function summarySentences(
  data: CurveData,
  scenario: Scenario,
  axes: FigureAxes,
  words: Messages,
  measure: Measure = "accuracy",
): string[] {
  return data.series.map((one) => {
    const name = one.label === "" ? words.summary.only : capitalised(one.label);
    return sentence(name, claimOf(one, scenario, axes, measure), axes, words, measure);
  });
}

/** What the points of a curve say. */
function claimOf(one: CurveSeries, scenario: Scenario, axes: FigureAxes, measure: Measure): Claim {
  const points = valuesOf(one);
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return { kind: "nothing" };
  const chance = chanceOf(measure);
  const hasLine = one.theory?.some(({ y }) => y !== null) ?? false;
  if (hasLine) {
    const point = axes.x === "generator.errorRate" ? breakdownCrossing(seriesScenario(one.params, scenario)) : null;
    const divides = (at: number) =>
      points.every(({ x, y }) => sideOfChance(y, chance) === Math.sign(at - x) || Math.abs(x - at) < 1e-9);
    if (point !== null && first.x < point && point < last.x && divides(point))
      return { kind: "breakdown", at: between(point, points) };
    const turns = curveCrossings(one, measure, axes.logarithmic);
    if (turns[0]) {
      const at = turns.map(({ at: value, from, to }) => ({ value, from, to }));
      const claim: Claim = { kind: "turns", begins: turns[0].falls ? "better" : "worse", at };
      // Behind a gap the curve may come back on the other side: then no sentence about sides would hold.
      const side = (x: number) =>
        (at.filter(({ value }) => value < x).length % 2 === 0 ? 1 : -1) * (turns[0]?.falls ? 1 : -1);
      const holds = points.every(({ x, y }) => [0, side(x)].includes(sideOfChance(y, chance)));
      if (holds) return claim;
    }
  } else {
    const clear = one.points.flatMap(({ x, y, se }) => {
      const side = y === null || se === null || Math.abs(y - chance) <= CLEAR * se ? 0 : sideOfChance(y, chance);
      return side === 0 ? [] : [{ x, side }];
    });
    const turn = clear.findIndex(({ side }) => side !== clear[0]?.side);
    if (turn > 0 && clear.slice(turn).every(({ side }) => side === clear[turn]?.side)) {
      const [upTo, from] = [clear[turn - 1]?.x ?? 0, clear[turn]?.x ?? 0];
      return { kind: "undecided", begins: clear[0]?.side === 1 ? "better" : "worse", upTo, from };
    }
  }
  const best = points.reduce((high, point) => (point.y > high.y ? point : high));
  return { kind: "range", first, last, best: best.y > Math.max(first.y, last.y) + PEAK ? best : null };
}

function sentence(name: string, claim: Claim, axes: FigureAxes, words: Messages, measure: Measure): string {
  const { plain } = pathLabel(axes.x, words.figureWords);
  const degree = pathLabel(axes.x).angle ? "°" : "";
  const at = (text: string) => `${plain} = ${text}${degree}`;
  const sides = words.summary.sides[measure === "cosine" ? "direction" : "chance"];
  switch (claim.kind) {
    case "breakdown":
      return words.summary.crossing(name, rounded(claim.at), sides);
    case "turns": {
      const sign = claim.begins === "better" ? sides : ([...sides].reverse() as [string, string]);
      return words.summary.turns(
        name,
        claim.at.map((place) => at(rounded(place))),
        sign,
      );
    }
    case "undecided": {
      const sign = claim.begins === "better" ? sides : ([...sides].reverse() as [string, string]);
      return words.summary.undecided(name, at(formatNumber(claim.upTo, 5)), at(formatNumber(claim.from, 5)), sign);
    }
    case "range": {
      const { first, last, best } = claim;
      const value = (y: number) => fixedNumber(y, 3);
      const place = (x: number) => at(formatNumber(x, 4));
      const range = words.summary.range(name, value(first.y), place(first.x), value(last.y), place(last.x));
      return best ? `${range} ${words.summary.best(value(best.y), place(best.x))}` : range;
    }
    case "nothing":
      return words.summary.nothing(name);
    default:
      return claim satisfies never;
  }
}

/** A place among the points of a curve. */
function between(value: number, points: readonly Place[]): Between {
  const from = points.findLast(({ x }) => x < value - 1e-9)?.x ?? value;
  const to = points.find(({ x }) => x > value + 1e-9)?.x ?? value;
  return { value, from, to };
}

/** Three digits, or as many as it takes to stay between the two points around it. */
function rounded({ value, from, to }: Between): string {
  for (let digits = 3; digits < 15; digits++) {
    const short = Number(value.toPrecision(digits));
    if (short > from && short < to) return formatNumber(short, digits);
  }
  return String(value);
}

/** A word begins a sentence with a capital; a letter of the field, such as φ, would become another one. */
function capitalised(label: string): string {
  return /^\p{Ll}{2}/u.test(label) ? label.charAt(0).toUpperCase() + label.slice(1) : label;
}

/** The line where there is one: it has no noise. */
function valuesOf({ theory, points }: CurveSeries): Place[] {
  const source: readonly { x: number; y: number | null }[] = theory?.some(({ y }) => y !== null) ? theory : points;
  return source.filter((point): point is Place => point.y !== null);
}

/** The engines that computed some cells, in words. */
export function engineNames(cells: readonly CellResult[], words: Messages): string {
  const names = [...new Set(cells.map(({ engine }) => engine))].sort();
  return names.map((name) => words.figureWords.values[name] ?? name).join(words.figureWords.listSeparator);
}
