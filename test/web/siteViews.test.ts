import { afterAll, beforeAll } from "vitest";
import { accessTests } from "./explorer/access.js";
import { dataTests } from "./explorer/data.js";
import { makeStage, type Stage } from "./explorer/stage.js";
import { viewTests } from "./explorer/views.js";

// The other half is in site.test.ts: two files run side by side.
let made: Stage;
const stage = () => made;

beforeAll(async () => {
  made = await makeStage();
});

afterAll(() => made?.close());

viewTests(stage);
dataTests(stage);
accessTests(stage);
