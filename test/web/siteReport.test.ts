// In a process of its own: it drives a browser.
import { reportTests } from "./explorer/report.js";
import { testPage } from "./explorer/stage.js";

// What was reported of the page, point by point.
testPage(reportTests);
