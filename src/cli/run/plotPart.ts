import { quote } from "../../core/printable.js";
import { formatValue } from "../../figure/labels.js";
import { seriesScenario } from "../../figure/series.js";
import { readAngle } from "../../model/angle.js";
import { readValue } from "../../model/read.js";
import type { Scenario } from "../../model/scenario.js";
import { sweepable } from "../../model/schema.js";
import { nearestPath } from "../../model/suggest.js";
import { axisValues, isWhole } from "../../model/sweep.js";
import type { ReadResults } from "../../sweep/results/read.js";
import { UsageError } from "../failure.js";

/** Some of the results, and the scenario that they are the whole of. */
export interface Chosen {
  scenario: Scenario;
  cells: ReadResults["cells"];
}

/** Makes sure that a flag names a swept setting. */
export function checkPath(flag: string, path: string | undefined, { sweep = {} }: Scenario): void {
  if (path === undefined || path in sweep) return;
  const swept = Object.keys(sweep);
  const near = nearestPath(path, swept);
  const meant = near === undefined ? "" : `; did you mean ${near}?`;
  const expected = swept.length > 0 ? `one of ${swept.join(", ")}` : "left out: nothing is swept";
  throw new UsageError(`${flag} must be ${expected}, got ${quote(path)}${meant}`);
}

/**
 * The cells in which each setting named by `path=value` has that value, or the one of the sweep next to it; the setting is no
 * longer swept then.
 */
export function chosenAt(results: ReadResults, at: readonly string[], say: (text: string) => void): Chosen {
  let { scenario } = results;
  const wanted = at.map((text) => {
    const equals = text.indexOf("=");
    if (equals < 1) throw new UsageError(`--at must be path=value, got ${quote(text)}`);
    const path = text.slice(0, equals).trim();
    checkPath("--at", path, scenario);
    const value = closest(path, readValue(text.slice(equals + 1), `the value of --at ${text}`), scenario, say);
    const { [path]: _, ...sweep } = scenario.sweep ?? {};
    scenario = { ...seriesScenario({ [path]: value }, scenario), sweep };
    return [path, JSON.stringify(value)] as const;
  });
  if (wanted.length === 0) return results;
  return {
    scenario,
    async *cells() {
      for await (const cell of results.cells()) {
        if (wanted.every(([path, value]) => JSON.stringify(cell.params[path]) === value)) yield cell;
      }
    },
  };
}

function closest(path: string, asked: unknown, { sweep = {} }: Scenario, say: (text: string) => void): unknown {
  const values = axisValues(sweep[path], isWhole(sweepable.get(path)));
  const exact = values.find((value) => JSON.stringify(value) === JSON.stringify(asked));
  if (exact !== undefined) return exact;
  const number = typeof asked === "string" ? readAngle(asked) : asked;
  const numbers = values.filter((value) => typeof value === "number");
  if (typeof number !== "number" || Number.isNaN(number) || numbers.length === 0) {
    const known = values.slice(0, 12).map((value) => formatValue(path, value));
    throw new UsageError(`--at ${path} must be one of ${known.join(", ")}, got ${quote(asked)}`);
  }
  const best = numbers.reduce((near, value) => (Math.abs(value - number) < Math.abs(near - number) ? value : near));
  if (Math.abs(best - number) > 1e-9 * Math.abs(number))
    say(`--at ${path}: the value next to it is ${formatValue(path, best)}`);
  return best;
}
