import { reportTests } from "./explorer/report.js";
import { testPage } from "./explorer/stage.js";

// What was reported of the page, point by point.
testPage(reportTests);
