import { CLASSES_CORE_BYTES } from "./classes.generated.js";
import { Core, type CoreModule, compileEmbedded } from "./core.js";
import type { ClassesExports } from "./exports.js";

/** An instance of the core of several classes. */
export type ClassesCore = Core<ClassesExports>;

/**
 * Starts the core of several classes, which is embedded in the package.
 *
 * @param options `module`: the core compiled before, for instance one posted to a worker.
 * @throws CoreError if the engine lacks SIMD, or a page's policy forbids WebAssembly.
 */
export async function loadClassesCore(options: { module?: CoreModule } = {}): Promise<ClassesCore> {
  const module = options.module ?? (await compileEmbedded(CLASSES_CORE_BYTES));
  return Core.start<ClassesExports>(module, "classTrials");
}
