import { CORE_BYTES } from "./bytes.generated.js";
import { Core, type CoreModule, compileEmbedded } from "./core.js";
import type { SimulationExports } from "./exports.js";

/** Compiles the simulation core. */
export function compileCore(): Promise<CoreModule> {
  return compileEmbedded(CORE_BYTES);
}

/**
 * Starts the simulation core.
 *
 * @param module It, compiled before; left out, the embedded one is compiled.
 */
export async function startCore(module?: CoreModule): Promise<Core> {
  return Core.start<SimulationExports>(module ?? (await compileCore()), "theoryBatch");
}
