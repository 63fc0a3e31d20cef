import type { Reason } from "../core/reasons.js";
import type { Row } from "./field.js";

/** A row of a file and the place where it begins; or why what is there is not a row. */
export interface FileRow {
  /** 1-based: the line, or in a form without lines the number of the row. */
  line: number;
  row?: Row;
  fault?: Reason;
  /** Whether it has a NaN or Infinity, which JSON does not have. */
  nonFinite?: boolean;
  /** The row with integers beyond 2^53 as `bigint`. */
  exact?: () => Row;
  /** What is there, to be shown if it is not a row. */
  excerpt?: () => string;
  /** The file, if there are several. */
  file?: string;
}
