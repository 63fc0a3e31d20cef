import type { ChartType, Plugin } from "chart.js";

/** Colours and letters of a figure; `light` is for paper and `dark` for a dark page. */
export interface FigureTheme {
  background: string;
  /** Titles and axis lines. */
  ink: string;
  /** Subtitles and ticks. */
  muted: string;
  /** Lines that the curves are read against: chance, Bayes. */
  reference: string;
  grid: string;
  /** Between the two hues of a heat map. */
  pale: string;
  /** One colour a series, told apart with every kind of colour blindness; used again from the start when they run out. */
  series: readonly string[];
  /** CSS list of font families. */
  font: string;
}

const font = '"Inter Variable", "Noto Sans Math", Inter, system-ui, "Segoe UI", "DejaVu Sans", sans-serif';

/**
 * Dark marks on white.
 *
 * @see Okabe and Ito, "Color Universal Design" (2008): the hues, here without the yellow, which white swallows.
 */
export const lightTheme: FigureTheme = {
  background: "#ffffff",
  ink: "#1b1f24",
  muted: "#5f6770",
  reference: "#b3bac1",
  grid: "#e9ecef",
  pale: "#f7f6f2",
  series: ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#7a5b00", "#3aa0dc", "#4a4f55", "#e69f00"],
  font,
};

/** The same hues, lightened for a dark ground. */
export const darkTheme: FigureTheme = {
  background: "#14181d",
  ink: "#eef1f4",
  muted: "#a3acb6",
  reference: "#5a636d",
  grid: "#2a3037",
  pale: "#20252b",
  series: ["#56b4e9", "#ff8c42", "#2fcf9f", "#e9a3c9", "#d9b84a", "#3d8fd1", "#c3c9d0", "#ffc247"],
  font,
};

/** The mark of a series: a second sign beside its colour, for print and for colour-blind readers. */
export interface PointShape {
  style: "circle" | "rect" | "triangle" | "rectRot" | "star" | "crossRot";
  /** Degrees. */
  rotation: number;
  /** Pixels; chosen so that the areas look equal. */
  radius: number;
}

/** Marks in the order in which the series take them. */
export const pointShapes: readonly PointShape[] = [
  { style: "circle", rotation: 0, radius: 4.6 },
  { style: "rect", rotation: 0, radius: 5.2 },
  { style: "triangle", rotation: 0, radius: 5.8 },
  { style: "rectRot", rotation: 0, radius: 6 },
  { style: "triangle", rotation: 180, radius: 5.8 },
  { style: "crossRot", rotation: 0, radius: 5.4 },
  { style: "star", rotation: 0, radius: 5.8 },
  { style: "triangle", rotation: 90, radius: 5.8 },
];

/**
 * Fills the whole canvas before anything is drawn: without it a saved PNG is transparent, and black in many viewers. Of the type
 * of its chart: whether a plugin of any chart passes for that depends on the order in which files are checked.
 */
export function background<Type extends ChartType = ChartType>(color: string): Plugin<Type> {
  return {
    id: "background",
    beforeDraw({ ctx, width, height }) {
      ctx.save();
      ctx.globalCompositeOperation = "destination-over";
      ctx.fillStyle = color;
      ctx.fillRect(0, 0, width, height);
      ctx.restore();
    },
  };
}
