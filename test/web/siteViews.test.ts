// In a process of its own: it drives a browser.
import { accessTests } from "./explorer/access.js";
import { dataTests } from "./explorer/data.js";
import { testPage } from "./explorer/stage.js";
import { viewTests } from "./explorer/views.js";

// The other half is in site.test.ts: two files run side by side.
testPage(viewTests, dataTests, accessTests);
