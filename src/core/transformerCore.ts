import { Core, type CoreModule, compileEmbedded } from "./core.js";
import type { TransformerExports } from "./exports.js";
import { TRANSFORMER_CORE_BYTES } from "./transformer.generated.js";

/** An instance of the transformer core: a transformer to train and to ask, and the matrices it learns. */
export type TransformerCore = Core<TransformerExports>;

/**
 * Starts the transformer core, which is embedded in the package.
 *
 * @param options `module`: the core compiled before, for instance one posted to a worker.
 * @throws CoreError if the engine lacks SIMD, or a page's policy forbids WebAssembly.
 */
export async function loadTransformer(options: { module?: CoreModule } = {}): Promise<TransformerCore> {
  const module = options.module ?? (await compileEmbedded(TRANSFORMER_CORE_BYTES));
  return Core.start<TransformerExports>(module, "transformerTrain");
}
