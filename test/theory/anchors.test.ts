import { describe, expect, it } from "vitest";
import { startTestCore } from "../kernel/builds.js";
import { ANCHORS } from "./anchors.js";

const core = await startTestCore("release");

describe("the theory reproduces the literature", () => {
  it.each(ANCHORS)("$id ($reference)", ({ published, computed, tolerance }) => {
    expect(Math.abs(computed(core) - published)).toBeLessThan(tolerance);
  });
});
