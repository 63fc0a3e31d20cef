import { Chart } from "chart.js";
import { curveFigure } from "../src/figure/curve.js";
import { registerFigures } from "../src/figure/register.js";
import { type CellResult, parseScenario, planCells } from "../src/index.js";
import { preset } from "../src/model/presets.js";

interface News {
  cell?: CellResult;
  done?: true;
  error?: string;
}

const canvas = document.querySelector("canvas") as HTMLCanvasElement;
const progress = document.querySelector("progress") as HTMLProgressElement;
const status = document.querySelector("#status") as HTMLElement;

registerFigures();
const input = preset("phase-transition");
const scenario = parseScenario(input);
const cells: CellResult[] = [];
let chart: Chart | undefined;
let drawing = 0;
progress.max = planCells(scenario).length;

function draw(): void {
  const figure = curveFigure(cells, scenario);
  if (!figure) return;
  if (!chart) {
    chart = new Chart(canvas, figure as never);
    return;
  }
  chart.data = figure.data as never;
  chart.options = figure.options as never;
  chart.update("none");
}

const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
worker.onmessage = ({ data }: MessageEvent<News>) => {
  if (data.cell) {
    cells.push(data.cell);
    progress.value = cells.length;
    status.textContent = `${cells.length} of ${progress.max} points`;
    cancelAnimationFrame(drawing);
    drawing = requestAnimationFrame(draw);
  }
  if (data.done) {
    progress.hidden = true;
    status.textContent = `${cells.length} points, ${scenario.trials} trials of ${scenario.samples} rows each, seed ${scenario.seed}`;
  }
  if (data.error) status.textContent = data.error;
};
worker.onerror = (event) => {
  status.textContent = event.message || "the worker could not be started";
};
worker.postMessage(input);
