import { createRequire } from "node:module";
import { createCanvas, GlobalFonts, PDFDocument, type SKRSContext2D, SvgExportFlag } from "@napi-rs/canvas";
import { Chart, type ChartItem } from "chart.js";
import { PstarError } from "../../core/errors.js";
import { VERSION } from "../../core/version.generated.js";
import type { CurveConfiguration } from "../../figure/curve.js";
import type { HeatmapConfiguration } from "../../figure/heatmap.js";
import { registerFigures } from "../../figure/register.js";
import { type FigureTheme, lightTheme } from "../../figure/theme.js";
import { writeWhole } from "../../rows/write.js";
import { withSystemSignals } from "../interrupt.js";
import { type FigureFormat, figureFormat } from "../options.js";

/** The letters of a figure, and where they are. Noto Sans Math is there for the star of p⋆. */
const files: readonly [family: string, file: string][] = [
  ["Inter Variable", "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2"],
  ["Inter Variable Greek", "@fontsource-variable/inter/files/inter-greek-wght-normal.woff2"],
  ["Inter Variable Latin Extended", "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2"],
  ["Noto Sans Math", "@fontsource/noto-sans-math/files/noto-sans-math-latin-400-normal.woff2"],
];

/** The families of the bundled fonts as a CSS list: a figure looks the same on every machine, with or without fonts. */
export const bundledFonts = files.map(([family]) => `"${family}"`).join(", ");

let registered = false;

/** Makes the bundled fonts known to the canvas. */
function registerFonts(): void {
  if (registered) return;
  const require = createRequire(import.meta.url);
  for (const [family, file] of files) GlobalFonts.registerFromPath(require.resolve(file), family);
  registered = true;
}

/** How a figure is drawn. */
export interface RenderOptions {
  /** CSS pixels, 96 an inch. Default 1200 × 750. */
  width?: number;
  height?: number;
  /** Pixels of a PNG for one CSS pixel. Default 2, sharp in print and on dense screens. */
  pixelRatio?: number;
  /** Whether title and subtitle are drawn. Default true. */
  title?: boolean;
}

/** Every figure that pstar draws. */
type FigureConfiguration = CurveConfiguration | HeatmapConfiguration;

/** The light theme in the bundled fonts. */
export const printTheme: FigureTheme = { ...lightTheme, font: bundledFonts };

/** Draws a figure into a PNG, SVG or PDF file, by its name. @throws MissingFontError, and nothing is written then */
export function writeFigureFile(file: string, config: FigureConfiguration, options: RenderOptions = {}): void {
  writeWhole(file, renderFigure(config, figureFormat(file) ?? "png", options));
}

/**
 * {@link writeFigureFile} for a figure that may show many cells. It is made and drawn for up to a second without a pause, and leaves
 * nothing behind until it is written: signals are left to the system meanwhile.
 *
 * @param make Makes the figure. If it gives null, nothing is written.
 */
export async function writeLargeFigure(
  file: string,
  make: () => Promise<FigureConfiguration | null>,
  options: RenderOptions = {},
): Promise<void> {
  const bytes = await withSystemSignals(async () => {
    const figure = await make();
    return figure && renderFigure(figure, figureFormat(file) ?? "png", options);
  });
  if (bytes !== null) writeWhole(file, bytes);
}

/** Letters that no font at hand has; they would be drawn as boxes. */
export class MissingFontError extends PstarError {}

/** CSS pixels of a point, of which there are 72 an inch. */
const POINT = 96 / 72;

/**
 * Draws a figure to the bytes of a PNG, an SVG whose text is text, or a PDF page with its fonts in it.
 *
 * @throws MissingFontError if it has letters that neither the bundled fonts nor those of the system have.
 */
export function renderFigure(
  config: FigureConfiguration,
  format: FigureFormat,
  { width = 1200, height = 750, pixelRatio = 2, title = true }: RenderOptions = {},
): Buffer {
  registerFonts();
  registerFigures();
  const fitted = fittedHeadings(config, width, title);
  switch (format) {
    case "svg": {
      const canvas = createCanvas(width, height, SvgExportFlag.NoPrettyXML);
      return drawn(canvas, fitted, 1, () =>
        tidySvg(canvas.getContent().toString("utf8"), width, height, titleText(config)),
      );
    }
    case "pdf": {
      const document = new PDFDocument({ title: titleText(config), creator: `pstar ${VERSION}` });
      const context = document.beginPage(width / POINT, height / POINT);
      const canvas = { width, height, getContext: () => context };
      Object.defineProperty(context, "canvas", { value: canvas });
      return drawn(canvas, fitted, 1 / POINT, () => {
        document.endPage();
        return document.close();
      });
    }
    case "png": {
      const canvas = createCanvas(width, height);
      return drawn(canvas, fitted, pixelRatio, () => canvas.toBuffer("image/png"));
    }
    default:
      return format satisfies never;
  }
}

/** The canvas has the few members of a browser's that chart.js calls when it neither animates nor follows a window. */
function drawn<T>(canvas: CanvasLike, config: FigureConfiguration, devicePixelRatio: number, read: () => T): T {
  const texts = listened(canvas.getContext("2d"));
  const options = { ...config.options, animation: false as const, responsive: false, devicePixelRatio, events: [] };
  const chart = new Chart(canvas as unknown as ChartItem, { ...config, options } as CurveConfiguration);
  try {
    const missing = missingLetters([...texts].join(""));
    if (missing.length > 0) {
      throw new MissingFontError(
        `no font at hand has the letters ${missing.slice(0, 12).join(" ")}: install one that has them, such as Noto Sans CJK (Debian, Ubuntu: apt-get install fonts-noto-cjk), or leave them out of the title`,
      );
    }
    return read();
  } finally {
    chart.destroy(); // wipes the canvas
  }
}

interface CanvasLike {
  getContext(kind: "2d"): Pick<SKRSContext2D, "fillText">;
}

/** Every text that is drawn from now on. */
function listened(context: Pick<SKRSContext2D, "fillText">): Set<string> {
  const texts = new Set<string>();
  const fillText = context.fillText.bind(context);
  context.fillText = (text, ...rest) => {
    texts.add(text);
    fillText(text, ...rest);
  };
  return texts;
}

/** A noncharacter: no font has it. */
const NOWHERE = "\u{10ffff}";

/** The letters that would be drawn as the box of a missing one. */
function missingLetters(text: string): string[] {
  const beyond = [...new Set(text)].filter(
    (letter) => (letter.codePointAt(0) as number) > 0x24f && /\P{M}/u.test(letter) && letter.trim() !== "",
  );
  if (beyond.length === 0) return [];
  const canvas = createCanvas(48, 48);
  const context = canvas.getContext("2d");
  context.font = `24px ${bundledFonts}`;
  const drawnAs = (letter: string) => {
    context.clearRect(0, 0, 48, 48);
    context.fillText(letter, 8, 32);
    return Buffer.from(context.getImageData(0, 0, 48, 48).data);
  };
  const box = drawnAs(NOWHERE);
  return beyond.filter((letter) => drawnAs(letter).equals(box));
}

function titleText({ options }: FigureConfiguration): string {
  const text = options?.plugins?.title?.text ?? "";
  return typeof text === "string" ? text : text.join(" ");
}

/** Characters in a line of a subtitle at 1200 pixels and letters of 14.25. */
const LINE = 165 * (14.25 / 1200);

/** Title and subtitle in lines that the width has room for, or not shown. */
function fittedHeadings(config: FigureConfiguration, width: number, isTitled: boolean): FigureConfiguration {
  const { title, subtitle } = config.options?.plugins ?? {};
  const fitted = (heading: typeof title) => {
    if (heading === undefined) return {};
    const size = (heading.font as { size?: number } | undefined)?.size ?? 12;
    const room = Math.max(12, Math.floor((LINE * width) / size));
    const lines = ((heading.text === undefined ? [] : [heading.text].flat()) as string[]).flatMap((line) =>
      wrapped(line, room),
    );
    return { ...heading, text: lines.length === 1 ? lines[0] : lines, ...(isTitled ? {} : { display: false }) };
  };
  const plugins = { ...config.options?.plugins, title: fitted(title), subtitle: fitted(subtitle) };
  return { ...config, options: { ...config.options, plugins } } as FigureConfiguration;
}

function wrapped(line: string, room: number): string[] {
  const lines: string[] = [];
  for (const word of line.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= room) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/**
 * Two decimals are a hundredth of a pixel, at half the bytes; with a view box the drawing scales in a page. Whoever lacks the bundled fonts
 * sees another sans-serif.
 */
function tidySvg(svg: string, width: number, height: number, title: string): Buffer {
  const short = svg
    .replace(/<[^<>]*>/g, (tag) => tag.replace(/(\d\.\d\d)\d+/g, "$1")) // not in the text: there 0.933 is a value
    .replace(/font-family="([^"]*)"/g, 'font-family="$1, sans-serif"');
  const name = title.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return Buffer.from(
    short.replace(
      /<svg ([^<>]*)>/,
      (_, attributes) => `<svg viewBox="0 0 ${width} ${height}" role="img" ${attributes}><title>${name}</title>`,
    ),
    "utf8",
  );
}
