/** A piece of a contour, between two points. */
export type Segment = readonly [x0: number, y0: number, x1: number, y1: number];

/**
 * Where a function on a grid is zero: in each square between four points of the grid, straight pieces between the places on its
 * sides where the function changes sign. (Marching squares; where a square is crossed twice, the pieces join in the order of
 * the sides.)
 *
 * @param value At column i and row j; NaN where there is none.
 */
export function zeroContour(
  xs: readonly number[],
  ys: readonly number[],
  value: (i: number, j: number) => number,
): Segment[] {
  const segments: Segment[] = [];
  for (let i = 0; i + 1 < xs.length; i++) {
    for (let j = 0; j + 1 < ys.length; j++) {
      const corners = [
        [xs[i], ys[j], value(i, j)],
        [xs[i + 1], ys[j], value(i + 1, j)],
        [xs[i + 1], ys[j + 1], value(i + 1, j + 1)],
        [xs[i], ys[j + 1], value(i, j + 1)],
      ] as const;
      if (corners.some(([, , at]) => Number.isNaN(at))) continue;
      const crossings: [number, number][] = [];
      for (const [side, [x0, y0, from]] of corners.entries()) {
        const [x1, y1, to] = corners[(side + 1) % 4];
        if (from >= 0 === to >= 0) continue;
        const share = from / (from - to);
        crossings.push([x0 + share * (x1 - x0), y0 + share * (y1 - y0)]);
      }
      for (let k = 0; k + 1 < crossings.length; k += 2) segments.push([...crossings[k], ...crossings[k + 1]]);
    }
  }
  return segments;
}
