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
 * Starts the text core.
 *
 * @param module It, compiled before; left out, the embedded one is compiled.
 */
export async function startTextCore(module?: CoreModule): Promise<TextCore> {
  return Core.start<TextExports>(module ?? (await compileTextCore()), "rougePairs");
}
