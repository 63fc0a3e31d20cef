/**
 * Bartlett's decomposition: a matrix of `degrees` × `columns` independent standard normals is P·T with P orthonormal
 * and T upper triangular of independent entries, T_ii ~ χ_{degrees − i}, T_ij ~ N(0, 1) for i < j. With fewer degrees
 * than columns T has only `degrees` rows. So TᵀT ~ Wishart_columns(degrees) costs nothing that grows with `degrees`.
 *
 * Source: Bartlett, "On the theory of statistical regression", Proc. Royal Soc. Edinburgh 53 (1933); Anderson, An
 * Introduction to Multivariate Statistical Analysis, 3rd ed., theorem 7.2.1.
 */
import { chi } from "../random/variates/gamma";
import { normal } from "../random/variates/normal64";
import { MATRIX_BYTES, put } from "./small";

/** Draws T (columns ≤ 4) at `frame`; returns its number of rows, min(degrees, columns). `degrees` is a count. */
export function drawFrame(degrees: f64, columns: i32, frame: usize): i32 {
  const rows = <i32>min(degrees, <f64>columns);
  memory.fill(frame, 0, MATRIX_BYTES);
  for (let i = 0; i < rows; i++) {
    put(frame, i, i, chi(degrees - <f64>i));
    for (let j = i + 1; j < columns; j++) put(frame, i, j, normal());
  }
  return rows;
}
