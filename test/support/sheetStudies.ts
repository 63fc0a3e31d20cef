import { audit } from "../../src/audit/audit.js";
import type { RowSource } from "../../src/audit/file.js";
import { drawRows } from "../../src/audit/sheet/draw.js";
import { load } from "../../src/core/simulationCore.js";
import { loadText } from "../../src/core/textCore.js";
import { dice } from "../select/rows.js";

/** Of so many draws as many may miss the truth at 95 %, three standard deviations above what is expected. */
export function mostMisses(draws: number): number {
  return Math.floor(0.05 * draws + 3 * Math.sqrt(draws * 0.05 * 0.95));
}

/** How often the intervals of sheets of 80 labels miss the truth, which is counted: of rows of 4 slices of unlike size and quality. */
export async function missesOf(
  design: "simple" | "stratified" | "slices",
  draws: number,
): Promise<{ precision: number; errorRate: number }> {
  const [core, text] = [await load(), await loadText()];
  const roll = dice(11);
  const population = [600, 250, 120, 30].flatMap((size, slice) =>
    Array.from({ length: size }, (_, i) => {
      const correct = roll(100) < [70, 45, 20, 50][slice];
      return { row: { id: `${slice}-${i}`, slice: `s${slice}`, kept: roll(100) < (correct ? 70 : 40) }, correct };
    }),
  );
  const truth = new Map(population.map(({ row, correct }) => [row.id, correct]));
  const source: RowSource = {
    source: "made",
    name: "",
    read: async function* () {
      yield population.map(({ row }, i) => ({ line: i + 1, row }));
    },
  };
  const share = (of: typeof population) => of.filter(({ correct }) => correct).length / of.length;
  const precision = share(population.filter(({ row }) => row.kept));
  const errorRate = 1 - share(population);

  const missed = { precision: 0, errorRate: 0 };
  for (let seed = 0; seed < draws; seed++) {
    const options = { kept: "kept", labels: 80, design, seed, ...(design === "slices" && { by: "slice" }) };
    const drawn = await drawRows(text, source, options);
    const known = new Map(drawn?.drawn.map(({ values, weight }) => [values.id, weight]));
    const records = population.map(({ row }) => ({
      correct: known.has(row.id) ? (truth.get(row.id) ?? null) : null,
      kept: row.kept,
      ...(design === "slices" && known.has(row.id) && { weight: known.get(row.id) as number }),
    }));
    const result = audit(core, records, { design: design === "simple" ? "simple" : "stratified" });
    const outside = ({ low, high }: { low: number; high: number }, value: number) => value < low || value > high;
    if (outside(result.keptPrecision, precision)) missed.precision++;
    if (outside(result.errorRate, errorRate)) missed.errorRate++;
  }
  return missed;
}
