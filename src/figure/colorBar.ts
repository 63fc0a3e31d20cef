import type { Plugin } from "chart.js";
import type { FigureStyle } from "./scales.js";
import type { FigureTheme } from "./theme.js";

/** Colours from one hue over a pale middle to another; the bounds are those of the measure. */
export interface ColorScale {
  min: number;
  middle: number;
  max: number;
  low: Rgb;
  pale: Rgb;
  high: Rgb;
}

type Rgb = readonly [number, number, number];

/** Blue above the middle, vermilion below it: the first two hues of the curves, apart for every kind of colour blindness. */
export function colorScale({ middle, max }: Pick<ColorScale, "middle" | "max">, theme: FigureTheme): ColorScale {
  const [high, low] = [theme.series[0], theme.series[1]].map(rgb);
  return { min: middle - (max - middle), middle, max, low, pale: rgb(theme.pale), high };
}

/** The colour of a value; beyond the ends, that of the end. */
export function colorOf({ min, middle, max, low, pale, high }: ColorScale, value: number): string {
  const [from, share] =
    value >= middle ? [high, (value - middle) / (max - middle)] : [low, (middle - value) / (middle - min)];
  const part = Math.min(1, Math.max(0, share));
  const mixed = pale.map((channel, i) => Math.round(channel + part * (from[i] - channel)));
  return `rgb(${mixed.join(", ")})`;
}

/** What the colours mean, as a bar at the right of the figure, in the padding there. */
export function colorBar(scale: ColorScale, title: string, { theme, fontSize }: FigureStyle): Plugin {
  return {
    id: "colorBar",
    afterDraw({ ctx, chartArea, width }) {
      const left = width - fontSize * 5.6;
      const { top, bottom } = chartArea;
      const steps = 128;
      ctx.save();
      for (let i = 0; i < steps; i++) {
        const value = scale.max - ((i + 0.5) / steps) * (scale.max - scale.min);
        ctx.fillStyle = colorOf(scale, value);
        ctx.fillRect(left, top + (i / steps) * (bottom - top), fontSize, (bottom - top) / steps + 0.5);
      }
      ctx.fillStyle = theme.muted;
      ctx.font = `${fontSize * 0.95}px ${theme.font}`;
      ctx.textAlign = "left";
      ctx.textBaseline = "middle";
      for (const value of [
        scale.min,
        (scale.min + scale.middle) / 2,
        scale.middle,
        (scale.middle + scale.max) / 2,
        scale.max,
      ]) {
        const y = bottom - ((value - scale.min) / (scale.max - scale.min)) * (bottom - top);
        ctx.fillText(String(Number(value.toFixed(2))).replace("-", "−"), left + fontSize * 1.4, y);
      }
      ctx.fillStyle = theme.ink;
      ctx.font = `500 ${fontSize * 1.05}px ${theme.font}`;
      ctx.textAlign = "center";
      ctx.translate(left + fontSize * 4.3, (top + bottom) / 2);
      ctx.rotate(Math.PI / 2);
      ctx.fillText(title, 0, 0);
      ctx.restore();
    },
  };
}

function rgb(color: string): Rgb {
  const [, red = "0", green = "0", blue = "0"] = /^#(..)(..)(..)$/.exec(color) ?? [];
  return [Number.parseInt(red, 16), Number.parseInt(green, 16), Number.parseInt(blue, 16)];
}
