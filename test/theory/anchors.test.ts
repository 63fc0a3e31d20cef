import { describe, expect, it } from "vitest";
import { Core } from "../../src/core/core.js";
import { ANCHORS } from "./anchors.js";

const core = await Core.start();

describe("the theory reproduces the literature", () => {
  it.each(ANCHORS)("$id ($reference)", ({ published, computed, tolerance }) => {
    expect(Math.abs(computed(core) - published)).toBeLessThan(tolerance);
  });
});
