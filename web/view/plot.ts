import { Chart, type ChartConfiguration } from "chart.js";
import { registerFigures } from "../../src/figure/register.js";

registerFigures();

/** A chart on a canvas of the page. */
export class Plot {
  readonly #canvas: HTMLCanvasElement;
  #chart: Chart | undefined;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
  }

  get chart(): Chart | undefined {
    return this.#chart;
  }

  draw(figure: object): void {
    const { type, data, options, plugins } = figure as ChartConfiguration;
    if (!this.#chart) {
      this.#chart = new Chart(this.#canvas, { type, data, options, plugins } as ChartConfiguration);
      return;
    }
    this.#chart.data = data;
    this.#chart.options = options ?? {};
    this.#chart.update("none");
  }

  destroy(): void {
    this.#chart?.destroy();
    this.#chart = undefined;
  }
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
    return await new Promise((resolve, reject) => {
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("the canvas gave no picture"))), "image/png");
    });
  } finally {
    chart.destroy();
  }
}
