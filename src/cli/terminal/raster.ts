/** Paints one character; without colour it gives the character back. */
export type Paint = (text: string) => string;

/** Bits of the eight dots of a braille character, by column and row. @see Unicode chart U+2800 */
const DOTS = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
];

interface Spot {
  dots: number;
  mark: string;
  paint: Paint | null;
}

/** A picture of characters: lines are drawn in braille, two dots wide and four high in each; marks cover lines. */
export class Raster {
  readonly width: number;
  readonly height: number;
  readonly #spots: Spot[];

  /** @param width,height In characters. */
  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.#spots = Array.from({ length: width * height }, () => ({ dots: 0, mark: "", paint: null }));
  }

  /** Puts a character in place; outside the picture it is passed over. */
  mark(column: number, row: number, character: string, paint: Paint): void {
    const spot = this.#at(column, row);
    if (spot) Object.assign(spot, { mark: character, paint });
  }

  /** A straight line of dots between two points; x and y in [0, 1], from the lower left. */
  line(from: readonly [number, number], to: readonly [number, number], paint: Paint): void {
    const [x0, y0] = this.#dot(from);
    const [x1, y1] = this.#dot(to);
    const steps = Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0), 1);
    for (let i = 0; i <= steps; i++) {
      const x = Math.round(x0 + ((x1 - x0) * i) / steps);
      const y = Math.round(y0 + ((y1 - y0) * i) / steps);
      const spot = this.#at(x >> 1, y >> 2);
      if (!spot) continue;
      if (spot.dots === 0) spot.mark = "";
      spot.dots |= DOTS[x & 1][y & 3];
      spot.paint = paint;
    }
  }

  /** The column of an x, and the row of a y, in [0, 1]. */
  column(x: number): number {
    return this.#dot([x, 0])[0] >> 1;
  }

  row(y: number): number {
    return this.#dot([0, y])[1] >> 2;
  }

  /** The rows from the top, painted. */
  rows(): string[] {
    return Array.from({ length: this.height }, (_, row) => {
      const spots = this.#spots.slice(row * this.width, (row + 1) * this.width);
      return spots.map(character).join("");
    });
  }

  #dot([x, y]: readonly [number, number]): [number, number] {
    return [Math.round(x * (2 * this.width - 1)), Math.round((1 - y) * (4 * this.height - 1))];
  }

  #at(column: number, row: number): Spot | undefined {
    const inside = column >= 0 && column < this.width && row >= 0 && row < this.height;
    return inside ? this.#spots[row * this.width + column] : undefined;
  }
}

function character({ dots, mark, paint }: Spot): string {
  const text = mark || (dots > 0 ? String.fromCharCode(0x2800 + dots) : " ");
  return paint && text !== " " ? paint(text) : text;
}
