import { Chart } from "chart.js";
import { MatrixController, MatrixElement } from "chartjs-chart-matrix";
import { registerCurves } from "./registerCurves.js";

/** Tells chart.js about the parts that pstar's figures use; call it once, in a page or in Node. */
export function registerFigures(): void {
  registerCurves();
  Chart.register(MatrixController, MatrixElement);
}
