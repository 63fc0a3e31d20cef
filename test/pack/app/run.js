// What a user of the package writes; it runs under Node, bundled, and unbundled in a page.
import { load, run } from "pstar";

export async function runAll(configs) {
  const core = await load();
  const results = [];
  for (const config of configs) {
    const cells = [];
    for await (const cell of run(core, config)) cells.push(cell);
    results.push(cells);
  }
  return JSON.stringify(results);
}
