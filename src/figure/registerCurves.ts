import {
  Chart,
  Filler,
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
import annotation from "chartjs-plugin-annotation";

/** Tells chart.js about the parts of curves and of planes: all that the explorer draws, which need not load the rest. */
export function registerCurves(): void {
  Chart.register(
    LineWithErrorBarsController,
    PointWithErrorBar,
    LineElement,
    LineController,
    PointElement,
    LinearScale,
    LogarithmicScale,
    Title,
    SubTitle,
    Legend,
    Tooltip,
    Filler,
    annotation,
  );
}
