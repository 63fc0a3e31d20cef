// `import … from "pstar/classes"`: several Gaussian classes, or unbalanced ones, in Node and in a page. They have a core of their own.

export { CLASSES_CORE_HASH as classesCoreHash } from "./core/classes.generated.js";
export { loadClasses } from "./engine/classes.js";
export type { ClassesEngine } from "./engine/run.js";
