/** Round values that cover an interval, as the axes of a figure show them. */
export interface Ticks {
  values: number[];
  /** Digits after the point that tell the values apart. */
  decimals: number;
}

const SLACK = 1e-9;

/** About `count` equally spaced round values within [min, max]; those at the ends are included when they are round. */
export function linearTicks(min: number, max: number, count: number): Ticks {
  const span = max - min;
  if (!(span > 0)) return { values: [min], decimals: decimalsOf(min) };
  const { step, decimals } = roundStep(span / count);
  const first = Math.ceil(min / step - SLACK);
  const last = Math.floor(max / step + SLACK);
  const values: number[] = [];
  for (let i = first; i <= last; i++) values.push(Number((i * step).toFixed(decimals)));
  return { values, decimals };
}

/** The smallest interval with round ends that holds [min, max]. */
export function roundRange(min: number, max: number, count: number): [number, number] {
  if (!(max > min)) return [min - 0.5, max + 0.5];
  const { step, decimals } = roundStep((max - min) / count);
  const down = Math.floor(min / step + SLACK) * step;
  const up = Math.ceil(max / step - SLACK) * step;
  return [Number(down.toFixed(decimals)), Number(up.toFixed(decimals))];
}

/** Powers of ten within [min, max], with 2 and 5 between them when there would be too few; all must be positive. */
export function logTicks(min: number, max: number): number[] {
  const decades = Math.log10(max / min);
  const digits = decades > 4 ? [1] : decades > 1.5 ? [1, 2, 5] : [1, 2, 3, 4, 5, 6, 8];
  const values: number[] = [];
  for (let power = Math.floor(Math.log10(min)); power <= Math.ceil(Math.log10(max)); power++) {
    for (const digit of digits) {
      const value = Number(`${digit}e${power}`);
      if (value >= min * (1 - SLACK) && value <= max * (1 + SLACK)) values.push(value);
    }
  }
  return values;
}

function roundStep(raw: number): { step: number; decimals: number } {
  const power = Math.floor(Math.log10(raw) + SLACK);
  const lead = raw / 10 ** power;
  const digit = lead <= 1 + SLACK ? 1 : lead <= 2 + SLACK ? 2 : lead <= 5 + SLACK ? 5 : 10;
  const shift = digit === 10 ? power + 1 : power;
  return { step: Number(`${digit === 10 ? 1 : digit}e${shift}`), decimals: Math.max(0, -shift) };
}

function decimalsOf(value: number): number {
  return Math.min(6, (String(value).split(".")[1] ?? "").length);
}
