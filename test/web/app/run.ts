import { load } from "../../../src/index.js";
import { scenarios } from "./scenarios.js";

/** The JSON text of every scenario's result, provenance aside, by the scenario's name. */
export async function runAll(): Promise<Record<string, string>> {
  const pstar = await load();
  const texts: Record<string, string> = {};
  for (const [name, scenario] of Object.entries(scenarios)) {
    const { provenance, ...result } = await pstar.collect(scenario);
    texts[name] = JSON.stringify(result, null, 2);
  }
  return texts;
}
