import { CORE_BYTES } from "./bytes.generated.js";
import { Core, type CoreModule, compileEmbedded } from "./core.js";
import type { SimulationExports } from "./exports.js";

/** Compiles the simulation core once, for several workers: each starts it by `load({ module })`. */
export function compileCore(): Promise<CoreModule> {
  return compileEmbedded(CORE_BYTES);
}

/**
 * Starts the simulation core, which is embedded in the package.
 *
 * @param options `module`: the core compiled before, for instance one posted to a worker (`compileCore`).
 * @throws CoreError if the engine lacks SIMD, or a page's policy forbids WebAssembly.
 * @example
 * const core = await load();
 * for await (const cell of run(core, { generator: { errorRate: 0.3 } })) console.log(cell.accuracy.mean);
 */
export async function load(options: { module?: CoreModule } = {}): Promise<Core> {
  return Core.start<SimulationExports>(options.module ?? (await compileCore()), "theoryBatch");
}
