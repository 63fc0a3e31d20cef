const WRITTEN = /^\s*([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?)\s*(?:(deg|°|rad)\s*)?$/i;

/** The pattern of an angle written as text, for editors. */
export const ANGLE_PATTERN = /^\s*\+?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*((deg|°|rad)\s*)?$/;

/**
 * Reads an angle written with its unit, in radians; a bare number is in radians; NaN if the text is not an angle.
 *
 * @example readAngle("180deg") === Math.PI
 */
export function readAngle(text: string): number {
  const [, digits, unit] = WRITTEN.exec(text) ?? [];
  if (digits === undefined) return Number.NaN;
  const value = Number(digits);
  // Dividing first keeps the fractions of a half turn exact: "180deg" is Math.PI, "90deg" is Math.PI / 2.
  return unit !== undefined && unit.toLowerCase() !== "rad" ? (value / 180) * Math.PI : value;
}

/** Writes an angle in degrees, for messages. */
export function angleText(radians: number): string {
  return `${Number(((radians / Math.PI) * 180).toPrecision(6))}°`;
}
