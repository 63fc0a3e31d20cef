/** How a kernel ended. The host maps every code but OK to a named error (src/core/trials.ts). */
export const OK: i32 = 0;
/** The verifier kept no row: there is nothing to learn from. */
export const EMPTY: i32 = 1;
/** A pivot of the normal equations was not positive. */
export const SINGULAR: i32 = 2;
/** A weight is not finite. */
export const DIVERGED: i32 = 3;
/** The iteration stopped before its gradient norm was reached. */
export const NOT_CONVERGED: i32 = 4;
/** A kind that the kernel does not know, or that its engine does not answer. Nothing was computed. */
export const UNKNOWN: i32 = 5;
