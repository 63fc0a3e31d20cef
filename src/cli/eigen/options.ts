import type { EigenOptions, EigenPreset } from "../../eigen/options.js";
import type { ReportFormat } from "../options.js";

/** The options of `pstar eigen`. */
export interface EigenFlags extends Pick<EigenOptions, "size" | "beams" | "seeds" | "steps" | "pool"> {
  preset: EigenPreset;
  /** `2%` or 0.02. */
  tolerance?: string;
  verifiers?: string[];
  /** Examples of the generator. */
  rows?: number;
  format: ReportFormat;
  out?: string;
  resume?: boolean;
  plot?: string;
  workers?: number;
  quiet?: boolean;
}
