import { Core, type CoreModule, compileEmbedded } from "./core.js";
import type { TextExports } from "./exports.js";
import { TEXT_CORE_BYTES } from "./text.generated.js";

/** An instance of the text core: ROUGE, language models, hashes of rows, and the models of the news experiment. */
export type TextCore = Core<TextExports>;

/** Compiles the text core. */
export function compileTextCore(): Promise<CoreModule> {
  return compileEmbedded(TEXT_CORE_BYTES);
}

/**
 * Starts the text core, which is embedded in the package.
 *
 * @param options `module`: the core compiled before, for instance one posted to a worker.
 * @throws CoreError if the engine lacks SIMD, or a page's policy forbids WebAssembly.
 */
export async function loadText(options: { module?: CoreModule } = {}): Promise<TextCore> {
  return Core.start<TextExports>(options.module ?? (await compileTextCore()), "rougePairs");
}
