/** The core of K classes, `dist/classes.wasm`: runs and theory of more than two classes, or of unbalanced ones. */
export { ABI_VERSION, heapBase } from "./abi";

export { classBytes, classTrials } from "./classes/direct";
export {
  CLASS_ACCURACY, CLASS_FIELDS, CLASS_GENERATED, CLASS_GRADIENT_NORM, CLASS_ITERATIONS, CLASS_KEPT, CLASS_KEPT_WRONG,
  CLASS_STATUS, CLASS_WRONG, PROBLEM_HEAD,
} from "./classes/problem";
export { classReducedBytes, classReducedTrials } from "./classes/reduced";
export { classTheory, classTheoryBytes } from "./classes/theory";
export { shuffle } from "./random/shuffle";
export { seedStreams } from "./random/streams";
