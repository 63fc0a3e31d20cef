import { Chart, Legend, LinearScale, LineElement, LogarithmicScale, SubTitle, Title, Tooltip } from "chart.js";
import { LineWithErrorBarsController, PointWithErrorBar } from "chartjs-chart-error-bars";
import annotation from "chartjs-plugin-annotation";

/** Tells chart.js about the parts that pstar's figures use; call it once, in a page or in Node. */
export function registerFigures(): void {
  Chart.register(
    LineWithErrorBarsController,
    PointWithErrorBar,
    LineElement,
    LinearScale,
    LogarithmicScale,
    Title,
    SubTitle,
    Legend,
    Tooltip,
    annotation,
  );
}
