import { randomUseTests } from "../web/explorer/randomUse.js";
import { testPage } from "../web/explorer/stage.js";
import { taskTests } from "../web/explorer/tasks.js";

// Some of these are measured several times, until one round is undisturbed.
testPage(taskTests, randomUseTests);
