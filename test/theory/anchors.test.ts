import { describe, expect, it } from "vitest";
import { startTestCore } from "../kernel/builds.js";
import { ANCHORS } from "./anchors.js";

const core = await startTestCore("release");

describe.each(Object.entries(ANCHORS))("the literature is reproduced: %s", (_, anchors) => {
  it.each(anchors)("$id ($reference)", async ({ published, computed, tolerance }) => {
    expect(Math.abs((await computed(core)) - published)).toBeLessThan(tolerance);
  });
});
