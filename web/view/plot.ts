import { Chart, type ChartConfiguration, type Plugin } from "chart.js";
import { registerCurves } from "../../src/figure/registerCurves.js";
import { yieldToBrowser } from "./elements.js";

registerCurves();

/** A chart on a canvas of the page. */
export class Plot {
  readonly #canvas: HTMLCanvasElement;
  #chart: Chart | undefined;
  /** Those of the figure that is drawn now: chart.js itself takes plugins only when a chart is made. */
  #plugins: readonly Plugin[] = [];
  #data: ChartConfiguration["data"] | undefined;
  #splits = false;
  #strokes: Promise<void> | undefined;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
  }

  get chart(): Chart | undefined {
    return this.#chart;
  }

  /** Draws a figure in two tasks, what is where and then the strokes; the first has one more, for the axes alone. */
  async draw(figure: object): Promise<void> {
    const { type, data, options, plugins = [] } = figure as ChartConfiguration;
    this.#plugins = plugins;
    this.#data = data;
    if (!this.#chart) {
      const empty = { type, data: { datasets: [] }, options, plugins: [this.#own()] };
      this.#chart = this.#splitting(new Chart(this.#canvas, empty as ChartConfiguration));
      await yieldToBrowser();
      if (!this.#chart || this.#data !== data) return;
    }
    this.#chart.data = data;
    this.#chart.options = options ?? {};
    this.#splits = true;
    this.#chart.update("none");
    this.#splits = false;
    await this.#strokes;
  }

  /** chart.js draws at the end of an update: here, where it was asked to update by `draw`, in the next task. */
  #splitting(chart: Chart): Chart {
    const render = chart.render.bind(chart);
    chart.render = () => {
      if (!this.#splits) return render();
      this.#strokes ??= yieldToBrowser().then(() => {
        this.#strokes = undefined;
        if (chart === this.#chart) chart.draw();
      });
    };
    return chart;
  }

  destroy(): void {
    this.#chart?.destroy();
    this.#chart = undefined;
    this.#data = undefined;
  }

  /** Calls what the figure draws beside its datasets. */
  #own(): Plugin {
    const each = (draw: (plugin: Plugin) => void) => {
      for (const plugin of this.#plugins) draw(plugin);
    };
    return {
      id: "figure",
      beforeDraw: (...given) => each((plugin) => plugin.beforeDraw?.(...given)),
      beforeDatasetsDraw: (...given) => each((plugin) => plugin.beforeDatasetsDraw?.(...given)),
      afterDraw: (...given) => each((plugin) => plugin.afterDraw?.(...given)),
    };
  }
}

/**
 * Draws nothing that can be seen: chart.js takes its time over the first chart, and here it does so in short tasks, while the
 * page waits for its first numbers.
 */
export async function warmUp(): Promise<void> {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 64;
  const data = {
    datasets: [
      {
        data: [
          { x: 0, y: 0, yMin: 0, yMax: 1 },
          { x: 1, y: 1, yMin: 0, yMax: 1 },
        ],
      },
    ],
  };
  const still = { animation: false, responsive: false, events: [] };
  const scales = { x: { type: "linear" }, y: { type: "linear" } };
  const hidden = { x: { type: "linear", display: false }, y: { type: "linear", display: false } };
  const steps: object[] = [
    { data: { datasets: [] }, options: { ...still, scales: hidden } },
    { data: { datasets: [] }, options: { ...still, scales } },
    { data, options: { ...still, scales } },
  ];
  for (const step of steps) {
    await yieldToBrowser();
    new Chart(canvas, { type: "lineWithErrorBars", ...step } as ChartConfiguration).destroy();
  }
}

/** What is on a canvas, as a PNG. Its own `toBlob` waits for the page to idle: in Chromium for up to seven seconds. */
export async function blobOf(canvas: HTMLCanvasElement): Promise<Blob> {
  const copy = new OffscreenCanvas(canvas.width, canvas.height);
  copy.getContext("2d")?.drawImage(canvas, 0, 0);
  return copy.convertToBlob({ type: "image/png" });
}

/** A figure of its own as a PNG, in the size of the command line's. */
export async function pngOf(figure: object, { width = 1200, height = 750, pixelRatio = 2 } = {}): Promise<Blob> {
  const { options, ...rest } = figure as ChartConfiguration;
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const own = { ...options, animation: false as const, responsive: false, devicePixelRatio: pixelRatio, events: [] };
  const chart = new Chart(canvas, { ...rest, options: own } as ChartConfiguration);
  try {
    return await blobOf(canvas);
  } finally {
    chart.destroy();
  }
}

/** A figure of its own as SVG: the same strokes, as paths and text. */
export async function svgOf(figure: object, { width = 1200, height = 750 } = {}): Promise<Blob> {
  const { svgContext } = await import("./svgContext.js");
  const { options, data, ...others } = figure as ChartConfiguration;
  // Lines with segments of their own are drawn stroke by stroke; the others as a Path2D, which nothing can read.
  const datasets = data.datasets.map((one) => ({ ...one, segment: {} }));
  const rest = { ...others, data: { ...data, datasets } };
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const { context, text } = svgContext(canvas, width, height);
  // chart.js asks its canvas for a context, and gets this one.
  canvas.getContext = (() => context) as unknown as HTMLCanvasElement["getContext"];
  const own = { ...options, animation: false as const, responsive: false, devicePixelRatio: 1, events: [] };
  const chart = new Chart(canvas, { ...rest, options: own } as ChartConfiguration);
  try {
    return new Blob([text()], { type: "image/svg+xml" });
  } finally {
    chart.destroy();
  }
}
