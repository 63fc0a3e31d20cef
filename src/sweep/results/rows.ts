import type { CellResult } from "../../engine/result.js";

/** What the name of a swept setting's column begins with. */
const PARAM = "param:";

/**
 * Makes cells of the rows of a table, whose columns are named as in results.csv.
 *
 * @param names Of the columns, in their order.
 */
export function rowReader(names: readonly string[]): (values: readonly unknown[]) => CellResult {
  const place = new Map(names.map((name, i) => [name, i]));
  const params = names.flatMap((name, i) => (name.startsWith(PARAM) ? [[name.slice(PARAM.length), i] as const] : []));
  return (values) => {
    const at = (name: string) => values[place.get(name) ?? -1] ?? null;
    const number = (name: string) => at(name) as number | null;
    const moments = (name: string) => ({
      mean: number(`${name}.mean`),
      sd: number(`${name}.sd`),
      se: number(`${name}.se`),
    });
    const generations = at("generations");
    const message = at("message");
    const converged = number("convergence.converged");
    const cell = {
      index: number("index"),
      id: at("id"),
      params: Object.fromEntries(params.map(([path, i]) => [path, values[i] ?? null])),
      engine: at("engine"),
      reason: at("reason"),
      status: at("status"),
      trials: number("trials"),
      emptyTrials: number("emptyTrials"),
      accuracy: moments("accuracy"),
      agreement: moments("agreement"),
      cosine: moments("cosine"),
      kept: { ...moments("kept"), share: number("kept.share") },
      errorRate: number("errorRate"),
      phi: number("phi"),
      psi: number("psi"),
      breakdown: number("breakdown"),
      verdict: at("verdict"),
      ...(generations !== null && {
        generations: typeof generations === "string" ? JSON.parse(generations) : generations,
      }),
      ...(converged !== null && {
        convergence: {
          converged,
          iterations: number("convergence.iterations"),
          gradientNorm: number("convergence.gradientNorm"),
        },
      }),
      ...(message !== null && { message }),
      ...(at("theory") !== null && { theory: at("theory") }),
    };
    return cell as CellResult;
  };
}

/** The columns that every table of results has. */
export const NEEDED = ["index", "id", "status", "accuracy.mean"];
