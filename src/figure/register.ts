import {
  Chart,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  SubTitle,
  Title,
  Tooltip,
} from "chart.js";
import { LineWithErrorBarsController, PointWithErrorBar } from "chartjs-chart-error-bars";
import { MatrixController, MatrixElement } from "chartjs-chart-matrix";
import annotation from "chartjs-plugin-annotation";

/** Tells chart.js about the parts that pstar's figures use; call it once, in a page or in Node. */
export function registerFigures(): void {
  Chart.register(
    LineWithErrorBarsController,
    PointWithErrorBar,
    LineElement,
    LineController,
    PointElement,
    MatrixController,
    MatrixElement,
    LinearScale,
    LogarithmicScale,
    Title,
    SubTitle,
    Legend,
    Tooltip,
    annotation,
  );
}
